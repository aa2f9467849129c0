"""The order in which files tell of a graph: made to be read, and to keep a diff small.

Papers, each followed by its authors, entities, kinds, anything that is none of these, merges and claims each followed by its
evidence, with candidates between them, extractors. Merges, claims and authors apart, they stand by IRI; authors by their place among
the authors; merges by entity and form; claims by paper, then subject (the paper first), predicate and object, so that all a paper
says is in one place; evidence by its offset. Within a subject the predicates
stand in `READING_ORDER`, others after them by IRI, and the objects of a predicate by their N-Triples text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import lru_cache
from operator import itemgetter

from pyoxigraph import BlankNode, Literal, NamedNode

from kg import vocab
from kg.export.nodes import SECTION_CLASSES, Nodes, Pairs
from kg.export.selection import Node, Term
from kg.graph import whole_number
from kg.model import Relation, Role

READING_ORDER: tuple[NamedNode, ...] = (
    vocab.RDF_TYPE, vocab.PREF_LABEL, vocab.ALT_LABEL, vocab.SHORT_FORM, vocab.BROADER, vocab.MAYBE_SAME, vocab.NAME, vocab.SOFTWARE_VERSION,
    vocab.POSITION, vocab.SAME_AS, vocab.TITLE, vocab.CREATOR, vocab.AFFILIATION, vocab.ISSUED, vocab.VENUE,
    vocab.ARXIV_ID, vocab.DOI, vocab.IDENTIFIER, vocab.CATEGORY, vocab.LICENSE, vocab.RIGHTS, vocab.COMMENT, vocab.ABSTRACT,
    *(vocab.own(role) for role in Role), *(vocab.own(relation) for relation in Relation if relation != Relation.RUNS_ON),
    vocab.CODE_REPOSITORY, vocab.URL, vocab.CITES,
    vocab.MERGED_INTO, vocab.FORM, vocab.CANDIDATE_OF, vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT, vocab.REIFIES,
    vocab.SCORE, vocab.COUNT, vocab.DEVICE_MEMORY, vocab.HOURS, vocab.RULE, vocab.REASON, vocab.SHOWN_BY, vocab.DERIVED_FROM, vocab.GENERATED_BY,
    vocab.MOTIVATED_BY, vocab.HAS_BODY, vocab.HAS_TARGET, vocab.SECTION, vocab.SUBJECT_START, vocab.SUBJECT_END, vocab.OBJECT_START, vocab.OBJECT_END,
    vocab.HAS_SOURCE, vocab.HAS_SELECTOR, vocab.EXACT, vocab.QUOTE_PREFIX, vocab.QUOTE_SUFFIX, vocab.START, vocab.END,
)  # fmt: skip
_FIRST = itemgetter(0, 1)
_RANK = {predicate: rank for rank, predicate in enumerate(READING_ORDER)}


class _Section(Enum):
    """The parts of a file, in their order; merges, candidates and claims have their evidence between them."""

    PAPER = auto()
    AUTHOR = auto()
    ENTITY = auto()
    KIND = auto()
    REST = auto()
    MERGE = auto()
    CANDIDATE = auto()
    CLAIM = auto()
    EVIDENCE = auto()
    EXTRACTOR = auto()


# Class → section; of several classes of a node the first counts.
_SECTIONS: tuple[tuple[NamedNode, _Section], ...] = (
    (vocab.RESEARCH_PAPER, _Section.PAPER),
    (vocab.PERSON, _Section.AUTHOR),
    *((class_, _Section.ENTITY) for classes in vocab.CLASSES.values() for class_ in classes),
    (vocab.KIND, _Section.KIND),
    (vocab.MERGE, _Section.MERGE),
    (vocab.CANDIDATE, _Section.CANDIDATE),
    (vocab.STATEMENT, _Section.CLAIM),
    (vocab.PROV_ACTIVITY, _Section.EXTRACTOR),
    (vocab.ANNOTATION, _Section.EVIDENCE),
)


def ranked(pairs: Iterable[tuple[NamedNode, Term]]) -> list[tuple[NamedNode, Term]]:
    """Predicates and objects of one subject in reading order."""
    rows = [(_place(predicate), str(object), predicate, object) for predicate, object in pairs]
    rows.sort(key=_FIRST)
    return [(predicate, object) for _, _, predicate, object in rows]


def ordered(graph: Nodes) -> Iterator[Node]:
    """All subjects in the order in which a file tells of them, each once."""
    for paper in _of(graph, _Section.PAPER):
        yield from (node for node in (paper, *_authors(paper, graph)) if graph.is_new(node, noted=True))
    for section in (_Section.AUTHOR, _Section.ENTITY, _Section.KIND):
        yield from (node for node in _of(graph, section) if graph.is_new(node))
    subjects, annotations = graph.unplaced()
    evidence = sorted((node for node in annotations if _section(graph.said(node)) is _Section.EVIDENCE), key=str)
    parts = {part for node in evidence for part in _parts(node, graph)}
    others = sorted((node for node in subjects if node not in parts and _section(graph.said(node)) is _Section.REST), key=str)
    yield from (node for node in others if graph.is_new(node))
    merges = sorted(_of(graph, _Section.MERGE), key=lambda merge: _merge_key(merge, dict(ranked(graph.said(merge)))))
    yield from _told((*merges, *_of(graph, _Section.CANDIDATE)), graph)
    for group in graph.claims():
        claims = [claim for claim in group if _section(graph.said(claim)) is _Section.CLAIM]
        yield from _told(sorted(claims, key=lambda claim: _claim_key(claim, dict(ranked(graph.said(claim))))), graph)
    yield from (part for node in evidence for part in _parts(node, graph) if graph.is_new(part))  # without their claim or merge in this graph
    yield from (node for node in _of(graph, _Section.EXTRACTOR) if graph.is_new(node))


def _of(graph: Nodes, section: _Section) -> Iterator[Node]:
    """The nodes of a section by their IRI."""
    classes = [class_ for class_, other in _SECTIONS if other is section]
    return (node for node in sorted(graph.of_classes(classes), key=str) if _section(graph.said(node)) is section)


def _told(nodes: Iterable[Node], graph: Nodes) -> Iterator[Node]:
    """Merges, candidates or claims, each followed by its evidence."""
    for node in nodes:
        if graph.is_new(node):
            yield node
        behind = [found for found in graph.pointing(vocab.HAS_BODY, node) if _section(graph.said(found)) is _Section.EVIDENCE]
        for annotation in sorted(behind, key=lambda found: (_start(found, graph), str(found))) if len(behind) > 1 else behind:
            yield from (part for part in dict.fromkeys(_parts(annotation, graph)) if graph.is_new(part, annotation))


def _section(pairs: Pairs) -> _Section:
    types = {object for predicate, object in pairs if predicate == vocab.RDF_TYPE}
    return next((section for class_, section in _SECTIONS if class_ in types), _Section.REST) if types & SECTION_CLASSES else _Section.REST


def _merge_key(merge: Node, said: dict[NamedNode, Term]) -> tuple[str, str, str]:
    return (str(said.get(vocab.MERGED_INTO)), str(said.get(vocab.FORM)), str(merge))


def _claim_key(claim: Node, said: dict[NamedNode, Term]) -> tuple[str, bool, str, int, str, str, str]:
    paper, subject, predicate, object_ = (said.get(part) for part in (vocab.DERIVED_FROM, vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT))
    return (str(paper), subject != paper, str(subject), _rank(predicate), str(predicate), str(object_), str(claim))


def _parts(node: Node, graph: Nodes) -> list[Node]:
    """An annotation, its target, its selectors with the quote first: those that are subjects here."""
    targets = _objects(node, vocab.HAS_TARGET, graph)
    selectors = [selector for target in targets for selector in _objects(target, vocab.HAS_SELECTOR, graph)]
    selectors.sort(key=lambda selector: ((vocab.RDF_TYPE, vocab.TEXT_QUOTE_SELECTOR) not in graph.said(selector), str(selector)))
    return [node, *targets, *selectors]


def _authors(paper: Node, graph: Nodes) -> list[Node]:
    """The authors of a paper in their order: those that are subjects here."""
    return sorted(_objects(paper, vocab.CREATOR, graph), key=lambda author: (_number(author, vocab.POSITION, graph), str(author)))


def _start(node: Node, graph: Nodes) -> int:
    """Offset at which the evidence begins; -1 where it has none that is a number."""
    return min((number for part in _parts(node, graph) if (number := _number(part, vocab.START, graph)) >= 0), default=-1)


def _number(node: Node, property: NamedNode, graph: Nodes) -> int:
    """The least whole number that a node has as this property; -1 where it has none."""
    values = (object.value for predicate, object in graph.said(node) if predicate == property and isinstance(object, Literal))
    return min((number for value in values if (number := whole_number(value)) is not None), default=-1)


def _objects(node: Node, predicate: NamedNode, graph: Nodes) -> list[Node]:
    found = [object for p, object in graph.said(node) if p == predicate and isinstance(object, NamedNode | BlankNode)]
    there = [object for object in found if graph.said(object)]
    return sorted(there, key=str) if len(there) > 1 else there


@lru_cache(maxsize=1024)
def _place(predicate: NamedNode) -> tuple[int, str]:
    """By which predicates are sorted."""
    return _rank(predicate), predicate.value


def _rank(predicate: Term | None) -> int:
    return _RANK.get(predicate, len(_RANK)) if isinstance(predicate, NamedNode) else -1
