"""OAI-PMH answers saved to files: Dublin Core, arXiv's two formats, and JATS inside, https://www.openarchives.org/OAI/openarchivesprotocol.html."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from kg.model import Identifier, Record, Rejection
from kg.sources.xml import jats
from kg.sources.xml.identifying import earliest, iso_date, recognised
from kg.sources.xml.inline import text_of
from kg.sources.xml.mathml import local_name

FORMAT = "oai-pmh"
ELEMENTS = ("record", "error")

_NO_ABSTRACT = re.compile(  # what repositories put into further descriptions
    r"(?:comments?|notes?)\s?:|(?:submitted|approved|made available|item|rights|restricted)\b.{0,200}\b(?:dspace|by|on|for entry|\d{4}-\d\d-\d\d)\b"
    r"|(?:peer[- ]reviewed|published|accepted manuscript|postprint|preprint|pdf|\d+ (?:pages|p\.|pp))\b[^.]{0,60}\.?$",
    re.IGNORECASE,
)
_LIKELY_ABSTRACT_CHARS = 200
_VERSION = re.compile(r"v(\d{1,3})")


def record(element: etree._Element, source: str, place: str) -> Record | Rejection:
    """The paper of a record; a rejection for one that was deleted, for an error, and for metadata of a kind that is not read."""
    if local_name(element) == "error":
        words = ": ".join(part for part in (str(element.get("code") or ""), text_of(element)) if part)
        return Rejection(
            source, place, "read", "api-error", f"the repository answered with an error ({' '.join(words.split())[:200]}): ask again"
        )
    header = element.find("{*}header")
    stated = text_of(header.find("{*}identifier")) if header is not None else ""
    if header is not None and header.get("status") == "deleted":
        return Rejection(source, place, "read", "deleted", f"{stated[:200] or 'the record'} was deleted by its repository: nothing to read")
    metadata = element.find("{*}metadata")
    content = next((child for child in metadata if local_name(child)), None) if metadata is not None else None
    kind = local_name(content) if content is not None else ""
    own = [Identifier("id" if stated.casefold().startswith("oai:arxiv.org:") else "oai", stated)] if stated else []
    if content is not None and kind == "dc":
        return _dublin_core(content, own, source, place)
    if content is not None and kind in ("arXiv", "arXivRaw"):
        return _arxiv(content, own, source, place)
    if content is not None and kind == "article":
        found = jats.record(content, source, place)
        return replace(found, identifiers=(*own, *found.identifiers), format=FORMAT) if isinstance(found, Record) else found
    return Rejection(source, place, "read", "unsupported", f"metadata of the kind {kind[:40] or 'none'}: ask the repository for oai_dc")


def _dublin_core(content: etree._Element, own: list[Identifier], source: str, place: str) -> Record:
    values = [text_of(child) for name in ("identifier", "source") for child in content.iterfind(f"{{*}}{name}")]
    return Record(
        source=source,
        place=place,
        title=text_of(_preferred(content, "title")),
        abstract=_abstract(content),
        identifiers=(*own, *recognised(values)),
        issued=earliest(iso_date(text_of(child)) for child in content.iterfind("{*}date")),
        format=FORMAT,
    )


def _preferred(content: etree._Element, name: str) -> etree._Element | None:
    """The English one of several elements, else the first."""
    found = [child for child in content.iterfind(f"{{*}}{name}") if text_of(child)]
    return next((child for child in found if _language(child) == "en"), found[0] if found else None)


def _language(element: etree._Element) -> str:
    return str(element.get("{http://www.w3.org/XML/1998/namespace}lang", ""))[:2].casefold()


def _abstract(content: etree._Element) -> str:
    """The description that is the abstract: not the comments; the English one, else the first that is long, else the longest."""
    found = [
        (child, raw)
        for child in content.iterfind("{*}description")
        if (raw := _raw(child)) and not _NO_ABSTRACT.match(" ".join(raw.split()))
    ]
    english = [raw for child, raw in found if _language(child) == "en"]
    candidates = english or [raw for _, raw in found]
    return next((raw for raw in candidates if len(raw) >= _LIKELY_ABSTRACT_CHARS), max(candidates, key=len, default=""))


def _raw(element: etree._Element | None) -> str:
    """The text with its line ends: an indented line begins a paragraph."""
    if element is None or len(element):
        return text_of(element)
    return str(element.text or "").strip()


def _arxiv(content: etree._Element, own: list[Identifier], source: str, place: str) -> Record:
    versions = list(content.iterfind("{*}version"))
    numbers = [int(match.group(1)) for version in versions if (match := _VERSION.fullmatch(str(version.get("version", ""))))]
    dates = [*(text_of(version.find("{*}date")) for version in versions), text_of(content.find("{*}created"))]
    return Record(
        source=source,
        place=place,
        title=text_of(content.find("{*}title")),
        abstract=_raw(content.find("{*}abstract")),
        identifiers=(*own, *_arxiv_identifiers(content)),
        issued=earliest(map(iso_date, dates)) or iso_date(text_of(content.find("{*}updated"))),
        version=max(numbers, default=0),
        format=FORMAT,
    )


def _arxiv_identifiers(content: etree._Element) -> Iterator[Identifier]:
    for name, scheme in (("id", "arxiv"), ("doi", "doi")):
        for value in text_of(content.find(f"{{*}}{name}")).split():  # several DOIs stand in one element, parted by blanks
            yield Identifier(scheme, value)
