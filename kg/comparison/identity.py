"""Which things of one graph are which of the other, told by the words that name them: renamed, merged, split. Pure.

A place in a text names one thing in the first graph and another in the second: an edge between the two. What the edges make of a thing
depends on whether all its mentions went one way, so that what one comparison calls merged, the one the other way round calls split.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

Places = Mapping[Hashable, set[str]]  # a place that names things → the things
Edges = dict[tuple[str, str], int]  # thing of the first graph, thing of the second → places that name both


@dataclass(frozen=True, slots=True)
class Grouping:
    """What became of the things that edges tie, by their paths; each edge in one place, all sorted."""

    renamed: tuple[tuple[str, str], ...] = ()
    merged: tuple[tuple[tuple[str, ...], str], ...] = ()
    split: tuple[tuple[str, tuple[str, ...]], ...] = ()
    moved: tuple[tuple[str, str], ...] = ()

    def whole(self) -> frozenset[tuple[str, str]]:
        """The pairs of which one thing is all or a part of what the other is; without moved mentions."""
        merged = {(one, into) for several, into in self.merged for one in several}
        split = {(of, one) for of, several in self.split for one in several}
        return frozenset({*self.renamed, *merged, *split})

    def things(self) -> tuple[frozenset[str], frozenset[str]]:
        """All things of the first and of the second graph that are told of here."""
        pairs = {*self.whole(), *self.moved}
        return frozenset(one for one, _ in pairs), frozenset(other for _, other in pairs)


def edges(before: Places, after: Places) -> Edges:
    """How many places name each pair of things; a place that still names a thing says nothing of another for it."""
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for place in before.keys() & after.keys():
        both = before[place] & after[place]
        for thing in both:
            found[thing, thing] += 1
        for one in before[place] - both:
            for other in after[place] - both:
                found[one, other] += 1
    return dict(found)


def group(found: Edges, stays: Callable[[str], bool]) -> Grouping:
    """What became of the things.

    Args:
        found: the edges.
        stays: whether a thing has mentions in both graphs beside those that made the edges.
    """
    out: defaultdict[str, set[str]] = defaultdict(set)
    into: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in [*found, *((thing, thing) for thing in {end for edge in found for end in edge} if stays(thing))]:
        out[one].add(other)
        into[other].add(one)
    changed = sorted({edge for edge in found if edge[0] != edge[1]})
    renamed = [(one, other) for one, other in changed if out[one] == {other} and into[other] == {one}]
    merged = {other: tuple(sorted(one for one in into[other] if out[one] == {other})) for _, other in changed}
    split = {one: tuple(sorted(other for other in out[one] if into[other] == {one})) for one, _ in changed}
    told = Grouping(
        tuple(renamed),
        tuple((several, into) for into, several in sorted(merged.items()) if len(several) > 1),
        tuple((of, several) for of, several in sorted(split.items()) if len(several) > 1),
    )
    return Grouping(told.renamed, told.merged, told.split, tuple(edge for edge in changed if edge not in told.whole()))
