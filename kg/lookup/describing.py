"""Tells what a graph says of a node that is no paper, entity or kind: triple by triple, in plain words. For graphs of others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from kg import vocab
from kg.lookup.reading import Reader
from kg.store import Snapshot

RESOURCE = "Resource"  # the type of what has no class, as rdfs:Resource is the class of everything
SHOWN = 100  # triples of a node, and as many that lead to it
_DEPTH = 2  # blank nodes within blank nodes that are told

_Node = NamedNode | BlankNode


def has(snapshot: Snapshot, node: NamedNode) -> bool:
    """Whether the graph says anything of a node, or anything with it."""
    pattern = snapshot.store.quads_for_pattern
    return any(True for _ in pattern(node, None, None)) or any(True for _ in pattern(None, None, node))


def triples_of(snapshot: Snapshot, node: NamedNode) -> Iterator[tuple[str, str]]:
    """Property and value of every triple of a node, then "is … of" and the subject of those that lead to it; at most `SHOWN` of each."""
    teller = _Teller(snapshot)
    yield from teller.outgoing(node)
    yield from teller.incoming(node)


class _Teller:
    def __init__(self, snapshot: Snapshot) -> None:
        self._store: Store = snapshot.store
        self._reader = Reader(snapshot)
        self._prefixes = {iri: prefix for prefix, iri in (vocab.NAMESPACES | vocab.data_prefixes(snapshot.base)).items()}

    def outgoing(self, node: _Node, depth: int = 0) -> Iterator[tuple[str, str]]:
        found = [*islice(self._store.quads_for_pattern(node, None, None), SHOWN + 1)]
        pairs = sorted((self._short(quad.predicate), self._words(quad.object, depth)) for quad in found[:SHOWN])
        yield from pairs
        if len(found) > SHOWN:
            yield ("…", f"more than {SHOWN}: `kg query` finds all")

    def incoming(self, node: NamedNode) -> Iterator[tuple[str, str]]:
        found = [*islice(self._store.quads_for_pattern(None, None, node), SHOWN + 1)]
        yield from sorted((f"is {self._short(quad.predicate)} of", self._words(quad.subject, _DEPTH)) for quad in found[:SHOWN])
        if len(found) > SHOWN:
            yield ("…", f"more than {SHOWN}: `kg query` finds all")

    def _words(self, term: _Node | Literal | Triple, depth: int) -> str:
        if isinstance(term, Literal):
            return _literal(term)
        if isinstance(term, NamedNode):
            end, short = self._reader.end(term), self._short(term)
            return short if end.label == end.iri else f"{end.label} ({short})"
        if isinstance(term, BlankNode) and depth < _DEPTH:
            return f"[ {'; '.join(f'{name} {value}' for name, value in self.outgoing(term, depth + 1))} ]"
        return "[ … ]" if isinstance(term, BlankNode) else str(term)

    def _short(self, node: NamedNode) -> str:
        cut = max(node.value.rfind("/"), node.value.rfind("#")) + 1
        prefix = self._prefixes.get(node.value[:cut])
        return f"{prefix}:{node.value[cut:]}" if prefix and cut < len(node.value) else node.value


def _literal(literal: Literal) -> str:
    if literal.language:
        return f"{literal.value} (@{literal.language})"
    return literal.value
