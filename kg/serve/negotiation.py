"""Which of the formats at hand a client wants, by its Accept header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Format of `kg.engine.results` → its media types, the one that is sent first. The first format of each is what "*/*" gets.
ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "json": ("application/sparql-results+json", "application/json"),
        "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
        "csv": ("text/csv",),
        "tsv": ("text/tab-separated-values",),
    }
)
GRAPHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ttl": ("text/turtle", "application/x-turtle"),
        "nt": ("application/n-triples", "text/plain"),
        "jsonld": ("application/ld+json", "application/json"),
        "rdf": ("application/rdf+xml", "application/xml", "text/xml"),
    }
)
# What clients write as `format=`, beside the names above and media types: SPARQLWrapper, YASGUI and rdflib ask a graph for "xml" or "turtle".
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ttl": ("turtle", "n3"),
        "nt": ("ntriples", "n-triples"),
        "jsonld": ("json-ld", "json"),
        "rdf": ("rdf+xml", "xml"),
    }
)
_TEXT = ("text/", "application/n-triples")


def choose(accept: str, offered: Mapping[str, tuple[str, ...]]) -> str | None:
    """The offered format that an Accept header likes best; None where it accepts none of them. An empty header accepts all.

    Args:
        accept: the header; what cannot be understood of it is passed over.
        offered: format → media types; of formats that are liked alike, the first.
    """
    ranges = list(_ranges(accept))
    if not ranges:
        return next(iter(offered), None)
    ranked = {format: max(_quality(type, ranges) for type in types) for format, types in offered.items()}
    best = max(ranked, key=ranked.__getitem__)  # the first of equals
    return best if ranked[best] > 0 else None


def named(name: str, offered: Mapping[str, tuple[str, ...]]) -> str | None:
    """The offered format that a client names, by any of its names; None where there is none."""
    return next((format for format, types in offered.items() if name in (format, *types, *_NAMES.get(format, ()))), None)


def media_type(format: str, offered: Mapping[str, tuple[str, ...]]) -> str:
    """What a format is sent as, with the encoding where it is text."""
    type = offered[format][0]
    return f"{type}; charset=utf-8" if type.startswith(_TEXT) else type


def _quality(type: str, ranges: list[tuple[str, float]]) -> float:
    """The quality of a media type by the most specific range that fits it; 0 where none does."""
    main = type.partition("/")[0]
    for wanted in (type, f"{main}/*", "*/*"):
        for range, quality in ranges:
            if range == wanted:
                return quality
    return 0.0


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        range, *params = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for param in params:
            name, _, value = param.partition("=")
            if name.strip().casefold() == "q":
                quality = _number(value)
        if "/" in range:
            found.append((range.casefold(), quality))
    return found


def _number(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
