"""The W3C's three tests of the SPARQL 1.1 Service Description, whose manifest gives their names and no data."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pyoxigraph as ox
import pytest
import w3c
from serve.conftest import serving

from kg.opening import locate
from kg.serve.current import Current

pytestmark = [pytest.mark.gold, w3c.needs_suites]

SD = "http://www.w3.org/ns/sparql-service-description#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DATA = "@prefix ex: <https://example.org/> .\nex:a ex:p 1 .\nex:g { ex:a ex:p 2 }\n"
# https://www.w3.org/ns/sparql-service-description: property → class of its subjects, class of its objects that the description states.
PROPERTIES = {
    "endpoint": ("Service", None), "feature": ("Service", None), "defaultEntailmentRegime": ("Service", None),
    "supportedEntailmentProfile": ("Service", None), "entailmentRegime": ("NamedGraph", None), "extensionFunction": ("Service", None),
    "extensionAggregate": ("Service", None), "languageExtension": ("Service", None), "supportedLanguage": ("Service", None),
    "propertyFeature": ("Service", None), "defaultDataset": ("Service", "Dataset"), "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", None), "inputFormat": ("Service", None), "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"), "name": ("NamedGraph", None), "graph": ("NamedGraph", "Graph"),
}  # fmt: skip
LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("described") / "data.trig"
    path.write_text(DATA, encoding="utf-8")
    with serving(Current(locate(path))) as address:
        yield f"{address}sparql"


@pytest.fixture
def described(endpoint: str, client: httpx.Client) -> ox.Dataset:
    answer = client.get(endpoint, headers={"Accept": "text/turtle"})
    return ox.Dataset(ox.parse(answer.content, format=ox.RdfFormat.TURTLE))


def returns_rdf(endpoint: str, client: httpx.Client, described: ox.Dataset) -> None:
    formats = {
        "text/turtle": "TURTLE",
        "application/rdf+xml": "RDF_XML",
        "application/n-triples": "N_TRIPLES",
        "application/ld+json": "JSON_LD",
    }
    for type, name in formats.items():
        answer = client.get(endpoint, headers={"Accept": type})
        assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, type)
        assert ox.Dataset(ox.parse(answer.content, format=getattr(ox.RdfFormat, name))) == described
    assert client.get(endpoint).headers["Content-Type"].startswith("text/turtle")


def has_endpoint_triple(endpoint: str, client: httpx.Client, described: ox.Dataset) -> None:
    endpoints = [quad for quad in described if quad.predicate.value == f"{SD}endpoint"]
    assert [quad.object for quad in endpoints] == [ox.NamedNode(endpoint)]


def conforms_to_schema(endpoint: str, client: httpx.Client, described: ox.Dataset) -> None:
    types = {
        quad.subject: {other.object.value for other in described.quads_for_subject(quad.subject) if other.predicate == TYPE}
        for quad in described
    }
    used = [quad for quad in described if quad.predicate.value.startswith(SD)]
    assert used
    for quad in used:
        subjects, objects = PROPERTIES[quad.predicate.value.removeprefix(SD)]
        assert SD + subjects in types[quad.subject], quad
        assert objects is None or SD + objects in types[quad.object], quad
        assert not isinstance(quad.object, ox.Literal)
        if quad.predicate.value == f"{SD}supportedLanguage":
            assert quad.object.value.removeprefix(SD) in LANGUAGES
    named = [quad.object.value for quad in used if quad.predicate.value == f"{SD}name"]
    assert named == ["https://example.org/g"]


TESTS: dict[str, Callable[[str, httpx.Client, ox.Dataset], None]] = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


def test_the_manifest_has_these_tests() -> None:
    found = {test.value.rpartition("#")[2] for _, test in w3c.entries("sparql11/service-description/manifest.ttl")}
    assert found == set(TESTS)


@pytest.mark.parametrize("name", TESTS)
def test_the_service_describes_itself(endpoint: str, client: httpx.Client, described: ox.Dataset, name: str) -> None:
    TESTS[name](endpoint, client, described)
