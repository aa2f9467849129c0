"""The lines of a graph in the order of their bytes, sorted in files, so that memory does not grow with the graph."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from pathlib import Path
from typing import BinaryIO

_CHUNK = 250_000  # lines sorted at a time: some 60 MB; 1e8 triples make 400 files, which a process may have open
END = b" .\n"  # of a line of N-Quads in the default graph


def to_line(triple: str) -> bytes:
    """The line of a triple, given as its N-Triples text without the full stop."""
    return triple.encode() + END


class Sorted:
    """Lines that lie sorted in files."""

    def __init__(self, files: Sequence[Iterable[bytes]], size: int) -> None:
        self._files = files
        self.size = size  # bytes of all lines

    def lines(self) -> Iterator[bytes]:
        """All lines in order; to be read once."""
        return heapq.merge(*self._files)


@contextmanager
def sort(lines: Iterable[bytes], folder: Path) -> Iterator[Sorted]:
    """Lines, each with its end, in order, as often as they come; kept in files in `folder`, which are gone afterwards."""
    lines = iter(lines)
    size = 0
    files: list[BinaryIO] = []
    with ExitStack() as stack:
        while chunk := sorted(islice(lines, _CHUNK)):
            path = folder / f"lines-{len(files)}"
            stack.callback(path.unlink, missing_ok=True)
            size += _write(path, chunk)
            files.append(stack.enter_context(path.open("rb")))
            chunk.clear()  # before there is another
        yield Sorted(files, size)


def told_apart(left: Iterable[bytes], right: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines that only one of two sorted streams has, in order, each with whether that is `right`; as often as it has them more."""
    one, other = iter(left), iter(right)
    mine, theirs = next(one, None), next(other, None)
    while mine is not None or theirs is not None:
        if mine == theirs:
            mine, theirs = next(one, None), next(other, None)
        elif mine is not None and (theirs is None or mine < theirs):
            yield mine, False
            mine = next(one, None)
        elif theirs is not None:
            yield theirs, True
            theirs = next(other, None)


def distinct(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each of the sorted lines once."""
    return (line for line, _ in groupby(lines))


def _write(path: Path, lines: list[bytes]) -> int:
    with path.open("wb") as file:
        file.writelines(lines)
        return file.tell()
