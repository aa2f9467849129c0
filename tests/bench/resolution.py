"""How long resolution takes, and how it grows: all papers at once, and one paper more in a store that has them.

    python tests/bench/resolution.py [--papers 1000 10000 100000] [--store]

For every number of papers: seconds and peak memory of resolving all of them in a process of its own; then the median of five papers
added one by one, resolution alone and, with `--store`, from the log to the published snapshot. Ratios compare each number with the
one before. Papers are synthetic (`synthetic_papers.py`).
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from synthetic_papers import EXTRACTOR, papers

from kg.derivation import publish
from kg.log import Log
from kg.model import LoggedPaper
from kg.resolve import Decided, Register, Resolution
from kg.store import create_or_open

ADDED = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured for one number of papers."""

    papers: int
    things: int
    all_seconds: float  # of processor time
    megabytes: float  # peak of the whole process, papers included
    one_seconds: float  # wall clock, median


def measure(number: int) -> Figures:
    """Resolve so many papers in memory, then bring five more in one by one."""
    (*old,) = papers(number + ADDED)
    old, more = old[:number], old[number:]
    known = {paper.document.key: paper for paper in (*old, *more)}
    register = Register()
    resolution = Resolution(register, Decided(), known.get)
    start = time.process_time()
    resolution.fill(old)
    seconds = time.process_time() - start
    ones = [_timed(lambda paper=paper: resolution.update([paper], [])) for paper in more]  # type: ignore[misc]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figures(number, register.count(), seconds, peak, statistics.median(ones))


def measure_store(number: int) -> Figures:
    """Log and publish so many papers on disk, then five more one by one."""
    with tempfile.TemporaryDirectory() as place, create_or_open(Path(place, "store")) as folder, Log(folder.log_path) as log:
        stream = papers(number + ADDED)
        _put_all(log, islice(stream, number))
        start = time.process_time()
        publish(folder, log)
        seconds = time.process_time() - start
        ones = [_timed(lambda paper=paper: _put_and_publish(folder, log, paper)) for paper in stream]  # type: ignore[misc]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return Figures(number, 0, seconds, peak, statistics.median(ones))


def _put_all(log: Log, logged: Iterable[LoggedPaper]) -> None:
    log._db.execute("PRAGMA synchronous = OFF")  # filling is not what is measured
    for paper in logged:
        log.put(paper.document, paper.extraction, EXTRACTOR)
    log._db.execute("PRAGMA synchronous = FULL")


def _put_and_publish(folder: object, log: Log, paper: LoggedPaper) -> None:
    log.put(paper.document, paper.extraction, EXTRACTOR)
    publish(folder, log)  # type: ignore[arg-type]


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _apart(call: Callable[[int], Figures], number: int) -> Figures:
    """The figures measured in a process of its own, so that its peak is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(call, (number,))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--store", action="store_true", help="measure publishing on disk too")
    options = parser.parse_args()
    for name, call in (("resolution", measure), *((("store", measure_store),) if options.store else ())):
        before = None
        for number in options.papers:
            now = _apart(call, number)
            grown = (
                ""
                if before is None
                else f"  (x{now.all_seconds / before.all_seconds:.1f}; one x{now.one_seconds / before.one_seconds:.1f})"
            )
            things = f"{now.things:8,} things, " if now.things else ""
            print(
                f"{name}: {now.papers:8,} papers, {things}all {now.all_seconds:7.2f} s CPU, peak {now.megabytes:6.0f} MB, "
                f"one more {now.one_seconds * 1000:7.1f} ms{grown}",
                flush=True,
            )
            before = now


if __name__ == "__main__":
    main()
