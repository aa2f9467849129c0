"""The rows of the name index: every name, alias and identifier of every entity and paper. `kg.store.namefiles` writes them, `kg.store.nameindex` finds them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from kg import gazetteer
from kg.model import Entity, Knowledge
from kg.names import normal_form

PAPER = "Paper"  # the type of papers beside the values of EntityType

KINDS = ("name", "alias", "id", "title")


@dataclass(frozen=True, slots=True, order=True)
class NameRow:
    """One name of one thing."""

    iri: str  # path below the base: "method/biomedclip"
    type: str  # a value of EntityType, or "Paper"
    label: str  # the canonical name of the thing, a paper's title
    name: str  # the name that is found
    kind: str  # "name", "alias", "id" (of a paper), "title"
    support: int  # papers that state something of it

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of name")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a search found."""

    iri: str  # path below the base
    type: str
    label: str  # its canonical name, a paper's title
    matched: str  # the name by which it was found
    support: int  # papers that state something of it
    how: str  # "exact", "prefix", "words", "close"
    score: float  # closeness of the name to the search, in [0, 1]


def name_rows(knowledge: Knowledge) -> list[NameRow]:
    """A row for every name of every entity, curated ones too, and for title and identifiers of every paper; sorted."""
    papers: defaultdict[str, set[str]] = defaultdict(set)
    for statement in knowledge.statements:
        papers[statement.subject].add(statement.paper)
        papers[statement.object].add(statement.paper)
    rows = set()
    for entity in knowledge.entities:
        support = len(papers[entity.id])
        rows.add(NameRow(entity.id, entity.type, entity.name, entity.name, "name", support))
        aliases = {*entity.aliases, *_curated(entity)}
        rows.update(NameRow(entity.id, entity.type, entity.name, alias, "alias", support) for alias in aliases)
    for document in knowledge.documents:
        iri, title = f"paper/{document.key}", document.title
        rows.add(NameRow(iri, PAPER, title, title, "title", 1))
        if document.source_title != title:
            rows.add(NameRow(iri, PAPER, title, document.source_title, "title", 1))
        rows.update(NameRow(iri, PAPER, title, i.value, "id", 1) for i in document.identifiers)
    return sorted(rows)


def _curated(entity: Entity) -> tuple[str, ...]:
    """Other names that the gazetteer knows for an entity: "A100" finds "NVIDIA A100" although no paper calls it so."""
    entry = gazetteer.canonical(entity.type, entity.name)
    return entry.aliases if entry is not None and entry.name == entity.name and not entry.guards(entity.name) else ()


def fold(name: str) -> str:
    """The normal form of a name without accents, by which names are looked up; the name itself where it has no letter or digit."""
    folded = "".join(c for c in unicodedata.normalize("NFD", normal_form(name)) if not unicodedata.combining(c))
    return folded or name.strip()
