"""Hours, machines and disk for a graph of 2.7 million and of 100 million abstracts: simulated from rates measured here.

    python tests/bench/plan.py                        the tables, from the rates in `MEASURED`
    python tests/bench/plan.py --measure DUMP [-n N]  measures the rates on the first N abstracts of a dump, prints them and the tables

What is simulated: papers come in tasks; a task takes the sum of its papers' times, drawn from those that were measured, by the factor of a
slower machine; machines fail at random (exponential), lose the task at hand and come back after a while; a task goes to the next free
core, as Spark gives them out. Resolution, sorting and loading follow the extraction at their rates. Twenty runs; the median and the worst.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RUNS = 20
LOADED = 1_000_000  # triples of the store that loading is measured on
TASK_PAPERS = 2_000  # papers of a task: some minutes of `accurate`


@dataclass(frozen=True, slots=True)
class Rates:
    """What was measured, on one core of one machine."""

    accurate: tuple[float, ...]  # seconds a paper: deciles over papers, lowest and highest tenth cut to their medians
    fast: tuple[float, ...]
    rules: tuple[float, ...]
    quads: float  # of the graph, a paper
    line: float  # bytes of a quad as N-Quads
    stored: float  # bytes of a quad in the embedded store
    logged: float  # bytes of a paper in the extraction log
    resolve: float  # seconds a paper: resolution and making of triples
    load: float  # quads a second, bulk load into the embedded store


@dataclass(frozen=True, slots=True)
class Cluster:
    """Assumptions about machines; change them to your own."""

    machines: int
    cores: int  # of each
    slower: float = 1.3  # all cores of a machine at work at once, against one core alone
    failures: float = 0.01  # of a machine, an hour
    back: float = 0.25  # hours until a failed machine works again
    start: float = 0.1  # hours to start the cluster and ship the model


@dataclass(frozen=True, slots=True)
class Outcome:
    """One simulated run; hours."""

    extract: float
    resolve: float
    load: float
    lost: int  # tasks that were done again

    @property
    def hours(self) -> float:
        """From start to a loaded store."""
        return self.extract + self.resolve + self.load


# Two cores of an AMD EPYC, 2026-11-30; `--measure ../shared/data/arxiv-abstracts-30k.jsonl.gz -n 150`.
MEASURED = Rates(
    accurate=(0.0783, 0.0894, 0.0934, 0.1027, 0.1089, 0.1191, 0.1242, 0.1342, 0.1439, 0.1735),
    fast=(0.0426, 0.0481, 0.0524, 0.0549, 0.0589, 0.0626, 0.0696, 0.0726, 0.0795, 0.088),
    rules=(0.0033, 0.004, 0.0043, 0.0048, 0.0052, 0.0055, 0.0058, 0.006, 0.0065, 0.0078),
    quads=254.7,
    line=159.7,
    stored=152.1,
    logged=5571.0,
    resolve=0.007031,
    load=64910.0,
)


def simulate(papers: int, seconds: Sequence[float], rates: Rates, cluster: Cluster, seed: int) -> Outcome:
    """One run of so many papers on a cluster."""
    chance = random.Random(seed)
    mean, spread = statistics.fmean(seconds), statistics.pstdev(seconds)
    free = [(0.0, core) for core in range(cluster.machines * cluster.cores)]
    fails = [chance.expovariate(cluster.failures) * 3600 if cluster.failures else float("inf") for _ in range(cluster.machines)]
    heapq.heapify(free)
    waiting, lost, end = [min(TASK_PAPERS, papers - n) for n in range(0, papers, TASK_PAPERS)], 0, 0.0
    while waiting:
        begun, core = heapq.heappop(free)
        machine, task = core // cluster.cores, waiting.pop()
        # The sum of many independent papers: normal, by the central limit theorem.
        done = begun + max(0.0, chance.gauss(task * mean, spread * task**0.5)) * cluster.slower
        if begun <= fails[machine] < done:
            waiting.append(task)
            lost += 1
            heapq.heappush(free, (fails[machine] + cluster.back * 3600, core))
            if core % cluster.cores == 0:  # one of its cores notes the next failure, when the machine is back
                fails[machine] += (cluster.back + chance.expovariate(cluster.failures)) * 3600
            continue
        end = max(end, done)
        heapq.heappush(free, (done, core))
    resolve = papers * rates.resolve * cluster.slower / (cluster.machines * cluster.cores)
    load = papers * rates.quads / rates.load  # one store, one writer
    return Outcome(cluster.start + end / 3600, resolve / 3600, load / 3600, lost)


def tables(rates: Rates) -> str:
    """The plan as Markdown."""
    lines = [
        "| abstracts | extractor | machines × cores | hours (median, worst of 20) | of it extraction | resolution | load | tasks done again |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for papers, clusters in ((2_700_000, (Cluster(1, 8, failures=0), Cluster(4, 16))), (100_000_000, (Cluster(16, 32), Cluster(64, 32)))):
        for name in ("accurate", "fast", "rules"):
            for cluster in clusters:
                runs = [simulate(papers, getattr(rates, name), rates, cluster, seed) for seed in range(RUNS)]
                middle = sorted(runs, key=lambda run: run.hours)[RUNS // 2]
                worst = max(run.hours for run in runs)
                lines.append(
                    f"| {papers:,} | `{name}` | {cluster.machines} × {cluster.cores} | {middle.hours:,.1f}, {worst:,.1f} | "
                    f"{middle.extract:,.1f} | {middle.resolve:,.1f} | {middle.load:,.1f} | {statistics.median(run.lost for run in runs):.0f} |"
                )
    lines += ["", "| abstracts | quads | N-Quads | embedded store | log |", "| ---: | ---: | ---: | ---: | ---: |"]
    for papers in (2_700_000, 100_000_000):
        quads = papers * rates.quads
        sizes = (quads * rates.line, quads * rates.stored, papers * rates.logged)
        lines.append(f"| {papers:,} | {quads:.2g} | " + " | ".join(f"{size / 1e9:,.0f} GB" for size in sizes) + " |")
    return "\n".join(lines) + "\n"


def measured(dump: str, number: int) -> Rates:
    """The rates on this machine: a build of the first papers of a dump, stage by stage."""
    os.environ |= dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
    )  # as in a build, before numpy is loaded
    from itertools import islice

    import synthetic_graph

    from kg import sources, text
    from kg.build import build
    from kg.build.extraction import extract_one
    from kg.derivation.derive import Derivation
    from kg.extract import load as extractor_named
    from kg.log import Log
    from kg.model import Document
    from kg.resolve import Register
    from kg.store import create_or_open, rdf

    found = (text.clean(record) for record in islice(sources.read([dump]), number) if not hasattr(record, "code"))
    documents = [document for document in found if isinstance(document, Document)]
    seconds = {}
    for name in ("accurate", "fast", "rules"):
        extractor, times = extractor_named(name), []
        extract_one(extractor, documents[0])
        for document in documents:
            begun = time.process_time()
            extract_one(extractor, document)
            times.append(time.process_time() - begun)
        seconds[name] = tuple(round(decile, 4) for decile in statistics.quantiles(times, n=11))
    with tempfile.TemporaryDirectory() as folder:
        papers, store = Path(folder) / "papers.jsonl", Path(folder) / "store"
        papers.write_text("".join(json.dumps({"id": d.key, "title": d.title, "abstract": d.abstract}) + "\n" for d in documents))
        build([str(papers)], store=store)
        with create_or_open(store) as writer, Log(writer.log_path) as log:
            begun = time.process_time()
            derivation = Derivation(writer, log, Register(), (), "https://example.org/id/")
            derivation._resolution.fill(log.papers())
            triples = list(derivation._triples())
            resolve = (time.process_time() - begun) / len(documents)
            lines = sum(len(str(triple).encode()) + 3 for triple in triples)
            logged = writer.log_path.stat().st_size / len(documents)
        many = synthetic_graph.triples(LOADED // 390)  # a store of some size: a small one flatters disk and memory
        begun = time.process_time()
        rdf.load(Path(folder) / "rdf", many)
        load = len(many) / (time.process_time() - begun)
        stored = sum(file.stat().st_size for file in (Path(folder) / "rdf").rglob("*") if file.is_file()) / len(many)
    quads = len(triples)
    return Rates(**seconds, quads=quads / len(documents), line=lines / quads, stored=stored, logged=logged, resolve=resolve, load=load)


def main() -> None:
    """Print the plan."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", metavar="DUMP")
    parser.add_argument("-n", type=int, default=200)
    asked = parser.parse_args()
    rates = measured(asked.measure, asked.n) if asked.measure else MEASURED
    if asked.measure:
        print("\n".join(f"{name}: {value}" for name, value in asdict(rates).items()), end="\n\n")
    print(tables(rates), end="")


if __name__ == "__main__":
    main()
