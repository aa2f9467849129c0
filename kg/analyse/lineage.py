"""What a thing builds on, what builds on it, and how many steps lie between: basedOn and derivedFrom, followed all the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.analyse.corpus import BIT, MENTION, WORK, Corpus, Entity, Said
from kg.analyse.figure import Figure, plural
from kg.model import Role

if TYPE_CHECKING:
    import networkx

NAME = "lineage"
_RINGS_TOLD, _NAMES_TOLD = 3, 8  # in notes

_METHOD = (
    "edges: basedOn and derivedFrom, each once however many papers say it. generation: the longest chain down to something that builds on"
    " nothing known (0); things that build on each other in a ring share one. ancestors, descendants: all that is reached. year: of the first"
    " paper that introduces it, else of the first that names it"
)
_METHOD_OF = (
    "edges: basedOn and derivedFrom, followed all the way both ways. steps: the fewest between the two. year: of the first paper that introduces"
    " it, else of the first that names it"
)


@dataclass(frozen=True, slots=True)
class Ancestor:
    """Where a thing stands in what builds on what."""

    entity: Entity
    generation: int  # 0: builds on nothing known
    builds_on: int  # things, directly
    built_on_by: int  # things, directly
    ancestors: int  # things that it builds on, directly or not
    descendants: int  # things that build on it, directly or not
    year: int | None
    in_ring: bool  # whether it builds on itself by way of others


@dataclass(frozen=True, slots=True)
class Step:
    """A thing that another builds on, or that builds on it."""

    entity: Entity
    steps: int  # below 0: it is built on; above 0: it builds on the thing asked for; 0: the thing itself
    year: int | None
    via: tuple[Entity, ...]  # the neighbours one step nearer, by identifier; empty for the thing itself
    papers: tuple[str, ...]  # identifiers of those that say so
    is_root: bool  # builds on nothing known


def ancestry(corpus: Corpus) -> list[tuple[int, int]]:
    """(thing, what it builds on), each pair once, sorted."""
    return sorted({(said.subject, said.object) for said in _said(corpus)})


def _said(corpus: Corpus) -> Iterable[Said]:
    return (said for said in corpus.relations if said.subject != said.object)


def lineage(corpus: Corpus, types: Collection[str] | None = None) -> Figure[Ancestor]:
    """All things that build on something or are built on: most descendants first, then by generation, name and identifier."""
    import networkx as nx

    edges = ancestry(corpus)
    if not edges:
        return Figure(NAME, Ancestor, (), _METHOD, len(corpus.papers), too_few="no paper says what something is based on or derived from")
    graph = nx.DiGraph(edges)
    years = first_years(corpus, graph.nodes)
    rows = [
        Ancestor(
            corpus.entities[thing], generation, graph.out_degree(thing), graph.in_degree(thing), above, below, years.get(thing), in_ring
        )
        for thing, (generation, above, below, in_ring) in _places(graph).items()
        if types is None or corpus.entities[thing].type in types
    ]
    rows.sort(key=lambda row: (-row.descendants, row.generation, row.entity.name, row.entity.id))
    roots = sum(not row.builds_on for row in rows)
    top = max((row.generation for row in rows), default=0)
    notes = [f"{plural(roots, 'thing')} that build on nothing known, {plural(top, 'generation')} above them"]
    return Figure(NAME, Ancestor, tuple(rows), _METHOD, len(_papers(corpus)), (*notes, *_rings(corpus, graph)))


def lineage_of(corpus: Corpus, thing: int) -> Figure[Step]:
    """What the thing builds on, farthest first; itself; what builds on it, nearest first; then by year, name and identifier."""
    import networkx as nx

    graph = nx.DiGraph(ancestry(corpus))
    if thing not in graph:
        reason = f"no paper says what {corpus.entities[thing].name} is based on or derived from, or what is based on it"
        return Figure(NAME, Step, (), _METHOD_OF, len(corpus.papers), too_few=reason)
    below = nx.single_source_shortest_path_length(graph, thing)
    above = nx.single_source_shortest_path_length(graph.reverse(copy=False), thing)
    # In a ring a thing lies on both sides: it is told on the nearer one, on that of what is built on where both are as near.
    steps = {node: -below[node] if below.get(node, len(graph)) <= above.get(node, len(graph)) else above[node] for node in {*below, *above}}
    years, said = first_years(corpus, steps), _sayers(corpus)
    rows = []
    for node, step in steps.items():
        via = _nearer(graph, node, step, below, above)
        papers = sorted({paper for near in via for paper in said[(near, node) if step < 0 else (node, near)]})
        rows.append(
            Step(
                corpus.entities[node], step, years.get(node), tuple(corpus.entities[near] for near in via),
                tuple(corpus.papers[paper].id for paper in papers), not graph.out_degree(node),
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.steps, row.year or 0, row.entity.name, row.entity.id))
    reached = graph.subgraph(steps)
    return Figure(NAME, Step, tuple(rows), _METHOD_OF, len({p for row in rows for p in row.papers}), tuple(_rings(corpus, reached)))


def _nearer(graph: networkx.DiGraph[int], node: int, step: int, below: Mapping[int, int], above: Mapping[int, int]) -> list[int]:
    if step < 0:
        return sorted(n for n in graph.predecessors(node) if below.get(n) == -step - 1)
    return sorted(n for n in graph.successors(node) if step > 0 and above.get(n) == step - 1)


def _sayers(corpus: Corpus) -> dict[tuple[int, int], tuple[int, ...]]:
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    for said in _said(corpus):
        pair = (said.subject, said.object)
        found[pair] = tuple(sorted({*found.get(pair, ()), *said.papers}))
    return found


def _papers(corpus: Corpus) -> set[int]:
    return {paper for said in _said(corpus) for paper in said.papers}


def _places(graph: networkx.DiGraph[int]) -> dict[int, tuple[int, int, int, bool]]:
    """Thing → generation, ancestors, descendants, whether it is in a ring; rings are one node of the condensed graph."""
    import networkx as nx

    rings = nx.condensation(graph)
    size = {ring: len(rings.nodes[ring]["members"]) for ring in rings}
    generation: dict[int, int] = {}
    for ring in reversed(list(nx.topological_sort(rings))):
        generation[ring] = max((generation[below] + 1 for below in rings.successors(ring)), default=0)
    places = {}
    for ring in rings:
        above = sum(size[n] for n in nx.descendants(rings, ring)) + size[ring] - 1
        below = sum(size[n] for n in nx.ancestors(rings, ring)) + size[ring] - 1
        for thing in rings.nodes[ring]["members"]:
            places[thing] = (generation[ring], above, below, size[ring] > 1)
    return places


def _rings(corpus: Corpus, graph: networkx.DiGraph[int]) -> list[str]:
    """Words on things that build on each other in a ring, which papers disagree on or were read wrongly."""
    import networkx as nx

    rings = sorted(sorted(ring) for ring in nx.strongly_connected_components(graph) if len(ring) > 1)
    told = [f"build on each other in a ring: {_listed(corpus, ring)}" for ring in rings[:_RINGS_TOLD]]
    return told + ([f"{plural(len(rings) - _RINGS_TOLD, 'more ring')} not told here"] if len(rings) > _RINGS_TOLD else [])


def _listed(corpus: Corpus, things: list[int]) -> str:
    names = ", ".join(corpus.entities[thing].name for thing in things[:_NAMES_TOLD])
    return names + (f" and {len(things) - _NAMES_TOLD:,} more" if len(things) > _NAMES_TOLD else "")


def first_years(corpus: Corpus, things: Iterable[int]) -> dict[int, int]:
    """Thing → year of the first paper that introduces it, else of the first that names it; things without one are left out."""
    wanted = set(things)
    introduced: dict[int, int] = {}
    named: dict[int, int] = {}
    for place, paper in enumerate(corpus.papers):
        if paper.year is None:
            continue
        for thing in wanted.intersection(corpus.named(place, WORK | MENTION)):
            named[thing] = min(named.get(thing, paper.year), paper.year)
        for thing in wanted.intersection(corpus.named(place, BIT[Role.INTRODUCES])):
            introduced[thing] = min(introduced.get(thing, paper.year), paper.year)
    return named | introduced
