"""Canonical Turtle: triples in, the one text for them out, made to be read in a diff.

Subjects and predicates stand in the order of `kg.export.ordering`. The types of a subject share a line, every other triple
has its own. Only prefixes in use are declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import Literal, RdfFormat, Store, Triple, parse

from kg import vocab
from kg.export.nodes import Memory, UnsortedError, beside, filed, pieces, subjects
from kg.export.ordering import Spelled, ordered, place, spell
from kg.export.selection import Index, Term, index

_KEPT = 20_000  # terms that are remembered: names of entities, scores and offsets come again and again
_XSD = vocab.NAMESPACES["xsd"]
# Short forms only where every parser keeps the digits: rdflib reads them as numbers, 00.10 as 0.10 and 0.0000001 as 1E-7.
_SHORT = {
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    _XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{0,5}[1-9]"),  # "1" would be read as an integer
    _XSD + "boolean": re.compile(r"true|false"),
}

# A part of PN_LOCAL (https://www.w3.org/TR/turtle/#grammar-production-PN_LOCAL) that needs no escape in any parser:
# matches "biomedclip", "rules-1.3fa2", "中文"; not "a/target", "10.1%2Fx", "v1.", "-x".
_BASE = (
    "A-Z_a-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL = re.compile(f"[{_BASE}](?:[{_BASE}.-]*[{_BASE}-])?")

# Escaped so that a line stays a line and nothing is invisible or turns the direction of writing.
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_NOT_IN_IRI = re.compile('[\x00-\x20<>"{}|^`\\\\]')


def turtle(triples: Iterable[Triple], *, base: str = vocab.BASE, prefixes: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """The canonical Turtle of the triples in UTF-8; equal sets of triples give equal bytes.

    Args:
        triples: what to write, in any order.
        base: where data IRIs begin.
        prefixes: more of them, beside those of our own graph, with their namespaces.
    """
    terms = Terms(base, prefixes)
    body = blocks(index(dict.fromkeys(triples)), terms)
    return "\n".join(part for part in (terms.header(), *body) if part).encode()


class Terms:
    """Terms as Turtle writes them; remembers which prefixes were used, and some terms."""

    def __init__(self, base: str, prefixes: Mapping[str, str] = MappingProxyType({})) -> None:
        namespaces = vocab.NAMESPACES | vocab.data_prefixes(base) | dict(prefixes)
        self._prefixes = {namespace: prefix for prefix, namespace in namespaces.items()}
        self._used: set[str] = set()
        self.is_plain = True  # no blank node was written, and no IRI that must be escaped
        self._written: dict[str, str] = {}  # by N-Triples text

    def text(self, term: Term) -> str:
        """The term in Turtle, as short as it can be without a change to it."""
        return self.spelled(spell(term))

    def spelled(self, text: str) -> str:
        """As `text` does, of a term that is given by its N-Triples text."""
        if text[0] == text[-1] == '"' and text.isascii() and text.isprintable():
            return text  # a string: N-Triples escapes what is left as we do
        written = self._written.get(text)
        if written is None:
            if len(self._written) >= _KEPT:
                self._written.clear()
            written = self._written[text] = self._write(text)
        return written

    def _write(self, text: str) -> str:
        if text[0] == "_":
            self.is_plain = False
            return text
        if text[0] == "<" and not text.startswith("<<("):
            return self._iri(text[1:-1])
        (quad,) = parse(f"<a:> <a:> {text} .", format=RdfFormat.N_TRIPLES, lenient=True)
        term = quad.object
        if isinstance(term, Triple):
            return f"<<( {self.text(term.subject)} {self.text(term.predicate)} {self.text(term.object)} )>>"
        return self._literal(term) if isinstance(term, Literal) else text

    def header(self) -> str:
        """The @prefix lines of all prefixes used so far, sorted; "" where there are none."""
        return "".join(f"@prefix {prefix}: <{namespace}> .\n" for namespace, prefix in self._sorted())

    def _sorted(self) -> list[tuple[str, str]]:
        return sorted(((n, p) for n, p in self._prefixes.items() if n in self._used), key=lambda pair: pair[1])

    def _iri(self, iri: str) -> str:
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._prefixes.get(iri[:cut])
        if prefix is not None and _LOCAL.fullmatch(iri, cut):
            self._used.add(iri[:cut])
            return f"{prefix}:{iri[cut:]}"
        if _NOT_IN_IRI.search(iri) is None:
            return f"<{iri}>"
        self.is_plain = False
        return f"<{_NOT_IN_IRI.sub(_escape, iri)}>"

    def _literal(self, literal: Literal) -> str:
        datatype = literal.datatype.value
        short = _SHORT.get(datatype)
        if short and short.fullmatch(literal.value):
            return literal.value
        quoted = f'"{_ESCAPED.sub(_escape, literal.value)}"'
        if literal.language:
            return f"{quoted}@{literal.language}{f'--{literal.direction.value}' if literal.direction else ''}"
        return quoted if datatype == _XSD + "string" else f"{quoted}^^{self._iri(datatype)}"


def blocks(by_subject: Index, terms: Terms, indent: str = "") -> list[str]:
    """One text per subject, in order; each ends with a line feed."""
    graph = Memory(by_subject)
    return [block(node, graph.said[node], terms, indent) for node in ordered(graph)]


def block(subject: str, pairs: Iterable[Spelled], terms: Terms, indent: str = "") -> str:
    """What a file tells of one subject; ends with a line feed."""
    types, lines = [], []
    for (rank, _), object, predicate in sorted([(place(predicate), object, predicate) for predicate, object in pairs]):
        if rank == 0:
            types.append(terms.spelled(object))
        else:
            lines.append(f"{terms.spelled(predicate)} {terms.spelled(object)}")
    if types:
        lines.insert(0, f"a {', '.join(types)}")
    return f"{indent}{terms.spelled(subject)} " + f" ;\n{indent}    ".join(lines) + " .\n"


def stored_turtle(store: Store, folder: Path | None, *, base: str = vocab.BASE) -> Iterator[bytes]:
    """The canonical Turtle of the default graph of a store, in pieces; memory does not hold the graph.

    Args:
        store: the graph, without blank nodes.
        folder: where files may lie that hold the graph meanwhile; None for the system's own place.
        base: where data IRIs begin.

    Raises:
        UnsortedError: before the first piece: there is a blank node, an IRI that none should be, or the store does not have what is said
            of a subject side by side.
    """
    terms = Terms(base)
    with beside(folder) as side:
        rows = ((subject, pairs, block(subject, pairs, terms)) for subject, pairs in subjects(store, side))
        with filed(side / "nodes.sqlite", rows) as graph:
            if not terms.is_plain:
                raise UnsortedError
            header = terms.header()
            yield from pieces(chain([header] if header else [], map(graph.text, ordered(graph))), "\n")


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _ESCAPES.get(character) or (f"\\u{ord(character):04X}" if ord(character) < 0x10000 else f"\\U{ord(character):08X}")
