"""Answers of a store as terms: rows, yes or no, triples; strict, so that half an answer is never taken for a whole one."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import httpx
from pyoxigraph import Literal, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from kg.engine.runner import QueryResult
from kg.errors import QueryError
from kg.remote import failures

ASKED = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
TRIPLES = "application/n-triples, text/turtle;q=0.5"  # Virtuoso writes decimals without a point as integers in Turtle
LARGEST = 256 << 20  # bytes of an answer that is held in memory
_BUFFER = 1 << 16
_ROWS = {"application/sparql-results+json": QueryResultsFormat.JSON, "application/sparql-results+xml": QueryResultsFormat.XML}
_GRAPHS = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE, "text/plain": RdfFormat.N_TRIPLES}
_ASK_OF_VIRTUOSO = "__ASK_RETVAL"  # its answer to ASK is a row with this one cell, 1 or 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an answer is taken."""

    deadline: float | None = None  # of time.monotonic()
    seconds: float | None = None  # that were given, for words
    size: int | None = LARGEST  # bytes; None for what is not held in memory


def is_answer(response: httpx.Response) -> bool:
    """Whether the answer is rows or a truth value in a form that we read."""
    return _kind(response) in _ROWS


def read(response: httpx.Response, *, limit: int | None, limits: Limits) -> QueryResult:
    """What a query is answered with.

    Args:
        response: a success.
        limit: most rows or triples; `truncated` of the result says whether there are more.
        limits: when to stop.

    Raises:
        QueryError: time ran out, or there is more than may be held in memory.
        RemoteError: the answer is cut short, or none.
    """
    if _kind(response) in _GRAPHS:
        found = list(islice(triples(response, limits), None if limit is None else limit + 1))
        return QueryResult(triples=tuple(found[:limit]), truncated=limit is not None and len(found) > limit)
    with _strictly(response):
        answer = _parsed(response, limits)
        if isinstance(answer, QueryBoolean):
            return QueryResult(boolean=bool(answer))
        variables = tuple(variable.value for variable in answer.variables)
        rows = [tuple(row) for row in islice(answer, None if limit is None else limit + 1)]
    if variables == (_ASK_OF_VIRTUOSO,):
        return QueryResult(boolean=[cell.value for row in rows for cell in row if isinstance(cell, Literal)] == ["1"])
    truncated = limit is not None and len(rows) > limit
    _check_whole(response, len(rows), truncated=truncated)
    return QueryResult(variables=variables, rows=tuple(rows[:limit]), truncated=truncated)


def triples(response: httpx.Response, limits: Limits) -> Iterator[Triple]:
    """The triples of an answer, as they come.

    Raises:
        QueryError, RemoteError: as `read` does.
    """
    _check_state(response)
    format = _GRAPHS.get(_kind(response))
    if format is None:
        raise failures.not_rdf(response, "RDF")
    with _strictly(response):
        for quad in parse(_stream(response, limits), format=format):
            yield quad.triple


def _parsed(response: httpx.Response, limits: Limits) -> QuerySolutions | QueryBoolean:
    _check_state(response)
    format = _ROWS.get(_kind(response))
    if format is None:
        raise failures.not_rdf(response, "results of a query")
    answer = parse_query_results(_stream(response, limits), format=format)
    assert isinstance(answer, QuerySolutions | QueryBoolean)  # noqa: S101 (for the type checker: the formats hold nothing else)
    return answer


@contextmanager
def _strictly(response: httpx.Response) -> Iterator[None]:
    """Tell what cannot be parsed as half an answer."""
    try:
        yield
    except (SyntaxError, ValueError, OSError) as error:
        raise failures.cut(response.url, str(error)) from error


def _check_state(response: httpx.Response) -> None:
    """Refuse what Virtuoso cut short at its own time limit: the header is the only sign."""
    if "x-sql-state" in response.headers:
        raise failures.partial(response.url, f"{response.headers['x-sql-state']} {response.headers.get('x-sql-message', '')}")


def _check_whole(response: httpx.Response, rows: int, *, truncated: bool) -> None:
    """Refuse as many rows as Virtuoso gives at most: there may be more, and nobody would know."""
    most = response.headers.get("x-sparql-maxrows", "")
    if most.isdecimal() and rows >= int(most) and not truncated:
        raise failures.partial(response.url, f"{most} rows are its most")


def _kind(response: httpx.Response) -> str:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().casefold()


def _stream(response: httpx.Response, limits: Limits) -> io.BufferedReader:
    return io.BufferedReader(_Body(response, limits), _BUFFER)


class _Body(io.RawIOBase):
    """The body of an answer as a file, within limits of time and size."""

    def __init__(self, response: httpx.Response, limits: Limits) -> None:
        super().__init__()
        self._chunks = response.iter_bytes()
        self._limits = limits
        self._rest = b""
        self._taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer has no place in 3.11
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._check(len(chunk))
            self._rest = chunk
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

    def _check(self, more: int) -> None:
        self._taken += more
        if self._limits.deadline is not None and time.monotonic() > self._limits.deadline:
            raise late(self._limits.seconds)
        if self._limits.size is not None and self._taken > self._limits.size:
            raise QueryError(f"the answer is larger than {self._limits.size >> 20} MB", hint="narrow the query, or add LIMIT")


def late(seconds: float | None) -> QueryError:
    """That a query ran out of time."""
    return QueryError(
        f"the query was stopped after {seconds or 0:g} s", hint="narrow the query, add LIMIT, or give it more time with --timeout"
    )
