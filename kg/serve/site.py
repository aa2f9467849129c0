"""What the endpoint and the pages of one server share: the newest snapshot, a thread that reads it, processes that query it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kg import vocab
from kg.engine.pool import Answer, Limits, Pool
from kg.engine.request import WHOLE, Dataset, Request
from kg.errors import KgError
from kg.queries import guard
from kg.serve.asked import Asked
from kg.serve.current import Current
from kg.serve.remembered import Remembered, is_lasting
from kg.store import Snapshot

T = TypeVar("T")

_LOOKING = 0.5  # seconds that a request waits for a newer state; a store behind http may take a minute to answer, or none at all
_SHORT = 4 << 10  # characters of a query that are looked through in some 10 ms at most


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server behaves."""

    hosts: tuple[str, ...] = ()  # names that it answers to, beside those of this machine
    origins: tuple[str, ...] = ()  # of other sites whose pages may ask the endpoint
    workers: int = 4  # queries at a time
    limits: Limits = field(default_factory=Limits)
    remembered: int = 64 << 20  # bytes of answers that are kept; 0 to ask the graph each time


class Site:
    """One graph that is served; an asynchronous context manager."""

    def __init__(self, current: Current, settings: Settings) -> None:
        self.settings = settings
        self._current = current
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="kg-reader")  # one: what is read from a snapshot is of one thread
        self._counter = ThreadPoolExecutor(1, thread_name_prefix="kg-counter")
        self._asked = Asked(Remembered(settings.remembered))
        self._guards = ThreadPoolExecutor(1, thread_name_prefix="kg-guard")  # one: more would only take turns
        self._pool = Pool(workers=settings.workers, limits=settings.limits)

    async def __aenter__(self) -> Site:
        await self._pool.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._pool.__aexit__(*error)
        self._reader.shutdown()
        self._counter.shutdown()
        self._guards.shutdown()
        self._current.close()

    def end(self) -> None:
        """Answer no query any more, also none that runs."""
        self._pool.end()

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        """What `work` gives of the newest snapshot, in the thread that reads; it must not keep anything of the snapshot."""
        return await self._read(work, self._reader)

    async def count(self, work: Callable[[Snapshot], T]) -> T:
        """As `read`, for what goes over the whole graph, of whose store alone it may read: others are not held up."""
        return await self._read(work, self._counter)

    async def _read(self, work: Callable[[Snapshot], T], thread: ThreadPoolExecutor) -> T:
        def reading() -> T:
            with self._current.snapshot() as snapshot:
                return work(snapshot)

        await self._look()
        return await asyncio.get_running_loop().run_in_executor(thread, reading)

    async def ask(
        self,
        sparql: str,
        *,
        rows: str | None = "json",
        graph: str | None = "ttl",
        dataset: Dataset = WHOLE,
        base: str | None = None,
        library: bool = False,
    ) -> Answer:
        """The answer to a query; cancelling ends it.

        Args:
            sparql: any text.
            rows: format of `kg.engine.results` for rows and booleans; None where none will do.
            graph: format for triples; likewise.
            dataset: the graphs that it looks at.
            base: IRI that relative ones are relative to, where the query does not say.
            library: it is one of ours, which may use our prefixes and looks at all graphs as one.

        Raises:
            QueryError: it cannot be parsed, is refused, failed, or met a limit.
            FormatError: its answer cannot be written as asked.
            BusyError: there are too many queries at the moment.
            StoreError: the graph cannot be read.
        """
        sparql = await self._guarded(sparql)
        await self._look()
        with self._current.snapshot() as snapshot:
            prefixes = {**vocab.NAMESPACES, **vocab.data_prefixes(snapshot.base)} if library else {}
            wanted = WHOLE if library else dataset
            request = Request("", sparql, prefixes, dataset=wanted, base=base, rows_format=rows, graph_format=graph)
            if not is_lasting(sparql):
                return await self._run(request, library)
            key = (sparql, rows, graph, wanted, base, library)
            return await self._asked.answer(snapshot, key, lambda: self._run(request, library))

    async def _run(self, request: Request, library: bool) -> Answer:
        """The answer of the newest snapshot, which is held as long as that takes, whoever still waits for it."""
        with self._current.snapshot() as snapshot:
            folder = snapshot.plain_path if library else snapshot.rdf_path
            return await self._pool.run(replace(request, rdf=str(folder.absolute()), state=snapshot.fingerprint))

    async def _guarded(self, sparql: str) -> str:
        """What `guard` lets through; a long text, which may take a third of a second, in a thread, so that others are answered."""
        if len(sparql) > _SHORT:
            return await asyncio.get_running_loop().run_in_executor(self._guards, guard, sparql)
        return guard(sparql)

    async def _look(self) -> None:
        """See whether a newer state is published; one that cannot be opened is not taken, one that takes long is for who asks later."""
        if self._current.is_due:
            looking = asyncio.ensure_future(asyncio.to_thread(self._take_newer))
            await asyncio.wait([looking], timeout=_LOOKING)

    def _take_newer(self) -> None:
        with contextlib.suppress(KgError):
            self._current.look()
