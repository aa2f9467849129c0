"""What builds on what, from left to right: by year where years are known and in order, else by generation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from kg.analyse import Corpus
from kg.analyse.figure import plural
from kg.analyse.lineage import Ancestor, ancestry, lineage
from kg.view.scenes.grid import pieces
from kg.view.scenes.layers import Edge, Placed, packed, placed
from kg.view.scenes.scene import Scene

VIEW = "lineage"
DRAWN = 80  # things; of 150 that hang together names could not be read without coming closer, on 1280 × 800 px
WIDE, HIGH = 176, 52  # pixels of a column and, at least, of a row: a label is about 130 × 18 px, under its mark
_SCREEN = 1.25  # width of a picture by its height that fills the canvas
_KNOWN = 0.8  # share of things with a year from which on columns are years
_IN_ORDER = 0.9  # share of edges whose older end is no younger, likewise
_TOLD = 5  # names in a note
_FAR = 9999  # stands for no year, after all years

_METHOD = (
    "An arrow is basedOn or derivedFrom, however many papers say it. Drawn are the things with most descendants and ancestors, connected pieces"
    " whole where they fit."
)
_BY_YEAR = "From left to right: the year of the first paper that introduces a thing, else names it, and within a year what builds on what."
_BY_GENERATION = (
    "From left to right: what builds on it, by the longest chain; what builds on nothing known stands beside what first builds on it."
)

_Rank = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column each thing stands in."""

    of: Mapping[int, int]
    years: tuple[int | None, ...] | None  # of each column, None for no date; None where columns are generations
    later: tuple[int, ...]  # things that stand right of their year, after what they build on


def scene(corpus: Corpus) -> Scene:
    """What builds on what."""
    figure = lineage(corpus)
    if not figure.rows:
        return Scene(VIEW, empty=_empty(corpus), papers=len(corpus.papers))
    at = {entity.id: place for place, entity in enumerate(corpus.entities)}
    rows = {at[row.entity.id]: row for row in figure.rows}
    built = [(base, thing) for thing, base in ancestry(corpus)]
    drawn = _chosen(rows, built)
    edges = [edge for edge in built if edge[0] in drawn and edge[1] in drawn]
    rings = _rings(edges)
    columns = _columns(rows, drawn, edges, rings)
    parts = _parts(columns, drawn, edges)
    moves = packed(parts, shared=columns.years is not None)
    high = _high(parts, moves)
    spot = {
        node: (round((part.column[node] + over) * WIDE), round((part.row[node] + down) * high))
        for part, (over, down) in zip(parts, moves, strict=True)
        for node in part.column
    }
    place = {node: number for number, node in enumerate(drawn)}
    facts: dict[str, object] = {
        "axis": "generation" if columns.years is None else "year",
        "columns": _headings(columns),
        "generation": [rows[node].generation for node in drawn],
        "year": [rows[node].year for node in drawn],
        "ancestors": [rows[node].ancestors for node in drawn],
        "descendants": [rows[node].descendants for node in drawn],
        "roots": [place[node] for node in drawn if not rows[node].builds_on],
        "rings": [[place[node] for node in ring] for ring in rings],
        "later": [place[node] for node in columns.later],
        "routes": _routes(parts, moves, place, high),
    }
    notes = [*figure.notes, *_left(len(rows), len(drawn)), *_moved(corpus, columns.later)]
    method = f"{_METHOD} {_BY_GENERATION if columns.years is None else _BY_YEAR}"
    return Scene(
        VIEW, tuple(corpus.entities[node].id for node in drawn), tuple(spot[node] for node in drawn), facts=facts, total=len(rows),
        method=method, papers=figure.papers, notes=tuple(notes),
    )  # fmt: skip


def _empty(corpus: Corpus) -> str:
    if not corpus.papers:
        return "The graph holds no paper. Add some with `kg build`."
    return (
        f"None of {plural(len(corpus.papers), 'paper')} says what a thing is based on or derived from. Add papers that say so with `kg build`,"
        " or see in the view of what is used together how things are tied."
    )


def _left(all: int, drawn: int) -> list[str]:
    return [f"{plural(all - drawn, 'thing')} with fewer descendants and ancestors are not drawn"] if all > drawn else []


def _moved(corpus: Corpus, later: Sequence[int]) -> list[str]:
    if not later:
        return []
    names = ", ".join(corpus.entities[node].name for node in later[:_TOLD])
    more = f" and {len(later) - _TOLD:,} more" if len(later) > _TOLD else ""
    return [f"first named in an earlier year than what they build on, and drawn after it: {names}{more}"]


