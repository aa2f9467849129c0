"""JATS, as PMC and publishers give articles: https://jats.nlm.nih.gov/archiving/."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kg.model import Identifier, Record, Rejection
from kg.sources.dates import earliest, of_parts
from kg.sources.xml.inline import paragraphs, text_of
from kg.sources.xml.jats_metadata import SCHEMES, metadata
from kg.sources.xml.jats_text import sections
from kg.sources.xml.mathml import local_name

__all__ = ["ELEMENTS", "FORMAT", "metadata", "record", "sections"]

FORMAT = "jats"
ELEMENTS = ("article",)

_ELSEWHERE = frozenset({"pmc-release", "nihms-submitted", "retraction", "corrected", "correction", "update", "preprint"})
_NO_ABSTRACT = frozenset({  # https://jats.nlm.nih.gov/archiving/tag-library/1.3/attribute/abstract-type.html, and what publishers add
    "graphical", "teaser", "toc", "short", "plain-language-summary", "plain-language", "summary-plain", "key-points", "highlights", "author-highlights", "video",
    "editor", "editors-summary", "author-summary", "executive-summary", "precis", "web-summary", "translator", "objectives", "impact", "lay-summary",
})  # fmt: skip


_OWN_DOI = re.compile(r"DOI: ?(?:https?://\S+|10\.\S+)")  # the last paragraph of eLife's abstracts


def record(article: etree._Element, source: str, place: str) -> Record | Rejection:
    """The paper of an article, read from its front matter."""
    front = article.find("{*}front")
    meta = front.find("{*}article-meta") if front is not None else None
    if meta is None:
        return Rejection(source, place, "read", "not-a-paper", "an article without article-meta: give JATS, as PMC has it")
    return Record(
        source=source,
        place=place,
        title=_title(meta),
        abstract="\n\n".join(part for part in paragraphs(_abstract(meta)).split("\n\n") if not _OWN_DOI.fullmatch(part)),
        identifiers=tuple(_identifiers(meta)),
        issued=_issued(meta),
        format=FORMAT,
    )


def _title(meta: etree._Element) -> str:
    """Title and, after a colon, subtitle."""
    group = meta.find("{*}title-group")
    if group is None:
        return text_of(meta.find("{*}article-title"))
    title, subtitle = text_of(group.find("{*}article-title")), text_of(group.find("{*}subtitle"))
    return f"{title}: {subtitle}" if title and subtitle else title


def _abstract(meta: etree._Element) -> etree._Element | None:
    """The abstract proper of several: not the graphical one, nor the summary for lay people."""
    found = [child for child in meta.iterfind("{*}abstract") if str(child.get("abstract-type", "")).casefold() not in _NO_ABSTRACT]
    return next((child for child in found if child.get("abstract-type") is None), found[0] if found else None)


def _identifiers(meta: etree._Element) -> Iterator[Identifier]:
    for element in meta.iterfind("{*}article-id"):
        scheme, value = SCHEMES.get(str(element.get("pub-id-type", "")).casefold()), text_of(element)
        if scheme and value:
            yield Identifier(scheme, f"PMC{value}" if scheme == "pmcid" and value.isdecimal() else value)


def _issued(meta: etree._Element) -> str:
    """The earliest day of publication; of the release in PMC, a correction or a preprint there are dates too."""
    dates = list(meta.iterfind("{*}pub-date"))
    proper = [element for element in dates if not _ELSEWHERE & {str(value).casefold() for value in element.attrib.values()}]
    return earliest(_date(element) for element in proper or dates)


def _date(element: etree._Element) -> str:
    parts = {local_name(child): text_of(child) for child in element}
    season = parts.get("season", "")
    return of_parts(parts.get("year", ""), parts.get("month", "") or season, parts.get("day", ""))
