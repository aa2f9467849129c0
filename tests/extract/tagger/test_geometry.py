"""Where two entities stand to each other, in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.tagger.geometry import FAR, N_DISTANCES, NEAR, WordSpan, nearest, relate

BACK = FAR + 1  # added to the bucket where the object stands first


@pytest.mark.parametrize(
    ("subject", "object_", "bucket", "between"),
    [
        ([(0, 2)], [(2, 3)], 0, None),  # touching
        ([(0, 2)], [(3, 4)], 0, (2, 3)),
        ([(3, 4)], [(0, 2)], 0 + BACK, (2, 3)),
        ([(0, 1)], [(4, 5)], 0, (1, 4)),
        ([(0, 1)], [(5, 6)], 1, (1, 5)),
        ([(0, 1)], [(11, 12)], 1, (1, 11)),
        ([(0, 1)], [(12, 13)], 2, (1, 12)),
        ([(0, 1)], [(31, 32)], 2, (1, 31)),
        ([(0, 1)], [(32, 33)], FAR, None),
        ([(90, 91)], [(0, 1)], FAR + BACK, None),
        ([(0, 1), (40, 41)], [(38, 39)], 0 + BACK, (39, 40)),  # the nearest mentions count
        ([(5, 6)], [(3, 4), (7, 8)], 0 + BACK, (4, 5)),  # the earlier of two as near
        ([(0, 3)], [(1, 2)], 0, None),  # one within the other
    ],
)
def test_relate(subject: list[WordSpan], object_: list[WordSpan], bucket: int, between: WordSpan | None) -> None:
    assert relate(subject, object_) == (bucket, between)


@st.composite
def two_entities(draw: st.DrawFn) -> tuple[list[WordSpan], list[WordSpan]]:
    """Mentions of two entities that share no word, at least one each, in any order."""
    steps = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3), st.booleans()), min_size=2, max_size=8))
    mentions: tuple[list[WordSpan], list[WordSpan]] = ([], [])
    at = 0
    for i, (gap, length, second) in enumerate(steps):
        start = at + gap
        at = start + length
        mentions[i if i < 2 else second].append((start, at))
    first, other = (draw(st.permutations(m)) for m in mentions)
    return (first, other) if draw(st.booleans()) else (other, first)


@settings(deadline=None)
@given(two_entities())
def test_the_way_back_is_as_far_in_the_other_order(entities: tuple[list[WordSpan], list[WordSpan]]) -> None:
    (there, between), (back, same) = relate(*entities), relate(*reversed(entities))
    assert there % BACK == back % BACK
    assert {there // BACK, back // BACK} == {0, 1}
    assert between == same
    assert 0 <= there < N_DISTANCES


@settings(deadline=None)
@given(two_entities())
def test_between_lies_between(entities: tuple[list[WordSpan], list[WordSpan]]) -> None:
    subject, object_ = entities
    s, o, gap = nearest(subject, object_)
    bucket, between = relate(subject, object_)
    assert s in subject
    assert o in object_
    if between is None:
        assert gap == 0 or gap > NEAR[-1]
        return
    assert between == (min(s, o)[1], max(s, o)[0])
    assert between[1] - between[0] == gap <= NEAR[bucket % BACK]
    assert all(end <= between[0] or start >= between[1] for start, end in subject + object_)
