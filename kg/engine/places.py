"""Who may run: so many queries at a time, others wait in line, and those that took much of a processor run beside them, bounded in number.

Where one more turns out long than there may be, the one that took most makes room, once it took what is fair; else the new one is sent
away, so that of many long ones some are finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kg.errors import KgError

_FAIR = 2.0  # seconds of a processor that a long query has before another may take its place; the slowest of the library take 1 to 3
_RETRY = 2  # seconds after which whoever found no place may ask again


class BusyError(KgError):
    """There are too many queries at the moment."""

    retry_after = _RETRY  # seconds

    def __init__(self, message: str) -> None:
        super().__init__(message, hint=f"ask again in {_RETRY} seconds")


class Place:
    """One query's place among those that run."""

    def __init__(self) -> None:
        self.taken = 0.0  # seconds of a processor
        self.is_long = False
        self.is_lost = False  # to another query, which took less


class Places:
    """The places of all queries."""

    def __init__(self, number: int, *, patience: float, line: int) -> None:
        """`number` queries at a time and as many long ones beside them; `line` more may wait, each `patience` seconds."""
        self._number = number
        self._patience = patience
        self._line = line
        self._waiting = 0
        self._short = asyncio.Semaphore(number)
        self._running = 0
        self._long: set[Place] = set()

    @property
    def contended(self) -> bool:
        """Whether somebody waits."""
        return self._waiting > 0

    @property
    def running(self) -> int:
        """How many have a place and are not long."""
        return self._running

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Place]:
        """A place for the length of the context.

        Raises:
            BusyError: none became free in time, or too many wait already.
        """
        if self._short.locked() and self._waiting >= self._line:
            raise BusyError(f"{self._number} queries run already, and {self._waiting} wait")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._short.acquire(), self._patience)
        except TimeoutError:
            raise BusyError(f"{self._number} queries run already") from None
        finally:
            self._waiting -= 1
        place = Place()
        self._running += 1
        try:
            yield place
        finally:
            if place.is_long:
                self._long.discard(place)
            else:
                self._free()

    def make_long(self, place: Place) -> None:
        """Take a query's place away and count it among the long ones, of which one goes where they are too many."""
        place.is_long = True
        self._free()
        self._long.add(place)
        if len(self._long) > self._number:
            most = max(self._long, key=lambda other: other.taken)
            gone = most if most.taken > _FAIR else place
            gone.is_lost = True
            self._long.discard(gone)

    def _free(self) -> None:
        self._running -= 1
        self._short.release()
