"""What chance gives, against numbers worked out by hand and against counting all cases."""

from __future__ import annotations

from itertools import combinations
from math import comb, log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analyse import chance


def test_two_things_of_half_the_papers_meet_in_a_quarter_of_them() -> None:
    assert chance.expected(50, 50, 100) == 25
    assert chance.expected(1, 1, 0) == 0


@pytest.mark.parametrize(
    ("one", "other", "papers", "probability"),
    [
        (2, 2, 4, 1 / 6),  # of the 6 choices of 2 of 4 papers one avoids both
        (1, 1, 4, 3 / 4),
        (3, 2, 4, 0.0),  # 5 papers do not fit into 4
        (10, 10, 30, comb(20, 10) / comb(30, 10)),
    ],
)
def test_the_probability_that_two_things_never_meet(one: int, other: int, papers: int, probability: float) -> None:
    assert chance.never(one, other, papers) == pytest.approx(probability)


@settings(deadline=None)
@given(st.integers(1, 7), st.data())
def test_the_upper_tail_is_what_counting_all_cases_gives(papers: int, data: st.DataObject) -> None:
    one, other = (data.draw(st.integers(1, papers)) for _ in range(2))
    together = data.draw(st.integers(0, papers))
    cases = [len(set(range(one)) & set(chosen)) for chosen in combinations(range(papers), other)]
    assert chance.at_least(together, one, other, papers) == pytest.approx(sum(n >= together for n in cases) / len(cases))
    assert chance.never(one, other, papers) == pytest.approx(sum(n == 0 for n in cases) / len(cases))


@settings(deadline=None)
@given(st.integers(1, 2000), st.data())
def test_never_is_at_most_the_poisson_probability(papers: int, data: st.DataObject) -> None:
    """Which is why pairs with fewer than 3 expected papers are not looked at: none of them can be a gap."""
    one, other = (data.draw(st.integers(1, papers)) for _ in range(2))
    assert chance.never(one, other, papers) <= 2.718281828459045 ** -chance.expected(one, other, papers) * (1 + 1e-9)


def test_lift_is_a_multiple_of_chance_and_npmi_lies_between_minus_one_and_one() -> None:
    assert chance.lift(6, 10, 20, 100) == 3
    assert chance.npmi(2, 10, 20, 100) == pytest.approx(0)
    assert chance.npmi(5, 5, 5, 100) == pytest.approx(1)
    assert chance.npmi(6, 10, 20, 100) == pytest.approx(log(3) / -log(0.06))
    assert chance.npmi(4, 4, 4, 4) == 1


def test_probabilities_are_adjusted_as_benjamini_and_hochberg_do() -> None:
    assert chance.adjusted([0.01, 0.04, 0.03, 0.5], 4) == pytest.approx([0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5])
    assert chance.adjusted([0.01], 10) == pytest.approx([0.1])
    assert chance.adjusted([0.9, 0.8], 10) == [1.0, 1.0]
    assert chance.adjusted([], 0) == []


def test_the_trend_of_papers_that_are_all_late_is_their_standard_score() -> None:
    """Years 0, 0, 1, 1: μ = 1/2, σ² = 1/4. Both papers of the year 1: S = 2, its variance 2 · 1/4 · (4 − 2) / 3 = 1/3."""
    assert chance.trend(2, 4, 2, 0.5, 0.25) == pytest.approx((2 - 1) / sqrt(1 / 3))
    assert chance.trend(1, 4, 2, 0.5, 0.25) == 0
    assert chance.trend(4, 2, 2, 2.0, 0.0) == 0


def test_a_standard_score_of_1_96_has_5_percent_beyond_it() -> None:
    assert chance.two_sided(1.959964) == pytest.approx(0.05, abs=1e-6)
    assert chance.two_sided(-1.959964) == pytest.approx(0.05, abs=1e-6)
