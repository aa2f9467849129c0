"""The values that stages hand each other; standard library only.

Every offset counts characters (Unicode code points) of `Document.text`; spans are half-open.
Every score lies in [0, 1].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lazy import names_of

if TYPE_CHECKING:
    from kg.model.claims import (
        Abbreviation,
        EntityClaim,
        Evidence,
        Extraction,
        LinkClaim,
        LoggedPaper,
        Mention,
        RelationClaim,
        is_stated,
        is_stated_at,
    )
    from kg.model.decisions import DECISION_FIELDS, Decision, DecisionKind, FieldError
    from kg.model.documents import AFFILIATIONS, CODE, COMMENT, Document, Record, Rejection, Section, Span
    from kg.model.identifiers import ARXIV_ARCHIVES, REGISTRIES, Identifier
    from kg.model.knowledge import BuildReport, Candidate, Entity, Kind, Knowledge, Merge, Statement
    from kg.model.metadata import NO_METADATA, Affiliation, Author, Metadata
    from kg.model.vocabulary import EntityType, LinkKind, Relation, Role, SectionKind
else:
    __getattr__ = names_of(
        __name__,
        {
            "claims": "Abbreviation EntityClaim Evidence Extraction LinkClaim LoggedPaper Mention RelationClaim is_stated is_stated_at",
            "decisions": "DECISION_FIELDS Decision DecisionKind FieldError",
            "documents": "AFFILIATIONS CODE COMMENT Document Record Rejection Section Span",
            "identifiers": "ARXIV_ARCHIVES REGISTRIES Identifier",
            "knowledge": "BuildReport Candidate Entity Kind Knowledge Merge Statement",
            "metadata": "NO_METADATA Affiliation Author Metadata",
            "vocabulary": "EntityType LinkKind Relation Role SectionKind",
        },
    )

__all__ = [
    "AFFILIATIONS",
    "ARXIV_ARCHIVES",
    "CODE",
    "COMMENT",
    "DECISION_FIELDS",
    "NO_METADATA",
    "REGISTRIES",
    "Abbreviation",
    "Affiliation",
    "Author",
    "BuildReport",
    "Candidate",
    "Decision",
    "DecisionKind",
    "Document",
    "Entity",
    "EntityClaim",
    "EntityType",
    "Evidence",
    "Extraction",
    "FieldError",
    "Identifier",
    "Kind",
    "Knowledge",
    "LinkClaim",
    "LinkKind",
    "LoggedPaper",
    "Mention",
    "Merge",
    "Metadata",
    "Record",
    "Rejection",
    "Relation",
    "RelationClaim",
    "Role",
    "Section",
    "SectionKind",
    "Span",
    "Statement",
    "is_stated",
    "is_stated_at",
]
