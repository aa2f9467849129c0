"""Orders of rows in which lines between them cross little: the barycentre method (K. Sugiyama, S. Tagawa and M. Toda, IEEE Trans. SMC 11, 1981)."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence

Layers = list[list[int]]  # nodes of each layer, in order

_SWEEPS = 24  # down and up; on 150 nodes the best order came within the first ten


def ordered(layers: Sequence[Sequence[int]], edges: Sequence[tuple[int, int]]) -> Layers:
    """The nodes of each layer in the order that was seen to cross least; the same for the same layers, ties by number.

    Args:
        layers: each node once.
        edges: between neighbouring layers, the nearer end first.
    """
    best = [sorted(layer) for layer in layers]
    if len(best) < 2 or not edges:
        return best
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for one, other in sorted(edges):
        after.setdefault(one, []).append(other)
        before.setdefault(other, []).append(one)
    fewest, now = _crossings(best, after), best
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        now = _swept(now, before if sweep % 2 == 0 else after, down=sweep % 2 == 0)
        crossed = _crossings(now, after)
        if crossed < fewest:
            best, fewest = now, crossed
    return best


def _swept(layers: Layers, links: Mapping[int, Sequence[int]], *, down: bool) -> Layers:
    """Each layer by the mean place of its neighbours in the layer that was ordered before it; nodes without any keep their place."""
    found = [list(layer) for layer in layers]
    for at in range(1, len(found)) if down else range(len(found) - 2, -1, -1):
        place = {node: i / max(1, len(found[at + (-1 if down else 1)]) - 1) for i, node in enumerate(found[at + (-1 if down else 1)])}
        own = {node: i / max(1, len(found[at]) - 1) for i, node in enumerate(found[at])}
        mean = {node: sum(place[near] for near in links[node]) / len(links[node]) if links.get(node) else own[node] for node in found[at]}
        found[at] = sorted(found[at], key=lambda node, mean=mean: (round(mean[node], 9), node))  # type: ignore[misc]
    return found


def _crossings(layers: Layers, after: Mapping[int, Sequence[int]]) -> int:
    """How many pairs of edges between neighbouring layers cross."""
    crossed = 0
    for at in range(len(layers) - 1):
        place = {node: i for i, node in enumerate(layers[at + 1])}
        seen: list[int] = []
        for node in layers[at]:
            ends = sorted(place[other] for other in after.get(node, ()) if other in place)
            crossed += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return crossed
