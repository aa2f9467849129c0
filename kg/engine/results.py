"""Answers written in the formats of the W3C: rows and booleans as JSON, XML, CSV and TSV, graphs as RDF.

Sources: SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats (https://www.w3.org/TR/sparql11-results-json/, …/rdf-sparql-XMLres/,
…/sparql11-results-csv-tsv/), with the triple terms and base directions of the 1.2 drafts. Imports nothing but the terms, since every query
process loads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Protocol, cast

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize


class Sink(Protocol):
    """Where an answer is written: the part of a binary file that this needs."""

    def write(self, data: bytes, /) -> int:
        """Take all of `data`."""

    def flush(self) -> None:
        """Hand on what is written."""


Term = NamedNode | BlankNode | Literal | Triple
Row = Sequence[Term | None]

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # https://www.w3.org/TR/xml/#charsets
_XML_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
_CSV_QUOTED = re.compile('[",\r\n]')
_XML_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#" xmlns:its="http://www.w3.org/2005/11/its">'

GRAPHS: dict[str, RdfFormat] = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}


def write_rows(out: Sink, format: str, variables: Sequence[str], rows: Iterable[Row]) -> None:
    """Write the solutions of a SELECT query: cells in the order of the variables, None where one is unbound.

    Raises:
        KeyError: the format is not one of `ROWS`.
    """
    for line in ROWS[format](variables, rows):
        out.write(line.encode())


def write_boolean(out: Sink, format: str, value: bool) -> None:
    """Write the answer to an ASK query; in CSV and TSV, where no standard tells how, as one word."""
    word = "true" if value else "false"
    if format == "json":
        text = json.dumps({"head": {}, "boolean": value})
    elif format == "xml":
        text = f"{_XML_HEAD}\n<head/>\n<boolean>{word}</boolean>\n</sparql>\n"
    else:
        text = f"{word}\n"
    out.write(text.encode())


def write_graph(out: Sink, format: str, triples: Iterable[Triple], prefixes: Mapping[str, str]) -> None:
    """Write the triples of a CONSTRUCT or DESCRIBE query as they come.

    Raises:
        KeyError: the format is not one of `GRAPHS`.
    """
    if format == "rdf":
        triples = (_xml_triple(triple) for triple in triples)
    serialize(triples, cast("IO[bytes]", out), GRAPHS[format], prefixes=dict(prefixes) if format == "ttl" else None)


def _json_rows(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield f'{{"head":{{"vars":{json.dumps(list(variables))}}},"results":{{"bindings":['
    separator = ""
    for row in rows:
        bound = {name: _json_term(term) for name, term in zip(variables, row, strict=True) if term is not None}
        yield f"{separator}\n{json.dumps(bound, ensure_ascii=False, separators=(',', ':'))}"
        separator = ","
    yield "\n]}}\n"


def _json_term(term: Term) -> dict[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {name: _json_term(getattr(term, name)) for name in ("subject", "predicate", "object")}
        return {"type": "triple", "value": parts}
    found = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
        if term.direction:
            found["its:dir"] = term.direction.value
    elif term.datatype.value != _STRING:
        found["datatype"] = term.datatype.value
    return found


def _xml_rows(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    declared = "".join(f'<variable name="{_xml(name)}"/>' for name in variables)
    yield f"{_XML_HEAD}\n<head>{declared}</head>\n<results>\n"
    for row in rows:
        cells = zip(variables, row, strict=True)
        bound = (f'<binding name="{_xml(name)}">{_xml_term(term)}</binding>' for name, term in cells if term is not None)
        yield f"<result>{''.join(bound)}</result>\n"
    yield "</results>\n</sparql>\n"


def _xml_term(term: Term) -> str:
    if isinstance(term, NamedNode):
        return f"<uri>{_xml(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{_xml(term.value)}</bnode>"
    if isinstance(term, Triple):
        parts = (f"<{name}>{_xml_term(getattr(term, name))}</{name}>" for name in ("subject", "predicate", "object"))
        return f"<triple>{''.join(parts)}</triple>"
    if term.language:
        direction = f' its:dir="{term.direction.value}"' if term.direction else ""
        return f'<literal xml:lang="{_xml(term.language)}"{direction}>{_xml(term.value)}</literal>'
    datatype = "" if term.datatype.value == _STRING else f' datatype="{_xml(term.datatype.value)}"'
    return f"<literal{datatype}>{_xml(term.value)}</literal>"


def _xml(text: str) -> str:
    """`text` as XML 1.0 can hold it: what it forbids, which a store may hold, becomes U+FFFD."""
    return _NO_XML.sub("\ufffd", text).translate(_XML_ESCAPES)


def _xml_triple(triple: Triple) -> Triple:
    object = triple.object
    if not isinstance(object, Literal) or not _NO_XML.search(object.value):
        return triple
    value = _NO_XML.sub("\ufffd", object.value)
    if object.language:
        return Triple(triple.subject, triple.predicate, Literal(value, language=object.language, direction=object.direction))
    return Triple(triple.subject, triple.predicate, Literal(value, datatype=object.datatype))


def _csv_rows(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield ",".join(_csv(name) for name in variables) + "\r\n"
    for row in rows:
        yield ",".join("" if term is None else _csv(_bare(term)) for term in row) + "\r\n"


def _bare(term: Term) -> str:
    """A term as CSV holds it: the text alone, whatever its type; a blank node by its label."""
    return str(term) if isinstance(term, BlankNode | Triple) else term.value


def _csv(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _CSV_QUOTED.search(text) else text


def _tsv_rows(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield "\t".join(f"?{name}" for name in variables) + "\n"
    for row in rows:
        yield "\t".join("" if term is None else str(term).replace("\t", "\\t") for term in row) + "\n"


ROWS: dict[str, Callable[[Sequence[str], Iterable[Row]], Iterator[str]]] = {
    "json": _json_rows,
    "xml": _xml_rows,
    "csv": _csv_rows,
    "tsv": _tsv_rows,
}
