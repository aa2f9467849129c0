"""XML and HTML → records: one module per family of formats.

A family is told by the root element. Papers are read one at a time, so a file may be of any length. Nothing in a file can make the reader
open another file, connect anywhere or use memory without bounds; whatever is wrong with one paper becomes a `Rejection`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from kg.sources.formats import Format, Found, Input, RefusedError, Start
from kg.sources.xml.decoded import start_of

__all__ = ["FORMATS", "detect", "read"]

_TITLES = {
    "atom": "arXiv Atom", "oai-pmh": "OAI-PMH", "jats": "JATS", "pubmed": "PubMed XML", "tei": "GROBID TEI", "acl": "ACL Anthology XML",
    "html": "HTML page of a paper",
}  # fmt: skip
_ROOTS = {
    "feed": "atom", "entry": "atom", "OAI-PMH": "oai-pmh", "ListRecords": "oai-pmh", "GetRecord": "oai-pmh", "record": "oai-pmh",
    "article": "jats", "pmc-articleset": "jats", "PubmedArticleSet": "pubmed", "PubmedBookArticleSet": "pubmed", "PubmedArticle": "pubmed",
    "PubmedBookArticle": "pubmed", "MedlineCitationSet": "pubmed", "MedlineCitation": "pubmed", "TEI": "tei", "teiCorpus": "tei",
}  # fmt: skip
_HTML_DOCTYPE = re.compile(rb"[\s\xef\xbb\xbf]*<!doctype\s+html[\s>]", re.IGNORECASE)
_HTML = re.compile(r"<(?:html|head|meta|body)(?=[\s>])", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]{1,100}:)?([A-Za-z_][\w.-]{0,100})(?=[\s/>])")
_ACL = re.compile(r"<(?:collection|volume)\s[^>]{0,300}?\bid\s*=\s*[\"'](?:[A-Z]\d\d|\d{4}\.[a-z0-9_]+)[\"']")
_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte order marks, the zeros of UTF-16, white space
_CHUNK_BYTES = 256 * 1024


def detect(head: bytes) -> str:
    """The name of the format that an input beginning with `head` has; "xml" for XML of no family known here, "" for what is no XML."""
    start = start_of(head) if head.lstrip(_BEFORE_MARKUP).startswith(b"<") else ""
    if _HTML.match(start) or _HTML_DOCTYPE.match(head):
        return "html"
    if _ACL.match(start):
        return "acl"
    root = _ROOT.match(start)
    known = _ROOTS.get(root.group(1)) if root else None
    return known or ("xml" if b"<?xml" in head[:100].replace(b"\0", b"") else "")


def read(chunks: Iterable[bytes], source: str, format: str) -> Found:
    """The papers of an XML or HTML input in its order, as far as it is whole; reads no further than it has given.

    Args:
        chunks: the bytes, in pieces of any size.
        source: the path, for records and rejections.
        format: the name of one of FORMATS, but for "xml".
    """
    from kg.sources.xml import reading  # brings lxml, 30 ms: only where there is XML

    return reading.read(chunks, source, format)


def _recognises(name: str, start: Start) -> bool:
    return detect(start.head) == name


def _read_input(name: str, input: Input) -> Found:
    stream = input.stream()
    for item in read(iter(partial(stream.read, _CHUNK_BYTES), b""), input.source, name):
        if not (input.damage and getattr(item, "code", "") == "truncated"):  # where the packing is cut, that is told for all formats alike
            yield item


def _read_any(input: Input) -> Found:
    """The papers of XML whose family nobody named."""
    name = detect(input.head)
    if name in ("", "xml"):
        known = ", ".join(title for title in _TITLES.values())
        raise RefusedError("unsupported", f"XML of a kind that is not read: give one of {known}")
    return _read_input(name, input)


FORMATS = (
    *(
        Format(name, title, partial(_recognises, name), stream=partial(_read_input, name))
        for name, title in _TITLES.items()
        if name != "html"
    ),
    Format("html", _TITLES["html"], partial(_recognises, "html"), stream=partial(_read_input, "html"), endings=(".html", ".htm", ".xhtml")),
    Format(
        "xml", "XML", partial(_recognises, "xml"), stream=_read_any, endings=(".xml", ".nxml", ".tei", ".atom")
    ),  # last: of no known family
)
