"""When a build brings to disk what it has, and when it publishes that.

The log's transaction is the point of no return: what it holds stands, and is published by this run or the next. A publication is a
snapshot of whole transactions. Only what is published is acknowledged.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from kg.log import Log

_PER_PAPER = 0.012  # seconds that publishing takes per paper, measured with 2,000 abstracts; a start until this run has measured its own
_FROM = 50  # papers in a publication from which its time tells that of others


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a build commits and publishes; looked at after each document. The graph is the same at any pace."""

    documents: int = 200  # most of them in one transaction of the log,
    seconds: float = 1.0  # and the most time that one waits while others come
    rests: float = 20.0  # a publication waits this many times as long as the last one took
    keeps_up: float = 5.0  # and this many times as long as it will take itself, by its number of papers


class Commits:
    """Commits and publishes at a pace, and once more at the end."""

    def __init__(self, log: Log, publish: Callable[[], None], pace: Pace, on_commit: Callable[[int], None] | None, *, empty: bool) -> None:
        """Commit `log` and call `publish`, then `on_commit`; at the first chance where readers have nothing yet (`empty`)."""
        self._log = log
        self._publish = publish
        self._pace = pace
        self._on_commit = on_commit
        self._empty = empty
        self._waiting = 0  # documents since the last transaction
        self._committed = self._rested = 0.0  # when that last was; from the first document on, before which models are loaded
        self._took = 0.0  # seconds of the last publication
        self._per_paper, self._largest = _PER_PAPER, _FROM
        self._acknowledged = 0

    def step(self, done: int) -> None:
        """After a document, the `done`-th of this build: commit and publish if it is time."""
        if not self._committed:
            self._committed = self._rested = time.monotonic()
        self._waiting += 1
        if self._waiting < self._pace.documents and time.monotonic() - self._committed < self._pace.seconds:
            return
        self._log.commit()
        self._waiting = 0
        changes = self._log.pending()
        if self._is_due(changes):
            self._show(changes, done)
        self._committed = time.monotonic()

    def finish(self, done: int) -> None:
        """Commit and publish what is left of `done` documents."""
        self._log.commit()
        self._publish()
        self._acknowledge(done)

    def _is_due(self, changes: int) -> bool:
        rested = time.monotonic() - self._rested
        keeps_up = rested >= self._pace.keeps_up * self._per_paper * changes
        return changes > 0 and (self._empty or (keeps_up and rested >= self._pace.rests * self._took))

    def _show(self, changes: int, done: int) -> None:
        begun = time.monotonic()
        self._publish()
        self._rested = time.monotonic()
        self._took, self._empty = self._rested - begun, False
        if changes >= self._largest:
            self._per_paper, self._largest = self._took / changes, changes
        self._acknowledge(done)

    def _acknowledge(self, done: int) -> None:
        if self._on_commit is not None and done > self._acknowledged:
            self._acknowledged = done
            self._on_commit(done)
