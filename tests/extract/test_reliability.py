"""The reliability table: counts in, shares, thresholds and calibration errors out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.extract import reliability
from kg.extract.reliability import HEADER, TABLE, bin_of, ece, extractors, lower_bound, replace_rows, rows, share, threshold
from kg.model import EntityType, Relation, Role


def counted(kind: str, label: str, score: float, seen: int, right: int) -> list[reliability.Outcome]:
    return [(kind, label, score, n < right) for n in range(seen)]


OUTCOMES = [
    *counted("role", "uses", 0.52, 100, 40),
    *counted("role", "uses", 0.81, 100, 80),
    *counted("role", "uses", 0.97, 100, 99),
    *counted("role", "introduces", 0.97, 20, 20),
    *counted("role", "addresses", 0.95, 40, 10),
]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A table of one extractor, "toy", in the place of the package's own."""
    path = tmp_path / "reliability.tsv"
    monkeypatch.setattr(reliability, "TABLE", path)
    replace_rows("toy", OUTCOMES, path)
    reliability._table.cache_clear()
    yield path
    reliability._table.cache_clear()


def test_a_share_is_that_of_the_label_in_the_bin(table: Path) -> None:
    assert share("role", "uses", 0.54, extractor="toy") == 0.4
    assert share("role", "uses", 1.0, extractor="toy") == 0.99


def test_a_label_seen_too_little_takes_the_share_of_its_kind(table: Path) -> None:
    assert share("role", "introduces", 0.97, extractor="toy") == (99 + 20 + 10) / 160
    assert share("role", "runsOn", 0.51, extractor="toy") == 0.4
    assert share("role", "uses", 0.7, extractor="toy") is None
    assert share("entity", "Method", 0.97, extractor="toy") is None


@pytest.mark.parametrize(
    ("precision", "lowest"),
    [
        (0.6, 0.5),  # 219 of 300, at least 0.70 of all
        (0.72, 0.8),  # 179 of 200, at least 0.86
        (0.9, 0.95),  # 99 of 100, at least 0.96
        (0.97, math.inf),  # 99 of 100 do not show it
    ],
)
def test_a_threshold_is_the_lowest_score_that_promises_the_precision(table: Path, precision: float, lowest: float) -> None:
    assert threshold("role", "uses", precision, extractor="toy") == lowest


def test_few_findings_promise_little(table: Path) -> None:
    assert threshold("role", "introduces", 0.9, extractor="toy") == math.inf  # 20 of 20 are too few, and all roles are no better
    assert threshold("role", "addresses", 0.5, extractor="toy") == math.inf
    assert threshold("role", "runsOn", 0.6, extractor="toy") == 0.5  # never seen: as all roles


def test_the_lower_bound_is_wilsons() -> None:
    assert lower_bound(0, 0) == 0
    assert lower_bound(10, 10) == pytest.approx(10 / (10 + 1.2816**2))
    assert lower_bound(81, 263) == pytest.approx(0.2730, abs=5e-4)  # 0.308 of 263, one-sided 90 %: by hand
    assert all(lower_bound(right, 50) < right / 50 for right in range(1, 51))
    assert lower_bound(900, 1000) > lower_bound(90, 100) > lower_bound(9, 10)


def test_the_calibration_error_is_the_mean_distance_weighted_by_findings(table: Path) -> None:
    by_hand = (100 * abs(0.4 - 0.525) + 100 * abs(0.8 - 0.825) + 100 * abs(0.99 - 0.975)) / 300
    assert ece("role", "uses", extractor="toy") == pytest.approx(by_hand)
    assert math.isnan(ece("relation", extractor="toy"))


def test_every_score_of_two_decimals_lies_in_its_bin() -> None:
    assert [bin_of(n / 100) for n in range(101)] == [min(n // 5, 19) for n in range(101)]


def test_rows_of_one_extractor_are_replaced_and_the_others_stay(table: Path) -> None:
    before = table.read_text()
    replace_rows("other", counted("entity", "Task", 0.3, 2, 1), table)
    assert table.read_text() == before + "other\tentity\t*\t0.30\t0.35\t2\t1\nother\tentity\tTask\t0.30\t0.35\t2\t1\n"
    replace_rows("toy", OUTCOMES[::-1], table)
    replace_rows("other", [], table)
    assert table.read_text() == before


def test_an_extractor_that_was_not_measured_is_told(table: Path) -> None:
    with pytest.raises(UsageError, match="'other' were never measured") as caught:
        threshold("role", "uses", 0.9, extractor="other")
    assert caught.value.hint == "use --min-score, or one of toy"


def test_the_tables_rows_fit_together() -> None:
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").rstrip("\n").split("\n")]
    assert tuple(lines[0]) == HEADER
    assert lines[1:]
    labels = {"entity": {*EntityType}, "role": {*Role}, "relation": {*Relation}}
    sums: dict[tuple[str, str, bool], tuple[int, int]] = {}
    for extractor, kind, label, low, high, seen, right in lines[1:]:
        assert label == "*" or label in labels[kind]
        assert round(float(high) - float(low), 2) == 0.05
        assert 0 <= int(right) <= int(seen) > 0
        key = (extractor, f"{kind} {low}", label == "*")
        had = sums.get(key, (0, 0))
        sums[key] = (had[0] + int(seen), had[1] + int(right))
    assert all(counts == sums[extractor, bin, not whole] for (extractor, bin, whole), counts in sums.items())


@pytest.mark.parametrize("extractor", extractors())
def test_scores_of_every_extractor_mean_something(extractor: str) -> None:
    for kind in ("entity", "role", "relation"):
        assert ece(kind, extractor=extractor) < 0.15
    assert threshold("entity", "Method", 0.9, extractor=extractor) <= 0.95
    assert list(rows(extractor, [])) == []
