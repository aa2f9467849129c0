"""The shapes by our own engine: index scans and small queries over the store, whose rows are findings or nearly so.

What holds of a value alone (its type, its pattern, its range) is tested once per value and property, not once per node that has it;
what needs counting or joining is asked of the store. Of a graph that conforms little more than each node's IRI and each different
value is ever read. Nothing is copied: the memory is that of one query.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QuerySolution, QuerySolutions, Store, Triple

from kg.queries import Query, load_file
from kg.terms import Term
from kg.validate.literals import INTEGER, is_less
from kg.validate.report import Finding, shown
from kg.validate.shapes import NodeShape, PropertyShape, Shape, Step, UnknownShapeError
from kg.vocab import RDF_TYPE, term

_DEFAULT = DefaultGraph()
_SUBCLASS, _RESOURCE = term("rdfs:subClassOf"), term("rdfs:Resource")
_ANY_NUMBER = 2**62  # of values, where a shape sets no limit
_KNOWN = 1 << 16  # classes of nodes that are kept

Subject = NamedNode | BlankNode
Value = Term | Triple


def findings(store: Store, shapes: Iterable[NodeShape]) -> Iterator[Finding]:
    """What the shapes find in the default graph of the store; the same may come twice.

    Raises:
        UnknownShapeError: the graph has a class that our engine cannot ask for.
    """
    graph = _Graph(store)
    for shape in shapes:
        targets = tuple(dict.fromkeys(below for class_ in shape.targets for below in graph.below(class_)))
        yield from _nodes(graph, shape, targets)
        for property in shape.properties:
            yield from _property(graph, property, targets)


class _Graph:
    """The default graph of a store, as SHACL asks of it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.below = functools.cache(self._below)
        self.is_a = functools.lru_cache(maxsize=_KNOWN)(self._is_a)

    def _below(self, class_: NamedNode) -> tuple[NamedNode, ...]:
        """A class and all that are rdfs:subClassOf* it.

        Raises:
            UnknownShapeError: one is a blank node, which a query cannot name.
        """
        found: dict[NamedNode, None] = {}
        ahead: list[Subject] = [class_]
        while ahead:
            one = ahead.pop()
            if not isinstance(one, NamedNode):
                raise UnknownShapeError(f"a class below {class_} is a blank node")
            if one not in found:
                found[one] = None
                ahead += self.subjects(_SUBCLASS, one)
        return tuple(found)

    def _is_a(self, node: Value, classes: tuple[NamedNode, ...]) -> bool:
        """Whether a node is of one of the classes, which stand for themselves alone."""
        return not isinstance(node, Literal | Triple) and any(self.holds(node, RDF_TYPE, one) for one in classes)

    def holds(self, subject: Subject, predicate: NamedNode, object: Value) -> bool:
        """Whether the triple is in the graph."""
        return next(self._store.quads_for_pattern(subject, predicate, object, _DEFAULT), None) is not None

    def subjects(self, predicate: NamedNode, object: Value) -> Iterator[Subject]:
        """What has this value of the property."""
        for subject, _, _, _ in self._store.quads_for_pattern(None, predicate, object, _DEFAULT):
            yield subject

    def objects(self, subject: Value, predicate: NamedNode) -> Iterator[Value]:
        """The values of the property; none of what cannot have any."""
        if not isinstance(subject, Literal | Triple):
            for _, _, object, _ in self._store.quads_for_pattern(subject, predicate, None, _DEFAULT):
                yield object

    def rows(self, name: str, **terms: NamedNode | BlankNode | Literal) -> Iterator[QuerySolution]:
        """The rows of one of the queries beside this module."""
        rows = self._store.query(_query(name).bind(terms))
        if not isinstance(rows, QuerySolutions):
            raise TypeError(f"{name}.rq is not a SELECT query")
        return rows


def _nodes(graph: _Graph, shape: NodeShape, targets: tuple[NamedNode, ...]) -> Iterator[Finding]:
    """What is wrong with the nodes themselves: their kind and name, and properties that a closed shape does not have."""
    for class_ in targets:
        if shape.tests:
            for row in graph.rows("nodes", **{"class": class_}):
                if not _passes(shape, row["focus"]):
                    yield _finding(shape, row["focus"], value=row["focus"])
        if shape.allowed is not None:
            for path in [row["path"] for row in graph.rows("properties", **{"class": class_})]:
                if path not in shape.allowed:
                    rows = graph.rows("statements", **{"class": class_, "path": path})
                    kept = (row for row in rows if (path, row["value"]) != (RDF_TYPE, _RESOURCE))
                    yield from (_finding(shape, row["focus"], path, row["value"]) for row in kept)


def _property(graph: _Graph, shape: PropertyShape, targets: tuple[NamedNode, ...]) -> Iterator[Finding]:
    """What is wrong with the values of one property, or at the end of a path."""
    path, form = shape.predicate, _form(shape)
    if form is None:
        yield from _node_by_node(graph, shape, targets)
        return
    for focus in _wrong_numbers(graph, shape, form, targets):
        yield _finding(shape, focus, path)
    if path is None:
        return
    for value in _wrong_values(graph, shape, path):
        for focus in graph.subjects(path, value):
            if graph.is_a(focus, targets):
                yield _finding(shape, focus, path, value)
    for focus, value in _wrong_pairs(graph, shape, path):
        if graph.is_a(focus, targets):
            yield _finding(shape, focus, path, value)


