"""The endpoint as its clients see it: three ways to ask, formats by Accept, and nothing that writes or reaches out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serve.conftest import serving

from kg import vocab
from kg.opening import locate
from kg.serve.current import Current

DATA = """@prefix ex: <https://example.org/> .
ex:a ex:p "1" . ex:b ex:p "2" .
ex:g { ex:c ex:p "3" . }
"""
EX = "https://example.org/"
ROWS = f"SELECT ?o {{ ?s <{EX}p> ?o }} ORDER BY ?o"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("serve") / "data.trig"
    path.write_text(DATA, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def endpoint(data: Path) -> Iterator[str]:
    with serving(Current(locate(data))) as address:
        yield address + "sparql"


def test_a_query_is_asked_in_three_ways(endpoint: str, client: httpx.Client) -> None:
    answers = [
        client.get(endpoint, params={"query": ROWS}),
        client.post(endpoint, data={"query": ROWS}),
        client.post(endpoint, content=ROWS, headers={"Content-Type": "application/sparql-query"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert [row["o"]["value"] for row in answers[0].json()["results"]["bindings"]] == ["1", "2"]
    assert answers[0].headers["KG-Rows"] == "2"


@pytest.mark.parametrize(
    ("accept", "type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
    ],
)
def test_rows_come_in_the_format_that_is_liked_best(endpoint: str, client: httpx.Client, accept: str, type: str) -> None:
    answer = client.get(endpoint, params={"query": ROWS}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, type)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"])
def test_triples_come_in_the_format_that_is_liked_best(endpoint: str, client: httpx.Client, accept: str) -> None:
    answer = client.get(endpoint, params={"query": f"DESCRIBE <{EX}a>"}, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(accept)


def test_the_graphs_of_a_request_are_its_dataset(endpoint: str, client: httpx.Client) -> None:
    def count(**graphs: object) -> str:
        params = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv", **graphs}
        return client.get(endpoint, params=params).text.split()[1]

    assert count() == "2"
    assert count(**{"default-graph-uri": f"{EX}g"}) == "1"
    assert count(**{"named-graph-uri": f"{EX}g"}) == "0"
    assert count(**{"default-graph-uri": [f"{EX}g", f"{EX}none"]}) == "1"


@pytest.mark.parametrize(
    ("method", "request_", "status", "words"),
    [
        ("GET", {"params": {"query": "SELECT * {"}}, 400, "cannot be parsed"),
        ("GET", {"params": {"query": f"SELECT * {{ SERVICE <{EX}> {{ ?s ?p ?o }} }}"}}, 400, "SERVICE"),
        ("GET", {"params": {"query": "LOAD <https://example.org/>"}}, 400, "LOAD"),
        ("GET", {"params": {"query": "DROP ALL"}}, 400, "DROP"),
        ("GET", {"params": {"update": "DROP ALL"}}, 403, "only reads"),
        ("POST", {"data": {"update": "DROP ALL"}}, 403, "only reads"),
        ("POST", {"content": "DROP ALL", "headers": {"Content-Type": "application/sparql-update"}}, 403, "only reads"),
        ("POST", {"content": ROWS, "headers": {"Content-Type": "text/plain"}}, 415, "application/sparql-query"),
        ("POST", {"data": {"other": "x"}}, 400, "no query"),
        ("GET", {"params": {"query": [ROWS, ROWS]}}, 400, "more than one query"),
        ("GET", {"params": {"query": ROWS}, "headers": {"Accept": "image/png"}}, 406, "text/csv"),
        ("GET", {"params": {"query": ROWS, "format": "ttl"}}, 406, "rows"),
        ("PUT", {"content": ROWS}, 405, "use GET or POST"),
        ("DELETE", {}, 405, "use GET or POST"),
        ("POST", {"data": {"query": ROWS + " " * (64 << 10)}}, 413, "64 KB"),
        (
            "POST",
            {"content": b"query=" + b"x" * (2 << 20), "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
            413,
            "1024 KB",
        ),
        ("POST", {"content": b"\xff\xfe", "headers": {"Content-Type": "application/sparql-query"}}, 400, "UTF-8"),
    ],
)
def test_what_gets_no_answer_says_why(
    endpoint: str, client: httpx.Client, method: str, request_: dict[str, object], status: int, words: str
) -> None:
    answer = client.request(method, endpoint, **request_)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert words in answer.text
    assert "Traceback" not in answer.text


def test_more_rows_than_the_limit_are_cut_and_that_is_said(serve, data: Path, client: httpx.Client) -> None:
    from kg.engine.pool import Limits

    address = serve(data, limits=Limits(rows=1))
    answer = client.get(address + "sparql", params={"query": ROWS})
    assert len(answer.json()["results"]["bindings"]) == 1
    assert "first 1" in answer.headers["KG-Truncated"]


def test_a_query_that_takes_too_long_is_no_half_answer(serve, data: Path, client: httpx.Client) -> None:
    from kg.engine.pool import Limits

    address = serve(data, limits=Limits(seconds=0.5))
    endless = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"{{ ?a{i} ?b{i} ?c{i} }}" for i in range(40)) + "}"
    answer = client.get(address + "sparql", params={"query": endless})
    assert (answer.status_code, "stopped after 0.5 s" in answer.text) == (503, True)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", ""])
def test_a_stranger_of_a_host_is_sent_away(endpoint: str, client: httpx.Client, host: str) -> None:
    assert client.get(endpoint, params={"query": ROWS}, headers={"Host": host}).status_code in (400, 421)


def test_a_host_that_is_allowed_is_answered(serve, data: Path, client: httpx.Client) -> None:
    endpoint = serve(data, hosts=("Kg.example",)) + "sparql"
    assert client.get(endpoint, params={"query": ROWS}, headers={"Host": "kg.example:80"}).status_code == 200


def test_other_sites_ask_only_where_they_are_allowed(serve, data: Path, client: httpx.Client) -> None:
    asked = {"params": {"query": ROWS}, "headers": {"Origin": "https://friend.example"}}
    assert "Access-Control-Allow-Origin" not in client.get(serve(data) + "sparql", **asked).headers  # type: ignore[arg-type]
    allowed = client.get(serve(data, origins=("https://friend.example",)) + "sparql", **asked)  # type: ignore[arg-type]
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://friend.example"
    assert "KG-Truncated" in allowed.headers["Access-Control-Expose-Headers"]


def test_every_answer_binds_the_browser(endpoint: str, client: httpx.Client) -> None:
    for answer in (client.get(endpoint, params={"query": ROWS}), client.get(endpoint, params={"query": "x"})):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_a_head_request_has_the_headers_alone(endpoint: str, client: httpx.Client) -> None:
    answer = client.head(endpoint, params={"query": ROWS})
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


def test_our_prefixes_are_not_known_to_the_endpoint(endpoint: str, client: httpx.Client) -> None:
    """It takes what the standard takes: a query that runs here runs elsewhere."""
    assert set(vocab.NAMESPACES) >= {"kg"}
    assert client.get(endpoint, params={"query": "ASK { ?s kg:score ?o }"}).status_code == 400
    assert json.loads(client.get(endpoint, params={"query": "ASK {}"}).text)["boolean"] is True
