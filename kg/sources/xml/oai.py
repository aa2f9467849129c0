"""OAI-PMH answers saved to files: Dublin Core, arXiv's two formats, and JATS inside, https://www.openarchives.org/OAI/openarchivesprotocol.html."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from lxml import etree

from kg.model import Affiliation, Author, Identifier, Metadata, Record, Rejection, Section
from kg.sources.author_lines import authors_of
from kg.sources.dates import earliest, iso_date
from kg.sources.licences import licence
from kg.sources.limits import MAX_AFFILIATIONS, MAX_STATED, distinct
from kg.sources.personal_names import full_name, given_first
from kg.sources.xml import jats
from kg.sources.xml.identifying import recognised
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
_COMMENT = re.compile(r"comments?:\s*(\S.*)", re.IGNORECASE)
_NO_VENUE = re.compile(r"(?:https?:|doi:|oai:|urn:|info:|isbn|issn|(?:eissn|pissn)\b)|\d{4}-\d{3}[\dX]$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
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
    content = _content(element)
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


def metadata(element: etree._Element) -> Metadata:
    """Who wrote the paper and where it appeared, as far as the kind of metadata in the record states it."""
    content = _content(element)
    kind = local_name(content) if content is not None else ""
    if content is None or kind not in _METADATA:
        return Metadata()
    return _METADATA[kind](content)


def sections(element: etree._Element) -> tuple[Section, ...]:
    """The sections of the article where the record holds one whole."""
    content = _content(element)
    return jats.sections(content) if content is not None and local_name(content) == "article" else ()


def _content(element: etree._Element) -> etree._Element | None:
    """What stands inside the record's metadata."""
    metadata = element.find("{*}metadata")
    return next((child for child in metadata if local_name(child)), None) if metadata is not None else None


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


def _dublin_core_metadata(content: etree._Element) -> Metadata:
    def values(*names: str) -> Iterator[str]:
        return (text_of(child) for name in names for child in content.iterfind(f"{{*}}{name}"))

    creators = (given_first(name) for value in values("creator") for name in value.split(";"))
    comments = (match.group(1) for value in values("description") if (match := _COMMENT.match(value)))
    return Metadata(
        authors=tuple(map(Author, distinct(creators))),
        venue=next((value for value in (*values("source"), *_of_arxiv(values("identifier"))) if _names_a_venue(value)), ""),
        categories=distinct(values("subject")),
        licence=licence(values("license", "rights")),
        comment=next(comments, ""),
    )


def _of_arxiv(identifiers: Iterator[str]) -> Iterator[str]:
    """What arXiv, and hardly anybody else, puts among the identifiers: journal, volume and pages."""
    stated = list(identifiers)
    return iter(stated if any("arxiv.org/" in value for value in stated) else [])


def _names_a_venue(value: str) -> bool:
    return not _NO_VENUE.match(value) and not list(recognised([value])) and len(_WORD.findall(value)) > 0


def _arxiv_metadata(content: etree._Element) -> Metadata:
    listed = content.find("{*}authors")
    return Metadata(
        authors=tuple(_arxiv_authors(listed)) if listed is not None else (),
        venue=text_of(content.find("{*}journal-ref")),
        categories=distinct(text_of(content.find("{*}categories")).split()),
        licence=licence([text_of(content.find("{*}license"))]),
        comment=text_of(content.find("{*}comments")),
    )


def _arxiv_authors(listed: etree._Element) -> Iterator[Author]:
    elements = list(islice(listed.iterfind("{*}author"), MAX_STATED))
    if not elements:  # arXivRaw
        yield from authors_of(text_of(listed))
    for author in elements:
        given, family, suffix = (text_of(author.find(f"{{*}}{name}")) for name in ("forenames", "keyname", "suffix"))
        affiliations = map(text_of, islice(author.iterfind("{*}affiliation"), MAX_AFFILIATIONS))
        if name := full_name(given, family, suffix):
            yield Author(name, affiliations=tuple(map(Affiliation, dict.fromkeys(filter(None, affiliations)))))


_METADATA: Mapping[str, Callable[[etree._Element], Metadata]] = {
    "dc": _dublin_core_metadata,
    "arXiv": _arxiv_metadata,
    "arXivRaw": _arxiv_metadata,
    "article": jats.metadata,
}


def _arxiv_identifiers(content: etree._Element) -> Iterator[Identifier]:
    for name, scheme in (("id", "arxiv"), ("doi", "doi")):
        for value in text_of(content.find(f"{{*}}{name}")).split():  # several DOIs stand in one element, parted by blanks
            yield Identifier(scheme, value)
