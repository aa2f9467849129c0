"""Writing the name index: the base file, built once and never written again, and a small file of what changed since.

```
names.sqlite        name (the rows), word and gram (full text), term (words of names, for misspelt ones)
names-delta.sqlite  the same for rows that came later, and dropped: the numbers of base rows that no longer stand
```
Rows of the base are numbered in the order in which a search ranks them, so that the first candidates of any lookup are the lowest
numbers. The base is handed on from snapshot to snapshot by a hard link; the delta is copied and extended.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from kg.errors import StoreError
from kg.store.change import mark
from kg.store.layout import REDERIVE
from kg.store.names import KINDS, NameRow, fold

VERSION = 4  # of the files; the next publication builds others anew
EDGE = 12  # letters of a name's beginning and end by which misspelt names are looked up: long enough to be rare among 1e6
WORD = re.compile(r"[^\W_]+")
_COLUMNS = "kind, support, size, name, iri, type, label, folded"
_ORDER = "kind, support DESC, size, name, iri, type, label"  # how candidates are ranked; the same in base and delta

_SHORTEST_TERM = 4  # letters of a word that is looked for misspelt
_SHARE = 16  # a new base is built when the delta has a sixteenth of its rows,
_AT_LEAST = 5_000  # but not before it has so many (some 80 papers)

_TABLES = """
CREATE TABLE name (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, support INTEGER NOT NULL, size INTEGER NOT NULL, name TEXT NOT NULL,
    iri TEXT NOT NULL, type TEXT NOT NULL, label TEXT NOT NULL, folded TEXT NOT NULL, start TEXT NOT NULL, ending TEXT NOT NULL
);
CREATE TABLE term (word TEXT PRIMARY KEY, size INTEGER NOT NULL, start TEXT NOT NULL, ending TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5(name, content='', tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE gram USING fts5(name, content='', tokenize='trigram');
"""
_INDEXES = """
CREATE INDEX name_by_form ON name (folded);
CREATE INDEX name_by_iri ON name (iri);
CREATE INDEX name_by_start ON name (size, start, folded);
CREATE INDEX name_by_ending ON name (size, ending, folded);
CREATE INDEX name_by_use ON name (type, support DESC, name, iri) WHERE kind IN (0, 3);
CREATE INDEX term_by_start ON term (size, start);
CREATE INDEX term_by_ending ON term (size, ending);
"""
_DROPPED = "CREATE TABLE dropped (id INTEGER PRIMARY KEY);"
_STAGED = """
CREATE TEMP TABLE staged (kind, support, size, name, iri, type, label, folded);
"""

Values = tuple[int, int, int, str, str, str, str, str]  # _COLUMNS


def build_index(path: Path, rows: Iterable[NameRow]) -> int:
    """Write the index of `rows`, which may repeat, to a new file; the sum of the marks of the rows in it.

    Memory does not grow with the rows: SQLite sorts them in temporary files.
    """
    with reported(path), closing(sqlite3.connect(path)) as db:
        _prepare(db)
        db.executescript(_TABLES + _STAGED)
        db.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(values, rows))
        marks = 0
        ordered = db.execute(f"SELECT DISTINCT {_COLUMNS} FROM staged ORDER BY {_ORDER}")  # noqa: S608 (constants)
        for number, row in enumerate(ordered, 1):
            _insert(db, number, row)
            marks += row_mark(row)
        db.execute("DROP TABLE staged")
        db.executescript(_INDEXES)
        db.execute("INSERT INTO word (word) VALUES ('optimize')")
        db.execute("INSERT INTO gram (gram) VALUES ('optimize')")
        db.commit()
        return marks


def extend_delta(base: Path, delta: Path, changes: Mapping[str, Iterable[NameRow]]) -> int:
    """Write to the file `delta`, made where it is absent, what things are called now; by how much the sum of marks grew.

    Args:
        base: the file that `build_index` made; only read.
        delta: what has changed since.
        changes: path of a thing → all rows that it has now.
    """
    fresh = not delta.exists()
    with reported(delta), closing(sqlite3.connect(delta.absolute().as_uri(), uri=True)) as db:
        _prepare(db)
        if fresh:
            db.executescript(_TABLES + _INDEXES + _DROPPED)
        attach(db, base, "base")
        (last,) = db.execute("SELECT coalesce(max(id), 0) FROM main.name").fetchone()
        marks = 0
        for iri, rows in sorted(changes.items()):
            wanted = {values(row) for row in rows}
            for table, number, row in list(_standing(db, stored(iri))):
                if row in wanted:
                    wanted.remove(row)
                else:
                    _take_out(db, table, number, row)
                    marks -= row_mark(row)
            for row in sorted(wanted):
                last += 1
                _insert(db, last, row)
                marks += row_mark(row)
        db.commit()
        return marks


def is_large(base: Path, delta: Path) -> bool:
    """Whether so much has changed that a new base is worth its building."""
    with reported(delta), closing(sqlite3.connect(delta.absolute().as_uri(), uri=True)) as db:
        attach(db, base, "base")
        (changed,) = db.execute("SELECT (SELECT count(*) FROM main.name) + (SELECT count(*) FROM dropped)").fetchone()
        (rows,) = db.execute("SELECT coalesce(max(id), 0) FROM base.name").fetchone()
        return bool(changed > max(_AT_LEAST, rows // _SHARE))


def version(path: Path) -> int:
    """Which version of these files `path` is; 0 for the first, and for what is no index."""
    try:
        with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro&immutable=1", uri=True)) as db:
            return int(db.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0


def attach(db: sqlite3.Connection, path: Path, name: str) -> None:
    """Let `db` read the file `path` under a name."""
    db.execute(f"ATTACH ? AS {name}", (path.absolute().as_uri() + "?mode=ro&immutable=1",))


def values(row: NameRow) -> Values:
    """A row as the file holds it."""
    name = stored(row.name.strip())
    folded = fold(name)
    return KINDS.index(row.kind), row.support, len(folded), name, stored(row.iri), row.type, stored(row.label), folded


def row_of(row: Values) -> NameRow:
    """The row that the file holds."""
    kind, support, _, name, iri, type, label, _ = row
    return NameRow(iri, type, label, name, KINDS[kind], support)


def stored(text: str) -> str:
    """`text` as SQLite can hold it."""
    return text.encode("utf-8", "backslashreplace").decode()


def plain(word: str) -> str:
    """A word without case and accents, as the full text compares it."""
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


def row_mark(row: Values) -> int:
    """The mark of a row; those of all rows are summed in the manifest."""
    kind, support, _, name, iri, type, label, _ = row
    return mark(json.dumps([iri, type, label, name, kind, support]))


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a file into one line with a way out."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} cannot be read or written: {error}", hint=REDERIVE) from error


def _prepare(db: sqlite3.Connection) -> None:
    """No journal and no waiting for the disk: the file is flushed as a whole before anything names it, and thrown away on an error."""
    db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA user_version = {VERSION};")


def _standing(db: sqlite3.Connection, iri: str) -> Iterator[tuple[str, int, Values]]:
    for number, *row in db.execute(f"SELECT id, {_COLUMNS} FROM main.name WHERE iri = ?", (iri,)):  # noqa: S608 (constants)
        yield "main", number, tuple(row)
    of_base = f"SELECT id, {_COLUMNS} FROM base.name WHERE iri = ? AND id NOT IN (SELECT id FROM dropped)"  # noqa: S608 (constants)
    for number, *row in db.execute(of_base, (iri,)):
        yield "base", number, tuple(row)


def _insert(db: sqlite3.Connection, number: int, row: Values) -> None:
    _, _, _, name, _, _, _, folded = row
    edges = (folded[:EDGE], folded[::-1][:EDGE])
    db.execute("INSERT INTO main.name VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *row, *edges))
    words = WORD.findall(name)
    db.execute("INSERT INTO main.word (rowid, name) VALUES (?, ?)", (number, " ".join(words)))
    db.execute("INSERT INTO main.gram (rowid, name) VALUES (?, ?)", (number, folded))
    terms = {term for word in words if len(term := plain(word)) >= _SHORTEST_TERM}
    rows = [(term, len(term), term[:EDGE], term[::-1][:EDGE]) for term in sorted(terms)]
    db.executemany("INSERT OR IGNORE INTO main.term VALUES (?, ?, ?, ?)", rows)


def _take_out(db: sqlite3.Connection, table: str, number: int, row: Values) -> None:
    """Let a row no longer stand. Its terms may stay: they only say what to look for."""
    if table == "base":
        db.execute("INSERT INTO dropped VALUES (?)", (number,))
        return
    _, _, _, name, _, _, _, folded = row
    db.execute("DELETE FROM main.name WHERE id = ?", (number,))
    db.execute("INSERT INTO main.word (word, rowid, name) VALUES ('delete', ?, ?)", (number, " ".join(WORD.findall(name))))
    db.execute("INSERT INTO main.gram (gram, rowid, name) VALUES ('delete', ?, ?)", (number, folded))
