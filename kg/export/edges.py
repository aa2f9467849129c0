"""The graph as edges between labelled nodes: CSV with a row per claim, GraphML and GEXF with an edge per triple.

These three are for spreadsheets and graph tools; they hold no claim or evidence nodes, and of a paper's metadata nothing: no claim states
authors and citations.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from pyoxigraph import Literal, NamedNode, Triple

from kg import vocab
from kg.export.selection import Index, Node, Term, index
from kg.graph import whole_number

if TYPE_CHECKING:
    import networkx

COLUMNS = (
    "subject", "subject_label", "subject_type", "predicate", "object", "object_label", "object_type",
    "paper", "score", "count", "memory", "hours", "evidence",
)  # fmt: skip

_TYPES = {vocab.RESEARCH_PAPER: "Paper"} | {classes[0]: str(type) for type, classes in vocab.CLASSES.items()}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # as OWASP's "CSV Injection" lists them
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, order=True)
class End:
    """One end of an edge."""

    iri: str
    label: str  # title or preferred name; the IRI itself for a link
    type: str  # "Paper", "Method", …; "Link" for a URL


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One claim: what one paper says."""

    subject: End
    predicate: str  # local name, "introduces"
    object: End
    paper: str  # IRI
    score: str  # decimal in [0, 1]
    count: str  # devices, "" where not stated
    memory: str  # gigabytes of one device, a decimal; "" where not stated
    hours: str  # wall-clock, a decimal; "" where not stated
    evidence: str  # the sentence; the first in the text where there are several


def edges(triples: Iterable[Triple]) -> list[Edge]:
    """One edge per claim, sorted by paper, then subject, predicate and object."""
    by_subject = index(dict.fromkeys(triples))
    quotes = _quotes(by_subject)
    found = [
        _edge(by_subject, claim, dict(pairs), quotes.get(claim, ""))
        for claim, pairs in by_subject.items()
        if (vocab.RDF_TYPE, vocab.STATEMENT) in pairs
    ]
    return sorted(found, key=lambda edge: (edge.paper, edge.subject.iri != edge.paper, edge))


def csv_table(found: Sequence[Edge], *, evidence: bool = True, guard: bool = True) -> bytes:
    """A CSV table (RFC 4180, UTF-8) with the columns `COLUMNS`.

    Args:
        found: the rows, in their order.
        evidence: False leaves the cells of the evidence empty.
        guard: puts an apostrophe before cells that begin with = + - @, a tab or a carriage return, which a spreadsheet
            could run as a formula. Programs that read the table back want it off.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for edge in found:
        cells = _cells(edge if evidence else replace(edge, evidence=""))
        writer.writerow([f"'{cell}" if guard and cell.startswith(_FORMULA) else cell for cell in cells])
    return text.getvalue().encode()


def network(found: Iterable[Edge]) -> networkx.MultiDiGraph[str]:
    """A directed graph of the edges: one per subject, predicate and object, however many papers state it.

    Nodes are IRIs with `label` and `type`. Edges have the predicate as key and attribute, `support` (papers that state it),
    `score` (the highest) and `papers` (their IRIs, sorted, parted by a space).
    """
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    grouped: dict[tuple[End, str, End], list[Edge]] = {}
    for edge in found:
        grouped.setdefault((edge.subject, edge.predicate, edge.object), []).append(edge)
    for end in sorted({end for subject, _, object in grouped for end in (subject, object)}):
        graph.add_node(end.iri, label=_printable(end.label), type=end.type)
    for subject, predicate, object in sorted(grouped):
        claims = grouped[subject, predicate, object]
        papers = sorted({edge.paper for edge in claims})
        score = max(float(edge.score) for edge in claims)
        graph.add_edge(
            subject.iri, object.iri, key=predicate, predicate=predicate, support=len(papers), score=score, papers=" ".join(papers)
        )
    return graph


def graphml(found: Iterable[Edge]) -> bytes:
    """GraphML of `network`; its edges are numbered, because GraphML wants an id once in a file."""
    import networkx

    graph = network(found)
    numbered: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    numbered.add_nodes_from(graph.nodes(data=True))
    numbered.add_edges_from((source, target, f"e{n}", data) for n, (source, target, data) in enumerate(graph.edges(data=True)))
    return ("\n".join(networkx.generate_graphml(numbered, named_key_ids=True)) + "\n").encode()


def gexf(found: Iterable[Edge]) -> bytes:
    """GEXF 1.2 of `network`, without the date and version that its writer puts in."""
    from networkx.readwrite.gexf import GEXFWriter

    graph = network(found)
    for _, _, data in graph.edges(data=True):
        data["label"] = data["predicate"]
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(graph)
    for meta in writer.xml.findall("meta"):
        writer.xml.remove(meta)
    ElementTree.indent(writer.xml)
    text: bytes = ElementTree.tostring(writer.xml, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _cells(edge: Edge) -> tuple[str, ...]:
    """The edge's values in the order of `COLUMNS`."""
    ends = (*_end_cells(edge.subject), edge.predicate, *_end_cells(edge.object))
    return (*ends, edge.paper, edge.score, edge.count, edge.memory, edge.hours, edge.evidence)


