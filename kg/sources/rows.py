"""Lines of a table to its rows; a quote that never closes costs its row, not the rows behind it, and a last row that is cut costs itself.

`csv` reads such a cell to the end of the table, or to its limit, and goes on in the middle of what it took for a cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

MAX_CELL_CHARS = 1_000_000  # as long as a document may be
_ROWS_BEHIND = 3  # that look whole, behind an open quote where the file ends without a line end: fewer may be lines of a text that is cut
_WHOLE = "copy or download the file again if it was cut"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the rows of a table are written."""

    delimiter: str
    spaced: bool  # whether a blank follows each delimiter
    columns: int  # how many there are


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands in place of a row that cannot be read."""

    code: str  # of its rejection
    message: str


@dataclass(slots=True)
class _Lines:
    """The lines of a table, with those that the row at hand has taken."""

    rest: Iterator[str]
    number: int  # of the line in which the row at hand begins
    taken: list[str] = field(default_factory=list)
    ended: bool = False  # within the row at hand

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.ended = True
        line = next(self.rest)
        self.ended = False
        self.taken.append(line)
        return line

    def begin(self, row: int = 0, again: Sequence[str] = ()) -> None:
        """Begin the next row: `row` lines further on, or behind all that were taken; `again` is read once more."""
        self.number += row or len(self.taken)
        self.rest, self.taken, self.ended = (chain(again, self.rest) if again else self.rest), [], False


def read(lines: Iterator[str], first: int, dialect: Dialect) -> Iterator[tuple[int, list[str] | Wrong]]:
    """Each row as the number of its first line and its cells, or as the line to look at and what is wrong there.

    A last row without a line end is cut where a quote is open, or where it alone has fewer cells than there are columns.

    Where a quote never closes, reading goes on with the line behind it if that line and all others that the quote has taken are whole rows,
    with a cell for each of two or more columns; else it ends there, as it does where the file may be cut within the quote.

    Args:
        lines: each with its end, LF; the last one without where it has none.
        first: number of the first of them.
        dialect: how they are written.
    """
    csv.field_size_limit(MAX_CELL_CHARS)
    source = _Lines(lines, first)
    rows = csv.reader(source, delimiter=dialect.delimiter, skipinitialspace=dialect.spaced)
    full, ragged = 0, False  # rows that have all cells; whether one before has not
    while True:
        try:
            row = next(rows)
            wrong = ""
        except StopIteration:
            return
        except csv.Error as error:
            row, wrong = [], str(error)
        if not wrong and not source.ended:
            short = 0 < len(row) < dialect.columns
            is_cut = short and full > 1 and not ragged and not source.taken[-1].endswith("\n")
            yield source.number, Wrong("truncated", f"the file ends within this row: {_WHOLE}, or fill the row") if is_cut else row
            full, ragged = full + (not short), ragged or short
            source.begin()
            continue
        opening = _opening(source.taken, dialect)
        if opening is None:
            yield source.number, Wrong("bad-row", f"not a row ({wrong or 'it does not end'}): close its quotes")
            source.begin()
            continue
        behind = source.taken[opening + 1 :]
        has_end = not source.ended or source.taken[-1].endswith("\n")
        goes_on = (has_end or len(behind) >= _ROWS_BEHIND) and all(_is_whole(line, dialect) for line in behind)
        yield source.number + opening, _unclosed(goes_on=goes_on, is_cut=not has_end and not goes_on)
        if not goes_on:
            return
        source.begin(opening + 1, behind)


def _unclosed(*, goes_on: bool, is_cut: bool) -> Wrong:
    """What is wrong with a row whose quote is not closed: the file is cut in it, or the quote was forgotten."""
    if is_cut:
        return Wrong("truncated", f"the file ends within the quote that opens in this line: {_WHOLE}, or close the quote")
    left = "it was left out" if goes_on else "it and all that follows were left out"
    return Wrong("bad-row", f"not a row (a quote opens in this line and is not closed: {left}): close it")


def _opening(lines: Sequence[str], dialect: Dialect) -> int | None:
    """Which of the lines of one row holds the quote that is not closed in them, from 0; None where each one is."""
    end = re.escape(dialect.delimiter)
    blanks = " *" if dialect.spaced else ""
    cell = re.compile(rf'{blanks}(?:(?P<open>")(?:[^"]|"")*+(?P<closed>")?[^{end}\n]*|[^{end}\n]*)')
    text = "".join(lines)
    at = 0
    while at < len(text) and (match := cell.match(text, at)) is not None:
        if match["open"] and not match["closed"]:
            return text.count("\n", 0, match.start("open"))
        at = match.end() + 1
    return None


def _is_whole(line: str, dialect: Dialect) -> bool:
    """Whether a line is blank, or a row by itself with a cell for each column."""
    try:
        rows = list(csv.reader([line], delimiter=dialect.delimiter, skipinitialspace=dialect.spaced, strict=True))
    except csv.Error:
        return False
    return not line.strip() or (dialect.columns > 1 and [len(row) for row in rows] == [dialect.columns])
