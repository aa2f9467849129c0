"""Where things of a map stand: boxes and ties in, whole-number positions out, no two boxes over each other.

The same boxes and ties give the same places: the start is a fixed spiral, nothing is drawn by lot, and positions are rounded in
every step so that the last bit of a sum cannot grow into a difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from kg.view.layout import apart

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Box = tuple[int, int]  # half width and half height, pixels at zoom 1
Place = tuple[int, int]
Pull = tuple[int, int, float]  # two boxes and how strongly they are tied, in (0, 1]

_GOLDEN = math.pi * (3 - math.sqrt(5))  # angle of the sunflower spiral: no two turns line up (Vogel 1979)
_STEPS = 200
_ROUNDS = 150
_GRAVITY = 0.05
_ASPECT = 1.45  # width to height of a map: of the drawing area beside legend and panel on a wide window
_CALLS, _PACES = 4, (32, 8, 2)  # rounds of drawing boxes in, and by how many pixels
_AIR = 1.25  # area of the forces' map to that of the boxes, before they are pushed apart


def arrange(boxes: Sequence[Box], pulls: Sequence[Pull]) -> list[Place]:
    """Middles of the boxes, strongly tied ones near each other, none over another; the first is the most important and keeps its place."""
    import numpy as np

    if not boxes:
        return []
    if len(boxes) == 1:
        return [(0, 0)]
    half = np.array(boxes, dtype=np.float64).reshape(len(boxes), 2)
    spread = apart(_scaled(_settled(half, pulls), half), half, rounds=_ROUNDS, push=0.35)
    placed = _free([(round(float(x)), round(float(y))) for x, y in spread], boxes)
    return centred(_drawn_in(centred(placed, boxes), boxes), boxes)


def centred(placed: Sequence[Place], boxes: Sequence[Box]) -> list[Place]:
    """The places moved so that the middle of what they cover is (0, 0)."""
    middle = []
    for axis in (0, 1):
        low = min(place[axis] - box[axis] for place, box in zip(placed, boxes, strict=True))
        high = max(place[axis] + box[axis] for place, box in zip(placed, boxes, strict=True))
        middle.append((low + high) // 2)
    return [(x - middle[0], y - middle[1]) for x, y in placed]


def extent(placed: Sequence[Place], boxes: Sequence[Box]) -> Box:
    """Half width and half height of what centred places cover."""
    width = max((abs(place[0]) + box[0] for place, box in zip(placed, boxes, strict=True)), default=0)
    height = max((abs(place[1]) + box[1] for place, box in zip(placed, boxes, strict=True)), default=0)
    return width, height


def _settled(half: Array, pulls: Sequence[Pull]) -> Array:
    """Force-directed (Fruchterman & Reingold 1991, doi:10.1002/spe.4380211102): large boxes push more, ties pull, all fall inwards."""
    import numpy as np

    size = np.sqrt(half[:, 0] * half[:, 1])
    mass = size / size.mean()
    ideal = 2.2 * float(size.mean())
    position = np.array([(ideal * math.sqrt(k) * math.cos(k * _GOLDEN), ideal * math.sqrt(k) * math.sin(k * _GOLDEN))
                         for k in range(len(half))]).round(3)  # fmt: skip
    ends = np.array([(one, other) for one, other, _ in pulls], dtype=np.intp).reshape(len(pulls), 2)
    weight = np.array([strength for _, _, strength in pulls], dtype=np.float64)
    for step in range(_STEPS):
        delta = position[:, None, :] - position[None, :, :]
        square = np.maximum((delta**2).sum(axis=2), 25.0)
        force = (delta * (mass[:, None] * mass[None, :] * ideal**2 / square)[:, :, None]).sum(axis=1)
        along = position[ends[:, 1]] - position[ends[:, 0]]
        pulled = along * (np.sqrt((along**2).sum(axis=1)) / ideal * weight)[:, None]
        np.add.at(force, ends[:, 0], pulled)
        np.add.at(force, ends[:, 1], -pulled)
        force -= position * (_GRAVITY * mass[:, None] * math.sqrt(len(half)))
        length = np.maximum(np.sqrt((force**2).sum(axis=1)), 1e-9)
        heat = ideal * (1 - step / _STEPS) + 0.5
        position = np.round(position + force * (np.minimum(length, heat) / length)[:, None], 3)
    return position


def _scaled(position: Array, half: Array) -> Array:
    """The map stretched to as much room as the boxes take and some air."""
    import numpy as np

    area = float((4 * half[:, 0] * half[:, 1]).sum()) * _AIR
    reach = position.max(axis=0) - position.min(axis=0)
    reach[reach == 0] = 1.0
    height = math.sqrt(area / _ASPECT)
    return np.asarray(np.round((position - position.min(axis=0)) / reach * np.array([height * _ASPECT, height]), 3), dtype=np.float64)


def _free(wanted: Sequence[Place], boxes: Sequence[Box]) -> list[Place]:
    """Each place, or the nearest one on a spiral round it where its box meets none of those before."""
    placed: list[Place] = []
    for (x, y), box in zip(wanted, boxes, strict=True):
        turn, found = 0, (x, y)
        while any(_meet(found, box, there, other) for there, other in zip(placed, boxes, strict=False)):
            turn += 1
            reach = 6 * math.sqrt(turn)
            found = (x + round(_ASPECT * reach * math.cos(turn * _GOLDEN)), y + round(reach * math.sin(turn * _GOLDEN)))
        placed.append(found)
    return placed


def _drawn_in(placed: list[Place], boxes: Sequence[Box]) -> list[Place]:
    """The places moved towards the middle as far as no box meets another, the inner ones first."""
    placed = list(placed)
    for _ in range(_CALLS):
        before = list(placed)
        for k in sorted(range(len(placed)), key=lambda k: (placed[k][0] ** 2 + (_ASPECT * placed[k][1]) ** 2, k)):
            for step, axis in product(_PACES, (0, 1)):
                while abs(placed[k][axis]) >= step:
                    moved = placed[k][axis] - (step if placed[k][axis] > 0 else -step)
                    there = (moved, placed[k][1]) if axis == 0 else (placed[k][0], moved)
                    if any(_meet(there, boxes[k], placed[n], boxes[n]) for n in range(len(placed)) if n != k):
                        break
                    placed[k] = there
        if placed == before:
            break
    return placed


def _meet(place: Place, box: Box, there: Place, other: Box) -> bool:
    return abs(place[0] - there[0]) < box[0] + other[0] and abs(place[1] - there[1]) < box[1] + other[1]
