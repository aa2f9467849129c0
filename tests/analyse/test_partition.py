"""Communities and ranks: two cliques part, and both engines agree."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from kg.analyse import partition
from kg.analyse.partition import Engine, communities, engine_for, pagerank

CLIQUES = {pair: 1.0 for clique in ((0, 1, 2, 3), (5, 6, 7, 8)) for pair in combinations(clique, 2)} | {(3, 5): 1.0}
ENGINES: tuple[Engine, ...] = ("networkx", "igraph")


def _engine(name: Engine) -> Engine:
    if name == "igraph":
        pytest.importorskip("igraph", reason="the extra igraph is not installed")
    return name


@pytest.mark.parametrize("name", ENGINES)
def test_two_cliques_with_one_tie_are_two_communities(name: Engine) -> None:
    """12 of 13 edges inside, each community with 13 of 26 ends: modularity 12/13 − 2 · (1/2)² = 11/26."""
    found = communities(CLIQUES, _engine(name))
    assert found.members == ((0, 1, 2, 3), (5, 6, 7, 8))
    assert found.modularity == pytest.approx(12 / 13 - 0.5)


@pytest.mark.parametrize("name", ENGINES)
def test_nothing_has_no_communities(name: Engine) -> None:
    assert communities({}, _engine(name)).members == ()


@pytest.mark.parametrize("name", ENGINES)
def test_the_order_of_the_edges_changes_nothing(name: Engine) -> None:
    engine = _engine(name)
    random = Random(4)
    edges = {(i, j): random.random() for i, j in combinations(range(60), 2) if random.random() < 0.08 or i // 10 == j // 10}
    shuffled = [*edges.items()]
    random.shuffle(shuffled)
    turned = {((j, i) if place % 2 else (i, j)): weight for place, ((i, j), weight) in enumerate(shuffled)}
    assert communities(turned, engine) == communities(edges, engine)


def _planted(seed: int, groups: int = 12, size: int = 25) -> dict[tuple[int, int], float]:
    random = Random(seed)
    pairs = combinations(range(groups * size), 2)
    return {(i, j): random.uniform(0.2, 1) for i, j in pairs if random.random() < (0.3 if i // size == j // size else 0.01)}


@pytest.mark.parametrize("seed", range(3))
def test_both_engines_give_the_same_modularity_within_one_percent(seed: int) -> None:
    edges = _planted(seed)
    one, other = (communities(edges, _engine(name)) for name in ENGINES)
    assert other.modularity == pytest.approx(one.modularity, rel=0.01)
    assert (one.engine, other.engine) == ENGINES


@pytest.mark.parametrize("seed", range(3))
def test_both_engines_give_the_same_ranks(seed: int) -> None:
    edges = [pair if (pair[0] + pair[1]) % 3 else pair[::-1] for pair in _planted(seed, groups=4)]
    one, other = (pagerank(edges, _engine(name)) for name in ENGINES)
    assert other == pytest.approx(one, abs=1e-6)


def test_the_ranks_are_those_of_networkx() -> None:
    networkx = pytest.importorskip("networkx")
    pytest.importorskip("scipy", reason="networkx computes PageRank with scipy, which kg does not need")
    edges = list(_planted(9, groups=4))
    expected = networkx.pagerank(networkx.DiGraph(edges), alpha=partition.DAMPING, tol=1e-12, max_iter=1000)
    assert pagerank(edges, "networkx") == pytest.approx(expected, abs=1e-6)


def test_what_two_build_on_has_the_rank_worked_out_by_hand() -> None:
    """1 → 0 ← 2: x for 1 and 2, y for 0; x = (0.15 + 0.85 y) / 3, y = x + 0.85 · 2 x, 2 x + y = 1."""
    assert pagerank([(1, 0), (2, 0)]) == pytest.approx({0: 2.7 / 4.7, 1: 1 / 4.7, 2: 1 / 4.7})
    assert pagerank([]) == {}


def test_a_small_graph_needs_no_igraph() -> None:
    assert engine_for(10) == "networkx"


def test_a_large_graph_is_computed_without_igraph_where_it_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition.importlib.util, "find_spec", lambda name: None)
    assert engine_for(partition.LARGE) == "networkx"
    monkeypatch.setattr(partition.importlib.util, "find_spec", lambda name: object())
    assert engine_for(partition.LARGE) == "igraph"
