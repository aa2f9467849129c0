"""One document read by rules and tagger, before anything is decided: every name that either proposes, with what each says of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.extract.abbreviations import find_abbreviations
from kg.extract.candidates import Candidate, Vote, outside
from kg.extract.devices import Stated, together
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
    proposed = [c for span, label in view.spans for c in _proposed(reading, span, label) if c.is_short(reading)]
    candidates = outside(reading, find_candidates(reading), links)
    sentences = reading.sentence_spans()
    abbreviations = tuple(find_abbreviations(reading.text, sentences))
    by_rules = group_names(reading, candidates, abbreviations)
    devices = _devices(candidates)
    new = [_stated(candidate, devices) for candidate in outside(reading, proposed, links)]
    names = tuple(add_proposed(reading, by_rules, new, abbreviations))
    return Draft(reading, names, view, sentences, abbreviations, links)


# "the Long Form (LF)" names two things and no article; "X's" does not belong to X.
_LEFT = re.compile(r"(?:(?:the|a|an|our|its|their)\s+|[^\w(\[.])*", re.IGNORECASE)
_RIGHT = re.compile(r"(?:s['’]|[^\w)\]+*])*", re.IGNORECASE)  # read backwards, so that each character is looked at once


def _proposed(reading: Reading, span: Span, label: str) -> Iterator[Candidate]:
    """What the tagger proposes, parted at brackets; its vote is light, since the decision reads the probabilities themselves."""
    for part in re.finditer(r"[^()\[\]]+", span.of(reading.text)):
        left, right = _without_edges(part[0])
        if any(c.isalnum() for c in part[0][left:right]):
            start = span.start + part.start()
            first, last = reading.tokens(Span(start + left, start + right))
            if first < last:
                yield Candidate(first, last, (Vote(EntityType(label.split(":")[0]), 0.01, "tagger"),), priority=1)


def _without_edges(text: str) -> tuple[int, int]:
    """Where a proposed name begins and ends in what was proposed."""
    left = _length(_LEFT, text)
    return left, len(text) - _length(_RIGHT, text[left:][::-1])


def _length(pattern: re.Pattern[str], text: str) -> int:
    """Of what `text` begins with, in characters."""
    match = pattern.match(text)
    return match.end() if match else 0


def _devices(candidates: Sequence[Candidate]) -> dict[int, dict[int, Stated]]:
    """The numbers and figures of candidates of which the text states some, by each token of theirs."""
    found: defaultdict[int, dict[int, Stated]] = defaultdict(dict)
    for number, candidate in enumerate(candidates):
        if candidate.stated:
            for token in range(candidate.start, candidate.end):
                found[token][number] = candidate.stated
    return found


def _stated(proposed: Candidate, devices: Mapping[int, Mapping[int, Stated]]) -> Candidate:
    """The proposal with what a rule read of the device at the same place, however it set the edges."""
    near: dict[int, Stated] = {}
    for token in range(proposed.start, proposed.end):
        near |= devices.get(token, {})
    found = [near[number] for number in sorted(near)]
    return replace(proposed, stated=together(found)) if found else proposed
