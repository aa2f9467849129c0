"""Atom feeds: the answers of arXiv's API, https://info.arxiv.org/help/api/user-manual.html."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from kg.model import Affiliation, Author, Identifier, Metadata, Record, Rejection
from kg.sources.dates import iso_date
from kg.sources.licences import licence
from kg.sources.limits import MAX_AFFILIATIONS, MAX_STATED, distinct
from kg.sources.xml.identifying import recognised
from kg.sources.xml.inline import text_of
from kg.sources.xml.references import link

FORMAT = "atom"
ELEMENTS = ("entry",)


def record(entry: etree._Element, source: str, place: str) -> Record | Rejection:
    """The paper of an entry; arXiv tells its errors in entries too."""
    stated, title = text_of(entry.find("{*}id")), text_of(entry.find("{*}title"))
    summary = _text(entry, "summary") or _text(entry, "content")
    if "/api/errors" in stated:
        return Rejection(
            source, place, "read", "api-error", f"the API answered with an error, not a paper: {' '.join(summary.split())[:200]}: ask again"
        )
    links = (str(link.get("href", "")) for link in entry.iterfind("{*}link") if link.get("rel", "alternate") == "alternate")
    return Record(
        source=source,
        place=place,
        title=title,
        abstract=summary,
        identifiers=(
            *([Identifier("id", stated)] if stated else []),
            *(Identifier("doi", text) for doi in entry.iterfind("{*}doi") if (text := text_of(doi))),
            *(identifier for identifier in recognised(links) if identifier.value.casefold() not in _spellings(stated)),
        ),
        issued=iso_date(_text(entry, "published") or _text(entry, "updated")),
        format=FORMAT,
    )


def metadata(entry: etree._Element) -> Metadata:
    """What arXiv adds to an entry: authors with their affiliations, comment, where it appeared, categories with the primary one first."""
    categories = (*entry.iterfind("{*}primary_category"), *entry.iterfind("{*}category"))
    rights = [link(each) for each in entry.iterfind("{*}link") if each.get("rel") == "license"]
    return Metadata(
        authors=tuple(_authors(entry)),
        venue=text_of(entry.find("{*}journal_ref")),
        categories=distinct(str(category.get("term") or "").strip() for category in categories),
        licence=licence([*rights, text_of(entry.find("{*}rights"))]),
        comment=text_of(entry.find("{*}comment")),
    )


def _authors(entry: etree._Element) -> Iterator[Author]:
    for author in islice(entry.iterfind("{*}author"), MAX_STATED):
        affiliations = map(text_of, islice(author.iterfind("{*}affiliation"), MAX_AFFILIATIONS))
        if name := text_of(author.find("{*}name")):
            yield Author(name, affiliations=tuple(map(Affiliation, dict.fromkeys(filter(None, affiliations)))))


def _spellings(address: str) -> set[str]:
    """`address` with either protocol: an entry's id and its link differ in that."""
    bare = address.casefold().removeprefix("http://").removeprefix("https://")
    return {bare, "http://" + bare, "https://" + bare}


def _text(entry: etree._Element, name: str) -> str:
    """The text of a child with its line ends: an indented line begins a paragraph."""
    child = entry.find(f"{{*}}{name}")
    if child is None:
        return ""
    return text_of(child) if len(child) else str(child.text or "").strip()
