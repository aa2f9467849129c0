"""One query in a process of its own, which can be killed: pyoxigraph has no time limit and no cancel.

Started by `kg.engine.runner` as a script; imports nothing of `kg`, so that it starts quickly. In: one line of JSON on standard
input (rdf, query, prefixes, limit, memory, default, named, union), then nothing until the parent has its answer. Out: lines of JSON on standard output:

    ["select", [variable, …]]   then   ["row", [term or null, …]] …
    ["ask", true]
    ["construct"]               then   ["triple", [term, term, term]] …
    ["end", truncated]          or     ["error", kind, message]

A term is ["i", iri], ["b", label], ["l", text], ["l", text, datatype], ["l", text, null, language] or ["t", s, p, o].
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any, TextIO

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, Store, Triple

_STRING = "http://www.w3.org/2001/XMLSchema#string"


def main() -> None:
    """Answer the one request, then leave without tidying up: that is quicker, and nothing is open for writing."""
    request = json.loads(_read_line())
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    out = sys.stdout
    try:
        store = Store.read_only(request["rdf"])
        _limit_memory(request["memory"])
        for line in answer(store, request, request["limit"]):
            _write(out, line)
    except (SyntaxError, UnicodeError) as error:  # UnicodeError: half a surrogate pair in the query
        _write(out, ["error", "syntax", str(error)])
    except MemoryError:
        _write(out, ["error", "memory", ""])
    except (OSError, RuntimeError, ValueError) as error:
        _write(out, ["error", "failed", str(error)])
    out.flush()
    os._exit(0)


def answer(store: Store, request: dict[str, Any], limit: int | None) -> Iterator[list[Any]]:
    """The lines that answer a query, at most `limit` rows or triples; updates are not possible here."""
    result = store.query(
        request["query"],
        prefixes=request["prefixes"],
        use_default_graph_as_union=request["union"],
        default_graph=None if request["default"] is None else [*_graphs(request["default"])],
        named_graphs=None if request["named"] is None else [*_graphs(request["named"])],
    )
    if isinstance(result, QueryBoolean):
        yield ["ask", bool(result)]
        yield ["end", False]
        return
    if isinstance(result, QuerySolutions):
        yield ["select", [variable.value for variable in result.variables]]
        rows: Iterator[list[Any]] = (["row", [term and encode(term) for term in row]] for row in result)
    else:
        yield ["construct"]
        rows = (["triple", [encode(term) for term in triple]] for triple in result)
    for number, row in enumerate(rows):
        if number == limit:
            yield ["end", True]
            return
        yield row
    yield ["end", False]


def _graphs(iris: list[str]) -> Iterator[NamedNode]:
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


def _write(out: TextIO, line: list[Any]) -> None:
    out.write(json.dumps(line, separators=(",", ":")) + "\n")


def _read_line() -> bytes:
    """The bytes of standard input up to the first line feed, read without a buffer that would swallow more."""
    parts: list[bytes] = []
    while not parts or not parts[-1].endswith(b"\n"):
        part = os.read(0, 1 << 16)
        if not part:
            os._exit(3)  # the parent went away before it had asked
        parts.append(part)
    return b"".join(parts)


def _leave_with_parent() -> None:
    """End the process when the parent closes its end, however it came to that; the engine lets other threads run."""
    while os.read(0, 1):
        pass
    os._exit(3)


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
        limit = _address_space() + more
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (OSError, ValueError):  # no /proc; macOS refuses it; a lower hard limit stands already
        return


def _address_space() -> int:
    """Bytes of address space in use: some 500 MB before any query, nearly all of it reserved and never touched."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (pathlib is not loaded here, for speed)
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
