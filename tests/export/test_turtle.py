"""Canonical Turtle: read it in tests/golden/*.ttl."""

from __future__ import annotations

import logging
import random
import re

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg import vocab
from kg.export import turtle
from kg.export.selection import STATED
from kg.graph import entity_iri, paper_iri
from kg.terms import to_rdflib

XSD = vocab.NAMESPACES["xsd"]
EX = NamedNode("https://example.org/x")
OWL = paper_iri("arxiv-2401.00001")


def read(content: bytes) -> set[Triple]:
    return {quad.triple for quad in parse(content, format=RdfFormat.TURTLE)}


def line(object: Literal | NamedNode) -> str:
    """How Turtle writes the object of a triple."""
    return turtle([Triple(EX, vocab.SCORE, object)]).decode().rpartition("kg:score ")[2].removesuffix(" .\n")


def below(triples: list[Triple], *folders: str) -> list[Triple]:
    return [triple for triple in triples if str(triple.subject).removeprefix(f"<{vocab.BASE}").split("/")[0] in folders]


def test_a_paper(golden, triples: list[Triple]) -> None:
    golden.check("paper.ttl", turtle(triple for triple in triples if triple.subject == OWL))


def test_entities_and_a_relation(golden, triples: list[Triple]) -> None:
    golden.check("entities.ttl", turtle(below(triples, "dataset", "hardware", "method", "organisation", "task")))


def behind(triples: list[Triple], object: str) -> tuple[list[Triple], list[Triple]]:
    """Claims of a thing, and all of their evidence."""
    claims = {t.subject for t in triples if t.predicate == vocab.OBJECT and t.object == entity_iri(object)}
    annotations = {t.subject.value for t in triples if t.predicate == vocab.HAS_BODY and t.object in claims}
    evidence = [t for t in triples if re.sub("/[a-z]+$", "", t.subject.value) in annotations or t.subject.value in annotations]
    return [t for t in triples if t.subject in claims], evidence


def test_a_claim(golden, triples: list[Triple]) -> None:
    golden.check("claim.ttl", turtle(behind(triples, "hardware/nimbus-x2")[0]))


def test_evidence(golden, triples: list[Triple]) -> None:
    golden.check("evidence.ttl", turtle(behind(triples, "hardware/nimbus-x2")[1]))


def test_hostile_text_stays_text(golden, triples: list[Triple]) -> None:
    odd = paper_iri("doi-10.5%2Fodd")
    extra = [Triple(odd, vocab.ALT_LABEL, Literal(s)) for s in ('line\nfeed\r\n"""', "\u202eevil\u2028", "tab\t\\", "\x00\x1b", "é日😀")]
    golden.check("hostile.ttl", turtle([*extra, *(t for t in triples if t.subject == odd)]))


def test_both_parsers_read_the_same_graph(triples: list[Triple]) -> None:
    content = turtle(triples)
    assert read(content) == set(triples)
    assert set(rdflib.Graph().parse(content, format="turtle")) == set(to_rdflib(triples))


@pytest.mark.parametrize("seed", range(5))
def test_order_and_duplicates_change_nothing(triples: list[Triple], seed: int) -> None:
    shuffled = random.Random(seed).sample(triples * 2, len(triples) * 2)
    assert turtle(shuffled) == turtle(triples)


def test_a_store_filled_in_another_order_gives_the_same_bytes(triples: list[Triple]) -> None:
    store = Store()
    for triple in reversed(triples):
        store.add(Quad(*triple))
    assert turtle(quad.triple for quad in store) == turtle(triples)


def test_papers_then_things_then_reasons_then_claims_each_with_their_evidence_then_extractors(triples: list[Triple]) -> None:
    blocks = turtle(triples).decode().split("\n\n")[1:]
    kinds = [block.split(":")[0] if block[0] != "<" else block.removeprefix(f"<{vocab.BASE}").split("/")[0] for block in blocks]
    things = ["paper", "dataset", "hardware", "method", "organisation", "task", "kind"]
    assert list(dict.fromkeys(kinds[: kinds.index("merge")])) == things
    between = kinds[kinds.index("merge") : kinds.index("claim")]
    assert between == ["merge", "merge", *["evidence"] * 4, "merge", "candidate"]  # "Dusk Set", "NGC" by a paper, "Nimbus X2 GPUs"
    assert kinds[kinds.index("claim") :] == ["claim", *["evidence"] * 4] * 14 + ["extractor"]


