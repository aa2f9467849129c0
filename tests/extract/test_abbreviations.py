"""Pairs that a text defines, by Schwartz and Hearst."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.abbreviations import find_abbreviations, find_long_form
from kg.extract.reading import read
from kg.model import Abbreviation, Document


def found(text: str) -> list[Abbreviation]:
    """The pairs of an abstract, each with its sentence."""
    return find_abbreviations(text, read(Document("k", "-", "paper 1", text, text, "")).sentence_spans())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We propose the Stacked Memory Tree (SMT) for search.", [("SMT", "Stacked Memory Tree")]),
        ("using large language models (LLMs) only", [("LLMs", "large language models")]),
        ("SMT (Stacked Memory Tree) is fast", [("SMT", "Stacked Memory Tree")]),
        ("the Open Tree Ranking benchmarK called OTRK is new", [("OTRK", "Open Tree Ranking benchmarK")]),
        ("the gain (see Section 3) is large", []),
        ("in the year (2019) we saw", []),
        ("a fast method (ZZQ) here", []),  # the letters do not fit
        ("the first; stacked. Memory trees (SMT) here", []),  # not within one clause
    ],
)
def test_pairs(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(pair.short.of(text), pair.long.of(text)) for pair in found(text)] == expected


def test_a_pair_keeps_the_sentence_that_defines_it() -> None:
    text = "Trees are slow. We propose the Stacked Memory Tree (SMT) for search. It is fast."
    (pair,) = found(text)
    assert pair.sentence.of(text) == "We propose the Stacked Memory Tree (SMT) for search."


def test_first_letter_begins_a_word() -> None:
    assert find_long_form("SMT", "supersmt memory tree") is None or find_long_form("SMT", "supersmt memory tree").start == 0


@given(st.text(alphabet="aAbB ()-.,", max_size=60))
def test_spans_lie_in_the_text(text: str) -> None:
    for pair in found(text):
        assert pair.short.of(text)
        assert pair.long.of(text)
        assert not pair.short.overlaps(pair.long)
        assert pair.sentence.covers(pair.short)
        assert pair.sentence.covers(pair.long)
