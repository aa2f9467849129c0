"""Which fields of an object hold what: the names that sources of papers give them, best first.

The names are those of the arXiv snapshot and API, OpenAlex, Semantic Scholar, Crossref, CORE, CSL-JSON, S2ORC, Papers with Code and of
dumps made of them. A name counts however it is written: "arxiv_id", "arxivId", "ArXiv-ID".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.sources.flavours import FLAVOURS, Flavour, flavour_of
from kg.sources.naming import written


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of an object that hold each thing that is read, best first; of another kind of object than a paper, none."""

    flavour: Flavour | None  # None where the fields do not tell
    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    inverted_indexes: tuple[str, ...]
    levels: tuple[str, ...]  # objects that hold fields of the same paper
    dates: tuple[str, ...]  # of first publication
    later_dates: tuple[str, ...]
    authors: tuple[str, ...]
    affiliations: tuple[str, ...]
    venues: tuple[str, ...]
    categories: tuple[str, ...]
    licences: tuple[str, ...]
    comments: tuple[str, ...]
    code: tuple[str, ...]
    cites: tuple[str, ...]
    identifier_maps: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]  # (scheme, field), in the order of the object


_NAMES: dict[str, tuple[str, ...]] = {
    "titles": ("title", "display_name", "paper_title"),
    "abstracts": ("abstract", "summary", "abs", "paper_abstract", "abstract_text", "description"),
    "inverted_indexes": ("abstract_inverted_index",),
    "levels": ("metadata", "paper", "article", "bibjson", "grobid_parse", "latex_parse", "pdf_parse", "attributes"),
    "dates": ("date", "published", "publication_date", "published_date", "issued", "submitted", "date_published"),
    "later_dates": ("update_date", "updated", "publication_year", "year_published", "year"),
    "authors": ("authors_parsed", "authorships", "authors", "author", "author_names", "author_list", "creators", "creator"),
    "affiliations": ("affiliations", "affiliation", "institutions", "organizations", "organisations"),
    "venues": (
        "journal_ref", "container_title", "publication_venue", "venue", "primary_location", "host_venue", "journal", "journals", "booktitle",
        "journal_title", "journal_name", "proceeding", "proceedings", "conference", "publication_title",
    ),
    "categories": (
        "categories", "primary_category", "topics", "primary_topic", "concepts", "s2_fields_of_study", "fields_of_study", "field_of_study",
        "subjects", "subject", "keywords", "keyword",
    ),
    "licences": ("license", "licence", "license_url", "licence_url", "primary_location", "best_oa_location", "open_access_pdf", "open_access_info",
                 "rights", "copyright"),
    "comments": ("comments", "comment", "author_comment", "authors_comment"),
    "code": (
        "code_url", "code_urls", "code_link", "code_links", "code_repository", "code", "repo_url", "repository_url", "github_url", "github_link",
        "github_repo", "github", "repo", "repository", "official_code", "code_repo",
    ),
    "cites": ("referenced_works", "references", "reference", "bib_entries", "out_citations", "outbound_citations"),
    "identifier_maps": ("external_ids", "ids", "identifiers", "other_ids"),
}  # fmt: skip
_SCHEMES = {
    "arxiv": ("arxiv_id", "arxiv", "eprint", "paper_arxiv_id"),
    "doi": ("doi",),
    "pmid": ("pmid", "pubmed_id", "pubmed"),
    "pmcid": ("pmcid", "pmc_id", "pubmed_central"),
    "corpusid": ("corpusid",),
    "openalex": ("openalex", "openalex_id"),
    "s2": ("paperid",),
    "acl": ("acl_id", "acl"),
    "mag": ("mag",),
    "dblp": ("dblp",),
    "id": ("id", "entry_id"),
    "url": ("url", "link", "pdf_url", "pdf", "abs_url", "url_abs", "url_pdf", "paper_url_abs"),
}
_OTHERS = (
    "versions",
    "version",
    "oai",
    "locations",
    "number",
    "note",
    "subtitle",
    "body_text",
    "back_matter",
    "ref_entries",
    "bibliography",
)
_MAX_KNOWN = 512  # layouts that are kept: a dump has a handful, one of which some fields are left out where they are empty some hundreds
_MAX_FIELDS, _MAX_NAME = 200, 100  # of an object whose layout is kept

_READ = {what: tuple(written(name) for name in names) for what, names in _NAMES.items()}
SCHEMES = {written(name): scheme for scheme, names in _SCHEMES.items() for name in names}
_SIGNS = [written(name) for flavour in FLAVOURS for sign in flavour.signs for name in sign]
_ALL_READ = frozenset([*SCHEMES, *(name for names in _READ.values() for name in names), *map(written, _OTHERS), *_SIGNS])
_known: dict[tuple[str, ...], Layout] = {}  # kept: telling the fields apart takes as long as all the rest (25 µs of 14 fields)


def is_read(name: str) -> bool:
    """Whether a field of this name is read from objects, by a flavour or by all."""
    return written(name) in _ALL_READ


def layout_of(entry: Mapping[str, object]) -> Layout:
    """Which fields of an object hold what."""
    fields = tuple(entry)
    known = _known.get(fields)
    if known is None:
        known = _layout(fields)
        if len(fields) <= _MAX_FIELDS and all(len(name) <= _MAX_NAME for name in fields):
            if len(_known) >= _MAX_KNOWN:
                _known.clear()
            _known[fields] = known
    return known


def _layout(fields: tuple[str, ...]) -> Layout:
    by_name: dict[str, list[str]] = {}
    for field in fields:
        by_name.setdefault(written(field), []).append(field)
    found = {what: tuple(field for name in names for field in by_name.get(name, ())) for what, names in _READ.items()}
    # "paper_id" is a number of a dump's own, "paperId" that of Semantic Scholar.
    schemes = ((("id" if field.lower() == "paper_id" else SCHEMES.get(written(field), "")), field) for field in fields)
    return Layout(flavour=flavour_of(frozenset(fields)), identifiers=tuple((scheme, field) for scheme, field in schemes if scheme), **found)
