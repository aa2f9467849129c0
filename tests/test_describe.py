"""What a graph and its endpoint are, as VoID, DCAT and a SPARQL service description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, Triple
from toy_papers import make

from kg import vocab
from kg.describe import PREFIXES, counting, service_description, void_description
from kg.export import turtle
from kg.opening import locate, open_graph
from kg.serve import negotiation
from kg.store import Snapshot, open_snapshot
from kg.terms import to_rdflib

ADDRESS = "http://127.0.0.1:8000/"
VOID, SD = (rdflib.Namespace(PREFIXES[prefix]) for prefix in ("void", "sd"))
DATASET = rdflib.URIRef(f"{ADDRESS}.well-known/void#dataset")
TYPE = rdflib.RDF.type


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with open_snapshot(make(tmp_path_factory.mktemp("described") / "store")) as opened:
        yield opened


@pytest.fixture
def named(tmp_path: Path) -> Iterator[Snapshot]:
    """A file of others with a default graph and two named ones."""
    file = tmp_path / "graphs.trig"
    file.write_text(
        "@prefix : <https://example.org/> . :a :knows :b . :one { :a :knows :b . :b a :Cat . } :two { :c :knows :d . :c :knows :e . :c a :Dog }",
        encoding="utf-8",
    )
    with open_graph(locate(file)) as opened:
        yield opened


def void(snapshot: Snapshot) -> rdflib.Graph:
    return to_rdflib(void_description(snapshot, ADDRESS))


def test_the_data_set_says_what_it_is_how_large_and_where_to_ask_it(snapshot: Snapshot) -> None:
    graph = void(snapshot)
    assert {VOID.Dataset, rdflib.DCAT.Dataset} == {*graph.objects(DATASET, TYPE)}
    assert graph.value(DATASET, VOID.sparqlEndpoint) == rdflib.URIRef(f"{ADDRESS}sparql")
    assert str(graph.value(DATASET, VOID.uriSpace)) == snapshot.base
    assert int(graph.value(DATASET, VOID.triples)) == len(snapshot.store)  # type: ignore[arg-type]
    assert int(graph.value(DATASET, VOID.entities)) == snapshot.manifest.papers + snapshot.manifest.entities  # type: ignore[arg-type]
    assert "10 papers" in str(graph.value(DATASET, rdflib.DCTERMS.description))
    assert rdflib.URIRef(vocab.KG) in {*graph.objects(DATASET, VOID.vocabulary)}
    tool = graph.value(DATASET, rdflib.DCTERMS.creator)
    assert str(graph.value(tool, rdflib.URIRef(vocab.SOFTWARE_VERSION.value))) == "0.1.0"


def test_every_class_and_property_is_a_part_with_its_number(snapshot: Snapshot) -> None:
    graph, quads = void(snapshot), [*snapshot.store]
    for part, about, unit, expected in (
        (VOID.propertyPartition, VOID.property, VOID.triples, Counter(quad.predicate.value for quad in quads)),
        (VOID.classPartition, VOID["class"], VOID.entities, Counter(q.object.value for q in quads if q.predicate == vocab.RDF_TYPE)),
    ):
        parts = [*graph.objects(DATASET, part)]
        assert {str(graph.value(node, about)): int(graph.value(node, unit)) for node in parts} == expected  # type: ignore[arg-type]
        assert len(parts) == len(expected)


def test_the_examples_are_things_of_the_graph(snapshot: Snapshot) -> None:
    examples = [*void(snapshot).objects(DATASET, VOID.exampleResource)]
    assert len(examples) == 2  # a paper and a method: these papers name nothing else
    assert all(any(snapshot.store.quads_for_pattern(NamedNode(str(example)), vocab.RDF_TYPE, None)) for example in examples)


def test_a_licence_and_files_are_told_of_only_where_there_are_some(snapshot: Snapshot) -> None:
    assert not [*void(snapshot).objects(None, rdflib.DCTERMS.license)]
    url, licence = f"{ADDRESS}graph.ttl", "https://creativecommons.org/publicdomain/zero/1.0/"
    graph = to_rdflib(void_description(snapshot, ADDRESS, license=licence, downloads={url: "text/turtle"}))
    assert graph.value(DATASET, rdflib.DCTERMS.license) == rdflib.URIRef(licence)
    assert graph.value(DATASET, VOID.dataDump) == rdflib.URIRef(url)
    (node,) = graph.subjects(rdflib.DCAT.downloadURL, rdflib.URIRef(url))
    assert graph.value(node, rdflib.DCAT.mediaType) == rdflib.URIRef("https://www.iana.org/assignments/media-types/text/turtle")
    assert (DATASET, rdflib.DCAT.distribution, node) in graph


# W3C's tests of service descriptions (sparql11/service-description): RDF, a matching endpoint, and the schema.


def test_the_service_names_its_endpoint_language_and_formats(snapshot: Snapshot) -> None:
    graph = to_rdflib(service_description(snapshot, ADDRESS))
    (service,) = graph.subjects(TYPE, SD.Service)
    assert graph.value(service, SD.endpoint) == rdflib.URIRef(f"{ADDRESS}sparql")
    assert {*graph.objects(service, SD.supportedLanguage)} == {SD.SPARQL11Query}
    assert len([*graph.objects(service, SD.resultFormat)]) == len(negotiation.ROWS) + len(negotiation.GRAPHS)
    assert not [*graph.objects(None, SD.feature)]  # no federation, no update, no union as the default


def test_the_service_conforms_to_the_vocabulary(named: Snapshot) -> None:
    """Each resource has the class that the range of the property that leads to it asks for."""
    graph = to_rdflib(service_description(named, ADDRESS))
    ranges = {SD.defaultDataset: SD.Dataset, SD.defaultGraph: SD.Graph, SD.namedGraph: SD.NamedGraph, SD.graph: SD.Graph}
    found = [(graph.value(node, TYPE), ranges[property]) for _, property, node in graph if property in ranges]
    assert len(found) == 6
    assert all(have == wanted for have, wanted in found)


def test_named_graphs_are_listed_with_their_triples_apart_from_the_default(named: Snapshot) -> None:
    graph = to_rdflib(service_description(named, ADDRESS))
    sizes = {
        str(graph.value(node, SD.name)): int(graph.value(graph.value(node, SD.graph), VOID.triples))  # type: ignore[arg-type]
        for node in graph.objects(DATASET, SD.namedGraph)
    }
    assert sizes == {"https://example.org/one": 2, "https://example.org/two": 3}
    assert int(graph.value(graph.value(DATASET, SD.defaultGraph), VOID.triples)) == 1  # type: ignore[arg-type]
    assert int(void(named).value(DATASET, VOID.triples)) == 5  # type: ignore[arg-type]


@pytest.mark.parametrize("describe", [void_description, service_description])
def test_descriptions_have_no_blank_nodes_and_the_same_bytes_each_time(describe, snapshot: Snapshot) -> None:
    triples: list[Triple] = describe(snapshot, ADDRESS)
    counting._known.clear()
    assert describe(snapshot, ADDRESS.removesuffix("/")) == triples
    assert all(isinstance(triple.subject, NamedNode) for triple in triples)
    text = turtle(triples, base=snapshot.base, prefixes=PREFIXES)
    assert {*rdflib.Graph().parse(data=text)} == {*to_rdflib(triples)}


def test_a_snapshot_is_counted_once(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    void_description(snapshot, ADDRESS)
    monkeypatch.setattr(counting, "_counted", lambda _: pytest.fail("counted again"))
    assert service_description(snapshot, ADDRESS)
