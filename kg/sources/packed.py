"""Packed streams, unpacked while they are read: gzip, zstd, bzip2 and xz, told by their first bytes.

A stream that unpacks to far more than itself is a bomb and is read no further. Whatever is wrong with a stream ends it without an
error; `Unpacked.damage` says afterwards what it was, so that papers before the damage are kept and the rest is told of.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

# Times its size that an input may unpack to. Metadata dumps shrink to a 4th with gzip, bombs to a 1000th. zstd and xz look further back:
# the same 60 papers again and again under new ids shrank to a 520th with zstd, a bomb shrinks to a 30,000th.
RATIO = 250
FAR_RATIO = 2000
FREE_BYTES = 32 * 1024 * 1024  # that any input may unpack to
MAX_UNPACKED_BYTES = 64 * 1024**3  # of one input: the arXiv snapshot has 5 GB
_CHUNK_BYTES = 64 * 1024
_MAX_MEMORY = 128 * 1024 * 1024  # of an unpacker: what `zstd --long` and `xz -9` ask for at most without being told
_ZSTD_SLICE = 512  # bytes given to zstd at once: 4 of them may say 128 kB, so that one call gives 16 MB at most
ENDINGS = (".gz", ".zst", ".bz2", ".xz")
ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a packed input."""

    code: str  # as of a `Rejection`
    message: str  # for people, with what to do
    cut: bool = True  # whether content is missing or cannot be trusted


def bomb(ratio: int) -> Damage:
    """An input that unpacks to more than `ratio` times its size."""
    return Damage("bomb", f"unpacks to more than {ratio} times its size: unpack it by hand and name the unpacked file, if you trust it")


class DamagedError(Exception):
    """A packed stream cannot be read on; caught by `Unpacked`."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(damage.message)
        self.damage = damage


class MissingExtraError(Exception):
    """A library that the input needs is not installed; the message says how to get it."""


@dataclass(slots=True)
class Budget:
    """How much one input may unpack to: all members of an archive together."""

    packed: int = 0  # bytes of the input itself, as far as they are known
    unpacked: int = 0  # bytes that it gave so far
    ratio: int = RATIO

    def spend(self, size: int) -> None:
        """Count `size` bytes of content.

        Raises:
            DamagedError: it is too much.
        """
        self.unpacked += size
        if self.unpacked > max(FREE_BYTES, self.ratio * self.packed):
            raise DamagedError(bomb(self.ratio))
        if self.unpacked > MAX_UNPACKED_BYTES:
            raise DamagedError(Damage("too-long", f"unpacks to more than {MAX_UNPACKED_BYTES // 1024**3} GB: split it"))


class Unpacked:
    """The content of a packed stream, as far as it can be read."""

    def __init__(self, chunks: Iterator[bytes], budget: Budget) -> None:
        """Read from `chunks`, which raise `DamagedError` where they cannot go on."""
        self._chunks = chunks
        self._budget = budget
        self._pending = b""
        self.damage: Damage | None = None  # found so far

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end or where the content cannot be read on."""
        parts: list[bytes] = []
        wanted = size
        while wanted:
            if not self._pending and not self._more():
                break
            part, self._pending = self._pending[:wanted], self._pending[wanted:]
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _more(self) -> bool:
        if self.damage is not None:
            return False
        try:
            self._pending = next(self._chunks, b"")
            self._budget.spend(len(self._pending))
        except DamagedError as error:
            self._pending, self.damage = b"", error.damage
        return bool(self._pending)


