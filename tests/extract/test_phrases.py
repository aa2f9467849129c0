"""Phrases are found wherever their tokens stand, in text order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.phrases import forms, index
from kg.extract.reading import read
from kg.model import Document

LEAVES = index([(("oak",), "tree"), (("oak", "leaf"), "leaf"), (("leaf",), "part"), (("oak",), "wood"), (("oak",), "tree")])


@pytest.mark.parametrize(
    ("tokens", "places"),
    [
        ("an oak", [(1, 2, "tree"), (1, 2, "wood")]),
        ("oak leaf", [(0, 1, "tree"), (0, 1, "wood"), (0, 2, "leaf"), (1, 2, "part")]),
        ("Oak", []),
        ("", []),
    ],
)
def test_places(tokens: str, places: list[tuple[int, int, str]]) -> None:
    assert list(LEAVES.find(tuple(tokens.split()))) == places


def test_case_makes_a_difference_only_where_it_shall() -> None:
    listed = forms([("Oak", "exact", False), ("Fall Leaf", "folded", True)])
    reading = read(Document(key="k", source="-", place="paper 1", source_title="t", title="oak Oak FALL leaf", abstract=""))
    assert list(listed.find(reading)) == [(1, 2, "exact"), (2, 4, "folded")]


TOKENS = st.lists(st.sampled_from("abc"), max_size=8).map(tuple)


@given(st.lists(TOKENS, max_size=6), TOKENS)
def test_finds_what_a_search_at_every_place_finds(phrases: list[tuple[str, ...]], tokens: tuple[str, ...]) -> None:
    every = [(i, j) for i in range(len(tokens)) for j in range(i + 1, len(tokens) + 1) if tokens[i:j] in phrases]
    assert [(start, end) for start, end, _ in index((phrase, 0) for phrase in phrases).find(tokens)] == every
