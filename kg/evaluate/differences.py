"""Where predicted spans and relations differ from the gold's: one line each, and the sentence with the spans marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.corpora import AnnotatedSentence, TaggedSpan

_Ends = tuple[int, int, int, int, str]  # both spans of a relation by their ends, and its type


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was missed or is wrong in a sentence."""

    document: str
    text: str  # what is wrong, in one line
    sentence: str  # the words; [ … ]Type is the gold's, { … }Type is predicted


def differences(gold: Sequence[AnnotatedSentence], predicted: Sequence[AnnotatedSentence]) -> Iterator[Difference]:
    """Every mistake of `predicted`, the sentences of `gold` in the same order: spans first, then relations."""
    for wanted, found in zip(gold, predicted, strict=True):
        yield from _spans(wanted, found)
        yield from _relations(wanted, found)


def _spans(wanted: AnnotatedSentence, found: AnnotatedSentence) -> Iterator[Difference]:
    """A missed span with what was predicted over it, a wrong one with what the gold has there."""
    for sentence, other, verb in ((wanted, found, "missed"), (found, wanted, "wrong")):
        for span in sentence.spans:
            if span in other.spans:
                continue
            rivals = [rival for rival in other.spans if span.start < rival.end and rival.start < span.end]
            instead = " and ".join(f"{rival.type} {other.surface(rival)!r}" for rival in rivals)
            note = f" ({'found' if verb == 'missed' else 'gold'}: {instead})" if instead else ""
            text = f"{verb} {span.type} {sentence.surface(span)!r}{note}"
            shown = (rivals, [span]) if verb == "wrong" else ([span], rivals)
            yield Difference(wanted.document, text, marked(wanted.words, *shown))


def _relations(wanted: AnnotatedSentence, found: AnnotatedSentence) -> Iterator[Difference]:
    gold, predicted = _named(wanted), _named(found)
    for verb, some, others in (("missed", gold, predicted), ("wrong", predicted, gold)):
        for key, (subject, object) in some.items():
            if key not in others:
                text = f"{verb} relation {wanted.surface(subject)!r} {key[-1]} {wanted.surface(object)!r}"
                ends = sorted({subject, object})
                shown: tuple[list[TaggedSpan], list[TaggedSpan]] = (ends, []) if verb == "missed" else ([], ends)
                yield Difference(wanted.document, text, marked(wanted.words, *shown))


def _named(sentence: AnnotatedSentence) -> dict[_Ends, tuple[TaggedSpan, TaggedSpan]]:
    """The relations by what is compared: both spans' ends and the type."""
    pairs = [(sentence.spans[first], sentence.spans[second], type) for first, second, type in sentence.relations]
    return {(s.start, s.end, o.start, o.end, type): (s, o) for s, o, type in pairs}


def marked(words: Sequence[str], gold: Sequence[TaggedSpan], predicted: Sequence[TaggedSpan]) -> str:
    """The words, parted by spaces, with [ … ]Type around the gold's spans and { … }Type around the predicted."""
    before: list[str] = [""] * len(words)
    after: list[str] = [""] * len(words)
    spans = [(span, "[", "]") for span in gold] + [(span, "{", "}") for span in predicted]
    for span, opening, closing in sorted(spans, key=lambda each: each[0].end - each[0].start):  # the shorter is nearer to its words
        before[span.start] = opening + before[span.start]
        after[span.end - 1] += closing + span.type
    return " ".join(f"{a}{word}{b}" for a, word, b in zip(before, words, after, strict=True))
