"""All rows of a log, as lines of JSON and back: what a backup holds and a restored log is made of.

A line is one object: the name of the table under "table", the columns by their names; keys sorted, ASCII. Lines come by table and primary
key, rejections by source and in reading order. Which papers changed since the graph was derived is no part of it: that is about a graph.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType

from kg.log import identity
from kg.log.codec import decode_document, decode_extraction
from kg.log.database import FORMAT, check, connect, reported
from kg.model import Document

Value = str | int
Row = tuple[str, tuple[Value, ...]]  # table, values in the order of its columns

_COLUMNS: Mapping[str, Mapping[str, type[Value]]] = MappingProxyType(
    {
        "meta": {"name": str, "value": str},
        "paper": {
            "key": str, "hash": str, "extractor": str, "version": int, "issued": str, "abstract_length": int, "document": str,
            "extraction": str,
        },
        "rejection": {"source": str, "place": str, "stage": str, "code": str, "message": str, "run": int},
        "source": {"source": str, "key": str, "hash": str, "place": str, "run": int},
    }
)  # fmt: skip
_ORDER = {"meta": "name", "paper": "key, hash", "rejection": "source, rowid", "source": "source, key, hash"}
_DOCUMENT = 6  # which column of a paper holds its text
_RUN = re.compile(r"[0-9]{1,18}")  # an integer of SQLite, and there is room for more runs
_LARGEST = 2**63  # one more than an integer of SQLite


class Moment:
    """A log as it stood at one moment, whatever is written to it meanwhile."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path

    def rows(self) -> Iterator[Row]:
        """All rows, sorted by table and key."""
        with reported(self._path):
            for table, columns in _COLUMNS.items():
                for row in self._db.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {_ORDER[table]}"):  # noqa: S608 (constants)
                    yield table, row

    def pending(self) -> int:
        """How many papers changed since the graph was derived."""
        with reported(self._path):
            (count,) = self._db.execute("SELECT count(*) FROM changed").fetchone()
            return int(count)


@contextmanager
def moment(path: Path, format: int = FORMAT) -> Iterator[Moment]:
    """A log in one read transaction; a writer goes on meanwhile.

    Raises:
        StoreError: the file is absent, damaged, not ours or of another format than `format`.
    """
    with reported(path), closing(connect(path, readonly=True)) as db:
        check(db, path, format)
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM meta").fetchone()  # SQLite takes its view of the file at the first read
        yield Moment(db, path)


def to_line(row: Row) -> bytes:
    """A row as a line of JSON, with its end."""
    table, values = row
    fields = dict(zip(_COLUMNS[table], values, strict=True))
    return json.dumps({"table": table, **fields}, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> Row:
    """The row of a line.

    Raises:
        ValueError: it is no row of a log; in words.
    """
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None
    if not isinstance(fields, dict):
        raise ValueError("no object")  # noqa: TRY004 (one kind of error for whoever wrote the line)
    table = fields.pop("table", None)
    columns = _COLUMNS.get(table) if isinstance(table, str) else None
    if columns is None or fields.keys() != columns.keys():
        raise ValueError("no row of a table of the log")
    for column, type in columns.items():
        _check_value(fields[column], type, column)
    row = (str(table), tuple(fields[column] for column in columns))
    _check_row(*row)
    return row


def document_of(row: Row) -> Document:
    """The document of a row of the table "paper"."""
    return decode_document(str(row[1][_DOCUMENT]))


def load(path: Path, rows: Iterable[Row]) -> None:
    """Bring rows into a new log, all or nothing; every paper counts as changed.

    Raises:
        ValueError: two rows have the same key.
        StoreError: the file is damaged, of another version, or cannot be written.
    """
    with reported(path), closing(connect(path, readonly=False)) as db, db:
        check(db, path, FORMAT)
        for table, values in rows:
            try:
                db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608 (a table of ours)
            except sqlite3.IntegrityError:
                raise ValueError(f"two rows of the table {table} have one key") from None
            if table == "paper":
                identity.note(db, document_of((table, values)))


def _check_value(value: object, type_: type, column: str) -> None:
    if type(value) is not type_ or (isinstance(value, int) and not -_LARGEST <= value < _LARGEST):
        raise ValueError(f"{column} is no {'text' if type_ is str else 'number'}")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{column} holds half a character") from None


def _check_row(table: str, values: tuple[Value, ...]) -> None:
    """What the log counts on beyond the types: that a paper is what its row says, and the number of the last run a number."""
    if table == "meta" and values[0] == "run" and not _RUN.fullmatch(str(values[1])):
        raise ValueError("the number of the last run is no number")
    if table == "paper":
        key, hash, _, version, issued, length, document, extraction = values
        try:
            found = decode_document(str(document))
            same = (found.key, found.content_hash, found.version, found.issued, len(found.abstract)) == (key, hash, version, issued, length)
            decode_extraction(str(extraction))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            raise ValueError(f"the paper {key!r:.80} cannot be read") from None
        if not same:
            raise ValueError(f"the paper {key!r:.80} is not what its row says")