def _chosen(rows: Mapping[int, Ancestor], edges: Sequence[Edge]) -> dict[int, None]:
    """At most DRAWN things, most important first: whole pieces, the one with the most important thing first; of one too large a part that hangs together."""
    things = sorted(rows)
    number = {thing: at for at, thing in enumerate(things)}
    rank = {thing: _rank(rows[thing]) for thing in things}
    parts = [[things[at] for at in piece] for piece in pieces(len(things), [(number[a], number[b]) for a, b in edges])]
    parts.sort(key=lambda part: min(rank[thing] for thing in part))
    taken: list[int] = []
    for part in parts:
        room = DRAWN - len(taken)
        if len(part) <= room:
            taken += part
        elif not taken:
            taken += _grown(part, edges, rank, room)
    return dict.fromkeys(sorted(taken, key=rank.__getitem__))


def _rank(row: Ancestor) -> _Rank:
    return -row.descendants - row.ancestors, -row.built_on_by - row.builds_on, row.generation, row.entity.id


def _grown(part: Sequence[int], edges: Sequence[Edge], rank: Mapping[int, _Rank], room: int) -> list[int]:
    """The most important things of a piece that can be reached from the most important one through each other."""
    inside = set(part)
    near: dict[int, list[int]] = {thing: [] for thing in part}
    for one, other in edges:
        if one in inside:
            near[one].append(other)
            near[other].append(one)
    first = min(part, key=rank.__getitem__)
    waiting, seen = [(rank[first], first)], {first}
    taken: list[int] = []
    while waiting and len(taken) < room:
        _, thing = heappop(waiting)
        taken.append(thing)
        for other in near[thing]:
            if other not in seen:
                seen.add(other)
                heappush(waiting, (rank[other], other))
    return taken


def _rings(edges: Sequence[Edge]) -> list[list[int]]:
    """Things that build on each other in a ring, each ring ascending."""
    import networkx as nx

    return sorted(sorted(ring) for ring in nx.strongly_connected_components(nx.DiGraph(edges)) if len(ring) > 1)


def _forward(edges: Sequence[Edge], rings: Sequence[Sequence[int]], year: Mapping[int, int | None]) -> list[Edge]:
    """The edges but for those that close rings."""
    rank: dict[int, tuple[int, int]] = {}
    for number, ring in enumerate(rings):
        rank.update({node: (number, at) for at, node in enumerate(_unrolled(ring, edges, year))})
    return [(a, b) for a, b in edges if a not in rank or b not in rank or rank[a][0] != rank[b][0] or rank[a] < rank[b]]


def _unrolled(ring: Sequence[int], edges: Sequence[Edge], year: Mapping[int, int | None]) -> list[int]:
    """A ring in an order that few of its edges go against.

    Of P. Eades, X. Lin and W. F. Smyth (Information Processing Letters 47, 1993) the step for graphs without ends: next is what most build on and
    what builds on least.
    """
    left = set(ring)
    inner = [(a, b) for a, b in edges if a in left and b in left]
    found: list[int] = []
    while left:
        more = dict.fromkeys(left, 0)
        for a, b in inner:
            if a in left and b in left:
                more[a] += 1
                more[b] -= 1
        following = min(left, key=lambda node, more=more: (-more[node], year[node] or _FAR, node))  # type: ignore[misc]
        found.append(following)
        left.remove(following)
    return found


def _columns(rows: Mapping[int, Ancestor], drawn: Collection[int], edges: Sequence[Edge], rings: Sequence[Sequence[int]]) -> _Columns:
    """Columns such that every edge goes to a later one, but for those that close rings."""
    own = {node: rows[node].year for node in drawn}
    forward = _forward(edges, rings, own)
    order = _topological(drawn, forward)
    below: dict[int, list[int]] = {node: [] for node in order}
    above: dict[int, list[int]] = {node: [] for node in order}
    for one, other in forward:
        below[other].append(one)
        above[one].append(other)
    if not _by_year(own, forward):
        return _Columns(_nearer(_depths(order, below, dict.fromkeys(order)), below, above), None, ())
    year = _years(order, below, above, own)
    depth = _depths(order, below, year)
    keys = sorted({_key(year[node], depth[node]) for node in order})
    number = {key: at for at, key in enumerate(keys)}
    later = tuple(node for node in drawn if own[node] is not None and own[node] != year[node])
    return _Columns({node: number[_key(year[node], depth[node])] for node in order}, tuple(None if no else at for no, at, _ in keys), later)


