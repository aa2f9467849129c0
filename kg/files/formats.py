"""Which RDF format a file has: by its ending, unless what it begins with is plainly another one."""

from __future__ import annotations

import re
from pathlib import PurePath

from pyoxigraph import RdfFormat

from kg.errors import SourceError

ENDINGS: dict[str, RdfFormat] = {
    ".ttl": RdfFormat.TURTLE,
    ".turtle": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".json-ld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
}
_GUESSED = (".owl", ".xml", ".json", ".txt", ".n3")  # of RDF files too; what stands in them decides
PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")

_BLANKS = re.compile(r"(?:\s|#[^\n]*\n)*")
_JSON = re.compile(r'\{\s*"|\[\s*(?:\{\s*["}]|"|\]\s*$)')  # not `{ <a:s> …` of TriG, `[ a <a:C> ] …` or `[] …` of Turtle
_XML = re.compile(r"<(?:\?xml\s|!--|!DOCTYPE\s|[\w-]+:RDF\s|RDF\s)")  # none of them is an IRI: those have no blanks in them
_HTML = re.compile(r"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_NODE = r"(?:<[^<>\"\s]*>|_:[^\s<>\"]+)"
_FOUR = re.compile(rf"{_NODE}\s*<[^<>\"\s]*>\s*(?:{_NODE}|\"(?:[^\"\\\n]|\\.)*\"(?:@[\w-]+|\^\^<[^<>\"\s]*>)?)\s*{_NODE}\s*\.")


def names_a_file(path: PurePath) -> bool:
    """Whether a path's ending says that it is an RDF file, there or not."""
    return ending(path) in ENDINGS or ending(path) in _GUESSED


def ending(path: PurePath) -> str:
    """The ending that tells the format, in lower case: ".ttl" of "Graph.TTL.gz"; "" where there is none."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def detect(name: str, head: bytes) -> RdfFormat:
    """The format of a file.

    Args:
        name: what the file is called.
        head: how it begins, unpacked: some kilobytes.

    Raises:
        SourceError: what it begins with is no RDF.
    """
    by_name = ENDINGS.get(ending(PurePath(name)))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError(f"{name} is in UTF-16", hint="RDF files are in UTF-8: convert it with `iconv -f utf-16 -t utf-8`")
    if b"\0" in head and by_name is None:  # the formats allow it in literals
        raise SourceError(f"{name} is no RDF: it has binary data in it", hint=f"files that end in {known()} can be read")
    text = head.decode("utf-8", "replace")
    start = text[match.end() :] if (match := _BLANKS.match(text)) else text
    if _HTML.match(start) and by_name is not RdfFormat.RDF_XML:
        raise SourceError(f"{name} is a web page, not RDF", hint="fetch it with the header `Accept: text/turtle`, or name another file")
    if _JSON.match(start):
        return RdfFormat.JSON_LD
    if _XML.match(start):
        return RdfFormat.RDF_XML
    if by_name in (None, RdfFormat.JSON_LD, RdfFormat.RDF_XML) and start:
        return RdfFormat.N_QUADS if _FOUR.match(start) else RdfFormat.TRIG  # of which Turtle and N-Triples are parts
    if by_name is RdfFormat.N_TRIPLES and _FOUR.match(start):
        return RdfFormat.N_QUADS
    return by_name or RdfFormat.TURTLE


def known() -> str:
    """The endings that can be read, for people."""
    return ", ".join(known.removeprefix(".") for known in ENDINGS) + " (and these with .gz, .bz2, .xz, .zst or .zip)"
