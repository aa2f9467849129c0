"""Tar archives: their members one by one in the order of the archive, read as a stream, nothing ever written to disk.

Sorting would need all of it in memory; the graph is the same for any order of papers.
"""

from __future__ import annotations

import struct
import tarfile
from collections.abc import Iterator
from typing import Self

from kg.sources.members import NOT_A_FILE, UNSAFE, Member, is_left_out, is_unsafe, shown, words
from kg.sources.packed import Budget, Damage, DamagedError, Readable, Unpacked

MAX_HEADER_BYTES = 1024 * 1024  # between two members: `tarfile` holds long names, extended headers and maps of holes in memory
_CHUNK_BYTES = 64 * 1024
# What `tarfile` raises for spoiled headers beside its own errors; not OSError, which is about this machine.
_ERRORS = (tarfile.TarError, ValueError, OverflowError, RecursionError, EOFError, LookupError, AttributeError, TypeError, struct.error)
_CUT = Damage("truncated", "the tar archive is cut off: copy or download it again")
_TRAILING = Damage("trailing-bytes", "bytes behind the end of the tar archive were not read", cut=False)


def is_tar(head: bytes) -> bool:
    """Whether an input that begins so is a tar archive: its first header carries its own checksum."""
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


def members(stream: Readable) -> Iterator[Member]:
    """The files in a tar archive, in its order; folders and the files that systems leave there are left out.

    A member's content is read before the next is asked for.

    Raises:
        DamagedError: the rest of the archive cannot be read; not where a member's content has told so already.
    """
    metered = _Metered(stream)
    try:
        with tarfile.open(fileobj=metered, mode="r|", tarinfo=_Header, encoding="utf-8") as archive:  # type: ignore[call-overload]  # all it needs is read()
            while (one := archive.next()) is not None:
                archive.members.clear()  # it would keep all
                metered.left = None
                member = None if one.isdir() or is_left_out(one.name) else _member(archive, one)
                if member is not None:
                    yield member
                    if isinstance(member.content, Unpacked) and member.content.damage is not None:
                        return
                _skip(archive)
                metered.left = MAX_HEADER_BYTES
    except _ERRORS as error:
        raise DamagedError(Damage("damaged", f"the tar archive cannot be read on ({words(error)}): copy or download it again")) from error
    metered.left = None
    _check_end(metered)


class _Metered:
    """The stream of an archive, and how much of it may be read before the next member."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.left: int | None = MAX_HEADER_BYTES  # bytes; None for any number

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end.

        Raises:
            DamagedError: more of headers than there may be.
        """
        data = self._stream.read(size)
        if self.left is not None:
            self.left -= len(data)
            if self.left < 0:
                raise DamagedError(Damage("too-long", "a header in the tar archive is far too long: pack the files again"))
        return data


class _Header(tarfile.TarInfo):
    """A header that is refused where `tarfile` would end the archive without a word, or read backwards."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        """The next member.

        Raises:
            ReadError: there is no sound header at this place.
        """
        try:
            return super().fromtarfile(archive)
        except (tarfile.EOFHeaderError, tarfile.EmptyHeaderError) as error:  # type: ignore[attr-defined]
            if isinstance(error, tarfile.EmptyHeaderError):  # type: ignore[attr-defined]
                raise DamagedError(_CUT) from error  # without the zeros that end an archive
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from error

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """The header in 512 bytes.

        Raises:
            ReadError: it gives a length below zero, at which `tarfile` runs in circles (CVE-2025-8194).
        """
        found = super().frombuf(buf, encoding, errors)
        if found.size < 0:
            raise tarfile.ReadError("a length below zero")
        return found


def _member(archive: tarfile.TarFile, one: tarfile.TarInfo) -> Member:
    name = shown(one.name.removeprefix("./"))
    if is_unsafe(one.name):
        return Member(name, UNSAFE)
    if not one.isreg() or one.issparse():
        return Member(name, NOT_A_FILE)
    return Member(name, Unpacked(_chunks(archive, one), Budget(packed=one.size)))


def _chunks(archive: tarfile.TarFile, one: tarfile.TarInfo) -> Iterator[bytes]:
    content = archive.extractfile(one)
    left = one.size
    while content is not None and left > 0:
        try:
            part = content.read(min(_CHUNK_BYTES, left))
        except tarfile.TarError as error:
            raise DamagedError(_CUT) from error
        if not part:
            raise DamagedError(_CUT)
        left -= len(part)
        yield part


def _skip(archive: tarfile.TarFile) -> None:
    """Read on to just before the next header; `tarfile` would count there in steps, and a header may claim any length."""
    stream = archive.fileobj
    while stream is not None and (left := archive.offset - 1 - stream.tell()) > 0:
        if not stream.read(min(_CHUNK_BYTES, left)):
            raise DamagedError(_CUT)


def _check_end(stream: _Metered) -> None:
    """Read what lies behind the archive, which may be zeros alone; a packing tells of its damage at its end."""
    while part := stream.read(_CHUNK_BYTES):
        if part.strip(b"\0"):
            raise DamagedError(_TRAILING)
