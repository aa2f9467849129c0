"""What a source states about a paper → claims, beside those that were extracted from its text.

Organisations of affiliations and addresses of code. Their evidence is the line of `Document.text` in which the source states it; nothing
was inferred, so the score is 1, and the rule's name begins with "metadata.".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg.model import (
    AFFILIATIONS,
    CODE,
    COMMENT,
    Affiliation,
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    LinkClaim,
    LinkKind,
    Mention,
    Role,
    Span,
)
from kg.names import normal_form
from kg.stated.organisations import organisations
from kg.urls import classify, find_link_spans, with_scheme

STATED_BY = "metadata-1"  # name and version of what makes these claims, where others have that of an extractor
AFFILIATION, ADDRESS, REMARK = "metadata.affiliation", "metadata.code", "metadata.comment"
_MOST_LINES = 3  # kept as evidence of one organisation


def complete(document: Document, extraction: Extraction) -> Extraction:
    """What was extracted from the text of a document, with what its source states; the extraction itself where that is nothing."""
    if not document.metadata:
        return extraction
    entities = tuple(_affiliated(document))
    known = {link.url for link in extraction.links}
    links = tuple(link for link in _links(document) if link.url not in known)
    return replace(extraction, entities=(*extraction.entities, *entities), links=(*extraction.links, *links))


def _affiliated(document: Document) -> Iterator[EntityClaim]:
    """The organisations of the affiliations, in the order of the paper; spellings that differ in form alone are one."""
    text = document.text
    lines = [span for name, span in document.places if name == AFFILIATIONS]
    found: dict[str, list[tuple[Span, Span]]] = {}  # line and name in it, by the normal form of the name
    for line, affiliation in zip(lines, document.metadata.stated_affiliations(), strict=True):
        for span in _named(affiliation):
            placed = Span(line.start + span.start, line.start + span.end)
            found.setdefault(normal_form(placed.of(text)) or placed.of(text), []).append((line, placed))
    for places in found.values():
        surfaces = sorted({span.of(text) for _, span in places})
        name = max(surfaces, key=len)
        yield EntityClaim(
            name=name,
            type=EntityType.ORGANISATION,
            aliases=tuple(surface for surface in surfaces if surface != name),
            mentions=tuple(Mention(span, span.of(text), EntityType.ORGANISATION, AFFILIATION, 1.0) for _, span in places),
            role=Role.AFFILIATED_WITH,
            evidence=tuple(Evidence(line, span) for line, span in places)[:_MOST_LINES],
            rule=AFFILIATION,
            score=1.0,
        )


def _named(affiliation: Affiliation) -> list[Span]:
    """Where the text of an affiliation names organisations."""
    if affiliation.name:
        start = affiliation.text.index(affiliation.name)
        return [Span(start, start + len(affiliation.name))]
    return organisations(affiliation.text)


def _links(document: Document) -> Iterator[LinkClaim]:
    """Addresses of code, and those in the authors' comment; each once."""
    text = document.text
    seen: set[str] = set()
    for name, place in document.places:
        if name == CODE:
            found = [(place, LinkKind.CODE, ADDRESS)]
        elif name == COMMENT:
            spans = (Span(place.start + one.start, place.start + one.end) for one in find_link_spans(place.of(text)))
            found = [(span, classify(with_scheme(span.of(text)), text[place.start : span.start])[0], REMARK) for span in spans]
        else:
            continue
        for span, kind, rule in found:
            url = with_scheme(span.of(text))
            if url not in seen:
                seen.add(url)
                yield LinkClaim(url, kind, (Evidence(place, span),), rule, 1.0)
