"""Exports of what is sure: claims below a score leave, and with them all that stands for them alone."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from pyoxigraph import Quad, Store, Triple

from kg import vocab
from kg.errors import UsageError
from kg.export import FORMATS, dump, turtle
from kg.export.selection import sure
from kg.extract.threshold import Thresholds, limits
from kg.graph import entity_iri, paper_iri, to_triples
from kg.model import Document, EntityType, Kind, Knowledge, Statement


def filled(triples: list[Triple]) -> Store:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


def export(store: Store, format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    dump(store, stream, format=format, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def only(knowledge: Knowledge, stays: Callable[[Statement], bool]) -> list[Triple]:
    """The graph of some statements, made anew: all papers, the entities that are named, and what these lie under."""
    said = tuple(statement for statement in knowledge.statements if stays(statement))
    named = {end for statement in said for end in (statement.subject, statement.object)}
    kinds = {kind.id: kind for kind in knowledge.kinds}
    wider = {thing.id: thing.broader for thing in (*knowledge.entities, *knowledge.kinds)}

    def rung(path: str) -> str:
        while path and path not in named and path not in kinds:
            path = wider[path]
        return path

    entities = tuple(replace(entity, broader=rung(entity.broader)) for entity in knowledge.entities if entity.id in named)
    reached = {entity.broader for entity in entities}
    reached |= {kinds[path].broader for path in reached if path in kinds}  # the ladder of the fixture has two steps
    candidates = tuple(c for c in knowledge.candidates if {c.one, c.other} <= named)
    return to_triples(Knowledge(knowledge.documents, entities, said, candidates, tuple(k for k in knowledge.kinds if k.id in reached)))


@pytest.fixture
def scored(knowledge: Knowledge) -> Knowledge:
    """The statements of `knowledge` with scores all over [0, 1]."""
    chance = random.Random(3)
    return replace(knowledge, statements=tuple(replace(s, score=round(chance.random(), 2)) for s in knowledge.statements))


@pytest.mark.parametrize("score", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_what_is_left_is_the_graph_of_the_claims_that_stay(scored: Knowledge, score: float) -> None:
    kept = limits(score, None)
    assert kept is not None
    assert turtle(sure(to_triples(scored), kept)) == turtle(only(scored, lambda s: s.score >= score))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_leaves_out_the_same(format: str, scored: Knowledge) -> None:
    fewer = filled(only(scored, lambda s: s.score >= 0.5))
    assert export(filled(to_triples(scored)), format, kept=limits(0.5, None)) == export(fewer, format)


def test_a_triple_stays_while_one_claim_of_enough_score_says_it(knowledge: Knowledge) -> None:
    based = next(s for s in knowledge.statements if s.predicate == "basedOn")
    again = replace(based, paper="doi-10.5%2Fodd", score=0.2)
    both = replace(knowledge, statements=(*knowledge.statements, again))
    triple = Triple(entity_iri("method/owlnet"), vocab.own("basedOn"), entity_iri("method/lampnet"))
    for score, stated, claims in ((0.2, True, 2), (0.75, True, 1), (0.76, False, 0)):
        kept = limits(score, None)
        assert kept is not None
        found = sure(to_triples(both), kept)
        assert (triple in found) is stated
        assert sum(t.predicate == vocab.PREDICATE and t.object == vocab.own("basedOn") for t in found) == claims


def test_thresholds_are_those_of_the_extractor_and_of_role_or_relation(knowledge: Knowledge) -> None:
    runs = next(s for s in knowledge.statements if s.predicate == "runsOn")
    relation = replace(runs, subject="method/owlnet", extractor="other-tool-2.0")
    both = replace(knowledge, statements=(*knowledge.statements, relation))
    asked: list[str] = []

    def kept(extractor: str) -> Thresholds:
        asked.append(extractor)
        return Thresholds(0.0, {("role", "runsOn"): 1.0})

    found = sure(to_triples(both), kept)
    hardware = entity_iri("hardware/nimbus-x2")
    assert Triple(entity_iri("method/owlnet"), vocab.own("runsOn"), hardware) in found
    assert Triple(paper_iri("arxiv-2401.00001"), vocab.own("runsOn"), hardware) not in found
    assert set(asked) == {"hand", "other-tool"}


def test_by_precision_the_scores_come_from_the_table_and_links_stay(knowledge: Knowledge) -> None:
    kept = limits(None, 0.9)
    assert kept is not None
    with pytest.raises(UsageError, match="'hand' were never measured"):
        sure(to_triples(knowledge), kept)
    ruled = replace(knowledge, statements=tuple(replace(s, extractor="rules-1.0") for s in knowledge.statements))
    lowest = kept("rules")

    def stays(s: Statement) -> bool:
        return s.score >= lowest.of_property(s.predicate, by_paper=s.subject.startswith("paper/"))

    assert turtle(sure(to_triples(ruled), kept)) == turtle(only(ruled, stays))
    assert any(stays(s) for s in ruled.statements if s.predicate == "introduces")
    assert b"schema:codeRepository" in turtle(sure(to_triples(ruled), kept))


def test_one_paper_without_evidence_may_be_cut_too(scored: Knowledge) -> None:
    key = "arxiv-2401.00001"
    options = {"paper": key, "evidence": False}
    fewer = filled(only(scored, lambda s: s.score >= 0.5 or s.paper != key))
    assert export(filled(to_triples(scored)), "ttl", kept=limits(0.5, None), **options) == export(fewer, "ttl", **options)


def test_types_of_the_fixture_are_all_there(scored: Knowledge) -> None:
    assert {e.type for e in scored.entities} == set(EntityType)
    assert all(isinstance(d, Document) for d in scored.documents)
    assert len({s.score >= 0.5 for s in scored.statements}) == 2


def test_what_lay_under_a_thing_that_goes_lies_under_what_that_lay_under(scored: Knowledge) -> None:
    """A corpus below a corpus below a kind; the one in the middle is named by weak claims only."""
    below = {"dataset/日本語コーパス": "dataset/duskset", "dataset/duskset": "kind/corpus"}
    entities = tuple(replace(entity, broader=below.get(entity.id, "")) for entity in scored.entities)
    ladder = replace(scored, entities=entities, kinds=(Kind("kind/corpus", "corpus"),))
    kept = limits(0.5, None)
    assert kept is not None
    for middle, stays in ((0.1, "kind/corpus"), (0.9, "dataset/duskset")):
        said = tuple(replace(s, score=middle if s.object == "dataset/duskset" else 0.9) for s in ladder.statements)
        found = sure(to_triples(replace(ladder, statements=said)), kept)
        assert Triple(entity_iri("dataset/日本語コーパス"), vocab.BROADER, entity_iri(stays)) in found
    nothing = sure(to_triples(replace(ladder, statements=tuple(replace(s, score=0.1) for s in ladder.statements))), kept)
    assert {t.predicate for t in nothing} & {vocab.BROADER, vocab.MERGED_INTO, vocab.CANDIDATE_OF, vocab.MAYBE_SAME} == set()
    assert {t.object for t in nothing if t.predicate == vocab.RDF_TYPE} == {vocab.RESEARCH_PAPER, vocab.SCHOLARLY_ARTICLE}
