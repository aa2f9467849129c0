"""Many queries at a time: answers lie in files, limits end queries, and endless ones hold nobody up."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import loops
import pytest
from processes import children
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.engine.places import BusyError
from kg.engine.pool import FormatError, Limits, Pool
from kg.engine.request import Dataset, Request
from kg.errors import KgError, QueryError, QueryLimitError, StoreError

T = TypeVar("T")

EX = "https://example.org/"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"


@pytest.fixture(scope="module")
def rdf(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("pool") / "rdf")
    store = Store(path)
    store.extend(Quad(NamedNode(f"{EX}{n}"), NamedNode(f"{EX}p"), Literal(str(n))) for n in range(3000))
    store.add(Quad(NamedNode(f"{EX}x"), NamedNode(f"{EX}p"), Literal("elsewhere"), NamedNode(f"{EX}graph")))
    store.flush()
    return path


def run(rdf: str, work: Callable[[Callable[..., Awaitable[bytes]], Pool], Awaitable[T]], **options: object) -> T:
    """What `work` gives, called with a function that asks a pool, and the pool."""
    limits = Limits(**{name: options.pop(name) for name in ("seconds", "rows", "memory", "size") if name in options})  # type: ignore[arg-type]

    @asynccontextmanager
    async def pool() -> AsyncIterator[Pool]:
        async with Pool(workers=int(str(options.pop("workers", 2))), limits=limits, **options) as opened:  # type: ignore[arg-type]
            yield opened

    async def main() -> T:
        async with pool() as opened:

            async def ask(sparql: str, rows: str | None = "json", graph: str | None = "nt", **more: object) -> bytes:
                return (await opened.run(Request(rdf, sparql, rows_format=rows, graph_format=graph, **more))).body()  # type: ignore[arg-type]

            return await work(ask, opened)

    return loops.run(main())


def failing(rdf: str, sparql: str, **options: object) -> KgError:
    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> KgError:
        with pytest.raises(KgError) as caught:
            await ask(sparql)
        assert json.loads(await ask("ASK {}"))["boolean"] is True  # the pool goes on
        return caught.value

    return run(rdf, work, **options)


def test_each_form_of_answer_is_written_as_asked(rdf: str) -> None:
    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> None:
        one = f'SELECT ?s ?none {{ ?s <{EX}p> "7" }}'
        assert json.loads(await ask(one))["results"]["bindings"] == [{"s": {"type": "uri", "value": f"{EX}7"}}]
        assert await ask(one, "csv") == f"s,none\r\n{EX}7,\r\n".encode()
        assert await ask(one, "tsv") == f"?s\t?none\n<{EX}7>\t\n".encode()
        assert f'<binding name="s"><uri>{EX}7</uri></binding>'.encode() in await ask(one, "xml")
        assert await ask(f"CONSTRUCT WHERE {{ <{EX}7> ?p ?o }}") == f'<{EX}7> <{EX}p> "7" .\n'.encode()
        assert json.loads(await ask("ASK { ?s ?p 1 }"))["boolean"] is False

    run(rdf, work)


def test_the_graphs_of_a_request_are_its_dataset(rdf: str) -> None:
    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> None:
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        assert await ask(count, "csv") == b"n\r\n3000\r\n"
        assert await ask(count, "csv", dataset=Dataset(union=True)) == b"n\r\n3001\r\n"
        assert await ask(count, "csv", dataset=Dataset(default=(f"{EX}graph",))) == b"n\r\n1\r\n"
        assert await ask(count, "csv", dataset=Dataset(default=(f"{EX}absent",))) == b"n\r\n0\r\n"

    run(rdf, work)


def test_more_rows_than_may_be_are_cut_and_that_is_said(rdf: str) -> None:
    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> None:
        for limit, truncated in ((10, True), (3000, False)):
            answer = await pool.run(Request(rdf, f"SELECT ?s {{ ?s ?p ?o }} LIMIT {limit + truncated}", rows_format="csv"))
            assert (answer.rows, answer.truncated) == (min(limit, 10), True) or limit == 3000
            assert answer.size == len(answer.body())

    run(rdf, work, rows=10)


@pytest.mark.parametrize(
    ("sparql", "options", "error", "words"),
    [
        (ENDLESS, {"seconds": 0.5}, QueryLimitError, "stopped after 0.5 s"),
        (SORTED, {"memory": 60 << 20}, QueryLimitError, "more memory"),
        ("SELECT * { ?s ?p ?o . ?a ?b ?c }", {"size": 10_000, "rows": 1_000_000}, QueryLimitError, "larger than"),
        ("SELECT * { ?s ?p", {}, QueryError, "cannot be parsed"),
        ("INSERT DATA { <a:a> <a:a> 1 }", {}, QueryError, "cannot be parsed"),
    ],
)
def test_a_limit_ends_a_query_and_no_other(rdf: str, sparql: str, options: dict[str, object], error: type[KgError], words: str) -> None:
    found = failing(rdf, sparql, **options)
    assert type(found) is error
    assert words in str(found)


def test_a_format_that_cannot_hold_the_answer_is_refused(rdf: str) -> None:
    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> None:
        with pytest.raises(FormatError, match="rows"):
            await ask("SELECT * { ?s ?p ?o }", rows=None)
        with pytest.raises(FormatError, match="a graph"):
            await ask("DESCRIBE <a:a>", graph=None)

    run(rdf, work)


def test_endless_queries_hold_nobody_up(rdf: str) -> None:
    """Eight endless queries and forty short ones at two places: the short ones all answer, the endless ones end at a limit."""

    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> tuple[list[object], list[float]]:
        async def timed() -> float:
            started = time.monotonic()
            assert await ask(f"SELECT ?o {{ <{EX}5> ?p ?o }}", "csv") == b"o\r\n5\r\n"
            return time.monotonic() - started

        endless = [asyncio.ensure_future(ask(ENDLESS)) for _ in range(8)]
        await asyncio.sleep(0.2)
        times = [await timed() for _ in range(40)]
        return await asyncio.gather(*endless, return_exceptions=True), times

    ended, times = run(rdf, work, seconds=3.0, patience=8.0)
    assert {type(error) for error in ended} <= {QueryLimitError, BusyError}
    assert sorted(times)[len(times) // 2] < 1.0


def test_one_more_than_may_wait_is_sent_away_at_once(rdf: str) -> None:
    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> None:
        asked = asyncio.ensure_future(ask(ENDLESS))
        await asyncio.sleep(0.05)
        started = time.monotonic()
        with pytest.raises(BusyError) as caught:
            await ask("ASK {}")
        assert time.monotonic() - started < 1  # the query before it runs for its whole limit
        assert caught.value.retry_after > 0
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)

    run(rdf, work, workers=1, line=0)


def mine() -> set[int]:
    return set(children(os.getpid()))


def test_who_goes_away_ends_the_query(rdf: str) -> None:
    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> None:
        asked = asyncio.ensure_future(ask(ENDLESS))
        await asyncio.sleep(0.3)
        before = mine()
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        for _ in range(50):
            await asyncio.sleep(0.05)
            if len(mine() & before) < len(before):
                return
        pytest.fail("its process still runs")

    run(rdf, work, workers=1)


def test_nothing_is_left_when_a_pool_ends(rdf: str) -> None:
    before = mine()

    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> str:
        await asyncio.gather(*(ask("ASK {}") for _ in range(5)))
        return pool._folder

    folder = run(rdf, work)
    assert mine() <= before
    assert not Path(folder).exists()


def test_a_store_that_is_another_now_is_opened_anew(tmp_path: Path) -> None:
    """The same folder, made again while the pool runs, as after a restored backup."""

    def make(value: str) -> None:
        shutil.rmtree(tmp_path / "rdf", ignore_errors=True)
        store = Store(str(tmp_path / "rdf"))
        store.add(Quad(NamedNode(EX), NamedNode(EX), Literal(value)))
        store.flush()

    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> None:
        for state in ("1", "2"):
            make(state)
            gc.collect()
            assert await ask("SELECT ?o { ?s ?p ?o }", "csv", state=state) == f"o\r\n{state}\r\n".encode()
        shutil.rmtree(tmp_path / "rdf")
        with pytest.raises(StoreError, match="cannot be read"):
            await ask("ASK {}", state="3")

    run(str(tmp_path / "rdf"), work, workers=1)


def test_where_no_process_can_be_started_others_may_ask_later(rdf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(ask: Callable[..., Awaitable[bytes]], pool: Pool) -> bytes:
        with monkeypatch.context() as full:
            full.setattr("kg.engine.pool.Worker", lambda: (_ for _ in ()).throw(OSError(11, "Resource temporarily unavailable")))
            with pytest.raises(QueryError):
                await ask(ENDLESS)
            with pytest.raises(BusyError, match="no process can be started"):
                await ask("ASK {}")
        return await ask("ASK {}")

    assert json.loads(run(rdf, work, workers=1, seconds=0.3))["boolean"] is True
