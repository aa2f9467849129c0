"""Which columns of a table of papers hold what: their names, however they are written, to the fields of `kg.sources.fields`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.errors import UsageError
from kg.sources.inputs import RefusedError

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
    "authors": ("author full names", "authors full names", "authors", "author", "author names", "author s", "af", "au", "authorships author display name",
                "author list", "first authors", "creators", "creator"),
    "authors_parsed": ("authors parsed",),
    "affiliations": ("affiliations", "affiliation", "author affiliations", "author affiliation", "addresses", "c1", "institutions", "institution",
                     "research organizations standardized", "research organizations"),
    "venue": ("venue", "journal ref", "source title", "publication title", "publication name", "journal", "journal title", "journal name", "journal book",
              "primary location source display name", "conference name", "conference", "book title", "booktitle", "container title", "secondary title"),
    "source": ("source",),
    "categories": ("categories", "topics", "primary topic display name", "fields of study", "subjects", "subject", "author keywords", "keywords", "keyword",
                   "de", "index keywords", "mesh terms", "research areas"),
    "license": ("license", "licence", "license url", "best oa location license", "primary location license", "rights"),
    "comments": ("comments", "comment"),
    "code_url": ("code url", "code", "code link", "code repository", "repo url", "repository url", "repo", "repository"),
    "github": ("github", "github url", "github link", "github repo"),
    "referenced_works": ("referenced works", "references"),
}  # fmt: skip
_HINTS = frozenset({"type", "issn", "citation"})
_FIELD_OF = {name: field for field, names in _SYNONYMS.items() for name in names}
_RANK = {name: rank for names in _SYNONYMS.values() for rank, name in enumerate(names)}
_BETWEEN = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def field_of(column: str) -> str:
    """The field that a column of this name holds; "" where it is none that is read."""
    return _FIELD_OF.get(_normal(column)) or _FIELD_OF.get(_normal(_CAMEL.sub(" ", column)), "")


def is_header(cells: Sequence[str], said: Mapping[str, str]) -> bool:
    """Whether these are the names of columns: all that the user says, or a title and another that is said or known."""
    if said and len(there(cells, said)) == len(said):
        return True
    fields = [*there(cells, said), *(field_of(cell) for cell in cells)]
    known = {field for field in fields if field} | {"hint" for cell in cells if _normal(cell) in _HINTS}
    return "title" in known and len(known) >= 2 and len(cells) >= 2


def columns(names: Sequence[str], said: Mapping[str, str]) -> list[tuple[int, str]]:
    """(place of the column, field) for all that are read, the best column of each field first.

    Args:
        names: of the columns, in their order.
        said: field → the column that holds it. Where the table has that column, the field has no other and the column no other field;
            where it has not, the field is looked for by its known names.

    Raises:
        RefusedError: such a column is not there, and none with a known name of its field.
    """
    places = {_normal(name): place for place, name in reversed(list(enumerate(names)))}
    given = there(names, said)
    chosen = [(places[_normal(column)], field) for field, column in given.items()]
    taken = {place for place, _ in chosen}
    known = [(_RANK.get(_normal(name), 99), place, field_of(name)) for place, name in enumerate(names) if place not in taken]
    found = chosen + [(place, field) for _, place, field in sorted(known) if field and field not in given]
    lost = said.keys() - {field for _, field in found}
    for field, column in said.items():
        if field in lost:
            raise RefusedError(
                "no-column", f"no column is called {column!r}; {_listed(names)}: name the right one with --map {field}=COLUMN"
            )
    return found


def there(names: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Those of the columns that a user says, field → column, that a table with columns of these names has."""
    normal = {_normal(name) for name in names}
    return {field: column for field, column in said.items() if _normal(column) in normal}


def untitled(names: Sequence[str]) -> RefusedError:
    """Why a table with columns of these names cannot be read: none holds titles."""
    return RefusedError("no-columns", f'no column is called "title"; {_listed(names)}: name the column of titles with --map title=COLUMN')


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


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(repr(" ".join(name.split())[:60]) for name in names[:60])
    return f"the columns are {listed}{', …' if len(names) > 60 else ''}"


def _normal(name: str) -> str:
    return _BETWEEN.sub(" ", name).strip().casefold()
