"""Every figure on small corpora, against numbers worked out by hand; and on papers where chance alone is at work, where none may speak."""

from __future__ import annotations

from math import comb, log, sqrt

import pytest
from made_corpora import at_random, corpus

from kg.analyse import bridges, co_use, companions, compute, gaps, lineage, lineage_of, pairs, standing, trends
from kg.analyse.bridges import participation
from kg.analyse.standing import FOUNDED
from kg.errors import UsageError
from kg.model import EntityType


def names(figure_rows: tuple[object, ...]) -> list[str]:
    return [row.entity.name for row in figure_rows]  # type: ignore[attr-defined]


class TestStanding:
    made = corpus(
        [
            (2020, {"m:a": "introduces"}),
            (2021, {"m:a": "uses comparesWith", "m:b": "uses"}),
            (2021, {"m:a": "uses", "d:c": "evaluatesOn"}),
            (None, {"m:b": "mentions", "m:e": "mentions", "m:d": "uses"}),
        ]
    )

    def test_papers_are_counted_once_however_many_roles_they_give(self) -> None:
        first = standing(self.made).rows[0]
        assert (first.entity.name, first.rank, first.papers, first.mentions) == ("A", 1, 3, 0)
        assert first.roles == (("introduces", 1), ("comparesWith", 1), ("uses", 2))
        assert first.years == ((2020, 1), (2021, 2))

    def test_equal_numbers_share_a_rank_within_the_type_and_mentions_give_none(self) -> None:
        figure = standing(self.made)
        assert [(row.entity.name, row.rank, row.papers, row.mentions) for row in figure.rows] == [
            ("A", 1, 3, 0), ("B", 2, 1, 1), ("D", 2, 1, 0), ("E", 4, 0, 1), ("C", 1, 1, 0),
        ]  # fmt: skip
        assert "4 of 5 things are named by one paper at most: their order says nothing" in figure.notes
        assert "1 paper without a year are in no year" in figure.notes

    def test_one_type_alone(self) -> None:
        assert names(compute(self.made, "standing", types=["dataset"]).rows) == ["C"]

    def test_one_thing_keeps_its_rank(self) -> None:
        (row,) = compute(self.made, "standing", thing="method/b").rows
        assert row.rank == 2

    def test_few_foundations_have_no_rank_and_many_have_one_that_sees_further_than_a_count(self) -> None:
        """Ground and side are built on by one thing each; on ground's builder all the leaves build, on side's nothing."""
        leaves = [f"m:leaf{n:02d}" for n in range(FOUNDED)]
        based = [*((leaf, "m:middle", [0]) for leaf in leaves), ("m:middle", "m:ground", [0]), ("m:leaf00", "m:side", [0])]
        made = corpus([(2020, ["m:ground", "m:middle", "m:side", *leaves])], based)
        rows = {row.entity.name: row.foundation or 0 for row in standing(made).rows}
        assert rows["MIDDLE"] > rows["GROUND"] > 5 * rows["SIDE"] > rows["LEAF00"]
        few = standing(corpus([(2020, ["m:ground", "m:middle"])], based[-2:-1]))
        assert [row.foundation for row in few.rows] == [None, None]


