"""Where two entities of a text stand to each other, in words; training and run time share this module."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

WordSpan = tuple[int, int]  # half-open, in words

NEAR = (3, 10, 30)  # upper ends of the distance buckets, in words between the mentions
FAR = len(NEAR)
N_DISTANCES = 2 * (FAR + 1)


def nearest(first: Sequence[WordSpan], second: Sequence[WordSpan]) -> tuple[WordSpan, WordSpan, int]:
    """The two mentions that stand nearest, and the number of words between them; the earliest such pair.

    Mentions of one entity share no word.
    """
    spans = sorted(second)
    ends = [end for _, end in spans]
    best = min((_gap(a, b), a[0], b[0], a, b) for a in first for b in _beside(a, spans, ends))
    return best[3], best[4], best[0]


def _gap(a: WordSpan, b: WordSpan) -> int:
    return max(b[0] - a[1], a[0] - b[1], 0)


def _beside(a: WordSpan, spans: Sequence[WordSpan], ends: Sequence[int]) -> Iterator[WordSpan]:
    """Of spans in text order with these ends: the first that touches `a` or stands behind it, and the first of those that end last before it."""
    behind = bisect_left(ends, a[0])
    if behind < len(spans):
        yield spans[behind]
    if behind:
        yield spans[bisect_left(ends, ends[behind - 1])]


def relate(subject: Sequence[WordSpan], object_: Sequence[WordSpan]) -> tuple[int, WordSpan | None]:
    """Bucket in [0, N_DISTANCES) of the distance and order of two entities, and the words between their nearest mentions.

    The words are None where the mentions touch or stand far apart.
    """
    s, o, gap = nearest(subject, object_)
    bucket = next((i for i, limit in enumerate(NEAR) if gap <= limit), FAR)
    between = (min(s[1], o[1]), max(s[0], o[0]))
    return bucket + (FAR + 1) * (o[0] < s[0]), between if bucket < FAR and between[0] < between[1] else None
