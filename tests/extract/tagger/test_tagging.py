"""A text as the tagger reads it: words and probabilities, and the way between characters and words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.tagger.decode import TaggedWords
from kg.extract.tagger.heads import Heads
from kg.extract.tagger.labels import CLASSES
from kg.extract.tagger.tagging import Tagger, Tagging
from kg.extract.tagger.words import split
from kg.model import Span

TEXT = "We read (OakNet v2) trees."


def tagged(text: str, path: list[int]) -> Tagging:
    """A tagging in which each word surely has the label that `path` gives it."""
    words = tuple(split(text))
    return Tagging(words, np.eye(3, dtype=np.float32)[path], np.zeros((len(words), 2), dtype=np.float32), Heads({}))


def test_spans_are_slices_of_the_text() -> None:
    [(span, words)] = tagged(TEXT, [0, 0, 0, 1, 2, 0, 0, 0]).spans()
    assert span.of(TEXT) == "OakNet v2"
    assert words == TaggedWords(3, 5, 0)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(0, 2), (0, 1)),
        (Span(1, 2), (0, 1)),  # a part of a word
        (Span(2, 3), None),  # white space
        (Span(9, 18), (3, 5)),
        (Span(8, 19), (2, 6)),
        (Span(0, len(TEXT)), (0, 8)),
    ],
)
def test_covering(span: Span, words: tuple[int, int] | None) -> None:
    assert tagged(TEXT, [0] * 8).covering(span) == words


@settings(deadline=None)
@given(st.text(alphabet="ab .\n"), st.data())
def test_covering_is_the_words_that_share_a_character(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start + 1, len(text) + 1)))
    tagging = tagged(text, [0] * len(split(text)))
    inside = [i for i, word in enumerate(tagging.words) if word.overlaps(span)]
    assert tagging.covering(span) == ((inside[0], inside[-1] + 1) if inside else None)


def test_the_tagger_reads_texts_in_order(tiny_model: Any) -> None:
    texts = [TEXT, "", "Oak trees grow. " * 150]
    found = Tagger(tiny_model.folder, "whole").read(texts)
    for text, tagging in zip(texts, found, strict=True):
        assert tagging.words == tuple(split(text))
        assert tagging.labels.shape == (len(tagging.words), 1 + 2 * len(CLASSES))
        assert np.allclose(tagging.labels.sum(-1), 1, atol=1e-5)
        assert all(span.of(text) == text[span.start : span.end].strip() for span, _ in tagging.spans())
    alone = Tagger(tiny_model.folder, "whole").read([TEXT])[0]
    assert np.allclose(alone.labels, found[0].labels, atol=1e-4)
