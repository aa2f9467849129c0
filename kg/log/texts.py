"""Texts as other machines hand them over, with what was found in them: checked, brought into a new log at once, and read out of one.

A new log is made in a side file without transactions and renamed when it is whole and on disk.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kg.log import Log, identity
from kg.log.codec import decode_document, decode_extraction
from kg.log.database import FORMAT, check, connect, reported, source_name
from kg.model import Document, Extraction, Rejection

_SIDE = ".new"  # behind the name of the log; what a killed run left is written over
_LARGEST = 2**63  # one more than an integer of SQLite
_RUN = 1  # that read them all
_EVERY = 1000  # texts between two words on how far it is


@dataclass(frozen=True, slots=True)
class Text:
    """One text of one paper, with what was found in it."""

    document: Document
    extraction: Extraction
    extractor: str  # name and version
    written: str  # `document`, as kg.log.codec writes it
    found: str  # `extraction`, likewise
    source: str  # an absolute path, a URL, or "-"
    place: str


def text_of(key: str, hash: str, extractor: str, document: str, extraction: str, source: str, place: str) -> Text:
    """The text that a row tells of.

    Raises:
        ValueError: it is not what it says, or cannot be read; in words.
    """
    try:
        read, found = decode_document(document), decode_extraction(extraction)
        same = (read.key, read.content_hash) == (key, hash)
        read.issued.encode()
        fits = type(read.version) is int and -_LARGEST <= read.version < _LARGEST
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise ValueError(f"the paper {key!r:.80} cannot be read") from None
    if not same or not fits:
        raise ValueError(f"the paper {key!r:.80} is not what its row says")
    return Text(read, found, extractor, document, extraction, source, place)


def create(
    path: Path,
    texts: Iterable[Text],
    refused: Iterable[Rejection],
    finish: Callable[[Log], None],
    on_texts: Callable[[int], None] | None = None,
) -> None:
    """Make a log of texts and refusals, as if one run had read them, where there is none or an empty one; whole or not at all.

    Of two texts that are the same the first stands, with both its places. No paper counts as changed: all of them are to be published.

    Args:
        path: of the log, which nobody has open.
        texts: in any order.
        refused: in the order in which they are told.
        finish: called with the log before it takes its place.
        on_texts: called with the number of texts so far.

    Raises:
        StoreError: the disk is full or may not be written.
    """
    side = path.with_name(path.name + _SIDE)
    try:
        for ending in ("", "-wal", "-shm"):
            side.with_name(side.name + ending).unlink(missing_ok=True)
        Log(side).close()
        with reported(side), closing(connect(side, readonly=False)) as db:
            db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
            _fill(db, texts, refused, on_texts)
            db.commit()
            db.execute("PRAGMA journal_mode = WAL")
        with Log(side) as log:
            finish(log)
        with reported(side):
            _place(side, path)
    finally:
        side.unlink(missing_ok=True)


def _fill(db: sqlite3.Connection, texts: Iterable[Text], refused: Iterable[Rejection], on_texts: Callable[[int], None] | None) -> None:
    for number, text in enumerate(texts, 1):
        document = text.document
        row = (
            document.key, document.content_hash, text.extractor, document.version, document.issued, len(document.abstract),
            text.written, text.found,
        )  # fmt: skip
        if db.execute("INSERT OR IGNORE INTO paper VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row).rowcount:
            identity.note(db, document)
        place = (source_name(text.source), document.key, document.content_hash, text.place, _RUN)
        db.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?)", place)
        if on_texts is not None and number % _EVERY == 0:
            on_texts(number)
    for one in refused:
        parts = (source_name(one.source), one.place, one.stage, one.code, one.message, _RUN)
        db.execute("INSERT INTO rejection VALUES (?, ?, ?, ?, ?, ?)", parts)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('run', ?)", (str(_RUN),))
    db.execute("DELETE FROM changed")


def _place(side: Path, path: Path) -> None:
    """Put the new file in its place, on disk when this returns."""
    for one in (side, path.parent):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            if one == side:
                side.replace(path)
        finally:
            os.close(descriptor)


def rows(path: Path) -> Iterator[tuple[str, ...]]:
    """Every text of a log as `text_of` takes it, once for each source that has it; in one read transaction, by key."""
    sql = """
SELECT paper.key, paper.hash, extractor, document, extraction, source.source, source.place
FROM paper JOIN source USING (key, hash) ORDER BY paper.key, paper.hash, source.source
"""
    with reported(path), closing(connect(path, readonly=True)) as db:
        check(db, path, FORMAT)
        yield from db.execute(sql)