def _key(year: int | None, depth: int) -> tuple[bool, int, int]:
    """Years in order, and what has no date at all after them."""
    return (year is None, year or 0, depth)


def _by_year(own: Mapping[int, int | None], edges: Sequence[Edge]) -> bool:
    """Whether enough things have a year, of two years at least, and few are older than what they build on."""
    known = [year for year in own.values() if year is not None]
    if len(known) < _KNOWN * len(own) or len(set(known)) < 2:
        return False
    dated = [(before, after) for a, b in edges if (before := own[a]) is not None and (after := own[b]) is not None]
    return sum(before <= after for before, after in dated) >= _IN_ORDER * len(dated)


def _latest(years: Iterable[int | None]) -> int | None:
    return max((year for year in years if year is not None), default=None)


def _years(
    order: Sequence[int], below: Mapping[int, Sequence[int]], above: Mapping[int, Sequence[int]], own: Mapping[int, int | None]
) -> dict[int, int | None]:
    """Year that each stands at: its own, not before what it builds on; one without a date stands with its nearest."""
    year: dict[int, int | None] = {}
    for node in order:
        year[node] = _latest([own[node], *(year[base] for base in below[node])])
    for node in reversed(order):
        if year[node] is None:
            year[node] = min((found for other in above[node] if (found := year[other]) is not None), default=None)
    for node in order:
        if year[node] is None:
            year[node] = _latest(year[base] for base in below[node])
    return year


def _depths(order: Sequence[int], below: Mapping[int, Sequence[int]], year: Mapping[int, int | None]) -> dict[int, int]:
    """Steps to the farthest thing of the same year that each builds on."""
    depth: dict[int, int] = {}
    for node in order:
        depth[node] = max((depth[base] + 1 for base in below[node] if year[base] == year[node]), default=0)
    return depth


def _nearer(depth: Mapping[int, int], below: Mapping[int, Sequence[int]], above: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """The columns, where what builds on nothing stands just left of the first that builds on it, which spares long lines."""
    return {node: at if below[node] or not above[node] else min(depth[other] for other in above[node]) - 1 for node, at in depth.items()}


def _topological(nodes: Collection[int], edges: Sequence[Edge]) -> list[int]:
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(sorted(nodes))
    graph.add_edges_from(edges)
    return list(nx.lexicographical_topological_sort(graph))


def _parts(columns: _Columns, drawn: Collection[int], edges: Sequence[Edge]) -> list[Placed]:
    nodes = sorted(drawn)
    number = {node: at for at, node in enumerate(nodes)}
    found = []
    for piece in pieces(len(nodes), [(number[a], number[b]) for a, b in edges]):
        inside = {nodes[at] for at in piece}
        found.append(placed({node: columns.of[node] for node in sorted(inside)}, [edge for edge in edges if edge[0] in inside]))
    return found


def _high(parts: Sequence[Placed], moves: Sequence[tuple[int, float]]) -> float:
    """Pixels of a row: more where the whole would else lie flat on a screen."""
    columns = max(max(part.column.values()) + over for part, (over, _) in zip(parts, moves, strict=True))
    rows = max(part.height + down for part, (_, down) in zip(parts, moves, strict=True))
    return min(3.0 * HIGH, max(float(HIGH), columns * WIDE / _SCREEN / rows))


def _headings(columns: _Columns) -> list[dict[str, object]]:
    """Where each year begins; [] where columns are generations, which pieces beside each other do not share."""
    if columns.years is None:
        return []
    first = {year: columns.years.index(year) for year in dict.fromkeys(columns.years)}
    return [{"year": year, "x": at * WIDE, "columns": columns.years.count(year)} for year, at in first.items()]


def _routes(parts: Sequence[Placed], moves: Sequence[tuple[int, float]], place: Mapping[int, int], high: float) -> list[list[object]]:
    """[older, younger, [[x, y], …]] of edges over several columns: the free slots that they take."""
    found: list[list[object]] = []
    for part, (over, down) in zip(parts, moves, strict=True):
        for (one, other), stops in part.routes.items():
            found.append([place[one], place[other], [[(at + over) * WIDE, round((row + down) * high)] for at, row in stops]])
    return sorted(found, key=lambda route: (route[0], route[1]))


MAKERS = {VIEW: scene}
