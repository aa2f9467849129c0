"""What ties things together, so that all of them can be resolved a component at a time, with the same result.

A thing is looked at together with others for a name that they share, for one spelled almost so, for a slug, or because a person
joined two names. Ties tell of all these, and rather of too much: a component may be too big, never too small. Only curated things
are asked for across components: what lies under them (`kg.resolve.kinds.above`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from typing import TypeVar

from kg.model import EntityType
from kg.names import slug
from kg.resolve.decided import Decided
from kg.resolve.forms import halves, may_be_misspelt
from kg.resolve.linking import SPELLED, spelled
from kg.resolve.uses import Use

_Node = TypeVar("_Node")


def ties(use: Use, decided: Decided) -> set[str]:
    """What ties the thing of a use to other things: two that have one of these in common belong together."""
    type, names = use.type, {*use.names}
    found = {f"name {type} {name}" for name in (*use.names, *use.hints, *use.wider)}
    called = {use.name, *decided.given(type, names)} | ({use.thing[1:]} if use.thing.startswith("=") else set())
    found |= {f"slug {type} {stem}" for stem in map(slug, called) if stem}  # without a slug, no other thing bears on the path
    if decided.same:
        joined = (same for name in names for same in decided.same_by_name.get((type, name), ()))
        found |= {f"same {type} {same.one[0]} {same.other[0]}" for same in joined}
    return found


def spelling(use: Use) -> str:
    """How the thing of a use is spelled, for `blocks` and `near`; "" where it is too short to be another's misspelling."""
    name = spelled((str(use.type), use.thing))
    return name if len(name) >= SPELLED else ""


def blocks(type: EntityType, name: str) -> tuple[str, ...]:
    """Keys of which two spellings, of which one may be the other misspelt, have one in common: their halves, counted by the shorter."""
    return tuple(f"{type} {size} {half}" for size in (len(name) - 1, len(name)) if size >= SPELLED for half in halves(name, size))


def near(block: Collection[tuple[_Node, str]]) -> Iterator[tuple[_Node, _Node]]:
    """Pairs of things of a block, given with their spellings, that may be one misspelt."""
    for (one, first), (other, second) in combinations(block, 2):
        if first != second and may_be_misspelt(first, second):
            yield one, other


def components(edges: Iterable[tuple[_Node, _Node]]) -> dict[_Node, _Node]:
    """Every node of the edges → one node that stands for all it is connected with, the same for all of them."""
    parent: dict[_Node, _Node] = {}

    def root(node: _Node) -> _Node:
        path = []
        while (above := parent.setdefault(node, node)) != node:
            path.append(node)
            node = above
        parent.update(dict.fromkeys(path, node))
        return node

    for one, other in edges:
        parent[root(one)] = root(other)
    return {node: root(node) for node in list(parent)}
