import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.model import Relation, Role
from kg.view import layout, model, selection
from kg.view.data import TYPES, Node, read
from kg.view.style import RELATION_STYLES, TYPE_STYLES, relation_style

VIS_NETWORK = "1f20f0736f32cb9bedf8f6383b25cfea2f839e1abe80d6e8040b4d5bea378c69"  # vis-network 9.1.2 as pyvis 0.3.2 carries it


def test_the_drawing_library_is_the_one_we_know() -> None:
    import pyvis

    file = Path(pyvis.__file__).parent / "templates/lib/vis-9.1.2/vis-network.min.js"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == VIS_NETWORK


def test_pyvis_holds_all_of_the_graph_and_places_for_what_is_drawn(store: ox.Store) -> None:
    graph = read(store)
    links = selection.adjacency(graph)
    chosen = selection.overview(graph, links, 5)
    network = model.network(graph, links, layout.place(graph, links, chosen))
    nodes, edges = network["nodes"], network["edges"]
    assert isinstance(nodes, list)
    assert isinstance(edges, list)
    assert [node["id"] for node in nodes] == list(range(len(graph.nodes)))
    assert {node["id"] for node in nodes if "x" in node} == set(chosen.drawn)
    assert [(e["from"], e["relation"], e["to"]) for e in edges] == [(e.subject, e.predicate, e.object) for e in graph.edges]


def test_edges_between_the_same_nodes_bend_apart(store: ox.Store) -> None:
    graph = read(store)
    links = selection.adjacency(graph)
    edges = model.network(graph, links, {})["edges"]
    assert isinstance(edges, list)
    ends = next(e for e in edges if "smooth" in e)
    beside = [e for e in edges if {e["from"], e["to"]} == {ends["from"], ends["to"]}]
    assert len(beside) == len({str(e.get("smooth")) for e in beside}) > 1


@pytest.mark.parametrize(
    ("type", "name", "label"),
    [
        ("method", "LeafNet", "LeafNet"),
        ("method", "a rather long name of a method", "a rather long name of…"),
        ("method", "Unbreakable-name-of-a-method", "Unbreakable-name-of-a…"),
        ("paper", "Short title", "Short title"),
        ("paper", "LeafNet: Counting leaves from the air", "LeafNet:\nCounting…"),
        ("paper", "Attention-guided counting of leaves", "Attention-\nguided…"),
        ("paper", "Donaudampfschifffahrtsgesellschaft", "Donaudampfschif\nffahrtsgesells…"),
    ],
)
def test_labels(type: str, name: str, label: str) -> None:
    assert model.label_of(Node(id="x", type=type, name=name)) == label


def test_every_type_role_and_relation_has_a_look_that_tells_it_apart() -> None:
    assert tuple(TYPE_STYLES) == TYPES
    assert len({style.shape for style in TYPE_STYLES.values()}) == len({style.light for style in TYPE_STYLES.values()}) == len(TYPES)
    assert {str(name) for name in (*Role, *Relation)} <= set(RELATION_STYLES)
    for theme in ("light", "dark"):
        looks = [(getattr(style, theme), style.dash, style.arrow) for style in RELATION_STYLES.values()]
        assert len(set(looks)) == len(looks)


def test_an_unknown_relation_keeps_its_name() -> None:
    assert relation_style("somethingNew").label == "somethingNew"
