"""Counts of right, wrong and missed things, and precision, recall and F1 from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

PRF = tuple[float, float, float]  # precision, recall, F1, each in [0, 1]


@dataclass(slots=True)
class Tally:
    """True positives, false positives and false negatives of one kind of thing."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, other: Tally) -> None:
        """Count the other's as well."""
        self.tp, self.fp, self.fn = self.tp + other.tp, self.fp + other.fp, self.fn + other.fn

    def prf(self) -> PRF:
        """Precision, recall, F1; 1.0 for precision or recall where there was nothing to get wrong."""
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


Counts = Mapping[str, Tally]  # what is measured → its tally, of one document or of all


def tally(gold: Set[object], found: Set[object]) -> Tally:
    """What of `found` is in `gold`."""
    return Tally(len(gold & found), len(found - gold), len(gold - found))


def total(documents: Iterable[Counts]) -> dict[str, Tally]:
    """The sum over documents, of everything that any of them measures."""
    sums: dict[str, Tally] = {}
    for counts in documents:
        for kind, counted in counts.items():
            sums.setdefault(kind, Tally()).add(counted)
    return sums
