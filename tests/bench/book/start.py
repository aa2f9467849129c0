"""How long a command takes to begin: `kg --help` and a query of the library on a large store, beside an interpreter that does nothing."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import synthetic_graph
from tests.bench.book.measuring import Measure, side_by_side

PAPERS = 2760  # a million triples


def measures() -> Iterator[Measure]:
    """Wall seconds of a new process each."""

    def run(*command: str) -> None:
        subprocess.run([sys.executable, *command], stdout=subprocess.DEVNULL, check=True)

    with tempfile.TemporaryDirectory() as home:
        store = Path(home) / "store"
        size = f"{synthetic_graph.store(store, PAPERS):,} triples"
        help_, query, empty = side_by_side(
            lambda: run("-m", "kg", "--help"),
            lambda: run("-m", "kg", "query", "most-used-hardware", "--store", str(store)),
            lambda: run("-c", "pass"),
        )
    yield Measure("`kg --help`", "", help_, "`python -c pass`", empty, "< 0.3 s")
    yield Measure("`kg query most-used-hardware`", size, query, "`python -c pass`", empty, "< 0.5 s")
