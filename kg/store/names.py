"""The rows of the name index: every name, alias and identifier of every entity and paper, and who wrote it. `kg.store.namefiles` writes them, `kg.store.nameindex` finds them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from kg.names import normal_form

PAPER = "Paper"  # the type of papers beside the values of EntityType

KINDS = ("name", "alias", "id", "title", "author")  # the files hold places in this list, which is the order of ranking too


@dataclass(frozen=True, slots=True, order=True)
class NameRow:
    """One name of one thing."""

    iri: str  # path below the base: "method/biomedclip"
    type: str  # a value of EntityType, or "Paper"
    label: str  # the canonical name of the thing, a paper's title
    name: str  # the name that is found
    kind: str  # "name", "alias", "id" (of a paper), "title", "author" (of a paper)
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
    kind: str = "name"  # what `matched` is to it, as `NameRow.kind` says


def fold(name: str) -> str:
    """The normal form of a name without accents, by which names are looked up; the name itself where it has no letter or digit."""
    folded = "".join(c for c in unicodedata.normalize("NFD", normal_form(name)) if not unicodedata.combining(c))
    return folded or name.strip()
