"""The lines of a page → its regions in reading order: columns, and what stands across them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from kg.sources.pdf.page import Line

_ACROSS = 12.0  # points that a line reaches over the gutter on both sides to stand across; formulas that are too long reach over on one
_FEWEST = 4  # lines in a column
_LONG = 0.6  # of the widest line that a line fills to tell the column's edges
_BELOW_ABSTRACT = 2.6  # em from one baseline to the next that end an abstract beside another column
_ROW = 0.4  # em between the baselines of what stands in one row
_CELL_GAP = 1.5  # em between two cells of a row; words in a line are nearer


class Region(NamedTuple):
    """A column, or a part of one, from top to bottom."""

    left: float  # edges of its text, in points
    right: float
    lines: list[Line]  # one for each row


def regions(page: Sequence[Line], gutter: float | None, usual_gutter: float | None) -> list[Region]:
    """The regions of a page in reading order.

    Args:
        page: its lines.
        gutter: where it has one, as `find_gutter` says.
        usual_gutter: where other pages of the paper have one, for pages that do not tell.
    """
    if not page:
        return []
    parted = _beside_abstract(page)
    if parted is not None:
        above, beside, abstract, below = parted
        return [
            *regions(above, find_gutter(above), usual_gutter),
            *map(_region, filter(None, (beside, abstract))),
            *regions(below, find_gutter(below), usual_gutter),
        ]
    if gutter is None and usual_gutter is not None and _crossing(page, usual_gutter) <= len(page) // 2:
        gutter = usual_gutter
    if gutter is None:
        return [_region(page)]
    across, left, right = [], [], []
    for line in page:
        if line.left < gutter - _ACROSS and line.right > gutter + _ACROSS:
            across.append(line)
        elif line.left + line.right < 2 * gutter:
            left.append(line)
        else:
            right.append(line)
    return list(_bands(across, left, right))


def _beside_abstract(page: Sequence[Line]) -> tuple[list[Line], list[Line], list[Line], list[Line]] | None:
    """The lines above, left of, in and below an abstract that stands beside a column "ARTICLE INFO", as Elsevier sets it; None without."""
    label = next((line for line in page if _compact(line) == "abstract"), None)
    if label is None or not any(
        _compact(line) in ("articleinfo", "articlehistory") and abs(line.base - label.base) < label.size for line in page
    ):
        return None
    edge = label.left - _ACROSS
    bottom = label.base
    for line in sorted((line for line in page if line.base < label.base and line.right > edge), key=_height):
        if line.left < edge or bottom - line.base > _BELOW_ABSTRACT * line.size:
            break
        bottom = line.base
    top, bottom = label.base + 0.5 * label.size, bottom - 0.5 * label.size
    inside = [line for line in page if bottom <= line.base <= top]
    return (
        [line for line in page if line.base > top],
        [line for line in inside if line.left < edge],
        [line for line in inside if line.left >= edge],
        [line for line in page if line.base < bottom],
    )


def _compact(line: Line) -> str:
    text = line.text
    return text.replace(" ", "").casefold() if text[:1] in "aA" and len(text) < 40 else ""


def find_gutter(page: Sequence[Line]) -> float | None:
    """Where between two columns of a page nothing stands; None for a page of one column."""
    if len(page) < 2 * _FEWEST:
        return None
    lefts, rights = sorted(line.left for line in page), sorted(line.right for line in page)
    start, end = lefts[len(lefts) // 20], rights[-1 - len(rights) // 20]
    width = end - start
    if width < 100:
        return None
    low, high = int(start + 0.35 * width), int(start + 0.65 * width)
    edges = [0] * (high - low + 2)
    for line in page:
        left, right = line.left, line.right
        if left < high and right > low:
            edges[int(left) - low if left > low else 0] += 1
            edges[int(right) + 1 - low if right < high else -1] -= 1
    cover = list(accumulate(edges))[:-1]
    fewest = min(cover)
    best = [low + at for at, number in enumerate(cover) if number == fewest]
    middle = (start + end) / 2
    gutter = min(best, key=lambda x: abs(x - middle)) + 0.0
    sides = [line for line in page if not (line.left < gutter < line.right)]
    before = [line.right <= gutter for line in sides].count(True)
    after = len(sides) - before
    if before < _FEWEST or after < _FEWEST or fewest > len(sides) / 2:
        return None
    full = [line.right - line.left > 0.3 * width for line in sides].count(True)
    # Columns are full of lines; cells of a table that fills the page are not.
    return gutter if full >= 0.3 * len(sides) and full >= fewest / 2 else None


def _crossing(page: Sequence[Line], gutter: float) -> int:
    return sum(line.left < gutter - _ACROSS and line.right > gutter + _ACROSS for line in page)


def _bands(across: list[Line], left: list[Line], right: list[Line]) -> Iterator[Region]:
    """What stands across, and between that the left column before the right one."""
    columns = [sorted(column, key=_height) for column in (left, right)]
    taken = [0, 0]
    edges = [_edges(column) for column in columns]
    wide: list[Line] = []
    for line in [*sorted(across, key=_height), None]:
        above: list[list[Line]] = []
        for number, column in enumerate(columns):
            stop = taken[number]
            while stop < len(column) and (line is None or column[stop].base > line.base):
                stop += 1
            above.append(column[taken[number] : stop])
            taken[number] = stop
        if wide and any(above):
            yield Region(*_edges(wide), list(_rows(wide)))
            wide = []
        for number, lines in enumerate(above):
            if lines:
                yield Region(*edges[number], list(_rows(lines)))
        if line is not None:
            wide.append(line)
    if wide:
        yield Region(*_edges(wide), list(_rows(wide)))


def _region(page: Sequence[Line]) -> Region:
    return Region(*_edges(page), list(_rows(sorted(page, key=_height))))


def _height(line: Line) -> float:
    return -line.base


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Where most long lines begin, and where they end."""
    if not lines:
        return 0.0, 0.0
    widest = sorted(line.right - line.left for line in lines)[-1 - len(lines) // 20]
    long = [line for line in lines if line.right - line.left > _LONG * widest] or list(lines)
    begin, _ = Counter(round(line.left / 2) for line in long).most_common(1)[0]
    rights = sorted(line.right for line in long)
    return 2.0 * begin, rights[-1 - len(rights) // 10]


def _rows(lines: Sequence[Line]) -> Iterator[Line]:
    """One line for each row of lines that are sorted from top to bottom."""
    row: list[Line] = []
    for line in lines:
        if row and row[0].base - line.base < _ROW * max(row[0].size, line.size):
            row.append(line)
            continue
        if row:
            yield row[0] if len(row) == 1 and not row[0].cell else _one(row)
        row = [line]
    if row:
        yield _one(row)


def _one(row: list[Line]) -> Line:
    """The parts of a row as one line; `cell` tells that some of them stand far apart, in this region."""
    if len(row) == 1:
        return row[0]._replace(cell=False) if row[0].cell else row[0]
    row.sort(key=lambda line: line.left)
    main = max(row, key=lambda line: len(line.text))
    text, right, cell = row[0].text, row[0].right, False
    for line in row[1:]:
        gap = line.left - right
        cell = cell or gap > _CELL_GAP * main.size
        text += (" " if gap > 0.12 * main.size else "") + line.text  # 0.12 em: the narrowest spaces have 0.2
        right = max(right, line.right)
    first = row[0]
    return main._replace(text=text, left=first.left, right=right, first=first.first, run_in=first.run_in, broken=row[-1].broken, cell=cell)
