"""What tells two graphs apart, found in one walk through both."""

from __future__ import annotations

from itertools import zip_longest

from pyoxigraph import Quad, Store, Triple


def difference(old: Store, new: Store) -> tuple[list[Triple], list[Triple]]:
    """What must go from `old` and what must come to make `new` of it.

    Both stores give their triples in the order of their keys on disk, so that what they share comes at nearly the same time, and what waits
    for its like is seldom more than the difference. In any other order the answer is the same, and memory grows.
    """
    gone: dict[Quad, None] = {}
    come: dict[Quad, None] = {}
    for before, after in zip_longest(old, new):
        if before == after:
            continue
        if before is not None:
            _meet(before, waiting=come, else_=gone)
        if after is not None:
            _meet(after, waiting=gone, else_=come)
    return [quad.triple for quad in gone], [quad.triple for quad in come]


def _meet(quad: Quad, *, waiting: dict[Quad, None], else_: dict[Quad, None]) -> None:
    """Strike out what waits on the other side, or wait on one's own."""
    if quad in waiting:
        del waiting[quad]
    else:
        else_[quad] = None
