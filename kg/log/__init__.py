"""The extraction log: every paper's text and what was found in it, in one SQLite file; the truth that the graph is derived from.

Documents, extractions and rejections come in, `LoggedPaper`s and `Rejection`s go out. A row is one text of one paper (key and
content hash). A paper may have several (two versions, two sources), also under several keys that share an identifier; they are made one on
reading, by rules over their content, so that the order in which they came changes nothing. Only a file that is read again replaces what
it said before.

Durable: write-ahead log with synchronous=FULL; `put` returns when the paper is on disk, or within `batch` waits for `commit`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from kg.log import identity
from kg.log.codec import decode_document, decode_extraction, encode_document, encode_extraction
from kg.log.database import FORMAT, connect, damaged, prepare, reported, source_name, storable
from kg.log.identity import Groups
from kg.log.merging import merged, order
from kg.model import REGISTRIES, Document, Extraction, Identifier, LoggedPaper, Rejection
from kg.stated import complete

__all__ = ["FORMAT", "Log", "decode_document", "decode_extraction", "encode_document", "encode_extraction"]


class Log:
    """The log in the file `path`; one writer at a time (the store's lock sees to that), any number of readers."""

    def __init__(self, path: str | Path, *, readonly: bool = False) -> None:
        """Open the log, or create it unless `readonly`.

        Raises:
            StoreError: the file is absent, damaged, of another version, not ours, or not allowed to be read or written.
        """
        self.path = Path(path)
        with reported(self.path):
            self._db = connect(self.path, readonly=readonly)
            try:
                prepare(self._db, self.path, readonly=readonly)
            except BaseException:
                self._db.close()
                raise
        self._run = int(self.meta("run") or 0)
        self._started = False
        self._seen: set[str] = set()  # sources whose older rejections are cleared in this run
        self._batching = False
        self._known: tuple[tuple[int, int], Groups] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Keep what is pending and let go of the file."""
        with reported(self.path):
            try:
                self._db.commit()
            finally:
                self._db.close()

    def check(self) -> None:
        """Pass where SQLite finds the file sound; raises `StoreError` else. That each row can be read is seen by reading `papers`."""
        found = self._one("PRAGMA quick_check(1)")
        if found != ("ok",):
            raise damaged(self.path, str(found))

    def has(self, document: Document, extractor: str) -> bool:
        """Whether this very text was extracted already by this extractor (name and version)."""
        sql = "SELECT 1 FROM paper WHERE key = ? AND hash = ? AND extractor = ?"
        return self._one(sql, document.key, document.content_hash, extractor) is not None

    def held(self, document: Document) -> bool:
        """Whether a text of this document's paper came from its source in an earlier run."""
        sql = "SELECT 1 FROM source WHERE source = ? AND key = ? AND run < ? LIMIT 1"
        with reported(self.path):
            row = self._db.execute(sql, (source_name(document.source), document.key, self._run + (not self._started))).fetchone()
        return row is not None

    def __contains__(self, key: object) -> bool:
        """Whether a paper of this key is in the log."""
        return isinstance(key, str) and self._one("SELECT 1 FROM paper WHERE key = ? LIMIT 1", key) is not None

    def put(self, document: Document, extraction: Extraction, extractor: str) -> None:
        """Store a paper and what was found in it, on disk when this returns; drops what its source said of it in earlier runs.

        It is stored whole or not at all, also within a `batch`.
        """
        row = (
            document.key, document.content_hash, extractor, document.version, document.issued, len(document.abstract),
            encode_document(document), encode_extraction(extraction),
        )  # fmt: skip
        with reported(self.path), self._step():
            self._db.execute("INSERT OR REPLACE INTO paper VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            identity.note(self._db, document)
            self._note_source(document)
            self._replace(document)

    def renew(self, document: Document, extraction: Extraction, extractor: str) -> None:
        """Replace what was found in a text that is in the log already, on disk when this returns."""
        row = (encode_extraction(extraction), extractor, document.key, document.content_hash)
        with reported(self.path), self._db:
            self._db.execute("UPDATE paper SET extraction = ?, extractor = ? WHERE key = ? AND hash = ?", row)

    def touch(self, document: Document) -> None:
        """Note that a source still holds this unchanged paper; on disk with the next `put`, `commit` or `close`."""
        with reported(self.path):
            self._note_source(document)

    def end(self) -> None:
        """Note that the sources of this run were read to their ends: what they held of the papers read, and hold no more, is dropped.

        Not at the first `touch` of a paper, as a file may hold several texts of it, and those to come must stay meanwhile.
        """
        gone = (
            "DELETE FROM source WHERE run < ?1 AND source <> '-' AND (source, key) IN (SELECT source, key FROM source WHERE run = ?1) "
            "RETURNING key"
        )
        if not self._started:
            return
        with reported(self.path), self._step():
            for (key,) in self._db.execute(gone, (self._run,)).fetchall():
                self._drop_unsaid(key)

    def begin(self, source: str) -> None:
        """Note that `source` is read now: the rejections of earlier runs are no longer its state."""
        name = source_name(source)
        if name in self._seen:
            return
        self._seen.add(name)
        with reported(self.path):
            self._start_run()
            self._db.execute("DELETE FROM rejection WHERE source = ? AND run < ?", (name, self._run))

    def reject(self, rejection: Rejection) -> None:
        """Keep a refused input in quarantine, with place and reason; on disk when this returns, or within a `batch` with `commit`."""
        self.begin(rejection.source)
        parts = (storable(p) for p in (rejection.place, rejection.stage, rejection.code, rejection.message))
        with reported(self.path), self._step():
            self._db.execute("INSERT INTO rejection VALUES (?, ?, ?, ?, ?, ?)", (source_name(rejection.source), *parts, self._run))

    def rejections(self) -> tuple[Rejection, ...]:
        """All inputs that were refused when their source was last read, by source and then in reading order."""
        sql = "SELECT source, place, stage, code, message FROM rejection ORDER BY source, rowid"
        return tuple(Rejection(*row) for row in self._all(sql))

    def refused(self) -> int:
        """How many inputs were refused when their source was last read."""
        row = self._one("SELECT count(*) FROM rejection")
        return 0 if row is None else int(row[0])

    def papers(self) -> Iterator[LoggedPaper]:
        """Every paper once, made of all its texts (`kg.log.merging`), sorted by key."""
        groups = self._groups()
        for key, rows in groupby(self._rows("SELECT key, extractor, document, extraction FROM paper ORDER BY key, hash"), itemgetter(0)):
            if groups.canonical(key) != key:
                continue
            if len(groups.members(key)) == 1:
                yield _logged(key, list(rows), self.path)
            elif (paper := self.paper(key)) is not None:
                yield paper

    def texts(self) -> Iterator[tuple[Document, str]]:
        """Every text of every paper with the extractor that read it, as they came; several may be of one paper."""
        for document, extractor in self._rows("SELECT document, extractor FROM paper ORDER BY key, hash"):
            yield decode_document(document), extractor

    def knows(self, document: Document) -> bool:
        """Whether this is a text of a paper that is here: of the same key, or with an identifier or a long title in common."""
        if document.key in self:
            return True
        with reported(self.path):
            return identity.knows(self._db, document)

    def paper(self, key: str) -> LoggedPaper | None:
        """The paper of this key, made of all its texts; None where there is none, or it is one with a paper that has a better key."""
        groups = self._groups()
        if groups.canonical(key) != key:
            return None
        sql = "SELECT key, extractor, document, extraction FROM paper WHERE key = ? ORDER BY hash"
        rows = [row for member in groups.members(key) for row in self._all(sql, member)]
        return _logged(key, rows, self.path) if rows else None

    def keys(self) -> tuple[str, ...]:
        """The keys of all papers, sorted."""
        groups = self._groups()
        return tuple(key for (key,) in self._all("SELECT DISTINCT key FROM paper ORDER BY key") if groups.canonical(key) == key)

    def canonical(self, key: str) -> str:
        """The key of the paper that a text of this key is part of; `key` itself where no better one is known."""
        return self._groups().canonical(key)

    def documents(self) -> Iterator[Document]:
        """Every paper without what was found in it, sorted by key."""
        groups = self._groups()
        for key, rows in groupby(self._rows("SELECT key, document FROM paper ORDER BY key, hash"), itemgetter(0)):
            if groups.canonical(key) == key:
                found = [decode_document(text) for _, text in rows]
                for member in groups.members(key)[1:]:
                    found += [decode_document(text) for (text,) in self._all("SELECT document FROM paper WHERE key = ?", member)]
                yield merged(found, key)

    def cited(self, work: Iterable[Identifier]) -> str:
        """The key of a cited work, which has one of these identifiers: that of the paper, or what it would be."""
        found = sorted(work, key=lambda one: (REGISTRIES.index(one.scheme), one.value))
        with reported(self.path):
            return self._groups().identified(found) or identity.key_of(found[0])

    def sources(self, key: str) -> tuple[tuple[str, str], ...]:
        """Where a paper was read: (source, place), sorted; sources as absolute paths, "-" for standard input."""
        sql = "SELECT DISTINCT source, place FROM source WHERE key = ?"
        return tuple(sorted({(s, p) for member in self._groups().members(key) for s, p in self._all(sql, member)}))

    def remove(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Take papers out with all their texts, in one step; the keys that were there, sorted."""
        groups = self._groups()
        found = tuple(sorted({key for key in keys if key in self}))
        with reported(self.path), self._db:
            for key in {member for paper in found for member in groups.members(paper)}:
                self._db.execute("DELETE FROM paper WHERE key = ?", (key,))
                self._db.execute("DELETE FROM source WHERE key = ?", (key,))
        return found

    def changes(self) -> tuple[str, ...]:
        """Keys of the papers that may be told otherwise than when they were last settled, sorted.

        Those that were put, renewed or removed; what is, or was, one paper with them; and the papers that cite them.
        """
        changed = [key for (key,) in self._all("SELECT key FROM changed")]
        with reported(self.path):
            return tuple(sorted(self._groups().touched(changed))) if changed else ()

    def pending(self) -> int:
        """How many papers were put, renewed or removed since they were last settled."""
        row = self._one("SELECT count(*) FROM changed")
        return 0 if row is None else int(row[0])

    def settle(self, keys: Iterable[str]) -> None:
        """Note that the graph has what changed of these papers."""
        with reported(self.path), self._db:
            self._db.executemany("DELETE FROM changed WHERE key = ?", [(key,) for key in keys])

    def count(self) -> int:
        """How many papers there are."""
        return len(self.keys())

    def extractors(self) -> dict[str, int]:
        """How many papers there are of which each extractor (name and version) read a text."""
        return {
            str(version): int(count) for version, count in self._all("SELECT extractor, count(DISTINCT key) FROM paper GROUP BY extractor")
        }

    def fingerprint(self) -> str:
        """Digest of all texts and by what they were extracted: where it is equal `papers()` gives the same."""
        groups = self._groups()
        total = hashlib.sha256()
        for key, content, extractor in self._rows("SELECT key, hash, extractor FROM paper ORDER BY key, hash"):
            total.update(f"{groups.canonical(key)}\x1f{content}\x1f{extractor}\x1e".encode())
        return total.hexdigest()[:32]

    def meta(self, name: str) -> str | None:
        """A setting of the store, such as its base IRI ("base"); None where it was never set."""
        row = self._one("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Set a setting of the store, on disk when this returns."""
        with reported(self.path), self._db:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def commit(self) -> None:
        """Bring to disk what `touch` and `begin` noted, and in a `batch` also what was put and refused; all of it or nothing."""
        with reported(self.path):
            self._db.commit()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Within this, `put` and `reject` gather what they write until `commit`, which makes it one transaction; left by `commit`, too.

        An error leaves what was gathered to `close`, which keeps it: it is whole papers.
        """
        self._batching = True
        try:
            yield
            self.commit()
        finally:
            self._batching = False

    @contextmanager
    def _step(self) -> Iterator[None]:
        """One change, which is made whole or not at all: a transaction, or a part of that of the batch."""
        if not self._batching:
            with self._db:
                yield
            return
        if not self._db.in_transaction:
            self._db.execute("BEGIN")
        self._db.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # a full disk may have taken back all of it
                self._db.execute("ROLLBACK TO step")
            raise
        finally:
            if self._db.in_transaction:
                self._db.execute("RELEASE step")

    def _note_source(self, document: Document) -> None:
        """Tie the text to its source."""
        self.begin(document.source)
        row = (source_name(document.source), document.key, document.content_hash, storable(document.place), self._run)
        self._db.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?)", row)

    def _replace(self, document: Document) -> None:
        """A file that holds another text of a paper than in earlier runs says no longer what it said then."""
        name = source_name(document.source)
        if name != "-":  # what comes through standard input is another source every time: it replaces nothing
            self._db.execute("DELETE FROM source WHERE source = ? AND key = ? AND run < ?", (name, document.key, self._run))
            self._drop_unsaid(document.key)

    def _drop_unsaid(self, key: str) -> None:
        """Drop the texts of a paper that no source holds any more."""
        unsaid = "NOT EXISTS (SELECT 1 FROM source WHERE source.key = paper.key AND source.hash = paper.hash)"
        self._db.execute(f"DELETE FROM paper WHERE key = ? AND {unsaid}", (key,))  # noqa: S608 (constant)

    def _start_run(self) -> None:
        """Count this opening of the log as a run, at its first write."""
        if not self._started:
            self._started = True
            self._run += 1
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('run', ?)", (str(self._run),))

    def _groups(self) -> Groups:
        """Which papers are one, as things stand; found anew where something was written since it was last asked."""
        with reported(self.path):
            state = (self._db.total_changes, self._db.execute("PRAGMA data_version").fetchone()[0])
            if self._known is None or self._known[0] != state:
                self._known = (state, Groups(self._db))
            return self._known[1]

    def _rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        with reported(self.path):
            for row in self._db.execute(sql):  # noqa: UP028 (`yield from` would close the cursor, which a closed file forbids)
                yield row

    def _one(self, sql: str, *values: str) -> tuple[Any, ...] | None:
        with reported(self.path):
            row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        with reported(self.path):
            return self._db.execute(sql, values).fetchall()


def _logged(key: str, rows: Sequence[tuple[Any, ...]], path: Path) -> LoggedPaper:
    """The paper that rows of the log make: key, extractor, document and extraction of each of its texts."""
    try:
        found = [(decode_document(document), extraction, extractor) for _, extractor, document, extraction in rows]
        _, extraction, extractor = max(found, key=lambda one: order(one[0])) if len(found) > 1 else found[0]
        document = merged([one for one, _, _ in found], key)
        return LoggedPaper(document, complete(document, decode_extraction(extraction)), extractor)
    except (ValueError, TypeError) as error:
        raise damaged(path, f"the row of paper {key} cannot be read") from error
