"""The order in which files tell of a graph: made to be read, and to keep a diff small.

Papers, each followed by its authors, entities, kinds, anything that is none of these, merges and claims each followed by its
evidence, with candidates between them, extractors. Merges, claims and authors apart, they stand by IRI; authors by their place among
the authors; merges by entity and form; claims by paper, then subject (the paper first), predicate and object, so that all a paper
says is in one place; evidence by its offset. Within a subject the predicates
stand in `READING_ORDER`, others after them by IRI, and the objects of a predicate by their N-Triples text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum, auto
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

from kg import vocab
from kg.export.selection import Term
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
Pairs = list[tuple[NamedNode, Term]]

_FIRST = itemgetter(0, 1)
_RANK = {predicate: rank for rank, predicate in enumerate(READING_ORDER)}


class Section(IntEnum):
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
_SECTIONS: tuple[tuple[NamedNode, Section], ...] = (
    (vocab.RESEARCH_PAPER, Section.PAPER),
    (vocab.PERSON, Section.AUTHOR),
    *((class_, Section.ENTITY) for classes in vocab.CLASSES.values() for class_ in classes),
    (vocab.KIND, Section.KIND),
    (vocab.MERGE, Section.MERGE),
    (vocab.CANDIDATE, Section.CANDIDATE),
    (vocab.STATEMENT, Section.CLAIM),
    (vocab.PROV_ACTIVITY, Section.EXTRACTOR),
    (vocab.ANNOTATION, Section.EVIDENCE),
)


_BY_CLASS: dict[Term, Section] = dict(_SECTIONS)
_FIRST_CLASS = {section: place for place, section in reversed(list(enumerate(section for _, section in _SECTIONS)))}
_ASKED = frozenset(
    {
        vocab.CREATOR, vocab.POSITION, vocab.MERGED_INTO, vocab.FORM, vocab.HAS_BODY, vocab.HAS_TARGET, vocab.HAS_SELECTOR, vocab.START,
        vocab.DERIVED_FROM, vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT,
    }
)  # fmt: skip


class Facts(NamedTuple):
    """What the order asks of one subject; nodes are given by their N-Triples text."""

    section: int
    key: tuple[str | int, ...]  # of a merge or claim among its like, beginning with what comes first of all
    is_quote: bool
    position: int  # the least whole number that says so, -1 where none does; likewise `start`
    start: int
    creators: tuple[str, ...]  # sorted, as the others
    targets: tuple[str, ...]
    selectors: tuple[str, ...]
    bodies: tuple[str, ...]  # of an annotation


class Nodes(Protocol):
    """A graph, as its order asks for it. A node is its N-Triples text."""

    def facts(self, node: str) -> Facts | None:
        """What the order asks of a subject; None where the node is none."""
        ...

    def of_section(self, section: Section) -> Iterable[str]:
        """The subjects of a section, sorted."""
        ...

    def in_groups(self, section: Section) -> Iterable[list[tuple[tuple[str | int, ...], str]]]:
        """Keys and subjects of a section; all keys of one group come before those of the next."""
        ...

    def behind(self, node: str) -> list[str]:
        """The annotations that have a node as body."""
        ...

    def is_new(self, node: str) -> bool:
        """Whether a subject is asked about for the first time."""
        ...

    def mark(self, node: str) -> None:
        """Note that a subject is a part of evidence."""
        ...

    def is_marked(self, node: str) -> bool:
        """Whether it was noted."""
        ...


def facts(subject: str, pairs: Pairs) -> Facts:
    """What the order asks of a subject with these triples."""
    types: list[Term] = []
    said: dict[NamedNode, list[Term]] = {}
    for predicate, object in pairs:
        if predicate == vocab.RDF_TYPE:
            types.append(object)
        elif predicate in _ASKED:
            said.setdefault(predicate, []).append(object)
    section = min((_BY_CLASS[type] for type in types if type in _BY_CLASS), key=_FIRST_CLASS.__getitem__, default=Section.REST)
    key: tuple[str | int, ...] = ()
    if section is Section.CLAIM:
        key = _claim_key(subject, {predicate: max(objects, key=str) for predicate, objects in said.items()})
    elif section is Section.MERGE:
        ends = {predicate: max(objects, key=str) for predicate, objects in said.items()}
        key = (str(ends.get(vocab.MERGED_INTO)), str(ends.get(vocab.FORM)), subject)
    creators, targets, selectors = (_links(said.get(property, ())) for property in (vocab.CREATOR, vocab.HAS_TARGET, vocab.HAS_SELECTOR))
    bodies = tuple(map(str, said.get(vocab.HAS_BODY, ()))) if section is Section.EVIDENCE else ()
    position, start = (_number(said.get(property, ())) for property in (vocab.POSITION, vocab.START))
    return Facts(int(section), key, vocab.TEXT_QUOTE_SELECTOR in types, position, start, creators, targets, selectors, bodies)


def ranked(pairs: Iterable[tuple[NamedNode, Term]]) -> list[tuple[NamedNode, str, Term]]:
    """Predicates and objects of one subject in reading order, with the N-Triples text of the objects between them."""
    rows = [(_place(predicate), str(object), predicate, object) for predicate, object in pairs]
    rows.sort(key=_FIRST)
    return [(predicate, spelled, object) for _, spelled, predicate, object in rows]


def ordered(graph: Nodes) -> Iterator[str]:
    """All subjects in the order in which a file tells of them, each once."""
    for paper in graph.of_section(Section.PAPER):
        yield from (node for node in (paper, *_authors(paper, graph)) if graph.is_new(node))
    for section in (Section.AUTHOR, Section.ENTITY, Section.KIND):
        yield from (node for node in graph.of_section(section) if graph.is_new(node))
    for annotation in graph.of_section(Section.EVIDENCE):
        for part in _parts(annotation, graph):
            graph.mark(part)
    yield from (node for node in graph.of_section(Section.REST) if not graph.is_marked(node) and graph.is_new(node))
    for section in (Section.MERGE, Section.CANDIDATE, Section.CLAIM):
        for group in graph.in_groups(section):
            for _, node in sorted(group):
                yield from _told(node, graph)
    for annotation in graph.of_section(Section.EVIDENCE):  # without their claim or merge in this graph
        if graph.is_new(annotation):
            yield annotation
            yield from (part for part in _parts(annotation, graph) if graph.is_new(part))
    yield from (node for node in graph.of_section(Section.EXTRACTOR) if graph.is_new(node))


def _told(node: str, graph: Nodes) -> Iterator[str]:
    """A merge, candidate or claim, followed by its evidence."""
    if graph.is_new(node):
        yield node
    found = graph.behind(node)
    for annotation in sorted(found, key=lambda one: (_start(one, graph), one)) if len(found) > 1 else found:
        yield from (part for part in _parts(annotation, graph) if graph.is_new(part))


def _parts(node: str, graph: Nodes) -> list[str]:
    """An annotation, its target, its selectors with the quote first: those that are subjects here."""
    parts, selectors = [node], []
    said = graph.facts(node)
    for target in said.targets if said is not None else ():
        found = graph.facts(target)
        if found is not None:
            parts.append(target)
            selectors += [(not part.is_quote, selector) for selector in found.selectors if (part := graph.facts(selector)) is not None]
    return parts + [selector for _, selector in sorted(selectors)]


def _authors(paper: str, graph: Nodes) -> list[str]:
    """The authors of a paper in their order: those that are subjects here."""
    said = graph.facts(paper)
    found = [(author, graph.facts(author)) for author in (said.creators if said is not None else ())]
    return [author for _, author in sorted((told.position, author) for author, told in found if told is not None)]


def _start(node: str, graph: Nodes) -> int:
    """Offset at which the evidence begins; -1 where it has none that is a number."""
    found = (told.start for part in _parts(node, graph) if (told := graph.facts(part)) is not None)
    return min((start for start in found if start >= 0), default=-1)


def _claim_key(claim: str, said: dict[NamedNode, Term]) -> tuple[str | int, ...]:
    paper, subject, predicate, object_ = (said.get(part) for part in (vocab.DERIVED_FROM, vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT))
    return (str(paper), int(subject != paper), str(subject), _rank(predicate), str(predicate), str(object_), claim)


def _number(objects: Iterable[Term]) -> int:
    """The least whole number among these; -1 where there is none."""
    values = (object.value for object in objects if isinstance(object, Literal))
    return min((number for value in values if (number := whole_number(value)) is not None), default=-1)


def _links(objects: Iterable[Term]) -> tuple[str, ...]:
    return tuple(sorted(str(object) for object in objects if isinstance(object, NamedNode | BlankNode)))


@lru_cache(maxsize=1024)
def _place(predicate: NamedNode) -> tuple[int, str]:
    """By which predicates are sorted."""
    return _rank(predicate), predicate.value


def _rank(predicate: Term | None) -> int:
    return _RANK.get(predicate, len(_RANK)) if isinstance(predicate, NamedNode) else -1
