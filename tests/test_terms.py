"""Terms between pyoxigraph and rdflib."""

from __future__ import annotations

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.terms import from_rdflib, to_rdflib

EX = NamedNode("https://example.org/x")
LITERALS = st.one_of(
    st.builds(Literal, st.text(st.characters(codec="utf-8"))),
    st.builds(lambda text: Literal(text, language="en"), st.text(st.characters(codec="utf-8"))),
    st.builds(lambda text: Literal(text, datatype=NamedNode("https://example.org/type")), st.text(st.characters(codec="utf-8"))),
)


@given(LITERALS | st.just(EX) | st.just(BlankNode("b")))
def test_a_term_goes_there_and_back(term: NamedNode | BlankNode | Literal) -> None:
    [(_, _, there)] = to_rdflib([Triple(EX, EX, term)])
    assert from_rdflib(there) == term


def test_numbers_keep_their_digits() -> None:
    number = Literal("0.90", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    [(_, _, there)] = to_rdflib([Triple(EX, EX, number)])
    assert str(there) == "0.90"


def test_what_the_other_side_has_no_term_for_is_refused() -> None:
    with pytest.raises(TypeError):
        to_rdflib([Triple(EX, EX, Triple(EX, EX, EX))])
    with pytest.raises(TypeError):
        from_rdflib(rdflib.Variable("x"))
