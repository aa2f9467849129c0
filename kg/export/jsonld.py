"""JSON-LD: one node object per subject, in the order of the Turtle, with schema/context.jsonld inside the file."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from kg import vocab
from kg.errors import UsageError
from kg.export.nodes import in_order
from kg.export.selection import Term, index
from kg.resources import folder

Json = str | int | list["Json"] | dict[str, "Json"]

_XSD = vocab.NAMESPACES["xsd"]
_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")  # as JSON numbers these keep their form in every parser


def jsonld(triples: Iterable[Triple], *, base: str = vocab.BASE) -> bytes:
    """The triples as one JSON-LD 1.1 document in UTF-8, readable without a network; keys are sorted."""
    context = dict(_context())
    context.update(vocab.data_prefixes(base))
    names = _Names(context)
    by_subject = index(dict.fromkeys(triples))
    nodes = [_node(names, names.compact(_id(subject)), pairs) for subject, pairs in in_order(by_subject)]
    document = {"@context": context, "@graph": nodes}
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


class _Names:
    """Short names of IRIs, as the context defines them."""

    def __init__(self, context: dict[str, Json]) -> None:
        self._prefixes = {iri: name for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("/", "#"))}
        self.terms: dict[str, tuple[str, str | None]] = {}  # property IRI → term, type that its values have
        for name, definition in context.items():
            if isinstance(definition, dict):
                kind = definition.get("@type")
                self.terms[self.expand(str(definition["@id"]), context)] = (name, str(kind) if kind else None)

    @staticmethod
    def expand(curie: str, context: dict[str, Json]) -> str:
        """The IRI of a CURIE whose prefix the context defines."""
        prefix, _, local = curie.partition(":")
        return f"{context[prefix]}{local}"

    def compact(self, iri: str) -> str:
        """prefix:local where a prefix of the context fits, else the IRI."""
        for namespace in _namespaces(iri):
            local = iri[len(namespace) :]
            if namespace in self._prefixes and local and not local.startswith("//"):
                return f"{self._prefixes[namespace]}:{local}"
        return iri


def _namespaces(iri: str) -> Iterable[str]:
    """All beginnings of the IRI that end in a slash or hash, longest first."""
    return (iri[: place + 1] for place in range(len(iri) - 1, -1, -1) if iri[place] in "/#")


def _node(names: _Names, id: str, pairs: list[tuple[NamedNode, Term]]) -> Json:
    node: dict[str, list[tuple[str, Json]]] = {}
    for predicate, object in pairs:
        if predicate == vocab.RDF_TYPE and isinstance(object, NamedNode):
            node.setdefault("@type", []).append(("", names.compact(object.value)))
            continue
        term, kind = names.terms.get(predicate.value, (names.compact(predicate.value), None))
        node.setdefault(term, []).append((str(object), _value(names, object, kind)))
    return {"@id": id} | {name: _in_order(values) for name, values in node.items()}


def _in_order(values: list[tuple[str, Json]]) -> Json:
    ordered_values = [value for _, value in sorted(values, key=lambda pair: (pair[0], str(pair[1])))]
    return ordered_values if len(ordered_values) > 1 else ordered_values[0]


def _value(names: _Names, term: Term, kind: str | None) -> Json:
    """The value of a property whose values the context types as `kind` ("@id", a datatype's CURIE, or None: strings)."""
    if isinstance(term, Literal):
        return _literal(names, term, kind)
    if isinstance(term, Triple):
        raise UsageError("JSON-LD cannot hold a triple term", hint="export as ttl or nt")
    id = names.compact(_id(term))
    return id if kind == "@id" else {"@id": id}


def _literal(names: _Names, literal: Literal, kind: str | None) -> Json:
    if literal.language:
        return {"@value": literal.value, "@language": literal.language}
    datatype = names.compact(literal.datatype.value)
    if datatype == "xsd:integer" and kind in (None, datatype) and _CANONICAL_INTEGER.fullmatch(literal.value):
        return int(literal.value)
    if datatype == (kind or "xsd:string"):
        return literal.value
    return {"@value": literal.value, "@type": datatype}


def _id(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


@functools.cache
def _context() -> dict[str, Json]:
    text = (folder("schema") / "context.jsonld").read_text(encoding="utf-8")
    context: dict[str, Json] = json.loads(text)["@context"]
    return context
