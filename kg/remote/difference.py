"""What tells two graphs apart, found in one walk through both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from pyoxigraph import Store, Triple


def difference(old: Store, new: Store) -> tuple[list[Triple], list[Triple]]:
    """What must go from `old` and what must come to make `new` of it.

    Both stores give their triples in the order of their keys on disk, so that what they share comes at nearly the same time, and what waits
    for its like is seldom more than the difference. In any other order the answer is the same, and memory grows.
    """
    gone: dict[Triple, None] = {}
    come: dict[Triple, None] = {}
    for before, after in zip_longest(_triples(old), _triples(new)):
        if before == after:
            continue
        if before is not None:
            _meet(before, waiting=come, else_=gone)
        if after is not None:
            _meet(after, waiting=gone, else_=come)
    return list(gone), list(come)


def _meet(triple: Triple, *, waiting: dict[Triple, None], else_: dict[Triple, None]) -> None:
    """Strike out what waits on the other side, or wait on one's own."""
    if triple in waiting:
        del waiting[triple]
    else:
        else_[triple] = None


def _triples(store: Store) -> Iterator[Triple]:
    return (quad.triple for quad in store)
