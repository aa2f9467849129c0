"""What figures are computed from: which paper names which thing, as what and when, and what builds on what.

Everything is numbered, and the numbers follow the identifiers: the same graph gives the same corpus whatever the order of its store.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg import vocab
from kg.model import EntityType, Relation, Role

ROLES: tuple[str, ...] = tuple(map(str, Role))
BIT: Mapping[str, int] = {role: 1 << place for place, role in enumerate(ROLES)}
MENTION = BIT[Role.MENTIONS]
WORK = sum(BIT.values()) - MENTION  # every role in which a paper works with a thing; a mention may be a mere contrast ("unlike X")

# Relations that figures follow. Of the others only triples would be read: the claims behind all of them take as long as all else here.
BUILDS_ON: tuple[str, ...] = (str(Relation.BASED_ON), str(Relation.DERIVED_FROM))

# Identifiers begin with year and month, since April 2007 and in the older form: https://info.arxiv.org/help/arxiv_identifier.html
_ARXIV = re.compile(r"(?:[a-z-]+(?:\.[A-Z]{2})?/)?(\d\d)(?:0[1-9]|1[0-2])(?:\.?\d{3,5})(?:v\d+)?")
_FIRST_ARXIV_YEAR = 91  # the archive began in 1991: "98…" is 1998, "07…" is 2007
_YEAR = re.compile(r"\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper."""

    id: str  # path below the data base, "paper/arxiv-2407.12854"; the whole IRI where it lies elsewhere
    title: str  # the id where the graph has none
    year: int | None  # of issue; None where the graph does not tell


@dataclass(frozen=True, slots=True)
class Entity:
    """One method, data set, device, organisation or task."""

    id: str  # as of papers, "method/biomedclip"
    type: str  # value of EntityType
    name: str  # canonical name; the id where the graph has none


@dataclass(frozen=True, slots=True)
class Said:
    """That a thing builds on another, and which papers say so."""

    subject: int  # index of an entity
    relation: str  # one of BUILDS_ON
    object: int  # index of an entity
    papers: tuple[int, ...]  # sorted; empty where the graph has no claim of it


