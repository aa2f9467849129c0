"""Which triples go into an export: all of a store, or what one paper says; with or without the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg import vocab
from kg.errors import UsageError
from kg.graph import paper_iri
from kg.model import Relation, Role

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple

# Properties of the triples that papers state and claims describe.
STATED: frozenset[NamedNode] = frozenset({vocab.own(name) for name in (*Role, *Relation)} | {vocab.CODE_REPOSITORY, vocab.URL})

# Types of the nodes that say who states a triple, and where.
PROVENANCE: frozenset[NamedNode] = frozenset(
    {
        vocab.STATEMENT,
        vocab.PROV_ACTIVITY,
        vocab.ANNOTATION,
        vocab.SPECIFIC_RESOURCE,
        vocab.TEXT_QUOTE_SELECTOR,
        vocab.TEXT_POSITION_SELECTOR,
    }
)

Index = dict[Node, list[tuple[NamedNode, Term]]]  # subject → its predicates and objects


def select(store: Store, paper: str | None, base: str) -> list[Triple]:
    """Triples of the default graph in no particular order: all, or what `paper` (a key or an IRI) says.

    Raises:
        UsageError: the store has no such paper.
    """
    if paper is None:
        return [quad.triple for quad in _quads(store)]
    try:
        node = NamedNode(paper) if "://" in paper else paper_iri(paper, base)
    except ValueError:
        node = None
    if node is None or not any(_quads(store, node, vocab.RDF_TYPE, vocab.RESEARCH_PAPER)):
        raise UsageError(f"no paper {paper!r} in the store", hint="kg search finds papers by the words of their titles")
    return list(dict.fromkeys(_of_paper(store, node)))


def index(triples: Iterable[Triple]) -> Index:
    """The triples by their subject."""
    by_subject: Index = {}
    for triple in triples:
        by_subject.setdefault(subject_of(triple), []).append((triple.predicate, triple.object))
    return by_subject


def subject_of(triple: Triple) -> Node:
    """The triple's subject; TypeError where that is a triple itself."""
    subject = triple.subject
    if isinstance(subject, Triple):
        raise TypeError(f"a triple as subject is not RDF 1.2: {triple}")
    return subject


def without_evidence(triples: Iterable[Triple]) -> list[Triple]:
    """The triples but for claims, their evidence and the extractors."""
    triples = list(triples)
    left_out = {triple.subject for triple in triples if triple.predicate == vocab.RDF_TYPE and triple.object in PROVENANCE}
    return [triple for triple in triples if triple.subject not in left_out]


def reified(triples: list[Triple]) -> list[Triple]:
    """The triples and, for each claim, the triple term that it reifies (RDF 1.2 Concepts, 1.5)."""
    ends: dict[Node, dict[NamedNode, Term]] = {}
    for triple in triples:
        if triple.predicate in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT):
            ends.setdefault(subject_of(triple), {})[triple.predicate] = triple.object
    added = []
    for claim, parts in ends.items():
        subject, predicate = parts.get(vocab.SUBJECT), parts.get(vocab.PREDICATE)
        if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode) and vocab.OBJECT in parts:
            added.append(Triple(claim, vocab.REIFIES, Triple(subject, predicate, parts[vocab.OBJECT])))
    return triples + added


def _of_paper(store: Store, paper: NamedNode) -> Iterator[Triple]:
    """What one paper says: its own description, its claims with all behind them, and what its claims name."""
    yield from (quad.triple for quad in _quads(store, paper) if quad.predicate not in STATED)
    for quad in _quads(store, None, vocab.DERIVED_FROM, paper):
        claim = quad.subject
        said = dict(_described(store, claim))
        yield from (quad.triple for quad in _quads(store, claim))
        for annotation in _quads(store, None, vocab.HAS_BODY, claim):
            yield from _reached(store, annotation.subject)
        yield from _stated(store, said)


def _stated(store: Store, said: dict[NamedNode, Term]) -> Iterator[Triple]:
    """The triple that a claim holds, and types and names of its ends and extractor."""
    subject, predicate, object_ = (said.get(part) for part in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT))
    if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and object_ is not None:
        yield from (quad.triple for quad in _quads(store, subject, predicate, object_))
    for node in (subject, object_, said.get(vocab.GENERATED_BY)):
        if isinstance(node, NamedNode):
            yield from (quad.triple for quad in _quads(store, node) if quad.predicate not in STATED)


def _reached(store: Store, annotation: Node | Triple) -> Iterator[Triple]:
    """An annotation with its target and selectors."""
    yield from (quad.triple for quad in _quads(store, annotation))
    for target in _quads(store, annotation, vocab.HAS_TARGET):
        yield from (quad.triple for quad in _quads(store, target.object))
        for selector in _quads(store, target.object, vocab.HAS_SELECTOR):
            yield from (quad.triple for quad in _quads(store, selector.object))


def _described(store: Store, node: Node | Triple) -> Iterator[tuple[NamedNode, Term]]:
    return ((quad.predicate, quad.object) for quad in _quads(store, node))


def _quads(store: Store, subject: Term | None = None, predicate: NamedNode | None = None, object: Term | None = None) -> Iterator[Quad]:
    if isinstance(subject, Literal):
        return iter(())
    return iter(store.quads_for_pattern(subject, predicate, object, DefaultGraph()))