class _Codec(Protocol):
    """What unpacks one stream, as `bz2.BZ2Decompressor` does."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib under the names of `_Codec`; it checks length and checksum."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)  # 31: with the header of gzip
        self._tail = b""

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        part = self._zlib.decompress(self._tail + data, max_length)
        self._tail = self._zlib.unconsumed_tail
        return part


class _Zstd:
    """zstandard under the names of `_Codec`, fed in slices, since it knows no largest output."""

    def __init__(self) -> None:
        try:
            import zstandard  # an extra
        except ImportError as error:
            raise MissingExtraError("packed with zstd: pip install 'paper-kg[zstd]', or unpack it with `unzstd`") from error
        self._error = zstandard.ZstdError
        self._zstd = zstandard.ZstdDecompressor(max_window_size=_MAX_MEMORY).decompressobj()
        self._tail = b""

    @property
    def eof(self) -> bool:
        return bool(self._zstd.eof)

    @property
    def needs_input(self) -> bool:
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        return bytes(self._zstd.unused_data) + self._tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        given, at, parts, size = self._tail + data, 0, [], 0
        try:
            while at < len(given) and size < max_length and not self._zstd.eof:
                part = self._zstd.decompress(given[at : at + _ZSTD_SLICE])
                at += _ZSTD_SLICE
                size += len(part)
                parts.append(part)
        except self._error as error:
            raise ValueError(str(error)) from error
        self._tail = given[at:]
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Packing:
    """One way of packing a single stream."""

    name: str
    magic: tuple[bytes, ...]  # that a stream, and each further one behind it, begins with
    codec: Callable[[], _Codec]
    ratio: int = FAR_RATIO


_PACKINGS = (
    _Packing("gzip", (b"\x1f\x8b",), _Gzip, RATIO),
    _Packing("zstd", (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))), _Zstd),  # frames, skippable frames
    _Packing("bzip2", (b"BZh",), bz2.BZ2Decompressor),
    _Packing("xz", (b"\xfd7zXZ\x00",), lambda: lzma.LZMADecompressor(memlimit=_MAX_MEMORY)),
)


def is_packed(head: bytes) -> bool:
    """Whether an input that begins so is a packed stream or a zip archive."""
    return is_zip(head) or any(head.startswith(packing.magic) for packing in _PACKINGS)


def is_zip(head: bytes) -> bool:
    """Whether an input that begins so is a zip archive."""
    return head.startswith((ZIP, _EMPTY_ZIP))


def unpacked(head: bytes, rest: Readable) -> Unpacked:
    """The content of the packed stream that begins with `head` and goes on with `rest`.

    Raises:
        MissingExtraError: what unpacks it is not installed.
    """
    packing = next(packing for packing in _PACKINGS if head.startswith(packing.magic))
    packing.codec()  # tells at once whether it is installed
    budget = Budget(ratio=packing.ratio)
    return Unpacked(_chunks(packing, head, rest, budget), budget)


def _chunks(packing: _Packing, head: bytes, rest: Readable, budget: Budget) -> Iterator[bytes]:
    """The content of all streams that follow each other."""

    def take() -> bytes:
        data = rest.read(_CHUNK_BYTES)
        budget.packed += len(data)
        return data

    budget.packed += len(head)
    data = head
    while data:
        codec = packing.codec()
        while not codec.eof:
            if codec.needs_input and not data and not (data := take()):
                raise DamagedError(Damage("truncated", f"the {packing.name} data is cut off: copy or download the file again"))
            try:
                part = codec.decompress(data, _CHUNK_BYTES)
            except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError, MemoryError) as error:
                raise DamagedError(
                    Damage("damaged", f"the {packing.name} data is damaged ({_words(error)}): copy or download the file again")
                ) from error
            data = b""
            if part:
                yield part
        data = _next_stream(packing, codec.unused_data, take)


def _next_stream(packing: _Packing, data: bytes, take: Callable[[], bytes]) -> bytes:
    """The start of the stream behind one that has ended; b"" where there is none. Zeros in between pad the file."""
    while not (data := data.lstrip(b"\0")) or len(data) < len(max(packing.magic, key=len)):
        more = take()
        if not more:
            break
        data += more
    if data and not data.startswith(packing.magic):
        raise DamagedError(Damage("trailing-bytes", f"bytes behind the end of the {packing.name} data were not read", cut=False))
    return data


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
