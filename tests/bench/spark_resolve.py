"""How long the second half of a build takes, from the log to the graph: on Spark in two cores against the local engine; and what ties make.

    python tests/bench/spark_resolve.py [--papers 20000] [--master 'local[2,4]'] [--components]

Prints seconds of wall clock and of processor time, Spark's start apart, with the ratio of both; with `--components`, the things, edges,
rounds of contraction and largest components instead. Papers are synthetic (`synthetic_papers.py`), the log is made beforehand; the
two graphs are compared.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from synthetic_papers import papers

from kg import vocab
from kg.derivation import publish
from kg.export.quads import ntriples
from kg.log import Log, encode_document, encode_extraction
from kg.model import LoggedPaper
from kg.parts import log_schema
from kg.spark import components, graph, things
from kg.spark.papers import gather
from kg.spark.session import Settings, session
from kg.store import create_or_open, open_snapshot

_ROWS = 2500  # of a file of the log


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--papers", type=int, default=20_000)
    options.add_argument("--master", default="local[2,4]")
    options.add_argument("--components", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        _write_log(given.papers, Path(place, "log"))
        if given.components:
            _components(given.master, Path(place))
        else:
            _compare(given.papers, given.master, Path(place))


def _compare(number: int, master: str, place: Path) -> None:
    with create_or_open(place / "store") as folder, Log(folder.log_path) as log:
        _put_all(log, papers(number))
        with _timed("local engine") as local:
            publish(folder, log)
    start = time.perf_counter()
    with session(Settings(master)) as spark:
        print(f"Spark starts in {time.perf_counter() - start:.1f} s")
        for run in ("Spark, first", "Spark, again"):
            with _timed(run) as there:
                done = graph.write(spark, spark.read.parquet(str(place / "log")), str(place), base=vocab.BASE)
            print(
                f"{run}: {there[0] / local[0]:.2f} of the wall clock, {there[1] / local[1]:.2f} of the processor time of the local engine"
            )
    lines = b"".join((place / file.path).read_bytes() for file in done.files)
    with open_snapshot(place / "store") as snapshot:
        same = lines == ntriples(quad.triple for quad in snapshot.store)
    print(
        f"{done.papers} papers, {sum(file.rows for file in done.files)} lines in {len(done.files)} files: {'the same' if same else 'NOT the same'}"
    )


def _components(master: str, place: Path) -> None:
    with session(Settings(master)) as spark:
        found = things.resolve(spark, gather(spark, spark.read.parquet(str(place / "log")), str(place / "a")).papers, (), str(place / "b"))
        edges = things.edges(found.kept[0]).persist()
        number = found.kept[0].where("thing is not null").select("thing").distinct().count()
        label = components.components((row.one, row.other) for row in edges.collect())
        rounds = [left for _, left in components.contracted(spark, edges, str(place / "c"))]
    sizes = sorted(Counter(label.values()).values(), reverse=True)
    print(
        f"{number} things, {len(label)} of them tied to others in {len(sizes)} components, the largest of {sizes[:5]}; edges by round {rounds}"
    )


def _write_log(number: int, folder: Path) -> None:
    folder.mkdir()
    found = papers(number)
    while some := list(islice(found, _ROWS)):
        pq.write_table(pa.table(_columns(some), schema=log_schema()), folder / f"{some[0].document.key}.parquet")


def _columns(found: Sequence[LoggedPaper]) -> list[list[str]]:
    rows = [
        (
            paper.document.key, paper.document.content_hash, paper.extractor,
            encode_document(paper.document), encode_extraction(paper.extraction), "synthetic", "1",
        )
        for paper in found
    ]  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


def _put_all(log: Log, found: Iterator[LoggedPaper]) -> None:
    log._db.execute("PRAGMA synchronous = OFF")  # filling is not what is measured
    with log.batch():
        for paper in found:
            log.put(paper.document, paper.extraction, paper.extractor)


@contextmanager
def _timed(what: str) -> Iterator[list[float]]:
    """Seconds of wall clock and of processor time, also of the processes below this one, when the block has ended."""
    seconds: list[float] = []
    start, before = time.perf_counter(), _processor_time()
    yield seconds
    seconds += [time.perf_counter() - start, _processor_time() - before]
    print(f"{what}: {seconds[0]:.1f} s, {seconds[1]:.1f} s of processor time", flush=True)


def _processor_time() -> float:
    """Seconds that this process and all below it, of those that run, have worked."""
    children: dict[int, list[int]] = {}
    worked: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        worked[int(stat.parent.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    total, waiting = 0.0, [os.getpid()]
    while waiting:
        process = waiting.pop()
        total += worked.get(process, 0)
        waiting += children.get(process, [])
    return total


if __name__ == "__main__":
    main()
