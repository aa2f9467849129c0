"""Many queries at a time, each in a process that is killed at its limits; the answers lie in files until somebody has read them.

`kg.engine.places` says who runs: one that needs much of a processor gives its place up and goes on at a priority that falls as it goes, so
that an endless query holds nobody up for longer than its slice.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from kg.engine.failures import failure, timed_out, too_large
from kg.engine.places import BusyError, Place, Places
from kg.engine.process import Worker
from kg.engine.request import Request
from kg.errors import KgError, StoreError

_SLICE = 1.0  # seconds of a processor that a query may take before it counts as long
_SLICE_IN_LINE = 0.1  # the same while others wait: three times what most library queries take over the graph of 2,000 papers
_FOLDER = "kg-answers-"  # then the process that made it
_LOOK = 0.05  # seconds between looks at a running query
# Seconds of a processor from which on a long query has this niceness. Not before, or a question of one second starves beside many short
# ones: over 2,000 papers with 64 clients, one in ten hostile, none of 3,750 questions met its limit, and 195 of 9,822 did from 5 at once on.
_STEPS = ((0.0, 0), (1.5, 5), (3.0, 15))


def _sweep() -> None:
    """Remove what pools left whose process was killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        with contextlib.suppress(OSError, ValueError):
            process = int(path.name.removeprefix(_FOLDER).partition("-")[0])
            if path.stat().st_uid == os.getuid() and not _runs(process):
                shutil.rmtree(path)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True


def _ending() -> BusyError:
    return BusyError("the server is ending")


def _started() -> Worker:
    try:
        return Worker()
    except OSError as error:  # the machine has no more processes, files or memory
        raise BusyError(f"no process can be started: {error.strerror}") from error


class FormatError(KgError):
    """The answer cannot be written in the format that was asked for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take."""

    seconds: float = 10.0
    rows: int = 10_000  # or triples
    memory: int = 512 << 20  # bytes
    size: int = 64 << 20  # bytes of the answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered, in a file that has no name any more; to be closed."""

    file: IO[bytes]
    format: str  # of `kg.engine.results`
    size: int  # bytes
    rows: int  # or triples; 1 for ASK
    truncated: bool  # there was more than the limit of rows

    def body(self) -> bytes:
        """All of the answer, which is closed then."""
        with self.file:
            return self.file.read()

    def chunks(self, size: int = 1 << 18) -> Iterator[bytes]:
        """The answer piece by piece; it is closed afterwards."""
        with self.file:
            while chunk := self.file.read(size):
                yield chunk


class Pool:
    """Processes that answer queries; an asynchronous context manager that ends them."""

    def __init__(self, *, workers: int, limits: Limits, patience: float = 10.0, line: int = 200) -> None:
        """`workers` queries at a time; `line` more may wait, each `patience` seconds."""
        self.limits = limits
        self._workers = workers
        self._places = Places(workers, patience=patience, line=line)
        self._idle: list[Worker] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._folder = ""
        self._number = 0

    async def __aenter__(self) -> Pool:
        _sweep()
        self._folder = tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-")
        self._idle += [Worker() for _ in range(self._workers)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        await asyncio.gather(*self._tasks)
        for worker in self._idle:
            worker.kill()
            await worker.gone()
        shutil.rmtree(self._folder, ignore_errors=True)

    def end(self) -> None:
        """Send every query away, also those that run."""
        self._closing = True

    async def run(self, request: Request) -> Answer:
        """The answer to a query within the limits; cancelling ends its process.

        Args:
            request: its limits and file are filled in here.

        Raises:
            QueryError: it cannot be parsed, or failed.
            QueryLimitError: it took too long, or too much memory, or its answer is too large.
            FormatError: its answer cannot be written as asked.
            StoreError: the graph cannot be read.
            BusyError: it found no place, or lost it to one that took less.
        """
        limits = self.limits
        self._number += 1
        path = Path(self._folder, str(self._number))
        request = replace(request, file=str(path), limit=limits.rows, memory=limits.memory, size=limits.size)
        try:
            async with self._places.take() as place:
                if self._closing:
                    raise _ending()
                async with self._worker() as worker:
                    line = await self._answered(worker, request, place)
            return self._answer(line, request, path)
        finally:
            path.unlink(missing_ok=True)

    @contextlib.asynccontextmanager
    async def _worker(self) -> AsyncIterator[Worker]:
        worker = self._idle.pop() if self._idle else _started()
        sound = False
        try:
            yield worker
            sound = True
        finally:
            if sound and worker.is_fresh:
                self._idle.append(worker)
            else:
                worker.kill()
                self._later(self._replaced(worker))

    async def _replaced(self, worker: Worker) -> None:
        await worker.gone()
        await self._filled()

    async def _filled(self) -> None:
        """Have a process ready for every query that may begin."""
        if not self._closing and len(self._idle) + self._places.running < self._workers:
            with contextlib.suppress(BusyError):  # who asks next tries again
                self._idle.append(_started())

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answered(self, worker: Worker, request: Request, place: Place) -> list[Any]:
        """The worker's line, looking from time to time at what it takes."""
        asked = asyncio.ensure_future(worker.ask(request))
        started, spent = time.monotonic(), worker.seconds()
        try:
            while not (await asyncio.wait([asked], timeout=_LOOK))[0]:
                passed = time.monotonic() - started
                if passed > self.limits.seconds:
                    raise timed_out(self.limits.seconds)
                now = worker.seconds()
                place.taken = passed if spent is None or now is None else now - spent
                self._make_way(worker, place)
            return asked.result()
        finally:
            asked.cancel()

    def _make_way(self, worker: Worker, place: Place) -> None:
        """Let others go before a query that took much."""
        if self._closing:
            raise _ending()
        if place.is_lost:
            raise BusyError("the query takes long, and others wait")
        if not place.is_long and place.taken > (_SLICE_IN_LINE if self._places.contended else _SLICE):
            self._places.make_long(place)
            self._later(self._filled())
        if place.is_long:
            worker.step_back(next(niceness for seconds, niceness in reversed(_STEPS) if place.taken >= seconds))

    def _answer(self, line: list[Any], request: Request, path: Path) -> Answer:
        kind, *rest = line
        if kind == "done":
            format, rows, truncated = rest
            return Answer(path.open("rb"), format, path.stat().st_size, rows, truncated)
        reason, message = rest
        if reason == "size":
            raise too_large(self.limits.size)
        if reason == "store":
            raise StoreError(f"the graph cannot be read at the moment: {message}", hint="try again; `kg doctor` looks at the store")
        if reason == "format":
            raise FormatError(f"the answer is {'rows' if message == 'rows' else 'a graph'}", hint="ask for a format that can hold it")
        raise failure(request.query, frozenset(request.prefixes), reason, message)
