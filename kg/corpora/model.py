"""The values all corpora are read into: a sentence with its annotated spans and relations. Standard library only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class TaggedSpan:
    """Words `start` up to, not including, `end` of a sentence, annotated with a type of the corpus."""

    start: int
    end: int
    type: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not {self.start} and {self.end}")


@dataclass(frozen=True, slots=True)
class AnnotatedSentence:
    """One sentence of a corpus, in the corpus's own words."""

    document: str  # identifier; the sentences of a document stand together, in their order
    words: tuple[str, ...]
    spans: tuple[TaggedSpan, ...] = ()  # sorted, none twice; they may overlap where the corpus has them so
    relations: tuple[tuple[int, int, str], ...] = ()  # (index into spans, index into spans, relation type): directed, none twice

    def __post_init__(self) -> None:
        if any(span.end > len(self.words) for span in self.spans):
            raise ValueError(f"a span ends after the {len(self.words)} words of its sentence")
        if any(first >= second for first, second in zip(self.spans, self.spans[1:], strict=False)):
            raise ValueError("the spans are not sorted, or one is there twice")
        if any(not 0 <= end < len(self.spans) for relation in self.relations for end in relation[:2]):
            raise ValueError(f"a relation points outside the {len(self.spans)} spans")

    def surface(self, span: TaggedSpan) -> str:
        """The words of a span, parted by spaces."""
        return " ".join(self.words[span.start : span.end])


def annotated(
    document: str, words: tuple[str, ...], spans: list[TaggedSpan], relations: list[tuple[TaggedSpan, TaggedSpan, str]]
) -> AnnotatedSentence:
    """A sentence from spans in any order, doubles dropped; relations name the spans they join, which are among `spans`."""
    ordered = tuple(sorted(set(spans)))
    place = {span: i for i, span in enumerate(ordered)}
    joined = dict.fromkeys((place[first], place[second], type) for first, second, type in relations)
    return AnnotatedSentence(document, words, ordered, tuple(joined))


def only(sentence: AnnotatedSentence, types: Collection[str]) -> AnnotatedSentence:
    """The sentence with the spans of these types, and the relations between them."""
    kept = [i for i, span in enumerate(sentence.spans) if span.type in types]
    number = {old: new for new, old in enumerate(kept)}
    relations = [(number[first], number[second], type) for first, second, type in sentence.relations if {first, second} <= number.keys()]
    return replace(sentence, spans=tuple(sentence.spans[i] for i in kept), relations=tuple(relations))
