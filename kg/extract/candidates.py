"""Candidates: token ranges that may name something, each with votes for what it is and the rules that cast them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.extract.devices import NOTHING, Stated
from kg.extract.reading import Reading
from kg.model import EntityType, Span

# What is longer is no name: the longest that a rule proposes in 30,000 abstracts has 12 tokens or 99 characters.
MAX_NAME_TOKENS = 40
MAX_NAME_CHARS = 300


@dataclass(frozen=True, slots=True)
class Vote:
    """A rule's opinion on what a candidate is."""

    type: EntityType
    weight: float  # relative strength, > 0; votes of all mentions of a name are added up
    rule: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens [start, end) of a document that may name an entity."""

    start: int
    end: int
    votes: tuple[Vote, ...]
    priority: int = 0  # where candidates overlap and are equally long, the higher one stays
    stated: Stated = NOTHING  # of a device: how many, with what memory, for how long

    def span(self, reading: Reading) -> Span:
        """Where it stands in the text."""
        return reading.span(self.start, self.end)

    def surface(self, reading: Reading) -> str:
        """Its characters."""
        return reading.surface(self.start, self.end)

    def is_short(self, reading: Reading) -> bool:
        """Whether it is as short as names are."""
        return self.end - self.start <= MAX_NAME_TOKENS and reading.ends[self.end - 1] - reading.starts[self.start] <= MAX_NAME_CHARS


def outside(reading: Reading, candidates: Iterable[Candidate], links: Sequence[Span]) -> list[Candidate]:
    """The candidates that share no character with a link; `links` are in text order and apart from each other."""
    found = []
    for one in candidates:
        span = one.span(reading)
        before = bisect_left(links, span.end, key=_start)
        if not before or links[before - 1].end <= span.start:
            found.append(one)
    return found


def _start(link: Span) -> int:
    return link.start


def without_overlaps(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The longest candidates first, then higher priority, then earlier ones; whatever overlaps a kept one is dropped.

    Candidates over the same tokens become one with all votes. Returned in text order.
    """
    merged: dict[tuple[int, int], Candidate] = {}
    for one in candidates:
        other = merged.get((one.start, one.end))
        if other is None:
            merged[one.start, one.end] = one
        else:
            votes = tuple(dict.fromkeys((*other.votes, *one.votes)))
            merged[one.start, one.end] = Candidate(one.start, one.end, votes, max(one.priority, other.priority), other.stated or one.stated)
    taken: set[int] = set()
    kept: list[Candidate] = []
    for one in sorted(merged.values(), key=lambda c: (-c.priority // 10, -(c.end - c.start), -c.priority, c.start)):
        tokens = range(one.start, one.end)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(one)
    return sorted(kept, key=lambda c: c.start)
