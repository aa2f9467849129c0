"""The W3C's tests of SPARQL queries, through the endpoint: it must say what the engine says in process, in each way to ask and each format."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import httpx
import pyoxigraph as ox
import pytest
import w3c
from serve.conftest import serving

from kg.serve.site import Settings

pytestmark = [pytest.mark.gold, pytest.mark.slow, w3c.needs_suites]

SPARQL_11 = "sparql11/manifest-sparql11-query.ttl"
SPARQL_10 = "sparql10/manifest.ttl"
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPHS = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}
WAYS = [  # each of the protocol's ways to ask, with formats to ask for
    ("GET", "application/sparql-results+json, application/n-triples"),
    ("form", "application/sparql-results+xml, text/turtle"),
    ("direct", "text/tab-separated-values, application/n-triples"),
]


class Shown:
    """Stands for `kg.serve.current.Current`: shows the store that a test wants."""

    is_due = False

    def __init__(self) -> None:
        self._shown: object = None

    def show(self, path: Path) -> None:
        if getattr(self._shown, "rdf_path", None) != path:
            self._shown = SimpleNamespace(rdf_path=path, base="https://example.org/", fingerprint=str(path))

    @contextmanager
    def snapshot(self) -> Iterator[object]:
        yield self._shown

    def close(self) -> None:
        pass


class Stores:
    """A store for every set of graphs, made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[object, Path] = {}

    def path(self, graphs: tuple[tuple[str, str | None], ...]) -> Path:
        if graphs not in self._made:
            path = self._folder / str(len(self._made))
            store = ox.Store(str(path))
            for address, name in graphs:
                graph = ox.NamedNode(name) if name else ox.DefaultGraph()
                store.load(path=str(w3c.path_of(address)), base_iri=address, to_graph=graph)
                if name:
                    store.add_graph(graph)  # one that is empty counts too
            store.flush()
            self._made[graphs] = path
        return self._made[graphs]


@dataclass(frozen=True)
class Endpoint:
    """A server and what it shows."""

    url: str
    shown: Shown
    stores: Stores
    client: httpx.Client

    def ask(self, test: w3c.QueryTest, way: str, accept: str) -> httpx.Response:
        self.shown.show(self.stores.path(test.graphs))
        query, headers = f"BASE <{test.query}>\n{test.text}", {"Accept": accept}
        if way == "GET":
            return self.client.get(self.url, params={"query": query}, headers=headers)
        if way == "form":
            return self.client.post(self.url, data={"query": query}, headers=headers)
        return self.client.post(self.url, content=query.encode(), headers=headers | {"Content-Type": "application/sparql-query"})

    def passes(self, test: w3c.QueryTest, way: str, accept: str) -> bool:
        """Whether the endpoint passes a test."""
        answer = self.ask(test, way, accept)
        assert answer.status_code in (200, 400), (test.name, answer.text)
        if "Syntax" in test.type:
            # What is SPARQL may fail when it runs, as an unknown function does.
            sound = answer.status_code == 200 or "the query failed" in answer.text
            return sound is not test.rejected
        return answer.status_code == 200 and read(answer).agrees(w3c.expected(test), lax=test.lax)


def read(answer: httpx.Response) -> w3c.Answer:
    type = answer.headers["Content-Type"].partition(";")[0]
    if type in GRAPHS:
        return w3c.answer_of([quad.triple for quad in ox.parse(answer.content, format=GRAPHS[type])])
    return w3c.answer_of(ox.parse_query_results(answer.content, format=RESULTS[type]))


def passes_in_process(test: w3c.QueryTest, stores: Stores) -> bool:
    """Whether the engine passes a test by itself."""
    try:
        result = ox.Store.read_only(str(stores.path(test.graphs))).query(test.text, base_iri=test.query)
        if "Syntax" in test.type:
            return not test.rejected
        return w3c.answer_of(result).agrees(w3c.expected(test), lax=test.lax)
    except SyntaxError:
        return test.rejected
    except (OSError, RuntimeError, ValueError):
        return "Positive" in test.type


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    shown = Shown()
    with serving(shown, Settings(workers=1)) as address, httpx.Client(timeout=30) as client:  # type: ignore[arg-type]
        yield Endpoint(f"{address}sparql", shown, Stores(tmp_path_factory.mktemp("stores")), client)


@pytest.mark.parametrize("manifest", [SPARQL_11, SPARQL_10])
def test_the_endpoint_answers_as_the_engine_does(endpoint: Endpoint, manifest: str) -> None:
    """Also in this: no valid query is refused, and no invalid one answered, which the tests of syntax try."""
    tests = sorted(w3c.query_tests(manifest), key=lambda test: str(test.graphs))  # one store after the other: opening one takes longest
    engine, over_http = set(), {way: set() for way, _ in WAYS}
    for test in tests:
        engine |= {test.name} if passes_in_process(test, endpoint.stores) else set()
        for way, accept in WAYS:
            over_http[way] |= {test.name} if endpoint.passes(test, way, accept) else set()
    print(f"{manifest}: {len(engine)} of {len(tests)} in process, {[len(passed) for passed in over_http.values()]} over HTTP")
    print("missed by both:", *sorted({test.name for test in tests} - engine))
    assert {way: sorted(passed ^ engine) for way, passed in over_http.items()} == {way: [] for way, _ in WAYS}
    assert len(engine) > 0.9 * len(tests)  # else it is the comparison that is wrong


def table(text: str) -> w3c.Answer:
    """An answer in CSV; its columns by name, since SELECT * leaves their order open, and what looks like a number by its value."""
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    order = sorted(range(len(head)), key=head.__getitem__)
    return w3c.Answer(frozenset(head), tuple(tuple(_cell(row[i]) for i in order) for row in rows))


def _cell(text: str) -> object:
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    return float(text) if re.fullmatch(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?", text) else text


def test_answers_in_json_are_as_the_suite_has_them(endpoint: Endpoint) -> None:
    tests = w3c.query_tests("sparql11/json-res/manifest.ttl")
    assert [test.name for test in tests if not endpoint.passes(test, *WAYS[0])] == []
    assert len(tests) == 4


def test_answers_in_csv_and_tsv_are_as_the_suite_has_them(endpoint: Endpoint) -> None:
    """All but one, which asks for an xsd:negativeInteger: the engine stores it as the xsd:integer that it also is."""
    csv_tests, tsv_tests = [], []
    for test in w3c.query_tests("sparql11/csv-tsv-res/manifest.ttl"):
        (csv_tests if "CSV" in test.type else tsv_tests).append(test)
    for test in csv_tests:
        answer = endpoint.ask(test, "GET", "text/csv").text
        assert table(answer).agrees(table(w3c.path_of(str(test.result)).read_bytes().decode())), test.name
    assert [test.name for test in tsv_tests if not endpoint.passes(test, *WAYS[2])] == ["csv-tsv-res/tsv03"]
    assert (len(csv_tests), len(tsv_tests)) == (3, 3)
