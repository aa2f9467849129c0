"""`kg serve` under many clients, some of them hostile: wrong answers, honest questions without an answer, latencies, memory, what is left.

    python tests/bench/endpoint_load.py [--store FOLDER | --papers N] [--seconds 120] [--clients 64] [--hostile 0.1]

Clients ask one question after the other, with no pause. Ends with 1 where a promise is broken: an answer is wrong, the canary was asked,
more than one honest question in 1,000 met a limit, the server does not answer any more, or something is left over.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from load import Known, Tally, answers, run
from processes import alive
from served import KG, Server, questions, served
from synthetic_papers import papers

from kg.store import open_snapshot


def made(folder: Path, number: int) -> Path:
    """A store of so many invented papers, as the rules read them."""
    listing, store = folder / "papers.jsonl", folder / "store"
    with listing.open("w", encoding="utf-8") as file:
        for paper in papers(number):
            document = paper.document
            row = {"id": document.key.removeprefix("arxiv-"), "title": document.title, "abstract": document.abstract}
            file.write(json.dumps(row) + "\n")
    command = [*KG, "build", str(listing), "--extractor", "rules", "--store", str(store), "-q"]
    subprocess.run(command, check=True)
    return store


async def settled(server: Server) -> tuple[bool, list[str], int]:
    """Whether the server answers after the last client has gone, temporary files that are left, and processes."""
    end = time.monotonic() + 15
    while server.left_over() and time.monotonic() < end:
        await asyncio.sleep(0.1)
    return await answers(server), server.left_over(), len(server.children())


def report(tally: Tally, hits: int) -> bool:
    """Print what was found; whether every promise about answers was kept."""
    failed = tally.failed.total()
    print(f"honest: {tally.honest} questions, {len(tally.wrong)} wrong answers, {failed} without an answer", end="")
    print(f" ({1000 * failed / max(1, tally.honest):.2f} in 1,000); {tally.waited} came back later ({tally.waits} times)")
    for cause, number in tally.failed.most_common():
        print(f"  {number} × {cause}")
    print("latency s: " + ", ".join(f"p{part:g} {tally.quantile(part / 100):.3f}" for part in (50, 95, 99, 99.9, 100)))
    print("slowest: " + ", ".join(f"{name} {seconds:.1f}" for seconds, name in sorted(tally.busy, reverse=True)[:8]))
    for name in sorted({name for name, _ in tally.hostile}):
        print(f"  hostile {name}: " + ", ".join(f"{status} × {n}" for (kind, status), n in sorted(tally.hostile.items()) if kind == name))
    parts = [tally.memory[i * len(tally.memory) // 6 : (i + 1) * len(tally.memory) // 6] for i in range(6)]
    print("MB of the server: " + ", ".join(f"{median(m for _, m, _ in part) / 2**20:.0f}" for part in parts if part), end="")
    print("; of its children, at most: " + ", ".join(f"{max(m for *_, m in part) / 2**20:.0f}" for part in parts if part))
    print(f"the canary was asked {hits} times")
    return not tally.wrong and not hits and failed <= tally.honest / 1000


def main() -> int:
    """Print the figures; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, help="a store that is there")
    parser.add_argument("--papers", type=int, default=2000, help="else: invented papers")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--hostile", type=float, default=0.1, help="part of the questions; 0 to compare")
    parser.add_argument("--options", default="", help="more options of kg serve")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        store = options.store or made(Path(place), options.papers)
        with open_snapshot(store) as snapshot:
            known = Known(questions(store), snapshot.store)
        print(f"{len(known.questions)} questions", flush=True)
        with served(store, Path(place, "scratch"), *options.options.split()) as server:
            tally, hits = asyncio.run(run(server, known, clients=options.clients, seconds=options.seconds, part=options.hostile))
            kept = report(tally, hits)
            alive_after, files, processes = asyncio.run(settled(server))
            children = server.children()
            code, said = server.end()
            left = alive(children)
        print(f"afterwards: {'answers' if alive_after else 'SILENT'}, {len(files)} files left, {processes} processes ready", end="")
        print(f"; ended with {code}, {len(left)} processes left; it said {said[-2000:].strip()!r}")
        return 0 if kept and alive_after and not files and not left and said.strip() == "ended" else 1


if __name__ == "__main__":
    sys.exit(main())
