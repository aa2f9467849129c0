"""Graphs as the order of a file asks for them: triples in memory, or a store whose subjects lie sorted in a file meanwhile."""

from __future__ import annotations

import errno
import marshal
import sqlite3
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from kg.export.ordering import Facts, Section, Spelled, facts, ordered, spell
from kg.export.selection import Index, Node, Term

_CACHE = 48_000  # KB of the file that are kept in memory
_KEPT = 5_000  # subjects that are remembered: the order asks for one several times in a row
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE node (id INTEGER PRIMARY KEY, name TEXT, section INTEGER, first TEXT, facts BLOB, content TEXT);
CREATE TABLE behind (body TEXT, name TEXT);
"""
_INDEXES = """
CREATE UNIQUE INDEX by_name ON node (name);
CREATE INDEX by_section ON node (section, first, name);
CREATE INDEX by_body ON behind (body);
"""

_READ = 1 << 20  # bytes read at a time
_PAUSE = 0.01  # seconds to wait for more of them
_TEXTS = 2_000  # that are put together in one piece

Keyed = tuple[tuple[str | int, ...], str]


class UnsortedError(Exception):
    """The graph cannot be written by way of a file: a subject comes twice or has no IRI, or two papers claim a node."""


class Memory:
    """Triples in memory."""

    def __init__(self, by_subject: Index) -> None:
        self.nodes: dict[str, Node] = {str(node): node for node in by_subject}
        self.said: dict[str, list[Spelled]] = {str(node): [(str(p), spell(o)) for p, o in pairs] for node, pairs in by_subject.items()}
        self._facts = {name: facts(name, pairs) for name, pairs in self.said.items()}
        self._seen: set[str] = set()
        self._marked: set[str] = set()
        self._sections: defaultdict[int, list[str]] = defaultdict(list)
        self._behind: defaultdict[str, list[str]] = defaultdict(list)
        for name, told in self._facts.items():
            self._sections[told.section].append(name)
            for body in told.bodies:
                self._behind[body].append(name)

    def facts(self, node: str) -> Facts | None:
        """As `Nodes.facts`."""
        return self._facts.get(node)

    def of_section(self, section: Section) -> list[str]:
        """As `Nodes.of_section`."""
        return sorted(self._sections[section])

    def in_groups(self, section: Section) -> tuple[list[Keyed]]:
        """As `Nodes.in_groups`."""
        return ([(self._facts[node].key, node) for node in self._sections[section]],)

    def behind(self, node: str) -> list[str]:
        """As `Nodes.behind`."""
        return self._behind.get(node, [])

    def is_new(self, node: str) -> bool:
        """As `Nodes.is_new`."""
        new = node not in self._seen
        self._seen.add(node)
        return new

    def mark(self, node: str) -> None:
        """As `Nodes.mark`."""
        self._marked.add(node)

    def is_marked(self, node: str) -> bool:
        """As `Nodes.is_marked`."""
        return node in self._marked


def in_order(by_subject: Index) -> Iterator[tuple[Node, list[tuple[NamedNode, Term]]]]:
    """The subjects of triples in memory, in the order of a file, with what is said of them."""
    graph = Memory(by_subject)
    return ((node, by_subject[node]) for node in map(graph.nodes.__getitem__, ordered(graph)))


@contextmanager
def beside(folder: Path | None) -> Iterator[Path]:
    """A folder in `folder`, or in the system's own place, for what holds a graph meanwhile; it is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".kg-export-", ignore_cleanup_errors=True) as side:
        yield Path(side)


def subjects(store: Store, folder: Path) -> Iterator[tuple[str, list[Spelled]]]:
    """The subjects of the default graph, as the store has them side by side, with what is said of them.

    The engine writes them as N-Triples into a file in `folder`, in a thread and outside of Python's lock, while they are read here.

    Raises:
        UnsortedError: an IRI breaks the lines, as none does that was checked.
    """
    found, count = "", 0
    pairs: list[Spelled] = []
    for count, line in enumerate(_lines(store, folder / "graph.nt"), 1):  # noqa: B007 - how many there were
        try:
            subject, predicate, rest = line.split(" ", 2)
        except ValueError as error:
            raise UnsortedError from error
        if subject != found:
            if found:
                yield found, pairs
            found, pairs = subject, []
        pairs.append((predicate, rest[:-2]))
    if found:
        yield found, pairs
    if count != len(store):
        raise UnsortedError