class TestLineage:
    chain = corpus(
        [(2018, {"m:a": "introduces"}), (2019, {"m:b": "introduces", "m:a": "uses"}), (2020, {"m:c": "uses"}), (2017, {"m:c": "mentions"})],
        [("m:b", "m:a", [1]), ("m:c", "m:b", [2]), ("m:c", "m:a", [2]), ("m:d", "m:b", [2])],
    )

    def test_generations_count_the_longest_chain_down(self) -> None:
        figure = lineage(self.chain)
        assert [(row.entity.name, row.generation, row.ancestors, row.descendants, row.year) for row in figure.rows] == [
            ("A", 0, 0, 3, 2018), ("B", 1, 1, 2, 2019), ("C", 2, 2, 0, 2017), ("D", 2, 2, 0, None),
        ]  # fmt: skip
        assert [(row.builds_on, row.built_on_by) for row in figure.rows] == [(0, 2), (1, 2), (2, 0), (1, 0)]
        assert figure.papers == 2
        assert figure.notes == ("1 thing that build on nothing known, 2 generations above them",)

    def test_one_thing_tells_both_sides_step_by_step_with_the_papers_that_say_so(self) -> None:
        figure = compute(self.chain, "lineage", thing="method/b")
        assert [(row.entity.name, row.steps, [via.name for via in row.via], row.papers, row.is_root) for row in figure.rows] == [
            ("A", -1, ["B"], ("paper/00001",), True),
            ("B", 0, [], (), False),
            ("D", 1, ["B"], ("paper/00002",), False),
            ("C", 1, ["B"], ("paper/00002",), False),
        ]

    def test_the_fewest_steps_count_and_all_ways_of_that_length_are_told(self) -> None:
        diamond = corpus([(2020, ["m:a"])], [("m:d", "m:b", [0]), ("m:d", "m:c", [0]), ("m:b", "m:a", [0]), ("m:c", "m:a", [])])
        steps = {row.entity.name: row for row in compute(diamond, "lineage", thing="method/d").rows}
        assert steps["A"].steps == -2
        assert [via.name for via in steps["A"].via] == ["B", "C"]

    def test_a_ring_is_told_and_shares_a_generation(self) -> None:
        ring = corpus(
            [(2020, ["m:a"])], [("m:a", "m:b", [0]), ("m:b", "m:a", [0]), ("m:c", "m:a", [0]), ("m:b", "m:r", [0]), ("m:r", "m:r", [0])]
        )
        figure = lineage(ring)
        assert [(row.entity.name, row.generation, row.ancestors, row.descendants, row.in_ring) for row in figure.rows] == [
            ("R", 0, 0, 3, False), ("A", 1, 2, 2, True), ("B", 1, 2, 2, True), ("C", 2, 3, 0, False),
        ]  # fmt: skip
        assert "build on each other in a ring: A, B" in figure.notes
        assert [(row.entity.name, row.steps) for row in compute(ring, "lineage", thing="method/a").rows] == [
            ("R", -2),
            ("B", -1),
            ("A", 0),
            ("C", 1),
        ]

    def test_where_nothing_builds_on_anything_it_says_so(self) -> None:
        lone = corpus([(2020, ["m:a"])])
        assert lineage(lone).too_few == "no paper says what something is based on or derived from"
        assert "A is based on" in lineage_of(lone, 0).too_few


def two_communities(ties: int = 1) -> list[tuple[int, list[str]]]:
    """20 papers use a, b and c, 20 use x, y and z, 40 use other things; some use a and x."""
    alone = [(2020, [f"m:other{n}"]) for n in range(40)]
    return [*[(2020, ["m:a", "m:b", "m:c"])] * 20, *[(2021, ["m:x", "d:y", "d:z"])] * 20, *[(2022, ["m:a", "m:x"])] * ties, *alone]


