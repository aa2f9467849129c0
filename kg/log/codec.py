"""Documents and extractions as JSON text, as the rows of the log keep them."""

from __future__ import annotations

import json
from typing import Any

import orjson

from kg.model import (
    NO_METADATA,
    Abbreviation,
    Affiliation,
    Author,
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    Identifier,
    LinkClaim,
    LinkKind,
    Mention,
    Metadata,
    Relation,
    RelationClaim,
    Role,
    Section,
    SectionKind,
    Span,
)


def encode_document(document: Document) -> str:
    """JSON of a document; `decode_document` gives back an equal one, whatever characters it holds."""
    d = document
    row = [d.key, d.source, d.place, d.source_title, d.title, d.abstract, _ids_out(d.identifiers), d.issued, d.version]
    if d.sections or d.metadata:
        row += [[[one.heading, one.text, one.within, one.kind] for one in d.sections], d.metadata.values()]
    return _json(row)


def decode_document(text: str) -> Document:
    """The document that `encode_document` wrote."""
    key, source, place, source_title, title, abstract, ids, issued, version, *more = _parsed(text)
    sections, metadata = more or ((), None)
    return Document(
        key, source, place, source_title, title, abstract, _ids_in(ids), issued, version,
        tuple(Section(heading, text, tuple(within), SectionKind(kind)) for heading, text, within, kind in sections),
        NO_METADATA if metadata is None else _metadata_in(metadata),
    )  # fmt: skip


def encode_extraction(extraction: Extraction) -> str:
    """JSON of an extraction; `decode_extraction` gives back an equal one."""
    entities = [
        [
            e.name, e.type, e.aliases, [[*_pair(m.span), m.surface, m.type, m.rule, m.score] for m in e.mentions],
            e.role, _evidence_out(e.evidence), e.rule, e.score, e.count, e.memory, e.hours,
        ]
        for e in extraction.entities
    ]  # fmt: skip
    relations = [[r.subject, r.predicate, r.object, _evidence_out(r.evidence), r.rule, r.score] for r in extraction.relations]
    links = [[link.url, link.kind, _evidence_out(link.evidence), link.rule, link.score] for link in extraction.links]
    return _json([entities, relations, links, [[*_pair(a.short), *_pair(a.long), *_pair(a.sentence)] for a in extraction.abbreviations]])


def decode_extraction(text: str) -> Extraction:
    """The extraction that `encode_extraction` wrote."""
    entities, relations, links, abbreviations = _parsed(text)
    return Extraction(
        tuple(
            EntityClaim(
                name, EntityType(type_), tuple(aliases), tuple(_mention(m) for m in mentions),
                Role(role), _evidence_in(evidence), rule, score, count, memory, hours,
            )
            for name, type_, aliases, mentions, role, evidence, rule, score, count, memory, hours in entities
        ),
        tuple(RelationClaim(s, Relation(p), o, _evidence_in(evidence), rule, score) for s, p, o, evidence, rule, score in relations),
        tuple(LinkClaim(url, LinkKind(kind), _evidence_in(evidence), rule, score) for url, kind, evidence, rule, score in links),
        tuple(Abbreviation(Span(*row[:2]), Span(*row[2:4]), Span(*row[4:])) for row in abbreviations),
    )  # fmt: skip


def _metadata_in(row: list[Any]) -> Metadata:
    authors, affiliations, venue, categories, licence, comment, code, cites = row
    return Metadata(
        tuple(Author(name, orcid, _affiliations_in(of)) for name, orcid, of in authors),
        _affiliations_in(affiliations), venue, tuple(categories), licence, comment, tuple(code), tuple(_ids_in(work) for work in cites),
    )  # fmt: skip


def _affiliations_in(rows: list[list[str]]) -> tuple[Affiliation, ...]:
    return tuple(Affiliation(*row) for row in rows)


def _ids_out(identifiers: tuple[Identifier, ...]) -> list[list[str]]:
    return [[one.scheme, one.value] for one in identifiers]


def _ids_in(rows: list[list[str]]) -> tuple[Identifier, ...]:
    return tuple(Identifier(scheme, value) for scheme, value in rows)


def _mention(row: list[Any]) -> Mention:
    start, end, surface, type_, rule, score = row
    return Mention(Span(start, end), surface, EntityType(type_), rule, score)


def _pair(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _evidence_out(evidence: tuple[Evidence, ...]) -> list[list[int]]:
    """Four offsets (sentence, object), six where the subject is marked too."""
    return [[*_pair(e.sentence), *_pair(e.object), *(_pair(e.subject) if e.subject else ())] for e in evidence]


def _evidence_in(rows: list[list[int]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(Span(*r[:2]), Span(*r[2:4]), Span(*r[4:]) if r[4:] else None) for r in rows)


def _parsed(text: str) -> Any:  # noqa: ANN401 (JSON)
    """What JSON says; orjson is three times as fast, and refuses the lone surrogates that `_json` lets through."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _json(value: object) -> str:
    """Compact JSON in ASCII: characters that UTF-8 cannot hold (lone surrogates) survive as escapes."""
    return json.dumps(value, separators=(",", ":"))
