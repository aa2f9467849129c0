"""Papers per year that work with a thing, and whether their share rises or falls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from kg.analyse import chance
from kg.analyse.corpus import WORK, Corpus, Entity
from kg.analyse.figure import Figure, plural

NAME = "trends"
ENOUGH = 10  # papers with a thing, and without it, from which on the normal distribution serves for the test
YEARS = 3  # that papers must have, for a trend to be more than two points

Direction = Literal["rising", "falling", "no clear trend", "too few papers"]

_METHOD = (
    "whether papers that work with the thing are of later years than the others: rank-sum test with ties (Wilcoxon; Cochran and Armitage's test for a"
    " trend in shares, by rank of the year), two-sided; things with 10 papers or more are tested; adjusted for all of them (Benjamini and"
    " Hochberg), up to 0.05 is rising or falling. later: probability that a paper with it is later than one without, 0.5 where nothing changes."
    " years: papers with it / papers of the year"
)


@dataclass(frozen=True, slots=True)
class Trend:
    """How the papers that work with a thing lie over the years."""

    entity: Entity
    direction: Direction
    papers: int  # with a year, that work with it
    later: float  # probability that a paper with it is of a later year than one without, ties half (Mann and Whitney 1947)
    score: float  # standard score, above 0 where the share rises; 0 where it is not tested
    probability: float  # of one as far from 0 by chance; 1 where it is not tested
    adjusted: float  # share of false alarms among those that are no less clear; 1 where it is not tested
    years: tuple[tuple[int, int, int], ...]  # (year, papers with it, papers of the year), ascending, without gaps


def trends(corpus: Corpus, types: Collection[str] | None = None, *, thing: int | None = None) -> Figure[Trend]:
    """Things that rise or fall, clearest first, then those without a clear trend; by probability, then most papers and identifier.

    Args:
        corpus: the papers.
        types: of things.
        thing: only this one, be it ever so rare; tested are all the same, so that its figures do not depend on who asks.
    """
    totals = Counter(paper.year for paper in corpus.papers if paper.year is not None)
    dated = totals.total()
    if len(totals) < YEARS or dated < 2 * ENOUGH:
        few = f"{plural(dated, 'paper')} with a year, of {plural(len(totals), 'year')}: {2 * ENOUGH} of {YEARS} years are needed"
        return Figure(NAME, Trend, (), _METHOD, dated, too_few=few)
    ranks = _ranks(totals)
    mean = (dated + 1) / 2
    variance = sum(number * (ranks[year] - mean) ** 2 for year, number in sorted(totals.items())) / dated
    counts = {
        place: Counter(year for paper in papers if (year := corpus.papers[paper].year) is not None)
        for place, papers in corpus.users(WORK, types if thing is None else None).items()
    }
    scores = {
        place: chance.trend(_sum(years, ranks), dated, years.total(), mean, variance)
        for place, years in counts.items()
        if ENOUGH <= years.total() <= dated - ENOUGH
    }
    rates = dict(zip(scores, chance.adjusted([chance.two_sided(score) for score in scores.values()], len(scores)), strict=True))
    places = scores if thing is None else [thing] if thing in counts else []
    rows = [_trend(corpus.entities[place], counts[place], totals, scores.get(place), rates.get(place, 1.0)) for place in places]
    rows.sort(key=lambda row: (row.adjusted > chance.ERROR, row.probability, -row.papers, row.entity.id))
    rare = len(counts) - len(scores)
    notes = [f"{plural(rare, 'thing')} with fewer than {ENOUGH} papers are not tested"] if rare and thing is None else []
    notes += [f"{plural(corpus.undated, 'paper')} without a year are left out"] if corpus.undated else []
    few = (
        ""
        if rows
        else f"no thing is in {ENOUGH} papers with a year"
        if thing is None
        else f"no paper works with {corpus.entities[thing].name}"
    )
    return Figure(NAME, Trend, tuple(rows), _METHOD, dated, tuple(notes), few)


def _ranks(totals: Counter[int]) -> dict[int, float]:
    """Year → the mean rank of its papers among all, in order of years. A few papers of early years weigh no more than they are."""
    ranks: dict[int, float] = {}
    before = 0
    for year in sorted(totals):
        ranks[year] = before + (totals[year] + 1) / 2
        before += totals[year]
    return ranks


def _sum(years: Counter[int], ranks: dict[int, float]) -> float:
    return sum(ranks[year] * number for year, number in sorted(years.items()))


def _trend(entity: Entity, found: Counter[int], totals: Counter[int], score: float | None, adjusted: float) -> Trend:
    direction: Direction = "too few papers" if score is None else "no clear trend"
    if score is not None and adjusted <= chance.ERROR:
        direction = "rising" if score > 0 else "falling"
    with_it, without = found.total(), totals.total() - found.total()
    over = _sum(found, _ranks(totals)) - with_it * (with_it + 1) / 2
    later = over / (with_it * without) if with_it and without else 0.5
    span = tuple((year, found[year], totals[year]) for year in range(min(totals), max(totals) + 1))
    probability = 1.0 if score is None else chance.two_sided(score)
    return Trend(entity, direction, with_it, later, score or 0.0, probability, adjusted, span)
