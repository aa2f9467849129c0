"""What builds on what, in layers: which things are drawn, where they stand, which way edges go."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_corpora import corpus

from kg import analyse
from kg.view.scenes.layers import placed
from kg.view.scenes.lineage import DRAWN, HIGH, VIEW, WIDE, scene
from kg.view.scenes.scene import Scene


def x_of(made: Scene) -> dict[str, int]:
    return {node.split("/")[1]: x for node, (x, _) in zip(made.nodes, made.at, strict=True)}


def chain(names: str, *, years: dict[str, int] | None = None, more: tuple[str, ...] = ()) -> Scene:
    """Each letter builds on the one before; `more` are further pairs "ab": b builds on a."""
    pairs = [*(names[i : i + 2] for i in range(len(names) - 1)), *more]
    letters = sorted({letter for pair in pairs for letter in pair})
    papers = [((years or {}).get(letter), {f"m:{letter}": "introduces"}) for letter in letters]
    return scene(corpus(papers, [(f"m:{b}", f"m:{a}", [0]) for a, b in pairs]))


def test_generations_stand_from_left_to_right() -> None:
    made = chain("abc", more=("ac",))
    assert (made.view, made.facts["axis"]) == (VIEW, "generation")
    assert x_of(made) == {"a": 0, "b": WIDE, "c": 2 * WIDE}
    assert made.facts["generation"] == [{"a": 0, "b": 1, "c": 2}[node[-1]] for node in made.nodes]
    assert [made.nodes[root] for root in made.facts["roots"]] == ["method/a"]


def test_what_builds_on_nothing_stands_beside_what_builds_on_it() -> None:
    assert x_of(chain("abcd", more=("ed",)))["e"] == 2 * WIDE


def test_a_long_edge_takes_a_free_slot_beside_what_it_passes() -> None:
    made = chain("abc", more=("ac",))
    ((_, _, ((x, y),)),) = made.facts["routes"]
    assert x == WIDE
    assert abs(y - dict(zip(made.nodes, made.at, strict=True))["method/b"][1]) >= HIGH // 2


def test_known_years_make_the_columns() -> None:
    made = chain("abc", years={"a": 2018, "b": 2020, "c": 2020})
    assert made.facts["axis"] == "year"
    assert x_of(made) == {"a": 0, "b": WIDE, "c": 2 * WIDE}  # c builds on b within the year
    assert made.facts["columns"] == [{"year": 2018, "x": 0, "columns": 1}, {"year": 2020, "x": WIDE, "columns": 2}]


def test_years_that_contradict_what_builds_on_what_give_way_to_generations() -> None:
    assert chain("abc", years={"a": 2022, "b": 2020, "c": 2018}).facts["axis"] == "generation"
    assert chain("abc", years={"a": 2018}).facts["axis"] == "generation"


def test_one_thing_named_too_early_is_drawn_after_what_it_builds_on_and_told() -> None:
    names = "abcdefghijkl"
    made = chain(names, years={letter: 2000 + at - 3 * (letter == "l") for at, letter in enumerate(names)})
    assert made.facts["axis"] == "year"
    assert x_of(made)["l"] > x_of(made)["k"]
    assert made.notes[-1] == "first named in an earlier year than what they build on, and drawn after it: L"


def test_a_ring_is_told_and_drawn_in_layers_all_the_same() -> None:
    made = chain("abca", more=("cd",))
    assert [[made.nodes[node][-1] for node in ring] for ring in made.facts["rings"]] == [["a", "b", "c"]]
    assert any("in a ring: A, B, C" in note for note in made.notes)
    assert len(set(x_of(made).values())) == 4


def test_pieces_stay_whole_and_the_rest_is_counted() -> None:
    """A tree of 50 things and two of 40: the first whole, then no room for the second; what fits of 10 pairs is drawn whole."""
    trees = [(f"m:tree{t}leaf{n:03d}", f"m:tree{t}", [0]) for t, size in enumerate((49, 39, 39)) for n in range(size)]
    pairs = [(f"d:new{n:02d}", f"d:old{n:02d}", [0]) for n in range(10)]
    made = scene(corpus([(None, ["t:naming"])], trees + pairs))
    assert sum(node.startswith("method/tree0") for node in made.nodes) == 50
    assert sum(node.startswith("dataset/") for node in made.nodes) == 20
    assert len(made.nodes) == 70
    assert made.total == 150
    assert "80 things with fewer descendants and ancestors are not drawn" in made.notes


def test_of_a_piece_too_large_a_part_is_drawn_that_hangs_together() -> None:
    made = scene(corpus([(None, ["t:naming"])], [(f"m:{n:04d}", f"m:{n // 3:04d}", [0]) for n in range(1, 1000)]))
    assert len(made.nodes) == DRAWN
    assert {f"method/{int(node[-4:]) // 3:04d}" for node in made.nodes} <= set(made.nodes)


def test_an_empty_view_says_why_and_what_to_do() -> None:
    made = scene(corpus([(2020, ["m:a"]), (2021, ["m:b"])]))
    assert made.empty.startswith("None of 2 papers says what a thing is based on or derived from. Add papers")
    assert "The graph holds no paper" in scene(corpus([])).empty


def test_the_same_papers_in_another_order_give_the_same_scene(make_store: Any) -> None:
    papers = [
        {
            "title": f"Paper {n}", "abstract": f"Net{n} builds on Net{n // 2}.", "issued": f"{2010 + n}",
            "says": [("introduces", "Method", f"Net{n}"), ("uses", "Method", f"Net{n // 2}")], "relations": [(f"Net{n}", "basedOn", f"Net{n // 2}")],
        }
        for n in range(1, 12)
    ]  # fmt: skip
    made = scene(analyse.read(make_store(papers)))
    assert made == scene(analyse.read(make_store(papers[::-1])))
    assert len(made.nodes) == 12
    assert made.facts["axis"] == "year"


@given(
    st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=40),
    st.lists(st.none() | st.integers(2000, 2012), min_size=25, max_size=25),
)
@settings(deadline=None, max_examples=120)
def test_no_two_stand_on_each_other_and_edges_go_to_later_layers_but_in_rings(pairs: Any, years: Any) -> None:
    papers = [(year, {f"m:{n:02d}": "introduces"}) for n, year in enumerate(years)]
    made = scene(corpus(papers, sorted({(f"m:{a:02d}", f"m:{b:02d}", (0,)) for a, b in pairs})))
    if made.empty:
        assert all(a == b for a, b in pairs)
        return
    facts: Any = made.facts
    assert all(abs(a - c) >= WIDE or abs(b - d) >= HIGH - 1 for i, (a, b) in enumerate(made.at) for c, d in made.at[:i])
    ring = {made.nodes[node]: number for number, members in enumerate(facts["rings"]) for node in members}
    at = dict(zip(made.nodes, made.at, strict=True))
    for a, b in pairs:
        thing, base = f"method/{a:02d}", f"method/{b:02d}"
        if thing != base and (thing not in ring or ring[thing] != ring.get(base)):
            assert at[base][0] < at[thing][0]
    if facts["axis"] == "year":
        columns = [(column["x"], column["x"] + column["columns"] * WIDE) for column in facts["columns"]]
        for node, year in enumerate(facts["year"]):
            if year is not None and node not in facts["later"]:
                number = [column["year"] for column in facts["columns"]].index(year)
                assert columns[number][0] <= made.at[node][0] < columns[number][1]


def test_a_straight_chain_is_drawn_straight_and_a_passing_line_does_not_bend() -> None:
    found = placed({0: 0, 1: 1, 2: 2, 3: 3}, [(0, 1), (1, 2), (2, 3), (0, 3)])
    (route,) = found.routes.values()
    assert abs(route[0][1] - route[1][1]) < 0.1
    assert abs(found.row[1] - found.row[2]) < 0.1


@pytest.mark.slow
def test_a_large_lineage_is_quick() -> None:
    import time

    made = corpus([(None, ["t:naming"])], [(f"m:{n:05d}", f"m:{(n * 7919) % n:05d}", [0]) for n in range(1, 5000)])
    begun = time.perf_counter()
    scene(made)
    assert time.perf_counter() - begun < 8
