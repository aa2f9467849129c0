"""Seconds per stage of a run: a value that is passed through; nothing is kept elsewhere.

A stage that begins within another stops that one's clock meanwhile, so that all stages add up to no more than the run.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage took."""

    name: str
    wall: float  # seconds
    cpu: float  # seconds of all processors, that of other processes among them


@dataclass(frozen=True, slots=True)
class Profile:
    """What a run took, stage by stage in the order in which they first began."""

    stages: tuple[Stage, ...]
    total: Stage

    @property
    def other(self) -> Stage:
        """What belongs to no stage."""
        wall, cpu = (sum(getattr(stage, clock) for stage in self.stages) for clock in ("wall", "cpu"))
        return Stage("other", self.total.wall - wall, self.total.cpu - cpu)


class Stopwatch:
    """Runs from when it is made; two readings of the clocks at each change of stage, some 2 µs."""

    def __init__(self) -> None:
        self._begun = self._since = (time.perf_counter(), time.process_time())
        self._spent: dict[str, tuple[float, float]] = {}
        self._open: list[str] = []
        self._elsewhere: dict[str, dict[int, float]] = {}  # stage → process → its seconds so far

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What is done within belongs to this stage."""
        self._spend()
        self._open.append(name)
        self._spent.setdefault(name, (0.0, 0.0))
        try:
            yield
        finally:
            self._spend()
            self._open.pop()

    def each(self, name: str, items: Iterable[_T], many: int = 1) -> Iterator[_T]:
        """The items, whose making belongs to this stage; made `many` at a time, so that watching costs little beside them."""
        rest = iter(items)
        while True:
            with self.stage(name):
                made = list(islice(rest, many))
            if not made:
                return
            yield from made

    def turning(self, name: str, items: Iterable[_T]) -> Iterator[_T]:
        """The items; from when the first is asked for, what is measured now belongs to this stage: it is what the items are for."""
        self._spend()
        self._spent.setdefault(name, (0.0, 0.0))
        self._open[-1:] = [name]
        yield from items

    def elsewhere(self, name: str, process: int, seconds: float) -> None:
        """Another process has worked so many seconds for this stage since it began."""
        self._elsewhere.setdefault(name, {})[process] = seconds

    def profile(self) -> Profile:
        """What was spent so far."""
        self._spend()
        others = {name: sum(of.values()) for name, of in self._elsewhere.items()}
        stages = tuple(Stage(name, wall, cpu + others.get(name, 0.0)) for name, (wall, cpu) in self._spent.items())
        wall, cpu = (now - begun for now, begun in zip(self._since, self._begun, strict=True))
        return Profile(stages, Stage("total", wall, cpu + sum(others.values())))

    def _spend(self) -> None:
        now = (time.perf_counter(), time.process_time())
        if self._open:
            wall, cpu = self._spent[self._open[-1]]
            self._spent[self._open[-1]] = (wall + now[0] - self._since[0], cpu + now[1] - self._since[1])
        self._since = now
