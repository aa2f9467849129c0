"""One document read by rules and tagger, before anything is decided: every name that either proposes, with what each says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.extract.abbreviations import find_abbreviations
from kg.extract.candidates import Candidate, Vote
from kg.extract.devices import together
from kg.extract.entities import Name, add_proposed, group_names
from kg.extract.features import Tagged, tagged
from kg.extract.pipeline import find_candidates
from kg.extract.reading import Reading, read
from kg.extract.tagger.tagging import Tagging
from kg.model import Abbreviation, Document, EntityType, Span
from kg.urls import find_link_spans


@dataclass(frozen=True, slots=True)
class Draft:
    """One document, read and its names found; nothing decided yet. What the decisions are learnt from and made on."""

    reading: Reading
    names: tuple[Name, ...]
    view: Tagged
    sentences: tuple[Span, ...]
    abbreviations: tuple[Abbreviation, ...]
    links: tuple[Span, ...]


def draft(document: Document, tagging: Tagging) -> Draft:
    """All names that a rule or the tagger proposes, with what each says of them."""
    view = tagged(tagging)
    reading = read(document, frozenset(edge for span, _ in view.spans for edge in (span.start, span.end)))
    links = tuple(find_link_spans(reading.text))
    proposed = [c for span, label in view.spans for c in _proposed(reading, span, label)]
    candidates = [c for c in find_candidates(reading) if not any(c.span(reading).overlaps(link) for link in links)]
    sentences = reading.sentence_spans()
    abbreviations = tuple(find_abbreviations(reading.text, sentences))
    by_rules = group_names(reading, candidates, abbreviations)
    outside = [_stated(c, candidates) for c in proposed if not any(c.span(reading).overlaps(link) for link in links)]
    names = tuple(add_proposed(reading, by_rules, outside, abbreviations))
    return Draft(reading, names, view, sentences, abbreviations, links)


# "the Long Form (LF)" names two things and no article; "X's" does not belong to X.
_EDGES = re.compile(r"^(?:(?:the|a|an|our|its|their)\s+|[^\w(\[.]+)+|(?:['’]s|[^\w)\]+*]+)+$", re.IGNORECASE)


def _proposed(reading: Reading, span: Span, label: str) -> Iterator[Candidate]:
    """What the tagger proposes, parted at brackets; its vote is light, since the decision reads the probabilities themselves."""
    for part in re.finditer(r"[^()\[\]]+", span.of(reading.text)):
        text = part[0]
        kept = _EDGES.sub("", text)
        if kept and any(c.isalnum() for c in kept):
            start = span.start + part.start() + text.index(kept)
            first, last = reading.tokens(Span(start, start + len(kept)))
            if first < last:
                yield Candidate(first, last, (Vote(EntityType(label.split(":")[0]), 0.01, "tagger"),), priority=1)


def _stated(proposed: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """The proposal with what a rule read of the device at the same place, however it set the edges."""
    found = [c.stated for c in candidates if c.stated and c.start < proposed.end and proposed.start < c.end]
    return replace(proposed, stated=together(found)) if found else proposed
