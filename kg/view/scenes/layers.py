"""Where the nodes of a layered drawing stand: order within layers, rows that keep lines straight, and pieces packed beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.view.scenes.barycentre import Layers, ordered

_SWEEPS = 16  # of straightening; rows moved by less than a pixel after twelve
_BESIDE = 0.6  # rows between a passing line and its neighbour; two nodes are 1 apart
_STRAIGHT = 4.0  # how much more a passing line weighs than a node: bends in it are what the eye trips over

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """A connected piece, drawn by itself."""

    column: Mapping[int, int]  # node → layer, as given
    row: Mapping[int, float]  # node → row, from 0 down
    routes: Mapping[Edge, tuple[tuple[int, float], ...]]  # edge over several layers → (layer, row) of the free slots that it takes
    height: float  # rows


def placed(column: Mapping[int, int], edges: Sequence[Edge]) -> Placed:
    """Rows of one connected piece.

    Args:
        column: node → layer.
        edges: from a lower layer to a higher one; those within a layer have no say.
    """
    first = min(column.values())
    layers: Layers = [[] for _ in range(max(column.values()) - first + 1)]
    for node in sorted(column):
        layers[column[node] - first].append(node)
    short: list[Edge] = []
    passing: dict[Edge, list[int]] = {}
    free = max(column) + 1
    for one, other in sorted(edges):
        if column[one] >= column[other]:
            continue
        stops = list(range(free, free + column[other] - column[one] - 1))
        free += len(stops)
        for at, stop in enumerate(stops, start=column[one] - first + 1):
            layers[at].append(stop)
        chain = [one, *stops, other]
        short += pairwise(chain)
        if stops:
            passing[one, other] = stops
    best = ordered(layers, short)
    row = _straightened(best, short, column)
    routes = {edge: tuple((column[edge[0]] + at, row[stop]) for at, stop in enumerate(stops, start=1)) for edge, stops in passing.items()}
    return Placed(column, {node: row[node] for node in column}, routes, max(row.values()) + 1)


def _straightened(layers: Layers, edges: Sequence[Edge], column: Mapping[int, int]) -> dict[int, float]:
    """Rows near the mean of the neighbours', in the order given and far enough apart; the topmost is 0."""
    links: dict[int, list[int]] = {node: [] for layer in layers for node in layer}
    for one, other in edges:
        links[one].append(other)
        links[other].append(one)
    row: dict[int, float] = {}
    for layer in layers:
        row.update(_spread(layer, [0.0] * len(layer), column))
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = [_mean(node, row, links[node], column) for node in layer]
            row.update(_spread(layer, wanted, column))
    top = min(row.values(), default=0.0)
    return {node: round(at - top, 3) for node, at in row.items()}


def _mean(node: int, row: Mapping[int, float], near: Sequence[int], column: Mapping[int, int]) -> float:
    """Mean row of the neighbours, of passing lines more than of nodes."""
    if not near:
        return row[node]
    weights = [_STRAIGHT if other not in column else 1.0 for other in near]
    return sum(row[other] * weight for other, weight in zip(near, weights, strict=True)) / sum(weights)


def _spread(layer: Sequence[int], wanted: Sequence[float], column: Mapping[int, int]) -> dict[int, float]:
    """Rows nearest to the wanted ones by least squares that keep order and distance.

    With distances taken off it is isotonic regression: pool adjacent violators (R. E. Barlow et al., Statistical Inference under Order
    Restrictions, 1972).
    """
    offset = [0.0] * len(layer)
    for at in range(1, len(layer)):
        offset[at] = offset[at - 1] + (1.0 if layer[at] in column and layer[at - 1] in column else _BESIDE)
    pools: list[list[float]] = []  # sum of weights × aims, sum of weights, nodes
    for at, node in enumerate(layer):
        weight = 1.0 if node in column else _STRAIGHT
        pools.append([(wanted[at] - offset[at]) * weight, weight, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, weight, nodes = pools.pop()
            pools[-1] = [pools[-1][0] + total, pools[-1][1] + weight, pools[-1][2] + nodes]
    aims = [pool[0] / pool[1] for pool in pools for _ in range(int(pool[2]))]
    return {node: aims[at] + offset[at] for at, node in enumerate(layer)}


def packed(pieces: Sequence[Placed], *, shared: bool) -> list[tuple[int, float]]:
    """(columns, rows) to move each piece by, so that none lies on another and the whole is about as wide as a screen.

    Args:
        pieces: largest first.
        shared: whether a column means the same in all pieces, as a year does: they only move down then.
    """
    widths = [max(piece.column.values()) - min(piece.column.values()) + 1 for piece in pieces]
    area = sum(width * piece.height for width, piece in zip(widths, pieces, strict=True))
    most = max((max(piece.column.values()) for piece in pieces), default=0) + 1
    wide = most if shared else max([*widths, round(area**0.5 * 0.6)], default=1)  # a column is three rows wide: 0.6 gives about 1.2 : 1
    filled = [0.0] * wide
    moves = []
    for piece, width in zip(pieces, widths, strict=True):
        first = min(piece.column.values())
        starts = [first] if shared else range(wide - width + 1)
        start = min(starts, key=lambda start, width=width: (max(filled[start : start + width]), start))
        top = max(filled[start : start + width])
        filled[start : start + width] = [top + piece.height] * width
        moves.append((start - first, top))
    return moves
