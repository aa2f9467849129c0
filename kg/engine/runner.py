"""Runs a query in a child process that is killed at its deadline, on Ctrl-C, or when it takes too much memory."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import QueryError
from kg.store import Snapshot

Term = NamedNode | BlankNode | Literal | Triple

MEMORY = 2 << 30  # bytes that a query may take: ORDER BY over 4 million rows took 1.1 GB
_WORKER = Path(__file__).with_name("worker.py")
_CHUNK = 1 << 18  # bytes read at once
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)  # as pyoxigraph says it: "error at 1:25: expected …"
_NO_CODE = re.compile(r"""<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#[^\n]*""")  # IRIs, strings, comments
_PREFIX_USE = re.compile(r"(?<![\w:.?$-])([A-Za-z_][\w-]*):")  # `ex:p`, not `?ex:p`
_PREFIX_DECLARED = re.compile(r"\bPREFIX\s+([\w-]+):", re.IGNORECASE)
_LIMITED = "narrow the query, add LIMIT"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Which graphs a query looks at, as SPARQL 1.1 Protocol section 2.1.4 lets a request say; all of the store where nothing is said."""

    default: tuple[str, ...] | None = None  # IRIs of the graphs that make the default graph
    named: tuple[str, ...] | None = None  # IRIs of the graphs that GRAPH can name
    union: bool = False  # the default graph is that of the store with all named ones


WHOLE = Dataset()


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
    request = {
        "rdf": str(snapshot.rdf_path.absolute()), "query": sparql, "prefixes": dict(prefixes or {}),
        "limit": limit, "memory": memory,
        "default": dataset.default, "named": dataset.named, "union": dataset.union,
    }  # fmt: skip
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
    command = [sys.executable, "-P", str(_WORKER)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, process_group=0)  # noqa: S603 (our own script)


def _ask(worker: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
    assert worker.stdin is not None  # noqa: S101 (for the type checker: a pipe was asked for)
    try:
        view = memoryview(json.dumps(request).encode() + b"\n")
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
            raise QueryError(f"the query was stopped after {timeout:g} s", hint=f"{_LIMITED}, or give it more time with --timeout")
        chunk = os.read(worker.stdout.fileno(), _CHUNK)
        if not chunk:
            raise _death(worker, memory)
        *whole, rest = (rest + chunk).split(b"\n")
        for text in whole:
            line = json.loads(text)
            yield line
            if line[0] in ("end", "error"):
                return


def _collect(lines: Iterator[list[Any]], sparql: str, known: frozenset[str]) -> QueryResult:
    form, *rest = next(lines)
    if form == "error":
        raise _failure(sparql, known, *rest)
    items: list[tuple[Term | None, ...]] = []
    for kind, *values in lines:
        if kind == "error":
            raise _failure(sparql, known, *values)
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


def _failure(sparql: str, known: frozenset[str], kind: str, message: str) -> QueryError:
    hint = "change the query; `kg query --list` shows queries that work"
    if kind == "syntax":
        return QueryError(f"the query cannot be parsed: {_in_words(message, sparql, known)}", hint=hint)
    if kind == "memory":
        return _out_of_memory()
    return QueryError(f"the query failed: {message.splitlines()[0] if message else kind}", hint=hint)


def _in_words(message: str, sparql: str, known: frozenset[str]) -> str:
    """A parser's message as a sentence: where, which words stand there, and the keywords that could."""
    found = _POSITION.fullmatch(message)
    if found is None:
        return " ".join(message.split())[:200]
    line, column, what = int(found[1]), int(found[2]), found[3]
    used, declared = _PREFIX_USE.findall(_NO_CODE.sub(" ", sparql)), _PREFIX_DECLARED.findall(sparql)
    undeclared = sorted(set(used) - set(declared) - known - {"_"})
    near = sparql.split("\n")[line - 1][max(0, column - 20) : column + 10].strip()
    where = f"line {line}, column {column}, near {near!r}"
    if undeclared:
        return f"{where}: prefix {undeclared[0]!r} is not declared"
    wanted = [word for word in what.removeprefix("expected ").removeprefix("one of ").split(", ") if word.isalpha()]
    return f"{where}: expected {', '.join(wanted[:8])}" if wanted else f"{where}: this is not SPARQL"


def _death(worker: subprocess.Popen[bytes], memory: int | None) -> QueryError:
    """Why a worker ended without an answer, from its last words and exit code."""
    assert worker.stderr is not None  # noqa: S101 (for the type checker: a pipe was asked for)
    words = worker.stderr.read().decode("utf-8", "replace")
    code = worker.wait()
    starved = re.search(r"memory allocation|bad_alloc|MemoryError|Cannot allocate|out of memory", words)
    if starved or (memory is not None and code in (-signal.SIGABRT, -signal.SIGSEGV)):
        return _out_of_memory(memory)
    last = words.strip().rsplit("\n", 1)[-1][:200]
    return QueryError(
        f"the query's process died (exit code {code}){': ' + last if last else ''}", hint="try again; `kg doctor` checks the store"
    )


def _out_of_memory(memory: int | None = None) -> QueryError:
    bound = "" if memory is None else f" ({memory / 2**20:.0f} MB)"
    return QueryError(f"the query needs more memory than it may take{bound}", hint=f"{_LIMITED}, or sort and group fewer rows")
