"""SHACL shapes in, checks out: what of SHACL Core our engine knows, and nothing else.

Every triple of the shapes must be taken by a reader here. Where one is left over, or is not as expected, the shapes hold something
that our engine does not know, and `UnknownShapeError` says what: then pySHACL applies them all. So no constraint is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.terms import Term
from kg.validate.constraints import PARAMETERS, SH, Test, build
from kg.vocab import RDF_TYPE, term

_FIRST, _REST, _NIL, _TRUE = term("rdf:first"), term("rdf:rest"), term("rdf:nil"), Literal(True)
_INTEGER = term("xsd:integer")


class UnknownShapeError(ValueError):
    """The shapes hold something that our engine does not know; the message names it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path."""

    predicate: NamedNode
    inverse: bool = False  # from object to subject


@dataclass(frozen=True, slots=True)
class Shape:
    """What is told of a finding of a shape, and the tests of each of its value nodes alone."""

    source: str  # in reports: "shape:Paper"; of a property shape that of the node shape around it
    severity: str  # "Violation", "Warning" or "Info"
    message: str  # all its messages, sorted, joined by "; "
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class PropertyShape(Shape):
    """What the values at the end of a path shall be."""

    path: tuple[Step, ...]
    classes: tuple[NamedNode, ...]  # each value is of all of them
    has: tuple[Term, ...]  # each is among the values
    fewest: int  # values
    most: int | None  # values; None for any number
    less_than: tuple[NamedNode, ...]  # each value is less than all values of these
    disjoint: tuple[NamedNode, ...]  # no value is one of these too

    @property
    def predicate(self) -> NamedNode | None:
        """The one property that the path is; None for an inverse or a sequence."""
        return self.path[0].predicate if len(self.path) == 1 and not self.path[0].inverse else None


@dataclass(frozen=True, slots=True)
class NodeShape(Shape):
    """What the nodes of some classes shall be."""

    targets: tuple[NamedNode, ...]  # classes
    allowed: frozenset[NamedNode] | None  # the only properties that a node may have; None for any
    properties: tuple[PropertyShape, ...]


def read(triples: Iterable[Triple]) -> tuple[NodeShape, ...]:
    """The shapes in the triples of a shapes graph, by name.

    Raises:
        UnknownShapeError: they hold anything that our engine does not know, or that is not as SHACL has it.
    """
    left = _Left(triples)
    shapes = sorted(left.subjects(RDF_TYPE, _sh("NodeShape")), key=str)
    found = tuple(_node_shape(left, shape) for shape in shapes)
    left.end()
    return found


class _Left:
    """The triples that no reader has taken yet."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[object, dict[NamedNode, list[Term]]] = {}
        for subject, predicate, object in triples:
            if isinstance(object, Triple) or isinstance(subject, Triple):
                raise UnknownShapeError("a triple term")
            self._objects.setdefault(subject, {}).setdefault(predicate, []).append(object)

    def subjects(self, predicate: NamedNode, object: Term) -> list[NamedNode]:
        """The IRIs that have this property and value."""
        return [one for one, properties in self._objects.items() if isinstance(one, NamedNode) and object in properties.get(predicate, ())]

    def take(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """The values of a property, each of which is taken only once."""
        return self._objects.get(subject, {}).pop(predicate, [])

    def one(self, subject: Term, predicate: NamedNode) -> Term | None:
        """The only value of a property; None without one."""
        values = self.take(subject, predicate)
        if len(values) > 1:
            raise UnknownShapeError(f"several values of {predicate}")
        return values[0] if values else None

    def iris(self, subject: Term, predicate: NamedNode) -> tuple[NamedNode, ...]:
        """The values of a property, all of them IRIs."""
        values = self.take(subject, predicate)
        found = [value for value in values if isinstance(value, NamedNode)]
        if len(found) < len(values):
            raise UnknownShapeError(f"a value of {predicate} is no IRI")
        return tuple(sorted(found, key=str))

    def items(self, node: Term) -> list[Term]:
        """The members of a list."""
        found: list[Term] = []
        while node != _NIL:
            first, rest = self.one(node, _FIRST), self.one(node, _REST)
            if first is None or rest is None:
                raise UnknownShapeError(f"no list: {node}")
            found.append(first)
            node = rest
        return found

    def end(self) -> None:
        """Raise where anything is left."""
        for subject, properties in self._objects.items():
            for predicate in properties:
                raise UnknownShapeError(f"{predicate} of {subject}")


def _node_shape(left: _Left, node: NamedNode) -> NodeShape:
    if left.take(node, RDF_TYPE) != [_sh("NodeShape")]:
        raise UnknownShapeError(f"{node} is of a further class")
    source = f"shape:{node.value.rpartition('#')[2]}"
    targets = left.iris(node, _sh("targetClass"))
    closed, ignored = left.one(node, _sh("closed")), left.one(node, _sh("ignoredProperties"))
    allowed = left.items(ignored) if ignored is not None else []
    if closed not in (None, _TRUE) or (ignored is not None and closed is None):
        raise UnknownShapeError(f"sh:closed of {node}")
    severity, message, tests = _common(left, node, any_constraint=closed is not None)
    properties = tuple(_property_shape(left, one, source) for one in left.take(node, _sh("property")))
    known = {one for one in allowed if isinstance(one, NamedNode)} | {one.predicate for one in properties if one.predicate}
    return NodeShape(source, severity, message, tests, targets, frozenset(known) if closed is not None else None, properties)


def _property_shape(left: _Left, node: Term, source: str) -> PropertyShape:
    if not isinstance(node, BlankNode):
        raise UnknownShapeError(f"the property shape {node} has a name, so others may use it")
    left.take(node, RDF_TYPE)
    path = left.one(node, _sh("path"))
    if path is None:
        raise UnknownShapeError(f"a property shape of {source} without a path")
    has = tuple(left.take(node, _sh("hasValue")))
    if not all(isinstance(value, NamedNode) for value in has):
        raise UnknownShapeError("sh:hasValue of something that is no IRI")
    classes, less_than, disjoint = (left.iris(node, _sh(name)) for name in ("class", "lessThan", "disjoint"))
    fewest, most = (_count(left.one(node, _sh(name))) for name in ("minCount", "maxCount"))
    constrained = bool(has or classes or less_than or disjoint or fewest is not None or most is not None)
    severity, message, tests = _common(left, node, any_constraint=constrained)
    return PropertyShape(source, severity, message, tests, _path(left, path), classes, has, fewest or 0, most, less_than, disjoint)


def _common(left: _Left, node: Term, *, any_constraint: bool) -> tuple[str, str, tuple[Test, ...]]:
    """The severity, message and tests of a shape; a message is needed where the shape finds anything itself."""
    severity = left.one(node, _sh("severity"))
    names: dict[Term | None, str] = {None: "Violation", **{_sh(name): name for name in ("Violation", "Warning", "Info")}}
    if severity not in names:
        raise UnknownShapeError(f"the severity {severity}")
    tests = []
    for name in PARAMETERS:
        value = left.one(node, _sh(name))
        if value is not None:
            test = build(name, left.items(value) if name == "in" else [value])
            if test is None:
                raise UnknownShapeError(f"sh:{name} {value}")
            tests.append(test)
    messages = {value.value for value in left.take(node, _sh("message"))}
    if (tests or any_constraint) and not messages:
        raise UnknownShapeError(f"{node} has no message, so each finding needs one of its own")
    return names[severity], "; ".join(sorted(messages)), tuple(tests)


def _path(left: _Left, node: Term) -> tuple[Step, ...]:
    """The steps of a path: a property, an inverse property, or a list of these."""
    if isinstance(node, NamedNode):
        return (Step(node),)
    inverse = left.one(node, _sh("inversePath"))
    if isinstance(inverse, NamedNode):
        return (Step(inverse, inverse=True),)
    steps = [_path(left, one) for one in left.items(node)]
    if inverse is not None or len(steps) < 2 or any(len(step) > 1 for step in steps):
        raise UnknownShapeError(f"the path {node}")
    return tuple(step for (step,) in steps)


def _count(value: Term | None) -> int | None:
    if value is None:
        return None
    if not isinstance(value, Literal) or value.datatype != _INTEGER or not value.value.isdecimal() or not value.value.isascii():
        raise UnknownShapeError(f"the number {value}")
    return int(value.value)


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)
