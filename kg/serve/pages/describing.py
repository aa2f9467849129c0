"""The description of one thing as RDF: what its IRI gives when it is asked for Turtle and the like.

A paper gives all that `kg export --paper` does. Anything else gives the triples that it is the subject of, but for those that papers
state; then, in pages of `CLAIMS` by the IRI of the claim, the claims about it with their evidence and the triples that they state;
its merges and open questions; and class and name of each neighbour, and of all that it lies under.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pyoxigraph import DefaultGraph, NamedNode, Triple

from kg import vocab
from kg.export import turtle
from kg.export.jsonld import jsonld
from kg.export.quads import ntriples
from kg.export.rdfxml import rdfxml
from kg.export.selection import select
from kg.lookup.reading import Reader
from kg.serve.negotiation import GRAPHS
from kg.store import Snapshot

CLAIMS = 200  # in one page of a description
_OTHERS = 200  # merges, questions and narrower things that are told; others of these are found by query

FORMATS = {format: types[0] for format, types in GRAPHS.items()}  # format → media type
_NAMES = (vocab.RDF_TYPE, vocab.PREF_LABEL, vocab.TITLE)
_AROUND = (vocab.MERGED_INTO, vocab.CANDIDATE_OF)


def serialise(triples: list[Triple], format: str, base: str) -> bytes:
    """The triples in one of the formats of `FORMATS`."""
    if format == "nt":
        return ntriples(triples)
    return {"ttl": turtle, "jsonld": jsonld, "rdf": rdfxml}[format](triples, base=base)


def describe(snapshot: Snapshot, node: NamedNode, page: int = 1) -> tuple[list[Triple], bool]:
    """One page of the description of a node, and whether there is a further one.

    Args:
        snapshot: the published graph.
        node: what is described.
        page: from 1; a page beyond the last holds no claims.
    """
    reader = Reader(snapshot)
    if any(True for _ in snapshot.store.quads_for_pattern(node, vocab.RDF_TYPE, vocab.RESEARCH_PAPER, DefaultGraph())):
        return select(snapshot.store, node.value, snapshot.base), False
    claims = sorted({claim.value for part in (vocab.SUBJECT, vocab.OBJECT) for claim in reader.subjects(part, node)})
    shown = [NamedNode(iri) for iri in claims[(page - 1) * CLAIMS : page * CLAIMS]]
    told = dict.fromkeys(_told(snapshot, reader, node, shown))
    return list(told), len(claims) > page * CLAIMS


def _told(snapshot: Snapshot, reader: Reader, node: NamedNode, claims: list[NamedNode]) -> Iterator[Triple]:
    own = [triple for triple in _of(snapshot, node) if triple.predicate not in vocab.STATED]
    yield from own
    yield from _parts(snapshot, [triple.object for triple in own])
    around = [other for property in _AROUND for other in reader.subjects(property, node)[:_OTHERS]]
    for body in (*claims, *around):
        yield from _of(snapshot, body)
    for claim in claims:
        yield from _stated(snapshot, reader, claim)
    for body in (*claims, *around, node):
        yield from _evidence(snapshot, reader, body)
    yield from _neighbours(snapshot, reader, node, (*claims, *around))


def _neighbours(snapshot: Snapshot, reader: Reader, node: NamedNode, bodies: tuple[NamedNode, ...]) -> Iterator[Triple]:
    """Class and name of what the claims, merges and questions name, of what lies above and of what lies right under."""
    for narrower in reader.subjects(vocab.BROADER, node)[:_OTHERS]:
        yield Triple(narrower, vocab.BROADER, node)
        yield from _named(snapshot, narrower)
    named = {object for body in bodies for object in _objects(snapshot, body)} - {node}
    wider, last = list[NamedNode](), node
    while (above := next(iter(reader.nodes(last, vocab.BROADER)), None)) is not None and above not in (node, *wider):
        wider.append(above)
        last = above
    for other in (*named, *wider):
        yield from _named(snapshot, other)


def _named(snapshot: Snapshot, node: NamedNode) -> Iterator[Triple]:
    return (triple for triple in _of(snapshot, node) if triple.predicate in _NAMES)


def _objects(snapshot: Snapshot, node: NamedNode) -> Iterator[NamedNode]:
    return (triple.object for triple in _of(snapshot, node) if isinstance(triple.object, NamedNode) and triple.predicate != vocab.RDF_TYPE)


def _stated(snapshot: Snapshot, reader: Reader, claim: NamedNode) -> Iterator[Triple]:
    """The triple that a claim holds, where the graph has it."""
    for subject in reader.nodes(claim, vocab.SUBJECT):
        for predicate in reader.nodes(claim, vocab.PREDICATE):
            for object in reader.nodes(claim, vocab.OBJECT):
                yield from (quad.triple for quad in snapshot.store.quads_for_pattern(subject, predicate, object))


def _evidence(snapshot: Snapshot, reader: Reader, body: NamedNode) -> Iterator[Triple]:
    for annotation in reader.subjects(vocab.HAS_BODY, body)[:_OTHERS]:
        described = list(_of(snapshot, annotation))
        yield from described
        yield from _parts(snapshot, [triple.object for triple in described])


def _parts(snapshot: Snapshot, objects: Iterable[object]) -> Iterator[Triple]:
    """What says where a sentence stands: the target among these nodes, and its selectors."""
    left, passed = list(objects), set[NamedNode]()
    while left:
        node = left.pop()
        if isinstance(node, NamedNode) and node not in passed and node.value.startswith(f"{snapshot.base}evidence/"):
            passed.add(node)
            described = list(_of(snapshot, node))
            yield from described
            left += [triple.object for triple in described]


def _of(snapshot: Snapshot, node: NamedNode) -> Iterator[Triple]:
    """What a node is the subject of, at most a thousand; the engine's order does not matter to what is written."""
    quads = islice(snapshot.store.quads_for_pattern(node, None, None), 1000)
    return (quad.triple for quad in quads)
