"""The graph as a page carries it: numbers and names at once, sentences and abstracts in portions that are opened when they are read.

Blocks are JSON, deflated (RFC 1951) and in base64: a page of 50,000 nodes is less than half as large so, and only what is looked at takes memory.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from urllib.parse import quote

from kg.view.data import Claim, Graph, Node, Quote
from kg.view.model import Json, Network
from kg.view.selection import Adjacency
from kg.view.style import TYPE_STYLES

PORTIONS: dict[str, int] = {"nodes": 500, "edges": 500}  # of one block

_LINK_TO = {"arxiv": "https://arxiv.org/abs/", "doi": "https://doi.org/", "pmid": "https://pubmed.ncbi.nlm.nih.gov/"}


def blocks(graph: Graph, links: Adjacency, network: Network, groups: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """(name, base64 of deflated JSON) of every block: "graph", "words", "members", "about-0" …, "claims-0" …, in this order.

    Args:
        graph: what the page carries.
        links: its neighbourhoods.
        network: its nodes and edges as they are drawn.
        groups: ids of the nodes of each group of the view everything, most important first.
    """
    made = [
        ("graph", _packed(_columns(graph, links, network))),
        ("words", _packed([_words(node) for node in graph.nodes])),
        ("members", _packed(_members(graph, groups))),
    ]
    for portion, start in enumerate(range(0, len(graph.nodes), PORTIONS["nodes"])):
        made.append((f"about-{portion}", _packed(_abouts(graph, range(start, min(start + PORTIONS["nodes"], len(graph.nodes)))))))
    for portion, start in enumerate(range(0, len(graph.edges), PORTIONS["edges"])):
        made.append((f"claims-{portion}", _packed(_claims_of(graph, start, start + PORTIONS["edges"]))))
    return made


def counts(graph: Graph) -> Json:
    """How many there are: of each type and relation, papers, evidence sentences counted once for each use."""
    types = Counter(node.type for node in graph.nodes)
    relations = Counter(edge.predicate for edge in graph.edges)
    return {
        "types": {type: types[type] for type in TYPE_STYLES if types[type]},
        "relations": dict(sorted(relations.items())),
        "papers": types["paper"],
        "evidence": graph.evidence,
    }


def address(scheme: str, value: str) -> str:
    """Where an identifier leads on the web, "" where that is not known."""
    return _LINK_TO[scheme] + quote(value, safe="/:;().-_") if scheme in _LINK_TO else ""


def _packed(data: Json | list[object]) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    deflate = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    return base64.b64encode(deflate.compress(text.encode()) + deflate.flush()).decode()


def _columns(graph: Graph, links: Adjacency, network: Network) -> Json:
    """Nodes and edges by column; types and relations by their place in a list, the subject of an edge by its step from the edge before."""
    types, relations = list(TYPE_STYLES), sorted({str(edge["label"]) for edge in network.edges})
    type_at, relation_at = ({name: place for place, name in enumerate(names)} for names in (types, relations))
    degree = Counter(end for edge in graph.edges for end in {edge.subject, edge.object})
    subjects = [edge.subject for edge in graph.edges]
    return {
        "types": types,
        "relations": relations,
        "nodes": {
            "id": [node.id for node in graph.nodes],
            "name": [node["label"] for node in network.nodes],
            "type": [type_at[str(node["group"])] for node in network.nodes],
            "year": [node.year or 0 for node in graph.nodes],
            "papers": list(links.papers),
            "degree": [degree[i] for i in range(len(graph.nodes))],
        },
        "edges": {
            "from": [subject - before for before, subject in zip([0, *subjects], subjects, strict=False)],
            "to": [edge["to"] for edge in network.edges],
            "relation": [relation_at[str(edge["label"])] for edge in network.edges],
            "score": [round(edge.claims[0].score, 3) for edge in graph.edges],
        },
    }


def _words(node: Node) -> object:
    """Other names and identifiers, which search looks at too; 0 where there are none."""
    identifiers = [[scheme, value, address(scheme, value)] for scheme, value in node.identifiers]
    return [list(node.aliases), identifiers] if node.aliases or identifiers else 0


def _members(graph: Graph, groups: Sequence[Sequence[str]]) -> list[object]:
    """The nodes of each group in order, each by its step from the one before: those of as many links follow the order of the graph."""
    number = {node.id: place for place, node in enumerate(graph.nodes)}
    numbers = [[number[id] for id in group] for group in groups]
    return [[there - before for before, there in pairwise([0, *places])] for places in numbers]


class _Texts:
    """Rules and sentences of one block, each once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._rules: dict[str, int] = {}
        self._sentences: dict[tuple[int, bool], int] = {}  # (sentence, whether a source states it) → place

    def claims(self, claims: Iterable[Claim]) -> list[object]:
        """[paper, score, rule, devices, quotes] of each."""
        return [[c.paper, c.score, self._rule(c.rule), c.count, [self._quote(c, q) for q in c.quotes]] for c in claims]

    def _rule(self, rule: str) -> int:
        return self._rules.setdefault(rule, len(self._rules))

    def _quote(self, claim: Claim, quote: Quote) -> list[int]:
        """[sentence, object from, to], with [subject from, to] after it where there is one."""
        stated = claim.stated(self._graph.sentences[quote.sentence])
        place = self._sentences.setdefault((quote.sentence, stated), len(self._sentences))
        return [place, *(quote.object or (0, 0)), *(quote.subject or ())]

    def lists(self) -> Json:
        """Rules and sentences, in the order in which the claims point into them.

        Beside the sentences "sections", and as "stated" the places of those that a source states, where there are some.
        """
        said = [self._graph.sentences[number] for number, _ in self._sentences]
        lists: Json = {"rules": list(self._rules), "sentences": [sentence.text for sentence in said]}
        sections, stated = [sentence.section for sentence in said], [place for place, (_, stated) in enumerate(self._sentences) if stated]
        return lists | ({"sections": sections} if any(sections) else {}) | ({"stated": stated} if stated else {})


def _claims_of(graph: Graph, start: int, end: int) -> Json:
    texts = _Texts(graph)
    claims = [texts.claims(edge.claims) for edge in graph.edges[start:end]]
    return {"claims": claims, **texts.lists()}


def _abouts(graph: Graph, places: range) -> Json:
    texts = _Texts(graph)
    links: dict[int, list[object]] = {}
    for link in graph.links:
        if link.subject in places:
            links.setdefault(link.subject, []).append([link.predicate, link.url, texts.claims(link.claims)])
    nodes: Sequence[object] = [_about(graph.nodes[i], links.get(i, [])) for i in places]
    return {"nodes": nodes, **texts.lists()}


def _about(node: Node, links: list[object]) -> Json | int:
    facts = {"abstract": node.abstract, "issued": node.issued, "links": links}
    return {key: value for key, value in facts.items() if value} or 0
