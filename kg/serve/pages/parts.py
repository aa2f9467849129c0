"""Parts of a graph as the explorer takes them: nodes and edges in columns, claims with their sentences, facts of a node. Ready for JSON.

Numbers of nodes are places in the columns of the same answer. Ranges of marks count UTF-16 code units, as browsers do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.lookup.reading import Reader
from kg.serve.pages.addresses import identifier_link, page_address
from kg.store import Snapshot
from kg.view.catalogue import Row
from kg.view.data import OTHER, Claim, Graph, Node, Quote
from kg.view.slices import EDGES, Slice, weighed

Json = dict[str, Any]

NO_EDGES: Mapping[str, tuple[()]] = {"from": (), "to": (), "relation": (), "score": ()}


def columns(part: Slice, more: Iterable[Row] = ()) -> Json:
    """The nodes of a part in their order and its edges; after them `more` nodes, of which those of the part are left out."""
    nodes = [part.graph.nodes[at] for at in part.nodes]
    rows = [_row(node, papers, degree) for node, papers, degree in zip(nodes, part.papers, part.degree, strict=True)]
    held = {node.id for node in nodes}
    rows += [row for row in more if row.id not in held]
    return {"nodes": listed(rows), "edges": _edges(part)}


def listed(rows: Sequence[Row]) -> Json:
    """Nodes in columns."""
    return {
        "id": [row.id for row in rows],
        "name": [row.name for row in rows],
        "type": [row.type for row in rows],
        "year": [row.year or 0 for row in rows],
        "papers": [row.papers for row in rows],
        "degree": [row.degree for row in rows],
    }


def _row(node: Node, papers: int, degree: int) -> Row:
    return Row(node.id, node.name, node.type, node.year, papers, degree)


def _edges(part: Slice) -> Json:
    place = {at: number for number, at in enumerate(part.nodes)}
    edges = [e for e in part.graph.edges if e.subject in place and e.object in place and e.predicate in EDGES]
    return {
        "from": [place[e.subject] for e in edges],
        "to": [place[e.object] for e in edges],
        "relation": [e.predicate for e in edges],
        "score": [round(e.claims[0].score, 4) for e in edges],
    }


class Speakers:
    """The papers whose claims an answer tells, numbered as they come."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._places: dict[int, int] = {}

    def claim(self, claim: Claim) -> Json:
        """A claim with its sentences."""
        return {
            "paper": self._places.setdefault(claim.paper, len(self._places)),
            "score": claim.score,
            "rule": claim.rule,
            "count": claim.count,
            "quotes": [self._quote(claim, quote) for quote in claim.quotes],
        }

    def _quote(self, claim: Claim, quote: Quote) -> Json:
        ranges = (("object", quote.object), ("subject", quote.subject))
        marks = [{"from": span[0], "to": span[1], "kind": kind} for kind, span in ranges if span is not None]
        sentence = self._graph.sentences[quote.sentence]
        place: Json = {"section": sentence.section, "stated": claim.stated(sentence)} if sentence.section else {}
        return {"text": sentence.text, "marks": marks, **place}

    def columns(self, snapshot: Snapshot) -> Json:
        """The papers in columns."""
        papers = [self._graph.nodes[at] for at in self._places]
        weights = weighed(snapshot, [snapshot.iri(paper.id) for paper in papers])
        return listed([_row(paper, *weight) for paper, weight in zip(papers, weights, strict=True)])


def facts(snapshot: Snapshot, graph: Graph, id: str) -> Json:
    """All that is told of the node with this id, given the graph that `slices.alone` makes of it; one that has no class is not in that."""
    node = next((node for node in graph.nodes if node.id == id), Node(id, OTHER, id))
    speakers = Speakers(graph)
    links = [
        {"relation": link.predicate, "url": link.url, "claims": [speakers.claim(claim) for claim in link.claims]} for link in graph.links
    ]
    about = {
        "aliases": [alias for alias in node.aliases if alias != node.name],
        "abstract": node.abstract,
        "issued": node.issued,
        "identifiers": [[scheme, value, identifier_link(scheme, value)] for scheme, value in node.identifiers],
        "links": links,
        "kinds": [wider.label for wider in Reader(snapshot).ladder(snapshot.iri(id))],
        "page": page_address(id) if ":" not in id.partition("/")[0] else "",
    }
    return {"about": about, "nodes": speakers.columns(snapshot), "edges": NO_EDGES}
