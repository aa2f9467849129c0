"""How far reading is, in bytes of the files that are read: all that is known of what is left without reading it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

from kg.model import Record, Rejection

_BYTES_PER_CHAR = 1.5  # of a file for each character of a paper's text, until this reading has told its own
_AHEAD = 1024 * 1024  # that a file is read at once where it is read as a stream
_LEARNT = 8 * _AHEAD  # from here on a stream tells its own number


class Position:
    """Where reading is; filled by `kg.sources.read`, which it is given to."""

    def __init__(self) -> None:
        self.total = 0  # bytes of all files to be read, packed ones as they are; 0 where that cannot be known, as of standard input
        self._passed = 0  # bytes of the files that are done
        self._chars = 0  # characters of text that all of these gave
        self._stream: BinaryIO | None = None
        self._size = 0
        self._chars_here = 0
        self._bytes_per_char = _BYTES_PER_CHAR

    def start(self, found: Iterable[str | Rejection]) -> None:
        """Add up the sizes of all files that were found."""
        files = [path for path in found if isinstance(path, str)]
        self.total = 0 if "-" in files else sum(size_of(path) for path in files)

    def enter(self, stream: BinaryIO, size: int) -> None:
        """Reading goes on with a file of `size` bytes."""
        self._stream, self._size, self._chars_here = stream, size, 0

    def leave(self) -> None:
        """A file is done."""
        self._passed += self._size
        self._chars += self._chars_here
        if self._chars:
            self._bytes_per_char = self._passed / self._chars
        self._stream, self._size, self._chars_here = None, 0, 0

    def pass_by(self, record: Record) -> None:
        """A paper was read."""
        self._chars_here += len(record.title) + len(record.abstract) + sum(len(section.text) for section in record.sections)

    @property
    def done(self) -> int:
        """Bytes that are read and whose papers were given.

        A reader is ahead of its papers, by a chunk or by the whole file: so the characters of those that were given tell within these.
        """
        if self._stream is None:
            return self._passed
        at = min(_place(self._stream), self._size)
        is_streamed = at < self._size
        if is_streamed and at > _LEARNT:
            self._bytes_per_char = (self._passed + at) / max(1, self._chars + self._chars_here)
        least = at - _AHEAD if is_streamed else 0
        return self._passed + min(at, max(least, int(self._chars_here * self._bytes_per_char)))


def size_of(path: str) -> int:
    """Bytes of a file; 0 where it cannot be told."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 (Path would not keep a name that is not UTF-8)
    except (OSError, ValueError):
        return 0


def _place(stream: BinaryIO) -> int:
    try:
        return stream.tell()
    except (OSError, ValueError):  # closed, or no file that knows
        return 0
