"""Runs queries in a child process that is killed at its deadline, on Ctrl-C, or when it takes too much memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from kg.engine.failures import failure
from kg.engine.kept import Kept, started
from kg.engine.request import WHOLE, Dataset, Request
from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.store import Snapshot

Term = NamedNode | BlankNode | Literal | Triple

MEMORY = 2 << 30  # bytes that a query may take: ORDER BY over 4 million rows took 1.1 GB


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to one query; which of the fields is filled follows from its form."""

    variables: tuple[str, ...] = ()  # SELECT: names in projected order
    rows: tuple[tuple[Term | None, ...], ...] = ()  # SELECT: a cell per variable, None where it is unbound
    boolean: bool | None = None  # ASK
    triples: tuple[Triple, ...] | None = None  # CONSTRUCT and DESCRIBE, in the engine's order
    truncated: bool = False  # there was more than `limit`


class Runner:
    """Asks one query after the other; a context manager. The process that gave a whole answer is kept for the next question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: Kept | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self) -> None:
        """Let a process start where none waits, so that it is ready when the query is; whether it could be, the query finds out."""
        try:
            self._put(self._take(MEMORY))
        except OSError:
            return

    def close(self) -> None:
        """End the process that waits."""
        with self._lock:
            idle, self._idle = self._idle, None
        if idle is not None:
            idle.end()

    def _take(self, memory: int | None) -> Kept:
        """A process that nobody else asks meanwhile."""
        with self._lock:
            idle, self._idle = self._idle, None
        if idle is not None and idle.fits(memory):
            return idle
        if idle is not None:
            idle.end()
        return started()

    def _put(self, worker: Kept) -> None:
        with self._lock:
            other, self._idle = self._idle, worker
        if other is not None:
            other.end()

    def run(
        self,
        snapshot: Snapshot,
        sparql: str,
        *,
        timeout: float | None = None,
        limit: int | None = None,
        memory: int | None = MEMORY,
        prefixes: Mapping[str, str] | None = None,
        dataset: Dataset = WHOLE,
    ) -> QueryResult:
        """The answer of a snapshot to a query; arguments and errors as in `run_query`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        if dataset.union:  # the engine's own union counts a triple once for every graph
            folder, dataset = snapshot.plain_path, replace(dataset, union=False)
        else:
            folder = snapshot.rdf_path
        found = folder.stat() if folder.exists() else None  # a store that took the place of another has its own folder
        state = "" if found is None else f"{found.st_dev} {found.st_ino} {found.st_mtime_ns} {snapshot.fingerprint}"
        request = Request(str(folder.absolute()), sparql, prefixes or {}, limit, memory, dataset, state=state, packed=limit is None)
        try:
            worker = self._take(memory)
        except OSError as error:
            raise QueryError(f"the query could not be started: {error}", hint="close other programs and try again") from error
        try:
            worker.ask(request, timeout, deadline)
            result = _collected(worker, sparql, frozenset(prefixes or ()))
        except BaseException:  # Ctrl-C too
            worker.end()
            raise
        self._put(worker)
        return result


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
    with Runner() as runner:
        return runner.run(snapshot, sparql, timeout=timeout, limit=limit, memory=memory, prefixes=prefixes, dataset=dataset)


def _collected(worker: Kept, sparql: str, known: frozenset[str]) -> QueryResult:
    """The answer that a worker gives, up to its last line."""

    def line() -> list[Any]:
        said = worker.line()
        if said[0] == "error":
            raise failure(sparql, known, *said[1:])
        return said

    form, *rest = line()
    if form == "packed":
        rows = _unpacked(worker.data(rest[0]))
        line()
        return rows
    items: list[tuple[Term | None, ...]] = []
    kind, *values = line()
    while kind != "end":
        items.append(tuple(term and _decode(term) for term in values[0]))
        kind, *values = line()
    truncated = values[0]
    if form == "select":
        return QueryResult(variables=tuple(rest[0]), rows=tuple(items), truncated=truncated)
    if form == "ask":
        return QueryResult(boolean=rest[0])
    return QueryResult(triples=tuple(Triple(*item) for item in items), truncated=truncated)  # type: ignore[arg-type]


def _unpacked(data: bytes) -> QueryResult:
    """The rows that the engine wrote as JSON: it reads them again in a fifth of the time that it takes here."""
    solutions = parse_query_results(data, format=QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 (for the type checker: only rows are packed)
    return QueryResult(variables=tuple(variable.value for variable in solutions.variables), rows=tuple(tuple(row) for row in solutions))


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
