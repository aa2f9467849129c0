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
    "share of the year's papers that work with the thing; Cochran–Armitage test for a trend in proportions, variance without replacement (Mantel"
    " 1963), two-sided; things with 10 papers or more are tested; adjusted for all of them (Benjamini and Hochberg), up to 0.05 is rising or falling."
    " before, since: the share in the years before the split year and since it, which halves the papers as evenly as a year can"
)


@dataclass(frozen=True, slots=True)
class Trend:
    """How the papers that work with a thing lie over the years."""

    entity: Entity
    direction: Direction
    papers: int  # with a year, that work with it
    before: float  # share of the papers of the earlier years
    since: float  # share of the papers of the later years, those from `split` on
    split: int  # first of the later years
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
        return Figure(NAME, (), _METHOD, dated, too_few=few)
    mean = sum(year * number for year, number in totals.items()) / dated
    variance = sum(number * (year - mean) ** 2 for year, number in sorted(totals.items())) / dated
    counts = {
        place: Counter(year for paper in papers if (year := corpus.papers[paper].year) is not None)
        for place, papers in corpus.users(WORK, types if thing is None else None).items()
    }
    scores = {
        place: chance.trend(sum(year * number for year, number in years.items()), dated, years.total(), mean, variance)
        for place, years in counts.items()
        if ENOUGH <= years.total() <= dated - ENOUGH
    }
    rates = dict(zip(scores, chance.adjusted([chance.two_sided(score) for score in scores.values()], len(scores)), strict=True))
    split = _split(totals)
    places = scores if thing is None else [thing] if thing in counts else []
    rows = [_trend(corpus.entities[place], counts[place], totals, split, scores.get(place), rates.get(place, 1.0)) for place in places]
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
    return Figure(NAME, tuple(rows), _METHOD, dated, tuple(notes), few)


def _split(totals: Counter[int]) -> int:
    """The year, not the first, from which on the papers are nearest to half of all; the earlier of two that are as near."""
    years = sorted(totals)
    return min(years[1:], key=lambda split: (abs(2 * sum(totals[year] for year in years if year >= split) - totals.total()), split))


def _trend(entity: Entity, found: Counter[int], totals: Counter[int], split: int, score: float | None, adjusted: float) -> Trend:
    shares = []
    for later in (False, True):
        years = [year for year in totals if (year >= split) is later]
        shares.append(sum(found[year] for year in years) / sum(totals[year] for year in years))
    direction: Direction = "too few papers" if score is None else "no clear trend"
    if score is not None and adjusted <= chance.ERROR:
        direction = "rising" if score > 0 else "falling"
    span = tuple((year, found[year], totals[year]) for year in range(min(totals), max(totals) + 1))
    probability = 1.0 if score is None else chance.two_sided(score)
    return Trend(entity, direction, found.total(), shares[0], shares[1], split, score or 0.0, probability, adjusted, span)
