"""Where the drawn nodes stand: nodes and their links in, whole-number positions out.

One unit is one pixel at zoom 1. The same nodes and links give the same positions: the start is a fixed spiral, nothing
is drawn by lot, and positions are rounded in every step so that the last bit of a sum cannot grow into a difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.view.data import PAPER, TYPES, Graph
from kg.view.selection import Adjacency, Selection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Position = tuple[int, int]

_GOLDEN = math.pi * (3 - math.sqrt(5))  # angle of the sunflower spiral: no two turns line up (Vogel 1979)
_STEPS = 300  # more moved nothing by more than a pixel on 39 papers
_GRAVITY = 0.03
_WIDE = 1.5  # labels lie flat: distances along x count less by this
_ASPECT = 1.1  # width to height of a map: between a narrow and a wide window
_AIR = 1.6  # extent of a map to the sum of its boxes
_EVEN = 0.4  # how far a crowded middle is evened out: 0 keeps the forces' map, 1 spreads rows and columns evenly
_RING = 150  # first ring round a focus
_GAP = 104  # room along a ring for one node and its label


def place(graph: Graph, links: Adjacency, selection: Selection) -> dict[int, Position]:
    """Position of every drawn node: rings round a focus, else a map in which linked nodes are near."""
    if selection.focus:
        return _rings(graph, links, selection)
    return _map(graph, links, selection.drawn)


def _rings(graph: Graph, links: Adjacency, selection: Selection) -> dict[int, Position]:
    """Focus in the middle; neighbours in sectors by type; what lies further out on the side of what leads to it."""
    focus = [i for i in selection.drawn if i in set(selection.focus)]
    placed: dict[int, tuple[float, float]] = {}
    for turn, i in enumerate(focus):
        radius = 0.0 if len(focus) == 1 else max(90.0, 30.0 * len(focus))
        angle = 2 * math.pi * turn / len(focus)
        placed[i] = (radius * _WIDE * math.cos(angle), radius * math.sin(angle))
    radius = _RING + max((abs(y) for _, y in placed.values()), default=0.0)
    parents = _parents(links, focus, selection.drawn)
    level = [i for i in selection.drawn if parents.get(i, (0, -1))[0] == 1]
    angle_of: dict[int, float] = {}
    depth = 1
    while level:
        level.sort(key=lambda i: (angle_of.get(parents[i][1], 0.0), TYPES.index(graph.nodes[i].type), selection.drawn.index(i)))
        toward = {i: angle_of[parents[i][1]] for i in level if parents[i][1] in angle_of}
        radius = _ring(level, radius, placed, angle_of, toward)
        depth += 1
        level = [i for i in selection.drawn if parents.get(i, (0, -1))[0] == depth]
    for turn, i in enumerate(i for i in selection.drawn if i not in placed):
        placed[i] = (turn * _GAP, radius + _RING)
    return {i: (round(x), round(y)) for i, (x, y) in placed.items()}


def _parents(links: Adjacency, focus: Sequence[int], drawn: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Drawn node → (steps from the focus, the node that leads to it)."""
    allowed, found, last = set(drawn), {i: (0, i) for i in focus}, list(focus)
    while last:
        reached: list[int] = []
        for here in last:
            for n in links.neighbours[here]:
                if n.node in allowed and n.node not in found:
                    found[n.node] = (found[here][0] + 1, here)
                    reached.append(n.node)
        last = reached
    return found


def _ring(
    level: Sequence[int], radius: float, placed: dict[int, tuple[float, float]], angle_of: dict[int, float], toward: dict[int, float]
) -> float:
    """Put one level on as many staggered ellipses as it needs, turned to what leads to it; the radius where the next level begins."""
    turns, room = 1, 2 * math.pi * radius * (1 + _WIDE) / 2 / _GAP
    while turns * room * (1 + (turns - 1) / 3) < len(level):
        turns += 1
    even = [2 * math.pi * rank / len(level) - math.pi / 2 for rank in range(len(level))]
    turned = sum(toward.get(i, even[rank]) - even[rank] for rank, i in enumerate(level)) / len(level)
    for rank, i in enumerate(level):
        angle = even[rank] + turned
        reach = radius + (rank % turns) * 70
        angle_of[i] = angle
        placed[i] = (reach * _WIDE * math.cos(angle), reach * math.sin(angle))
    return radius + (turns - 1) * 70 + 120


def _map(graph: Graph, links: Adjacency, drawn: Sequence[int]) -> dict[int, Position]:
    """Force-directed: nodes push each other off, links pull, a weak pull to the middle keeps the parts together.

    Source of the forces: Fruchterman & Reingold 1991, doi:10.1002/spe.4380211102, with links of hubs pulling less.
    """
    import numpy as np

    if not drawn:
        return {}
    number = {node: row for row, node in enumerate(drawn)}
    pairs = sorted(
        {(min(number[i], number[n.node]), max(number[i], number[n.node])) for i in drawn for n in links.neighbours[i] if n.node in number}
    )
    start = np.array(_spiral(graph, links, drawn), dtype=np.float64).reshape(len(drawn), 2)
    mass = np.array([2.0 if graph.nodes[i].type == PAPER else 1.0 for i in drawn])
    boxes = _boxes(graph, drawn)
    half = np.array(boxes, dtype=np.float64).reshape(len(boxes), 2)
    spread = apart(_shrink(_settle(start, pairs, mass), boxes), half, rounds=120, push=0.3)
    middle = (spread.min(axis=0) + spread.max(axis=0)) / 2
    return {node: (round(float(x)), round(float(y))) for node, (x, y) in zip(drawn, spread - middle, strict=True)}