class TestCoUse:
    def test_what_is_used_together_is_one_community_named_by_its_most_telling_members(self) -> None:
        """b and c are in all 20 papers of their community and in no other: share 1, lift 81/20. a is in one more: lift 81/21."""
        figure = co_use(corpus(two_communities()))
        assert {row.name for row in figure.rows} == {"B, C, A", "Y, Z, X"}
        assert [(member.papers, member.lift) for member in figure.rows[0].members] == [(20, 81 / 20), (20, 81 / 20), (20, 81 / 21)]
        assert figure.rows[0].members[2].telling == pytest.approx(log(81 / 21))
        assert [len(row.papers) for row in figure.rows] == [20, 20]
        assert figure.papers == 81
        assert figure.notes == ("modularity 0.50",)

    def test_a_pair_has_its_lift_and_weight(self) -> None:
        first = companions(corpus(two_communities()), corpus(two_communities()).index("method/a") or 0).rows[0]
        assert (first.one.name, first.other.name, first.papers) == ("A", "B", 20)
        assert first.expected == pytest.approx(21 * 20 / 81)
        assert first.lift == pytest.approx(20 / first.expected)
        assert first.weight == pytest.approx(log(first.lift) / -log(20 / 81))

    def test_what_meets_as_often_as_chance_gives_is_no_pair(self) -> None:
        """a and x meet in 2 of 81 papers; chance gives 5.6."""
        assert {("A", "X"), ("X", "A")}.isdisjoint((row.one.name, row.other.name) for row in pairs(corpus(two_communities(2))).rows)

    def test_few_papers_have_no_communities(self) -> None:
        figure = co_use(corpus([(2020, ["m:a", "m:b"]), (2020, ["m:a", "m:b"])]))
        assert figure.rows == ()
        assert (
            figure.too_few
            == "2 papers that work with such things have 0 pairs of things in 2 papers or more, oftener than chance; 5 are needed"
        )

    def test_a_thing_without_companions_says_so(self) -> None:
        figure = compute(corpus([(2020, ["m:a"])]), "co-use", thing="method/a")
        assert figure.too_few == "1 paper with A: nothing is used with it in 2 papers or more and oftener than chance"

    def test_mentions_are_no_use(self) -> None:
        assert co_use(corpus([(2020, dict.fromkeys(["m:a", "m:b", "m:c"], "mentions"))] * 30)).papers == 0


class TestBridges:
    def test_a_tie_that_only_one_paper_makes_counts_whole_and_one_of_two_half(self) -> None:
        (row,) = bridges(corpus(two_communities())).rows
        assert (row.paper.id, row.ties, row.alone, row.participation) == ("paper/00040", 1.0, 1, 0.5)
        assert [[thing.name for thing in things] for things in row.things] in ([["A"], ["X"]], [["X"], ["A"]])
        both = bridges(corpus(two_communities(2))).rows
        assert [(row.ties, row.alone) for row in both] == [(0.5, 0), (0.5, 0)]

    def test_participation_is_guimera_and_amarals(self) -> None:
        assert participation([2, 1, 1]) == 1 - (1 / 4 + 1 / 16 + 1 / 16)
        assert participation([5]) == 0
        assert participation([]) == 0

    def test_those_of_one_thing_or_paper(self) -> None:
        made = corpus(two_communities())
        assert len(compute(made, "bridges", thing="method/x").rows) == 1
        assert len(compute(made, "bridges", thing="paper/00040").rows) == 1
        assert compute(made, "bridges", thing="dataset/y").too_few == "it ties no communities"

    def test_one_community_has_no_bridges(self) -> None:
        figure = bridges(corpus([(2020, ["m:a", "m:b", "m:c", "m:d"])] * 20 + [(2020, [f"m:other{n}"]) for n in range(60)]))
        assert figure.too_few == "80 papers with such things form 1 community of things that are used together; two are needed"


def with_a_gap() -> list[tuple[int, list[str]]]:
    """40 papers use a on e, 40 use b on d, 20 use b on e: a and d are never together, though both are in 40 of 100."""
    return [*[(2020, ["m:a", "d:e"])] * 40, *[(2020, ["m:b", "d:d"])] * 40, *[(2020, ["m:b", "d:e"])] * 20]


