"""The log and the decisions of a store folder as lines that a remote store can keep, each in a literal of its own.

Which run wrote a row is about a machine and no part of a line. Lines are told apart by their digest, which also makes the row's IRI, so
that the same row is the same triple on every machine and a difference between two logs is a difference between two sets.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Set
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from kg import decisions
from kg.log import Log, identity
from kg.log.database import connect, reported
from kg.log.rows import Row, document_of, from_line, moment, to_line
from kg.store.change import hexed, mark

ROW = NamedNode("https://w3id.org/paper-kg/remote#row")
_DECISIONS = "decisions"  # the table of the one line that holds all decisions in their order
_BASE = "base"  # the one setting of a log that is the same everywhere


def lines(folder: Path) -> Iterator[str]:
    """Every row of the log in a store folder, and its decisions; nothing where there is none."""
    log = folder / "log.sqlite"
    if log.is_file():
        with moment(log) as found:
            numbered: dict[object, int] = {}
            for table, values in found.rows():
                if table == "meta" and values[0] != _BASE:
                    continue
                if table == "rejection":  # their order counts
                    numbered[values[0]] = number = numbered.get(values[0], -1) + 1
                    values = (*values[:-1], number)
                elif table == "source":
                    values = (*values[:-1], 0)
                yield to_line((table, values)).decode().rstrip("\n")
    decided = decided_rows(folder)
    if decided:
        yield decided_line(decided)


def key(line: str) -> str:
    """The 32 hex digits by which a line is known."""
    return blake2b(line.encode(), digest_size=16).hexdigest()


def digest(keys: Iterable[str]) -> str:
    """32 hex digits over a set of lines, whatever their order."""
    return hexed(sum(mark(known) for known in keys))


def iri(log: str, known: str) -> NamedNode:
    """The IRI of the row with a key in the graph `log`."""
    return NamedNode(f"{log}/{known}")


def triple(log: str, line: str) -> Triple:
    """What the graph `log` says of a line."""
    return Triple(iri(log, key(line)), ROW, Literal(line))


def decided_rows(folder: Path) -> list[str]:
    """The decisions of a store folder as rows of their table, in order."""
    if not folder.is_dir():
        return []
    return decisions.render(decisions.load(folder)).rstrip("\n").split("\n")[1:]


def decided_line(rows: list[str]) -> str:
    """All decisions as one line."""
    return json.dumps({"rows": rows, "table": _DECISIONS}, sort_keys=True, separators=(",", ":"))


def decided_of(line: str) -> list[str] | None:
    """The decisions in a line; None where it is a row of the log.

    Raises:
        ValueError: the line is no JSON, or its decisions are none.
    """
    try:
        found = json.loads(line)
    except RecursionError as error:
        raise ValueError("no JSON that we write") from error
    if not isinstance(found, dict) or found.get("table") != _DECISIONS:
        return None
    rows = found.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, str) and "\n" not in row for row in rows):
        raise ValueError("no decisions")
    decisions.parse("\n".join([decisions.render(()).rstrip("\n"), *rows, ""]), "the remote store's decisions")
    return rows


def merge_log(path: Path, incoming: Iterable[str], gone: Set[str], base: str) -> None:
    """Bring lines of another machine into the log at `path`, and take others out, all or nothing.

    A row of our own that has the key of an incoming one stands.

    Args:
        path: of the log, made where it is absent.
        incoming: lines that we do not have.
        gone: keys of our lines that the other machine took out.
        base: of the graph, the one setting that a line may hold.

    Raises:
        ValueError: a line is no row of a log.
        StoreError: the log is damaged or cannot be written.
    """
    Log(path).close()
    out = [from_line(line.encode()) for line in lines(path.parent) if gone and key(line) in gone and decided_of(line) is None]
    with reported(path), closing(connect(path, readonly=False)) as db, db:
        for row in out:
            _delete(db, row)
        for line in incoming:
            row = from_line(line.encode())
            if row[0] == "meta" and row[1] != (_BASE, base):
                raise ValueError("another setting than the base")
            _insert(db, row)


def _delete(db: sqlite3.Connection, row: Row) -> None:
    table, values = row
    match table:
        case "paper":
            db.execute("DELETE FROM paper WHERE key = ? AND hash = ?", values[:2])
        case "source":
            db.execute("DELETE FROM source WHERE source = ? AND key = ? AND hash = ?", values[:3])
        case "rejection":
            sql = "DELETE FROM rejection WHERE source = ? AND place = ? AND stage = ? AND code = ? AND message = ?"
            db.execute(sql, values[:5])


def _insert(db: sqlite3.Connection, row: Row) -> None:
    table, values = row
    if table in ("source", "rejection"):
        values = (*values[:-1], 0)  # before any run of this machine
    places = ", ".join("?" * len(values))
    db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", values)  # noqa: S608 (a table of ours, as from_line checked)
    if table == "paper":
        identity.note(db, document_of(row))
