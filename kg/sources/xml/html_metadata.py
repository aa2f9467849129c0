"""Who wrote a paper, where it appeared, what it cites, as the page that shows it states.

Sources: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing, https://www.dublincore.org/specifications/dublin-core/dcq-html/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree

from kg.model import Affiliation, Author, Identifier, Metadata
from kg.sources.licences import licence
from kg.sources.limits import MAX_AFFILIATIONS, MAX_STATED, distinct
from kg.sources.personal_names import given_first
from kg.sources.xml.inline import text_of
from kg.sources.xml.references import cited, named_in

_Stated = list[tuple[str, str]]  # name of a meta element in lower case, its content

# The first of these families that a page has: many pages name their authors in several.
_AUTHORS = ("citation_author", "bepress_citation_author", "dc.creator", "dcterms.creator", "dc.contributor.author", "eprints.creators_name")
_INSTITUTIONS = ("citation_author_institution", "bepress_citation_author_institution", "citation_author_affiliation")
_VENUES = (
    "citation_journal_title", "citation_conference_title", "citation_inbook_title", "citation_book_title", "bepress_citation_journal_title",
    "prism.publicationname", "dc.relation.ispartof", "dcterms.ispartof", "eprints.publication",
)  # fmt: skip
_LICENCES = ("dcterms.license", "dc.rights.license", "dc.rights", "dcterms.rights", "prism.rights")
_REFERENCE = re.compile(r"citation_(doi|pmid|pmcid|arxiv_id)\s*=\s*([^;]+)")  # citation_title=…; citation_doi=10.1/x; …
_SCHEMES = {"doi": "doi", "pmid": "pmid", "pmcid": "pmcid", "arxiv_id": "arxiv"}
_ARXIV_SUBJECT = re.compile(r"\(([a-z-]{2,10}(?:\.[A-Za-z-]{2,20})?)\)")  # "Digital Libraries (cs.DL)"


def metadata(root: etree._Element) -> Metadata:
    """What the page's meta elements state, and what arXiv shows in a table below the abstract."""
    stated = list(_stated(root))
    authors, affiliations = _people(stated)
    shown = authors or tuple(Author(name) for link in _links(root, "div", "authors") if (name := text_of(link)))
    return Metadata(
        authors=shown,
        affiliations=affiliations,
        venue=next((content for wanted in _VENUES for name, content in stated if name == wanted), "") or _cell(root, "jref"),
        categories=distinct([*_ARXIV_SUBJECT.findall(_cell(root, "subjects")), *_keywords(stated)]),
        licence=licence([*_licence_links(root), *(content for wanted in _LICENCES for name, content in stated if name == wanted)]),
        comment=_cell(root, "comments"),
        cites=cited(_reference(content) for name, content in stated if name == "citation_reference"),
    )


def _stated(root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter("meta"):
        content = " ".join(str(element.get("content") or "").split())
        if content:
            yield str(element.get("name") or element.get("property") or "").casefold(), content


def _people(stated: _Stated) -> tuple[tuple[Author, ...], tuple[Affiliation, ...]]:
    """The authors, each with the institutions and the ORCID that stand after it, and the institutions that stand before all of them."""
    names = {name for name, _ in stated}
    family = next((name for name in _AUTHORS if name in names), "")
    found: list[tuple[str, list[str], list[str]]] = [("", [], [])]  # name, ORCIDs, institutions
    for name, content in stated:
        if name == family and len(found) <= MAX_STATED:
            found.append((given_first(content), [], []))
        elif name == "citation_author_orcid":
            found[-1][1].append(content)
        elif name in _INSTITUTIONS and len(found[-1][2]) < MAX_AFFILIATIONS:
            found[-1][2].append(content)
    authors = tuple(Author(name, next(iter(orcids), ""), _affiliations(places)) for name, orcids, places in found[1:] if name)
    listed = (given_first(part) for name, content in stated if name == "citation_authors" for part in content.split(";"))
    return authors or tuple(map(Author, distinct(listed))), _affiliations(found[0][2])


def _affiliations(institutions: Iterable[str]) -> tuple[Affiliation, ...]:
    return tuple(map(Affiliation, dict.fromkeys(institutions)))


def _keywords(stated: _Stated) -> Iterator[str]:
    for name, content in stated:
        if name == "citation_keywords":
            yield from (word.strip() for word in content.split(";" if ";" in content else ","))
        elif name in ("dc.subject", "dcterms.subject"):
            yield content


def _licence_links(root: etree._Element) -> Iterator[str]:
    for link in root.iter("link", "a"):
        if "license" in str(link.get("rel", "")).casefold().split():
            yield str(link.get("href", ""))
    yield from (str(link.get("href", "")) for link in _links(root, "div", "abs-license"))


def _links(root: etree._Element, tag: str, word: str) -> Iterator[etree._Element]:
    """The links in the first element of this name and class."""
    element = next((each for each in root.iter(tag) if word in str(each.get("class", "")).split()), None)
    if element is not None:
        yield from islice(element.iter("a"), MAX_STATED)


def _cell(root: etree._Element, word: str) -> str:
    return next((text_of(cell) for cell in root.iter("td") if word in str(cell.get("class", "")).split()), "")


def _reference(content: str) -> list[Identifier]:
    found = [Identifier(_SCHEMES[kind], value.strip()) for kind, value in _REFERENCE.findall(content) if value.strip()]
    return found or named_in(content)