def _end_cells(end: End) -> tuple[str, str, str]:
    return (end.iri, end.label, end.type)


def _edge(by_subject: Index, claim: Node, said: dict[NamedNode, Term], quote: str) -> Edge:
    return Edge(
        subject=_end(by_subject, said.get(vocab.SUBJECT)),
        predicate=re.split("[/#]", _text(said.get(vocab.PREDICATE)))[-1],
        object=_end(by_subject, said.get(vocab.OBJECT)),
        paper=_text(said.get(vocab.DERIVED_FROM)),
        score=_text(said.get(vocab.SCORE)),
        count=_text(said.get(vocab.COUNT)),
        memory=_text(said.get(vocab.DEVICE_MEMORY)),
        hours=_text(said.get(vocab.HOURS)),
        evidence=quote,
    )


def _end(by_subject: Index, term: Term | None) -> End:
    pairs = by_subject.get(term, []) if isinstance(term, NamedNode) else []
    labels = sorted(_text(object) for predicate, object in pairs if predicate in (vocab.TITLE, vocab.PREF_LABEL))
    types = sorted(_TYPES[object] for predicate, object in pairs if predicate == vocab.RDF_TYPE and object in _TYPES)  # type: ignore[index]
    return End(_text(term), labels[0] if labels else _text(term), types[0] if types else "Link")


def _quotes(by_subject: Index) -> dict[Term, str]:
    """The sentence behind each claim; the first in the text where there are several."""
    found: dict[Term, tuple[int, str]] = {}
    for annotation, pairs in by_subject.items():
        for claim in (object for predicate, object in pairs if predicate == vocab.HAS_BODY):
            candidate = _sentence(by_subject, annotation)
            if candidate and (claim not in found or candidate < found[claim]):
                found[claim] = candidate
    return {claim: sentence for claim, (_, sentence) in found.items()}


def _sentence(by_subject: Index, annotation: Node) -> tuple[int, str] | None:
    """Offset and text of the evidence, None where it has no quote."""
    selectors = [
        s for target in _reached(by_subject, annotation, vocab.HAS_TARGET) for s in _reached(by_subject, target, vocab.HAS_SELECTOR)
    ]
    pairs = [pair for selector in selectors for pair in by_subject[selector]]
    stated = (whole_number(object.value) for p, object in pairs if p == vocab.START and isinstance(object, Literal))
    starts = [number for number in stated if number is not None]
    exact = sorted(_text(object) for predicate, object in pairs if predicate == vocab.EXACT)
    return (min(starts, default=0), exact[0]) if exact else None


def _reached(by_subject: Index, node: Node, predicate: NamedNode) -> Iterator[NamedNode]:
    return (object for p, object in by_subject[node] if p == predicate and isinstance(object, NamedNode) and object in by_subject)


def _text(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, Triple) else term.value


def _printable(text: str) -> str:
    """The text without the characters that XML 1.0 forbids."""
    return _NOT_XML.sub("", text)
