"""Queries run in a process of their own: every form of answer comes back, and every limit ends in one clear error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import alive, children
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.cli import commands
from kg.cli import run as main
from kg.cli.commands import load
from kg.engine.kept import start_early
from kg.engine.runner import QueryResult, Runner, _decode, run_query
from kg.engine.worker import encode
from kg.errors import QueryError
from kg.store import create_or_open, open_snapshot

EX = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runner") / "store"
    triples = [Triple(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}p"), Literal(str(n))) for n in range(3000)]
    with create_or_open(path) as writer:
        writer.publish(triples, [], fingerprint="f", base=EX)
    return path


def mine() -> set[int]:
    return set(children(os.getpid()))


def ask(path: Path, sparql: str, **limits: Any) -> QueryResult:
    with open_snapshot(path) as snapshot:
        return run_query(snapshot, sparql, **limits)


def test_select_gives_rows_in_projected_order_with_unbound_cells(path: Path) -> None:
    result = ask(path, f'SELECT ?o ?none ?s {{ ?s <{EX}p> ?o VALUES ?o {{ "7" }} }}', timeout=30)
    assert result.variables == ("o", "none", "s")
    assert result.rows == ((Literal("7"), None, NamedNode(f"{EX}7")),)
    assert not result.truncated


def test_ask_construct_and_describe(path: Path) -> None:
    triple = Triple(NamedNode(f"{EX}7"), NamedNode(f"{EX}p"), Literal("7"))
    assert ask(path, f"ASK {{ <{EX}7> ?p ?o }}", timeout=30).boolean is True
    assert ask(path, f"ASK {{ <{EX}nothing> ?p ?o }}", timeout=30).boolean is False
    assert ask(path, f"CONSTRUCT WHERE {{ <{EX}7> ?p ?o }}", timeout=30).triples == (triple,)
    assert ask(path, f"DESCRIBE <{EX}7>", timeout=30).triples == (triple,)


@pytest.mark.parametrize("form", ["SELECT ?s { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_the_limit_cuts_and_says_so(path: Path, form: str) -> None:
    for limit, truncated in [(10, True), (0, True), (3000, False), (None, False)]:
        result = ask(path, form, timeout=30, limit=limit)
        assert len(result.rows or result.triples or ()) == (3000 if limit is None else limit)
        assert result.truncated is truncated


def test_the_limit_ends_a_query_that_would_stream_for_ever(path: Path) -> None:
    started = time.monotonic()
    assert ask(path, STREAM, timeout=30, limit=1000).truncated
    assert time.monotonic() - started < 10


def test_prefixes_need_not_be_declared(path: Path) -> None:
    assert ask(path, "ASK { ex:7 ex:p ?o }", timeout=30, prefixes={"ex": EX}).boolean is True
    with pytest.raises(QueryError) as caught:
        ask(path, "ASK { ex:7 oops ?o }", timeout=30, prefixes={"ex": EX})
    assert "prefix" not in str(caught.value)


SCALARS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NODES = st.builds(lambda n: NamedNode(f"{EX}{n}"), st.integers(0, 99)) | st.builds(lambda n: BlankNode(f"b{n}"), st.integers(0, 99))
LITERALS = (
    st.builds(Literal, SCALARS)
    | st.builds(lambda text, tag: Literal(text, language=tag), SCALARS, st.sampled_from(["en", "de-ch"]))
    | st.builds(lambda text: Literal(text, datatype=NamedNode(f"{XSD}date")), SCALARS)
)


@given(NODES | LITERALS | st.builds(Triple, NODES, st.just(NamedNode(f"{EX}p")), LITERALS))
@settings(max_examples=200)
def test_a_term_survives_the_way_through_the_pipe(term: NamedNode | BlankNode | Literal | Triple) -> None:
    assert _decode(encode(term)) == term


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * WHERE { ?s ?p }", "line 1, column"),
        ("SELECT ?s {\n ?s ex:p 1 }", "line 2.*prefix 'ex' is not declared"),
        ("PREFIX ex: <http://e.org/x:> SELECT ?s { ?s ex:p 'a:b' . _:b oops }", "line 1"),
        (f"INSERT DATA {{ <{EX}a> <{EX}a> 1 }}", "cannot be parsed"),
        (f"DELETE WHERE {{ <{EX}1> ?p ?o }}", "cannot be parsed"),
        ("DROP ALL", "cannot be parsed"),
        ("", "cannot be parsed"),
        ("\x00\udcff", "cannot be parsed"),
    ],
)
def test_what_is_no_query_is_told_with_its_place(path: Path, query: str, words: str) -> None:
    with pytest.raises(QueryError, match=words) as caught:
        ask(path, query, timeout=30)
    assert "\n" not in str(caught.value)
    assert "kg query --list" in caught.value.hint
    assert len(ask(path, "SELECT ?s { ?s ?p ?o }", timeout=30).rows) == 3000


def test_a_known_prefix_that_is_not_declared_is_given_to_be_declared(path: Path) -> None:
    with pytest.raises(QueryError, match="prefix 'fabio' is not declared") as caught:
        ask(path, "SELECT ?p { ?p a fabio:ResearchPaper }", timeout=30)
    assert caught.value.hint == "begin it with PREFIX fabio: <http://purl.org/spar/fabio/>"


@pytest.mark.parametrize(
    "query", [ENDLESS, f"{STREAM} ORDER BY ?a ?d ?g", STREAM, f"SELECT * {{ ?a (<{EX}p>|!<{EX}p>)* ?b . ?c ?d ?e . ?f ?g ?h }}"]
)
def test_a_runaway_query_is_stopped_at_its_deadline(path: Path, query: str) -> None:
    before = mine()  # of other tests: multiprocessing keeps its resource tracker
    started = time.monotonic()
    with pytest.raises(QueryError) as caught:
        ask(path, query, timeout=0.5, memory=256 << 20)
    assert time.monotonic() - started < 1.5
    assert "LIMIT" in caught.value.hint
    assert mine() <= before


def test_a_query_that_takes_too_much_memory_is_stopped(path: Path) -> None:
    with pytest.raises(QueryError, match="more memory") as caught:
        ask(path, f"{STREAM} ORDER BY ?a ?d ?g", timeout=60, memory=50 << 20)
    assert "LIMIT" in caught.value.hint


def test_ctrl_c_stops_a_query_at_once(path: Path) -> None:
    before = mine()
    sent: list[float] = []

    def interrupt() -> None:
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Timer(0.5, interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        ask(path, ENDLESS, timeout=30)
    assert time.monotonic() - sent[0] < 0.2
    assert mine() <= before


def test_the_terminals_ctrl_c_reaches_the_parent_alone(path: Path) -> None:
    root = Path(__file__).parents[2]
    script = f"""
