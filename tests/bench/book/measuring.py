"""Side by side: two or more pieces of work in turns, medians, and the row of the book that they give."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

RUNS = 5


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: ours beside another's for the same work, in one run."""

    what: str  # the work, in words
    size: str  # of the input: "1,000,000 triples"
    ours: float
    other: str  # what it is compared with: "pyoxigraph's bulk_load"
    theirs: float
    bar: str = ""  # what the ratio shall be: "≤ 1.2"; "" where it is only told
    unit: str = "s"  # of `ours` and `theirs`: "s", "MB", "/s"

    @property
    def ratio(self) -> float:
        """Ours to theirs."""
        return self.ours / self.theirs


def side_by_side(*works: Callable[[], object], runs: int = RUNS, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Median seconds of each piece of work, taken in turns so that a busy machine slows all alike.

    Args:
        works: each does its work whenever it is called; what it gives is dropped outside of the time.
        runs: of each, after one of each that warms up and is not counted.
        clock: `time.perf_counter`, or `time.process_time` for seconds of this process's processors.
    """
    times: list[list[float]] = [[] for _ in works]
    for run in range(runs + 1):
        for work, kept in zip(works, times, strict=True):
            gc.collect()
            begun = clock()
            result = work()
            spent = clock() - begun
            del result
            if run:
                kept.append(spent)
    return [statistics.median(kept) for kept in times]


def table(measures: Sequence[Measure]) -> str:
    """The Markdown table of measures."""
    lines = ["| what | size | ours | compared with | theirs | ratio | bar |", "| --- | --- | ---: | --- | ---: | ---: | --- |"]
    for m in measures:
        lines.append(
            f"| {m.what} | {m.size} | {_figure(m.ours, m.unit)} | {m.other} | {_figure(m.theirs, m.unit)} | {m.ratio:.2f} | {m.bar} |"
        )
    return "\n".join(lines) + "\n"


def _figure(value: float, unit: str) -> str:
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{shown}{unit}" if unit.startswith("/") else f"{shown} {unit}"
