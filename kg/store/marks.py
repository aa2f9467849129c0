"""The marks of a stream of triples, written as lines: kept in files until it is known which of them came twice."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from kg.store.change import MARK_BYTES

if TYPE_CHECKING:
    import numpy as np

_PARTS = 128  # files, told apart by a mark's first bits: of a thousand million triples each has 125 MB, looked at one after the other
_SHIFT = 1  # bits of a mark's first byte that do not tell the file
_BUFFER = 1 << 16  # bytes of each that wait to be written
_HELD = 1 << 16  # marks that are held before any is written: a graph of a few hundred papers needs no file
_END = b" .\n"  # of a line of N-Triples; a text cannot have it, its line feeds are written \n


class Marks:
    """16 bytes a line on disk, and some megabytes in memory until they are counted; a context manager that drops the files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, IO[bytes]] = {}
        self._open = ExitStack()
        self._held: list[bytes] = []
        self.lines = 0
        self._sum = 0

    def add(self, lines: bytes) -> None:
        """Note some lines of N-Triples, each ended by " .", and a line feed."""
        marks = [blake2b(line, digest_size=MARK_BYTES).digest() for line in lines.split(_END)[:-1]]  # as `change.mark`, without a call
        self.lines += len(marks)
        self._sum += sum(map(int.from_bytes, marks))
        self._held += marks
        if len(self._held) >= _HELD:
            for part, rows in _by_part(self._take()):
                self._file(part).write(rows)

    def _take(self) -> bytes:
        held = b"".join(self._held)
        self._held.clear()
        return held

    def distinct(self) -> tuple[int, int]:
        """How many different lines there were, and the sum of their marks."""
        lines, total = self.lines, self._sum
        for marks in self._parts():
            for mark, times in _repeated(marks):
                lines -= times - 1
                total -= (times - 1) * int.from_bytes(mark)
        return lines, total

    def _parts(self) -> Iterator[bytes]:
        """All marks, the equal ones in one piece."""
        held = dict(_by_part(self._take())) if self._files else {0: self._take()}
        for part in sorted({*self._files, *held}):
            written = b""
            if part in self._files:
                self._files[part].seek(0)
                written = self._files[part].read()
            yield written + held.get(part, b"")

    def _file(self, part: int) -> IO[bytes]:
        if part not in self._files:
            file = tempfile.TemporaryFile(dir=self._folder, buffering=_BUFFER)  # noqa: SIM115 (closed by `close`)
            self._files[part] = self._open.enter_context(file)
        return self._files[part]

    def close(self) -> None:
        """Drop the files."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _by_part(marks: bytes) -> Iterator[tuple[int, bytes]]:
    """The marks of each part that has some."""
    import numpy as np

    rows = np.frombuffer(marks, np.uint8).reshape(-1, MARK_BYTES)
    parts = rows[:, 0] >> _SHIFT
    rows = rows[np.argsort(parts, kind="stable")]
    ends = np.cumsum(np.bincount(parts, minlength=_PARTS)).tolist()
    for part, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        if start < end:
            yield part, rows[start:end].tobytes()


def _repeated(marks: bytes) -> Iterator[tuple[bytes, int]]:
    """The marks that came more than once, and how often they did."""
    import numpy as np

    rows: np.ndarray[tuple[int, int], np.dtype[np.uint64]] = np.frombuffer(marks, "<u8").reshape(-1, 2)
    keys = np.sort(rows[:, 0])
    twice = np.unique(keys[1:][keys[1:] == keys[:-1]])
    if twice.size:
        found = Counter(row.tobytes() for row in rows[np.isin(rows[:, 0], twice)])
        yield from ((mark, times) for mark, times in found.items() if times > 1)
