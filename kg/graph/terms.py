"""IRIs minted from content and literals in the one form that the store keeps. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from kg import vocab

_XSD = vocab.NAMESPACES["xsd"]
_INTEGER = NamedNode(_XSD + "integer")
_DECIMAL = NamedNode(_XSD + "decimal")

# What XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets); upstream `kg.text` removes it.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIGITS = re.compile(r"[0-9]{1,18}")
_KEPT_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_HTTP = re.compile(r"(https?)://([^/?#]+)([^#]*)(#?)(.*)", re.IGNORECASE | re.DOTALL)  # RFC 3986, appendix B
_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")  # https://support.orcid.org, "Structure of the ORCID Identifier"
_PLAIN = re.compile(r"[A-Za-z0-9._~-]*")  # needs no encoding in any part of an IRI
_URL_SAFE = "/:@!$&'()*+,;=-._~?"  # what RFC 3986 allows in path and query, beside letters and digits


def paper_iri(key: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the paper with this key, such as "arxiv-2407.12854"."""
    return entity_iri(f"paper/{key}", base)


def entity_iri(path: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of an entity or paper by its path below the base, "method/biomedclip"; letters of every script stay."""
    folder, _, name = path.partition("/")
    return NamedNode(f"{base}{folder}/{_segment(name)}")


def claim_iri(claim: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the claim with this id."""
    return NamedNode(f"{base}claim/{claim}")


def evidence_iri(evidence: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the annotation with this id; its parts lie below it: "/target", "/quote", "/position"."""
    return NamedNode(f"{base}evidence/{evidence}")


def author_iri(author: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the author with this id."""
    return NamedNode(f"{base}author/{author}")


def orcid_iri(orcid: str) -> NamedNode | None:
    """IRI of a person by an ORCID such as "0000-0002-1825-0097"; None where it has another form."""
    return NamedNode(f"https://orcid.org/{orcid}") if _ORCID.fullmatch(orcid) else None


def link_iri(url: str) -> NamedNode | None:
    """The http(s) IRI of a URL, percent-encoded where it must be; None where it is no such URL."""
    found = _HTTP.fullmatch(url)
    if not found:
        return None
    scheme, host, path, hash_, fragment = found.groups()
    try:
        return NamedNode(f"{scheme.lower()}://{host}{_encode(path, _URL_SAFE)}{hash_}{_encode(fragment, _URL_SAFE)}")
    except ValueError:  # a host or port that no IRI can have
        return None


@lru_cache(maxsize=1 << 12)  # scores are few
def decimal(value: float) -> Literal:
    """xsd:decimal of at most four digits after the point, in the one form that the store keeps: "0.9", "1", "0"."""
    text = f"{Decimal(repr(value)):.4f}".rstrip("0").rstrip(".")
    return Literal("0" if text == "-0" else text, datatype=_DECIMAL)


@lru_cache(maxsize=1 << 12)  # most are offsets in an abstract
def integer(value: int) -> Literal:
    """xsd:integer in canonical form."""
    return Literal(str(value), datatype=_INTEGER)


def whole_number(literal: str) -> int | None:
    """The number that a literal of a graph writes in digits; None where a graph of others has something else, or more than 18 digits."""
    return int(literal) if _DIGITS.fullmatch(literal) else None


def text(value: str) -> Literal:
    """xsd:string; ValueError where the value holds a character that XML 1.0 forbids, or half a surrogate pair."""
    found = _NOT_XML.search(value)
    if found:
        raise ValueError(f"U+{ord(found[0]):04X} at {found.start()} must not enter the graph: {value[:40]!r}")
    return Literal(value)


def extractor_iri(name: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of an extractor by its name and version, "rules-1.3fa2b4c1"."""
    return entity_iri(f"extractor/{name}", base)


@lru_cache(maxsize=1 << 12)  # a paper's own is asked for some hundred times
def _segment(name: str) -> str:
    """A path segment: letters and digits of every script stay, and escapes that are there already; "/" is encoded."""
    return _encode(name, "-._~")


def _encode(value: str, safe: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    kept = _KEPT_ESCAPE.findall(value)
    pieces = ["".join(c if c.isalnum() else quote(c, safe=safe) for c in piece) for piece in _KEPT_ESCAPE.split(value)]
    return "".join(piece + escape for piece, escape in zip(pieces, [*kept, ""], strict=True))
