from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.view import selection
from kg.view.data import Graph, read


@pytest.fixture(scope="module")
def graph(store: ox.Store) -> Graph:
    return read(store)


@pytest.fixture(scope="module")
def links(graph: Graph) -> selection.Adjacency:
    return selection.adjacency(graph)


def names(graph: Graph, chosen: selection.Selection) -> list[str]:
    return [graph.nodes[i].name for i in chosen.drawn]


def number(graph: Graph, name: str) -> int:
    return next(i for i, node in enumerate(graph.nodes) if node.name == name)


def test_neighbours_stand_strongest_relation_first_and_once(graph: Graph, links: selection.Adjacency) -> None:
    paper = number(graph, "LeafNet: Counting leaves from the air")
    found = [graph.nodes[n.node].name for n in links.neighbours[paper]]
    assert found == ["LeafNet", "TwigNet", "GroveSet", "Pinecone P2", "leaf counting"]
    grove = number(graph, "GroveSet")
    assert len({n.node for n in links.neighbours[grove]}) == len(links.neighbours[grove])


def test_papers_are_counted_once_each(graph: Graph, links: selection.Adjacency) -> None:
    assert links.papers[number(graph, "TwigNet")] == 3
    assert links.papers[number(graph, "Forest Institute")] == 1


@pytest.mark.parametrize(("depth", "expected"), [(0, 1), (1, 5), (2, 8), (3, 9)])
def test_a_neighbourhood_reaches_as_far_as_asked(graph: Graph, links: selection.Adjacency, depth: int, expected: int) -> None:
    chosen = selection.around(graph, links, [number(graph, "GroveSet")], depth, 300)
    assert names(graph, chosen)[0] == "GroveSet"
    assert len(chosen.drawn) == expected


def test_a_kind_brings_the_papers_that_speak_of_it(graph: Graph, links: selection.Adjacency) -> None:
    chosen = selection.of_kind(graph, links, "hardware", 300)
    assert names(graph, chosen)[0] == "Pinecone P2"
    assert {graph.nodes[i].type for i in chosen.drawn[1:]} == {"paper"}
    assert len(chosen.drawn) == 3


def test_given_nodes_and_no_others(graph: Graph, links: selection.Adjacency) -> None:
    chosen = selection.only([3, 1, 3], links, 300)
    assert sorted(chosen.drawn) == [1, 3]


@given(limit=st.integers(1, 12))
def test_never_more_than_the_limit(store: ox.Store, limit: int) -> None:
    graph = read(store)
    links = selection.adjacency(graph)
    makers: list[Callable[[], selection.Selection]] = [
        lambda: selection.around(graph, links, [0, 1], 2, limit),
        lambda: selection.of_kind(graph, links, "method", limit),
        lambda: selection.of_kind(graph, links, "paper", limit),
        lambda: selection.only(range(len(graph.nodes)), links, limit),
    ]
    for make in makers:
        chosen = make()
        assert 0 < len(chosen.drawn) <= min(limit, chosen.total)
        assert len(set(chosen.drawn)) == len(chosen.drawn)
        assert set(chosen.focus) <= set(chosen.drawn)


def test_an_empty_graph_draws_nothing() -> None:
    empty = Graph((), (), (), ())
    assert selection.of_kind(empty, selection.adjacency(empty), "method", 10).drawn == ()
