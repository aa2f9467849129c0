"""Which columns of a table of papers hold what: their names, however they are written, to the fields of `kg.sources.fields`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.errors import UsageError

# Name → the column names of Scopus, Web of Science, Embase, PubMed, IEEE Xplore, Dimensions, Zotero, OpenAlex and of data frames made of them.
# Where a table has two columns for one field, the first named here counts, the others where it is blank.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "title": ("title", "article title", "document title", "paper title", "primary title", "work title", "publication title text", "display name", "titles", "ti",
              "original title"),
    "abstract": ("abstract", "abstract text", "abstract note", "abstracts", "paper abstract", "summary", "abs", "ab", "notes abstract", "original abstract",
                 "description"),
    "doi": ("doi", "digital object identifier", "di", "dois", "doi link", "prism doi"),
    "arxiv_id": ("arxiv id", "arxiv", "arxivid", "eprint"),
    "pmid": ("pmid", "pubmed id", "pubmedid", "medline pmid", "pm"),
    "pmcid": ("pmcid", "pmc id", "pmc"),
    "openalex_id": ("openalex id", "openalex"),
    "corpusid": ("corpusid", "corpus id", "s2 corpus id"),
    "paperid": ("paperid", "semantic scholar id", "s2 id", "s2 paper id"),
    "acl_id": ("acl id", "anthology id"),
    "id": ("id", "paper id", "entry id", "publication id"),
    "url": ("url", "link", "pdf url", "pdf link", "pdf", "urls", "abs url"),
    "date": ("date", "publication date", "published", "published date", "date published", "online date", "cover date", "submitted", "create date"),
    "year": ("year", "publication year", "pub year", "py", "publication_year", "date of publication"),
    "update_date": ("update date", "updated"),
    "version": ("version",),
}  # fmt: skip
_HINTS = frozenset(
    {"authors", "author", "author names", "au", "journal", "source title", "categories", "keywords", "venue", "type", "issn", "citation"}
)
# Columns that only tables with nested cells have; they are read as the JSON fields of the same name.
NESTED = frozenset({
    "versions", "abstract_inverted_index", "externalids", "external_ids", "ids", "metadata", "authors_parsed", "categories", "locations",
    "primary_location", "issued", "container-title", "type", "grobid_parse", "pdf_parse", "body_text", "content", "oai", "identifiers",
})  # fmt: skip
_FIELD_OF = {name: field for field, names in _SYNONYMS.items() for name in names}
_RANK = {name: rank for names in _SYNONYMS.values() for rank, name in enumerate(names)}
_BETWEEN = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def field_of(column: str) -> str:
    """The field that a column of this name holds; "" where it is none that is read."""
    return _FIELD_OF.get(_normal(column)) or _FIELD_OF.get(_normal(_CAMEL.sub(" ", column)), "")


def is_header(cells: Sequence[str], said: Mapping[str, str]) -> bool:
    """Whether these are the names of columns: all that the user says, or a title and another that is known."""
    if said and {_normal(column) for column in said.values()} <= {_normal(cell) for cell in cells}:
        return True
    fields = [field_of(cell) for cell in cells]
    known = {field for field in fields if field} | {"hint" for cell in cells if _normal(cell) in _HINTS}
    return "title" in known and len(known) >= 2 and len(cells) >= 2


def columns(names: Sequence[str], said: Mapping[str, str]) -> list[tuple[int, str]]:
    """(place of the column, field) for all that are read, the best column of each field first.

    Args:
        names: of the columns, in their order.
        said: field → the column that holds it; such a field has no other column, such a column no other field.

    Raises:
        UsageError: one of those columns is not there.
    """
    places = {_normal(name): place for place, name in reversed(list(enumerate(names)))}
    missing = next((column for column in said.values() if _normal(column) not in places), None)
    if missing is not None:
        listed = ", ".join(repr(" ".join(name.split())[:60]) for name in names[:60])
        raise UsageError(f"no column is called {missing!r}", hint=f"the table has these: {listed}")
    chosen = [(places[_normal(column)], field) for field, column in said.items()]
    taken = {place for place, _ in chosen}
    found = [(_RANK.get(_normal(name), 99), place, field_of(name)) for place, name in enumerate(names) if place not in taken]
    return chosen + [(place, field) for _, place, field in sorted(found) if field and field not in said]


def checked(said: Mapping[str, str]) -> dict[str, str]:
    """What a user says of columns, field → column, with the fields under their own names.

    Raises:
        UsageError: one is no field.
    """
    fields = {name: field_of(name) for name in said}
    wrong = next((name for name, field in fields.items() if not field), None)
    if wrong is not None:
        raise UsageError(f"no field is called {wrong!r}", hint="a column can hold one of: " + ", ".join(_SYNONYMS))
    return {fields[name]: column for name, column in said.items()}


def _normal(name: str) -> str:
    return _BETWEEN.sub(" ", name).strip().casefold()
