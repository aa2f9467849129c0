"""The SQLite file of the log: its tables, how it is opened, and what its errors are called."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreError
from kg.log import identity

FORMAT = 2  # raised when a table changes; also SQLite's user_version
APPLICATION = 0x7061_6B67  # "pakg": tells our files from other SQLite files

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE paper (
    key TEXT NOT NULL, hash TEXT NOT NULL, extractor TEXT NOT NULL,
    version INTEGER NOT NULL, issued TEXT NOT NULL, abstract_length INTEGER NOT NULL,
    document TEXT NOT NULL, extraction TEXT NOT NULL,
    PRIMARY KEY (key, hash)
);
CREATE TABLE source (
    source TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, place TEXT NOT NULL, run INTEGER NOT NULL,
    PRIMARY KEY (source, key, hash)
);
CREATE INDEX source_by_paper ON source (key, hash);
CREATE TABLE rejection (
    source TEXT NOT NULL, place TEXT NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, run INTEGER NOT NULL
);
CREATE INDEX rejection_by_source ON rejection (source);
-- Which papers may stand otherwise than when the graph was last derived.
CREATE TABLE changed (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TRIGGER paper_added AFTER INSERT ON paper BEGIN INSERT OR IGNORE INTO changed VALUES (NEW.key); END;
CREATE TRIGGER paper_renewed AFTER UPDATE ON paper BEGIN INSERT OR IGNORE INTO changed VALUES (NEW.key); END;
CREATE TRIGGER paper_gone AFTER DELETE ON paper BEGIN INSERT OR IGNORE INTO changed VALUES (OLD.key); END;
"""


def connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """A connection to the file, which is made where it is absent unless `readonly`; nothing in it is looked at."""
    if not readonly:
        return sqlite3.connect(path, timeout=30)
    uri = path.absolute().as_uri() + "?mode=ro"
    writable = os.access(path.parent, os.W_OK)
    pending = path.with_name(path.name + "-wal").exists()
    if not writable and not pending:
        uri += "&immutable=1"  # a WAL file cannot be opened in a folder where nothing may be written; nobody can write there
    return sqlite3.connect(uri, uri=True, timeout=30)


def prepare(db: sqlite3.Connection, path: Path, *, readonly: bool) -> None:
    """Check that the file is a log of this version, create its tables if it is new.

    Raises:
        StoreError: it is of another version, or not ours.
    """
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not tables and not readonly:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(f"BEGIN; {_SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT;")
    else:
        check(db, path, FORMAT)
    if not readonly:
        db.execute("PRAGMA synchronous = FULL")
        identity.prepare(db)


def check(db: sqlite3.Connection, path: Path, wanted: int) -> None:
    """Pass where the file is a log of the version `wanted`; raises `StoreError` for any other."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION:
        raise StoreError(f"{path} is not an extraction log of kg", hint="choose another store folder with --store")
    if version != wanted:
        older = "run `kg build` on any of your papers: it brings the store to this version and keeps the old one beside it"
        newer = "install the version of kg that wrote it, or name another store with --store"
        raise StoreError(f"{path} has format {version}, this kg reads format {wanted}", hint=older if version < wanted else newer)


def damaged(path: Path, what: str) -> StoreError:
    """The error for a file whose content cannot be what was written."""
    return StoreError(
        f"{path} is damaged: {what}",
        hint="restore the store folder from a backup, or move it away and run `kg build` on your papers again",
    )


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the file into one line with a way out."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            raise damaged(path, str(error)) from error
        hints = {
            "SQLITE_FULL": "make room on the disk and run the same command again; papers stored so far are safe",
            "SQLITE_IOERR": "check the disk, then run the same command again; papers stored so far are safe",
            "SQLITE_READONLY": "allow writing to the store folder, or choose another with --store",
            "SQLITE_CANTOPEN": "check that the store folder exists and may be read, or create it with `kg build PATH`",
            "SQLITE_BUSY": "another program holds the log: wait for it to end, then run the same command again",
        }
        hint = next((h for code, h in hints.items() if name.startswith(code)), "run `kg doctor`, which checks the store folder")
        raise StoreError(f"{path}: {error}", hint=hint) from error


def source_name(source: str) -> str:
    """A source by its absolute path, so that `./a.txt` and `a.txt` are one; "-" stays, and so does a URL that another engine read."""
    return source if source == "-" or "://" in source else storable(os.path.abspath(source))  # noqa: PTH100 (Path.absolute keeps "..")


def storable(value: str) -> str:
    """`value` as SQLite can hold it: file names that are not UTF-8 get backslash escapes."""
    return value.encode("utf-8", "backslashreplace").decode()
