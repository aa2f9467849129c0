"""Our engine finds what pySHACL finds: for every constraint, for odd values of every kind, and in graphs changed at random."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import conftest
import full_paper
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg.errors import ShapesError
from kg.graph import to_triples
from kg.resources import folder
from kg.validate import Finding, engine, reference
from kg.validate.shapes import read
from kg.vocab import RDF_TYPE, term

SHAPES = folder("schema") / "shapes.ttl"
# pySHACL stops at these where it should order them, as at a blank node.
NO_NUMBER = re.compile(r'"(?:[^0-9]*"\^\^<.*decimal|NaN"\^\^<.*double)>')
PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <http://example.org/#> .
"""
# Terms of every kind that a value may be; each is the value of :p of a node of its own, and of :q beside it.
VALUES = [
    ":b", "<http://example.org/#Ü>", "[]", "''", "'x'", "'xyz'", "'2020\\n'", "'a\\nb'", "'7'", "'x'@en", "'X'@en-GB", "'é'", "'😀😀'", "0", "1", "-1", "7",
    "123456789012345678901234567890", "'007'^^xsd:integer", "' 5 '^^xsd:integer", "'abc'^^xsd:integer", "'1_0'^^xsd:integer", "'٣'^^xsd:integer",
    "''^^xsd:integer", "1.5", "0.5", "'1e0'^^xsd:decimal", "'x'^^xsd:decimal", "1e0", "'NaN'^^xsd:double", "'INF'^^xsd:float", "'5'^^xsd:int", "'-5'^^xsd:byte",
    "'2020-01-01'^^xsd:date", "'2020-99-01'^^xsd:date", "'2020-01-01T00:00:00'^^xsd:dateTime", "true", "'maybe'^^xsd:boolean", "'5'^^:own", "'x'^^xsd:token",
    "'http://example.org/'^^xsd:anyURI", "'<b>'^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML>", "'\\u202e\\u001b[31m'",
]  # fmt: skip
CONSTRAINTS = [
    *(f"sh:nodeKind sh:{kind}" for kind in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")),
    *(f"sh:datatype xsd:{name}" for name in ("string", "integer", "decimal")),
    *(f"sh:pattern '{pattern}'" for pattern in ("^x", "^[0-9]{4}$", "[^/]+$", ".", "")),
    "sh:minLength 0", "sh:minLength 2", "sh:maxLength 2", "sh:in ( :b 'x' )",
    *(f"sh:{side}{edge} {bound}" for side in ("min", "max") for edge in ("Inclusive", "Exclusive") for bound in ("1", "0.5")),
    "sh:class :C", "sh:class :C , :D", "sh:hasValue :b", "sh:minCount 1", "sh:minCount 2", "sh:maxCount 0", "sh:maxCount 1",
    "sh:minCount 2 ; sh:maxCount 2 ; sh:severity sh:Warning", "sh:lessThan :r", "sh:disjoint :q", "sh:datatype xsd:string ; sh:message 'in two'@en",
]  # fmt: skip


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


def filled(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """rdflib tells the log of each literal that it cannot read."""
    logging.getLogger("rdflib.term").disabled = True
    yield
    logging.getLogger("rdflib.term").disabled = False


def agreed(store: Store, shapes: Path) -> set[Finding]:
    """What both engines find."""
    ours = set(engine.findings(store, read(quad.triple for quad in parse(path=shapes, format=RdfFormat.TURTLE))))
    assert ours == set(reference.findings(store, shapes))
    return ours


@pytest.fixture(scope="module")
def odd() -> Store:
    """A node of class :A for each value, one with all values, one with none, and what classes and paths need."""
    text = [f":n{i} a :A ; :p {value} ; :q {value} ; :r 3 ." for i, value in enumerate(VALUES)]
    text += [f":all a :A ; :p {', '.join(VALUES)} ; :r {', '.join(v for v in VALUES if v != '[]')} .", ":none a :A , :B ; :q :b ."]
    text += [
        ":below rdfs:subClassOf :C . :C rdfs:subClassOf :C . :b a :below . :n0 a :D ; :up :n1 , :n2 . :n1 :up :n2 . :n3 a :Sub ; :p :none , :b ."
    ]
    text += [
        ":Sub rdfs:subClassOf :A . <http://example.org/#Ü> a :C , :D . :n2 :up [ :p 5 ] , :n1 . :b :p 'a' , 'b' . [] a :A ; :p :b ; :q 'x' ."
    ]
    return filled(turtle("\n".join(text)))


def one_shape(tmp_path: Path, property: str, node: str = "") -> Path:
    file = tmp_path / "shapes.ttl"
    file.write_text(
        f"{PREFIXES} :S a sh:NodeShape ; sh:targetClass :A ; sh:message 'node' ; {node} sh:property [ {property} ; sh:message 'wrong' ] .",
        "utf-8",
    )
    return file


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_a_constraint_on_odd_values(constraint: str, odd: Store, tmp_path: Path) -> None:
    store = odd
    if "lessThan" in constraint or "clusive" in constraint:
        store = filled(quad.triple for quad in odd if not isinstance(quad.object, BlankNode) and not NO_NUMBER.fullmatch(str(quad.object)))
    found = agreed(store, one_shape(tmp_path, f"sh:path :p ; {constraint}"))
    assert found or constraint == "sh:minLength 0"


@pytest.mark.parametrize("path", ["[ sh:inversePath :up ]", "( :up :p )", "( :up [ sh:inversePath :up ] :p )"])
@pytest.mark.parametrize(
    "constraint",
    ["sh:minCount 1", "sh:maxCount 1", "sh:minCount 2 ; sh:maxCount 3", "sh:nodeKind sh:Literal", "sh:class :C", "sh:hasValue :n0"],
)
def test_a_constraint_at_the_end_of_a_path(path: str, constraint: str, odd: Store, tmp_path: Path) -> None:
    assert agreed(odd, one_shape(tmp_path, f"sh:path {path} ; {constraint}"))


@pytest.mark.parametrize(
    "node",
    ["sh:closed true ;", "sh:closed true ; sh:ignoredProperties ( :q :r ) ;", "sh:nodeKind sh:BlankNode ;", "sh:pattern '#n[0-9]$' ;"],
)
def test_a_constraint_on_the_node_itself(node: str, odd: Store, tmp_path: Path) -> None:
    assert agreed(odd, one_shape(tmp_path, "sh:path :p ; sh:minCount 0", node))


def test_one_value_less_than_a_blank_node_is_found_where_pyshacl_stops(tmp_path: Path) -> None:
    file = one_shape(tmp_path, "sh:path :p ; sh:lessThan :r")
    store = filled(turtle(":x a :A ; :p [] ; :r 3 . :y a :A ; :p 'NaN'^^xsd:decimal ; :r 3 . :z a :A ; :p 1 ; :r [] ."))
    found = engine.findings(store, read(quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE)))
    assert sorted(finding.focus for finding in found) == [f"<http://example.org/#{name}>" for name in "xyz"]
    with pytest.raises(ShapesError, match="pySHACL cannot apply"):
        list(reference.findings(store, file))


GRAPH = sorted({*full_paper.triples(), *to_triples(conftest.KNOWLEDGE)}, key=str)
ODD_TERMS = [triple.object for triple in turtle("\n".join(f":x :p {value} ." for value in VALUES))]
NODES = [NamedNode("http://example.org/ü"), NamedNode("javascript:alert(1)"), BlankNode("one"), BlankNode("two")]
ANY = st.sampled_from(GRAPH)
OBJECTS = st.one_of(
    st.sampled_from(ODD_TERMS), st.sampled_from(NODES), ANY.map(lambda triple: triple.object), st.builds(Literal, st.text(max_size=3))
)
ORDERED = {term(f"oa:{name}") for name in ("start", "end")} | {
    term(f"kg:{who}{end}") for who in ("subject", "object") for end in ("Start", "End")
}


@st.composite
def changed(draw: Any) -> list[Triple]:
    """The graph with some triples dropped, changed, doubled with another end, or given another class."""
    triples = set(GRAPH)
    for _ in range(draw(st.integers(1, 15))):
        subject, predicate, object = old = draw(ANY)
        other = draw(st.one_of(ANY, st.sampled_from([triple for triple in GRAPH if triple.predicate == RDF_TYPE])))
        if draw(st.booleans()):
            triples.discard(old)
        triples |= draw(
            st.sampled_from([
                set(), {Triple(subject, predicate, draw(OBJECTS))}, {Triple(draw(st.sampled_from(NODES)), predicate, object)},
                {Triple(subject, other.predicate, other.object)}, {Triple(other.subject, predicate, object)},
            ])
        )  # fmt: skip
    return [
        t for t in triples if not (t.predicate in ORDERED and isinstance(t.object, BlankNode)) and not NO_NUMBER.fullmatch(str(t.object))
    ]


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(changed())
def test_a_graph_changed_at_random(triples: list[Triple]) -> None:
    agreed(filled(triples), SHAPES)


def test_a_good_graph_has_nothing_wrong() -> None:
    assert agreed(filled(GRAPH), SHAPES) == set()
