"""Mistakes in annotated sentences, shown in place."""

from __future__ import annotations

from dataclasses import replace

from kg.corpora import AnnotatedSentence, TaggedSpan
from kg.evaluate import differences
from kg.evaluate.differences import marked

WORDS = ("We", "train", "LeafNet", "Large", "on", "GroveSet", ".")
LARGE, GROVE = TaggedSpan(2, 4, "Method"), TaggedSpan(5, 6, "Dataset")
GOLD = AnnotatedSentence("one", WORDS, (LARGE, GROVE), ((0, 1, "Trained-With"),))


def shown(found: AnnotatedSentence) -> list[tuple[str, str]]:
    return [(each.text, each.sentence) for each in differences([GOLD], [found])]


def test_what_is_right_is_not_shown() -> None:
    assert shown(GOLD) == []


def test_a_span_cut_short_is_missed_and_wrong_and_both_say_so() -> None:
    assert shown(replace(GOLD, spans=(TaggedSpan(2, 3, "Method"), GROVE), relations=()))[:2] == [
        ("missed Method 'LeafNet Large' (found: Method 'LeafNet')", "We train [{LeafNet}Method Large]Method on GroveSet ."),
        ("wrong Method 'LeafNet' (gold: Method 'LeafNet Large')", "We train [{LeafNet}Method Large]Method on GroveSet ."),
    ]


def test_a_missed_span_stands_in_brackets() -> None:
    assert shown(replace(GOLD, spans=(LARGE,), relations=()))[0] == (
        "missed Dataset 'GroveSet'",
        "We train LeafNet Large on [GroveSet]Dataset .",
    )


def test_a_relation_shows_both_ends() -> None:
    assert shown(replace(GOLD, relations=((1, 0, "Trained-With"),))) == [
        ("missed relation 'LeafNet Large' Trained-With 'GroveSet'", "We train [LeafNet Large]Method on [GroveSet]Dataset ."),
        ("wrong relation 'GroveSet' Trained-With 'LeafNet Large'", "We train {LeafNet Large}Method on {GroveSet}Dataset ."),
    ]


def test_the_words_stay_as_they_are_under_the_marks() -> None:
    assert marked(WORDS, (), ()) == " ".join(WORDS)
