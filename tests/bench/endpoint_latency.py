"""Latency of the library's queries over HTTP beside the same query in this process: medians, and the worst ratio.

    python tests/bench/endpoint_latency.py [--store FOLDER | --papers N] [--rounds 7] [--oxigraph]

In process means `pyoxigraph.Store.query` on the same snapshot and its own writer of JSON. Answers are not kept (`--cache 0`). Rounds of
the two take turns, so that whatever else the machine does meets both. Ends with 1 where one takes more than 1.5 times plus 10 ms.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

from endpoint_load import made
from pyoxigraph import QueryResultsFormat
from served import Question, questions, served

from kg.store import Snapshot, open_snapshot

FACTOR, EXTRA = 1.5, 0.010  # seconds


def in_process(snapshot: Snapshot, question: Question) -> int:
    """Answer here; the bytes of the answer."""
    return len(snapshot.store.query(question.sparql).serialize(format=QueryResultsFormat.JSON) or b"")  # type: ignore[union-attr, arg-type]


def over_http(connection: HTTPConnection, path: str, question: Question) -> int:
    """Ask a server; the bytes of the answer."""
    connection.request("GET", f"{path}?query={quote(question.sparql)}", headers={"Accept": "application/sparql-results+json"})
    reply = connection.getresponse()
    body = reply.read()
    assert reply.status == 200, body
    return len(body)


def timed(call: Callable[[], int]) -> float:
    """Seconds that a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def measured(calls: dict[str, Callable[[], int]], rounds: int) -> dict[str, float]:
    """Median seconds of each, all in turn; one round before is not counted."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            seconds = timed(call)
            if number:
                found[name].append(seconds)
    return {name: median(seconds) for name, seconds in found.items()}


def main() -> int:
    """Print a line for each query; 1 where one is over the bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, help="a store that is there")
    parser.add_argument("--papers", type=int, default=2000, help="else: invented papers")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--oxigraph", type=int, metavar="PORT", help="compare with `oxigraph serve-read-only` of the same snapshot, on this port"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        store = options.store or made(Path(place), options.papers)
        asked = {question.name: question for question in reversed(questions(store))}
        with open_snapshot(store) as snapshot, served(store, Path(place, "scratch"), "--cache", "0", "--workers", "1") as server:
            floor = None
            if options.oxigraph:
                command = ["oxigraph", "serve-read-only", "--location", str(snapshot.rdf_path), "--bind", f"127.0.0.1:{options.oxigraph}"]
                floor = subprocess.Popen(command, stderr=subprocess.DEVNULL)
                time.sleep(2)
            try:
                over = compared(snapshot, asked, server.port, options.oxigraph, options.rounds)
            finally:
                if floor is not None:
                    floor.terminate()
                    floor.wait()
        return 1 if over else 0


def compared(snapshot: Snapshot, asked: dict[str, Question], port: int, floor: int | None, rounds: int) -> list[str]:
    """The names of queries that are over the bound."""
    ours = HTTPConnection("127.0.0.1", port)
    theirs = HTTPConnection("127.0.0.1", floor) if floor else None
    over, ratios = [], []
    print(f"{'query':28}{'here ms':>9}{'HTTP ms':>9}{'more ms':>9}{'of bound':>9}" + (f"{'oxigraph':>10}" if theirs else ""))
    for name, question in sorted(asked.items()):
        calls: dict[str, Callable[[], int]] = {
            "here": lambda question=question: in_process(snapshot, question),  # type: ignore[misc]
            "http": lambda question=question: over_http(ours, "/sparql", question),  # type: ignore[misc]
        }
        if theirs:
            calls["floor"] = lambda question=question: over_http(theirs, "/query", question)  # type: ignore[misc]
        found = measured(calls, rounds)
        here, http = found["here"], found["http"]
        ratio = http / (FACTOR * here + EXTRA)
        ratios.append(ratio)
        over += [name] if ratio > 1 else []
        line = f"{name:28}{here * 1000:9.1f}{http * 1000:9.1f}{(http - here) * 1000:9.1f}{ratio:9.2f}"
        print(line + (f"{found['floor'] * 1000:10.1f}" if theirs else ""), flush=True)
    print(
        f"median {median(ratios):.2f} and at most {max(ratios):.2f} of the bound (1.5 times plus 10 ms); over it: {', '.join(over) or 'none'}"
    )
    return over


if __name__ == "__main__":
    sys.exit(main())
