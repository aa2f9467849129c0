"""Runs a query in a child process that is killed at its deadline, on Ctrl-C, or when it takes too much memory."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.engine.failures import death, failure, timed_out
from kg.engine.request import COMMAND, WHOLE, Dataset, Request, environment
from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.store import Snapshot

Term = NamedNode | BlankNode | Literal | Triple

MEMORY = 2 << 30  # bytes that a query may take: ORDER BY over 4 million rows took 1.1 GB
_CHUNK = 1 << 18  # bytes read at once


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to one query; which of the fields is filled follows from its form."""

    variables: tuple[str, ...] = ()  # SELECT: names in projected order
    rows: tuple[tuple[Term | None, ...], ...] = ()  # SELECT: a cell per variable, None where it is unbound
    boolean: bool | None = None  # ASK
    triples: tuple[Triple, ...] | None = None  # CONSTRUCT and DESCRIBE, in the engine's order
    truncated: bool = False  # there was more than `limit`


def run_query(
    snapshot: Snapshot,
    sparql: str,
    *,
    timeout: float | None = None,
    limit: int | None = None,
    memory: int | None = MEMORY,
    prefixes: Mapping[str, str] | None = None,
    dataset: Dataset = WHOLE,
) -> QueryResult:
    """The answer of a snapshot to a SPARQL query.

    Args:
        snapshot: held open by the caller until the answer is there.
        sparql: SELECT, ASK, CONSTRUCT or DESCRIBE; updates are syntax errors here.
        timeout: seconds until the query is stopped; None waits for ever.
        limit: most rows or triples to take; `truncated` says whether there were more.
        memory: bytes that the query may take, where the platform can bound it; None for no bound.
        prefixes: prefixes that the query may use without declaring them.
        dataset: the graphs that it looks at.

    Raises:
        QueryError: the query cannot be parsed or evaluated, ran out of time or memory, or its process died.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    if dataset.union:  # the engine's own union counts a triple once for every graph
        folder, dataset = snapshot.plain_path, replace(dataset, union=False)
    else:
        folder = snapshot.rdf_path
    request = Request(str(folder.absolute()), sparql, prefixes or {}, limit, memory, dataset)
    try:
        worker = _start()
    except OSError as error:
        raise QueryError(f"the query could not be started: {error}", hint="close other programs and try again") from error
    try:
        _ask(worker, request)
        return _collect(_lines(worker, deadline, timeout, memory), sparql, frozenset(prefixes or ()))
    finally:
        _end(worker)


def _start() -> subprocess.Popen[bytes]:
    """A worker in a process group of its own, so that the terminal's Ctrl-C reaches us alone; we then kill it."""
    pipe = subprocess.PIPE
    return subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, process_group=0, env=environment())  # noqa: S603 (our own script)


def _ask(worker: subprocess.Popen[bytes], request: Request) -> None:
    assert worker.stdin is not None  # noqa: S101 (for the type checker: a pipe was asked for)
    try:
        view = memoryview(request.line())
        while view:
            view = view[worker.stdin.write(view) or 0 :]
    except BrokenPipeError:
        return  # it died at the start: `_lines` says why


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()
    for pipe in (worker.stdin, worker.stdout, worker.stderr):
        if pipe is not None:
            pipe.close()


def _lines(worker: subprocess.Popen[bytes], deadline: float | None, timeout: float | None, memory: int | None) -> Iterator[list[Any]]:
    """What the worker says, line by line, up to its end; raises when the deadline passes or it dies."""
    assert worker.stdout is not None  # noqa: S101 (for the type checker: a pipe was asked for)
    rest = b""
    while True:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and (left <= 0 or not select.select([worker.stdout], [], [], left)[0]):
            raise timed_out(timeout or 0)
        chunk = os.read(worker.stdout.fileno(), _CHUNK)
        if not chunk:
            raise death(worker.wait(), _last_words(worker), memory)
        *whole, rest = (rest + chunk).split(b"\n")
        for text in whole:
            line = json.loads(text)
            yield line
            if line[0] in ("end", "error"):
                return


def _last_words(worker: subprocess.Popen[bytes]) -> str:
    assert worker.stderr is not None  # noqa: S101 (for the type checker: a pipe was asked for)
    return worker.stderr.read().decode("utf-8", "replace")


def _collect(lines: Iterator[list[Any]], sparql: str, known: frozenset[str]) -> QueryResult:
    form, *rest = next(lines)
    if form == "error":
        raise failure(sparql, known, *rest)
    items: list[tuple[Term | None, ...]] = []
    for kind, *values in lines:
        if kind == "error":
            raise failure(sparql, known, *values)
        if kind == "end":
            break
        items.append(tuple(term and _decode(term) for term in values[0]))
    truncated = kind == "end" and values[0]
    if form == "select":
        return QueryResult(variables=tuple(rest[0]), rows=tuple(items), truncated=truncated)
    if form == "ask":
        return QueryResult(boolean=rest[0])
    return QueryResult(triples=tuple(Triple(*item) for item in items), truncated=truncated)  # type: ignore[arg-type]


def _decode(term: list[Any]) -> Term:
    """The term that `worker.encode` wrote."""
    match term:
        case ["i", iri]:
            return NamedNode(iri)
        case ["b", label]:
            return BlankNode(label)
        case ["l", text]:
            return Literal(text)
        case ["l", text, None, language]:
            return Literal(text, language=language)
        case ["l", text, datatype]:
            return Literal(text, datatype=NamedNode(datatype))
        case [_, s, p, o]:
            return Triple(_decode(s), _decode(p), _decode(o))  # type: ignore[arg-type]
    raise AssertionError(term)
