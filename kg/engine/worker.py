"""Answers queries in a process of its own, which can be killed: pyoxigraph has no time limit and no cancel.

Started by `kg.engine.process`. In: lines of JSON on standard input, one request at a time (`kg.engine.process.Request`). Out: for each
request lines of JSON on standard output. Where the request names no file:

    ["select", [variable, …]]   then   ["row", [term or null, …]] …
    ["ask", true]
    ["construct"]               then   ["triple", [term, term, term]] …
    ["end", truncated]          or     ["error", kind, message]

Where it asks for rows that are packed, the lines between are ["packed", size] and so many bytes of the W3C's JSON of results.

A term is ["i", iri], ["b", label], ["l", text], ["l", text, datatype], ["l", text, null, language] or ["t", s, p, o]. Where it names a
file, the answer is written there in one of the formats of `kg.engine.results`, and the line is

    ["done", format, number of rows or triples, truncated]
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from itertools import islice
from queue import SimpleQueue
from typing import Any, BinaryIO, TextIO

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, Store, Triple

from kg.engine.results import GRAPHS, ROWS, write_boolean, write_graph, write_rows

_STRING = "http://www.w3.org/2001/XMLSchema#string"

Result = QuerySolutions | QueryTriples | QueryBoolean


def main() -> None:
    """Answer one request after the other until the parent closes its end, then leave without tidying up: nothing is open for writing."""
    requests: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    opened, store = ("", ""), Store()
    while True:
        request = requests.get()
        try:
            wanted = (request["rdf"], request["state"])
            if wanted != opened:
                store = _open(request["rdf"])
                _limit_memory(request["memory"])  # anew: what an earlier state took is not all given back
                opened = wanted
            for part in _answer(store, request):
                _say(part)
        except (SyntaxError, _FormError, _SizeError, _StoreError, MemoryError, OSError, RuntimeError, ValueError) as error:
            _write(sys.stdout, ["error", _kind(error), str(error)])
        sys.stdout.flush()


def _kind(error: Exception) -> str:
    """What an error is called in the line that tells of it."""
    kinds: dict[str, tuple[type[Exception], ...]] = {
        "syntax": (SyntaxError, UnicodeError),  # UnicodeError: half a surrogate pair in the query
        "memory": (MemoryError,),
        "store": (_StoreError,),
        "format": (_FormError,),
        "size": (_SizeError,),
    }
    return next((kind for kind, types in kinds.items() if isinstance(error, types)), "failed")


class _StoreError(Exception):
    """The graph cannot be read."""


class _FormError(Exception):
    """No format that the answer could be written in was asked for; says what the answer is: "rows" or "graph"."""


class _SizeError(Exception):
    """The answer is larger than it may be."""


def _open(path: str) -> Store:
    try:
        return Store.read_only(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise _StoreError(str(error)) from error


def _answer(store: Store, request: dict[str, Any]) -> Iterator[list[Any] | bytes]:
    """The lines and bytes that answer a request, at most `limit` rows or triples of it; updates are not possible here."""
    result = store.query(
        request["query"],
        base_iri=request["base"],
        prefixes=request["prefixes"],
        use_default_graph_as_union=request["union"],
        default_graph=None if request["default"] is None else [*_graphs(request["default"])],
        named_graphs=None if request["named"] is None else [*_graphs(request["named"])],
    )
    limit = request["limit"]
    if request["file"] is not None:
        with open(request["file"], "wb") as file:  # noqa: PTH123 (pathlib is not loaded here, for speed)
            line = ["done", *_filed(result, file, request, limit)]
        yield line  # not before the file is closed: whoever reads it reads all of it
        return
    if isinstance(result, QueryBoolean):
        yield ["ask", bool(result)]
        yield ["end", False]
        return
    if request["packed"] and isinstance(result, QuerySolutions):
        data = result.serialize(format=QueryResultsFormat.JSON) or b""
        yield ["packed", len(data)]
        yield data
        yield ["end", False]
        return
    rows = _Counted(result, limit)
    if isinstance(result, QuerySolutions):
        yield ["select", _variables(result)]
        yield from (["row", [term and encode(term) for term in row]] for row in rows)
    else:
        yield ["construct"]
        yield from (["triple", [encode(term) for term in triple]] for triple in rows)
    yield ["end", rows.truncated]


def _filed(result: Result, file: BinaryIO, request: dict[str, Any], limit: int | None) -> tuple[str, int, bool]:
    """Write an answer to a file in the format that was asked for its form: that format, its rows or triples, whether there were more."""
    graph = not isinstance(result, QuerySolutions | QueryBoolean)
    format = request["graph_format" if graph else "rows_format"]
    if format not in (GRAPHS if graph else ROWS):
        raise _FormError("graph" if graph else "rows")
    out = _Bounded(file, request["size"])
    if isinstance(result, QueryBoolean):
        write_boolean(out, format, bool(result))
        return format, 1, False
    rows = _Counted(result, limit)
    if isinstance(result, QuerySolutions):
        write_rows(out, format, _variables(result), rows)
    else:
        write_graph(out, format, rows, request["prefixes"])
    return format, rows.number, rows.truncated


class _Counted:
    """The first `limit` members of a result; afterwards, how many there were and whether there are more."""

    def __init__(self, members: Any, limit: int | None) -> None:  # noqa: ANN401 (rows or triples)
        self._members = iter(members)
        self._limit = limit
        self.number = 0
        self.truncated = False

    def __iter__(self) -> Iterator[Any]:
        for member in islice(self._members, self._limit):
            self.number += 1
            yield member
        self.truncated = self._limit is not None and next(self._members, None) is not None


class _Bounded:
    """A file that takes so many bytes and no more."""

    def __init__(self, file: BinaryIO, size: int | None) -> None:
        self._file = file
        self._left = size

    def write(self, data: bytes, /) -> int:
        """Write all of `data`, or raise."""
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise _SizeError
        return self._file.write(data)

    def flush(self) -> None:
        """Hand on what is written."""
        self._file.flush()


def _variables(result: QuerySolutions) -> list[str]:
    return [variable.value for variable in result.variables]


def _graphs(iris: Sequence[str]) -> Iterator[NamedNode]:
    """The graphs with these IRIs."""
    return (NamedNode(iri) for iri in iris)


def encode(term: NamedNode | BlankNode | Literal | Triple) -> list[Any]:
    """A term as JSON can hold it."""
    match term:
        case NamedNode():
            return ["i", term.value]
        case BlankNode():
            return ["b", term.value]
        case Literal():
            if term.language:
                return ["l", term.value, None, term.language]
            datatype = term.datatype.value
            return ["l", term.value] if datatype == _STRING else ["l", term.value, datatype]
        case Triple():
            return ["t", encode(term.subject), encode(term.predicate), encode(term.object)]


def _say(part: list[Any] | bytes) -> None:
    if isinstance(part, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(part)
    else:
        _write(sys.stdout, part)


def _write(out: TextIO, line: list[Any]) -> None:
    out.write(json.dumps(line, separators=(",", ":")) + "\n")


def _receive(requests: SimpleQueue[dict[str, Any]]) -> None:
    """Hand over what the parent asks; end the process when it closes its end, however it came to that: the engine lets threads run."""
    rest = b""
    while True:
        part = os.read(0, 1 << 16)
        if not part:
            os._exit(3)
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            requests.put(json.loads(line))


def _limit_memory(more: int | None) -> None:
    """Let the address space grow by `more` bytes at most, where the platform can bound it; an excess ends the process."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if more is None:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + more, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (OSError, ValueError):  # no /proc; macOS refuses it; a lower hard limit stands already
        return


def _address_space() -> int:
    """Bytes of address space in use: some 500 MB before any query, nearly all of it reserved and never touched."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (pathlib is not loaded here, for speed)
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
