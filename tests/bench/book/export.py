"""A whole store as sorted text beside the engine's unsorted dump of the same store, and the memory of both, each in a child process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.book.measuring import Measure

SIZES = (276, 2760)  # papers: a hundred thousand triples, a million
_FORMATS = {"ttl": "canonical Turtle", "nt": "sorted N-Triples", "nq": "sorted N-Quads, a graph per paper"}
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
format = RdfFormat.from_extension(target.suffix[1:])
begun = time.perf_counter()
write(store, target) if ours else store.dump(str(target), format, from_graph=None if format.supports_datasets else DefaultGraph())
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measures() -> Iterator[Measure]:
    """Wall seconds and megabytes at the peak."""
    peaks: dict[str, float] = {}
    for papers in SIZES:
        with tempfile.TemporaryDirectory() as place:
            # In a process of its own too: a child begins with the memory of its parent.
            made = subprocess.run([sys.executable, "-c", _MAKE, f"{place}/rdf", str(papers)], stdout=subprocess.PIPE, text=True, check=True)
            size = f"{int(made.stdout):,} triples"
            for ending, format in _FORMATS.items():
                (spent, peak), (theirs, their_peak) = (_run(Path(place), ending, which) for which in ("ours", "dump"))
                yield Measure(f"Export as {format}", size, spent, "pyoxigraph's unsorted `dump`", theirs, "≤ 3" if ending == "ttl" else "")
                yield Measure(f"Export as {format}: memory at the peak", size, peak, "pyoxigraph's unsorted `dump`", their_peak, "", "MB")
                if ending in peaks:
                    yield Measure(f"Export as {format}: memory", size, peak, "a tenth of the triples", peaks[ending], "bounded", "MB")
                peaks[ending] = peak


def _run(place: Path, ending: str, which: str) -> tuple[float, float]:
    """Seconds and megabytes of one export in a process of its own."""
    command = [sys.executable, "-c", _CHILD, str(place / "rdf"), str(place / f"x.{ending}"), which]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak
