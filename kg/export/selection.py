"""Which triples go into an export: all of a store, what one paper says, or what is sure; with or without the evidence.

What one paper says begins with itself and its authors, and is told of the things that its claims name and of all that these lie under, step by step: their classes, names and
place in the ladder; the merges that make their names, with the sentence where this paper shows it, without paper and sentence where
another does; the candidates and kg:maybeSame between two of them. Without the evidence, names, ladder and kg:maybeSame stay.
"""

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

# Types of the nodes that say who states a triple, and where, or why a thing has a name or may be another.
PROVENANCE: frozenset[NamedNode] = frozenset(
    {
        vocab.STATEMENT,
        vocab.MERGE,
        vocab.CANDIDATE,
        vocab.PROV_ACTIVITY,
        vocab.ANNOTATION,
        vocab.SPECIFIC_RESOURCE,
        vocab.TEXT_QUOTE_SELECTOR,
        vocab.TEXT_POSITION_SELECTOR,
    }
)

_ABOUT = (vocab.MERGED_INTO, vocab.CANDIDATE_OF)  # from a merge or candidate to its things

Index = dict[Node, list[tuple[NamedNode, Term]]]  # subject → its predicates and objects


def select(store: Store, paper: str | None, base: str) -> list[Triple]:
    """Triples of the default graph in no particular order: all, or what `paper` (a key or an IRI) says.

    Raises:
        UsageError: the store has no such paper.
    """
    if paper is None:
        return [quad.triple for quad in quads(store)]
    try:
        node = NamedNode(paper) if "://" in paper else paper_iri(paper, base)
    except ValueError:
        node = None
    if node is None or not any(quads(store, node, vocab.RDF_TYPE, vocab.RESEARCH_PAPER)):
        raise UsageError(f"no paper {paper!r} in the store", hint="kg search finds papers by the words of their titles")
    return list(dict.fromkeys(_of_paper(store, node)))


def quads(store: Store, subject: Term | None = None, predicate: NamedNode | None = None, object: Term | None = None) -> Iterator[Quad]:
    """What the default graph of a store has with the given parts; nothing where a literal is the subject."""
    if isinstance(subject, Literal):
        return iter(())
    return iter(store.quads_for_pattern(subject, predicate, object, DefaultGraph()))


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
    """The triples but for claims, merges, the evidence of both, candidates and the extractors."""
    triples = list(triples)
    left_out = {triple.subject for triple in triples if triple.predicate == vocab.RDF_TYPE and triple.object in PROVENANCE}
    return [triple for triple in triples if triple.subject not in left_out]


def sure(triples: Iterable[Triple], kept: Limits) -> list[Triple]:
    """The triples without claims that score less than `kept` says, and without all that stands for these claims alone.

    A triple stays while one claim that stays states it, an entity or an extractor while one names it; papers stay. With an entity go
    its merges and candidates. What lay under it lies under what it lay under; kinds under which nothing lies any more go too.
    """
    triples = list(triples)
    nodes = index(triples)
    claims = {node: dict(said) for node, said in nodes.items() if (vocab.RDF_TYPE, vocab.STATEMENT) in said}
    weak = {node for node, said in claims.items() if not _is_sure(said, nodes, kept)}
    left = [said for node, said in claims.items() if node not in weak]
    lost = [claims[node] for node in weak]
    gone = {node for node in _named(lost) - _named(left) if (vocab.RDF_TYPE, vocab.RESEARCH_PAPER) not in nodes.get(node, ())}
    above = {node: object for node, said in nodes.items() for predicate, object in said if predicate == vocab.BROADER}
    rungs = {wider for wider in above.values() if isinstance(wider, NamedNode | BlankNode)} - _named(left)
    above = _bridged(above, gone)
    gone |= _empty(rungs - gone, above)
    about = {node for node, said in nodes.items() for predicate, end in said if predicate in _ABOUT and end in gone}
    gone |= weak | about | _evidence_of(weak | about, nodes)
    unsaid = {_ends(said) for said in lost} - {_ends(said) for said in left}
    kept_triples = [t for t in triples if t.subject not in gone and (t.subject, t.predicate, t.object) not in unsaid]
    told = [t for t in kept_triples if t.predicate != vocab.BROADER and not (t.predicate == vocab.MAYBE_SAME and t.object in gone)]
    return told + [Triple(node, vocab.BROADER, wider) for node, wider in above.items() if node not in gone]


def _bridged(above: dict[Node, Term], gone: set[Node]) -> dict[Node, Term]:
    """What each thing that stays lies under, over those that are gone."""
    found: dict[Node, Term] = {}
    for node in above.keys() - gone:
        wider, passed = above.get(node), {node}
        while isinstance(wider, NamedNode | BlankNode) and wider in gone and wider not in passed:
            passed.add(wider)
            wider = above.get(wider)
        if wider is not None and wider not in gone:
            found[node] = wider
    return found


def _empty(rungs: set[Node], above: dict[Node, Term]) -> set[Node]:
    """Those of `rungs` under which nothing lies any more, or nothing but such."""
    empty: set[Node] = set()
    while more := rungs - empty - {wider for node, wider in above.items() if node not in empty}:
        empty |= more
    return empty


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
    """The annotations of claims or merges, with their targets and selectors."""
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
    """What one paper says: its own description with its authors, its claims with all behind them, and what its claims name."""
    yield from (quad.triple for quad in quads(store, paper) if quad.predicate not in STATED)
    for author in quads(store, paper, vocab.CREATOR):
        yield from (quad.triple for quad in quads(store, author.object))
    named: set[NamedNode] = set()
    for quad in quads(store, None, vocab.DERIVED_FROM, paper):
        claim = quad.subject
        said = dict(_described(store, claim))
        yield from (quad.triple for quad in quads(store, claim))
        yield from _behind(store, claim)
        yield from _stated(store, said)
        named |= {node for node in (said.get(vocab.SUBJECT), said.get(vocab.OBJECT)) if isinstance(node, NamedNode)}
    things = _with_wider(store, named - {paper})
    for thing in things:
        described = (quad.triple for quad in quads(store, thing) if quad.predicate not in STATED)
        yield from (triple for triple in described if triple.predicate != vocab.MAYBE_SAME or triple.object in things)
        yield from _reasons(store, thing, paper)
        for quad in quads(store, None, vocab.CANDIDATE_OF, thing):
            if all(end.object in things for end in quads(store, quad.subject, vocab.CANDIDATE_OF)):
                yield from (quad.triple for quad in quads(store, quad.subject))


def _stated(store: Store, said: dict[NamedNode, Term]) -> Iterator[Triple]:
    """The triple that a claim holds, and the description of its extractor."""
    subject, predicate, object_, extractor = (said.get(part) for part in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT, vocab.GENERATED_BY))
    if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and object_ is not None:
        yield from (quad.triple for quad in quads(store, subject, predicate, object_))
    if isinstance(extractor, NamedNode):
        yield from (quad.triple for quad in quads(store, extractor))


def _with_wider(store: Store, things: set[NamedNode]) -> set[NamedNode]:
    """The things and all that they lie under."""
    found, last = set(things), set(things)
    while last:
        wider = {quad.object for thing in last for quad in quads(store, thing, vocab.BROADER)}
        last = {node for node in wider if isinstance(node, NamedNode)} - found
        found |= last
    return found


def _reasons(store: Store, thing: NamedNode, paper: NamedNode) -> Iterator[Triple]:
    """The merges of a thing; of those that another paper shows neither that paper nor its sentence."""
    for quad in quads(store, None, vocab.MERGED_INTO, thing):
        merge = quad.subject
        yield from (quad.triple for quad in quads(store, merge) if quad.predicate != vocab.SHOWN_BY or quad.object == paper)
        if any(quads(store, merge, vocab.SHOWN_BY, paper)):
            yield from _behind(store, merge)


def _behind(store: Store, body: Node | Triple) -> Iterator[Triple]:
    """The evidence of a claim or merge."""
    for annotation in quads(store, None, vocab.HAS_BODY, body):
        yield from _reached(store, annotation.subject)


def _reached(store: Store, annotation: Node | Triple) -> Iterator[Triple]:
    """An annotation with its target and selectors."""
    yield from (quad.triple for quad in quads(store, annotation))
    for target in quads(store, annotation, vocab.HAS_TARGET):
        yield from (quad.triple for quad in quads(store, target.object))
        for selector in quads(store, target.object, vocab.HAS_SELECTOR):
            yield from (quad.triple for quad in quads(store, selector.object))


def _described(store: Store, node: Node | Triple) -> Iterator[tuple[NamedNode, Term]]:
    return ((quad.predicate, quad.object) for quad in quads(store, node))
