"""What a whole build with the rules costs beside the rules and the store's bulk load alone, by paper, and how it grows.

Papers are those of tests/bench/synthetic_papers.py, whose names repeat as real ones do.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Store

from kg.build import build, extract_one
from kg.extract import load
from kg.model import Document
from kg.stopwatch import Stopwatch
from kg.store import open_snapshot
from tests.bench import synthetic_papers
from tests.bench.book.measuring import Measure

SIZES = (500, 1000, 2000, 4000)


def documents(number: int) -> list[Document]:
    """So many papers."""
    return [paper.document for paper in synthetic_papers.papers(number)]


def written(path: Path, number: int) -> str:
    """A file of so many papers."""
    rows = ({"id": d.key.removeprefix("arxiv-"), "title": d.title, "abstract": d.abstract} for d in documents(number))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def whole(number: int, bare: bool) -> tuple[float, float, float, float]:
    """Seconds of processor of a build, of its resolution, of the rules and the bulk load alone (where `bare`), and its most megabytes."""
    extractor = load("rules")
    extract_one(extractor, documents(1)[0])
    floor, watch = 0.0, Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder, "papers.jsonl"), number)
        begun = time.process_time()
        build([path], store=f"{folder}/store", extractor=extractor, watch=watch)
        spent = time.process_time() - begun
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        if bare:
            with open_snapshot(f"{folder}/store") as snapshot:
                quads = list(snapshot.store)
            chosen = documents(number)
            begun = time.process_time()
            for document in chosen:
                extractor.extract(document)
            Store(f"{folder}/bare").bulk_extend(quads)
            floor = time.process_time() - begun
    resolving = next(stage.cpu for stage in watch.profile().stages if stage.name == "resolve")
    return spent, resolving, floor, most


def measures() -> Iterator[Measure]:
    """Seconds of processor, each size in a process of its own."""
    found = {}
    for number in SIZES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found[number] = pool.apply(whole, (number, number == 1000))
    first, last = SIZES[0], SIZES[-1]
    spent, resolving, floor, _ = found[1000]
    yield Measure("whole build, `rules`", "1,000 synthetic papers", spent, "the rules and pyoxigraph's bulk load alone", floor)
    yield Measure("resolution in it", "1,000 synthetic papers", resolving, "the whole build", spent)
    for number in SIZES[1:]:
        yield Measure(
            f"build of {number:,} papers",
            f"{number:,}",
            found[number][0],
            f"{first:,} papers",
            found[first][0],
            f"≤ {1.1 * number / first:.1f}",
        )
    more = (found[last][3] - found[first][3]) * 1e3 / (last - first)
    yield Measure(
        "most memory of a build",
        f"{last:,} papers",
        found[last][3],
        f"{first:,} papers: {more:.0f} kB a paper more",
        found[first][3],
        unit="MB",
    )


if __name__ == "__main__":
    for row in measures():
        print(row)
