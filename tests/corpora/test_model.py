"""Annotated sentences hold together."""

from __future__ import annotations

import pytest

from kg.corpora import AnnotatedSentence, TaggedSpan, only

A, B, C = TaggedSpan(0, 1, "X"), TaggedSpan(1, 3, "Y"), TaggedSpan(1, 3, "Z")
WORDS = ("one", "two", "three")


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-1, 1)])
def test_a_span_has_words(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="start"):
        TaggedSpan(start, end, "X")


@pytest.mark.parametrize(
    ("spans", "relations"),
    [((TaggedSpan(2, 4, "X"),), ()), ((B, A), ()), ((A, A), ()), ((A, B), ((0, 2, "r"),)), ((A, B), ((-1, 0, "r"),))],
)
def test_a_sentence_that_does_not_hold_together_is_refused(spans: tuple, relations: tuple) -> None:
    with pytest.raises(ValueError, match="span"):
        AnnotatedSentence("d", WORDS, spans, relations)


def test_some_types_only() -> None:
    sentence = AnnotatedSentence("d", WORDS, (A, B, C), ((2, 0, "r"), (0, 1, "s")))
    assert only(sentence, {"X", "Z"}) == AnnotatedSentence("d", WORDS, (A, C), ((1, 0, "r"),))
