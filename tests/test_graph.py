"""Knowledge in, triples out."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg import graph, vocab
from kg.export import turtle
from kg.graph import (
    candidate_iri,
    claim_id,
    claim_iri,
    decimal,
    entity_iri,
    evidence_id,
    link_iri,
    merge_iri,
    paper_iri,
    text,
    to_triples,
)
from kg.model import Candidate, Document, Entity, EntityType, Evidence, Kind, Knowledge, Merge, Span, Statement
from kg.names import slug

OWL = paper_iri("arxiv-2401.00001")
MARKS = (vocab.OBJECT_START, vocab.OBJECT_END, vocab.SUBJECT_START, vocab.SUBJECT_END)


def of(triples: list[Triple], node: NamedNode) -> dict[NamedNode, object]:
    return {triple.predicate: triple.object for triple in triples if triple.subject == node}


def test_a_statement_is_a_triple_and_a_claim_that_describes_it(triples: list[Triple]) -> None:
    hardware = entity_iri("hardware/nimbus-x2")
    claim = claim_iri(claim_id("paper/arxiv-2401.00001", "runsOn", "hardware/nimbus-x2", "arxiv-2401.00001"))
    assert Triple(OWL, vocab.own("runsOn"), hardware) in triples
    said = of(triples, claim)
    assert (said[vocab.SUBJECT], said[vocab.PREDICATE], said[vocab.OBJECT]) == (OWL, vocab.own("runsOn"), hardware)
    assert (said[vocab.DERIVED_FROM], said[vocab.RULE]) == (OWL, Literal("runsOn.by-hand"))
    assert (str(said[vocab.SCORE]), str(said[vocab.COUNT])) == (str(decimal(0.9)), str(graph.integer(8)))


def test_a_claim_states_what_the_paper_states_of_the_devices(knowledge: Knowledge) -> None:
    (runs,) = [statement for statement in knowledge.statements if statement.count == 8]
    stated = to_triples(replace(knowledge, statements=(replace(runs, memory=80.0, hours=0.5),)))
    claim = claim_iri(claim_id(runs.subject, runs.predicate, runs.object, runs.paper))
    said = of(stated, claim)
    assert (said[vocab.DEVICE_MEMORY], said[vocab.HOURS]) == (decimal(80), decimal(0.5))
    assert vocab.HOURS not in of(to_triples(knowledge), claim)


def test_every_quote_is_the_slice_of_its_paper_at_its_offsets(triples: list[Triple], knowledge: Knowledge) -> None:
    texts = {paper_iri(document.key): document.text for document in knowledge.documents}
    targets = [triple.subject for triple in triples if triple.object == vocab.SPECIFIC_RESOURCE]
    assert len(targets) == len(knowledge.statements) + 1  # one sentence defines a short form
    for target in targets:
        source = texts[of(triples, target)[vocab.HAS_SOURCE]]  # type: ignore[index]
        quote, position = of(triples, NamedNode(f"{target.value[:-6]}quote")), of(triples, NamedNode(f"{target.value[:-6]}position"))
        start, end = int(position[vocab.START].value), int(position[vocab.END].value)  # type: ignore[attr-defined]
        assert quote[vocab.EXACT] == Literal(source[start:end])
        assert quote.get(vocab.QUOTE_PREFIX, Literal("")) == Literal(source[max(0, start - 32) : start])
        assert quote.get(vocab.QUOTE_SUFFIX, Literal("")) == Literal(source[end : end + 32])


def test_a_subject_is_marked_only_where_it_is_an_entity(triples: list[Triple], knowledge: Knowledge) -> None:
    bodies = {triple.subject: triple.object for triple in triples if triple.predicate == vocab.HAS_BODY}
    marked = {t.subject for t in triples if t.predicate == vocab.SUBJECT_START and "/claim/" in bodies[t.subject].value}
    assert len(marked) == sum(not statement.subject.startswith("paper/") for statement in knowledge.statements)


def test_no_blank_nodes_no_duplicates_and_sorted(triples: list[Triple]) -> None:
    assert not any(isinstance(term, BlankNode) for triple in triples for term in triple)
    assert triples == sorted(set(triples), key=str)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_what_comes_in_changes_nothing(knowledge: Knowledge, triples: list[Triple], seed: int) -> None:
    def shuffled(parts: tuple) -> tuple:
        return tuple(random.Random(seed).sample(parts, len(parts)))

    parts = (knowledge.documents, knowledge.entities, knowledge.statements, knowledge.candidates, knowledge.kinds)
    other = Knowledge(*(shuffled(part) for part in parts))
    assert to_triples(other) == triples


def test_a_store_keeps_every_literal_as_it_is(triples: list[Triple]) -> None:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    kept = {quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}
    assert kept == set(triples)
    assert turtle(kept) == turtle(triples)


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0.9, "0.9"), (1.0, "1"), (0.0, "0"), (-0.0, "0"), (0.12345, "0.1234"), (0.99999, "1"), (1e-7, "0"), (0.5, "0.5"), (1 / 3, "0.3333")],
)
def test_scores_have_at_most_four_digits(score: float, expected: str) -> None:
    assert decimal(score).value == expected


@given(st.floats(0, 1))
def test_a_store_keeps_any_score(score: float) -> None:
    store, triple = Store(), Triple(OWL, vocab.SCORE, decimal(score))
    store.add(Quad(*triple))
    assert [quad.triple for quad in store] == [triple]
    assert abs(float(decimal(score).value) - score) <= 0.00005


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/top/owl", "https://github.com/top/owl"),
        ("HTTP://Example.org", "http://Example.org"),
        ("https://example.org/a b?q=[1]&r={2}#s|t", "https://example.org/a%20b?q=%5B1%5D&r=%7B2%7D#s%7Ct"),
        ("https://example.org/%7Ex/%zz/é", "https://example.org/%7Ex/%25zz/é"),
        ("https://example.org/#a#b", "https://example.org/#a%23b"),
        ("https://example.org/\u202egpj.exe", "https://example.org/%E2%80%AEgpj.exe"),
        ("javascript:alert(1)", None),
        ("ftp://example.org/x", None),
        ("https://", None),
        ("https://[broken/x", None),
        ("https://exa mple.org/", None),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("https://example.org:port/", None),
        ("data:text/html,<script>", None),
    ],
)
def test_links_are_http_iris_or_nothing(url: str, expected: str | None) -> None:
    found = link_iri(url)
    assert (found.value if found else None) == expected


@given(st.text(max_size=40))
def test_any_text_behind_https_is_an_iri_or_nothing(rest: str) -> None:
    found = link_iri(f"https://{rest}".encode(errors="ignore").decode())
    assert found is None or found.value.startswith("https://")


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_any_two_slugs_name_two_entities(first: str, second: str) -> None:
    a, b = (entity_iri(f"method/{slug(name)}") for name in (first, second))
    assert (a == b) == (slug(first) == slug(second))


def test_a_key_keeps_its_escapes_and_cannot_leave_its_folder() -> None:
    assert paper_iri("doi-10.5%2Fodd").value == f"{vocab.BASE}paper/doi-10.5%2Fodd"
    assert paper_iri("a/../b c").value == f"{vocab.BASE}paper/a%2F..%2Fb%20c"


def test_the_base_stands_before_all_data_and_nothing_else(knowledge: Knowledge, triples: list[Triple]) -> None:
    moved = to_triples(knowledge, base="https://lab.example/kg/")
    assert sorted(str(triple).replace("https://lab.example/kg/", vocab.BASE) for triple in moved) == [str(triple) for triple in triples]
    assert not any(vocab.BASE in str(triple) for triple in moved)


@pytest.mark.parametrize("bad", ["a\x00b", "\x0b", "x\x1b[31m", "\ufffe", "\ud800"])
def test_characters_that_xml_forbids_do_not_enter(bad: str, knowledge: Knowledge) -> None:
    with pytest.raises(ValueError, match="must not enter"):
        text(bad)
    document = replace(knowledge.documents[0], title=f"{bad} {knowledge.documents[0].title}")
    with pytest.raises(ValueError, match="must not enter"):
        to_triples(Knowledge((document,), (), ()))


def link(url: str, start: int, score: float = 0.9) -> Statement:
    evidence = Evidence(Span(0, 20), Span(start, start + 5))
    return Statement("arxiv-2401.00001", "paper/arxiv-2401.00001", "url", url, (evidence,), "hand-1.0", "link", score)


def test_two_spellings_of_a_link_are_one_claim_with_the_better_score(knowledge: Knowledge) -> None:
    links = (link("https://example.org/a b", 1, 0.5), link("HTTPS://example.org/a%20b", 9, 0.8))
    found = to_triples(replace(knowledge, entities=(), candidates=(), kinds=(), statements=links))
    assert [str(triple.object) for triple in found if triple.predicate == vocab.SCORE] == [str(decimal(0.8))]
    assert sum(triple.object == vocab.ANNOTATION for triple in found) == 2


def test_a_link_that_is_none_is_left_out_with_its_claim(knowledge: Knowledge) -> None:
    found = to_triples(replace(knowledge, statements=(link("javascript:alert(1)", 1),)))
    assert not [triple for triple in found if triple.object == vocab.STATEMENT or "javascript" in str(triple)]


def test_the_same_sentence_behind_two_claims_is_two_pieces_of_evidence() -> None:
    evidence = Evidence(Span(0, 20), Span(1, 5))
    assert evidence_id("a" * 16, evidence) != evidence_id("b" * 16, evidence)
    assert evidence_id("a" * 16, evidence) != evidence_id("a" * 16, replace(evidence, subject=Span(6, 9)))


def test_a_name_is_not_its_own_alias(triples: list[Triple]) -> None:
    duskset = [triple.object for triple in triples if triple.subject == entity_iri("dataset/duskset")]
    assert duskset.count(Literal("DuskSet")) == 1
    assert Literal("Dusk Set") in duskset


def test_an_entity_lies_under_one_thing_and_says_its_short_form(triples: list[Triple]) -> None:
    said = of(triples, entity_iri("dataset/日本語コーパス"))
    assert (said[vocab.SHORT_FORM], said[vocab.ALT_LABEL], said[vocab.BROADER]) == (
        Literal("NGC"), Literal("NGC"), entity_iri("dataset/duskset"),
    )  # fmt: skip
    assert of(triples, entity_iri("kind/nimbus-gpu")) == {
        vocab.RDF_TYPE: vocab.KIND, vocab.PREF_LABEL: Literal("Nimbus GPU"), vocab.BROADER: entity_iri("kind/gpu"),
    }  # fmt: skip


def test_a_merge_marks_the_short_form_and_the_long_one_in_the_sentence_that_defines_it(triples: list[Triple], knowledge: Knowledge) -> None:
    node = merge_iri("dataset/日本語コーパス", "NGC")
    paper = paper_iri("doi-10.5%2Fodd")
    source = next(document.text for document in knowledge.documents if paper_iri(document.key) == paper)
    assert of(triples, node)[vocab.SHOWN_BY] == paper
    (evidence,) = [triple.subject for triple in triples if triple.predicate == vocab.HAS_BODY and triple.object == node]
    marks = [int(of(triples, evidence)[part].value) for part in MARKS]  # type: ignore[attr-defined]
    assert (source[marks[0] : marks[1]], source[marks[2] : marks[3]]) == ("NGC", "日本語コーパス")


def test_a_candidate_ties_its_two_things_and_asks_the_same_question_from_either(triples: list[Triple]) -> None:
    lamp, owl = entity_iri("method/lampnet"), entity_iri("method/owlnet")
    assert Triple(lamp, vocab.MAYBE_SAME, owl) in triples
    node = candidate_iri("method/lampnet", "method/owlnet")
    assert {t.object for t in triples if t.subject == node and t.predicate == vocab.CANDIDATE_OF} == {lamp, owl}


def test_a_thing_with_its_ladder_reasons_and_doubts(golden) -> None:
    """Read it in tests/golden/thing.ttl: a method with its kind, two other names, one of them short, and another that it may be."""
    title = "GullNet (GN) lands on a Nimbus X2"
    paper = Document("gull-0a0a0a0a", "s", "p", title, title, "")
    defined = Merge(
        "GN", "abbreviation", 0.97, "'GN' is defined as short for 'GullNet'", paper.key, Evidence(Span(0, 33), Span(9, 11), Span(0, 7))
    )
    spelled = Merge("Gull-Net", "spelling", 0.98, "'Gull-Net' is 'GullNet' written otherwise")
    gull = Entity("method/gullnet", EntityType.METHOD, "GullNet", ("GN", "Gull-Net"), "GN", "kind/bird-family", (defined, spelled))
    known = Knowledge(
        (paper,),
        (gull,),
        (),
        (Candidate("method/gullnet", "method/gulls", 0.4, "a paper calls one thing 'Gulls' and 'GullNet'"),),
        (Kind("kind/bird-family", "Bird family", ("Birds",), "kind/architecture"),),
    )
    told = [t for t in to_triples(known) if not t.subject.value.startswith((f"{vocab.BASE}paper/", f"{vocab.BASE}evidence/"))]
    golden.check("thing.ttl", turtle(told))


def test_an_unknown_paper_is_an_error(knowledge: Knowledge) -> None:
    with pytest.raises(KeyError):
        to_triples(replace(knowledge, documents=()))
