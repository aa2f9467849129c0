"""One input while it is read: its name, its first bytes, and the rest as a stream, as lines, as text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

from kg.sources.decoding import bom_encoding, decode, is_plain_utf8
from kg.sources.packed import ENDINGS as PACKED_ENDINGS
from kg.sources.packed import Damage, Readable, Unpacked

if TYPE_CHECKING:
    from kg.sources.child import Task

MAX_FILE_BYTES = 64 * 1024 * 1024  # of an input that has to be read whole: with its lines and blocks some 400 MB of memory
MAX_LINE_BYTES = 16 * 1024 * 1024  # of a line: a full text with its parse has 0.1–2 MB; a line of 256 MB is a bomb
_CHUNK_BYTES = 1024 * 1024


class RefusedError(Exception):
    """A reader refuses its input, or the rest of it; becomes a `Rejection` of the stage "read"."""

    def __init__(self, code: str, message: str, *, place: str = "") -> None:
        """Keep the fields of the rejection."""
        super().__init__(message)
        self.code = code
        self.place = place


@dataclass(frozen=True, slots=True)
class Input:
    """An opened input: its first bytes, read already, and the rest. It can be read once, in one of the ways below."""

    source: str  # the path as the user gave it, or as found below a folder; "-" for standard input
    head: bytes  # the first HEAD_BYTES, or all
    rest: Readable
    name: str = ""  # of a member of an archive; "" for what is no member
    columns: Mapping[str, str] = field(default_factory=dict)  # of a table: field → the column that holds it, where the user says so
    task: Task | None = None  # that its format's reader has begun with it; then its bytes are gone

    @property
    def ending(self) -> str:
        """The ending of its name in lower case, without that of a packing; "" without one."""
        path = PurePath(self.name or self.source)
        return PurePath(path.stem if path.suffix.lower() in PACKED_ENDINGS else path.name).suffix.lower()

    @property
    def damage(self) -> Damage | None:
        """What was found so far to be wrong with its packing."""
        return self.rest.damage if isinstance(self.rest, Unpacked) else None

    @property
    def has_utf8_lines(self) -> bool:
        """Whether `lines` gives its lines, in UTF-8: no other encoding, no CR in place of LF."""
        plain = bom_encoding(self.head) in (None, "utf-8-sig") and is_plain_utf8(self.head)
        return plain and (b"\r" not in self.head or b"\n" in self.head)

    def all_bytes(self) -> bytes:
        """Everything.

        Raises:
            RefusedError: it is longer than MAX_FILE_BYTES, or its packing is damaged so that a part is missing.
        """
        rest = self.rest.read(MAX_FILE_BYTES + 1 - len(self.head))
        if self.damage is not None and self.damage.cut:
            raise RefusedError(self.damage.code, f"{self.damage.message}; nothing of it was read")
        if len(self.head) + len(rest) > MAX_FILE_BYTES:
            raise RefusedError("too-long", f"more than {MAX_FILE_BYTES // 1024**2} MB: split it, or give it as JSON, one paper per line")
        return self.head + rest

    def all_text(self) -> str:
        """Everything as text, lines ending in LF.

        Raises:
            RefusedError: as of `all_bytes`.
        """
        return decode(self.all_bytes())

    def lines(self, *, ends: bool = False) -> Iterator[tuple[int, bytes | None]]:
        """(number from 1, line without its end, or with it), streamed; None in place of a line over MAX_LINE_BYTES.

        The last line is left out where damage of the packing has cut it.
        """
        kept: list[bytes] = []
        number, size, end = 1, 0, b"\n" if ends else b""
        for chunk in self._chunks():
            *ended, tail = chunk.split(b"\n")
            for part in ended:
                size += len(part)
                yield number, (None if size > MAX_LINE_BYTES else b"".join([*kept, part, end]) if kept or ends else part)
                number, kept, size = number + 1, [], 0
            size += len(tail)
            if size <= MAX_LINE_BYTES:
                kept.append(tail)
            else:
                kept = []
        if size and not (self.damage and self.damage.cut):
            yield number, None if size > MAX_LINE_BYTES else b"".join(kept)

    def file(self) -> BinaryIO:
        """Everything as a file that can seek: the file itself, or what a pipe or a packing gave, in memory.

        Raises:
            RefusedError: it had to be read into memory; as of `all_bytes`.
        """
        rest = self.rest
        if isinstance(rest, io.BufferedReader | io.BytesIO) and rest.seekable():
            rest.seek(0)
            return rest
        return io.BytesIO(self.all_bytes())

    def stream(self) -> BinaryIO:
        """Everything as a file that is read once, from its start."""
        return io.BufferedReader(_Joined(self))

    def _chunks(self) -> Iterator[bytes]:
        yield self.head
        while chunk := self.rest.read(_CHUNK_BYTES):
            yield chunk


class _Joined(io.RawIOBase):
    """The head of an input and its rest, as one stream."""

    def __init__(self, of: Input) -> None:
        super().__init__()
        self._pending = memoryview(of.head)
        self._rest = of.rest

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer; how many bytes that took, 0 at the end."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # any writable buffer
        part = bytes(self._pending[: len(view)]) or self._rest.read(len(view))
        self._pending = self._pending[len(part) :]
        view[: len(part)] = part
        return len(part)
