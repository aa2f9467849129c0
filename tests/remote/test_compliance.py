"""One graph, three kinds of store: a folder, Oxigraph and Virtuoso behind http. What one does all do, to the byte."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from kept import Backend, some, write
from pyoxigraph import Literal, NamedNode, Triple
from served import questions
from toy_papers import PAPERS, Guillemets

import kg
from kg import vocab
from kg.errors import QueryError, StoreError, UsageError
from kg.model import Decision, DecisionKind, EntityType
from kg.remote import state, texts
from kg.remote.store import RemoteStore, connect

HOSTILE = {
    "2402.00001": 'We use «Quo"te\\slash» and \'apos\' <b>tags</b> & {{braces}} %41 "" \\n \\u0041 ?x $y # no comment.',
    "2402.00002": "We use «Tab\tline» and\ttabs\r\n\r\nand lines\u2028and \x85 \x7f \ufeff marks.",
    "2402.00003": "We use «日本語コーパス» 😀 \U0001f9ea, Ｆｕｌｌ and e\u0301 and ﷽. " + "Long abstracts «are» many words, é😀. " * 1000,
    "2402.00004": "We use «GRAPH <http://evil.example/> { } } ; DROP ALL» in vain.",
}


def embedded(folder: Path, *papers: dict[str, str]) -> bytes:
    """The export of a store folder with these papers."""
    graph = kg.open(folder / "embedded")
    for some_papers in papers:
        graph.build(write(folder, some_papers), extractor=Guillemets())
    out = io.BytesIO()
    graph.export(out, format="ttl")
    return out.getvalue()


def test_a_graph_is_the_same_wherever_it_is_kept(backend: Backend) -> None:
    report = backend.build(PAPERS)
    assert (report.stored, report.rejections) == (len(PAPERS), ())
    assert backend.export() == embedded(backend.folder, PAPERS)


def test_building_twice_changes_nothing(backend: Backend) -> None:
    backend.build(PAPERS)
    before = backend.export()
    assert backend.build(PAPERS).unchanged == len(PAPERS)
    assert backend.export() == before


def test_building_step_by_step_is_building_at_once(backend: Backend) -> None:
    backend.build(some(1, 2, 3, 4, 7))
    backend.build(some(5, 6, 8, 9, 10))
    assert backend.export() == embedded(backend.folder, PAPERS)


def test_a_paper_that_is_removed_leaves_nothing(backend: Backend) -> None:
    backend.build(PAPERS)
    backend.open().remove("2401.00002", "Paper 08")
    assert backend.export() == embedded(backend.folder, some(1, 3, 4, 5, 6, 7, 9, 10))


def test_papers_of_two_sources_are_one_whichever_machine_read_which(backend: Backend) -> None:
    """What the sources state beside the text, and what papers cite that come later, are joined or go, is part of the graph."""
    dump = backend.folder / "dump.jsonl"
    dump.write_text(
        json.dumps({"id": "2401.00001", "title": "A lamp", "abstract": "We propose «Zauron».", "doi": "10.1000/1", "authors_parsed": [["Lee", "Ann", ""]],
                    "categories": "cs.CL", "comments": "Code: https://github.com/a/b"}) + "\n"
        + json.dumps({"title": "Another lamp", "abstract": "We use «Zauron».", "doi": "10.1000/2", "references": [{"doi": "10.1000/1"}, {"doi": "10.1000/3"}]})
    )  # fmt: skip
    publisher = backend.folder / "publisher.jsonl"
    publisher.write_text(
        json.dumps({"title": "A lamp.", "doi": "10.1000/1", "venue": "J. Lamps <b>", "license": "https://creativecommons.org/licenses/by/4.0/",
                    "authors": [{"name": "Ann Lee", "orcid": "0000-0002-1825-0097", "affiliations": ["University of Turin"]}]}) + "\n"
        + json.dumps({"title": "A third lamp", "doi": "10.1000/3", "references": [{"doi": "10.1000/2"}]})
    )  # fmt: skip
    backend.build(dump)
    backend.machine("two")
    backend.build(publisher)
    exported = backend.export()
    with kg.open(backend.folder / "embedded") as other:
        other.build(publisher, dump, extractor=Guillemets())
        out = io.BytesIO()
        other.export(out, format="ttl")
        assert exported == out.getvalue()
        assert exported.count(b"cito:cites") == 3
        assert b"J. Lamps" in exported
        assert b"0000-0002-1825-0097" in exported
        backend.open().remove("A lamp")
        other.remove("A lamp")
        out = io.BytesIO()
        other.export(out, format="ttl")
        assert backend.export() == out.getvalue()
        assert b"arxiv-2401.00001" not in out.getvalue()  # cited still, by what its key would be now
        assert out.getvalue().count(b"cito:cites") == 3


def test_hostile_text_survives_byte_for_byte(backend: Backend) -> None:
    assert backend.build(HOSTILE).rejections == ()
    exported = backend.export()
    assert exported == embedded(backend.folder, HOSTILE)
    assert "😀".encode() in exported
    assert len(exported) > 30_000


def test_questions_of_the_library_have_the_same_answers(remote: Backend) -> None:
    remote.build(PAPERS)
    embedded(remote.folder, PAPERS)
    plain = kg.open(remote.folder / "embedded")
    asked = {question.name: question.sparql for question in questions(remote.folder / "embedded")}
    assert len(asked) > 30
    for name, sparql in asked.items():
        bound = "\n".join(line for line in sparql.split("\n") if not line.startswith("#+"))  # the header's parameters are gone
        theirs, ours = remote.open().query(bound), plain.query(bound)
        assert (theirs.variables, theirs.boolean, theirs.rows) == (ours.variables, ours.boolean, ours.rows), name


def test_names_are_parameters_and_are_searched_and_shown(backend: Backend) -> None:
    backend.build(PAPERS)
    backend.machine("reader")
    graph = backend.open()
    assert [hit.label for hit in graph.search("Lanterm")] == ["Lantern"]
    assert {"Path Finder", "Way Seeker"} <= {graph.show("Path Finder").thing.label, *graph.show("Path Finder").aliases}
    assert {row[0].value for row in graph.query("papers-by-method", params={"method": "Lantern"}, limit=5).rows}
    assert graph.why("Lantern", "comparedWith", "Dusk Filter")[0].sentence == "«Lantern» beats «Dusk Filter» at night."
    assert "Lantern" in graph.view("Lantern")
    assert graph.validate().conforms


def test_limits_cut_answers_and_updates_are_refused(backend: Backend) -> None:
    backend.build(PAPERS)
    graph = backend.open()
    few = graph.query("SELECT ?s WHERE { ?s ?p ?o }", limit=3)
    assert (len(few.rows), few.truncated) == (3, True)
    assert graph.query("ASK { ?s a kg:Method }").boolean is True
    assert len(graph.query("CONSTRUCT { ?s a kg:Method } WHERE { ?s a kg:Method }").triples or ()) > 5
    for refused in ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "DROP ALL", "INSERT DATA { <a:a> <a:a> 1 }"):
        with pytest.raises(QueryError):
            graph.query(refused)
    with pytest.raises(QueryError, match=r"parsed|refuses"):
        graph.query("SELECT ?s WHERE { ?s ?p }")


def test_another_machine_goes_on_with_papers_and_decisions(backend: Backend) -> None:
    backend.build(some(1, 3))
    same = Decision(DecisionKind.DIFFERENT, EntityType.METHOD, "SCM", other="Self-Controlled Memory", note="made up")
    backend.machine("two")
    backend.build(some(2, 4))
    backend.open().review.decide(same)
    backend.machine("three")
    graph = backend.open()
    assert [paper.document.key for paper in graph.papers()] == [f"arxiv-2401.0000{n}" for n in (1, 2, 3, 4)]
    assert same in graph.review.decisions()
    assert graph.stats().papers == 4
    backend.machine("one")
    assert backend.build(some(1, 3)).unchanged == 2
    expected = embedded_decided(backend.folder, same, some(1, 2, 3, 4))
    assert backend.export() == expected


def embedded_decided(folder: Path, decision: Decision, papers: dict[str, str]) -> bytes:
    embedded(folder, papers)
    kg.open(folder / "embedded").review.decide(decision)
    return embedded(folder)


def test_what_one_machine_removed_another_does_not_bring_back(backend: Backend) -> None:
    backend.build(some(1, 2, 3))
    backend.machine("two")
    backend.open().remove("2401.00002")
    backend.machine("one")
    backend.build(some(7))
    assert backend.export() == embedded(backend.folder, some(1, 3), some(7))


XSD = "http://www.w3.org/2001/XMLSchema#"
LITERALS = [
    *(Literal(value, datatype=NamedNode(f"{XSD}decimal")) for value in ("1", "0", "0.9", "0.1234")),
    *(Literal(value, datatype=NamedNode(f"{XSD}integer")) for value in ("0", "8", "12345678901234567")),
    *map(Literal, ("", " ", "1", "0.90", "2024-01-02", "true", "\t\r\n", "\x7f\x85\u2028\ufeff", "'\"\\\\u0041%41", "😀" * 10_000)),
]


def test_every_literal_comes_back_as_the_one_it_is(remote: Backend) -> None:
    log = f"{vocab.BASE}log"
    sent = {Triple(NamedNode(f"{vocab.BASE}x/{number}"), NamedNode(f"{XSD}p"), literal) for number, literal in enumerate(LITERALS)}
    with connect(remote.address) as store:
        store.update(texts.change((), ((log, triple) for triple in sent)))
        assert {*store.triples(texts.text("all"), len(sent), log)} == sent
        store.update(texts.change(((log, triple) for triple in sent), ()))
        assert store.count(texts.text("count-all"), log) == 0


class Killed(BaseException):
    """Stands for SIGKILL: nothing that is cleaned up reaches the store any more."""


@pytest.fixture
def kill_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Lets this process die for the store after so many updates; None brings it back."""
    real = RemoteStore.update

    def wanted(updates: int | None) -> None:
        left = [updates]

        def update(self: RemoteStore, sparql: str) -> None:
            if left[0] is not None:
                if left[0] <= 0:
                    raise Killed
                left[0] -= 1
            real(self, sparql)

        monkeypatch.setattr(RemoteStore, "update", update)

    return wanted


