"""Documents → extractions, in this process or in several; a document that kills its process costs itself alone.

Documents are extracted some at a time: a message to a process costs 0.3 ms, with what is told of its way, and the shortest extraction
3 ms; and what reads ahead reads some ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Self

from kg.build.apart import Apart
from kg.build.limits import SECONDS
from kg.build.processes import STAGE, Done, Processes, Result, Work
from kg.extract import Extractor, ReadsAhead
from kg.model import Document
from kg.stopwatch import Stopwatch

_BATCH = 8  # documents that are extracted together at most,
_BATCH_CHARS = 16_000  # and characters from which no more are added: some ten abstracts, or one full text
_AHEAD = 2 * _BATCH  # documents per worker that are sent ahead of the one that is logged next


class Ticket:
    """The result to come of one document."""

    def __init__(self, batch: _Batch, place: int) -> None:
        self._batch = batch
        self._place = place

    def result(self) -> Result:
        """The result, when it is there."""
        return self._batch.results()[self._place]


class _Batch:
    """Documents that go to a worker together."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.documents: list[Document] = []
        self.future: Future[Done] | None = None
        self._results: Sequence[Result] | None = None

    def is_full(self) -> bool:
        chars = sum(len(one.abstract) for one in self.documents)
        return len(self.documents) >= _BATCH or chars >= _BATCH_CHARS or self.documents[-1].sections != ()

    def results(self) -> Sequence[Result]:
        if self._results is None:
            self._results = self._pool.collect(self)
        return self._results


class Pool:
    """Extracts documents, in this process or in several; a context manager that ends them."""

    def __init__(
        self, extractor: Extractor, source: Extractor | str, jobs: int, work: Work, seconds: float = SECONDS, watch: Stopwatch | None = None
    ) -> None:
        """Extract with `extractor` here, or with what processes make of `source`, its name or itself.

        Args:
            extractor: what extracts here.
            source: what others load or are sent.
            jobs: processes; 1 is this one.
            work: extracts some documents; a function of a module.
            seconds: that 100,000 characters may take.
            watch: told what the processes work.
        """
        self._extractor = extractor
        self._source = source
        self._jobs = jobs
        self._work = work
        self._seconds = seconds
        self._watch = watch or Stopwatch()
        self.version = extractor.version
        here = _BATCH if isinstance(extractor, ReadsAhead) else 0  # who reads nothing ahead gains nothing by waiting
        self.ahead = jobs * _AHEAD if jobs > 1 else here
        self._workers = Processes(source, jobs) if jobs > 1 else None
        self._apart = Apart(source, work, seconds, self._told)  # reads what was in flight when a process was killed
        self._filling = _Batch(self)

    def submit(self, document: Document) -> Ticket:
        """The result to come for a document."""
        batch = self._filling
        batch.documents.append(document)
        if self.ahead == 0 or batch.is_full():
            self._send(batch)
        return Ticket(batch, len(batch.documents) - 1)

    def collect(self, batch: _Batch) -> Sequence[Result]:
        """What came of a batch; waits for it."""
        with self._watch.stage(STAGE):
            if batch is self._filling:
                self._send(batch)
            if batch.future is None:
                return self._work(self._extractor, batch.documents, self._seconds)
            try:
                done = batch.future.result()
            except BrokenProcessPool:
                return [self._apart.extract(document) for document in batch.documents]
            self._told(done)
            return done.results

    def _send(self, batch: _Batch) -> None:
        """Take no more into a batch, and hand it to the workers; to new ones where those before were killed."""
        self._filling = _Batch(self)
        if self._workers is None:
            return
        try:
            batch.future = self._workers.submit(self._work, batch.documents, self._seconds)
        except BrokenProcessPool:
            self._workers.end(wait=False)
            self._workers = Processes(self._source, self._jobs)
            batch.future = self._workers.submit(self._work, batch.documents, self._seconds)

    def _told(self, done: Done) -> None:
        self._watch.elsewhere(STAGE, done.process, done.seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._apart.close()
        if self._workers is not None:
            self._workers.end()
