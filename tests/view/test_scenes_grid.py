"""Papers beside what they work with: which are drawn, in which order, and what is told of the rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_corpora import at_random, corpus

from kg import analyse
from kg.analyse import Corpus
from kg.view.scenes.barycentre import ordered
from kg.view.scenes.grid import CELLS, MAKERS, ROWS, dataset, hardware, method
from kg.view.scenes.scene import Scene


def drawn(scene: Scene, of: str) -> list[str]:
    """Names of the rows ("papers") or columns ("things"), in order of drawing."""
    facts: Any = scene.facts
    return [scene.nodes[place].split("/")[1] for place in facts[of]]


def cells(scene: Scene) -> dict[tuple[str, str], list[str]]:
    facts: Any = scene.facts
    return {(drawn(scene, "papers")[row], drawn(scene, "things")[column]): roles for row, column, roles in facts["cells"]}


THREE = corpus(
    [
        (2020, {"d:elms": "introduces uses", "d:oaks": "evaluatesOn", "m:leafnet": "introduces"}),
        (2021, {"d:oaks": "evaluatesOn", "h:p2": "runsOn", "d:moss": "mentions"}),
        (2022, {"d:ferns": "uses"}),
        (2023, {"m:leafnet": "comparesWith"}),
    ]
)


def test_rows_say_in_which_roles_a_paper_works_with_a_thing_and_mentions_are_none() -> None:
    scene = dataset(THREE)
    assert (scene.view, scene.empty, scene.facts["rows"]) == ("grid-dataset", "", True)
    assert cells(scene) == {
        ("00000", "elms"): ["introduces", "uses"], ("00000", "oaks"): ["evaluatesOn"], ("00001", "oaks"): ["evaluatesOn"],
        ("00002", "ferns"): ["uses"],
    }  # fmt: skip
    assert (scene.papers, scene.total) == (3, 6)
    assert "1 paper works with no dataset" in scene.notes


def test_pieces_that_no_line_ties_stand_apart_the_largest_first() -> None:
    scene = dataset(THREE)
    assert scene.facts["pieces"] == [(2, 2), (1, 1)]
    assert drawn(scene, "papers") == ["00000", "00001", "00002"]
    assert drawn(scene, "things") == ["elms", "oaks", "ferns"]  # no lines cross


def test_counts_are_those_of_the_whole_graph() -> None:
    many = corpus([(2020, [f"d:{n}" for n in range(60)]), (2020, ["d:0"])])
    facts = dataset(many).facts
    assert len(facts["things"]) == ROWS
    assert facts["left"] == {"papers": 0, "things": 20, "once": 20}
    assert facts["ofPapers"] == [60, 1] or facts["ofPapers"] == [1, 60]
    assert dataset(many).notes == ("20 datasets, all of them named by one paper only, are not drawn",)


def test_what_papers_share_comes_before_what_one_names_and_each_paper_has_a_turn() -> None:
    """Forty papers with three methods of their own, two of which share one: the shared one, then one of each paper, the one that it introduces."""
    made = corpus(
        [
            (2020, {f"m:a{n}": "uses", f"m:b{n}": "introduces", f"m:c{n}": "uses", **({"m:shared": "uses"} if n in (3, 30) else {})})
            for n in range(39)
        ]
    )
    scene = method(made)
    assert {"shared", "b3", "b30", "b0"} <= set(drawn(scene, "things"))
    assert len(drawn(scene, "papers")) == 39
    assert not any(name.startswith(("a", "c")) for name in drawn(scene, "things"))


def test_above_forty_shared_rows_it_is_a_matrix_of_what_is_densest() -> None:
    """A block of 30 papers that name the same 10 sets is drawn whole, beside 200 papers that share one set each with another."""
    block = [(2020, [f"d:block{k}" for k in range(10)]) for _ in range(30)]
    pairs = [(2020, [f"d:pair{n // 2}"]) for n in range(200)]
    scene = dataset(corpus([*pairs, *block]))
    facts: Any = scene.facts
    assert facts["rows"] is False
    assert set(drawn(scene, "papers")) >= {f"{n:05d}" for n in range(200, 230)}
    assert drawn(scene, "things")[:10] == sorted(f"block{k}" for k in range(10))
    assert len(facts["papers"]) <= CELLS
    assert len(facts["things"]) <= CELLS
    assert facts["left"]["things"] == 110 - len(facts["things"])


@pytest.mark.parametrize("maker", MAKERS.values())
def test_an_empty_view_says_why_and_what_to_do(maker: Any) -> None:
    for made, why in ((corpus([]), "no paper"), (corpus([(2020, {"t:naming": "addresses"})]), "None of 1 paper works with a")):
        scene = maker(made)
        assert why in scene.empty
        assert "kg build" in scene.empty
        assert scene.nodes == ()


def test_devices_have_a_view_of_their_own() -> None:
    assert drawn(hardware(THREE), "things") == ["p2"]


def test_the_same_papers_in_another_order_give_the_same_scene(make_store: Any, many_papers: Any) -> None:
    for maker in MAKERS.values():
        assert maker(analyse.read(make_store(many_papers))) == maker(analyse.read(make_store(many_papers[::-1])))


def as_corpus(named: list[set[int]]) -> Corpus:
    return corpus([(2020, [f"d:{thing}" for thing in sorted(things)]) for things in named])


@given(st.lists(st.sets(st.integers(0, 70), max_size=8), min_size=1, max_size=80))
@settings(deadline=None, max_examples=60)
def test_any_scene_is_whole(named: list[set[int]]) -> None:
    """Each row and column once and never bare, cells as the papers have them, no piece tied to another, counts that add up."""
    scene = dataset(as_corpus(named))
    if scene.empty:
        assert not any(named)
        return
    facts: Any = scene.facts
    rows, columns = facts["papers"], facts["things"]
    assert sorted([*rows, *columns]) == list(range(len(scene.nodes)))
    assert max(len(rows), len(columns)) <= (ROWS if facts["rows"] else CELLS)
    expected = {(paper, thing) for paper in drawn(scene, "papers") for thing in drawn(scene, "things") if int(thing) in named[int(paper)]}
    assert set(cells(scene)) == expected
    assert {row for row, *_ in facts["cells"]} == set(range(len(rows)))
    assert {column for _, column, _ in facts["cells"]} == set(range(len(columns)))
    piece = [[number for number, size in enumerate(facts["pieces"]) for _ in range(size[side])] for side in (0, 1)]
    assert all(piece[0][row] == piece[1][column] for row, column, _ in facts["cells"])
    assert scene.total == len(scene.nodes) + facts["left"]["papers"] + facts["left"]["things"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(10, 19)), unique=True, max_size=40))
@settings(deadline=None)
def test_order_holds_every_node_once_and_crosses_no_more_than_before(edges: list[tuple[int, int]]) -> None:
    layers = [list(range(10)), list(range(10, 20))]
    found = ordered(layers, edges)
    assert [sorted(layer) for layer in found] == layers

    def crossings(order: list[list[int]]) -> int:
        at = {node: place for layer in order for place, node in enumerate(layer)}
        return sum((at[a] - at[c]) * (at[b] - at[d]) < 0 for a, b in edges for c, d in edges) // 2

    assert crossings(found) <= crossings(layers)


def test_a_tangle_comes_apart() -> None:
    edges = [(0, 11), (1, 10), (2, 12), (3, 10), (0, 13)]
    assert ordered([[0, 1, 2, 3], [10, 11, 12, 13]], edges)[0] in ([1, 3, 0, 2], [1, 3, 2, 0], [0, 1, 3, 2], [2, 0, 1, 3], [0, 2, 1, 3])


@pytest.mark.slow
def test_many_papers_are_quick() -> None:
    import time

    made = at_random(4_000, seed=3, methods=3_000, datasets=1_500)
    begun = time.perf_counter()
    method(made)
    assert time.perf_counter() - begun < 5
