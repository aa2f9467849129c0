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
from typing import NamedTuple, Protocol

from pyoxigraph import NamedNode, Triple

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
Spelled = tuple[str, str]  # a predicate and an object, each as its N-Triples text

_RANK = {str(predicate): rank for rank, predicate in enumerate(READING_ORDER)}


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


_BY_CLASS = {str(class_): place for place, (class_, _) in enumerate(_SECTIONS)}
_TYPE, _CREATOR, _POSITION, _START = (str(property) for property in (vocab.RDF_TYPE, vocab.CREATOR, vocab.POSITION, vocab.START))
_BODY, _TARGET, _SELECTOR = (str(property) for property in (vocab.HAS_BODY, vocab.HAS_TARGET, vocab.HAS_SELECTOR))
_MERGE_KEY = (str(vocab.MERGED_INTO), str(vocab.FORM))
_CLAIM_KEY = tuple(str(property) for property in (vocab.DERIVED_FROM, vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT))
_ASKED = frozenset({_CREATOR, _POSITION, _START, _BODY, _TARGET, _SELECTOR, *_MERGE_KEY, *_CLAIM_KEY})
_QUOTE = str(vocab.TEXT_QUOTE_SELECTOR)


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


def facts(subject: str, pairs: Iterable[Spelled]) -> Facts:
    """What the order asks of a subject with these predicates and objects."""
    types: list[str] = []
    said: dict[str, list[str]] = {}
    for predicate, object in pairs:
        if predicate == _TYPE:
            types.append(object)
        elif predicate in _ASKED:
            said.setdefault(predicate, []).append(object)
    place = min((_BY_CLASS[type] for type in types if type in _BY_CLASS), default=None)
    section = Section.REST if place is None else _SECTIONS[place][1]
    key: tuple[str | int, ...] = ()
    if section is Section.CLAIM:
        key = _claim_key(subject, *(max(said[part]) if part in said else None for part in _CLAIM_KEY))
    elif section is Section.MERGE:
        key = (*(max(said[part]) if part in said else "None" for part in _MERGE_KEY), subject)
    creators, targets, selectors = (_links(said[property]) if property in said else () for property in (_CREATOR, _TARGET, _SELECTOR))
    bodies = tuple(said.get(_BODY, ())) if section is Section.EVIDENCE else ()
    position, start = (_number(said[property]) if property in said else -1 for property in (_POSITION, _START))
    return Facts(int(section), key, _QUOTE in types, position, start, creators, targets, selectors, bodies)


def ranked(pairs: Iterable[tuple[NamedNode, Term]]) -> list[tuple[NamedNode, Term]]:
    """Predicates and objects of one subject in reading order."""
    return sorted(pairs, key=lambda pair: (place(str(pair[0])), str(pair[1])))


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


def _claim_key(claim: str, paper: str | None, subject: str | None, predicate: str | None, object: str | None) -> tuple[str | int, ...]:
    rank = place(predicate)[0] if predicate is not None and is_node(predicate) else -1
    return (str(paper), int(subject != paper), str(subject), rank, str(predicate), str(object), claim)


def _number(objects: Iterable[str]) -> int:
    """The least whole number among these; -1 where there is none."""
    values = (object.split('"', 2)[1] for object in objects if object[0] == '"')
    return min((number for value in values if (number := whole_number(value)) is not None), default=-1)


def _links(objects: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(filter(is_node, objects)))


def spell(term: Term) -> str:
    """The N-Triples text of a term; pyoxigraph's own of a triple lacks what tells that it is a term."""
    if isinstance(term, Triple):
        return f"<<( {' '.join(spell(part) for part in (term.subject, term.predicate, term.object))} )>>"
    return str(term)


def is_node(text: str) -> bool:
    """Whether the N-Triples text of a term is that of an IRI or a blank node."""
    return text[0] != '"' and not text.startswith("<<(")


@lru_cache(maxsize=1024)
def place(predicate: str) -> tuple[int, str]:
    """By what predicates are sorted."""
    return _RANK.get(predicate, len(_RANK)), predicate[1:-1]
