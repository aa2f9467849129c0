"""What became of things, told by the places that name them: from edges alone, without a graph."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.comparison.identity import Edges, Grouping, edges, group


def nobody(_: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("found", "stays", "expected"),
    [
        ({("a", "b"): 2}, "", Grouping(renamed=(("a", "b"),))),
        ({("a", "c"): 1, ("b", "c"): 1}, "", Grouping(merged=((("a", "b"), "c"),))),
        ({("a", "b"): 1}, "b", Grouping(merged=((("a", "b"), "b"),))),  # b was there before, and kept its other mentions
        ({("a", "b"): 1, ("a", "c"): 1}, "", Grouping(split=(("a", ("b", "c")),))),
        ({("a", "b"): 1}, "a", Grouping(split=(("a", ("a", "b")),))),
        ({("a", "b"): 1}, "ab", Grouping(moved=(("a", "b"),))),  # both have other mentions
        ({("a", "a"): 3}, "a", Grouping()),
        # b and c become d, of which a part was a's, which goes on
        ({("b", "d"): 1, ("c", "d"): 1, ("a", "d"): 1}, "a", Grouping(merged=((("b", "c"), "d"),), moved=(("a", "d"),))),
    ],
)
def test_things_are_renamed_merged_split_or_give_mentions_away(found: Edges, stays: str, expected: Grouping) -> None:
    assert group(found, stays.__contains__) == expected


def test_a_place_that_still_names_a_thing_says_nothing_of_another_for_it() -> None:
    assert edges({1: {"a"}, 2: {"a", "x"}, 3: {"a"}}, {1: {"b"}, 2: {"a", "y"}, 4: {"z"}}) == {("a", "b"): 1, ("a", "a"): 1, ("x", "y"): 1}


NAMES = st.sampled_from("abcdef")
EDGES: st.SearchStrategy[Edges] = st.dictionaries(st.tuples(NAMES, NAMES), st.integers(1, 3), max_size=8)


@given(EDGES, st.frozensets(NAMES))
def test_every_edge_is_told_of_once_and_the_other_way_round_is_its_mirror(found: Edges, kept: frozenset[str]) -> None:
    stays: Callable[[str], bool] = kept.__contains__
    told = group(found, stays)
    mirror = group({(other, one): number for (one, other), number in found.items()}, stays)
    assert {edge for edge in (*told.whole(), *told.moved) if edge[0] != edge[1]} == {edge for edge in found if edge[0] != edge[1]}
    assert not told.whole() & {*told.moved}
    assert sorted(mirror.renamed) == sorted((other, one) for one, other in told.renamed)
    assert mirror.merged == tuple((several, of) for of, several in told.split)
    assert mirror.split == tuple((into, several) for several, into in told.merged)
    assert sorted(mirror.moved) == sorted((other, one) for one, other in told.moved)
