"""Shapes are known wholly or handed to pySHACL; none is passed over, and broken ones are told of in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse

from kg import validate as validation
from kg.errors import ShapesError
from kg.resources import folder
from kg.validate import reference, validate
from kg.validate.shapes import UnknownShapeError, read

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <http://example.org/#> .\n"
GOOD = ":S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:message 'm' ] ."
UNKNOWN = [
    ":S sh:deactivated true .", ":S sh:targetNode :x .", ":S sh:targetSubjectsOf :p .", ":S a rdfs:Class .", ":S sh:or ( [ sh:nodeKind sh:IRI ] ) .",
    ":S sh:sparql [ sh:select 'SELECT $this WHERE {}' ] .", ":S sh:nodeKind sh:IRI .", ":S sh:message 'm' ; sh:closed false .",
    ":S sh:message 'm' ; sh:nodeKind sh:IRI , sh:Literal .", ":S sh:message 'm' ; sh:pattern 'a(' .", ":S sh:message 'm' ; sh:pattern 'a' ; sh:flags 'i' .",
    ":S sh:property :P . :P sh:path :q ; sh:minCount 1 ; sh:message 'm' .", ":T sh:targetClass :A ; sh:nodeKind sh:IRI ; sh:message 'm' .",
    ":S sh:property [ sh:path :q ; sh:message 'm' ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1 ] .",
    ":S sh:property [ sh:path [ sh:zeroOrMorePath :q ] ; sh:minCount 1 ; sh:message 'm' ] .", ":S sh:property [ sh:path :q ; sh:minCount 1.5 ; sh:message 'm' ] .",
    ":S sh:property [ sh:path :q ; sh:minCount 1 ] .", ":S sh:property [ sh:path :q ; sh:uniqueLang true ; sh:message 'm' ] .",
    ":S sh:property [ sh:path :q ; sh:in ( 1 2 ) ; sh:message 'm' ] .", ":S sh:property [ sh:path :q ; sh:minInclusive '2020'^^:year ; sh:message 'm' ] .",
    ":S sh:property [ sh:path :q ; sh:datatype :own ; sh:message 'm' ] .", "<http://example.org/other> :about :S .",
]  # fmt: skip


def triples(text: str) -> list:
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


@pytest.fixture
def shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that `validate` takes the shapes from, in the place of ours."""
    monkeypatch.setattr(validation, "folder", lambda name: tmp_path if name == "schema" else folder(name))
    return tmp_path / "shapes.ttl"


def test_ours_are_known() -> None:
    found = read(quad.triple for quad in parse(path=folder("schema") / "shapes.ttl", format=RdfFormat.TURTLE))
    assert sum(len(shape.properties) for shape in found) > 90


@pytest.mark.parametrize("more", UNKNOWN)
def test_anything_else_is_refused(more: str) -> None:
    assert read(triples(GOOD))
    with pytest.raises(UnknownShapeError):
        read(triples(GOOD + more))


def test_unknown_shapes_go_to_pyshacl_wholly(shapes: Path) -> None:
    either = (
        ":S sh:or ( [ sh:property [ sh:path :q ; sh:hasValue 1 ] ] [ sh:property [ sh:path :q ; sh:hasValue 2 ] ] ) ; sh:message 'either' ."
    )
    shapes.write_text(PREFIXES + GOOD + either)
    store = Store()
    store.extend(Quad(*triple) for triple in triples(":x a :A ; :q 1 . :y a :A ; :p 1 ; :q 3 ."))
    found = [(f.source, f.message, f.focus) for f in validate(store).findings if f.source == "shape:S"]
    assert found == [("shape:S", "either", "<http://example.org/#y>"), ("shape:S", "m", "<http://example.org/#x>")]


def test_a_class_without_a_name_goes_to_pyshacl(shapes: Path) -> None:
    shapes.write_text(PREFIXES + GOOD)
    store = Store()
    store.extend(Quad(*triple) for triple in triples("_:c rdfs:subClassOf :A . :x a _:c . :y a :A ; :p 1 ."))
    assert [f.focus for f in validate(store).findings if f.source == "shape:S"] == ["<http://example.org/#x>"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@prefix sh: <http://", "cannot be read"), (PREFIXES + GOOD + ":S sh:property [ sh:minCount 1 ] .", "pySHACL cannot apply"),
        (PREFIXES + GOOD + ":S sh:message 'm' ; sh:pattern 'a(' .", "pySHACL cannot apply"), (None, "No such file"),
    ],
)  # fmt: skip
def test_broken_shapes_are_an_error_for_people(text: str | None, words: str, shapes: Path) -> None:
    if text is not None:
        shapes.write_text(text)
    store = Store()
    store.extend(Quad(*triple) for triple in triples(":x a :A ."))
    with pytest.raises(ShapesError, match=words) as caught:
        validate(store)
    assert str(shapes) in str(caught.value)
    assert caught.value.exit_code == 3


def test_good_shapes_need_no_pyshacl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "findings", lambda *_: pytest.fail("pySHACL is asked"))
    assert validate(Store()).conforms
