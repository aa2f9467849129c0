"""TEI, as GROBID writes it of a PDF: https://grobid.readthedocs.io/en/latest/TEI-encoding-of-results/."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kg.model import Identifier, Record, Rejection
from kg.sources.dates import iso_date
from kg.sources.xml.inline import paragraphs, text_of
from kg.sources.xml.tei_metadata import SCHEMES, metadata
from kg.sources.xml.tei_text import sections

__all__ = ["ELEMENTS", "FORMAT", "metadata", "record", "sections"]

FORMAT = "tei"
ELEMENTS = ("TEI",)


def record(tei: etree._Element, source: str, place: str) -> Record | Rejection:
    """The paper of a TEI document, read from its header."""
    header = tei.find("{*}teiHeader")
    if header is None:
        return Rejection(source, place, "read", "not-a-paper", "TEI without a header: give the TEI of a header or of a full text")
    abstract = header.find("{*}profileDesc/{*}abstract")
    return Record(
        source=source,
        place=place,
        title=_title(header),
        abstract=paragraphs(abstract),
        identifiers=tuple(dict.fromkeys(_identifiers(header))),
        issued=next((date for element in _dates(header) if (date := iso_date(str(element.get("when") or "") or text_of(element)))), ""),
        format=FORMAT,
    )


def _title(header: etree._Element) -> str:
    statement, source = "{*}fileDesc/{*}titleStmt/{*}title", "{*}fileDesc/{*}sourceDesc/{*}biblStruct/{*}analytic/{*}title"
    found = [title for path in (statement, source) for title in header.iterfind(path)]
    found.sort(key=lambda title: title.get("type") not in ("main", None))  # stable: a subtitle only where there is nothing else
    return next((text for title in found if (text := text_of(title))), "")


def _identifiers(header: etree._Element) -> Iterator[Identifier]:
    for idno in header.iterfind("{*}fileDesc//{*}idno"):
        scheme, value = SCHEMES.get(str(idno.get("type", "")).casefold()), text_of(idno)
        if scheme == "arxiv":  # "arXiv:1810.04805v2 [cs.CL] 24 May 2019", as it stands in the margin
            value = value.partition("[")[0].strip()
        if scheme and value:
            yield Identifier(scheme, value)


def _dates(header: etree._Element) -> Iterator[etree._Element]:
    yield from header.iterfind("{*}fileDesc/{*}sourceDesc/{*}biblStruct/{*}monogr/{*}imprint/{*}date")
    yield from header.iterfind("{*}fileDesc/{*}publicationStmt/{*}date")
