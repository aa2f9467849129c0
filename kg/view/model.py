"""The pyvis network of a page: its nodes, edges and options.

pyvis holds nodes, edges and options; it is filled directly, because its own `add_node` and `add_edge` are quadratic and
lose parallel edges, and its template is never used (it loads from the network and inserts text as code).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from kg.view.data import Graph

Json = dict[str, object]

DRAWN_AT_MOST = 300  # nodes that vis-network draws without a slow frame where there is no GPU

# Options of vis-network 9.1.2: no physics, no hidden node per edge, nothing that reacts by itself.
_OPTIONS: Json = {
    "autoResize": True,
    "layout": {"improvedLayout": False, "randomSeed": 0},
    "physics": {"enabled": False},
    "interaction": {
        "hover": False,
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
class Network:
    """What pyvis hands to a page."""

    nodes: list[Json]  # id, label, group (its type)
    edges: list[Json]  # id, from, to, label (its relation)
    options: Json


def network(graph: Graph) -> Network:
    """All nodes and edges of the graph, numbered as there, and the options of the drawing."""
    from pyvis.network import Network as Model

    model = Model(directed=True, cdn_resources="in_line")
    model.nodes = [{"id": i, "label": node.name, "group": node.type} for i, node in enumerate(graph.nodes)]
    model.edges = [{"id": j, "from": edge.subject, "to": edge.object, "label": edge.predicate} for j, edge in enumerate(graph.edges)]
    model.options = _OPTIONS
    nodes, edges, _heading, _height, _width, options = model.get_network_data()
    return Network(nodes, edges, json.loads(options))


def options() -> Json:
    """The options alone, for a page that fetches its nodes."""
    return network(Graph((), (), (), ())).options