@dataclass(frozen=True, slots=True)
class Corpus:
    """Papers and what they name. `things[starts[p]:starts[p + 1]]` are the things of paper p, `masks` the roles in which it names each."""

    papers: tuple[Paper, ...]  # sorted by id
    entities: tuple[Entity, ...]  # sorted by id
    starts: array[int]  # one more than there are papers
    things: array[int]  # indexes of entities, ascending within a paper
    masks: array[int]  # bits of `BIT`
    relations: tuple[Said, ...]  # sorted
    undated: int  # papers without a year; those that `since` left out are counted too

    def named(self, paper: int, roles: int = WORK, types: Collection[str] | None = None) -> list[int]:
        """The things that a paper names in one of the roles, of one of the types, ascending."""
        span = range(self.starts[paper], self.starts[paper + 1])
        return [self.things[i] for i in span if self.masks[i] & roles and (types is None or self.entities[self.things[i]].type in types)]

    def users(self, roles: int = WORK, types: Collection[str] | None = None) -> dict[int, list[int]]:
        """Thing → the papers that name it in one of the roles, ascending; things that none does are left out."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for paper in range(len(self.papers)):
            for thing in self.named(paper, roles, types):
                found[thing].append(paper)
        return {thing: found[thing] for thing in sorted(found)}

    def index(self, id: str) -> int | None:
        """The number of the entity with this id."""
        return next((place for place, entity in enumerate(self.entities) if entity.id == id), None)


def read(store: ox.Store, *, base: str = vocab.BASE, since: int | None = None) -> Corpus:
    """The corpus of a graph, read by patterns in one pass.

    Args:
        store: the plain graph, as `Snapshot.store` gives it.
        base: where its data IRIs begin, as `Snapshot.base` gives it.
        since: leave out papers of earlier years, and papers without a year.
    """
    papers, undated = _papers(store, base, since)
    entities = _entities(store, base)
    paper_at = {node: place for place, (node, _) in enumerate(papers)}
    entity_at = {node: place for place, (node, _) in enumerate(entities)}
    relations = _relations(store, paper_at, entity_at)
    starts, things, masks = _names(store, paper_at, entity_at)
    return Corpus(
        tuple(paper for _, paper in papers), tuple(entity for _, entity in entities), starts, things, masks, tuple(relations), undated
    )


def _papers(store: ox.Store, base: str, since: int | None) -> tuple[list[tuple[ox.NamedNode, Paper]], int]:
    titles, years = _texts(store, vocab.TITLE), _years(store)
    undated, papers = 0, []
    for node in _of_class(store, vocab.RESEARCH_PAPER):
        year = years.get(node)
        undated += year is None
        if since is None or (year is not None and year >= since):
            id = node.value.removeprefix(base)
            papers.append((node, Paper(id, titles.get(node) or id, year)))
    return sorted(papers, key=lambda pair: pair[1].id), undated


def _entities(store: ox.Store, base: str) -> list[tuple[ox.NamedNode, Entity]]:
    names = _texts(store, vocab.PREF_LABEL)
    found: dict[ox.NamedNode, Entity] = {}
    for type in EntityType:  # a thing of two types has the first
        for node in _of_class(store, vocab.CLASSES[type][0]):
            id = node.value.removeprefix(base)
            found.setdefault(node, Entity(id, str(type), names.get(node) or id))
    return sorted(found.items(), key=lambda pair: pair[1].id)


def _of_class(store: ox.Store, kind: ox.NamedNode) -> Iterator[ox.NamedNode]:
    for quad in store.quads_for_pattern(None, vocab.RDF_TYPE, kind, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject


def _texts(store: ox.Store, predicate: ox.NamedNode, better: Callable[[str, str], str] = min) -> dict[object, str]:
    """Subject → its text on one line; of several the first in order."""
    found: dict[object, str] = {}
    for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
        if isinstance(quad.object, ox.Literal):
            text = " ".join(quad.object.value.split())
            found[quad.subject] = better(found.get(quad.subject, text), text)
    return found


def year_of(issued: str, arxiv: str = "") -> int | None:
    """The year of a paper: that of its issue (ISO 8601), else the one that its arXiv identifier begins with; None where neither tells."""
    if stated := _YEAR.match(issued):
        return int(stated[0])
    if found := _ARXIV.fullmatch(arxiv):
        short = int(found[1])
        return short + (1900 if short >= _FIRST_ARXIV_YEAR else 2000)
    return None


def _years(store: ox.Store) -> dict[object, int]:
    """Paper → year, of those that tell one."""
    issued, arxiv = _texts(store, vocab.ISSUED), _texts(store, vocab.ARXIV_ID)
    years = {paper: year_of(issued.get(paper, ""), arxiv.get(paper, "")) for paper in {*issued, *arxiv}}
    return {paper: year for paper, year in years.items() if year is not None}


def _names(
    store: ox.Store, paper_at: Mapping[ox.NamedNode, int], entity_at: Mapping[ox.NamedNode, int]
) -> tuple[array[int], array[int], array[int]]:
    named: list[dict[int, int]] = [{} for _ in paper_at]
    for role in ROLES:
        for quad in store.quads_for_pattern(None, vocab.own(role), None, ox.DefaultGraph()):
            paper, thing = _at(paper_at, quad.subject), _at(entity_at, quad.object)
            if paper is not None and thing is not None:
                named[paper][thing] = named[paper].get(thing, 0) | BIT[role]
    starts, things, masks = array("q", [0]), array("l"), array("l")
    for masked in named:
        for thing in sorted(masked):
            things.append(thing)
            masks.append(masked[thing])
        starts.append(len(things))
    return starts, things, masks


def _at(places: Mapping[ox.NamedNode, int], node: object) -> int | None:
    return places.get(node) if isinstance(node, ox.NamedNode) else None


def _relations(store: ox.Store, paper_at: Mapping[ox.NamedNode, int], entity_at: Mapping[ox.NamedNode, int]) -> list[Said]:
    """Each with the papers whose claims say it; what only papers that were left out say is left out."""
    said: dict[tuple[int, str, int], set[int]] = {}
    dropped: set[tuple[int, str, int]] = set()
    for relation in BUILDS_ON:
        property = vocab.own(relation)
        for quad in store.quads_for_pattern(None, property, None, ox.DefaultGraph()):
            subject, object = _at(entity_at, quad.subject), _at(entity_at, quad.object)
            if subject is not None and object is not None:
                said[subject, relation, object] = set()
        for quad in store.quads_for_pattern(None, vocab.PREDICATE, property, ox.DefaultGraph()):
            parts = [_value(store, quad.subject, part) for part in (vocab.SUBJECT, vocab.OBJECT, vocab.DERIVED_FROM)]
            subject, object, paper = _at(entity_at, parts[0]), _at(entity_at, parts[1]), _at(paper_at, parts[2])
            if subject is None or object is None or (subject, relation, object) not in said:
                continue
            if paper is None:
                dropped.add((subject, relation, object))
            else:
                said[subject, relation, object].add(paper)
    kept = (triple for triple in sorted(said) if said[triple] or triple not in dropped)
    return [Said(*triple, tuple(sorted(said[triple]))) for triple in kept]


def _value(store: ox.Store, claim: object, predicate: ox.NamedNode) -> object:
    """The object that a claim has; the first in order of several, so that a broken graph has one answer too."""
    if not isinstance(claim, ox.NamedNode | ox.BlankNode):
        return None
    return min((quad.object for quad in store.quads_for_pattern(claim, predicate, None, ox.DefaultGraph())), key=str, default=None)
