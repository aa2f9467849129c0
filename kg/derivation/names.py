"""The names by which a person finds papers, things and kinds: rows of the name index."""

from __future__ import annotations

from collections import defaultdict

from kg import gazetteer
from kg.model import Document, Entity, Kind, Knowledge
from kg.store import PAPER, NameRow

KIND = "Kind"  # the type of kinds and families beside the values of EntityType


def name_rows(knowledge: Knowledge) -> list[NameRow]:
    """The rows of all entities, kinds and papers; sorted."""
    papers: defaultdict[str, set[str]] = defaultdict(set)
    for statement in knowledge.statements:
        papers[statement.subject].add(statement.paper)
        papers[statement.object].add(statement.paper)
    rows = {row for entity in knowledge.entities for row in entity_rows(entity, len(papers[entity.id]))}
    rows.update(row for kind in knowledge.kinds for row in kind_rows(kind))
    rows.update(row for document in knowledge.documents for row in paper_rows(document))
    return sorted(rows)


def entity_rows(entity: Entity, support: int) -> tuple[NameRow, ...]:
    """A row for every name of a thing, curated ones too; sorted.

    Args:
        entity: the thing.
        support: how many papers name it.
    """
    rows = {NameRow(entity.id, entity.type, entity.name, entity.name, "name", support)}
    rows |= {NameRow(entity.id, entity.type, entity.name, alias, "alias", support) for alias in (*entity.aliases, *_curated(entity))}
    return tuple(sorted(rows))


def kind_rows(kind: Kind) -> tuple[NameRow, ...]:
    """A row for every name of a kind; sorted."""
    rows = {NameRow(kind.id, KIND, kind.name, alias, "alias", 0) for alias in kind.aliases}
    return tuple(sorted(rows | {NameRow(kind.id, KIND, kind.name, kind.name, "name", 0)}))


def paper_rows(document: Document) -> tuple[NameRow, ...]:
    """A row for title, identifiers and authors of a paper; sorted."""
    iri, title = f"paper/{document.key}", document.title
    rows = {NameRow(iri, PAPER, title, name, "title", 1) for name in (title, document.source_title)}
    rows |= {NameRow(iri, PAPER, title, identifier.value, "id", 1) for identifier in document.identifiers}
    rows |= {NameRow(iri, PAPER, title, author.name, "author", 1) for author in document.metadata.authors}
    return tuple(sorted(rows))


def _curated(entity: Entity) -> tuple[str, ...]:
    """Other names that the gazetteer knows for an entity: "A100" finds "NVIDIA A100" although no paper calls it so."""
    entry = gazetteer.canonical(entity.type, entity.name)
    return entry.aliases if entry is not None and entry.name == entity.name and not entry.guards(entity.name) else ()
