"""The ACL Anthology's XML, one file per collection: https://github.com/acl-org/acl-anthology/tree/master/data/xml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from kg.model import Affiliation, Author, Identifier, Metadata, Record
from kg.sources.dates import of_parts
from kg.sources.limits import MAX_AFFILIATIONS, MAX_STATED, distinct
from kg.sources.personal_names import full_name, given_first
from kg.sources.xml.inline import paragraphs, text_of
from kg.sources.xml.mathml import local_name

FORMAT = "acl"
ELEMENTS = ("paper",)

_ID = re.compile(r"[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+", re.IGNORECASE)


def record(paper: etree._Element, source: str, place: str) -> Record:
    """The paper, with the year and month of its volume."""
    return Record(
        source=source,
        place=place,
        title=text_of(paper.find("{*}title")),
        abstract=paragraphs(paper.find("{*}abstract")),
        identifiers=tuple(_identifiers(paper)),
        issued=_issued(paper),
        format=FORMAT,
    )


def metadata(paper: etree._Element) -> Metadata:
    """Authors, the volume, and the repository of its code that Papers with Code knew."""
    volume = paper.getparent()
    above = [volume.find("{*}meta/{*}booktitle")] if volume is not None else []
    titles = (text_of(element) for element in (paper.find("{*}booktitle"), *above))
    repositories = (str(element.get("url") or "").strip() for element in paper.iterfind("{*}pwccode"))
    return Metadata(
        authors=tuple(_authors(paper)),
        venue=next(filter(None, titles), ""),
        code=distinct(address for address in repositories if address.startswith(("https://", "http://"))),
    )


def _authors(paper: etree._Element) -> Iterator[Author]:
    for element in islice(paper.iterfind("{*}author"), MAX_STATED):
        name = full_name(text_of(element.find("{*}first")), text_of(element.find("{*}last"))) or given_first(text_of(element))
        affiliations = map(text_of, islice(element.iterfind("{*}affiliation"), MAX_AFFILIATIONS))
        if name:
            yield Author(name, str(element.get("orcid") or ""), tuple(map(Affiliation, dict.fromkeys(filter(None, affiliations)))))


def _identifiers(paper: etree._Element) -> Iterator[Identifier]:
    stated = text_of(paper.find("{*}url")).removesuffix("/").rpartition("/")[2].removesuffix(".pdf")
    own = stated if _ID.fullmatch(stated) else _composed(paper)
    if own:
        yield Identifier("acl", own)
    doi = text_of(paper.find("{*}doi"))
    if doi:
        yield Identifier("doi", doi)


def _composed(paper: etree._Element) -> str:
    """The id made of those of collection, volume and paper: "2022.naloma-1.3", "P05-1003", "W05-0103"; "" where one is missing."""
    volume = paper.getparent()
    above = volume.getparent() if volume is not None else None
    number = str(paper.get("id", ""))
    if volume is not None and local_name(volume) == "volume" and above is not None:
        collection, part = str(above.get("id", "")), str(volume.get("id", ""))
    else:  # until 2019: <volume id="P05"><paper id="1003">
        collection, part = str(volume.get("id", "")) if volume is not None else "", ""
    if "." in collection:
        composed = f"{collection}-{part}.{number}"
    elif not part:
        composed = f"{collection}-{number.zfill(4)}"
    else:
        wide = len(part) > 1 or collection.startswith(("W", "C69"))  # two digits of the volume where there are many
        composed = f"{collection}-{part.zfill(2)}{number.zfill(2)}" if wide else f"{collection}-{part}{number.zfill(3)}"
    return composed if _ID.fullmatch(composed) else ""


def _issued(paper: etree._Element) -> str:
    volume = paper.getparent()
    meta = volume.find("{*}meta") if volume is not None else None
    places = [element for element in (paper, meta) if element is not None]
    year, month = (next((text for element in places if (text := text_of(element.find(f"{{*}}{name}")))), "") for name in ("year", "month"))
    return of_parts(year, month)
