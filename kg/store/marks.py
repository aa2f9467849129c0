"""The marks of a stream of triples, written as lines: kept in a file until it is known which of them came twice."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.store.change import MARK_BYTES

if TYPE_CHECKING:
    import numpy as np

_PART = 4_000_000  # marks looked at together when the repeated ones are found: some 100 MB
_READ = 1_000_000  # marks read at a time
_END = b" .\n"  # of a line of N-Triples; a text cannot have it, its line feeds are written \n


class Marks:
    """16 bytes a line on disk and none in memory; a context manager that drops the file."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=1 << 20)  # noqa: SIM115 - closed by `close`
        self.lines = 0
        self._sum = 0

    def add(self, lines: bytes) -> None:
        """Note some lines of N-Triples, each ended by " .", and a line feed."""
        marks = [blake2b(line, digest_size=MARK_BYTES).digest() for line in lines.split(_END)[:-1]]  # as `change.mark`, without a call
        self._file.write(b"".join(marks))
        self.lines += len(marks)
        self._sum += sum(map(int.from_bytes, marks))

    def distinct(self) -> tuple[int, int]:
        """How many different lines there were, and the sum of their marks."""
        lines, total = self.lines, self._sum
        self._file.flush()
        for mark, times in self._repeated():
            lines -= times - 1
            total -= (times - 1) * int.from_bytes(mark)
        return lines, total

    def _repeated(self) -> Iterator[tuple[bytes, int]]:
        """The marks that came more than once, and how often they did."""
        import numpy as np

        parts = 1 + self.lines // _PART
        for part in range(parts):
            rows = np.concatenate([rows[rows[:, 0] % parts == part] for rows in self._rows()]) if self.lines else np.empty((0, 2), "<u8")
            keys = np.sort(rows[:, 0])
            twice = np.unique(keys[1:][keys[1:] == keys[:-1]])
            if twice.size:
                found = Counter(row.tobytes() for row in rows[np.isin(rows[:, 0], twice)])
                yield from ((mark, times) for mark, times in found.items() if times > 1)

    def _rows(self) -> Iterator[np.ndarray[tuple[int, int], np.dtype[np.uint64]]]:
        """All marks, each as two whole numbers."""
        import numpy as np

        self._file.seek(0)
        while read := self._file.read(_READ * MARK_BYTES):
            yield np.frombuffer(read, "<u8").reshape(-1, 2)

    def close(self) -> None:
        """Drop the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
