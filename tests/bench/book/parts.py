"""`kg load`: the graph of parts beside the engine's bare bulk load of the same files, and a store of parts beside deriving it from its log."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg import parts
from kg.derivation import publish
from kg.log import Log
from kg.store import create_or_open
from kg.store.staging import staged
from tests.bench import synthetic_graph, synthetic_papers
from tests.bench.book.measuring import Measure, side_by_side

GRAPH_PAPERS = 2_600  # of which there are a million triples
LOG_PAPERS = 500
_FILE = 250_000  # lines


def measures() -> Iterator[Measure]:
    """Wall seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _graph(folder)
        yield _store(folder)


def _graph(folder: Path) -> Measure:
    lines = sorted({f"{triple} .\n".encode() for triple in synthetic_graph.triples(GRAPH_PAPERS)})
    files = [folder / f"part-{start}.nq" for start in range(0, len(lines), _FILE)]
    for number, file in enumerate(files):
        file.write_bytes(b"".join(lines[number * _FILE : (number + 1) * _FILE]))
    size = f"{len(lines):,} triples"
    del lines

    def ours() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as target, create_or_open(target) as store, staged(store, files) as graph:
            graph.finished.result()

    def bare() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as target:
            store = Store(target)
            for file in files:
                store.bulk_load(path=str(file), format=RdfFormat.N_TRIPLES)
            store.flush()
            del store

    mine, theirs = side_by_side(ours, bare)
    return Measure("load of the graph of parts, checked, counted, put in order", size, mine, "pyoxigraph's bulk_load", theirs, "≤ 1.43")


def _store(folder: Path) -> Measure:
    with create_or_open(folder / "store") as writer, Log(writer.log_path) as log:
        with log.batch():
            for paper in synthetic_papers.papers(LOG_PAPERS):
                log.put(paper.document, paper.extraction, paper.extractor)
        publish(writer, log)
    parts.write(folder / "store", folder / "parts")

    def ours() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as target:
            parts.load(folder / "parts", target)

    def derived() -> None:
        with create_or_open(folder / "store") as writer, Log(writer.log_path) as log:
            publish(writer, log, anew=True)

    mine, theirs = side_by_side(ours, derived)
    return Measure("`kg load`", f"{LOG_PAPERS:,} papers", mine, "deriving the graph from a log that is there", theirs, "< 1")