def test_every_statement_has_its_own_line(triples: list[Triple]) -> None:
    lines = turtle(triples).decode().split("\n")
    stated = [triple for triple in triples if triple.predicate in STATED]
    statements = tuple(f"{'schema' if 'schema.org' in p.value else 'kg'}:{re.split('[/#]', p.value)[-1]} " for p in STATED)
    written = [text for text in lines if text.lstrip().startswith(statements) and " kg:" not in text[8:]]
    assert len(written) == len(stated)


@pytest.mark.parametrize(
    ("object", "written"),
    [
        (Literal("0.9", datatype=NamedNode(XSD + "decimal")), "0.9"),
        (Literal("1", datatype=NamedNode(XSD + "decimal")), '"1"^^xsd:decimal'),
        (Literal("0.90", datatype=NamedNode(XSD + "decimal")), '"0.90"^^xsd:decimal'),
        (Literal("0.0000001", datatype=NamedNode(XSD + "decimal")), '"0.0000001"^^xsd:decimal'),
        (Literal("007", datatype=NamedNode(XSD + "integer")), '"007"^^xsd:integer'),
        (Literal(".5", datatype=NamedNode(XSD + "decimal")), '".5"^^xsd:decimal'),
        (Literal("12", datatype=NamedNode(XSD + "integer")), "12"),
        (Literal("-3", datatype=NamedNode(XSD + "integer")), "-3"),
        (Literal("٣", datatype=NamedNode(XSD + "integer")), '"٣"^^xsd:integer'),
        (Literal("3 .", datatype=NamedNode(XSD + "integer")), '"3 ."^^xsd:integer'),
        (Literal("true", datatype=NamedNode(XSD + "boolean")), "true"),
        (Literal("2024", datatype=NamedNode(XSD + "gYear")), '"2024"^^xsd:gYear'),
        (Literal("hello", language="en-GB"), '"hello"@en-gb'),
        (Literal("שלום", language="he", direction=BaseDirection.RTL), '"שלום"@he--rtl'),
        (Literal('"quoted" \\ and\nmore'), '"\\"quoted\\" \\\\ and\\nmore"'),
        (Literal("\u202egpj\u200b"), '"\\u202Egpj\\u200B"'),
        (NamedNode(vocab.KG + "Method"), "kg:Method"),
        (NamedNode(vocab.BASE + "method/gpt-4.5"), "method:gpt-4.5"),
        (NamedNode(vocab.BASE + "method/日本語"), "method:日本語"),
        (NamedNode(vocab.BASE + "method/v1."), f"<{vocab.BASE}method/v1.>"),
        (NamedNode(vocab.BASE + "method/-x"), f"<{vocab.BASE}method/-x>"),
        (NamedNode(vocab.BASE + "paper/doi-10.1%2Fx"), f"<{vocab.BASE}paper/doi-10.1%2Fx>"),
        (NamedNode(vocab.BASE + "evidence/ab/target"), f"<{vocab.BASE}evidence/ab/target>"),
        (NamedNode(vocab.KG), f"<{vocab.KG}>"),
    ],
)
def test_terms_are_as_short_as_they_can_be(object: Literal | NamedNode, written: str) -> None:
    assert line(object) == written


def test_an_iri_that_only_a_lenient_parser_lets_in_cannot_end_early() -> None:
    hostile = rb'<https://example.org/x\u003E> <https://example.org/p> "c" .'
    triples = {quad.triple for quad in parse(hostile, format=RdfFormat.TURTLE, lenient=True)}
    content = turtle(triples)
    assert content.startswith(rb"<https://example.org/x\u003E> ")
    assert {quad.triple for quad in parse(content, format=RdfFormat.TURTLE, lenient=True)} == triples


