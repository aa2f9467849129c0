"""A small picture of what lies next to a thing: the thing in the middle, its nearest neighbours round it, whole numbers throughout.

The list beside it says the same in words, so that the picture is for the eye alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kg import vocab
from kg.lookup import End
from kg.serve.pages.addresses import end_link
from kg.serve.pages.statements import Group
from kg.store import Snapshot

WIDTH = 440  # units of the picture; one is a pixel where there is room
MOST = 12  # neighbours that are drawn: more would set labels over each other
_LETTERS = 16  # of a label that is drawn
_FEW = 6  # neighbours that a lower picture holds
_HEIGHTS = (230, 340)
_REACH = 100  # half the width of the ellipse that neighbours stand on
_MARGIN = 42  # above and below it
_OFF = 11  # between a node and its label


@dataclass(frozen=True, slots=True)
class Node:
    """A neighbour in the picture."""

    end: End
    href: str
    reads: str  # how the statement reads: "uses", "introduced by"
    x: int
    y: int
    label: str  # cut to what fits
    label_x: int
    label_y: int
    anchor: str  # "start", "middle" or "end", as SVG has it


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two nodes."""

    x1: int
    y1: int
    x2: int
    y2: int
    between: bool  # two neighbours, not the thing and one of them


@dataclass(frozen=True, slots=True)
class Picture:
    """A thing and its neighbours as they are drawn."""

    thing: End
    height: int
    x: int
    y: int
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    more: int  # neighbours that are not drawn


def draw(snapshot: Snapshot, thing: End, groups: Sequence[Group]) -> Picture | None:
    """The picture of a thing among those that its groups of statements show; None where it has no neighbours.

    Every group gives its first neighbour before any gives a second.
    """
    told: dict[End, str] = {}
    for turn in zip_longest(*(group.statements for group in groups if group.key != "stated")):
        for group, statement in zip((g for g in groups if g.key != "stated"), turn, strict=True):
            if statement is not None and statement.other.type:
                told.setdefault(statement.other, group.reads)
    told.pop(thing, None)
    if not told:
        return None
    chosen = sorted(list(told.items())[:MOST], key=lambda pair: (pair[0].type, pair[1], pair[0].label.casefold()))
    height = _HEIGHTS[len(chosen) > _FEW]
    middle = (WIDTH // 2, height // 2)
    nodes = tuple(_node(end, reads, 2 * math.pi * (turn + 0.5) / len(chosen), height) for turn, (end, reads) in enumerate(chosen))
    lines = [Line(*middle, node.x, node.y, False) for node in nodes]
    lines += [Line(one.x, one.y, other.x, other.y, True) for one, other in _linked(snapshot, nodes)]
    total = len({*told})
    return Picture(thing, height, *middle, nodes, tuple(lines), total - len(nodes))


def _node(end: End, reads: str, turn: float, height: int) -> Node:
    """A neighbour at an angle from the top, clockwise, with its label outside."""
    angle = turn - math.pi / 2
    x, y = round(WIDTH / 2 + _REACH * math.cos(angle)), round(height / 2 + (height / 2 - _MARGIN) * math.sin(angle))
    across = math.cos(angle)
    anchor = "middle" if abs(across) < 0.2 else "start" if across > 0 else "end"
    aside = 0 if anchor == "middle" else _OFF if anchor == "start" else -_OFF
    down = 4 if anchor != "middle" else (22 if math.sin(angle) > 0 else -14)
    return Node(end, end_link(end.iri), reads, x, y, _cut(end.label, _LETTERS), x + aside, y + down, anchor)


def _linked(snapshot: Snapshot, nodes: Sequence[Node]) -> list[tuple[Node, Node]]:
    """Pairs of neighbours between which a paper states anything."""
    by_iri = {snapshot.iri(node.end.iri): node for node in nodes}
    pairs = []
    for one, node in by_iri.items():
        for other, neighbour in by_iri.items():
            if one != other and any(quad.predicate in vocab.STATED for quad in snapshot.store.quads_for_pattern(one, None, other)):
                pairs.append((node, neighbour))
    return pairs


def _cut(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"
