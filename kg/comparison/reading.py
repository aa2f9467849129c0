"""Reads one side of a comparison: first, as bytes, only what tells whether something differs; then what differs, in full.

Every term that the store hands out costs a look-up of some 4 µs, so that reading all of a large graph takes minutes. IRIs of claims and of
evidence are hashes of what they say (`kg.graph`), so that it is enough to compare these, the few values beside them, and the quoted
sentences. What differs is then read by patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions

from kg import vocab
from kg.comparison.values import Claim, Sentence, Thing
from kg.lookup import End
from kg.lookup.reading import Reader, local_name
from kg.queries import load_file
from kg.store import Snapshot

_PAIRS = load_file(Path(__file__).with_name("pairs.rq"))
Lines = frozenset[bytes]  # "subject TAB object" of one property, in the terms of SPARQL's TSV, without the base


class Side:
    """One of two graphs that are compared."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._reader = Reader(snapshot)

    def pairs(self, property: NamedNode) -> Lines:
        """Subjects and objects of a property; blank nodes, which have no name to be told by, are left out."""
        found = self.snapshot.store.query(_PAIRS.bind({"property": property}))
        if not isinstance(found, QuerySolutions):
            raise TypeError("pairs.rq is no SELECT")
        data = (found.serialize(format=QueryResultsFormat.TSV) or b"").replace(b"<" + self.snapshot.base.encode(), b"<")
        return frozenset(line for line in data.split(b"\n")[1:-1] if line.startswith(b"<"))

    def members(self, class_: NamedNode) -> frozenset[str]:
        """Paths of the nodes of a class."""
        found = self.snapshot.store.quads_for_pattern(None, vocab.RDF_TYPE, class_)
        nodes = (quad.subject for quad in found)
        return frozenset(self.snapshot.local(node.value) for node in nodes if isinstance(node, NamedNode))

    def has(self, subject: str, property: NamedNode, object: str) -> bool:
        """Whether the graph has this triple of three nodes."""
        nodes = (self.snapshot.iri(subject), property, self.snapshot.iri(object))
        return any(True for _ in self.snapshot.store.quads_for_pattern(*nodes))

    def any(self, property: NamedNode, object: NamedNode | None = None) -> bool:
        """Whether the graph has this property, or this value of it, at all."""
        return any(True for _ in self.snapshot.store.quads_for_pattern(None, property, object))

    def objects(self, node: str, property: NamedNode) -> list[str]:
        """Paths and texts that a node has as a property, sorted."""
        found = self.snapshot.store.quads_for_pattern(self.snapshot.iri(node), property, None)
        return sorted({self.snapshot.local(_value(quad.object)) for quad in found})

    def subjects(self, property: NamedNode, node: str) -> list[str]:
        """Paths of the nodes that have `node` as this property, sorted."""
        found = self.snapshot.store.quads_for_pattern(None, property, self.snapshot.iri(node))
        return sorted({self.snapshot.local(_value(quad.subject)) for quad in found})

    def claims_on(self, node: str) -> Iterator[str]:
        """Paths of the claims that have a node as their object or subject, in no order."""
        for end in (vocab.OBJECT, vocab.SUBJECT):
            for quad in self.snapshot.store.quads_for_pattern(None, end, self.snapshot.iri(node)):
                yield self.snapshot.local(_value(quad.subject))

    def end(self, node: str) -> End:
        """A node with its name and type."""
        return self._reader.end(self.snapshot.iri(node))

    def thing(self, node: str) -> Thing:
        """An entity or kind with its names."""
        end = self.end(node)
        return Thing(end.iri, end.label, end.type, tuple(self.names(node)))

    def names(self, node: str) -> list[str]:
        """All names of a thing, sorted."""
        return sorted({*self.objects(node, vocab.PREF_LABEL), *self.objects(node, vocab.ALT_LABEL)})

    def claim(self, node: str) -> Claim | None:
        """The claim at a node; None where it states no triple."""
        subjects, predicates, objects = (self.objects(node, part) for part in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT))
        if not (subjects and predicates and objects):
            return None
        papers = self.objects(node, vocab.DERIVED_FROM)
        return Claim(
            node, self.end(subjects[0]), local_name(NamedNode(predicates[0])), self.end(objects[0]),
            self.end(papers[0]) if papers else End("", "", ""),
            _number(self.objects(node, vocab.SCORE)),
            next(iter(self.objects(node, vocab.RULE)), ""),
            next(iter(self.objects(node, vocab.GENERATED_BY)), "").removeprefix("extractor/"),
            _integer(self.objects(node, vocab.COUNT)),
            _number(self.objects(node, vocab.DEVICE_MEMORY)),
            _number(self.objects(node, vocab.HOURS)),
            tuple(sorted((self._sentence(found) for found in self.subjects(vocab.HAS_BODY, node)), key=_place)),
        )  # fmt: skip

    def claims_quoting(self, quote: str) -> list[str]:
        """Paths of the nodes that a quotation is evidence for."""
        targets = self.subjects(vocab.HAS_SELECTOR, quote)
        annotations = [annotation for target in targets for annotation in self.subjects(vocab.HAS_TARGET, target)]
        return [body for annotation in annotations for body in self.objects(annotation, vocab.HAS_BODY)]

    def _sentence(self, annotation: str) -> Sentence:
        targets = self.objects(annotation, vocab.HAS_TARGET)
        selectors = [selector for target in targets for selector in self.objects(target, vocab.HAS_SELECTOR)]
        start, end = (
            next((found for selector in selectors if (found := _integer(self.objects(selector, part))) is not None), 0)
            for part in (vocab.START, vocab.END)
        )
        text = next((found for selector in selectors for found in self.objects(selector, vocab.EXACT)), "")
        marks = (
            (_integer(self.objects(annotation, first)), _integer(self.objects(annotation, last)))
            for first, last in ((vocab.OBJECT_START, vocab.OBJECT_END), (vocab.SUBJECT_START, vocab.SUBJECT_END))
        )
        object_mark, subject_mark = ((a, b) if a is not None and b is not None else None for a, b in marks)
        section = next(iter(self.objects(annotation, vocab.SECTION)), "")
        return Sentence(start, end, text, object_mark, subject_mark, section)


def subject(line: bytes) -> str:
    """The path of the subject of a line."""
    return line.partition(b"\t")[0][1:-1].decode()


def object_path(line: bytes) -> str:
    """The path of the object of a line, which is a node."""
    return line.partition(b"\t")[2][1:-1].decode()


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def _number(texts: list[str]) -> float | None:
    try:
        return float(texts[0]) if texts else None
    except ValueError:  # what others wrote
        return None


def _integer(texts: list[str]) -> int | None:
    number = _number(texts)
    return None if number is None or not number.is_integer() else int(number)


def _place(sentence: Sentence) -> tuple[object, ...]:
    return (sentence.start, sentence.end, sentence.object_mark or (), sentence.subject_mark or (), sentence.text)