class TestGaps:
    def test_a_pair_that_chance_would_often_give_and_no_paper_has(self) -> None:
        (row,) = gaps(corpus(with_a_gap())).rows
        assert (row.method.name, row.other.name, row.method_papers, row.other_papers, row.expected) == ("A", "D", 40, 40, 16)
        assert row.probability == pytest.approx(comb(60, 40) / comb(100, 40))
        assert row.adjusted == pytest.approx(4 * row.probability)  # four pairs are tested

    def test_it_says_how_many_such_pairs_chance_would_give(self) -> None:
        assert gaps(corpus(with_a_gap())).notes == (
            "1 of 4 common pairs are never together; chance would give 0.0",
            "surprising gaps: 1",
        )

    def test_a_pair_of_which_chance_gives_two_papers_is_told_and_is_no_surprise(self) -> None:
        """10 of 50 papers have a, 10 have d: 2 expected, C(40, 10) / C(50, 10) = 0.083."""
        papers = [*[(2020, ["m:a", "d:e"])] * 10, *[(2020, ["m:b", "d:d"])] * 10, *[(2020, ["m:b", "d:e"])] * 30]
        row = next(row for row in gaps(corpus(papers)).rows if (row.method.name, row.other.name) == ("A", "D"))
        assert (row.expected, row.adjusted, row.surprising) == (2, 1.0, False)
        assert row.probability == pytest.approx(comb(40, 10) / comb(50, 10))

    def test_a_mere_mention_together_closes_the_gap(self) -> None:
        mentioned = (2020, {"m:a": "uses", "d:e": "uses", "d:d": "mentions"})
        assert gaps(corpus([*with_a_gap(), mentioned])).rows == ()

    def test_papers_without_a_data_set_make_nothing_more_common(self) -> None:
        assert gaps(corpus([*with_a_gap(), *[(2020, ["m:a"])] * 50])).rows[0].method_papers == 40

    def test_the_nearest_papers_share_what_papers_with_the_other_name(self) -> None:
        """Only one paper with a names t, as all papers with d do."""
        papers = [
            *[(2020, ["m:a", "d:e"])] * 40,
            *[(2020, ["m:b", "d:d", "t:t"])] * 40,
            *[(2020, ["m:b", "d:e"])] * 20,
            (2020, ["m:a", "d:e", "t:t"]),
        ]
        row = next(row for row in gaps(corpus(papers)).rows if row.other.name == "D")
        assert row.nearest[0].paper.id == "paper/00100"
        assert row.nearest[0].names.name == "A"
        assert [thing.name for thing in row.nearest[0].shared] == ["T"]

    def test_tasks_are_asked_beside_data_sets_or_alone(self) -> None:
        tasks = [(2020, [thing.replace("d:", "t:") for thing in things]) for _, things in with_a_gap()]
        assert gaps(corpus(tasks)).rows[0].other.type == "Task"
        assert gaps(corpus(tasks), ["Dataset"]).rows == ()

    def test_one_thing_has_the_same_figures_as_in_the_whole(self) -> None:
        made = corpus(with_a_gap())
        assert compute(made, "gaps", thing="dataset/d").rows == gaps(made).rows
        assert "no common pair with B" in compute(made, "gaps", thing="method/b").too_few

    def test_few_papers_have_no_gaps(self) -> None:
        figure = gaps(corpus([(2020, ["m:a", "d:e"]), (2020, ["m:b", "d:d"])]))
        assert figure.too_few == "2 papers work with both types; no two things are so common that chance would give a paper with both"

    def test_as_many_as_asked_are_told(self) -> None:
        figure = gaps(corpus(with_a_gap()), limit=0)
        assert figure.notes[-1] == "1 more gaps are not told"


def rising() -> list[tuple[int, list[str]]]:
    """30 papers a year from 2018 to 2021; r is in 0, 5, 10 and 20 of them, f in 20, 10, 5 and 0, s in 10 each year."""
    papers = []
    for year, r, f in ((2018, 0, 20), (2019, 5, 10), (2020, 10, 5), (2021, 20, 0)):
        for place in range(30):
            things = (["m:r"] if place < r else []) + (["m:f"] if place >= 30 - f else []) + (["m:s"] if place % 3 == 0 else [])
            papers.append((year, [*things, f"m:{year}-{place}"]))
    return papers


