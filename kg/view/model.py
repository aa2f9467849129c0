"""The pyvis network of a page, and all other data that the page carries.

pyvis holds nodes, edges and options; it is filled directly, because its own `add_node` and `add_edge` are quadratic and
lose parallel edges, and its template is never used (it loads from the network and inserts text as code).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import quote

from kg.view.data import Claim, Graph, Node, Quote
from kg.view.layout import Position
from kg.view.selection import Adjacency, Selection
from kg.view.style import TYPE_STYLES, rank_of, relation_style

Json = dict[str, object]

DRAWN_AT_MOST = 300  # nodes that vis-network draws without a slow frame where there is no GPU
_LABEL = 22  # characters of a label; longer names are cut at a word
_LINE = 15  # characters of each of the two lines of a title
_LINK_TO = {"arxiv": "https://arxiv.org/abs/", "doi": "https://doi.org/", "pmid": "https://pubmed.ncbi.nlm.nih.gov/"}

# Options of vis-network 9.1.2: no physics, no hidden node per edge, nothing that reacts by itself.
_OPTIONS: Json = {
    "autoResize": True,
    "layout": {"improvedLayout": False, "randomSeed": 0},
    "physics": {"enabled": False},
    "interaction": {
        "hover": True,
        "hoverConnectedEdges": False,
        "selectConnectedEdges": False,
        "hideEdgesOnDrag": False,
        "hideEdgesOnZoom": False,
        "tooltipDelay": 100000,
        "keyboard": False,
        "navigationButtons": False,
        "multiselect": False,
    },
    "nodes": {"shadow": False, "borderWidth": 1, "borderWidthSelected": 3},
    "edges": {
        "smooth": False,
        "shadow": False,
        "selectionWidth": 1,
        "hoverWidth": 0.5,
        "color": {"inherit": False},
        "arrows": {"to": {"enabled": False, "scaleFactor": 0.5}},
    },
}


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says of itself."""

    title: str
    subtitle: str
    rule: str  # how the nodes drawn first were chosen
    notes: tuple[str, ...] = ()  # what was left out, and why


def network(graph: Graph, links: Adjacency, positions: Mapping[int, Position]) -> Json:
    """Nodes, edges and options as pyvis hands them to a page: all of the graph, with a position where it is drawn first."""
    from pyvis.network import Network

    net = Network(directed=True, cdn_resources="in_line")
    net.nodes = [_node(i, node, links.papers[i], positions.get(i)) for i, node in enumerate(graph.nodes)]
    net.edges = list(_edges(graph))
    net.options = _OPTIONS
    nodes, edges, _heading, _height, _width, options = net.get_network_data()
    return {"nodes": nodes, "edges": edges, "options": json.loads(options)}


def page_data(graph: Graph, links: Adjacency, selection: Selection, positions: Mapping[int, Position], words: Words) -> Json:
    """Everything the page's script reads: the pyvis network, the facts behind it, the looks, and what to say."""
    used = Counter(edge.predicate for edge in graph.edges)
    linked = {link.predicate for link in graph.links}
    return {
        "network": network(graph, links, positions),
        "nodes": [_facts(node) for node in graph.nodes],
        "claims": [_claims(edge.claims) for edge in graph.edges],
        "links": [{"from": k.subject, "relation": k.predicate, "url": k.url, "claims": _claims(k.claims)} for k in graph.links],
        "sentences": [[s.paper, s.text] for s in graph.sentences],
        "types": {type: asdict(style) for type, style in TYPE_STYLES.items()},
        "relations": {
            name: asdict(relation_style(name)) | {"rank": rank_of(name)}
            for name in sorted({*used, *linked}, key=lambda name: (-used[name], name))
        },
        "start": {"drawn": list(selection.drawn), "focus": list(selection.focus), "most": DRAWN_AT_MOST},
        "words": asdict(words),
    }


def short(name: str, limit: int = _LABEL) -> str:
    """`name`, cut at a word with an ellipsis where it is longer than `limit` characters."""
    if len(name) <= limit:
        return name
    head = name[:limit].rpartition(" ")[0]
    return (head if len(head) > limit // 3 else name[: limit - 1]).rstrip(" ,:;-") + "…"


def label_of(node: Node) -> str:
    """What stands beside a node: a paper's title on at most two lines, a name on one."""
    if node.type != "paper" or len(node.name) <= _LINE:
        return short(node.name)
    head = node.name[: _LINE + 1]
    cut = head.rfind(" ") if " " in head else head.rfind("-", 0, _LINE) + 1
    first = node.name[: cut or _LINE]
    return f"{first}\n{short(node.name[len(first) :].strip(), _LINE)}"


def _node(number: int, node: Node, papers: int, position: Position | None) -> Json:
    size = 11.0 if node.type == "paper" else min(6.5 + 1.2 * papers, 16.0)
    drawn = {"id": number, "label": label_of(node), "group": node.type, "size": size}
    return drawn | ({"x": position[0], "y": position[1]} if position else {})


def _edges(graph: Graph) -> Iterable[Json]:
    """Edges in the graph's order; those between the same two nodes bend apart."""
    beside: Counter[frozenset[int]] = Counter()
    for number, edge in enumerate(graph.edges):
        ends = frozenset((edge.subject, edge.object))
        turn = beside[ends]
        beside[ends] += 1
        drawn: Json = {"id": number, "from": edge.subject, "to": edge.object, "relation": edge.predicate}
        if turn:
            right = (turn % 2 == 1) == (edge.subject <= edge.object)  # the side must not depend on which end an edge starts from
            drawn["smooth"] = {"type": "curvedCW" if right else "curvedCCW", "roundness": round(0.12 * ((turn + 1) // 2), 2)}
        yield drawn


def _facts(node: Node) -> Json:
    facts: Json = {"id": node.id, "name": node.name}
    if node.aliases:
        facts["aliases"] = list(node.aliases)
    if node.abstract:
        facts["abstract"] = node.abstract
    if node.issued:
        facts["issued"] = node.issued
    if node.identifiers:
        facts["identifiers"] = [
            [scheme, value, _LINK_TO[scheme] + value if scheme in _LINK_TO else ""] for scheme, value in node.identifiers
        ]
    return facts


def _address(scheme: str, value: str) -> str:
    """Where an identifier leads on the web, "" where that is not known."""
    return _LINK_TO[scheme] + quote(value, safe="/:;().-_") if scheme in _LINK_TO else ""


def _claims(claims: Iterable[Claim]) -> list[Json]:
    """Claims by field name; a quote is [sentence, object from, to] with [subject from, to] after it where there is one."""
    return [
        {"paper": c.paper, "score": c.score, "rule": c.rule, "quotes": [_quote(q) for q in c.quotes]}
        | ({} if c.count is None else {"count": c.count})
        for c in claims
    ]


def _quote(said: Quote) -> list[int]:
    return [said.sentence, *(said.object or (0, 0)), *(said.subject or ())]
