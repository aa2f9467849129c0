"""Reads nodes, claims and the ladder from a snapshot by patterns."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from kg import vocab
from kg.graph import whole_number
from kg.lookup.values import Author, Doubt, End, Quote
from kg.model import EntityType, is_stated_at
from kg.queries.terms import KIND
from kg.store import PAPER, Snapshot


class Reader:
    """Reads nodes, claims and their evidence from one snapshot; every node's name once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._store: Store = snapshot.store
        self._ends: dict[NamedNode, End] = {}
        self._types = {vocab.CLASSES[type][0]: str(type) for type in EntityType} | {
            vocab.RESEARCH_PAPER: PAPER,
            vocab.KIND: KIND,
        }

    def end(self, node: NamedNode) -> End:
        """A node with its name and type; an address by itself."""
        if node not in self._ends:
            kinds = {self._types[kind] for kind in self.nodes(node, vocab.RDF_TYPE) if kind in self._types}
            labels = self.texts(node, vocab.PREF_LABEL) or self.texts(node, vocab.TITLE) if kinds else ()
            local = self._snapshot.local(node.value)
            self._ends[node] = End(local, labels[0], min(kinds)) if labels else self._other(local, min(kinds, default=""))
        return self._ends[node]

    def _other(self, local: str, kind: str) -> End:
        """A node without our labels, by the name that the index has for it; an address by itself."""
        hit = self._snapshot.names.of(local)
        return End(local, hit.label, kind or hit.type) if hit is not None else End(local, local, kind)

    def ladder(self, node: NamedNode) -> Iterator[End]:
        """What a thing lies under, the next wider first; ends where a broken graph would go round."""
        passed = {node}
        while (wider := next(iter(self.nodes(node, vocab.BROADER)), None)) is not None and wider not in passed:
            yield self.end(wider)
            passed.add(wider)
            node = wider

    def narrower(self, node: NamedNode) -> list[NamedNode]:
        """What lies right under a thing or kind, by name."""
        return sorted(self.subjects(vocab.BROADER, node), key=lambda found: (self.end(found).label.casefold(), found.value))

    def papers(self, node: NamedNode) -> set[NamedNode]:
        """The papers that say something of a thing."""
        claims = (claim for end in (vocab.OBJECT, vocab.SUBJECT) for claim in self.subjects(end, node))
        return {paper for claim in claims for paper in self.nodes(claim, vocab.DERIVED_FROM)}

    def doubts(self, node: NamedNode) -> Iterator[Doubt]:
        """What a thing may be the same as."""
        for candidate in self.subjects(vocab.CANDIDATE_OF, node):
            score, reason = (next(iter(self.texts(candidate, property))) for property in (vocab.SCORE, vocab.REASON))
            for other in self.nodes(candidate, vocab.CANDIDATE_OF):
                if other != node:
                    yield Doubt(self.end(other), float(score), reason)

    def subjects(self, property: NamedNode, node: NamedNode) -> list[NamedNode]:
        """Nodes that have `node` as this property, such as the claims that have it as their subject, predicate, object or paper."""
        found = (quad.subject for quad in self._store.quads_for_pattern(None, property, node))
        return [subject for subject in found if isinstance(subject, NamedNode)]

    def has(self, claim: NamedNode, property: NamedNode, node: NamedNode) -> bool:
        """Whether a claim has `node` as its subject, predicate or object."""
        return any(True for _ in self._store.quads_for_pattern(claim, property, node))

    def quotes(self, claim: NamedNode) -> Iterator[Quote]:
        """A quote for every evidence of a claim."""
        subject, predicate, object, paper = (
            self.node(claim, property) for property in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT, vocab.DERIVED_FROM)
        )
        score, rule = self.texts(claim, vocab.SCORE), self.texts(claim, vocab.RULE)
        count, memory, hours = (
            next(iter(self.texts(claim, property)), None) for property in (vocab.COUNT, vocab.DEVICE_MEMORY, vocab.HOURS)
        )
        extractor = self._snapshot.local(self.node(claim, vocab.GENERATED_BY).value).removeprefix("extractor/")
        for annotation in self.subjects(vocab.HAS_BODY, claim):
            (sentence, start), section = self.sentence(annotation), self.section(annotation)
            yield Quote(
                self.end(subject), local_name(predicate), self.end(object), self.end(paper), sentence,
                self.mark(annotation, vocab.OBJECT_START, vocab.OBJECT_END, start),
                self.mark(annotation, vocab.SUBJECT_START, vocab.SUBJECT_END, start),
                start, float(score[0]), rule[0], extractor,
                int(count) if count else None, float(memory) if memory else None, float(hours) if hours else None,
                section, is_stated_at(rule[0], section),
            )  # fmt: skip

    def facts(self, paper: NamedNode) -> Iterator[tuple[str, str]]:
        """Date, venue, identifiers, categories, licence, comment and abstract of a paper, those that it has."""
        named = {"issued": vocab.ISSUED, "venue": vocab.VENUE, "arxiv": vocab.ARXIV_ID, "doi": vocab.DOI}
        for name, property in named.items():
            yield from ((name, text) for text in self.texts(paper, property))
        for text in self.texts(paper, vocab.IDENTIFIER):
            scheme, colon, value = text.partition(":")
            yield (scheme, value) if colon else ("id", text)
        yield from (("category", text) for text in self.texts(paper, vocab.CATEGORY))
        yield from (("licence", node.value) for node in self.nodes(paper, vocab.LICENSE))
        named = {"licence": vocab.RIGHTS, "comment": vocab.COMMENT, "affiliation": vocab.AFFILIATION}
        for name, property in named.items():
            yield from ((name, text) for text in self.texts(paper, property))
        yield from (("abstract", text) for text in self.texts(paper, vocab.ABSTRACT))

    def authors(self, paper: NamedNode) -> list[Author]:
        """The authors of a paper in their order; those without a name are left out."""
        found = (self._author(node) for node in self.nodes(paper, vocab.CREATOR))
        return sorted((author for author in found if author.name), key=lambda author: (author.position, author.name, author.iri))

    def _author(self, node: NamedNode) -> Author:
        name, place = (next(iter(self.texts(node, property)), "") for property in (vocab.NAME, vocab.POSITION))
        orcids = sorted(other.value for other in self.nodes(node, vocab.SAME_AS) if other.value.startswith("https://orcid.org/"))
        position = whole_number(place) or 0
        return Author(self._snapshot.local(node.value), name, position, orcids[0] if orcids else "", self.texts(node, vocab.AFFILIATION))

    def cites(self, paper: NamedNode) -> list[End]:
        """The papers that a paper cites, by title; those that the graph does not have by their path, after the others."""
        return sorted(map(self.end, self.nodes(paper, vocab.CITES)), key=_by_title)

    def cited_by(self, paper: NamedNode) -> list[End]:
        """The papers that cite a paper, by title."""
        return sorted(map(self.end, self.subjects(vocab.CITES, paper)), key=_by_title)

    def section(self, annotation: NamedNode) -> str:
        """The part of the paper's text that an annotation quotes; "" for title and abstract."""
        return next(iter(self.texts(annotation, vocab.SECTION)), "")

    def texts(self, node: NamedNode, property: NamedNode) -> tuple[str, ...]:
        """The literals that a node has as this property, sorted."""
        objects = (quad.object for quad in self._store.quads_for_pattern(node, property, None))
        return tuple(sorted(object.value for object in objects if isinstance(object, Literal)))

    def nodes(self, node: NamedNode, property: NamedNode) -> list[NamedNode]:
        """The nodes that a node has as this property."""
        objects = (quad.object for quad in self._store.quads_for_pattern(node, property, None))
        return [object for object in objects if isinstance(object, NamedNode)]

    def node(self, node: NamedNode, property: NamedNode) -> NamedNode:
        """The one node that a node has as this property."""
        return self.nodes(node, property)[0]

    def sentence(self, annotation: NamedNode) -> tuple[str, int]:
        """The quoted sentence and where it starts in the paper's text."""
        sentence, start = "", 0
        for selector in self.nodes(self.node(annotation, vocab.HAS_TARGET), vocab.HAS_SELECTOR):
            sentence = next(iter(self.texts(selector, vocab.EXACT)), sentence)
            start = next((whole_number(text) or 0 for text in self.texts(selector, vocab.START)), start)
        return sentence, start

    def mark(self, annotation: NamedNode, start: NamedNode, end: NamedNode, offset: int) -> tuple[int, int] | None:
        """The words that an annotation marks, in characters of its sentence, which starts at `offset`; None where it marks none."""
        starts, ends = self.texts(annotation, start), self.texts(annotation, end)
        return (int(starts[0]) - offset, int(ends[0]) - offset) if starts and ends else None


def _by_title(end: End) -> tuple[bool, str, str]:
    return (not end.type, end.label.casefold(), end.iri)


def local_name(property: NamedNode) -> str:
    """The part of a property's IRI after its namespace: "introduces", "codeRepository"."""
    return property.value.rpartition("#")[2].rpartition("/")[2]
