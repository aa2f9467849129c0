"""Predicted sentences against gold ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.corpora import AnnotatedSentence, TaggedSpan
from kg.evaluate import differences, score_mentions

LEAF, GROVE, AREA = TaggedSpan(0, 1, "Method"), TaggedSpan(3, 4, "Dataset"), TaggedSpan(5, 7, "Task")
WORDS = ("LeafNet", "learns", "from", "GroveSet", "for", "leaf", "counting", ".")
GOLD = AnnotatedSentence("one", WORDS, (LEAF, GROVE, AREA), ((0, 1, "Trained-With"), (0, 2, "Used-For")))
EMPTY = AnnotatedSentence("two", ("Nothing", "is", "named", "here", "."))


def predicted(*spans: TaggedSpan, relations: tuple[tuple[int, int, str], ...] = ()) -> AnnotatedSentence:
    return replace(GOLD, spans=tuple(sorted(spans)), relations=relations)


def counts(measure) -> tuple[int, int, int]:
    return measure.tp, measure.fp, measure.fn


def test_a_perfect_prediction() -> None:
    scores = score_mentions([GOLD, EMPTY], [GOLD, EMPTY])
    for measure in (scores.mention, scores.untyped, scores.name, scores.relation, scores.relation_typed, *scores.types.values()):
        assert (measure.prf, measure.interval) == ((1.0, 1.0, 1.0), (1.0, 1.0))
    assert (scores.sentences, scores.documents, scores.empty_sentences, scores.false_per_1000) == (2, 2, 1, 0.0)


def test_a_span_needs_both_ends_and_the_type() -> None:
    found = predicted(LEAF, replace(GROVE, type="Method"), replace(AREA, start=6))
    scores = score_mentions([GOLD], [found])
    assert counts(scores.mention) == (1, 2, 2)
    assert counts(scores.untyped) == (2, 1, 1)
    assert {name: counts(one) for name, one in scores.types.items()} == {"Dataset": (0, 0, 1), "Method": (1, 1, 0), "Task": (0, 1, 1)}


@pytest.mark.parametrize(
    ("relation", "rel", "rel_plus"),
    [
        ((0, 1, "Trained-With"), (1, 0, 1), (1, 0, 1)),
        ((1, 0, "Trained-With"), (0, 1, 2), (0, 1, 2)),  # direction
        ((0, 1, "Used-For"), (0, 1, 2), (0, 1, 2)),  # type
    ],
)
def test_a_relation_is_directed_and_typed(relation: tuple[int, int, str], rel: tuple, rel_plus: tuple) -> None:
    scores = score_mentions([GOLD], [predicted(LEAF, GROVE, AREA, relations=(relation,))])
    assert (counts(scores.relation), counts(scores.relation_typed)) == (rel, rel_plus)


def test_only_rel_plus_asks_for_the_types_of_the_ends() -> None:
    found = predicted(LEAF, replace(GROVE, type="Task"), relations=((0, 1, "Trained-With"),))
    scores = score_mentions([GOLD], [found])
    assert (counts(scores.relation), counts(scores.relation_typed)) == ((1, 0, 1), (0, 1, 2))
    assert {name: counts(one) for name, one in scores.relation_types.items()} == {"Trained-With": (1, 0, 0), "Used-For": (0, 0, 1)}


def test_names_count_once_a_document_whatever_their_case() -> None:
    again = AnnotatedSentence("one", ("LEAFNET", "wins"), (LEAF,))
    elsewhere = replace(again, document="three")
    scores = score_mentions([GOLD, again, elsewhere], [GOLD, replace(again, spans=()), elsewhere])
    assert counts(scores.mention) == (4, 0, 1)
    assert counts(scores.name) == (4, 0, 0)


def test_false_mentions_are_counted_where_the_gold_has_none() -> None:
    quiet = replace(EMPTY, document="three")
    noisy = replace(EMPTY, spans=(TaggedSpan(0, 1, "Task"), TaggedSpan(2, 3, "Task")))
    scores = score_mentions([GOLD, EMPTY, quiet], [predicted(LEAF), noisy, quiet])
    assert (scores.empty_sentences, scores.false_mentions, scores.false_per_1000) == (2, 2, 1000.0)


@pytest.mark.parametrize("found", [[], [EMPTY], [replace(GOLD, words=(*WORDS[:-1], "!"))], [replace(GOLD, document="other")]])
def test_other_sentences_than_the_golds_are_refused(found: list[AnnotatedSentence]) -> None:
    with pytest.raises(ValueError, match="predicted"):
        score_mentions([GOLD], found)


@st.composite
def annotated_pairs(draw: st.DrawFn) -> list[tuple[AnnotatedSentence, AnnotatedSentence]]:
    span = st.tuples(st.integers(0, 3), st.integers(1, 2), st.sampled_from(["A", "B"])).map(lambda s: TaggedSpan(s[0], s[0] + s[1], s[2]))

    def sentence(document: str) -> AnnotatedSentence:
        spans = tuple(sorted(draw(st.sets(span, max_size=3))))
        ends = st.integers(0, len(spans) - 1) if spans else st.nothing()
        relations = draw(st.sets(st.tuples(ends, ends, st.sampled_from(["r", "s"])), max_size=2)) if spans else ()
        return AnnotatedSentence(document, ("w", "x", "y", "z", "w"), spans, tuple(relations))

    documents = draw(st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=6))
    return [(sentence(document), sentence(document)) for document in sorted(documents)]


@given(annotated_pairs())
def test_scores_turn_around_with_gold_and_prediction_and_ignore_order(pairs: list[tuple[AnnotatedSentence, AnnotatedSentence]]) -> None:
    gold, found = map(list, zip(*pairs, strict=True))
    scores, swapped, reversed_ = score_mentions(gold, found), score_mentions(found, gold), score_mentions(gold[::-1], found[::-1])
    for kind in ("mention", "untyped", "name", "relation", "relation_typed"):
        one, other = getattr(scores, kind), getattr(swapped, kind)
        assert counts(one) == (other.tp, other.fn, other.fp)
        assert one == getattr(reversed_, kind)
        assert one.interval[0] - 1e-9 <= one.prf[2] <= one.interval[1] + 1e-9
    assert (scores.types, scores.relation_types) == (reversed_.types, reversed_.relation_types)
    wrong = scores.mention.fp + scores.mention.fn + scores.relation.fp + scores.relation.fn
    assert len(list(differences(gold, found))) == wrong
