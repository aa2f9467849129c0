"""What the order of a file asks of a graph: what is said of a node, which nodes are of a class, which point at one.

`Memory` answers from triples in memory, whatever they are. `Stored` answers from a store, with memory for its papers, entities and authors
only, and knows the shape that `kg.graph` gives a graph: of any other it says so by raising `IrregularError`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pyoxigraph import DefaultGraph, NamedNode, Store

from kg import vocab
from kg.export.selection import Index, Node, Term

Pairs = list[tuple[NamedNode, Term]]

_KEPT = 5_000  # nodes of a store whose triples are kept, as they are asked for when they are put in order and when they are written
_DEFAULT = DefaultGraph()


class Nodes(Protocol):
    """A graph as its order needs it."""

    def said(self, node: Node) -> Pairs:
        """Predicates and objects of a node, in no order; none where it is no subject."""
        ...

    def of_classes(self, classes: Sequence[NamedNode]) -> set[Node]:
        """The subjects that are of one of these classes."""
        ...

    def pointing(self, predicate: NamedNode, node: Node) -> list[Node]:
        """The subjects that have a node as this property."""
        ...

    def claims(self) -> Iterable[list[Node]]:
        """The claims, in groups that follow each other in a file."""
        ...

    def unplaced(self) -> tuple[Iterable[Node], Iterable[Node]]:
        """The subjects of no class, and the annotations, of which some may stand where no other node brings them."""
        ...

    def is_new(self, node: Node, owner: Node | None = None, *, noted: bool = False) -> bool:
        """Whether a node comes for the first time.

        Args:
            node: the node.
            owner: the annotation that it is a part of.
            noted: it may come again.
        """
        ...


class Memory:
    """Triples in memory."""

    def __init__(self, by_subject: Index) -> None:
        self._by_subject = by_subject
        self._seen: set[Node] = set()
        self._of_class: defaultdict[Term, list[Node]] = defaultdict(list)
        self._untyped: list[Node] = []
        self._bodies: defaultdict[Term, list[Node]] = defaultdict(list)
        for node, pairs in by_subject.items():
            for predicate, object in pairs:
                if predicate == vocab.RDF_TYPE:
                    self._of_class[object].append(node)
                elif predicate == vocab.HAS_BODY:
                    self._bodies[object].append(node)

    def said(self, node: Node) -> Pairs:
        """As `Nodes.said`."""
        return self._by_subject.get(node, [])

    def of_classes(self, classes: Sequence[NamedNode]) -> set[Node]:
        """As `Nodes.of_classes`."""
        return {node for class_ in classes for node in self._of_class.get(class_, ())}

    def pointing(self, predicate: NamedNode, node: Node) -> list[Node]:
        """As `Nodes.pointing`."""
        return self._bodies.get(node, []) if predicate == vocab.HAS_BODY else []

    def claims(self) -> Iterable[list[Node]]:
        """As `Nodes.claims`."""
        return (list(self.of_classes([vocab.STATEMENT])),)

    def unplaced(self) -> tuple[Iterable[Node], Iterable[Node]]:
        """As `Nodes.unplaced`."""
        return self._by_subject, self.of_classes([vocab.ANNOTATION])

    def is_new(self, node: Node, owner: Node | None = None, *, noted: bool = False) -> bool:
        """As `Nodes.is_new`."""
        del owner, noted
        if node in self._seen:
            return False
        self._seen.add(node)
        return True


class IrregularError(Exception):
    """A graph that has another shape than `kg.graph` gives it."""


class Stored:
    """The default graph of a store. Whoever writes all of its nodes asks `check` at the end whether they were all."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[Node, Pairs] = {}
        self._noted: set[Node] = set()

    def said(self, node: Node) -> Pairs:
        """As `Nodes.said`."""
        pairs = self._kept.get(node)
        if pairs is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._store.quads_for_pattern(node, None, None, _DEFAULT)
            pairs = self._kept[node] = [(quad.predicate, quad.object) for quad in found]
        return pairs

    def of_classes(self, classes: Sequence[NamedNode]) -> set[Node]:
        """As `Nodes.of_classes`."""
        return {node for class_ in classes for node in self.pointing(vocab.RDF_TYPE, class_)}

    def pointing(self, predicate: NamedNode, node: Node) -> list[Node]:
        """As `Nodes.pointing`."""
        found = [quad.subject for quad in self._store.quads_for_pattern(None, predicate, node, _DEFAULT)]
        return [subject if isinstance(subject, NamedNode) else _irregular("a node without an IRI") for subject in found]

    def claims(self) -> Iterator[list[Node]]:
        """As `Nodes.claims`: those of one paper after those of another."""
        for paper in sorted(self.of_classes([vocab.RESEARCH_PAPER]), key=str):
            claims = self.pointing(vocab.DERIVED_FROM, paper)
            for claim in claims:
                self._check_one(claim, vocab.DERIVED_FROM)
            yield claims

    def unplaced(self) -> tuple[Iterable[Node], Iterable[Node]]:
        """None: `check` finds out whether there were some."""
        return (), ()

    def is_new(self, node: Node, owner: Node | None = None, *, noted: bool = False) -> bool:
        """As `Nodes.is_new`: a part has the IRI of its annotation and a word, so that it is the part of no other."""
        if node == owner:
            self._check_one(node, vocab.HAS_BODY)
        elif owner is not None:
            head, _, word = node.value.rpartition("/")
            if head != owner.value or not word or not SECTION_CLASSES.isdisjoint(object for _, object in self.said(node)):
                _irregular(f"a part of {owner} that another node may have")
            return True
        if node in self._noted:
            return False
        if noted:
            self._noted.add(node)
        return True

    def check(self, written: int) -> None:
        """Pass where so many triples are all that there are."""
        if written != len(self._store):
            _irregular("a node that no other brings")

    def _check_one(self, node: Node, property: NamedNode) -> None:
        """Pass where a node has one place alone, which this property gives it."""
        if sum(predicate == property for predicate, _ in self.said(node)) != 1:
            _irregular(f"{node} has more than one {property}")


def _irregular(what: str) -> NamedNode:
    raise IrregularError(what)


# The classes that give a node its place in a file; a node of none of them stands with others.
SECTION_CLASSES: frozenset[Term] = frozenset(
    {
        vocab.RESEARCH_PAPER,
        vocab.PERSON,
        *(class_ for classes in vocab.CLASSES.values() for class_ in classes),
        vocab.KIND,
        vocab.MERGE,
        vocab.CANDIDATE,
        vocab.STATEMENT,
        vocab.PROV_ACTIVITY,
        vocab.ANNOTATION,
    }
)
