"""Tests of one value alone: from the parameter of a SHACL constraint to a function that tells whether a value meets it.

https://www.w3.org/TR/shacl/#core-components, as pySHACL 0.40 does them, so that both engines find the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.terms import Term
from kg.validate.literals import DECIMAL, INTEGER, STRING, is_decimal, is_whole, number, order

Test = Callable[[Term | Triple], bool]

SH = "http://www.w3.org/ns/shacl#"
_KINDS: dict[Term, tuple[type, ...]] = {
    NamedNode(f"{SH}IRI"): (NamedNode,),
    NamedNode(f"{SH}BlankNode"): (BlankNode,),
    NamedNode(f"{SH}Literal"): (Literal,),
    NamedNode(f"{SH}BlankNodeOrIRI"): (BlankNode, NamedNode),
    NamedNode(f"{SH}BlankNodeOrLiteral"): (BlankNode, Literal),
    NamedNode(f"{SH}IRIOrLiteral"): (NamedNode, Literal),
}
_MOST = 10**9  # of a length; a larger one is refused


def build(name: str, given: Sequence[Term]) -> Test | None:
    """The test for a parameter, one of `PARAMETERS`, with its value (for "in" its members); None for a value that we do not know."""
    return _BUILDERS[name](given)


def _node_kind(given: Sequence[Term]) -> Test | None:
    (kind,) = given
    types = _KINDS.get(kind)
    return None if types is None else lambda value: isinstance(value, types)


def _datatype(given: Sequence[Term]) -> Test | None:
    (datatype,) = given
    if datatype == STRING:
        return lambda value: isinstance(value, Literal) and value.datatype == STRING
    if datatype == INTEGER:
        return is_whole
    return is_decimal if datatype == DECIMAL else None


def _pattern(given: Sequence[Term]) -> Test | None:
    (pattern,) = given
    if not isinstance(pattern, Literal):
        return None
    try:
        search = re.compile(pattern.value).search
    except re.error:
        return None
    return lambda value: isinstance(value, NamedNode | Literal) and search(value.value) is not None


def _min_length(given: Sequence[Term]) -> Test | None:
    least = _length(given)
    return None if least is None else lambda value: least == 0 or (isinstance(value, NamedNode | Literal) and len(value.value) >= least)


def _max_length(given: Sequence[Term]) -> Test | None:
    most = _length(given)
    return None if most is None else lambda value: isinstance(value, NamedNode | Literal) and len(value.value) <= most


def _length(given: Sequence[Term]) -> int | None:
    length = number(given[0])
    return length if isinstance(length, int) and 0 <= length <= _MOST else None


def _in(given: Sequence[Term]) -> Test | None:
    members = frozenset(given)
    plain = all(isinstance(one, NamedNode) or (isinstance(one, Literal) and one.datatype == STRING) for one in members)
    return members.__contains__ if plain else None


def _range(fits: Callable[[int], bool]) -> Callable[[Sequence[Term]], Test | None]:
    """A test that the order of a value to the bound fits."""

    def build(given: Sequence[Term]) -> Test | None:
        (bound,) = given
        if not isinstance(bound, Literal) or number(bound) is None:
            return None

        def test(value: Term | Triple) -> bool:
            placed = order(value, bound)
            return placed is not None and fits(placed)

        return test

    return build


_BUILDERS: dict[str, Callable[[Sequence[Term]], Test | None]] = {
    "nodeKind": _node_kind,
    "datatype": _datatype,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
    "in": _in,
    "minInclusive": _range(lambda placed: placed >= 0),
    "minExclusive": _range(lambda placed: placed > 0),
    "maxInclusive": _range(lambda placed: placed <= 0),
    "maxExclusive": _range(lambda placed: placed < 0),
}
PARAMETERS = tuple(_BUILDERS)  # local names in the namespace of SHACL
