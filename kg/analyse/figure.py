"""What every figure is: rows, how they were computed, over how many papers, and what they do not tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Figure(Generic[Row]):
    """The answer to one question about a corpus."""

    name: str  # of the figure, "co-use"
    kind: type[Row]  # of the rows, which may be none
    rows: tuple[Row, ...]  # in a total order, best first
    method: str  # how it was computed, in words for people
    papers: int  # over how many
    notes: tuple[str, ...] = ()  # what else to know: what was left out, what the numbers do not tell
    too_few: str = ""  # why nothing can be said; "" where something can. The rows are empty then


def plural(number: int, noun: str) -> str:
    """A number with its noun: "1 paper", "1,204 papers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
