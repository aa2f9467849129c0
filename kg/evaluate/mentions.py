"""Predicted spans and relations of annotated sentences against the gold ones.

All comparisons are of sets, strict: a span counts when both of its ends and its type are the gold's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.corpora import AnnotatedSentence
from kg.evaluate.bootstrap import Interval, intervals
from kg.evaluate.tally import PRF, Tally, tally, total

_Things = dict[str, set[object]]  # what is measured → all of it in a document
_TYPE, _RELATION = "type:", "relation:"  # before a type, where it stands among other things that are measured
_WHOLE = ("mention", "untyped", "name", "relation", "relation_typed")


@dataclass(frozen=True, slots=True)
class Measure:
    """One score: precision, recall and F1, the interval of F1 over documents, and the counts."""

    prf: PRF
    interval: Interval
    tp: int
    fp: int
    fn: int


@dataclass(frozen=True, slots=True)
class MentionScores:
    """All scores over annotated sentences; micro averages."""

    mention: Measure  # both ends and the type
    untyped: Measure  # both ends
    name: Measure  # case-folded words and type, once a document: what a graph sees
    relation: Measure  # Rel: both spans by their ends, the relation's type and direction
    relation_typed: Measure  # Rel+: and the types of both spans
    types: dict[str, Measure]  # entity type → its mentions
    relation_types: dict[str, Measure]  # relation type → Rel of it
    sentences: int
    documents: int
    empty_sentences: int  # sentences without a gold span
    false_mentions: int  # spans predicted in those

    @property
    def false_per_1000(self) -> float:
        """Spans predicted per 1,000 sentences that have none."""
        return 1000 * self.false_mentions / self.empty_sentences if self.empty_sentences else 0.0


def score_mentions(gold: Sequence[AnnotatedSentence], predicted: Sequence[AnnotatedSentence]) -> MentionScores:
    """Scores of `predicted`, the sentences of `gold` in the same order, against `gold`; raises `ValueError` where they are others."""
    pairs = _paired(gold, predicted)
    documents: dict[str, list[tuple[AnnotatedSentence, AnnotatedSentence]]] = defaultdict(list)
    for wanted, found in pairs:
        documents[wanted.document].append((wanted, found))
    counts = [_counts(document) for document in documents.values()]
    sums, spread = total(counts), intervals(counts)

    def measure(kind: str) -> Measure:
        one = sums.get(kind, Tally())
        return Measure(one.prf(), spread.get(kind, (one.prf()[2], one.prf()[2])), one.tp, one.fp, one.fn)

    def each(prefix: str) -> dict[str, Measure]:
        return {kind.removeprefix(prefix): measure(kind) for kind in sorted(sums) if kind.startswith(prefix)}

    empty = [found for wanted, found in pairs if not wanted.spans]
    return MentionScores(
        **{kind: measure(kind) for kind in _WHOLE},
        types=each(_TYPE),
        relation_types=each(_RELATION),
        sentences=len(pairs),
        documents=len(documents),
        empty_sentences=len(empty),
        false_mentions=sum(len(sentence.spans) for sentence in empty),
    )


def _paired(gold: Sequence[AnnotatedSentence], predicted: Sequence[AnnotatedSentence]) -> list[tuple[AnnotatedSentence, AnnotatedSentence]]:
    if len(gold) != len(predicted):
        raise ValueError(f"{len(predicted)} predicted sentences for {len(gold)} of the gold")
    for number, (wanted, found) in enumerate(zip(gold, predicted, strict=True)):
        if (wanted.document, wanted.words) != (found.document, found.words):
            raise ValueError(f"predicted sentence {number} is not the gold's")
    return list(zip(gold, predicted, strict=True))


def _counts(document: Iterable[tuple[AnnotatedSentence, AnnotatedSentence]]) -> dict[str, Tally]:
    gold, predicted = zip(*document, strict=True)
    wanted, found = _things(gold), _things(predicted)
    return {kind: tally(wanted[kind], found[kind]) for kind in sorted({*wanted, *found})}


def _things(sentences: Iterable[AnnotatedSentence]) -> _Things:
    """Everything in the sentences of one document that counts, by what it counts for."""
    things: _Things = defaultdict(set)
    for number, sentence in enumerate(sentences):
        for span in sentence.spans:
            things["mention"].add((number, span))
            things[f"{_TYPE}{span.type}"].add((number, span))
            things["untyped"].add((number, span.start, span.end))
            things["name"].add((sentence.surface(span).casefold(), span.type))
        for first, second, type in sentence.relations:
            subject, object = sentence.spans[first], sentence.spans[second]
            ends = (number, subject.start, subject.end, object.start, object.end, type)
            things["relation"].add(ends)
            things[f"{_RELATION}{type}"].add(ends)
            things["relation_typed"].add((number, subject, object, type))
    return things
