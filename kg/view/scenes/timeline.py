"""When things came up: years from left to right, a lane for each type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kg import vocab
from kg.analyse import Corpus
from kg.analyse.corpus import BIT, WORK
from kg.analyse.figure import plural
from kg.analyse.lineage import first_years
from kg.analyse.trends import Trend, trends
from kg.model import EntityType, Role
from kg.view.data import PAPER
from kg.view.scenes.scene import DRAWN, Scene

VIEW = "timeline"
LANES: tuple[str, ...] = (PAPER, *(vocab.FOLDER[type] for type in EntityType))
_CELL = 5  # nodes of one year and type
_TRENDS = 5  # rising things told, and falling ones

_METHOD = (
    "Papers stand at their year, things at the year of the first paper that introduces them, else names them. Drawn are for each year and type the"
    " papers with most things and the things of most papers, in turns, so that each is there."
)

Cell = tuple[int | None, int]  # year and place in LANES


@dataclass(frozen=True, slots=True)
class _Item:
    """A paper or thing."""

    id: str
    cell: Cell
    weight: int  # papers that work with the thing; things that the paper works with
    introduced: bool  # whether the year is that of a paper that introduces it


def scene(corpus: Corpus) -> Scene:
    """When things came up."""
    items = _items(corpus)
    dated = sum(paper.year is not None for paper in corpus.papers)
    if not dated:
        return Scene(VIEW, empty=_empty(corpus), total=len(items), papers=len(corpus.papers))
    drawn = _chosen(items)
    left = Counter(item.cell for item in items) - Counter(item.cell for item in drawn)
    years = sorted({item.cell[0] for item in drawn}, key=_dated)
    lanes = sorted({item.cell[1] for item in drawn})
    published = Counter(paper.year for paper in corpus.papers)
    undated = len(corpus.papers) - dated
    facts: dict[str, object] = {
        "years": [{"year": year, "papers": published[year]} for year in years],
        "lanes": [LANES[lane] for lane in lanes],
        "column": [years.index(item.cell[0]) for item in drawn],
        "lane": [lanes.index(item.cell[1]) for item in drawn],
        "slot": _slots(drawn),
        "introduced": [item.introduced for item in drawn],
        "left": sorted([years.index(year), lanes.index(lane), number] for (year, lane), number in left.items()),
        "trends": _trends(corpus),
    }
    notes = [f"{plural(left.total(), 'node')} of these years and types {'is' if left.total() == 1 else 'are'} not drawn"] if left else []
    notes += [f"{plural(undated, 'paper')} without a date {'stands' if undated == 1 else 'stand'} under “no date”"] if undated else []
    return Scene(
        VIEW, tuple(item.id for item in drawn), facts=facts, total=len(items), method=_METHOD, papers=len(corpus.papers), notes=tuple(notes)
    )


def _empty(corpus: Corpus) -> str:
    if not corpus.papers:
        return "The graph holds no paper. Add some with `kg build`."
    who = "The paper has" if len(corpus.papers) == 1 else f"None of the {len(corpus.papers):,} papers has"
    what = "no date" if len(corpus.papers) == 1 else "a date"
    return f"{who} {what}. Add papers as JSON lines with their date, or with an arXiv identifier, which tells the year, by `kg build`."


def _dated(year: int | None) -> tuple[bool, int]:
    """Order of years; no date comes last."""
    return (year is None, year or 0)


def _items(corpus: Corpus) -> list[_Item]:
    """All papers, and all things that a paper names."""
    named, users = corpus.users(WORK | BIT[Role.MENTIONS]), corpus.users()
    introduced = {thing for thing, papers in corpus.users(BIT[Role.INTRODUCES]).items() if any(corpus.papers[p].year for p in papers)}
    years = first_years(corpus, named)
    items = [_Item(paper.id, (paper.year, 0), len(corpus.named(place)), introduced=True) for place, paper in enumerate(corpus.papers)]
    lane = {str(type): LANES.index(vocab.FOLDER[type]) for type in EntityType}
    for thing in named:
        entity = corpus.entities[thing]
        cell = (years.get(thing), lane[entity.type])
        items.append(_Item(entity.id, cell, len(users.get(thing, ())), introduced=thing in introduced))
    return items


def _chosen(items: Sequence[_Item]) -> list[_Item]:
    """At most DRAWN: the first of each lane and year, then the firsts of all cells, the seconds, and so on; heaviest first within a turn.

    Of a cell no more than _CELL where there are many cells: the lanes below would be out of sight.
    """
    cells: dict[Cell, list[_Item]] = {}
    for item in sorted(items, key=lambda item: (-item.weight, item.id)):
        cells.setdefault(item.cell, []).append(item)
    most = max(_CELL, DRAWN // max(1, len(cells)) // 2)
    lanes, years = set[int](), set[int | None]()
    turns: list[tuple[int, int, str, _Item]] = []
    for cell in sorted(cells, key=lambda cell: (-cells[cell][0].weight, cells[cell][0].id)):
        new = cell[1] not in lanes or cell[0] not in years
        lanes.add(cell[1])
        years.add(cell[0])
        turns += [(-1 if new and not turn else turn, -item.weight, item.id, item) for turn, item in enumerate(cells[cell][:most])]
    taken = [item for *_, item in sorted(turns, key=lambda turn: turn[:3])[:DRAWN]]
    return sorted(taken, key=lambda item: (-item.weight, item.id))


def _slots(drawn: Sequence[_Item]) -> list[int]:
    """Place of each within its cell, heaviest first, from 0."""
    filled: Counter[Cell] = Counter()
    slots = []
    for item in drawn:
        slots.append(filled[item.cell])
        filled[item.cell] += 1
    return slots


def _trends(corpus: Corpus) -> dict[str, object]:
    """What rises and falls most clearly, with the words of the figure; `few` says why nothing can be told."""
    figure = trends(corpus)
    told = {direction: [row for row in figure.rows if row.direction == direction][:_TRENDS] for direction in ("rising", "falling")}
    none = "" if figure.too_few or any(told.values()) else "no thing rises or falls more clearly than chance would give"
    return {
        **{direction: [_trend(row) for row in rows] for direction, rows in told.items()},
        "tested": 0 if figure.too_few else len(figure.rows),
        "method": figure.method,
        "papers": figure.papers,
        "few": figure.too_few or none,
    }


def _trend(row: Trend) -> dict[str, object]:
    return {
        "id": row.entity.id, "name": row.entity.name, "papers": row.papers, "later": round(row.later, 3), "adjusted": float(f"{row.adjusted:.3g}"),
        "years": [list(year) for year in row.years],
    }  # fmt: skip


MAKERS = {VIEW: scene}
