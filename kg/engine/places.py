"""Who may run: so many queries at a time, others wait in line, and the long ones only wait for one another.

A query that turns out long gives its place up for one of a few long ones, or ends where there are as many of these already.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kg.errors import KgError

_RETRY = 2  # seconds after which whoever found no place may ask again


class BusyError(KgError):
    """There are too many queries at the moment."""

    retry_after = _RETRY  # seconds

    def __init__(self, message: str) -> None:
        super().__init__(message, hint=f"ask again in {_RETRY} seconds")


class Place:
    """One query's place among those that run."""

    def __init__(self, short: asyncio.Semaphore, long: asyncio.Semaphore) -> None:
        self._short = short
        self._long = long
        self.is_long = False

    async def make_long(self) -> None:
        """Give the place up for one among the long queries.

        Raises:
            BusyError: there are as many of these as may be.
        """
        if self._long.locked():
            raise BusyError("the query takes long, and other long ones run already")
        await self._long.acquire()
        self._short.release()
        self.is_long = True

    def leave(self) -> None:
        """Make room for another."""
        (self._long if self.is_long else self._short).release()


class Places:
    """The places of all queries."""

    def __init__(self, number: int, *, patience: float, line: int) -> None:
        """`number` queries at a time and half as many long ones; `line` more may wait, each `patience` seconds."""
        self._number = number
        self._patience = patience
        self._line = line
        self._waiting = 0
        self._short = asyncio.Semaphore(number)
        self._long = asyncio.Semaphore(max(1, number // 2))

    @property
    def contended(self) -> bool:
        """Whether somebody waits."""
        return self._waiting > 0

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
        place = Place(self._short, self._long)
        try:
            yield place
        finally:
            place.leave()
