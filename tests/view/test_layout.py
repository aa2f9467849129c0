from collections.abc import Callable
from itertools import combinations
from typing import Any

import pyoxigraph as ox
import pytest

from kg.view import layout, selection
from kg.view.data import Graph, read

MakeStore = Callable[[list[Any]], ox.Store]


def everything(graph: Graph) -> tuple[selection.Adjacency, selection.Selection]:
    links = selection.adjacency(graph)
    return links, selection.only(range(len(graph.nodes)), links, 150)


def test_every_drawn_node_has_a_place_of_its_own(make_store: MakeStore, many_papers: list[Any]) -> None:
    graph = read(make_store(many_papers))
    links, chosen = everything(graph)
    places = layout.place(graph, links, chosen)
    assert set(places) == set(chosen.drawn)
    close = [(i, j) for i, j in combinations(places, 2) if abs(places[i][0] - places[j][0]) < 40 and abs(places[i][1] - places[j][1]) < 24]
    assert close == []


def test_linked_nodes_are_nearer_than_others(make_store: MakeStore, many_papers: list[Any]) -> None:
    graph = read(make_store(many_papers))
    links, chosen = everything(graph)
    places = layout.place(graph, links, chosen)

    def mean(pairs: list[tuple[int, int]]) -> float:
        return sum(((places[i][0] - places[j][0]) ** 2 + (places[i][1] - places[j][1]) ** 2) ** 0.5 for i, j in pairs) / len(pairs)

    linked = {(min(i, n.node), max(i, n.node)) for i in places for n in links.neighbours[i] if n.node in places}
    apart = [pair for pair in combinations(sorted(places), 2) if pair not in linked]
    assert mean(sorted(linked)) < 0.7 * mean(apart)


def test_the_focus_is_in_the_middle_and_its_neighbours_round_it(store: ox.Store) -> None:
    graph = read(store)
    links = selection.adjacency(graph)
    focus = next(i for i, node in enumerate(graph.nodes) if node.name == "TwigNet")
    places = layout.place(graph, links, selection.around(graph, links, [focus], 2, 300))
    assert places[focus] == (0, 0)
    radius = {i: ((x / 1.5) ** 2 + y**2) ** 0.5 for i, (x, y) in places.items()}
    near = {n.node for n in links.neighbours[focus]}
    assert max(radius[i] for i in near) < min(radius[i] for i in places if i != focus and i not in near)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_several_in_focus_stand_apart(store: ox.Store, count: int) -> None:
    graph = read(store)
    links = selection.adjacency(graph)
    places = layout.place(graph, links, selection.around(graph, links, list(range(count)), 1, 300))
    assert len(set(places.values())) == len(places)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_very_small_graphs_have_places_too(store: ox.Store, size: int) -> None:
    graph = read(store)
    links = selection.adjacency(graph)
    places = layout.place(graph, links, selection.only(range(size), links, 300))
    assert len(places) == size
    assert all(isinstance(x, int) and isinstance(y, int) for x, y in places.values())
