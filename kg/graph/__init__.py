"""Knowledge in, triples out: one plain RDF graph without blank nodes, every IRI minted from content.

The shape: papers with their authors, and entities, the triples that papers state, a claim node per statement and paper, for each sentence behind a claim
an annotation with its target, quote and position; beside them the reasons for names, the kinds, and what may be one. Pure: no disk, no
clock, no chance.
"""

from __future__ import annotations

from collections import defaultdict

from pyoxigraph import Triple

from kg import vocab
from kg.graph.claims import CONTEXT, check, claim_id, evidence_id, paper_triples
from kg.graph.papers import Cited, author_id
from kg.graph.terms import (
    author_iri,
    claim_iri,
    decimal,
    entity_iri,
    evidence_iri,
    extractor_iri,
    integer,
    link_iri,
    orcid_iri,
    paper_iri,
    text,
    whole_number,
)
from kg.graph.things import candidate_iri, candidate_triples, entity_triples, kind_triples, merge_evidence, merge_iri
from kg.model import Knowledge, Statement

__all__ = [
    "CONTEXT",
    "Cited",
    "author_id",
    "author_iri",
    "candidate_iri",
    "candidate_triples",
    "check",
    "claim_id",
    "claim_iri",
    "decimal",
    "entity_iri",
    "entity_triples",
    "evidence_id",
    "evidence_iri",
    "extractor_iri",
    "integer",
    "kind_triples",
    "link_iri",
    "merge_evidence",
    "merge_iri",
    "orcid_iri",
    "paper_iri",
    "paper_triples",
    "text",
    "to_triples",
    "whole_number",
]


def to_triples(knowledge: Knowledge, *, base: str = vocab.BASE, cited: Cited | None = None) -> list[Triple]:
    """The graph of all that is known, without duplicates, sorted by the text of the triples; citations as in `paper_triples`.

    Raises:
        KeyError: a statement names a paper that is not among the documents, or an unknown predicate.
        ValueError: a text holds a character that XML 1.0 forbids.
    """
    said: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in knowledge.statements:
        said[statement.paper].append(statement)
    triples: set[Triple] = set()
    for document in knowledge.documents:
        triples.update(paper_triples(document, said.pop(document.key, ()), base, cited))
    documents = {document.key: document for document in knowledge.documents}
    for entity in knowledge.entities:
        triples.update(entity_triples(entity, documents.__getitem__, base))
    for candidate in knowledge.candidates:
        triples.update(candidate_triples(candidate, base))
    for kind in knowledge.kinds:
        triples.update(kind_triples(kind, base))
    if said:
        raise KeyError(min(said))
    return sorted(triples, key=str)