def _form(shape: PropertyShape) -> tuple[str, dict[str, NamedNode]] | None:
    """The ending of the queries that count the values of the path, with their terms; None where the path must be walked."""
    if shape.predicate:
        return "", {"path": shape.predicate}
    if shape.tests or shape.classes or shape.has or shape.less_than or shape.disjoint:
        return None
    steps = [step.predicate for step in shape.path]
    if len(steps) == 1:
        return "-inverse", {"path": steps[0]}
    if len(steps) == 2 and not any(step.inverse for step in shape.path):
        return "-sequence", {"path": steps[0], "next": steps[1]}
    return None


def _wrong_values(graph: _Graph, shape: PropertyShape, path: NamedNode) -> Iterator[Value]:
    """The values, of whatever node, that fail a test or are not of a class."""
    if shape.tests:
        yield from (row["value"] for row in graph.rows("values", path=path) if not _passes(shape, row["value"]))
    for class_ in shape.classes:
        below = graph.below(class_)
        rows = graph.rows("strangers", path=path, **{"class": class_})
        yield from (row["value"] for row in rows if len(below) == 1 or not graph.is_a(row["value"], below))


def _wrong_numbers(
    graph: _Graph, shape: PropertyShape, form: tuple[str, dict[str, NamedNode]], targets: tuple[NamedNode, ...]
) -> Iterator[Subject]:
    """The nodes that have too few or too many values, or not one that they must have."""
    ending, terms = form
    for class_ in targets:
        if shape.fewest:
            yield from (row["focus"] for row in graph.rows(f"lacking{ending}", **terms, **{"class": class_}))
        for value in shape.has:
            yield from (row["focus"] for row in graph.rows("lacking", **terms, **{"class": class_, "value": value}))
    if shape.most is not None or shape.fewest > 1:
        most = _ANY_NUMBER if shape.most is None else shape.most
        limits = {name: Literal(str(number), datatype=INTEGER) for name, number in (("least", shape.fewest), ("most", most))}
        rows = graph.rows(f"numbers{ending}", **terms, **limits)
        yield from (row["focus"] for row in rows if graph.is_a(row["focus"], targets))


def _wrong_pairs(graph: _Graph, shape: PropertyShape, path: NamedNode) -> Iterator[tuple[Subject, Value]]:
    """The nodes and their values, of whatever class, that do not stand to those of another property as they must."""
    for other in shape.less_than:
        for row in graph.rows("pairs", path=path, other=other):
            value, bound = row["value"], row["bound"]
            if not is_less(value, bound):
                yield from ((focus, value) for focus in graph.subjects(path, value) if graph.holds(focus, other, bound))
    for other in shape.disjoint:
        yield from ((row["focus"], row["value"]) for row in graph.rows("shared", path=path, other=other))


def _node_by_node(graph: _Graph, shape: PropertyShape, targets: tuple[NamedNode, ...]) -> Iterator[Finding]:
    """What is wrong with the values at the end of a path that no query is written for."""
    for class_ in targets:
        for row in graph.rows("nodes", **{"class": class_}):
            focus = row["focus"]
            values = _follow(graph, focus, shape.path)
            if not _fits(shape, values):
                yield _finding(shape, focus)
            yield from (_finding(shape, focus, value=value) for value in values if not _fits_value(graph, shape, focus, value))


def _fits(shape: PropertyShape, values: set[Value]) -> bool:
    """Whether there are as many values as there must be, with those that there must be."""
    return shape.fewest <= len(values) <= (_ANY_NUMBER if shape.most is None else shape.most) and values.issuperset(shape.has)


def _fits_value(graph: _Graph, shape: PropertyShape, focus: Subject, value: Value) -> bool:
    classes = all(graph.is_a(value, graph.below(class_)) for class_ in shape.classes)
    less = all(is_less(value, bound) for other in shape.less_than for bound in graph.objects(focus, other))
    disjoint = not any(graph.holds(focus, other, value) for other in shape.disjoint)
    return _passes(shape, value) and classes and less and disjoint


def _follow(graph: _Graph, focus: Subject, path: tuple[Step, ...]) -> set[Value]:
    """The values at the end of a path, each once."""
    nodes: set[Value] = {focus}
    for step in path:
        ends = (graph.subjects(step.predicate, node) if step.inverse else graph.objects(node, step.predicate) for node in nodes)
        nodes = {end for found in ends for end in found}
    return nodes


def _passes(shape: Shape, value: Value) -> bool:
    for test in shape.tests:  # noqa: SIM110 (`all` of a generator takes three times as long, and this runs for each value)
        if not test(value):
            return False
    return True


def _finding(shape: Shape, focus: Value, path: NamedNode | None = None, value: Value | None = None) -> Finding:
    return Finding(shape.severity, shape.source, shape.message, shown(focus), shown(path), shown(value))


@functools.cache
def _query(name: str) -> Query:
    return load_file(Path(__file__).with_name(f"{name}.rq"))
