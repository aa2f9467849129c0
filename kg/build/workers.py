"""Documents → extractions, in this process or in several; a document that kills its process costs itself alone.

Documents go to the processes some at a time: a message costs 0.3 ms, with what is told of its way, and the shortest extraction 3 ms.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Self

from kg import extract
from kg.build.limits import SECONDS
from kg.errors import KgError
from kg.extract import Extractor
from kg.model import Document, Extraction, Rejection
from kg.stopwatch import Stopwatch

Result = Extraction | Rejection
Work = Callable[[Extractor, Document, float], Result]  # extractor, document, seconds for 100,000 characters

STAGE = "extract"
KILLED = "extraction-killed"  # code of the refusal of a document that ends its process
_BATCH = 8  # documents that are sent together at most,
_BATCH_CHARS = 16_000  # and characters from which no more are added: some ten abstracts, or one full text
_AHEAD = 2 * _BATCH  # documents per worker that are sent ahead of the one that is logged next
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


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
        self.future: Future[_Done] | None = None
        self._results: list[Result] | None = None

    def is_full(self) -> bool:
        chars = sum(len(one.abstract) for one in self.documents)
        return len(self.documents) >= _BATCH or chars >= _BATCH_CHARS or self.documents[-1].sections != ()

    def results(self) -> list[Result]:
        if self._results is None:
            self._results = self._pool.collect(self)
        return self._results


_Done = tuple[list[Result], int, float]  # results, process, seconds of processor that this has worked since it began


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
            work: extracts one document; a function of a module.
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
        self.ahead = 0 if jobs == 1 else jobs * _AHEAD
        self._workers = self._started(jobs) if jobs > 1 else None
        self._alone: ProcessPoolExecutor | None = None  # one process that reads what was in flight when another was killed
        self._filling = _Batch(self)

    def submit(self, document: Document) -> Ticket:
        """The result to come for a document."""
        batch = self._filling
        batch.documents.append(document)
        if self._workers is None or batch.is_full():
            self._send(batch)
        return Ticket(batch, len(batch.documents) - 1)

    def collect(self, batch: _Batch) -> list[Result]:
        """What came of a batch; waits for it."""
        with self._watch.stage(STAGE):
            if self._workers is None:
                return [self._work(self._extractor, document, self._seconds) for document in batch.documents]
            if batch.future is None:
                self._send(batch)
            try:
                return self._told(batch.future)
            except BrokenProcessPool:
                return [self._apart(document) for document in batch.documents]

    def _send(self, batch: _Batch) -> None:
        """Hand a batch to the workers; new ones where those before were killed."""
        self._filling = _Batch(self)
        if self._workers is None:
            return
        call = partial(_work_in_worker, self._work, batch.documents, self._seconds)
        try:
            batch.future = self._workers.submit(call)
        except BrokenProcessPool:
            self._workers.shutdown(wait=False)
            self._workers = self._started(self._jobs)
            batch.future = self._workers.submit(call)

    def _apart(self, document: Document) -> Result:
        """What a process gives that reads this document alone; its refusal where that is killed too."""
        if self._alone is None:
            self._alone = self._started(1)
            _check_ready(self._alone)
        try:
            return self._told(self._alone.submit(_work_in_worker, self._work, [document], self._seconds))[0]
        except BrokenProcessPool:
            self._alone.shutdown(wait=False)
            self._alone = None
            message = "the process that extracted it was killed, alone as well: by the extractor, or for want of memory; the others are not affected"
            return Rejection(document.source, document.place, STAGE, KILLED, message)

    def _told(self, future: Future[_Done] | None) -> list[Result]:
        assert future is not None  # noqa: S101 (sent before)
        results, process, seconds = future.result()
        self._watch.elsewhere(STAGE, process, seconds)
        return results

    def _started(self, processes: int) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")  # a fork would copy locks and threads of whoever calls us
        return ProcessPoolExecutor(processes, spawn, initializer=_start_worker, initargs=(self._source,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for workers in (self._workers, self._alone):
            if workers is not None:
                workers.shutdown(wait=True, cancel_futures=True)


def _check_ready(workers: ProcessPoolExecutor) -> None:
    """Pass where a process has loaded its extractor; one that is killed before it read anything was killed by no document."""
    try:
        workers.submit(os.getpid).result()
    except BrokenProcessPool as error:
        hint = "run the same command again, with --jobs 1 if memory is short; what was stored so far is kept"
        raise KgError("an extraction process was killed as it began", hint=hint) from error


_of_worker: list[Extractor] = []  # the extractor of a worker process, loaded once


def _start_worker(source: Extractor | str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which lets us finish the papers at hand
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _of_worker.append(loaded(source))


def _end_with_parent() -> None:
    """End this process when the parent was killed: each worker holds both ends of the queue, so that none would see it end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work_in_worker(work: Work, documents: list[Document], seconds: float) -> _Done:
    return [work(_of_worker[0], document, seconds) for document in documents], os.getpid(), time.process_time()


def loaded(extractor: Extractor | str) -> Extractor:
    """The extractor that a name stands for, or that is given."""
    if not isinstance(extractor, str):
        return extractor
    with _one_thread():
        return extract.load(extractor)


@contextmanager
def _one_thread() -> Iterator[None]:
    """What is imported within computes on one thread, as the tagger does: threads of processes that stand side by side wait for each other.

    numpy's BLAS reads these variables once, when it is imported; where that was done before, its threads stay what they are. With two
    processors the small products of the tagger's heads take ten times as long on two threads as on one.
    """
    told = [name for name in _THREADS if name not in os.environ] if "numpy" not in sys.modules else []
    os.environ.update(dict.fromkeys(told, "1"))
    try:
        yield
    finally:
        for name in told:
            os.environ.pop(name, None)
