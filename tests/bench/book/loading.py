"""Loading a graph into the store: what `kg build` does after extraction, beside the engine's own bulk loads of the same triples."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, serialize

from kg.store import layout, rdf
from tests.bench.book.measuring import Measure, side_by_side
from tests.bench.synthetic_graph import triples

PAPERS = 2760  # a million triples
RUNS = 3


def measures() -> Iterator[Measure]:
    """Wall seconds; ours counts, marks, removes duplicates, puts in order, copies and flushes to disk, the engine's loads alone."""
    graph = triples(PAPERS)
    quads = [Quad(*triple) for triple in graph]
    lines = serialize(graph, format=RdfFormat.N_TRIPLES)
    assert lines is not None
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "rdf"

        def ours() -> None:
            shutil.rmtree(home, ignore_errors=True)
            rdf.load(home, graph)
            layout.sync_tree(home)

        def extend() -> None:
            shutil.rmtree(home, ignore_errors=True)
            Store(str(home)).bulk_extend(quads)

        def load() -> None:
            shutil.rmtree(home, ignore_errors=True)
            Store(str(home)).bulk_load(lines, RdfFormat.N_QUADS)

        spent, extended, loaded = side_by_side(ours, extend, load, runs=RUNS)
    size = f"{len(graph):,} triples"
    for other, theirs in (("pyoxigraph `bulk_extend` of ready quads", extended), ("pyoxigraph `bulk_load` of N-Quads", loaded)):
        yield Measure("Load into the store", size, len(graph) / spent, other, len(graph) / theirs, "≥ 0.7", "/s")
