"""Canonical Turtle of a whole store beside the engine's unsorted dump of the same store, and the memory of both, each in a child process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.book.measuring import Measure

SIZES = (276, 2760)  # papers: a hundred thousand triples, a million
_MAKE = """
import sys
from pathlib import Path
from kg.store import rdf
from tests.bench.synthetic_graph import triples
graph = triples(int(sys.argv[2]))
rdf.load(Path(sys.argv[1]), graph)
print(len(graph))
"""
_CHILD = """
import resource, sys, time
from pathlib import Path
from pyoxigraph import DefaultGraph, RdfFormat, Store
from kg.export import write
store, target, ours = Store.read_only(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "ours"
begun = time.perf_counter()
write(store, target) if ours else store.dump(str(target), RdfFormat.TURTLE, from_graph=DefaultGraph())
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measures() -> Iterator[Measure]:
    """Wall seconds and megabytes at the peak."""
    peaks = []
    for papers in SIZES:
        with tempfile.TemporaryDirectory() as place:
            # In a process of its own too: a child begins with the memory of its parent.
            made = subprocess.run([sys.executable, "-c", _MAKE, f"{place}/rdf", str(papers)], stdout=subprocess.PIPE, text=True, check=True)
            size = f"{int(made.stdout):,} triples"
            (spent, peak), (theirs, their_peak) = (_run(Path(place), which) for which in ("ours", "dump"))
        peaks.append(peak)
        yield Measure("Export as canonical Turtle", size, spent, "pyoxigraph's unsorted `dump`", theirs, "≤ 3")
        yield Measure("Export: memory at the peak", size, peak, "pyoxigraph's unsorted `dump`", their_peak, "", "MB")
    yield Measure("Export: memory, ten times the triples", size, peaks[1], "a tenth of them", peaks[0], "bounded", "MB")


def _run(place: Path, which: str) -> tuple[float, float]:
    """Seconds and megabytes of one export in a process of its own."""
    command = [sys.executable, "-c", _CHILD, str(place / "rdf"), str(place / "x.ttl"), which]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak
