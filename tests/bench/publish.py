"""Time to publish a change of 400 triples and 60 names on stores of growing size, and what many changes in a row leave behind.

    python tests/bench/publish.py [TRIPLES…]      by default 1e4 1e5 1e6; 5e6 takes two minutes, 2e7 some times as long

A paper has 240 triples and 10 names here, as in real graphs; each change replaces 200 triples by 200 others, and 30 names by 30 others.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from pyoxigraph import Literal, NamedNode, Triple

from kg.store import Change, NameRow, Writer, create_or_open, open_snapshot

BASE = "https://example.org/id/"
PROPERTIES = [NamedNode(f"https://example.org/schema#p{n}") for n in range(12)]
_PER_PAPER = 240
_SYLLABLES = ("net", "form", "vis", "lang", "graph", "mem", "trans", "bert", "clip", "seg", "aug", "dense", "flow", "ray", "scan", "lite")


def paper(number: int) -> Iterator[Triple]:
    """The triples of one paper: claims with their evidence, on things some of which many papers name."""
    chance = random.Random(number)
    for _ in range(_PER_PAPER // 8):
        claim = NamedNode(f"{BASE}claim/{chance.getrandbits(80):020x}")
        thing = NamedNode(f"{BASE}method/{int(chance.paretovariate(1.1)) % 200_000}")
        yield Triple(NamedNode(f"{BASE}paper/{number}"), PROPERTIES[chance.randrange(4)], thing)
        yield Triple(claim, PROPERTIES[4], thing)
        for place in range(5, 9):
            yield Triple(claim, PROPERTIES[place], Literal(str(chance.randrange(2000))))
        for place in range(9, 11):
            yield Triple(claim, PROPERTIES[place], Literal(f"Sentence {chance.getrandbits(32)} of paper {number} says so."))


def names(number: int, support: int = 1) -> list[NameRow]:
    """Ten names that a paper brings, one for each of ten things."""
    chance = random.Random(number)
    found = []
    for place in range(10):
        name = " ".join("".join(chance.choices(_SYLLABLES, k=2)).title() for _ in range(chance.randint(1, 3))) + f" {number}"
        found.append(NameRow(f"method/{number}-{place}", "Method", name, name, "name", support))
    return found


def change(step: int, papers: int) -> Change:
    """Instead of a part of an old paper a part of a new one; three papers' names are gone, three come."""
    old, new = step % papers, 10_000_000 + step
    gone = {row.iri: () for n in range(3) for row in names((old + n * papers // 3) % papers)}
    come = {row.iri: (row,) for n in range(3) for row in names(10 * new + n)}
    return Change(list(islice(paper(old), 200)), list(islice(paper(new), 200)), gone | come)


def files(path: Path) -> tuple[int, float]:
    """How many there are below a folder, and their size in MB."""
    found = [file.stat() for file in path.rglob("*") if file.is_file()]
    return len(found), sum(file.st_size for file in found) / 1e6


def applied(writer: Writer, papers: int, steps: range) -> list[float]:
    """Seconds of each change."""
    times = []
    for step in steps:
        made = change(step, papers)
        begin = time.perf_counter()
        writer.apply(made, fingerprint=str(step))
        times.append(time.perf_counter() - begin)
    return times


def main(sizes: list[int]) -> None:
    """Print a line for each size."""
    print(f"{'triples':>10}{'publish s':>10}{'apply ms':>10}{'ratio':>7}{'of 60: max':>11}{'files':>12}{'MB':>14}{'peak MB':>9}")
    first = 0.0
    for size in sizes:
        papers = size // _PER_PAPER
        with tempfile.TemporaryDirectory() as folder, create_or_open(Path(folder, "store")) as writer:
            begin = time.perf_counter()
            triples = (triple for number in range(papers) for triple in paper(number))
            writer.publish(triples, (row for number in range(papers) for row in names(number)), fingerprint="0", base=BASE)
            whole = time.perf_counter() - begin
            before = files(writer.path)
            few = median(applied(writer, papers, range(5)))
            slowest = max(applied(writer, papers, range(5, 60)))
            after = files(writer.path)
            with open_snapshot(writer.path) as snapshot:
                assert len(snapshot.store) == snapshot.manifest.triples  # the count that was kept is the true one
        first = first or few
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:10}{whole:10.1f}{few * 1000:10.0f}{few / first:7.2f}{slowest * 1000:8.0f} ms", end="")
        print(f"{before[0]:6}->{after[0]:4}{before[1]:7.0f}->{after[1]:5.0f}{peak:9.0f}", flush=True)


if __name__ == "__main__":
    main([int(float(size)) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
