"""`kg serve` as a process of its own, what it uses, and questions whose answers are known."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import processes
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

from kg import vocab
from kg.queries import Param, library, parse_term
from kg.store import Snapshot, open_snapshot

_ADDRESS = re.compile(r"http://\S+?:(\d+)/")
KG = (sys.executable, "-c", "from kg.cli import main; main()")  # the command, whatever PATH holds
_PER_KIND = 3  # things of a kind that take the place of a parameter


class Server:
    """A running `kg serve`."""

    def __init__(self, process: subprocess.Popen[str], port: int, answers: Path) -> None:
        self.process = process
        self.port = port
        self.address = f"http://127.0.0.1:{port}/"
        self.answers = answers  # folder of its temporary files

    def children(self) -> list[int]:
        """Its processes that answer queries."""
        return processes.children(self.process.pid)

    def memory(self) -> tuple[int, int]:
        """Bytes in memory of the server, and of its children."""
        return processes.resident(self.process.pid), sum(processes.resident(pid) for pid in self.children())

    def left_over(self) -> list[str]:
        """Temporary files of answers."""
        return [str(path) for path in self.answers.glob("kg-answers-*/*")]

    def end(self, how: signal.Signals = signal.SIGTERM, *, wait: float = 10) -> tuple[int, str]:
        """Its exit code, and what it said in the meantime."""
        self.process.send_signal(how)
        said = self.process.communicate(timeout=wait)[1]
        return self.process.returncode, said


@contextmanager
def served(store: str | Path, scratch: Path, *options: str) -> Iterator[Server]:
    """A server of a store; `scratch` is the folder of its temporary files."""
    scratch.mkdir(parents=True, exist_ok=True)
    command = [*KG, "serve", "--store", str(store), "--port", "0", *options]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env={**os.environ, "TMPDIR": str(scratch)}
    )
    assert process.stderr is not None
    try:
        found = _ADDRESS.search(process.stderr.readline())
        assert found, process.stderr.read()
        yield Server(process, int(found[1]), scratch)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


Term = NamedNode | Literal
Rows = Counter[tuple[str | None, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """A query of the library with things of the store in the place of its parameters."""

    name: str
    sparql: str  # with all prefixes declared

    def answer(self, store: Store) -> Rows | bool:
        """What the engine answers in this process: rows, each as often as it comes."""
        result = store.query(self.sparql)
        if isinstance(result, QueryBoolean):
            return bool(result)
        assert not isinstance(result, QueryTriples)
        return rows(result)


def rows(result: QuerySolutions) -> Rows:
    """The rows of an answer as text, each as often as it comes."""
    return Counter(tuple(None if term is None else str(term) for term in row) for row in result)


def questions(store: str | Path, *, most: int = 10_000) -> list[Question]:
    """Every query of the library that can be asked of a store, on several things, where its answer has at most so many rows."""
    found: dict[str, Question] = {}
    with open_snapshot(store) as snapshot:
        for name, query in library().items():
            for turn in range(_PER_KIND if query.params else 1):
                values = {param.name: _value(snapshot, param, turn) for param in query.params if param.required or not turn % 2}
                given = {name: value for name, value in values.items() if value is not None}
                if any(param.required and param.name not in given for param in query.params):
                    continue
                sparql = query.bind(given)
                found.setdefault(sparql, Question(name, _declared(sparql, snapshot)))
    return [question for question in found.values() if _size(question, store) <= most]


def _size(question: Question, store: str | Path) -> int:
    with open_snapshot(store) as snapshot:
        answer = question.answer(snapshot.store)
        return answer.total() if isinstance(answer, Counter) else 1


def _declared(sparql: str, snapshot: Snapshot) -> str:
    """The query with every prefix declared that it uses without saying so."""
    known = {**vocab.NAMESPACES, **vocab.data_prefixes(snapshot.base)}
    missing = [name for name in known if f"{name}:" in sparql and not re.search(rf"PREFIX\s+{re.escape(name)}:", sparql)]
    return "".join(f"PREFIX {name}: <{known[name]}>\n" for name in missing) + sparql


def _value(snapshot: Snapshot, param: Param, turn: int) -> Term | None:
    """A thing of the store, of the kind that the parameter takes: the most named ones, then others; None where there is none."""
    if param.kind in ("integer", "decimal"):
        return parse_term(("1", "2", "3")[turn], param.kind)
    if param.kind == "Property":
        return parse_term(("uses", "introduces", "evaluatesOn")[turn], param.kind)
    type = param.types[turn % len(param.types)] if param.types else None
    if type is None:
        return None
    things = _things(snapshot, type)
    at = turn + (param.name == "other")  # two parameters of a query are two things
    return things[at] if at < len(things) else None


def _things(snapshot: Snapshot, type: str) -> list[NamedNode]:
    classes = {"Paper": "http://purl.org/spar/fabio/ResearchPaper", "Dataset": "https://schema.org/Dataset"}
    of = classes.get(type, "")
    pattern = f"?thing a <{of}>" if of else f'?thing a ?type FILTER(STRENDS(STR(?type), "{_ENDINGS.get(type, type)}"))'
    sparql = f"SELECT ?thing (COUNT(?from) AS ?n) {{ {pattern} OPTIONAL {{ ?from ?p ?thing }} }} GROUP BY ?thing ORDER BY DESC(?n) ?thing LIMIT 4"
    result = snapshot.store.query(sparql)
    assert isinstance(result, QuerySolutions)
    return [row["thing"] for row in result if isinstance(row["thing"], NamedNode)]


_ENDINGS = {"Organisation": "Organization", "Task": "Task"}
