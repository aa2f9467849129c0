"""Why a query has no answer, in words for people."""

from __future__ import annotations

import re
import signal

from kg.errors import QueryError, QueryLimitError
from kg.vocab import NAMESPACES

_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)  # as pyoxigraph says it: "error at 1:25: expected …"
_NO_CODE = re.compile(r"""<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#[^\n]*""")  # IRIs, strings, comments
_PREFIX_USE = re.compile(r"(?<![\w:.?$-])([A-Za-z_][\w-]*):")  # `ex:p`, not `?ex:p`
_PREFIX_DECLARED = re.compile(r"\bPREFIX\s+([\w-]+):", re.IGNORECASE)
_LIMITED = "narrow the query, add LIMIT"


def timed_out(timeout: float) -> QueryLimitError:
    """The query ran longer than it may."""
    return QueryLimitError(f"the query was stopped after {timeout:g} s", hint=f"{_LIMITED}, or give it more time with --timeout")


def too_large(size: int) -> QueryLimitError:
    """The answer has more bytes than it may."""
    return QueryLimitError(f"the answer is larger than {size / 2**20:.0f} MB", hint=f"{_LIMITED}, or ask for fewer variables")


def failure(sparql: str, known: frozenset[str], kind: str, message: str) -> QueryError:
    """What a worker's error line says: `kind` and `message` of it; `known` are the prefixes that need no declaration."""
    hint = "change the query; `kg query --list` shows queries that work"
    if kind == "syntax":
        missing = _undeclared(sparql, known) if _POSITION.fullmatch(message) else []
        if missing and missing[0] in NAMESPACES:
            hint = f"begin it with PREFIX {missing[0]}: <{NAMESPACES[missing[0]]}>"
        return QueryError(f"the query cannot be parsed: {_in_words(message, sparql, known)}", hint=hint)
    if kind == "memory":
        return out_of_memory()
    return QueryError(f"the query failed: {message.splitlines()[0] if message else kind}", hint=hint)


def _in_words(message: str, sparql: str, known: frozenset[str]) -> str:
    """A parser's message as a sentence: where, which words stand there, and the keywords that could."""
    found = _POSITION.fullmatch(message)
    if found is None:
        return " ".join(message.split())[:200]
    line, column, what = int(found[1]), int(found[2]), found[3]
    undeclared = _undeclared(sparql, known)
    near = sparql.split("\n")[line - 1][max(0, column - 20) : column + 10].strip()
    where = f"line {line}, column {column}, near {near!r}"
    if undeclared:
        return f"{where}: prefix {undeclared[0]!r} is not declared"
    wanted = [word for word in what.removeprefix("expected ").removeprefix("one of ").split(", ") if word.isalpha()]
    return f"{where}: expected {', '.join(wanted[:8])}" if wanted else f"{where}: this is not SPARQL"


def _undeclared(sparql: str, known: frozenset[str]) -> list[str]:
    used, declared = _PREFIX_USE.findall(_NO_CODE.sub(" ", sparql)), _PREFIX_DECLARED.findall(sparql)
    return sorted(set(used) - set(declared) - known - {"_"})


def death(code: int, words: str, memory: int | None) -> QueryError:
    """Why a worker ended without an answer, from its exit code and last words; `memory` is what it might take, in bytes."""
    starved = re.search(r"memory allocation|bad_alloc|MemoryError|Cannot allocate|out of memory", words)
    if starved or (memory is not None and code in (-signal.SIGABRT, -signal.SIGSEGV)):
        return out_of_memory(memory)
    last = words.strip().rsplit("\n", 1)[-1][:200]
    return QueryError(
        f"the query's process died (exit code {code}){': ' + last if last else ''}", hint="try again; `kg doctor` checks the store"
    )


def out_of_memory(memory: int | None = None) -> QueryLimitError:
    """The query's process could not get what it asked for; `memory` is what it might take, in bytes."""
    bound = "" if memory is None else f" ({memory / 2**20:.0f} MB)"
    return QueryLimitError(f"the query needs more memory than it may take{bound}", hint=f"{_LIMITED}, or sort and group fewer rows")