class TestTrends:
    def test_a_rising_share_has_the_score_worked_out_by_hand(self) -> None:
        """Ranks are as far apart as years here: μ = 1.5 years after 2018, σ² = 1.25; r: n = 35, S = 5 + 20 + 60 = 85;
        (85 − 52.5) / √(35 · 1.25 · 85 / 119). Of 35 · 85 pairs of a paper with it and one without 2462.5 have it later.
        """
        rows = {row.entity.name: row for row in trends(corpus(rising())).rows}
        r = rows["R"]
        assert r.score == pytest.approx(32.5 / sqrt(35 * 1.25 * 85 / 119))
        assert (r.direction, r.papers, r.later) == ("rising", 35, pytest.approx(2462.5 / 2975))
        assert r.years == ((2018, 0, 30), (2019, 5, 30), (2020, 10, 30), (2021, 20, 30))
        assert (rows["F"].direction, rows["F"].score) == ("falling", pytest.approx(-r.score))
        assert (rows["S"].direction, rows["S"].score) == ("no clear trend", 0)

    def test_a_thing_of_few_papers_has_years_and_no_claim(self) -> None:
        (row,) = compute(corpus(rising()), "trends", thing="method/2018-0").rows
        assert (row.direction, row.papers, row.probability) == ("too few papers", 1, 1.0)

    def test_more_papers_a_year_are_no_trend(self) -> None:
        """As many again each year, of everything: shares stay."""
        papers = [
            (year, ["m:a"] if place % 2 else ["m:b"]) for year, number in ((2018, 20), (2019, 40), (2020, 80)) for place in range(number)
        ]
        assert {row.direction for row in trends(corpus(papers)).rows} == {"no clear trend"}

    def test_few_years_or_papers_have_no_trends(self) -> None:
        assert trends(corpus([(2020, ["m:a"])] * 50)).too_few == "50 papers with a year, of 1 year: 20 of 3 years are needed"
        assert trends(corpus([(None, ["m:a"])] * 50)).too_few == "0 papers with a year, of 0 years: 20 of 3 years are needed"

    def test_a_few_old_papers_weigh_no_more_than_they_are(self) -> None:
        """Without ranks two papers of 1990 among 1,000 of today would lie so far from the mean that they alone made a trend."""
        papers = [(1990, ["m:a"]), (1990, ["m:a"]), *[(2020 + place % 3, ["m:a"] if place % 50 == 0 else ["m:b"]) for place in range(1000)]]
        (row,) = compute(corpus(papers), "trends", thing="method/a").rows
        assert (row.direction, row.papers) == ("no clear trend", 22)

    def test_years_without_papers_are_told_as_such(self) -> None:
        papers = [(year, ["m:a"] if place < 5 else ["m:b"]) for year in (2015, 2018, 2019) for place in range(10)]
        assert trends(corpus(papers)).rows[0].years[1] == (2016, 0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_where_chance_alone_is_at_work_no_figure_speaks(seed: int) -> None:
    """Of 5 × 3 figures of independent papers at most one may raise a false alarm, at the level of 0.05."""
    made = at_random(1500, seed)
    assert len(pairs(made).rows) <= 1
    assert not any(row.surprising for row in gaps(made).rows)
    assert sum(row.direction in ("rising", "falling") for row in trends(made).rows) <= 1


@pytest.mark.parametrize("name", ["standing", "co-use", "lineage", "bridges", "gaps", "trends"])
def test_every_figure_says_how_and_over_how_many_papers_even_over_none(name: str) -> None:
    for made in (corpus([]), corpus(two_communities())):
        figure = compute(made, name)
        assert figure.name == name
        assert len(figure.method) > 40
        assert 0 <= figure.papers <= len(made.papers)
        assert not (figure.rows and figure.too_few)
        assert figure.rows or figure.too_few or name == "standing"


def test_unknown_figures_types_and_things_are_refused_with_what_there_is() -> None:
    made = corpus([(2020, ["m:a"])])
    for asked, words in (
        ({"name": "no"}, "no figure"),
        ({"name": "standing", "types": ["No"]}, "no type"),
        ({"name": "gaps", "thing": "x"}, "x is no"),
    ):
        with pytest.raises(UsageError, match=words):
            compute(made, **asked)  # type: ignore[arg-type]
    assert EntityType.METHOD == "Method"
