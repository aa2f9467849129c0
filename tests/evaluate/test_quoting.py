"""The sentence a mistake concerns."""

from __future__ import annotations

import pytest

from kg.evaluate import Mistake, sentence_of
from kg.evaluate.quoting import sentences

TEXT = "LeafNet: Counting Leaves\n\nLeafNet (e.g. its small form) counts leaves on GroveSet. It beats\nTwigNet by 3.5 points. We run LeafNets on 4 GPUs."


def quote(*names: tuple[str, ...], evidence: str = "", mention: tuple[int, int] | None = None) -> str:
    return sentence_of(Mistake("P", "wrong", names, evidence, mention), TEXT)


def test_sentences_end_at_stops_and_blank_lines() -> None:
    assert [TEXT[start:end] for start, end in sentences(TEXT)] == [
        "LeafNet: Counting Leaves",
        "LeafNet (e.g. its small form) counts leaves on GroveSet.",
        "It beats\nTwigNet by 3.5 points.",
        "We run LeafNets on 4 GPUs.",
    ]


def test_the_mention_comes_first() -> None:
    at = TEXT.index("LeafNets")
    assert quote(("LeafNets",), evidence="It beats TwigNet", mention=(at, at + 8)) == "We run LeafNets on 4 GPUs."


def test_a_place_that_holds_other_words_is_not_trusted() -> None:
    assert quote(("TwigNet",), mention=(0, 7)) == "It beats TwigNet by 3.5 points."


def test_evidence_is_found_over_line_ends_and_gives_whole_sentences() -> None:
    assert quote(("LeafNet",), evidence="it beats TwigNet") == "It beats TwigNet by 3.5 points."


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([("GroveSet",)], "LeafNet (e.g. its small form) counts leaves on GroveSet."),
        ([("leaf net", "LeafNet")], "LeafNet: Counting Leaves"),
        ([("LeafNet",), ("GroveSet",)], "LeafNet (e.g. its small form) counts leaves on GroveSet."),  # one sentence names both
        ([("TwigNet",), ("GPU",)], "It beats TwigNet by 3.5 points. … We run LeafNets on 4 GPUs."),
        ([("Net",)], ""),  # no word of its own
        ([("",)], ""),
        ([], ""),
    ],
)
def test_names_are_sought_as_whole_words(names: list[tuple[str, ...]], expected: str) -> None:
    assert quote(*names) == expected


def test_without_a_text_the_evidence_is_what_there_is() -> None:
    assert sentence_of(Mistake("P", "missed", (("LeafNet",),), "LeafNet\n counts"), "") == "LeafNet counts"
