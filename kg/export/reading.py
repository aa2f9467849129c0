"""Reads a graph back from a file: what `kg export` wrote, or anyone's RDF in the same formats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from kg.errors import SourceError, UsageError

_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
}


def read_triples(path: Path) -> Iterator[Triple]:
    """The triples of a file, once each, whatever graph they stand in.

    Raises:
        UsageError: the ending names no RDF format.
        SourceError: the file cannot be opened or parsed; says at which line.
    """
    format = _FORMATS.get(path.suffix.lower())
    if format is None:
        endings = ", ".join(ending.removeprefix(".") for ending in _FORMATS)
        raise UsageError(f"cannot read {path.name} as RDF", hint=f"files that end in {endings} can be read")
    seen: set[Triple] = set()
    try:
        for quad in parse(path=path, format=format):
            if quad.triple not in seen:
                seen.add(quad.triple)
                yield quad.triple
    except SyntaxError as error:
        raise SourceError(f"{path}, line {error.lineno}: {error.msg}", hint="correct the line, or export the graph again") from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error}", hint="check the path and its rights") from error