import sys
sys.path.insert(0, {str(root)!r})
from kg.engine.runner import run_query
from kg.store import open_snapshot
snapshot = open_snapshot({str(path)!r})
print("ready", flush=True)
try:
    run_query(snapshot, {ENDLESS!r}, timeout=30)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, process_group=0, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.6)
    started = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does on Ctrl-C
    assert process.stdout.readline() == "stopped\n"
    assert time.monotonic() - started < 1  # at once, not at its limit of half a minute
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see the worker")
def test_a_worker_leaves_when_its_parent_is_killed(path: Path) -> None:
    root = Path(__file__).parents[2]
    script = f"""
import sys
sys.path.insert(0, {str(root)!r})
from kg.engine.runner import run_query
from kg.store import open_snapshot
run_query(open_snapshot({str(path)!r}), {ENDLESS!r})
"""
    process = subprocess.Popen([sys.executable, "-c", script])
    workers: list[int] = []
    for _ in range(200):
        time.sleep(0.05)
        workers = children(process.pid)
        if workers:
            break
    assert workers
    time.sleep(0.3)
    process.kill()
    process.wait()
    for _ in range(100):
        if not alive(workers):
            return
        time.sleep(0.05)
    pytest.fail(f"{alive(workers)} still run")


def test_a_snapshot_is_held_while_its_query_runs(path: Path) -> None:
    found: list[int] = []
    reader = threading.Thread(target=lambda: found.append(len(ask(path, "SELECT ?s { ?s ?p ?o }").rows)))
    reader.start()
    with create_or_open(path) as writer:
        for last in (10, 3000):
            triples = [Triple(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}p"), Literal(str(n))) for n in range(last)]
            writer.publish(triples, [], fingerprint="f", base=EX)
    reader.join()
    assert found[0] in (10, 3000)


def test_a_process_that_was_started_early_answers_the_first_question(path: Path) -> None:
    start_early()
    early = mine()
    with open_snapshot(path) as snapshot, Runner() as runner:
        assert runner.run(snapshot, f"ASK {{ <{EX}7> ?p ?o }}", timeout=30).boolean is True
        assert mine() == early  # no other one was started


def test_a_process_that_died_before_it_was_asked_is_not_asked(path: Path) -> None:
    before = mine()
    start_early()
    (early,) = mine() - before
    os.kill(early, signal.SIGKILL)
    os.waitid(os.P_PID, early, os.WEXITED | os.WNOWAIT)
    assert ask(path, f"ASK {{ <{EX}7> ?p ?o }}", timeout=30).boolean is True


def test_kg_query_has_its_process_start_while_the_command_is_loading(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    before, seen = mine(), []
    monkeypatch.setattr(commands, "load", lambda command: seen.append(mine() - before) or load(command))
    assert main(["query", "ASK {}", "--store", str(path)]) == 0
    assert len(seen[0]) == 1
