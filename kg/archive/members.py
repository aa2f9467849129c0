"""The members of an archive: a tar file in gzip, written without clock and names of users, read with nothing taken on trust.

Only plain files of the four known names in their order are read; every header is looked at before anything is done by it, so that paths,
links, devices and lengths that lie do nothing. Memory does not grow with the members.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from kg.errors import StoreError

DECISIONS, GRAPH, LOG, MANIFEST = "decisions.tsv", "graph.nq", "log.jsonl", "manifest.json"
NAMES = (DECISIONS, GRAPH, LOG, MANIFEST)  # sorted: the manifest, which has the digests of the others, comes last

_BLOCK = tarfile.BLOCKSIZE
_LEVEL = 6  # of gzip: level 9 takes 2.2 times as long for 4 % less
_LONGEST = 1 << 28  # bytes of a line; that of a paper is a few times its text, and texts above 64 MB are refused when they are read


class Pour:
    """A stream of bytes made of parts, as tarfile reads a file; counts and digests what flows through."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._held = bytearray()
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Digest of what was read so far."""
        return self._digest.hexdigest()

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end."""
        while len(self._held) < size and (part := next(self._parts, None)) is not None:
            self._held += part
        data = bytes(self._held[:size])
        del self._held[:size]
        self._digest.update(data)
        self.size += len(data)
        return data


@contextmanager
def writing(stream: BinaryIO) -> Iterator[tarfile.TarFile]:
    """An archive that is written to a stream; the same members give the same bytes (with the same zlib)."""
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=_LEVEL, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,  # sizes above 8 GiB without a second header
    ):
        yield archive


def add(archive: tarfile.TarFile, name: str, size: int, parts: Iterable[bytes]) -> tuple[int, str]:
    """Write a member of `size` bytes; its size and the SHA-256 of what was written."""
    header = tarfile.TarInfo(name)  # mode 644, time 0, user and group 0 without names
    header.size = size
    pour = Pour(parts)
    archive.addfile(header, pour)  # type: ignore[arg-type]  # reads and nothing else
    return pour.size, pour.sha256


class Member:
    """One member of an archive that is read; its content is to be read before the next one's."""

    def __init__(self, name: str, size: int, stream: BinaryIO) -> None:
        self.name = name
        self.size = size
        self._stream = stream
        self._left = size
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Digest of what was read so far."""
        return self._digest.hexdigest()

    def lines(self) -> Iterator[bytes]:
        """The lines, each with its end, which the last may lack; raises `ValueError` for one too long to be ours."""
        while self._left:
            line = self._stream.readline(min(self._left, _LONGEST))
            if len(line) == _LONGEST:
                raise ValueError(f"{self.name} has a line of more than {_LONGEST:,} bytes")
            yield self._taken(line)

    def content(self, most: int) -> bytes:
        """All of it; raises `ValueError` where it has more than `most` bytes."""
        if self.size > most:
            raise ValueError(f"{self.name} has {self.size:,} bytes, which is too much")
        return self._taken(_exactly(self._stream, self._left)) if self._left else b""

    def skip(self) -> None:
        """Read what is left, for the digest."""
        while self._left:
            self._taken(self._stream.read(min(self._left, 1 << 20)))

    def _taken(self, data: bytes) -> bytes:
        if not data:
            raise EOFError
        self._left -= len(data)
        self._digest.update(data)
        return data


def reading(stream: BinaryIO) -> Iterator[Member]:
    """The members in their order; the check sum at the end of the file is held against it after the last.

    Raises:
        ValueError: what is read is no archive of kg, in words.
        OSError, EOFError, zlib.error: it is cut or damaged; see `told`.
    """
    with gzip.GzipFile(fileobj=stream, mode="rb") as packed, io.BufferedReader(packed, 1 << 20) as plain:
        names = iter(NAMES)
        while (block := _exactly(plain, _BLOCK)) != bytes(_BLOCK):
            member = _member(block, plain)
            if member.name not in names:  # also moves on to it
                raise ValueError(f"it has a member {member.name[:60]!r} that does not belong there")
            yield member
            member.skip()
            _exactly(plain, -member.size % _BLOCK)
        while rest := plain.read(1 << 20):
            if rest.strip(b"\0"):
                raise ValueError("something stands behind its end")


def _member(block: bytes, stream: BinaryIO) -> Member:
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        raise ValueError("it is no tar file, or damaged") from None
    if header.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or header.size < 0:
        raise ValueError(f"its member {header.name[:60]!r} is no plain file")
    return Member(header.name, header.size, stream)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what is wrong with an archive that is read into one line with a way out."""
    hint = "nothing was written; take another copy of the backup"
    try:
        yield
    except EOFError as error:
        raise StoreError(f"{name} is cut: it ends in the middle", hint=hint) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise StoreError(f"{name} is no archive of `kg backup`, or damaged: {error}", hint=hint) from error
    except ValueError as error:
        raise StoreError(f"{name} is no archive of `kg backup`, or damaged: {error}", hint=hint) from error
