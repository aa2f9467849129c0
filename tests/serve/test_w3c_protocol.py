"""The W3C's tests of the SPARQL 1.1 Protocol, with the requests and expectations of their manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import w3c
from serve.conftest import serving

from kg.opening import locate
from kg.serve.current import Current

pytestmark = [pytest.mark.gold, w3c.needs_suites]

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
MANIFEST = "sparql11/protocol/manifest.ttl"
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"},
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples"},
}


@dataclass(frozen=True)
class Exchange:
    """A request, and what the manifest expects of the answer."""

    method: str
    target: str  # behind /sparql
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: frozenset[str]  # such as "4xx"
    boolean: bool | None
    format: str  # a key of FORMATS, or ""

    def send(self, client: httpx.Client, endpoint: str) -> httpx.Response:
        return client.request(self.method, endpoint + self.target, headers=dict(self.headers), content=self.body)


def exchanges(graph: w3c.Graph, test: w3c.Term) -> Iterator[Exchange]:
    action = graph.one(test, f"{w3c.MF}action")
    for request in graph.list(action, f"{HT}requests"):
        fields = [
            (text(graph, field, f"{HT}fieldName"), text(graph, field, f"{HT}fieldValue")) for field in graph.list(request, f"{HT}headers")
        ]
        body, response = graph.one(request, f"{HT}body"), graph.one(request, f"{HT}resp")
        statuses = {term.value[-3:] for term in graph.all(response, f"{w3c.MF}expectedStatus")}
        boolean = text(graph, response, f"{w3c.MF}expectedBoolean")
        yield Exchange(
            text(graph, request, f"{HT}methodName"),
            text(graph, request, f"{HT}absolutePath").removeprefix("/sparql/"),
            tuple(fields),
            text(graph, body, f"{CNT}chars").encode(text(graph, body, f"{CNT}characterEncoding")) if body else b"",
            frozenset(statuses),
            boolean == "true" if boolean else None,
            text(graph, response, f"{w3c.MF}expectedFormat"),
        )


def text(graph: w3c.Graph, subject: w3c.Term, property: str) -> str:
    found = graph.one(subject, property)
    return found.value if found else ""


def group(kind: str) -> list[object]:
    """The tests whose name begins with `kind`."""
    if not w3c.FOLDER.is_dir():
        return []
    found = [(test.value.rpartition("#")[2], [*exchanges(graph, test)]) for graph, test in w3c.entries(MANIFEST)]
    return [pytest.param(sent, id=name) for name, sent in found if name.startswith(kind)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graphs of all the tests, each under the name that the manifest gives it."""
    wanted = {
        (text(graph, data, LABEL), graph.one(data, f"{UT}graph").value)
        for graph, test in w3c.entries(MANIFEST)
        for data in graph.all(test, f"{UT}graphData")
    }
    quads = {
        ox.Quad(*quad.triple, ox.NamedNode(name))
        for name, address in wanted
        for quad in ox.parse(path=str(w3c.path_of(address)), base_iri=address)
    }
    path = tmp_path_factory.mktemp("protocol") / "data.nq"
    ox.serialize(quads, str(path), format=ox.RdfFormat.N_QUADS)
    return path


@pytest.fixture(scope="module")
def endpoint(store: Path) -> Iterator[str]:
    with serving(Current(locate(store))) as address:
        yield f"{address}sparql"


def check(answer: httpx.Response, expected: Exchange) -> None:
    assert f"{answer.status_code // 100}xx" in expected.statuses, answer.text
    if expected.format:
        type = answer.headers["Content-Type"].partition(";")[0]
        assert type in FORMATS[expected.format]
    if expected.boolean is not None:
        assert answer.json()["boolean"] is expected.boolean


def test_the_manifest_is_the_one_we_know() -> None:
    """Should it grow, nothing of it is passed over in silence."""
    sizes = [len(group(kind)) for kind in ("query_", "bad_query", "bad_multiple_queries", "bad_update", "bad_multiple_updates", "update_")]
    assert sizes == [13, 6, 1, 6, 1, 7]
    assert sum(sizes) == len([*w3c.entries(MANIFEST)]) == 34


@pytest.mark.parametrize("sent", group("query_"))
def test_a_query_is_answered(endpoint: str, client: httpx.Client, sent: list[Exchange]) -> None:
    for exchange in sent:
        check(exchange.send(client, endpoint), exchange)


@pytest.mark.parametrize(
    "sent", [*group("bad_query"), *group("bad_multiple_queries"), *group("bad_update"), *group("bad_multiple_updates")]
)
def test_a_bad_request_is_refused(endpoint: str, client: httpx.Client, sent: list[Exchange]) -> None:
    for exchange in sent:
        assert exchange.statuses == {"4xx"}
        check(exchange.send(client, endpoint), exchange)


@pytest.mark.parametrize("sent", group("update_"))
def test_an_update_is_refused_since_we_only_read(endpoint: str, client: httpx.Client, sent: list[Exchange]) -> None:
    """The manifest expects 2xx of the update and the new state of the query after it; here neither update nor new state is."""
    update, *queries = sent
    answer = update.send(client, endpoint)
    assert answer.status_code == 403
    assert re.search("only reads", answer.text)
    for query in queries:
        assert query.send(client, endpoint).json() == {"head": {}, "boolean": False}


def test_a_slash_behind_the_endpoint_is_the_endpoint(endpoint: str, client: httpx.Client) -> None:
    """The manifest asks at /sparql/, and says that another path may take its place."""
    answer = client.get(f"{endpoint}/", params={"query": "ASK {}"}, follow_redirects=True)
    assert (answer.status_code, answer.json()["boolean"]) == (200, True)


def test_relative_names_are_relative_to_the_endpoint(endpoint: str, client: httpx.Client) -> None:
    answer = client.post(endpoint, data={"query": "CONSTRUCT { <s> <p> <#o> } {}"}, headers={"Accept": "application/n-triples"})
    root = endpoint.removesuffix("sparql")
    assert answer.text == f"<{root}s> <{root}p> <{endpoint}#o> .\n"
    other = endpoint.replace("127.0.0.1", "localhost")
    again = client.post(
        endpoint,
        data={"query": "CONSTRUCT { <s> <p> <#o> } {}"},
        headers={"Accept": "application/n-triples", "Host": other.split("/")[2]},
    )
    assert again.text.endswith(f" <{other}#o> .\n")  # not the answer that was given before under another name
    based = client.get(
        endpoint, params={"query": "BASE <http://x.y/> CONSTRUCT { <s> <p> 1 } {}"}, headers={"Accept": "application/n-triples"}
    )
    assert "<http://x.y/s> <http://x.y/p>" in based.text
