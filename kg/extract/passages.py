"""A full text → passages of the length of an abstract, which is what extractors are trained and measured on; and back to its offsets.

The first passage is title and abstract. Each further one is a run of whole paragraphs of one section, under the section's heading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kg.model import NO_METADATA, Abbreviation, Document, EntityClaim, Evidence, Extraction, LinkClaim, RelationClaim, SectionKind, Span

MAX_CHARS = 2500  # of a passage, where paragraphs allow: 99 of 100 abstracts of arXiv are shorter
_PARAGRAPH = re.compile(r"(?:(?!\n\n).)+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document as a document of its own."""

    document: Document
    kind: SectionKind | None  # of the section; None for title and abstract
    heading: int  # where its title begins in the text of the whole
    body: int  # where its abstract begins there

    def whole(self, span: Span) -> Span:
        """Where a span of the passage stands in the whole document."""
        own = len(self.document.title) + 2
        shift = self.body - own if span.start >= own else self.heading
        return Span(span.start + shift, span.end + shift)


def passages(document: Document) -> Iterator[Passage]:
    """The parts of a document that are read, in text order; what its source states beside the text is not read."""
    head = replace(document, sections=(), metadata=NO_METADATA)
    yield Passage(head, None, 0, len(head.title) + 2)
    at = len(head.text) + 2
    for section in document.sections:
        body = at + len(section.heading) + 2 if section.heading else at
        for run in _runs(section.text):
            text = run.of(section.text)
            title, abstract = (section.heading, text) if section.heading else (text, "")
            part = replace(head, source_title=title, title=title, abstract=abstract)
            yield Passage(part, section.kind, at if section.heading else body + run.start, body + run.start)
        at = body + len(section.text) + 2


def in_whole(passage: Passage, extraction: Extraction) -> Extraction:
    """The extraction of a passage with the offsets of the whole document."""
    if passage.kind is None:
        return extraction
    at = passage.whole
    return Extraction(
        tuple(_entity(claim, at) for claim in extraction.entities),
        tuple(_relation(claim, at) for claim in extraction.relations),
        tuple(_link(claim, at) for claim in extraction.links),
        tuple(Abbreviation(at(one.short), at(one.long), at(one.sentence)) for one in extraction.abbreviations),
    )


_Shift = Callable[[Span], Span]


def _entity(claim: EntityClaim, at: _Shift) -> EntityClaim:
    mentions = tuple(replace(mention, span=at(mention.span)) for mention in claim.mentions)
    return replace(claim, mentions=mentions, evidence=_evidence(claim.evidence, at))


def _relation(claim: RelationClaim, at: _Shift) -> RelationClaim:
    return replace(claim, evidence=_evidence(claim.evidence, at))


def _link(claim: LinkClaim, at: _Shift) -> LinkClaim:
    return replace(claim, evidence=_evidence(claim.evidence, at))


def _evidence(found: tuple[Evidence, ...], at: _Shift) -> tuple[Evidence, ...]:
    return tuple(Evidence(at(one.sentence), at(one.object), at(one.subject) if one.subject else None) for one in found)


def _runs(text: str) -> Iterator[Span]:
    """Runs of whole paragraphs, each as long as MAX_CHARS allows; a longer paragraph is a run of its own."""
    start = end = 0
    for paragraph in _PARAGRAPH.finditer(text):
        if end and paragraph.end() - start > MAX_CHARS:
            yield Span(start, end)
            start = paragraph.start()
        end = paragraph.end()
    if end > start:
        yield Span(start, end)
