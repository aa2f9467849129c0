"""Text to words, and the shape of each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.tagger.words import SHAPES, shape, shapes, split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We propose OakNet.", ["We", "propose", "OakNet", "."]),
        ("LEAF-9M (v2)", ["LEAF", "-", "9M", "(", "v2", ")"]),
        ("bark_set is  ~3,000\ntrees", ["bark_set", "is", "~", "3", ",", "000", "trees"]),
        ("don’t", ["don", "’", "t"]),
        ("École 树木", ["École", "树木"]),
        ("a😀b", ["a", "😀", "b"]),
        (" \t\n", []),
        ("", []),
    ],
)
def test_split(text: str, words: list[str]) -> None:
    assert [span.of(text) for span in split(text)] == words


@settings(deadline=None)
@given(st.text())
def test_every_character_but_white_space_is_in_one_word_in_order(text: str) -> None:
    covered = [i for span in split(text) for i in range(span.start, span.end)]
    assert covered == [i for i, c in enumerate(text) if not c.isspace()]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("aB1_-. é树\n\u200d\u0301")))
def test_words_are_runs_or_single_signs(text: str) -> None:
    for span in split(text):
        word = span.of(text)
        assert len(word) == 1 or all(c.isalnum() or c == "_" for c in word)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("trees", "lower"),
        ("é", "lower"),
        ("Oak", "Title"),
        ("É", "Title"),
        ("A", "Title"),
        ("OAK", "UPPER"),
        ("OAK_B", "UPPER"),
        ("OakNet", "miXed"),
        ("oakNet", "miXed"),
        ("树木", "miXed"),  # a script without case
        ("v2", "with digits"),
        ("2D", "with digits"),
        ("A100", "with digits"),
        ("2024", "no letters"),
        (".", "no letters"),
        ("_", "no letters"),
        ("😀", "no letters"),
    ],
)
def test_shape(word: str, name: str) -> None:
    assert SHAPES[shape(word)] == name


@settings(deadline=None)
@given(st.text())
def test_shapes_go_with_words(text: str) -> None:
    words = [span.of(text) for span in split(text)]
    found = shapes(words)
    assert len(found) == len(words)
    assert set(found) <= set(range(len(SHAPES)))
