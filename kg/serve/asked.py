"""Queries that several ask at the same time are run once, and all of them get the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable

from kg.engine.pool import Answer
from kg.serve.remembered import Remembered

Ask = Callable[[], Awaitable[Answer]]


class _Run:
    """A query that runs, and how many wait for its answer."""

    def __init__(self, ask: Ask) -> None:
        self.task: asyncio.Task[Answer] = asyncio.ensure_future(ask())
        self.waiting = 0
        self.is_taken = False  # an answer that is not kept is of the first who takes it


class Asked:
    """Answers, each from where it is had at the least cost: kept, in the making, or asked for."""

    def __init__(self, remembered: Remembered) -> None:
        self._remembered = remembered
        self._runs: dict[Hashable, _Run] = {}

    async def answer(self, state: object, key: Hashable, ask: Ask) -> Answer:
        """The answer that `ask` gives for this key while the graph is in this state; what it raises goes to all who wait.

        Cancelling ends the query where nobody else waits for it.
        """
        kept = self._remembered.get(state, key)
        if kept is not None:
            return kept
        place = (id(state), key)
        run = self._runs.get(place)
        if run is None:
            run = self._begun(place, ask)
        run.waiting += 1
        try:
            answer = await asyncio.shield(run.task)
        finally:
            run.waiting -= 1
            if not run.waiting and not run.task.done():
                self._runs.pop(place, None)  # who asks now begins anew
                run.task.cancel()
        if not run.is_taken:
            run.is_taken = True
            return self._remembered.put(state, key, answer)
        return self._remembered.get(state, key) or await ask()

    def _begun(self, place: Hashable, ask: Ask) -> _Run:
        run = self._runs[place] = _Run(ask)
        run.task.add_done_callback(lambda _: self._end(place, run))
        return run

    def _end(self, place: Hashable, run: _Run) -> None:
        """Forget a run; what it raised when nobody waited any more is nobody's."""
        if self._runs.get(place) is run:
            del self._runs[place]
        if not run.task.cancelled():
            run.task.exception()
