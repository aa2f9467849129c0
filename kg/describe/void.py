"""The data set: what it is about, how large it is and in which vocabularies, where it is asked and fetched. VoID and DCAT."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Triple

from kg import __version__, vocab
from kg.describe.counting import Figures, figures
from kg.describe.terms import FOAF, FORMATS, SD, VOID, Nodes, english, nodes_of, void
from kg.graph import integer, text
from kg.store import Snapshot

PREFIXES: Mapping[str, str] = MappingProxyType({"void": VOID, "sd": SD, "formats": FORMATS, "foaf": FOAF})  # beside those of `kg.vocab`
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"  # as DCAT 2, section 6.8.11, recommends
_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
_NAMESPACE = re.compile(r".*[#/]")
_SERIALIZATIONS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")


def void_description(
    snapshot: Snapshot, address: str, *, license: str | None = None, downloads: Mapping[str, str] = MappingProxyType({})
) -> list[Triple]:
    """What the data of a snapshot are, sorted.

    Args:
        snapshot: the published graph.
        address: of the server, such as "http://127.0.0.1:8000/"; the endpoint is "sparql" below it.
        license: IRI of the licence of the data; nothing is said of one where it is None.
        downloads: address of a file with all of the graph → its media type.
    """
    nodes, counted = nodes_of(address), figures(snapshot)
    triples = {
        *_document(nodes),
        *_dataset(nodes, snapshot, counted, license),
        *_partitions(nodes, counted),
        *_access(nodes, downloads),
        *_tool(nodes),
    }
    return sorted(triples, key=str)


def _document(nodes: Nodes) -> Iterator[Triple]:
    yield Triple(nodes.document, vocab.RDF_TYPE, void("DatasetDescription"))
    yield Triple(nodes.document, vocab.TITLE, english("Description of the data at this address"))
    yield Triple(nodes.document, NamedNode(f"{FOAF}primaryTopic"), nodes.dataset)


def _dataset(nodes: Nodes, snapshot: Snapshot, counted: Figures, license: str | None) -> Iterator[Triple]:
    data, manifest = nodes.dataset, snapshot.manifest
    yield Triple(data, vocab.RDF_TYPE, void("Dataset"))
    yield Triple(data, vocab.RDF_TYPE, vocab.term("dcat:Dataset"))
    yield Triple(data, vocab.TITLE, english("Papers and what they use" if snapshot.manifest.papers else "RDF graph"))
    yield Triple(data, vocab.term("dcterms:description"), english(_words(snapshot)))
    yield Triple(data, vocab.term("dcterms:creator"), nodes.part("tool"))
    if license is not None:
        yield Triple(data, vocab.term("dcterms:license"), NamedNode(license))
    yield Triple(data, void("sparqlEndpoint"), nodes.endpoint)
    yield Triple(data, void("uriSpace"), text(snapshot.base))
    numbers = {
        "triples": manifest.triples,
        "classes": len(counted.classes),
        "properties": len(counted.properties),
        "entities": manifest.papers + manifest.entities,
    }
    for name, number in numbers.items():
        yield Triple(data, void(name), integer(number))
    for namespace in sorted({found[0] for term in (*counted.properties, *counted.classes) if (found := _NAMESPACE.match(term.value))}):
        yield Triple(data, void("vocabulary"), NamedNode(namespace))
    for example in counted.examples:
        yield Triple(data, void("exampleResource"), example)
    for format in _SERIALIZATIONS:
        yield Triple(data, void("feature"), NamedNode(FORMATS + format))


def _words(snapshot: Snapshot) -> str:
    """What the data are, in a sentence; of a graph that is none of ours only its size is known."""
    manifest = snapshot.manifest
    if not (manifest.papers or manifest.entities):
        return f"A graph of {manifest.triples} triples."
    return (
        f"{manifest.papers} papers, {manifest.entities} methods, datasets, devices, organisations and tasks that they name, "
        f"and {manifest.statements} statements that link them."
    )


def _partitions(nodes: Nodes, counted: Figures) -> Iterator[Triple]:
    parts = (
        ("class", "classPartition", "entities", counted.classes),
        ("property", "propertyPartition", "triples", counted.properties),
    )
    for kind, property, unit, numbers in parts:
        for term, number in numbers.items():
            part = nodes.part(kind, term)
            yield Triple(nodes.dataset, void(property), part)
            yield Triple(part, vocab.RDF_TYPE, void("Dataset"))
            yield Triple(part, void(kind), term)
            yield Triple(part, void(unit), integer(number))


def _access(nodes: Nodes, downloads: Mapping[str, str]) -> Iterator[Triple]:
    """Where the data are asked and fetched."""
    distribution, service = nodes.part("endpoint"), nodes.service
    yield Triple(nodes.dataset, vocab.term("dcat:distribution"), distribution)
    yield Triple(distribution, vocab.RDF_TYPE, vocab.term("dcat:Distribution"))
    yield Triple(distribution, vocab.TITLE, english("SPARQL endpoint"))
    yield Triple(distribution, vocab.term("dcat:accessURL"), nodes.endpoint)
    yield Triple(distribution, vocab.term("dcat:accessService"), service)
    yield Triple(service, vocab.RDF_TYPE, vocab.term("dcat:DataService"))
    yield Triple(service, vocab.TITLE, english("SPARQL endpoint"))
    yield Triple(service, vocab.term("dcat:endpointURL"), nodes.endpoint)
    yield Triple(service, vocab.term("dcat:endpointDescription"), nodes.endpoint)  # without a query it answers with its description
    yield Triple(service, vocab.term("dcat:servesDataset"), nodes.dataset)
    yield Triple(service, vocab.term("dcterms:conformsTo"), _PROTOCOL)
    for url, media_type in downloads.items():
        file = NamedNode(url)
        node = nodes.part("file", file)
        yield Triple(nodes.dataset, void("dataDump"), file)
        yield Triple(nodes.dataset, vocab.term("dcat:distribution"), node)
        yield Triple(node, vocab.RDF_TYPE, vocab.term("dcat:Distribution"))
        yield Triple(node, vocab.TITLE, Literal(media_type))
        yield Triple(node, vocab.term("dcat:downloadURL"), file)
        yield Triple(node, vocab.term("dcat:mediaType"), NamedNode(_MEDIA_TYPES + media_type))


def _tool(nodes: Nodes) -> Iterator[Triple]:
    tool = nodes.part("tool")
    yield Triple(tool, vocab.RDF_TYPE, vocab.term("prov:SoftwareAgent"))
    yield Triple(tool, vocab.NAME, text("Paper KG"))
    yield Triple(tool, vocab.SOFTWARE_VERSION, text(__version__))
