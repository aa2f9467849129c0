"""Counts agree with what was put in, and a sentence that is not in its paper is noticed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, Quad, Store

from kg import vocab
from kg.cli import run
from kg.decisions import add
from kg.derivation import publish
from kg.log import Log
from kg.model import (
    Decision,
    DecisionKind,
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    LinkClaim,
    LinkKind,
    Mention,
    Rejection,
    Relation,
    RelationClaim,
    Role,
    Span,
)
from kg.stats import Stats, is_counted, recount, stats, verify
from kg.store import create_or_open, open_snapshot

TEXT = "Mist sees SPARK on boards"


def claim(name: str, type: EntityType, role: Role, score: float) -> EntityClaim:
    span = Span(TEXT.index(name), TEXT.index(name) + len(name))
    return EntityClaim(name, type, (), (Mention(span, name, type, "t", score),), role, (Evidence(Span(0, len(TEXT)), span),), "t", score)


MIST = claim("Mist", EntityType.METHOD, Role.INTRODUCES, 0.8)
SPARK = claim("SPARK", EntityType.DATASET, Role.USES, 0.4)
BOARDS = claim("boards", EntityType.HARDWARE, Role.RUNS_ON, 0.6)
RUNS = RelationClaim(0, Relation.RUNS_ON, 1, BOARDS.evidence, "t", 0.5)
CODE = LinkClaim("https://example.org/", LinkKind.CODE, SPARK.evidence, "t", 1.0)


@pytest.fixture
def counted(tmp_path: Path) -> Stats:
    seen = replace(MIST, role=Role.USES)  # two papers that each introduce a Mist would have two
    said = {"a": Extraction((MIST, BOARDS), (RUNS,), (CODE,)), "b": Extraction((seen, SPARK)), "c": Extraction()}
    with create_or_open(tmp_path / "store") as folder, Log(folder.log_path) as log:
        for key, extraction in said.items():
            log.put(Document(key, "t", "1", TEXT, TEXT, ""), extraction, "t-1")
        log.reject(Rejection("x.txt", "", "read", "empty", "nothing in it"))
        publish(folder, log)
        with open_snapshot(tmp_path / "store") as snapshot:
            return stats(log, snapshot)


def test_counts(counted: Stats) -> None:
    assert (counted.papers, counted.papers_with_evidence, counted.rejected, counted.links) == (3, 2, 1, 1)
    assert dict(counted.entities_by_type) == {"Method": 1, "Dataset": 1, "Hardware": 1, "Organisation": 0, "Task": 0}
    assert {name: n for name, n in counted.statements_by_predicate if n} == {"introduces": 1, "uses": 2, "runsOn": 2, "codeRepository": 1}
    assert (counted.entities, counted.statements, counted.claims, counted.evidence) == (3, 6, 6, 6)
    assert counted.triples > 60


def test_quality_signs(counted: Stats) -> None:
    assert dict(counted.most_used)["Method"] == (("Mist", 2),)
    assert counted.single_paper_entities == 2
    assert (counted.papers_without_hardware, counted.papers_without_dataset) == (2, 2)
    assert dict(counted.mean_score) == {"introduces": 0.8, "uses": pytest.approx(0.6), "runsOn": pytest.approx(0.55)}
    assert (counted.quotes, counted.exact_quotes) == (6, 6)


def test_rows_are_names_and_figures(counted: Stats) -> None:
    rows = dict(counted.rows())
    assert len(rows) == len(counted.rows())
    assert rows["papers"] == "3"
    assert rows["evidence texts that are exact slices"] == "6 of 6"
    assert rows["most used: Method"] == "Mist (2)"


def test_a_sentence_that_is_not_in_its_paper_is_noticed(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as folder, Log(folder.log_path) as log:
        log.put(Document("a", "t", "1", TEXT, TEXT, ""), Extraction((MIST, SPARK)), "t-1")
        publish(folder, log)
    with open_snapshot(tmp_path / "store") as snapshot:
        graph = Store()
        graph.extend(snapshot.store)
    texts = {"a": TEXT}
    assert verify(graph, vocab.BASE, texts) == (2, 2)
    wrong = next(graph.quads_for_pattern(None, vocab.EXACT, None))
    graph.remove(wrong)
    graph.add(Quad(wrong.subject, wrong.predicate, Literal(TEXT[:-1]), DefaultGraph()))
    assert verify(graph, vocab.BASE, texts) == (2, 1)
    assert verify(graph, vocab.BASE, {}) == (2, 0)


def test_decisions_are_counted_as_they_stand(tmp_path: Path) -> None:
    wrong = Decision(DecisionKind.WRONG_ENTITY, EntityType.METHOD, "Mist")
    with create_or_open(tmp_path / "store") as folder, Log(folder.log_path) as log:
        log.put(Document("a", "t", "1", TEXT, TEXT, ""), Extraction((MIST, BOARDS)), "t-1")
        add(folder.path, [wrong])
        publish(folder, log)
        with open_snapshot(tmp_path / "store") as snapshot:
            assert stats(log, snapshot, [wrong]).entities == snapshot.manifest.entities == 1


def test_a_sentence_that_reaches_beyond_its_paper_is_counted_until_it_is_read_again(tmp_path: Path) -> None:
    beyond = replace(MIST, evidence=(replace(MIST.evidence[0], sentence=Span(0, len(TEXT) + 9)),))
    with create_or_open(tmp_path / "store") as folder, Log(folder.log_path) as log:
        for claims, exact in (((beyond, SPARK), 1), ((MIST, SPARK), 2)):
            log.put(Document("a", "t", "1", TEXT, TEXT, ""), Extraction(claims), "t-1")
            publish(folder, log)
            with open_snapshot(tmp_path / "store") as snapshot:
                found = stats(log, snapshot)
                assert (found.quotes, found.exact_quotes) == (2, exact)
                assert stats(log, snapshot, verified=True) == recount(log, snapshot, ()) == found


def test_a_snapshot_without_figures_is_counted_and_the_next_publication_keeps_them(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as folder, Log(folder.log_path) as log:
        log.put(Document("a", "t", "1", TEXT, TEXT, ""), Extraction((MIST, BOARDS), (RUNS,), (CODE,)), "t-1")
        publish(folder, log)
        with open_snapshot(folder.path) as snapshot:
            kept = stats(log, snapshot)
            (snapshot.path / "figures.json").unlink()  # as an older kg left it
            assert stats(log, snapshot) == kept
            assert not is_counted(snapshot)
        publish(folder, log)
        with open_snapshot(folder.path) as snapshot:
            assert is_counted(snapshot)
            assert stats(log, snapshot) == kept


def test_figures_that_are_kept_need_no_paper_and_no_triple(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as folder, Log(folder.log_path) as log:
        log.put(Document("a", "t", "1", TEXT, TEXT, ""), Extraction((MIST, BOARDS)), "t-1")
        publish(folder, log)
        with open_snapshot(folder.path) as snapshot:
            kept = stats(log, snapshot)
            log._db.execute("UPDATE paper SET document = '', extraction = ''")
            shutil.rmtree(snapshot.rdf_path)
            assert stats(log, snapshot) == kept


def test_the_command_says_when_it_must_count_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with create_or_open(tmp_path / "store") as folder, Log(folder.log_path) as log:
        log.put(Document("a", "t", "1", TEXT, TEXT, ""), Extraction((MIST,)), "t-1")
        publish(folder, log)
    assert run(["stats", "--store", str(folder.path)]) == 0
    kept = capsys.readouterr()
    next(folder.path.glob("snapshots/*/figures.json")).unlink()
    assert run(["stats", "--store", str(folder.path)]) == 0
    counted = capsys.readouterr()
    assert (kept.err, counted.out) == ("", kept.out)
    assert "counted anew" in counted.err