def _spiral(graph: Graph, links: Adjacency, drawn: Sequence[int]) -> list[tuple[float, float]]:
    """Papers on a sunflower spiral, every other node beside the first drawn paper it is linked to."""
    papers = [i for i in drawn if graph.nodes[i].type == PAPER] or list(drawn)
    at = {
        i: (150 * math.sqrt(k + 0.5) * math.cos(k * _GOLDEN), 150 * math.sqrt(k + 0.5) * math.sin(k * _GOLDEN))
        for k, i in enumerate(papers)
    }
    places = []
    for k, i in enumerate(drawn):
        homes = [at[n.node] for n in links.neighbours[i] if n.node in at]
        x, y = at[i] if i in at else _mean(homes)
        places.append((x, y) if i in at else (x + 40 * math.cos(k * _GOLDEN), y + 40 * math.sin(k * _GOLDEN)))
    return places


def _mean(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    if not points:
        return 0.0, 0.0
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _settle(position: Array, pairs: Sequence[tuple[int, int]], mass: Array) -> Array:
    import numpy as np

    ends = np.array(pairs, dtype=np.intp).reshape(len(pairs), 2)
    degree = np.maximum(np.bincount(ends.ravel(), minlength=len(position)), 1)
    pull = 1.0 / np.sqrt(np.minimum(degree[ends[:, 0]], degree[ends[:, 1]]))
    ideal = 62.0  # pixels between linked nodes, before widening
    for step in range(_STEPS):
        delta = position[:, None, :] - position[None, :, :]
        square = np.maximum((delta**2).sum(axis=2), 25.0)
        push = (delta * (mass[:, None] * mass[None, :] * ideal**2 / square)[:, :, None]).sum(axis=1)
        along = position[ends[:, 1]] - position[ends[:, 0]]
        force = along * (np.sqrt((along**2).sum(axis=1)) / ideal * pull)[:, None]
        np.add.at(push, ends[:, 0], force)
        np.add.at(push, ends[:, 1], -force)
        push -= position * (_GRAVITY * mass[:, None] * np.sqrt(len(position)))
        length = np.maximum(np.sqrt((push**2).sum(axis=1)), 1e-9)
        heat = 60.0 * (1 - step / _STEPS) + 0.5
        position = np.round(position + push * (np.minimum(length, heat) / length)[:, None], 3)
    return position


def _boxes(graph: Graph, drawn: Sequence[int]) -> list[tuple[float, float]]:
    """Half width and half height that a node asks for, in pixels at zoom 1: a paper with its label, anything else with half of it.

    Of ten pairs tried on two graphs of 39 papers, this one labels most papers (35 and 34) in a window of 1280 × 800.
    """
    return [(75.0, 28.0) if graph.nodes[i].type == PAPER else (32.0, 16.0) for i in drawn]


def _shrink(position: Array, boxes: Sequence[tuple[float, float]]) -> Array:
    """Positions scaled so that their extent holds all boxes with some air, as wide as `_ASPECT` says."""
    import numpy as np

    area = sum(4 * width * height for width, height in boxes) * _AIR
    height = math.sqrt(area / _ASPECT)
    extent = position.max(axis=0) - position.min(axis=0)
    extent[extent == 0] = 1.0
    scaled = (position - position.min(axis=0)) / extent
    ranks = np.argsort(np.argsort(position, axis=0, kind="stable"), axis=0) / max(len(position) - 1, 1)
    scaled = (1 - _EVEN) * scaled + _EVEN * ranks
    scaled[:, 0] *= height * _ASPECT
    scaled[:, 1] *= height
    return np.asarray(scaled, dtype=np.float64)


def apart(position: Array, half: Array, *, rounds: int, push: float) -> Array:
    """Boxes pushed apart, along the shorter way, until no two overlap or the rounds are over.

    Args:
        position: middles, n × 2.
        half: half widths and heights, n × 2.
        rounds: at most.
        push: share of an overlap that one round takes away from either side, in (0, 0.5].
    """
    import numpy as np

    reach = half[:, None, :] + half[None, :, :]
    order = np.arange(len(position))
    for _ in range(rounds):
        delta = position[:, None, :] - position[None, :, :]
        overlap = np.maximum(reach - np.abs(delta), 0.0)
        both = (overlap[:, :, 0] > 0) & (overlap[:, :, 1] > 0) & (order[:, None] != order[None, :])
        if not both.any():
            break
        side = np.where(delta == 0, np.sign(order[:, None] - order[None, :])[:, :, None], np.sign(delta))
        flat = overlap[:, :, 0] < overlap[:, :, 1]
        move = np.stack(
            [np.where(both & flat, overlap[:, :, 0] * side[:, :, 0], 0.0), np.where(both & ~flat, overlap[:, :, 1] * side[:, :, 1], 0.0)],
            axis=2,
        )
        position = np.round(position + push * move.sum(axis=1), 3)
    return position
