"""Documents → extractions, in this process or in several; results come in the order of the input, and a mistake costs one paper."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Self

from kg import extract
from kg.build.limits import SECONDS, TooSlowError, allowed, at_most, too_large, too_slow
from kg.errors import MISTAKES, KgError, place_of
from kg.extract import Extractor, checked
from kg.graph import paper_triples
from kg.log import Log
from kg.model import Document, Extraction, LoggedPaper, Rejection
from kg.resolve import Decided, state, uses
from kg.stated import complete
from kg.vocab import FOLDER

_AHEAD = 4  # documents per worker that are extracted ahead of the one that is logged next

Result = Extraction | Rejection


class Pool:
    """Extracts documents, in this process or in several; a context manager that ends them."""

    def __init__(self, extractor: Extractor, source: Extractor | str, jobs: int, seconds: float = SECONDS) -> None:
        """Extract with `extractor` here, or with what processes make of `source`, its name or itself; `seconds` as of `extract_one`."""
        self._extractor = extractor
        self._seconds = seconds
        self.version = extractor.version
        self.ahead = 0 if jobs == 1 else jobs * _AHEAD
        self._workers: ProcessPoolExecutor | None = None
        if jobs > 1:
            spawn = multiprocessing.get_context("spawn")  # a fork would copy locks and threads of whoever calls us
            self._workers = ProcessPoolExecutor(jobs, spawn, initializer=_start_worker, initargs=(source,))

    def submit(self, document: Document) -> Future[Result]:
        """The result to come for a document."""
        if self._workers is not None:
            return self._workers.submit(_extract_in_worker, document, self._seconds)
        future: Future[Result] = Future()
        future.set_result(extract_one(self._extractor, document, self._seconds))
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._workers is not None:
            self._workers.shutdown(wait=True, cancel_futures=True)


_of_worker: list[Extractor] = []  # the extractor of a worker process, loaded once


def _start_worker(source: Extractor | str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which lets us finish the paper at hand
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _of_worker.append(loaded(source))


def _end_with_parent() -> None:
    """End this process when the parent was killed: each worker holds both ends of the queue, so that none would see it end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def loaded(extractor: Extractor | str) -> Extractor:
    """The extractor that a name stands for, or that is given."""
    return extract.load(extractor) if isinstance(extractor, str) else extractor


def _extract_in_worker(document: Document, seconds: float) -> Result:
    return extract_one(_of_worker[0], document, seconds)


def extract_one(extractor: Extractor, document: Document, seconds: float = SECONDS) -> Result:
    """The extraction of a document, or why there is none; one that takes more than `seconds` for 100,000 characters is refused.

    An extraction that breaks a promise does not enter the log, whoever made it. One paper that the extractor, or the graph made of it,
    cannot cope with must not stop thousands of others; so mistakes in the code are caught here, at the border of one paper, and end in
    quarantine with their place.
    """
    refused = too_large(document)
    if refused is not None:
        return refused
    limit = allowed(document, seconds)
    try:
        with at_most(limit):
            extraction = checked.extract(extractor, document)
            if isinstance(extraction, Rejection):
                return extraction
            _check_publishable(LoggedPaper(document, complete(document, extraction), extractor.version))
    except TooSlowError:
        return too_slow(document, limit)
    except MISTAKES as error:
        message = f"extraction failed with {place_of(error)}: please report this paper; the others are not affected"
        return Rejection(document.source, document.place, "extract", "extraction-failed", message)
    return extraction


def _check_publishable(paper: LoggedPaper) -> None:
    """Pass where a graph can be made of a paper: what enters the log can be published."""
    found = uses(paper, Decided())
    ids = {index: f"{FOLDER[use.type]}/{index}" for index, use in enumerate(found)}
    paper_triples(paper.document, state(paper, ids, Decided()))


def extracted(items: Iterable[Document | Rejection], log: Log, pool: Pool) -> Iterator[tuple[Document | None, Result | None]]:
    """Documents with what was found in them (None where the log has it already), in input order; rejections pass through."""
    waiting: deque[tuple[Document | Rejection, Future[Result] | None]] = deque()
    pending: dict[tuple[str, str], Future[Result]] = {}

    def first() -> tuple[Document | None, Result | None]:
        item, future = waiting.popleft()
        if isinstance(item, Rejection):
            return None, item
        if future is None or log.has(item, pool.version):
            return item, None
        try:
            result = future.result()
        except BrokenProcessPool as error:
            hint = "run the same command again, with --jobs 1 if memory is short; what was stored so far is kept"
            raise KgError("an extraction process was killed", hint=hint) from error
        pending.pop((item.key, item.content_hash), None)
        if isinstance(result, Rejection):  # the same text may have been submitted from another place
            result = replace(result, source=item.source, place=item.place)
        return item, result

    for item in items:
        future = None
        if isinstance(item, Document) and not log.has(item, pool.version):
            identity = (item.key, item.content_hash)
            future = pending.get(identity) or pool.submit(item)
            pending[identity] = future
        waiting.append((item, future))
        while len(waiting) > pool.ahead:
            yield first()
    while waiting:
        yield first()
