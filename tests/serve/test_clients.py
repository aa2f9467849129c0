"""Clients that others made, unchanged, on the graph of the seed papers: curl, SPARQLWrapper, rdflib, pandas and Comunica."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pandas
import pytest
import rdflib
from rdflib.plugins.stores.sparqlconnector import SPARQLConnector
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serve.conftest import serving
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

import kg
from kg.opening import locate
from kg.serve.current import Current

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[2] / "seeds" / "papers.txt"
SKOS = rdflib.Namespace("http://www.w3.org/2004/02/skos/core#")
KG = rdflib.Namespace("https://w3id.org/paper-kg/schema#")
NAMES = f"SELECT ?thing ?name {{ ?thing a <{KG}Method> ; <{SKOS.prefLabel}> ?name }} ORDER BY ?name ?thing"
SOME = f"CONSTRUCT {{ ?thing <{SKOS.prefLabel}> ?name }} {{ ?thing a <{KG}Method> ; <{SKOS.prefLabel}> ?name }}"
COMUNICA = "@comunica/query-sparql@4"  # 5 needs a newer node than Debian has

Table = list[tuple[str, str]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clients") / "graph"
    with kg.open(path) as graph:
        graph.build(SEEDS, extractor="rules")
    return path


@pytest.fixture(scope="module")
def endpoint(store: Path) -> Iterator[str]:
    with serving(Current(locate(store))) as address:
        yield f"{address}sparql"


@pytest.fixture(scope="module")
def names(store: Path) -> Table:
    """The answer to `NAMES`, asked in process."""
    with kg.open(store) as graph:
        found = [(row[0].value, row[1].value) for row in graph.query(NAMES).rows]  # type: ignore[union-attr]
    assert len(found) > 10
    return found


def cells(text: str) -> Table:
    """The rows of CSV, without the head."""
    return [(row[0], row[1]) for row in csv.reader(io.StringIO(text, newline=""))][1:]


@pytest.mark.parametrize(
    "asking",
    [
        ["--get", "--data-urlencode", f"query={NAMES}"],
        ["--data-urlencode", f"query={NAMES}"],
        ["--data-binary", NAMES, "--header", "Content-Type: application/sparql-query"],
        ["--compressed", "--data-urlencode", f"query={NAMES}"],
    ],
)
def test_curl(endpoint: str, names: Table, asking: list[str]) -> None:
    def curl(*more: str) -> str:
        command = ["curl", "--silent", "--show-error", "--fail", *asking, *more, endpoint]
        return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()

    rows = json.loads(curl())["results"]["bindings"]
    assert [(row["thing"]["value"], row["name"]["value"]) for row in rows] == names
    assert cells(curl("--header", "Accept: text/csv")) == names


@pytest.fixture(params=[GET, POST])
def wrapper(endpoint: str, request: pytest.FixtureRequest) -> SPARQLWrapper:
    found = SPARQLWrapper(endpoint)
    found.setMethod(request.param)
    return found


def ask(wrapper: SPARQLWrapper, query: str, format: str) -> object:
    wrapper.setQuery(query)
    wrapper.setReturnFormat(format)
    return wrapper.queryAndConvert()


def test_sparqlwrapper_reads_rows(wrapper: SPARQLWrapper, names: Table) -> None:
    rows = ask(wrapper, NAMES, JSON)["results"]["bindings"]  # type: ignore[index]
    assert [(row["thing"]["value"], row["name"]["value"]) for row in rows] == names
    assert cells(ask(wrapper, NAMES, CSV).decode()) == names  # type: ignore[attr-defined]
    assert ask(wrapper, NAMES, TSV).decode().split("\n")[0] == "?thing\t?name"  # type: ignore[attr-defined]
    document = ask(wrapper, NAMES, XML)
    literals = [element.firstChild.data for element in document.getElementsByTagName("literal")]  # type: ignore[attr-defined]
    assert literals == [name for _, name in names]


def test_sparqlwrapper_reads_yes_and_no(wrapper: SPARQLWrapper) -> None:
    assert ask(wrapper, f"ASK {{ ?x a <{KG}Method> }}", JSON)["boolean"] is True  # type: ignore[index]
    document = ask(wrapper, f"ASK {{ ?x a <{KG}None> }}", XML)
    assert document.getElementsByTagName("boolean")[0].firstChild.data == "false"  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # SPARQLWrapper makes one
def test_sparqlwrapper_reads_graphs(wrapper: SPARQLWrapper, names: Table) -> None:
    wanted = {(rdflib.URIRef(thing), SKOS.prefLabel, rdflib.Literal(name)) for thing, name in names}
    for format in (RDFXML, JSONLD, XML):
        assert set(ask(wrapper, SOME, format)) == wanted  # type: ignore[call-overload]
    for format in (TURTLE, N3):
        assert set(rdflib.Graph().parse(data=ask(wrapper, SOME, format), format="turtle")) == wanted  # type: ignore[arg-type]
    thing = names[0][0]
    described = ask(wrapper, f"DESCRIBE <{thing}>", RDFXML)
    assert (rdflib.URIRef(thing), SKOS.prefLabel, rdflib.Literal(names[0][1])) in described  # type: ignore[operator]


def test_sparqlwrapper_is_told_what_is_wrong(wrapper: SPARQLWrapper) -> None:
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    with pytest.raises(QueryBadFormed, match="cannot be parsed"):
        ask(wrapper, "SELECT * {", JSON)


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("format", ["xml", "json", "csv", "tsv"])
def test_rdflib_reads_the_graph_as_its_own(endpoint: str, names: Table, method: str, format: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method, returnFormat=format))
    thing, name = rdflib.URIRef(names[0][0]), rdflib.Literal(names[0][1])
    assert [(str(row.thing), str(row.name)) for row in graph.query(NAMES)] == names
    bound = graph.query("SELECT ?name { ?thing ?property ?name }", initBindings={"thing": thing, "property": SKOS.prefLabel})
    assert [row.name for row in bound] == [name]
    assert [*graph.triples((thing, SKOS.prefLabel, None))] == [(thing, SKOS.prefLabel, name)]
    assert len(graph) == int(next(iter(graph.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))).n) > 1000
    if format in ("xml", "json"):  # rdflib reads no ASK from the others
        assert (thing, SKOS.prefLabel, name) in graph
        assert graph.query("ASK { ?s ?p ?o }").askAnswer is True


def test_rdflib_reads_graphs(endpoint: str, names: Table) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint))
    assert {str(name) for _, _, name in graph.query(SOME)} == {name for _, name in names}
    answer = SPARQLConnector(endpoint, returnFormat="json").query(NAMES)
    assert [tuple(str(row[variable]) for variable in answer.vars) for row in answer.bindings] == names  # type: ignore[union-attr]


def test_pandas_reads_a_table_from_the_address(endpoint: str, names: Table) -> None:
    address = f"{endpoint}?{urlencode({'query': NAMES})}"
    for table in (pandas.read_csv(f"{address}&format=csv"), pandas.read_csv(address, storage_options={"Accept": "text/csv"})):
        assert [*table.itertuples(index=False, name=None)] == names


@pytest.fixture(scope="session")
def comunica() -> list[str]:
    """The command of Comunica, installed below the user's cache when it is first asked for."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "paper-kg-tests" / "comunica-4"
    command = home / "node_modules" / ".bin" / "comunica-sparql"
    if not command.exists():
        home.mkdir(parents=True, exist_ok=True)
        wanted = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", COMUNICA]
        try:
            subprocess.run(wanted, cwd=home, capture_output=True, check=True, timeout=240)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip(f"npm could not install {COMUNICA}: its registry may be out of reach")
    return ["node", str(command)]


@pytest.mark.parametrize("prefix", ["", "sparql@"], ids=["found out", "told"])
def test_comunica(endpoint: str, names: Table, comunica: list[str], prefix: str) -> None:
    """It finds out by itself, from the service description, that the address is an endpoint; or it is told."""
    command = [*comunica, f"{prefix}{endpoint}", NAMES, "-t", "application/sparql-results+json"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert [(row["thing"]["value"], row["name"]["value"]) for row in rows] == names


def test_a_browser_is_sent_to_the_editor_and_a_program_to_the_description(endpoint: str, client: httpx.Client) -> None:
    browser = client.get(endpoint, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert (browser.status_code, browser.headers["Location"]) == (303, "editor")
    program = client.get(endpoint, headers={"Accept": "application/n-quads,text/turtle;q=0.6,text/html;q=0.2"})
    assert (program.status_code, program.headers["Content-Type"].partition(";")[0]) == (200, "text/turtle")