def _lines(store: Store, path: Path) -> Iterator[str]:
    """What the engine dumps, without line feeds, while it does so."""
    failed: list[Exception] = []

    def dump() -> None:
        try:
            store.dump(str(path), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        except Exception as error:
            failed.append(error)

    path.touch()
    dumping = threading.Thread(target=dump, daemon=True)  # so that Ctrl-C waits for nothing
    dumping.start()
    with path.open("rb") as file:
        begun, ended = b"", False
        while True:
            ended = not dumping.is_alive()
            read = file.read(_READ)
            if read:
                *lines, begun = (begun + read).split(b"\n")
                yield from (line.decode() for line in lines)
            elif ended:
                break
            else:
                dumping.join(_PAUSE)
    path.unlink()
    if failed:
        raise failed[0]


class Filed:
    """Subjects with their text in a database file, which is not kept: memory does not grow with them but by two bytes each."""

    def __init__(self, path: Path, rows: Iterable[tuple[str, list[Spelled], str]]) -> None:
        """Fill the file.

        Args:
            path: where it may lie; whoever gives it removes it.
            rows: each subject once, with what is said of it and its text.

        Raises:
            sqlite3.IntegrityError: a subject came twice.
        """
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute(f"PRAGMA cache_size = -{_CACHE}")
        self._db.executescript(_TABLES)
        self._kept: dict[str, tuple[int, Facts, str] | None] = {}
        self._size = 0
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?)", self._filling(rows))
        self._db.execute("COMMIT")
        self._db.executescript(_INDEXES)
        self._seen, self._marked = bytearray(self._size + 1), bytearray(self._size + 1)

    def _filling(self, rows: Iterable[tuple[str, list[Spelled], str]]) -> Iterator[tuple[int, str, int, str, bytes, str]]:
        for name, pairs, text in rows:
            self._size += 1
            told = facts(name, pairs)
            for body in told.bodies:
                self._db.execute("INSERT INTO behind VALUES (?, ?)", (body, name))
            yield self._size, name, told.section, str(told.key[0]) if told.key else "", marshal.dumps(tuple(told)), text

    def facts(self, node: str) -> Facts | None:
        """As `Nodes.facts`."""
        found = self._found(node)
        return None if found is None else found[1]

    def of_section(self, section: Section) -> Iterator[str]:
        """As `Nodes.of_section`."""
        return (name for _, name in self._each(section))

    def in_groups(self, section: Section) -> Iterator[list[Keyed]]:
        """As `Nodes.in_groups`: those of one paper, or of one thing, together."""
        for _, group in groupby(self._each(section), key=itemgetter(0)):
            yield [(told.key, name) for _, name in group if (told := self.facts(name)) is not None]

    def behind(self, node: str) -> list[str]:
        """As `Nodes.behind`."""
        return [name for (name,) in self._db.execute("SELECT name FROM behind WHERE body = ?", (node,))]

    def _each(self, section: Section) -> Iterator[tuple[str, str]]:
        """The beginning of the key, and the name, of each of a section in this order; it is remembered for a moment."""
        sql = "SELECT first, name, id, facts, content FROM node WHERE section = ? ORDER BY first, name"
        for first, name, *row in self._db.execute(sql, (int(section),)):
            self._keep(name, row)
            yield first, name

    def _found(self, node: str) -> tuple[int, Facts, str] | None:
        if node not in self._kept:
            self._keep(node, self._db.execute("SELECT id, facts, content FROM node WHERE name = ?", (node,)).fetchone())
        return self._kept[node]

    def _keep(self, node: str, row: Sequence[Any] | None) -> None:
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[node] = None if row is None else (row[0], Facts(*marshal.loads(row[1])), row[2])  # noqa: S302 - our own file

    def is_new(self, node: str) -> bool:
        """As `Nodes.is_new`."""
        id = self._id(node)
        new = not self._seen[id]
        self._seen[id] = 1
        return new

    def mark(self, node: str) -> None:
        """As `Nodes.mark`."""
        self._marked[self._id(node)] = 1

    def is_marked(self, node: str) -> bool:
        """As `Nodes.is_marked`."""
        return bool(self._marked[self._id(node)])

    def text(self, node: str) -> str:
        """The text that came with a subject."""
        found = self._found(node)
        if found is None:
            raise KeyError(node)
        return found[2]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _id(self, node: str) -> int:
        found = self._found(node)
        if found is None:
            raise KeyError(node)
        return found[0]


@contextmanager
def filed(path: Path, rows: Iterable[tuple[str, list[Spelled], str]]) -> Iterator[Filed]:
    """Subjects in the file `path`, closed afterwards.

    Raises:
        UnsortedError: a subject came twice.
        OSError: there is no room.
    """
    try:
        graph = Filed(path, rows)
    except sqlite3.IntegrityError as error:
        raise UnsortedError from error
    except sqlite3.OperationalError as error:
        raise OSError(errno.ENOSPC, f"no room for a file beside it: {error}") from error
    with closing(graph):
        yield graph


def pieces(texts: Iterable[str], between: str = "") -> Iterator[bytes]:
    """Texts with another between them, in UTF-8, some thousand together."""
    found, before = iter(texts), ""
    while some := list(islice(found, _TEXTS)):
        yield (before + between.join(some)).encode()
        before = between
