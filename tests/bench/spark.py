"""Wall seconds of `kg build` on Spark and by the local engine, from the command to the store, with the processors' seconds of each.

    python -m tests.bench.spark --papers 20000 --runs 3 [--extractor rules]

Takes the first abstracts of ../shared/data/arxiv-abstracts-30k.jsonl.gz; both engines in turns, each as a program of its own with two cores:
`--engine spark --master local[2,4]` beside `--jobs 2`. That the exports are equal is checked.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

DATA = Path(__file__).parents[3] / "shared" / "data" / "arxiv-abstracts-30k.jsonl.gz"
SPARK = ("--engine", "spark", "--master", "local[2,4]")
LOCAL = ("--jobs", "2")


@dataclass(frozen=True, slots=True)
class Took:
    """What a build took."""

    wall: float  # seconds
    processors: float  # seconds of all processors, of the program and all that it started


def abstracts(count: int, target: Path) -> Path:
    """A file of the first abstracts."""
    with gzip.open(DATA, "rb") as lines:
        target.write_bytes(b"".join(islice(lines, count)))
    return target


def build(source: Path, store: Path, extractor: str, *options: str) -> Took:
    """Build a store as a program of its own."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "kg", "build", str(source), "--store", str(store), "--extractor", extractor, "-q", *options]
    subprocess.run(command, check=True)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def side_by_side(papers: int, runs: int, extractor: str = "rules") -> tuple[list[Took], list[Took]]:
    """What Spark and the local engine took in each run, in turns; raises where their exports differ."""
    spark, local = [], []
    with tempfile.TemporaryDirectory() as folder:
        source = abstracts(papers, Path(folder) / "papers.jsonl")
        for run in range(runs):
            stores = [Path(folder) / f"{name}{run}" for name in ("spark", "local")]
            spark.append(build(source, stores[0], extractor, *SPARK))
            local.append(build(source, stores[1], extractor, *LOCAL))
            if run == 0:
                exports = [store.with_suffix(".ttl") for store in stores]
                for store, target in zip(stores, exports, strict=True):
                    subprocess.run([sys.executable, "-m", "kg", "export", "--store", str(store), "-o", str(target)], check=True)
                if exports[0].read_bytes() != exports[1].read_bytes():
                    raise SystemExit("the engines gave different graphs")
    return spark, local


def main() -> None:
    """Print one line for each engine, and the ratio of their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--extractor", default="rules")
    asked = parser.parse_args()
    spark, local = side_by_side(asked.papers, asked.runs, asked.extractor)
    for name, took in (("spark", spark), ("local", local)):
        wall, processors = (statistics.median(getattr(one, field) for one in took) for field in ("wall", "processors"))
        print(f"{name}: {wall:.1f} s wall, {processors:.1f} s of processors, {asked.papers / wall:.0f} abstracts/s")
    ratio = statistics.median(one.wall for one in spark) / statistics.median(one.wall for one in local)
    print(f"ratio of wall {ratio:.2f} (bar 1.5 at 20,000)")


if __name__ == "__main__":
    main()
