"""Processes that extract: each loads the extractor once, computes on one thread, and ends with the process that started it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from kg import extract
from kg.extract import Extractor
from kg.model import Document, Extraction, Rejection

Result = Extraction | Rejection
Work = Callable[[Extractor, Sequence[Document], float], Sequence[Result]]  # extractor, documents, seconds for 100,000 characters

STAGE = "extract"
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Done:
    """What a process gives for some documents."""

    results: tuple[Result, ...]  # in their order
    process: int
    seconds: float  # of processor that the process has worked since it began


class Processes:
    """So many processes that extract with what they make of `source`, an extractor's name or itself; to be ended."""

    def __init__(self, source: Extractor | str, number: int) -> None:
        spawn = multiprocessing.get_context("spawn")  # a fork would copy locks and threads of whoever calls us
        self._executor = ProcessPoolExecutor(number, spawn, initializer=_start, initargs=(source,))

    def submit(self, work: Work, documents: list[Document], seconds: float) -> Future[Done]:
        """What comes of documents that go to one process; `BrokenProcessPool`, here or in the future, where one was killed."""
        return self._executor.submit(_done, work, documents, seconds)

    def version(self) -> str:
        """The version of the extractor, as soon as one process has loaded it; `BrokenProcessPool` where one was killed."""
        return self._executor.submit(_version).result()

    def end(self, *, wait: bool = True) -> None:
        """Begin nothing more and let the processes end; waits for them where it is told to."""
        self._executor.shutdown(wait=wait, cancel_futures=wait)


_of_process: list[Extractor] = []  # the extractor of this process, loaded once


def _start(source: Extractor | str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which lets us finish the papers at hand
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _of_process.append(loaded(source))


def _end_with_parent() -> None:
    """End this process when the parent was killed: each holds both ends of the queue, so that none would see it end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _done(work: Work, documents: list[Document], seconds: float) -> Done:
    return Done(tuple(work(_of_process[0], documents, seconds)), os.getpid(), time.process_time())


def _version() -> str:
    return _of_process[0].version


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
