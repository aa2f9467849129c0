"""Where sentences begin, and which one a span stands in."""

from __future__ import annotations

import pytest

from kg.extract.sentences import around, sentence_starts
from kg.model import Span


@pytest.mark.parametrize(
    ("tokens", "starts"),
    [
        ("Trees grow . They fall .", [0, 3]),
        ("Trees ( e.g. Oaks ) grow . It is so .", [0, 7]),
        ("He said “ stay . ” We left .", [0, 6]),
        ("We follow A . Smith here .", [0]),
        ("It grew . and fell .", [0]),
        ("See Fig . 3 here .", [0]),
        ("", []),
    ],
)
def test_starts(tokens: str, starts: list[int]) -> None:
    assert sentence_starts(tokens.split()) == starts


def test_a_blank_line_starts_one() -> None:
    assert sentence_starts(["a", "title", "\n\n", "the", "text"]) == [0, 3]


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        (Span(0, 3), Span(0, 10)),
        (Span(9, 10), Span(0, 10)),
        (Span(12, 15), Span(12, 20)),
        (Span(25, 30), Span(22, 30)),
        (Span(5, 15), Span(0, 20)),  # as a URL that holds "b.Tree/", which reads like the end of a sentence
        (Span(5, 25), Span(0, 30)),
    ],
)
def test_around(span: Span, sentence: Span) -> None:
    assert around([Span(0, 10), Span(12, 20), Span(22, 30)], span) == sentence