def test_only_prefixes_in_use_are_declared() -> None:
    content = turtle([Triple(EX, vocab.SCORE, Literal("a"))]).decode()
    assert content == '@prefix kg: <https://w3id.org/paper-kg/schema#> .\n\n<https://example.org/x> kg:score "a" .\n'
    assert turtle([]) == b""


def test_another_base_has_the_same_short_names() -> None:
    content = turtle([Triple(NamedNode("https://lab.example/m/method/x"), vocab.RDF_TYPE, EX)], base="https://lab.example/m/")
    assert b"@prefix method: <https://lab.example/m/method/> ." in content
    assert b"\nmethod:x a <https://example.org/x> .\n" in content


def test_rings_and_gaps_in_a_broken_graph_do_not_stop_it() -> None:
    ring = [
        Triple(EX, vocab.RDF_TYPE, vocab.ANNOTATION),
        Triple(EX, vocab.HAS_TARGET, EX),
        Triple(EX, vocab.HAS_SELECTOR, EX),
        Triple(EX, vocab.HAS_BODY, EX),
        Triple(EX, vocab.START, Literal("soon")),
        Triple(vocab.SUBJECT, vocab.RDF_TYPE, vocab.STATEMENT),
        Triple(BlankNode("b"), vocab.RDF_TYPE, Literal("not a class")),
    ]
    assert len(read(turtle(ring))) == len(ring)


# Parts of IRIs: what PN_LOCAL allows, what it does not, letters of other scripts.
PATHS = st.text(st.sampled_from("abzAZ09-_.~%/:#éß日語ا٣\u0300'()*+,;=!$&@?"), max_size=12)
NAMESPACES = st.sampled_from(["https://example.org/", *vocab.NAMESPACES.values(), *vocab.data_prefixes().values()])
TEXTS = st.text(st.characters(codec="utf-8"))
DATATYPES = st.sampled_from([XSD + name for name in ("string", "integer", "decimal", "boolean", "date")])


def iri(namespace: str, path: str) -> NamedNode:
    try:
        return NamedNode(namespace + path)
    except ValueError:
        return NamedNode(namespace + "x")


IRIS = st.builds(iri, NAMESPACES, PATHS)
NUMBERS = st.from_regex(r"[+-]?[0-9]{0,3}\.?[0-9]{0,3}", fullmatch=True)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda value, datatype: Literal(value, datatype=NamedNode(datatype)), TEXTS | NUMBERS, DATATYPES),
    st.builds(lambda value, language: Literal(value, language=language), TEXTS, st.sampled_from(["en", "de-at", "zh-hans"])),
)
GRAPHS = st.lists(st.builds(Triple, IRIS, IRIS, IRIS | LITERALS), max_size=6)


@given(GRAPHS)
def test_pyoxigraph_reads_any_graph_back(triples: list[Triple]) -> None:
    assert read(turtle(triples)) == set(triples)


@settings(max_examples=200)
@given(GRAPHS)
def test_rdflib_reads_any_graph_back(triples: list[Triple]) -> None:
    normalising = rdflib.NORMALIZE_LITERALS
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it warns of every literal that is ill-typed
    rdflib.NORMALIZE_LITERALS = False
    try:
        found = set(rdflib.Graph().parse(turtle(triples), format="turtle"))
    finally:
        rdflib.NORMALIZE_LITERALS = normalising
    assert found == set(to_rdflib(triples))


@given(GRAPHS, st.randoms(use_true_random=False))
def test_any_graph_has_one_text(triples: list[Triple], chance: random.Random) -> None:
    content = turtle(triples)
    assert turtle(chance.sample(triples, len(triples))) == content
    assert turtle(read(content)) == content


def test_a_store_gives_back_what_was_read(triples: list[Triple]) -> None:
    store = Store()
    store.load(turtle(triples), format=RdfFormat.TURTLE)
    assert turtle(quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())) == turtle(triples)
