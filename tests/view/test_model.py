import hashlib
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.model import Relation, Role
from kg.view import model
from kg.view.data import TYPES, read
from kg.view.style import RELATION_STYLES, TYPE_STYLES, relation_style

VIS_NETWORK = "1f20f0736f32cb9bedf8f6383b25cfea2f839e1abe80d6e8040b4d5bea378c69"  # vis-network 9.1.2 as pyvis 0.3.2 carries it


def test_the_drawing_library_is_the_one_we_know() -> None:
    import pyvis

    file = Path(pyvis.__file__).parent / "templates/lib/vis-9.1.2/vis-network.min.js"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == VIS_NETWORK


def test_pyvis_holds_all_of_the_graph(store: ox.Store) -> None:
    graph = read(store)
    network = model.network(graph)
    assert [(n["id"], n["label"], n["group"]) for n in network.nodes] == [(i, n.name, n.type) for i, n in enumerate(graph.nodes)]
    assert [(e["from"], e["label"], e["to"]) for e in network.edges] == [(e.subject, e.predicate, e.object) for e in graph.edges]


def test_three_relations_between_the_same_nodes_are_three(make_store: Any) -> None:
    says = [("uses", "Method", "A"), ("uses", "Dataset", "B")]
    relations = [("A", "trainedOn", "B"), ("A", "evaluatedOn", "B"), ("A", "derivedFrom", "B")]
    graph = read(make_store([{"title": "T", "abstract": "A and B.", "says": says, "relations": relations}]))
    assert len([e for e in model.network(graph).edges if e["label"] != "uses"]) == 3


def test_every_type_role_and_relation_has_a_look_that_tells_it_apart() -> None:
    assert tuple(TYPE_STYLES) == TYPES
    assert len({style.shape for style in TYPE_STYLES.values()}) == len({style.light for style in TYPE_STYLES.values()}) == len(TYPES)
    assert {str(name) for name in (*Role, *Relation)} <= set(RELATION_STYLES)
    for theme in ("light", "dark"):
        looks = [(getattr(style, theme), style.dash, style.arrow) for style in RELATION_STYLES.values()]
        assert len(set(looks)) == len(looks)


def test_an_unknown_relation_keeps_its_name() -> None:
    assert relation_style("somethingNew").label == "somethingNew"
