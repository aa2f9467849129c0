"""Which triples go into an export: all of a store, what one paper says, or what is sure; with or without the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg import vocab
from kg.errors import UsageError
from kg.extract.threshold import Limits
from kg.graph import paper_iri

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple

STATED = vocab.STATED

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


def sure(triples: Iterable[Triple], kept: Limits) -> list[Triple]:
    """The triples without claims that score less than `kept` says, and without all that stands for these claims alone.

    A triple stays while one claim that stays states it, an entity or an extractor while one names it; papers stay.
    """
    triples = list(triples)
    nodes = index(triples)
    claims = {node: dict(said) for node, said in nodes.items() if (vocab.RDF_TYPE, vocab.STATEMENT) in said}
    weak = {node for node, said in claims.items() if not _is_sure(said, nodes, kept)}
    left = [said for node, said in claims.items() if node not in weak]
    lost = [claims[node] for node in weak]
    gone = weak | (_named(lost) - _named(left)) | _evidence_of(weak, nodes)
    gone = {node for node in gone if (vocab.RDF_TYPE, vocab.RESEARCH_PAPER) not in nodes.get(node, ())}
    unsaid = {_ends(said) for said in lost} - {_ends(said) for said in left}
    return [t for t in triples if t.subject not in gone and (t.subject, t.predicate, t.object) not in unsaid]


def _is_sure(said: dict[NamedNode, Term], nodes: Index, kept: Limits) -> bool:
    score, predicate, extractor = (said.get(part) for part in (vocab.SCORE, vocab.PREDICATE, vocab.GENERATED_BY))
    name = dict(nodes.get(extractor, ())).get(vocab.NAME) if isinstance(extractor, NamedNode) else None
    thresholds = kept(name.value if isinstance(name, Literal) else "")
    local = re.split(r"[#/]", predicate.value)[-1] if isinstance(predicate, NamedNode) else ""
    lowest = thresholds.of_property(local, by_paper=said.get(vocab.SUBJECT) == said.get(vocab.DERIVED_FROM))
    return (float(score.value) if isinstance(score, Literal) else 0.0) >= lowest


def _named(claims: Iterable[dict[NamedNode, Term]]) -> set[Node]:
    """What claims speak of, and what made them."""
    found = (said.get(part) for said in claims for part in (vocab.SUBJECT, vocab.OBJECT, vocab.GENERATED_BY))
    return {node for node in found if isinstance(node, NamedNode | BlankNode)}


def _ends(said: dict[NamedNode, Term]) -> tuple[Term | None, ...]:
    return tuple(said.get(part) for part in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT))


def _evidence_of(claims: set[Node], nodes: Index) -> set[Node]:
    """The annotations of claims, with their targets and selectors."""
    found = {node for node, said in nodes.items() for predicate, body in said if predicate == vocab.HAS_BODY and body in claims}
    for part in (vocab.HAS_TARGET, vocab.HAS_SELECTOR):
        reached = {term for node in found for predicate, term in nodes.get(node, ()) if predicate == part}
        found |= {term for term in reached if isinstance(term, NamedNode | BlankNode)}
    return found


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
