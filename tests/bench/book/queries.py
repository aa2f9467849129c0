"""The library's queries through `kg.open(…).query`, in a process that can be stopped, beside the bare engine here and beside rdflib.

Each is asked of a synthetic graph of a million triples with the parameters that it needs: for each kind the thing that most triples name.
`python -m tests.bench.book.queries [PAPERS]` prints every query.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import rdflib
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, Triple, serialize
from rdflib.query import ResultRow

import kg
from kg import vocab
from kg.errors import QueryLimitError
from kg.queries import KINDS, PAPER, Query, library
from tests.bench import synthetic_graph
from tests.bench.book.measuring import Measure, side_by_side

PAPERS = 2760  # a million triples
_TIMES = 12  # as long as ours rdflib may take, and a second, at most _MOST: then it is stopped, and counted with that
_MOST = 10.0  # seconds
_LONG = 1.0  # seconds from which a query is asked once by each, after one that warms up
_VALUES = {"string": "a", "integer": "2", "decimal": "0.9"}


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of one query."""

    name: str
    rows: int
    ours: float
    engine: float
    rdflib: float
    stopped: bool  # rdflib was


def answers(papers: int) -> Iterator[Took]:
    """Every query of the library but those that meet a limit of ours, with medians of five, or once where it takes long; rdflib answers once."""
    graph = synthetic_graph.triples(papers)
    things = _things(graph)
    slow = rdflib.Graph()
    lines = serialize(graph, format=RdfFormat.N_TRIPLES)
    assert lines is not None
    slow.parse(data=lines, format="nt")
    del graph, lines
    with tempfile.TemporaryDirectory() as home:
        synthetic_graph.store(Path(home) / "store", papers)
        with kg.open(Path(home) / "store") as opened:
            (plain,) = (Path(home) / "store").glob("snapshots/*/rdf")
            engine = Store.read_only(str(plain))
            for query in library().values():
                params = _params(query, things)
                sparql = opened.sparql(query.name, params)
                begun = time.perf_counter()
                try:
                    rows = len(opened.query(query.name, params=params, timeout=None).rows)
                except QueryLimitError as error:
                    print(f"{query.name}: {error}", file=sys.stderr)
                    continue
                ask = partial(opened.query, query.name, params=params, timeout=None)
                if time.perf_counter() - begun < _LONG:
                    ours, bare = side_by_side(ask, partial(_rows, engine, sparql))
                else:
                    ours, bare = _seconds(ask), _seconds(partial(_rows, engine, sparql))
                theirs, stopped = _of_rdflib(slow, sparql, min(ours * _TIMES + 1, _MOST))
                yield Took(query.name, rows, ours, bare, theirs, stopped)


def measures() -> Iterator[Measure]:
    """Medians over the library of the ratios, as one row each."""
    took = list(answers(PAPERS))
    ours = statistics.median(one.ours for one in took)
    engine = statistics.median(one.ours / one.engine for one in took)
    others = statistics.median(one.rdflib / one.ours for one in took)
    stopped = sum(one.stopped for one in took)
    size = f"{len(took)} of {len(library())} queries, 1,000,000 triples"
    yield Measure("Library queries, median", size, ours, "pyoxigraph in process, median ratio", ours / engine, "≤ 1.2")
    yield Measure(
        "Library queries, median",
        size,
        ours,
        f"rdflib in memory, median ratio ({stopped} stopped at {_TIMES}× or {_MOST:.0f} s)",
        ours * others,
        "≤ 0.1",
    )


def _things(graph: Sequence[Triple]) -> Mapping[str, list[str]]:
    """By type the IRIs of its things, those that most triples name first; of papers any, since none names them."""
    counts = Counter(t.object for t in graph if isinstance(t.object, NamedNode))
    counts.update(dict.fromkeys((t.subject for t in graph if isinstance(t.subject, NamedNode)), 0))
    folders = {f"{vocab.BASE}{folder}/": str(type_) for type_, folder in vocab.FOLDER.items()} | {f"{vocab.BASE}paper/": PAPER}
    found: dict[str, list[str]] = {}
    for thing, _ in counts.most_common():
        folder, name = thing.value[: thing.value.rfind("/") + 1], thing.value
        if folder in folders and "#" not in name:
            found.setdefault(folders[folder], []).append(name)
    return found


def _params(query: Query, things: Mapping[str, list[str]]) -> dict[str, str]:
    """Values for the parameters that a query needs."""
    found: dict[str, str] = {}
    for number, param in enumerate(param for param in query.params if param.required):
        if param.kind in _VALUES:
            found[param.name] = _VALUES[param.kind]
        else:
            type_ = next(type_ for type_ in ("Method", *KINDS[param.kind], PAPER) if type_ in KINDS[param.kind])
            found[param.name] = things[type_][number]
    return found


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _rows(engine: Store, sparql: str) -> list[tuple[object, ...]]:
    prefixes = {**vocab.NAMESPACES, **vocab.data_prefixes(vocab.BASE)}
    return [tuple(row) for row in cast("QuerySolutions", engine.query(sparql, prefixes=prefixes))]


def _of_rdflib(graph: rdflib.Graph, sparql: str, most: float) -> tuple[float, bool]:
    """Seconds that rdflib takes, in a fork of this process that ends after `most`, and whether it was ended."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_ask, args=(graph, sparql, there))
    process.start()
    stopped = not here.poll(most)
    if stopped:
        process.kill()
    process.join()
    return (most, True) if stopped else (here.recv(), False)


def _ask(graph: rdflib.Graph, sparql: str, told: Connection) -> None:
    begun = time.perf_counter()
    names = {**vocab.NAMESPACES, **vocab.data_prefixes(vocab.BASE)}
    for row in graph.query(sparql, initNs=names):
        assert isinstance(row, ResultRow)
    told.send(time.perf_counter() - begun)


if __name__ == "__main__":
    for one in answers(int(sys.argv[1]) if len(sys.argv) > 1 else PAPERS):
        mark = ">" if one.stopped else " "
        print(
            f"{one.name:24} {one.rows:8} rows {one.ours:8.4f} s, engine {one.engine:8.4f} s: {one.ours / one.engine:5.2f};"
            f" rdflib {mark}{one.rdflib / one.ours:7.1f} times",
            flush=True,
        )
