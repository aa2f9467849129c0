"""What literals are worth: numbers and their order, as pySHACL sees them.

Whole numbers and decimals in their usual form are compared here. Of all other literals — ill-typed, huge, of other types — rdflib
and pySHACL are asked, imported at the first of them: so a value means the same to both engines.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.terms import Term, term_to_rdflib
from kg.vocab import term

if TYPE_CHECKING:
    import rdflib

STRING, INTEGER, DECIMAL = (term(f"xsd:{name}") for name in ("string", "integer", "decimal"))
_LANGUAGE = term("rdf:langString")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_POINT = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?")


def number(value: Term | Triple) -> int | Decimal | None:
    """The value of a whole number or decimal in its usual form; None for everything else."""
    if not isinstance(value, Literal):
        return None
    text, datatype = value.value, value.datatype
    if datatype == INTEGER:
        return int(text) if _WHOLE.fullmatch(text) else None
    return Decimal(text) if datatype == DECIMAL and _POINT.fullmatch(text) else None


def is_whole(value: Term | Triple) -> bool:
    """Whether it is an xsd:integer, well-typed."""
    return isinstance(value, Literal) and value.datatype == INTEGER and (bool(_WHOLE.fullmatch(value.value)) or _is_read_as(value, int))


def is_decimal(value: Term | Triple) -> bool:
    """Whether it is an xsd:decimal, well-typed."""
    return isinstance(value, Literal) and value.datatype == DECIMAL and (bool(_POINT.fullmatch(value.value)) or _is_read_as(value, Decimal))


def order(value: Term | Triple, bound: Literal) -> int | None:
    """Negative, 0 or positive as the value is less than, equal to or greater than a number; None where they have no order."""
    one, other = number(value), number(bound)
    if one is not None and other is not None:
        return (one > other) - (one < other)
    if not isinstance(value, Literal) or value.datatype in (STRING, _LANGUAGE):
        return None
    from pyshacl.rdfutil.compare import compare_literal

    with _silence():
        read, limit = _read(value), _read(bound)
        if isinstance(read.value, str) != isinstance(limit.value, str):
            return None
        try:
            return int(compare_literal(read, limit))  # type: ignore[no-untyped-call]
        except (ArithmeticError, NotImplementedError, TypeError):  # the first: a decimal that is no number
            return None


def is_less(value: Term | Triple, other: Term | Triple) -> bool:
    """Whether one is less than the other, as sh:lessThan asks; not where they have no order."""
    one, two = number(value), number(other)
    if one is not None and two is not None:
        return one < two
    if isinstance(value, BlankNode | Triple) or isinstance(other, BlankNode | Triple):
        return False  # SHACL 4.5.3: "where the two values cannot be compared"; pySHACL raises
    with _silence():
        left, right = _comparable(value), _comparable(other)
        if type(left) is str or type(right) is str:  # not isinstance: rdflib's literals are str too
            return type(left) is type(right) and left < right
        try:
            return bool(left < right)
        except (ArithmeticError, NotImplementedError, TypeError):
            return False


def _comparable(value: NamedNode | Literal) -> str | rdflib.Literal:
    """Text of IRIs and of literals that are text; other literals as rdflib has them."""
    if isinstance(value, NamedNode) or value.datatype in (STRING, _LANGUAGE):
        return value.value
    read = _read(value)
    return read.value if isinstance(read.value, str) else read


def _is_read_as(value: Literal, kind: type) -> bool:
    """Whether rdflib takes the literal for well-typed and reads a value of this kind from it."""
    with _silence():
        read = _read(value)
        return read.ill_typed is not True and isinstance(read.value, kind)


def _read(value: Literal) -> rdflib.Literal:
    return cast("rdflib.Literal", term_to_rdflib(value))


@contextmanager
def _silence() -> Iterator[None]:
    """Keep rdflib from telling the log, with a traceback, of each literal that it cannot read."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