@pytest.mark.parametrize("updates", [1, 3, 6, 10])
def test_a_push_that_was_killed_is_finished_by_the_next_build(
    remote: Backend, updates: int, kill_after: Callable[[int | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.remote.push._BATCH", 40)  # so that a push takes many updates
    remote.build(some(1, 2, 3))
    kill_after(updates)
    with suppress(Killed):
        remote.build(some(4, 5, 6, 7, 8))
    kill_after(None)
    assert remote.build(some(9, 10)).stored == 2
    assert remote.export() == embedded(remote.folder, PAPERS)


_BUILD = """
import sys
from toy_papers import Guillemets
import kg
import kg.remote.push
kg.remote.push._BATCH = 2
kg.remote.push._BULK = kg.remote.push._BULK_ROWS = 10**9
kg.open(sys.argv[1]).build(sys.argv[2], extractor=Guillemets())
"""


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.0, 0.3, 0.8])
def test_a_process_that_was_killed_while_it_pushed_loses_nothing(remote: Backend, pause: float) -> None:
    path = write(remote.folder, PAPERS)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-c", _BUILD, remote.address, str(path)], env=environment) as process:
        with connect(remote.address) as store:
            while process.poll() is None and not any(marks.states for marks in state.read(store).values()):
                time.sleep(0.02)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
    assert process.returncode in (0, -signal.SIGKILL)  # a quick machine may have pushed it all before
    assert remote.build(PAPERS).unchanged == len(PAPERS)
    assert remote.export() == embedded(remote.folder, PAPERS)


def test_a_first_push_that_was_killed_is_finished_too(
    remote: Backend, kill_after: Callable[[int | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.remote.push._BATCH", 40)
    kill_after(5)
    with pytest.raises(Killed):
        remote.build(PAPERS)
    kill_after(None)
    remote.machine("reader")
    with pytest.raises(StoreError, match=r"is being written by .*@"):
        remote.open().export(io.BytesIO())
    remote.machine("one")
    assert remote.build(PAPERS).unchanged == len(PAPERS)
    assert remote.export() == embedded(remote.folder, PAPERS)


def test_a_second_writer_is_told_who_writes_and_may_clear_a_dead_one(
    remote: Backend, kill_after: Callable[[int | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_after(1)
    with pytest.raises(Killed):
        remote.build(some(1, 2))
    kill_after(None)
    remote.machine("two")
    with pytest.raises(StoreError, match=r"is written by .*@.*, process \d+ since 20") as refused:
        remote.build(some(3))
    token = refused.value.hint.partition("KG_CLEAR_WRITER=")[2][:8]
    monkeypatch.setenv("KG_CLEAR_WRITER", token)
    remote.build(some(3))
    remote.machine("one")
    remote.build(some(1, 2))
    assert remote.export() == embedded(remote.folder, some(1, 2), some(3))


def test_a_build_that_ends_between_our_look_and_our_claim_is_not_undone(remote: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    remote.build(some(1, 2))
    real = state.claim

    def late(*args: Any, **more: Any) -> object:
        monkeypatch.setattr(state, "claim", real)
        remote.machine("two")
        remote.build(some(3))
        remote.machine("one")
        return real(*args, **more)

    monkeypatch.setattr(state, "claim", late)
    remote.build(some(4))
    assert remote.export() == embedded(remote.folder, some(1, 2), some(3), some(4))


def recorded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The updates that are sent from now on."""
    sent: list[str] = []
    real = RemoteStore.update

    def update(self: RemoteStore, sparql: str) -> None:
        sent.append(sparql)
        real(self, sparql)

    monkeypatch.setattr(RemoteStore, "update", update)
    return sent


def test_a_repeated_push_sends_nothing_but_the_marks_of_the_writer(remote: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    remote.build(PAPERS)
    sent = recorded(monkeypatch)
    remote.build(PAPERS)
    assert len(sent) == 2
    assert all("remote#writer" in update or "remote:writer" in update for update in sent)


def test_one_more_paper_sends_what_is_new(remote: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    remote.build(some(1, 2, 3, 4, 5, 6))
    sent = recorded(monkeypatch)
    monkeypatch.setattr(RemoteStore, "triples", lambda *_: pytest.fail("the store was read"))
    remote.build(some(9))
    assert sum(map(len, sent)) < 20_000
    assert not any("Kurator" in update for update in sent)


def test_what_others_keep_there_stays_and_is_not_ours(an_oxigraph: Backend) -> None:
    foreign = Triple(NamedNode("https://example.org/else"), NamedNode("https://example.org/p"), Literal("ours"))
    with connect(an_oxigraph.address) as store:
        store.update(texts.change((), [("", foreign), ("https://example.org/graph", foreign)]))
    an_oxigraph.build(PAPERS)
    an_oxigraph.open().remove(*(f"Paper {id[-2:]}" for id in PAPERS))
    an_oxigraph.build(some(1))
    assert an_oxigraph.export() == embedded(an_oxigraph.folder, some(1))
    asked = "SELECT ?g WHERE { { <https://example.org/else> ?p ?o } UNION { GRAPH ?g { <https://example.org/else> ?p ?o } } }"
    assert len(an_oxigraph.open().query(asked).rows) == 2


def test_a_graph_without_a_log_is_read_and_never_overwritten(an_oxigraph: Backend) -> None:
    exported = embedded(an_oxigraph.folder, PAPERS)
    with connect(an_oxigraph.address) as store:
        graph = kg.open(an_oxigraph.folder / "embedded")
        triples = graph.query("CONSTRUCT WHERE { ?s ?p ?o }").triples
        store.update(texts.change((), (("", triple) for triple in triples or ())))
    assert an_oxigraph.export() == exported
    with pytest.raises(StoreError, match="that no `kg build` pushed"):
        an_oxigraph.build(some(1))
    assert an_oxigraph.export() == exported


def test_a_store_that_somebody_changed_is_brought_back(remote: Backend) -> None:
    remote.build(PAPERS)
    with connect(remote.address) as store:
        place = store.query(texts.text("marks")).rows[0][2].value.partition('"place": "')[2].partition('"')[0]
        paper = NamedNode(f"{vocab.BASE}paper/arxiv-2401.00001")
        store.update(texts.change([(place, Triple(paper, vocab.TITLE, Literal("Paper 01")))], ()))
    remote.build(some(1))
    assert remote.export() == embedded(remote.folder, PAPERS)


def test_a_base_of_its_own_is_kept_and_another_refused(an_oxigraph: Backend) -> None:
    base = "https://example.org/mine/"
    path = write(an_oxigraph.folder, some(1, 2))
    kg.open(an_oxigraph.address, base=base).build(path, extractor=Guillemets())
    assert an_oxigraph.open().base == base
    an_oxigraph.machine("two")
    an_oxigraph.build(some(3))
    assert f"{base}paper/".encode() in an_oxigraph.export()
    with pytest.raises(UsageError, match="has the base"):
        kg.open(an_oxigraph.address, base="https://example.org/other/").build(path, extractor=Guillemets())
