"""Intervals over documents."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.evaluate import Tally, intervals
from kg.evaluate.tally import total

TALLY = st.builds(Tally, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
DOCUMENTS = st.lists(st.dictionaries(st.sampled_from(["core", "role"]), TALLY, min_size=1), min_size=1, max_size=12)


@settings(deadline=None)
@given(DOCUMENTS)
def test_an_interval_holds_the_score_of_all_documents(documents: list[dict[str, Tally]]) -> None:
    sums = total(documents)
    for kind, (low, high) in intervals(documents).items():
        assert 0 <= low <= sums[kind].prf()[2] + 1e-9
        assert sums[kind].prf()[2] - 1e-9 <= high <= 1


@given(DOCUMENTS, st.integers(0, 100))
def test_the_order_of_documents_does_not_matter(documents: list[dict[str, Tally]], seed: int) -> None:
    shuffled = list(documents)
    random.Random(seed).shuffle(shuffled)
    assert intervals(documents, resamples=50) == intervals(shuffled, resamples=50)


def test_no_documents_give_no_intervals() -> None:
    assert intervals([]) == {}


def test_one_document_is_its_own_interval() -> None:
    assert intervals([{"core": Tally(1, 1, 0)}]) == {"core": (2 / 3, 2 / 3)}


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    assert intervals([{"core": Tally()}, {"core": Tally()}]) == {"core": (1.0, 1.0)}


def test_a_document_that_does_not_measure_a_thing_counts_as_nothing() -> None:
    assert intervals([{"core": Tally(1, 0, 0)}, {"role": Tally(0, 1, 0)}])["core"] == (1.0, 1.0)


def test_the_interval_of_a_share_has_the_width_that_theory_gives() -> None:
    """100 documents of one thing each, half of them found: F1 = 2/3; its spread is that of p in 2p / (1 + p) with 95 % of p in 0.5 ± 0.098."""
    low, high = intervals([{"core": Tally(tp=i % 2, fn=1 - i % 2)} for i in range(100)])["core"]
    for end, p in ((low, 0.5 - 0.098), (high, 0.5 + 0.098)):
        assert abs(end - 2 * p / (1 + p)) < 0.02
