"""Which nodes a page draws first: by a ranking that the page states, never more than asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.model import Role
from kg.view.data import PAPER, Graph

_STRENGTH = {role.value: rank for rank, role in enumerate(Role)}
_RELATION = 4  # a relation between entities ranks like runsOn: beside the stated roles, before mere mentions


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One end of an edge as seen from the other."""

    node: int
    strength: int  # of the relation, 0 is strongest
    score: float  # of the best claim


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Neighbours of every node, each once, strongest first; and how many papers speak of each node."""

    neighbours: tuple[tuple[Neighbour, ...], ...]
    papers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The nodes drawn first, most important first, and the sentence that says how they were chosen."""

    drawn: tuple[int, ...]
    focus: tuple[int, ...]
    rule: str
    total: int = 0  # nodes that would be drawn were there no limit


def adjacency(graph: Graph) -> Adjacency:
    """Neighbours of every node of the graph, whatever the direction of the edge."""
    best: list[dict[int, Neighbour]] = [{} for _ in graph.nodes]
    papers: list[set[int]] = [set() for _ in graph.nodes]
    for edge in graph.edges:
        strength, score = _STRENGTH.get(edge.predicate, _RELATION), edge.claims[0].score
        for here, there in ((edge.subject, edge.object), (edge.object, edge.subject)):
            papers[here] |= {claim.paper for claim in edge.claims}
            if here == there:
                continue
            known = best[here].get(there)
            if known is None or (strength, -score) < (known.strength, -known.score):
                best[here][there] = Neighbour(there, strength, score)
    ordered = tuple(tuple(sorted(found.values(), key=lambda n: (n.strength, -n.score, n.node))) for found in best)
    return Adjacency(ordered, tuple(len(found) for found in papers))


def around(graph: Graph, links: Adjacency, focus: Sequence[int], depth: int, limit: int) -> Selection:
    """`focus` and what lies within `depth` edges of it: nearest first, then strongest relation, then best score."""
    drawn, last = dict.fromkeys(focus), list(dict.fromkeys(focus))
    for _ in range(depth):
        reached = sorted(
            (n for node in last for n in links.neighbours[node] if n.node not in drawn),
            key=lambda n: (n.strength, -n.score, n.node),
        )
        last = list(dict.fromkeys(n.node for n in reached))
        drawn |= dict.fromkeys(last)
    names = ", ".join(graph.nodes[i].name for i in focus[:3]) + (f" and {len(focus) - 3} more" if len(focus) > 3 else "")
    steps = "one step" if depth == 1 else f"{depth} steps"
    rule = f"Drawn: {names}, and what lies within {steps}; where that is too much, the strongest relations and best scores."
    return Selection(tuple(drawn)[:limit], tuple(focus)[:limit], rule, len(drawn))


def of_kind(graph: Graph, links: Adjacency, kind: str, limit: int) -> Selection:
    """Nodes of one type, those of most papers first, with the papers that speak of them, at most half of each."""
    wanted = sorted(
        (i for i, n in enumerate(graph.nodes) if n.type == kind), key=lambda i: (-links.papers[i], -len(links.neighbours[i]), i)
    )
    if kind == PAPER:
        return Selection(tuple(wanted[:limit]), (), "Drawn: papers, those with most links first.", len(wanted))
    entities = wanted[: (limit + 1) // 2]
    papers = [n.node for i in entities for n in links.neighbours[i] if graph.nodes[n.node].type == PAPER]
    drawn = dict.fromkeys(entities) | dict.fromkeys(papers)
    rule = f"Drawn: every {kind}, those of most papers first, and the papers that speak of them."
    return Selection(_fill(drawn, wanted, limit), (), rule, len({*drawn, *wanted}))


def only(nodes: Iterable[int], links: Adjacency, limit: int) -> Selection:
    """The given nodes and no other, those with most neighbours among all first."""
    drawn = sorted(set(nodes), key=lambda i: (-len(links.neighbours[i]), i))
    return Selection(tuple(drawn[:limit]), (), "Drawn: the nodes that were asked for, those with most links first.", len(drawn))


def _fill(drawn: dict[int, None], more: Iterable[int], limit: int) -> tuple[int, ...]:
    for node in more:
        if len(drawn) >= limit:
            break
        drawn[node] = None
    return tuple(drawn)[:limit]
