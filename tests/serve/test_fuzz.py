"""Requests of any shape against every address: no error of the server's own, every answer binds the browser and says its type.

Requests go to the application itself, as ASGI has them, so that one takes a millisecond; `test_connections` has the bytes on the wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from conftest import KNOWLEDGE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import vocab
from kg.engine.pool import Limits
from kg.graph import to_triples
from kg.opening import locate
from kg.queries import library
from kg.serve.app import make_app
from kg.serve.current import Current
from kg.serve.security import HEADERS
from kg.serve.site import Settings

pytestmark = pytest.mark.slow

FORM, SPARQL = "application/x-www-form-urlencoded", "application/sparql-query"
ALLOWED = {200, 204, 301, 302, 303, 304, 307, 308, 400, 403, 404, 405, 406, 408, 413, 415, 421, 499, 503}

PATHS = [
    "/", "/sparql", "/editor", "/queries", "/search", "/resource", "/schema", "/.well-known/void", "/id/", "/static/page.css", "/static/",
    "/id/method/owlnet", "/id/paper/arxiv-2401.00001", "/id/dataset/duskset", "/id/dataset/日本語コーパス", "/id/method/=sum(a1)", "/nowhere",
    *(f"/queries/{name}" for name in library()),
]  # fmt: skip
PARAMS = [
    "query", "update", "format", "output", "default-graph-uri", "named-graph-uri", "q", "iri", "type", "page", "thing", "method", "paper", "from",
    "minimum", "below", "to", "limit", "run", "task", "dataset",
]  # fmt: skip
VALUES = [
    "ASK {}", "SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <x:y>", "SELECT * { SERVICE <x:y> {} }", "SELECT * {", "CLEAR ALL",
    "json", "csv", "ttl", "jsonld", "owlnet", f"{vocab.BASE}method/owlnet", "method:owlnet", "javascript:alert(1)", "<script>", "-1", "0", "1e999",
    "9" * 40, "a:b", "not an iri <>", "\x00", "\ud7ff", "%", "../../etc/passwd", "x" * 5000, "true", "Method", "mentions", "",
]  # fmt: skip
ACCEPTS = [
    "*/*", "text/html", "text/turtle", "application/ld+json", "application/json", "text/csv", "image/png", "", "text/*;q=0", ";;q=x,,/", "*", "a/b;q=9e9",
]  # fmt: skip

values = st.one_of(st.sampled_from(VALUES), st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace").decode()))
fields = st.lists(st.tuples(st.one_of(st.sampled_from(PARAMS), st.text(max_size=5)), values), max_size=4)
paths = st.one_of(
    st.sampled_from(PATHS),
    st.builds(
        lambda start, rest: start + rest, st.sampled_from(["/", "/id/", "/static/", "/queries/", "/id/method/"]), st.text(max_size=20)
    ),
)
targets = st.one_of(
    st.builds(lambda pairs: urlencode(pairs, errors="replace").encode(), fields),
    st.binary(max_size=30).map(lambda b: quote_from_bytes(b, "&=").encode()),
)
bodies = st.one_of(
    st.builds(lambda pairs: urlencode(pairs, errors="replace").encode(), fields), values.map(str.encode), st.binary(max_size=60)
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "accept": st.sampled_from(ACCEPTS),
        "content-type": st.one_of(
            st.sampled_from([FORM, SPARQL, "text/plain", "multipart/form-data", f"{FORM}; charset=latin-1", ";"]), st.just("\xff")
        ),
        "origin": st.sampled_from(["null", "https://evil.example"]),
        "range": st.sampled_from(["bytes=0-", "bytes=9-1", "x"]),
        "if-none-match": st.sampled_from(["*", '"x"', "\xff"]),
        "if-modified-since": st.sampled_from(["yesterday", "Sun, 06 Nov 1994 08:49:37 GMT"]),
        "x-forwarded-host": st.just("evil.example"),
        "accept-language": st.just("\xff;q=x"),
    },
)

Ask = Callable[[str, str, bytes, dict[str, str], bytes], tuple[int, list[tuple[str, str]], bytes]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Sends a request to an application that serves a small graph."""
    path = tmp_path_factory.mktemp("fuzz") / "graph.nt"
    path.write_text("".join(f"{triple} .\n" for triple in to_triples(KNOWLEDGE)), encoding="utf-8")
    app: Any = make_app(Current(locate(path)), Settings(workers=2, limits=Limits(seconds=5)))
    with ThreadPoolExecutor(1) as thread:  # an event loop of its own: a browser of another test may keep one running in this thread
        runner = asyncio.Runner()

        def run(work: Coroutine[Any, Any, Any]) -> Any:
            return thread.submit(runner.run, work).result()

        started, ended = asyncio.Event(), asyncio.Event()

        async def lifespan() -> None:
            messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

            async def receive() -> Any:
                message = next(messages)
                if message["type"].endswith("shutdown"):
                    await ended.wait()
                return message

            async def send(message: Any) -> None:
                assert not message["type"].endswith("failed"), message
                started.set()

            await app({"type": "lifespan"}, receive, send)

        async def begin() -> asyncio.Task[None]:
            task = asyncio.ensure_future(lifespan())
            await asyncio.wait([task, asyncio.ensure_future(started.wait())], return_when=asyncio.FIRST_COMPLETED)
            return task

        async def end() -> None:
            ended.set()
            await running

        running = run(begin())
        yield lambda *parts: run(_answer(app, *parts))
        run(end())
        thread.submit(runner.close).result()


async def _answer(
    app: Any, method: str, path: str, query: bytes, more: dict[str, str], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": quote_from_bytes(path.encode(), "/%").encode(), "query_string": query, "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80), "state": {}, "headers": [(b"host", b"127.0.0.1"), *((k.encode(), v.encode("latin-1")) for k, v in more.items())],
    }  # fmt: skip
    sent: list[Any] = []
    gone = asyncio.Event()
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        if (part := next(parts, None)) is not None:
            return part
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await asyncio.wait_for(app(scope, receive, send), 30)
    gone.set()
    found = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in sent[0]["headers"]]
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:])


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "POST", "OPTIONS", "PUT", "TRACE", "X"]), paths, targets, headers, bodies)
def test_no_request_is_an_error_of_the_server(ask: Ask, method: str, path: str, query: bytes, headers: dict[str, str], body: bytes) -> None:
    status, found, said = ask(method, path, query, headers, body)
    assert status in ALLOWED
    names = [name for name, _ in found]
    assert all(names.count(name.lower()) == 1 for name in HEADERS)
    assert not any(name.startswith("access-control") for name in names)
    assert "content-type" in names or not said
    assert b"Traceback" not in said
    assert all(character not in value for _, value in found for character in "\r\n")


@pytest.mark.parametrize("path", PATHS)
def test_every_address_answers(ask: Ask, path: str) -> None:
    for accept in ("text/html", "text/turtle", "*/*", "image/png"):
        status, found, _ = ask("GET", path, b"", {"accept": accept}, b"")
        assert status in ALLOWED
        assert dict(found)["x-content-type-options"] == "nosniff"
