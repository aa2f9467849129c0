"""Years from left to right, lanes by type: who stands where, who is left out, what rises."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_corpora import corpus

from kg import analyse
from kg.view.scenes.scene import DRAWN, Scene
from kg.view.scenes.timeline import VIEW, scene

MADE = corpus(
    [
        (2020, {"m:leafnet": "mentions", "d:oaks": "introduces"}),
        (2021, {"m:leafnet": "introduces", "d:oaks": "uses"}),
        (2024, {"m:leafnet": "uses", "h:p2": "runsOn"}),
        (None, {"m:undated": "introduces", "h:p2": "runsOn"}),
    ]
)


def spots(made: Scene) -> dict[str, tuple[int | None, str]]:
    """Node → year and lane."""
    facts: Any = made.facts
    years = [facts["years"][column]["year"] for column in facts["column"]]
    return {node: (year, facts["lanes"][lane]) for node, year, lane in zip(made.nodes, years, facts["lane"], strict=True)}


def test_things_stand_at_the_year_when_first_introduced_else_named() -> None:
    assert spots(scene(MADE)) == {
        "paper/00000": (2020, "paper"), "paper/00001": (2021, "paper"), "paper/00002": (2024, "paper"), "paper/00003": (None, "paper"),
        "dataset/oaks": (2020, "dataset"), "method/leafnet": (2021, "method"), "hardware/p2": (2024, "hardware"),
        "method/undated": (None, "method"),
    }  # fmt: skip
    assert scene(MADE).view == VIEW


def test_what_has_no_date_has_a_column_of_its_own_at_the_end_and_is_told() -> None:
    made = scene(MADE)
    assert made.facts["years"] == [{"year": year, "papers": 1} for year in (2020, 2021, 2024, None)]
    assert "1 paper without a date stands under “no date”" in made.notes


def test_each_year_and_lane_is_there_though_others_have_more() -> None:
    papers: list[Any] = [(2020, [f"m:{n % 200}", f"m:{n % 7}"]) for n in range(400)]
    papers += [(1998, ["t:old"]), (2003, {"o:lab": "affiliatedWith"})]
    made = scene(corpus(papers))
    assert len(made.nodes) == 2 * 12 + 4
    assert {year for year, _ in spots(made).values()} == {1998, 2003, 2020}
    assert {lane for _, lane in spots(made).values()} == {"paper", "method", "task", "organisation"}
    left: Any = made.facts["left"]
    assert sum(number for *_, number in left) == made.total - len(made.nodes)
    told = {(made.facts["years"][column]["year"], made.facts["lanes"][lane]) for column, lane, _ in left}
    assert told == {(2020, "paper"), (2020, "method")}


def test_a_poor_year_is_there_though_there_are_more_years_and_lanes_than_nodes() -> None:
    papers: list[Any] = [(1950 + n % 60, [f"{kind}:{n % 60}{kind}{n % 3}" for kind in "mdot"]) for n in range(180)]
    made = scene(corpus([*papers, (1900, {"h:abacus": "mentions"})]))
    assert len({year for year, _ in spots(made).values()}) == 61
    assert "hardware" in {lane for _, lane in spots(made).values()}


def test_the_weightiest_come_first() -> None:
    papers: list[Any] = [(2020, ["m:common", f"m:rare{n:03d}"]) for n in range(300)]
    assert scene(corpus(papers)).nodes[0] == "method/common"


def test_rising_and_falling_things_are_told_with_their_numbers() -> None:
    papers: list[Any] = [(year, ["m:new" if year > 2017 else "m:old", "d:steady"]) for year in range(2010, 2026) for _ in range(5)]
    trends: Any = scene(corpus(papers)).facts["trends"]
    assert [row["name"] for row in trends["rising"]] == ["NEW"]
    assert [row["name"] for row in trends["falling"]] == ["OLD"]
    assert trends["rising"][0]["years"][-1] == [2025, 5, 5]
    assert (trends["papers"], trends["few"]) == (80, "")
    assert "rank-sum" in trends["method"]


def test_too_few_papers_for_trends_say_so() -> None:
    trends: Any = scene(MADE).facts["trends"]
    assert (trends["rising"], trends["falling"]) == ([], [])
    assert trends["few"] == "3 papers with a year, of 3 years: 20 of 3 years are needed"


def test_papers_without_any_date_make_no_timeline_but_words_on_what_to_do() -> None:
    made = scene(corpus([(None, ["m:a"]), (None, ["m:b"])]))
    assert made.nodes == ()
    assert made.empty.startswith("None of the 2 papers has a date. Add papers as JSON lines with their date, or with an arXiv identifier")
    assert "The graph holds no paper" in scene(corpus([])).empty


def test_the_same_papers_in_another_order_give_the_same_scene(make_store: Any, many_papers: Any) -> None:
    dated = [{**paper, "issued": f"{2015 + n % 5}"} for n, paper in enumerate(many_papers)]
    made = scene(analyse.read(make_store(dated)))
    assert made == scene(analyse.read(make_store(dated[::-1])))
    assert made.nodes


@given(
    st.lists(st.tuples(st.none() | st.integers(1990, 2030), st.sets(st.sampled_from([f"{k}:{n}" for k in "mdhot" for n in range(30)]), max_size=6)), max_size=60)
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_no_two_stand_on_each_other_and_cells_are_filled_from_the_top(papers: Any) -> None:
    made = scene(corpus(papers))
    if made.empty:
        return
    facts: Any = made.facts
    assert len(made.nodes) <= DRAWN
    slots: dict[tuple[int, int], list[int]] = {}
    for column, lane, slot in zip(facts["column"], facts["lane"], facts["slot"], strict=True):
        slots.setdefault((column, lane), []).append(slot)
    assert all(found == list(range(len(found))) for found in slots.values())
    assert {column for column, _ in slots} == set(range(len(facts["years"])))
    assert {lane for _, lane in slots} == set(range(len(facts["lanes"])))
    assert made.total == len(made.nodes) + sum(number for *_, number in facts["left"])
