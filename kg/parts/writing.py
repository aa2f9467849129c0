"""A store folder into parts: for a site that keeps its graph elsewhere, and for whoever wants its log as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from kg import decisions, vocab
from kg.derivation import is_current
from kg.errors import StoreError, UsageError
from kg.log import Log
from kg.log.texts import rows
from kg.model import Rejection
from kg.parts import tables
from kg.parts.layout import GRAPH, LOG, REFUSED, graph_file, log_schema, refused_schema
from kg.parts.manifest import Manifest, PartFile, manifest_of, part_file, write_manifest
from kg.store import layout, open_snapshot, ordering

_LINES = 1_000_000  # of a file of the graph: some 150 MB
_TABLE = "part-00000.parquet"


def write(store: str | Path, out: str | Path, *, lines: int = _LINES) -> Manifest:
    """Write a store folder as parts into the folder `out`; what their manifest says. `load` gives the same store back.

    Args:
        store: the store folder; only read.
        out: a folder that is absent or empty.
        lines: most lines of a file of the graph.

    Raises:
        UsageError: `out` holds something.
        StoreError: there is no store, its graph is not that of its log, or it cannot be read; or `out` cannot be written.
        DependencyError: pyarrow is not installed.
    """
    tables.arrow()
    source, target = Path(store), Path(out)
    layout.check_format(source)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is not empty", hint="name a new or empty folder")
    with layout.reported(target), open_snapshot(source) as snapshot, Log(source / layout.LOG_FILE, readonly=True) as log:
        if not is_current(source, log):
            raise StoreError(f"the graph in {source} is not that of its log", hint=layout.REDERIVE)
        for name in (LOG, REFUSED, GRAPH):
            (target / name).mkdir(parents=True)
        manifest = manifest_of(
            base=log.meta("base") or vocab.BASE,
            extractor=", ".join(sorted(log.extractors())),
            papers=snapshot.manifest.papers,
            log=[_table(target, LOG, log_schema(), rows(source / layout.LOG_FILE))],
            refusals=[_table(target, REFUSED, refused_schema(), map(_cells, log.rejections()))],
            graph=_graph(target, (ordering.to_line(str(quad.triple)) for quad in snapshot.store), lines),
            decided=decisions.load(source),
        )
        for name in (LOG, REFUSED, GRAPH):
            layout.sync_tree(target / name)
        write_manifest(target, manifest)
        return manifest


def _cells(rejection: Rejection) -> tuple[str, ...]:
    return (rejection.source, rejection.place, rejection.stage, rejection.code, rejection.message)


def _table(target: Path, folder: str, schema: object, rows: Iterable[tuple[str, ...]]) -> PartFile:
    path = f"{folder}/{_TABLE}"
    return part_file(target, path, tables.write_table(target / path, schema, rows))


def _graph(target: Path, triples: Iterable[bytes], size: int) -> Iterator[PartFile]:
    """Write the lines of a graph sorted, so many to a file; what is to be said of each file."""
    with ordering.sort(triples, target) as found:
        waiting, number = found.lines(), 0
        while some := list(islice(waiting, size)):
            path = graph_file(number)
            (target / path).write_bytes(b"".join(some))
            yield part_file(target, path, len(some))
            number += 1
