"""How far a long run is, on a terminal: papers done and about left, the rate, the time left, and what was refused so far."""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import TYPE_CHECKING

from kg.cli import output
from kg.model import Rejection

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from kg.sources import Position

_EVERY = 0.1  # seconds between two looks
_WINDOW = 30.0  # seconds that the rate is of
_SURE = 0.01  # share of the bytes from which the papers left are worth telling


class Progress:
    """A line on standard error, drawn over itself; silent where that is no terminal or after -q."""

    def __init__(self, position: Position) -> None:
        """Show what `position` tells of the bytes that are read."""
        self._position = position
        self._shown = output.on_terminal(sys.stderr) and output.verbosity.get() >= 0
        self._refused = 0
        self._looked = 0.0
        self._past: deque[tuple[float, int]] = deque()  # (when, documents done)
        self._bar: tuple[Bar, TaskID] | None = None

    def refuse(self, rejection: Rejection) -> None:
        """Count a document that was refused."""
        self._refused += 1

    def step(self, done: int) -> None:
        """Show that `done` documents are done."""
        now = time.monotonic()
        if not self._shown or now - self._looked < _EVERY:
            return
        self._looked = now
        self._past.append((now, done))
        while now - self._past[0][0] > _WINDOW:
            self._past.popleft()
        if self._bar is None:
            self._bar = bar_on_stderr()
        bar, task = self._bar
        at, total = self._position.done, self._position.total
        bar.update(task, total=total or None, completed=at, description=words(done, self._rate(), self._refused, at, total))

    def end(self) -> None:
        """Take the line off the screen."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None
        self._shown = False

    def _rate(self) -> float:
        (start, first), (now, last) = self._past[0], self._past[-1]
        return (last - first) / (now - start) if now > start else 0.0


def words(done: int, rate: float, refused: int, at: int, total: int) -> str:
    """The line in words.

    Args:
        done: documents so far.
        rate: of them in a second; 0 where it is not known yet.
        refused: among them.
        at: bytes read.
        total: bytes there are; 0 where that is not known.
    """
    parts = [f"{done:,} papers"]
    if total and _SURE * total <= at < total:
        parts.append(f"about {done * (total - at) // at:,} left")
    if rate:
        parts.append(f"{rate:.1f}/s" if rate < 100 else f"{rate:,.0f}/s")
    if refused:
        parts.append(f"{refused:,} refused")
    return ", ".join(parts)


def bar_on_stderr() -> tuple[Bar, TaskID]:
    """A bar on standard error, and the one task on it."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(compact=True))
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    bar.start()
    return bar, bar.add_task("", total=None)
