"""The endpoint: what it understands, what it answers in, and over which graphs. SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Triple

from kg import vocab
from kg.describe.counting import Figures, figures
from kg.describe.terms import FORMATS, Nodes, nodes_of, sd, void
from kg.graph import integer
from kg.store import Snapshot

# What `kg.serve.negotiation` offers, by its names in https://www.w3.org/ns/formats/.
RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "JSON-LD", "RDF_XML",
)  # fmt: skip
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")


def service_description(snapshot: Snapshot, address: str) -> list[Triple]:
    """What the endpoint over a snapshot is, sorted.

    Federation, updates and dereferencing are not offered, so that no sd:feature is stated; neither is the union of the graphs the default.

    Args:
        snapshot: the published graph.
        address: of the server, such as "http://127.0.0.1:8000/"; the endpoint is "sparql" below it.
    """
    nodes, counted = nodes_of(address), figures(snapshot)
    return sorted({*_service(nodes), *_dataset(nodes, counted)}, key=str)


def _service(nodes: Nodes) -> Iterator[Triple]:
    service = nodes.service
    yield Triple(service, vocab.RDF_TYPE, sd("Service"))
    yield Triple(service, sd("endpoint"), nodes.endpoint)
    yield Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    yield Triple(service, sd("defaultEntailmentRegime"), _SIMPLE)
    for format in RESULT_FORMATS:
        yield Triple(service, sd("resultFormat"), NamedNode(FORMATS + format))
    yield Triple(service, sd("defaultDataset"), nodes.dataset)
    yield Triple(service, vocab.term("rdfs:seeAlso"), nodes.document)


def _dataset(nodes: Nodes, counted: Figures) -> Iterator[Triple]:
    default = nodes.part("default-graph")
    yield Triple(nodes.dataset, vocab.RDF_TYPE, sd("Dataset"))
    yield Triple(nodes.dataset, sd("defaultGraph"), default)
    yield Triple(default, vocab.RDF_TYPE, sd("Graph"))
    yield Triple(default, void("triples"), integer(counted.default))
    for name, number in counted.graphs.items():
        named, graph = nodes.part("named-graph", name), nodes.part("graph", name)
        yield Triple(nodes.dataset, sd("namedGraph"), named)
        yield Triple(named, vocab.RDF_TYPE, sd("NamedGraph"))
        yield Triple(named, sd("name"), name)
        yield Triple(named, sd("graph"), graph)
        yield Triple(graph, vocab.RDF_TYPE, sd("Graph"))
        yield Triple(graph, void("triples"), integer(number))
