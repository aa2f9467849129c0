"""The bytes of a file, unpacked while they are read. A file that unpacks to far more than itself is refused: a bomb."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from kg.errors import DependencyError, SourceError
from kg.resources import STDIN

STDIN_NAME = "standard input"
HEAD = 1 << 16  # bytes that are looked at to tell what a file is

# N-Triples of our own graphs shrink to a 25th with gzip, to a 60th with xz; bombs of gzip to a 1000th.
RATIO = 250
FREE = 1 << 28  # bytes that any file may unpack to

_Bytes = IO[bytes] | io.BufferedIOBase
_UNPACKERS: tuple[tuple[bytes, Callable[[IO[bytes]], _Bytes]], ...] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
    (b"\x28\xb5\x2f\xfd", lambda stream: _zstandard(stream)),
)
_ZIP = b"PK\x03\x04"
_MARK = b"\xef\xbb\xbf"  # of UTF-8; editors put it before the text


class Content(io.RawIOBase):
    """What a file says, as a stream of unpacked bytes without a mark in front."""

    def __init__(self, name: str, stream: _Bytes, raw: _Counted) -> None:
        super().__init__()
        self.name = name
        self._stream = stream
        self._raw = raw
        self._unpacked = 0
        self.head = b""
        self.head = self._head().removeprefix(_MARK)
        self._pending = self.head

    @property
    def digest(self) -> str:
        """Digest of the bytes of the file that were read so far, packed as they are."""
        return self._raw.hash.hexdigest()

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer; how many bytes that took, 0 at the end."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # any writable buffer
        part = self._pending[: len(view)] or self._take(len(view))
        self._pending = self._pending[len(part) :]
        view[: len(part)] = part
        return len(part)

    def _head(self) -> bytes:
        head = b""
        while len(head) < HEAD and (part := self._take(HEAD - len(head))):
            head += part
        return head

    def _take(self, most: int) -> bytes:
        try:
            part = self._stream.read(most)
        except _damage() as error:
            raise SourceError(
                f"{self.name} cannot be unpacked: {error}", hint="copy or download it again: it is cut off or damaged"
            ) from error
        except OSError as error:
            if error.errno is None:  # of bz2: "Invalid data stream"
                raise SourceError(f"{self.name} cannot be unpacked: {error}", hint="copy or download it again: it is damaged") from error
            raise
        self._unpacked += len(part)
        if self._unpacked > max(FREE, RATIO * self._raw.count):
            raise SourceError(
                f"{self.name} unpacks to more than {RATIO} times its size and {FREE >> 20} MB, as no graph does",
                hint="unpack it by hand and name the unpacked file, if you trust it",
            )
        return part


class _Counted(io.RawIOBase):
    """The file as it lies on the disk, counted and hashed while it is read."""

    def __init__(self, stream: IO[bytes], known: bytes) -> None:
        super().__init__()
        self._stream = stream
        self._pending = known
        self.count = 0
        self.hash = hashlib.blake2b(digest_size=16)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer; how many bytes that took, 0 at the end."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # any writable buffer
        part = self._pending[: len(view)] or self._stream.read(len(view))
        self._pending = self._pending[len(part) :]
        view[: len(part)] = part
        self.count += len(part)
        self.hash.update(part)
        return len(part)


@contextmanager
def open_content(path: Path) -> Iterator[Content]:
    """The content of a file, or of standard input where the path is "-".

    Raises:
        SourceError: it cannot be opened, is packed in a way that is unknown, or is damaged.
    """
    name = STDIN_NAME if str(path) == STDIN else str(path)
    with ExitStack() as stack:
        stream = sys.stdin.buffer if str(path) == STDIN else stack.enter_context(_opened(path))
        try:
            magic = stream.read(8)
            if magic.startswith(_ZIP):
                stream, magic = stack.enter_context(_only_member(path, name)), b""
            raw = _Counted(stream, magic)
            unpack = next((unpack for start, unpack in _UNPACKERS if magic.startswith(start)), None)
            packed = cast("IO[bytes]", io.BufferedReader(raw, 1 << 18))
            content = Content(name, unpack(packed) if unpack else packed, raw)
        except OSError as error:
            raise _unreadable(name, error) from error
        yield content


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb", buffering=1 << 18)
    except OSError as error:
        raise _unreadable(str(path), error) from error


def _unreadable(name: str, error: OSError) -> SourceError:
    return SourceError(f"cannot read {name}: {error.strerror or error}", hint="check the path and its rights")


@contextmanager
def _only_member(path: Path, name: str) -> Iterator[IO[bytes]]:
    """The one file in a zip archive; its count is of unpacked bytes, so the archive's own sizes are held to the ratio."""
    if not path.is_file():
        raise SourceError(f"{name} is a zip archive", hint="unpack it first: `unzip -p FILE.zip | kg … --store -`")
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise SourceError(f"{name} has {len(members)} files in it", hint="unpack it and name one of them")
            if members[0].file_size > max(FREE, RATIO * path.stat().st_size):
                raise SourceError(f"{name} unpacks to more than {RATIO} times its size", hint="unpack it by hand, if you trust it")
            with archive.open(members[0]) as stream:
                yield stream
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:  # RuntimeError: it has a password
        raise SourceError(f"{name} cannot be unpacked: {error}", hint="unpack it by hand and name the unpacked file") from error


def _damage() -> tuple[type[Exception], ...]:
    """What the unpackers raise where a file is cut off or damaged."""
    known = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile, ValueError)
    zstandard = sys.modules.get("zstandard")
    return known if zstandard is None else (*known, zstandard.ZstdError)


def _zstandard(stream: IO[bytes]) -> IO[bytes]:
    try:
        import zstandard  # type: ignore[import-not-found,unused-ignore]  # an extra
    except ImportError as error:
        raise DependencyError("files packed with zstd need zstandard", hint="pip install zstandard, or unpack it with `unzstd`") from error
    reader: IO[bytes] = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return reader
