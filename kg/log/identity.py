"""Which papers of the log are one: those that share an identifier, whatever source gave them, as one group under one key.

Two tables beside the papers tell which identifiers each text states and which it cites; they follow from the texts, and are filled where a
log was written before there were any. Papers with two arXiv identifiers stay two papers, even where both state one DOI.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

from kg.log.codec import decode_document
from kg.model import REGISTRIES, Document, Identifier

_SCHEMA = """
CREATE TABLE identifier (value TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (value, key, hash)) WITHOUT ROWID;
CREATE INDEX identifier_by_paper ON identifier (key, hash);
CREATE TABLE cited (value TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (value, key, hash)) WITHOUT ROWID;
CREATE INDEX cited_by_paper ON cited (key, hash);
CREATE TRIGGER paper_unidentified AFTER DELETE ON paper BEGIN
    DELETE FROM identifier WHERE key = OLD.key AND hash = OLD.hash;
    DELETE FROM cited WHERE key = OLD.key AND hash = OLD.hash;
END;
-- Papers that were one with this, and papers that cite it, may be told otherwise now.
CREATE TRIGGER identifier_gone AFTER DELETE ON identifier BEGIN
    INSERT OR IGNORE INTO changed SELECT key FROM identifier WHERE value = OLD.value;
    INSERT OR IGNORE INTO changed SELECT key FROM cited WHERE value = OLD.value;
END;
"""


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables, and fill them from the papers, where they are absent; in one transaction."""
    if has_tables(db):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        for statement in _statements(_SCHEMA):
            db.execute(statement)
        for (text,) in db.execute("SELECT document FROM paper").fetchall():
            note(db, decode_document(text))
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def has_tables(db: sqlite3.Connection) -> bool:
    """Whether the log has the tables."""
    return db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'cited'").fetchone() is not None


def note(db: sqlite3.Connection, document: Document) -> None:
    """Keep what a text states and cites."""
    own = ((name(one), document.key, document.content_hash) for one in document.identifiers if one.scheme in REGISTRIES)
    db.executemany("INSERT OR IGNORE INTO identifier VALUES (?, ?, ?)", own)
    cited = ((name(one), document.key, document.content_hash) for work in document.metadata.cites for one in work)
    db.executemany("INSERT OR IGNORE INTO cited VALUES (?, ?, ?)", cited)


def name(identifier: Identifier) -> str:
    """An identifier in one string, as SQLite can hold it."""
    return f"{identifier.scheme}:{identifier.value}".encode("utf-8", "backslashreplace").decode()


def key_of(identifier: Identifier) -> str:
    """The key of a paper whose best identifier is this."""
    return f"{identifier.scheme}-{quote(identifier.value, safe='')}"


class Groups:
    """The papers that are one, as the log has them at one moment."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._members: Mapping[str, tuple[str, ...]] = {}
        self._canonical: Mapping[str, str] = {}
        if has_tables(db):
            self._members = {group[0]: group for group in _joined(_shared(db))}
            self._canonical = {key: group[0] for group in self._members.values() for key in group}

    def canonical(self, key: str) -> str:
        """The key of the paper that a key of the log belongs to."""
        return self._canonical.get(key, key)

    def members(self, key: str) -> tuple[str, ...]:
        """The keys that are one paper with this canonical key, which comes first."""
        return self._members.get(key, (key,))

    def identified(self, work: Iterable[Identifier]) -> str | None:
        """The canonical key of the paper that one of these identifiers names; None where the log has none."""
        for identifier in sorted(work, key=lambda one: (REGISTRIES.index(one.scheme), one.value)):
            row = self._db.execute("SELECT min(key) FROM identifier WHERE value = ?", (name(identifier),)).fetchone()
            if row is not None and row[0] is not None:
                return self.canonical(row[0])
        return None

    def touched(self, changed: Iterable[str]) -> set[str]:
        """All keys that may be told otherwise where these papers changed: those, what shares an identifier with them, and what cites them.

        What shares one over others counts too, though it is another paper: a text that joins one preprint may have left another.
        """
        if not has_tables(self._db):
            return set(changed)
        near = self._near(changed)
        citing = "SELECT DISTINCT cited.key FROM identifier JOIN cited USING (value) WHERE identifier.key = ?"
        return near | {self.canonical(citing_key) for key in near for (citing_key,) in self._db.execute(citing, (key,))}

    def _near(self, keys: Iterable[str]) -> set[str]:
        """These keys and all that are tied to them by identifiers, over any number of others."""
        found, known = set(keys), set[str]()
        pending = list(found)
        while pending:
            key = pending.pop()
            stated = {value for (value,) in self._db.execute("SELECT value FROM identifier WHERE key = ?", (key,))} - known
            known |= stated
            for value in stated:
                others = {other for (other,) in self._db.execute("SELECT key FROM identifier WHERE value = ?", (value,))} - found
                found |= others
                pending += others
        return found


def _shared(db: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Identifiers that several keys state, with the keys, all sorted."""
    several = "SELECT value FROM identifier GROUP BY value HAVING min(key) <> max(key)"
    found: defaultdict[str, list[str]] = defaultdict(list)
    for value, key in db.execute(f"SELECT DISTINCT value, key FROM identifier WHERE value IN ({several}) ORDER BY value, key"):  # noqa: S608 (constants)
        found[value].append(key)
    yield from found.items()


def _joined(shared: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, ...]]:
    """The groups of several keys, the best key of each first."""
    groups: dict[str, list[str]] = {}
    for _, keys in shared:
        for key in keys[1:]:
            one, other = groups.setdefault(keys[0], [keys[0]]), groups.setdefault(key, [key])
            if one is not other and sum(member.startswith("arxiv-") for member in (*one, *other)) <= 1:
                one += other
                for member in other:
                    groups[member] = one
    for group in {id(group): group for group in groups.values()}.values():
        if len(group) > 1:
            yield tuple(sorted(group, key=_rank))


def _rank(key: str) -> tuple[int, str]:
    scheme, _, value = key.partition("-")
    return (REGISTRIES.index(scheme), unquote(value)) if scheme in REGISTRIES else (len(REGISTRIES), key)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, which `executescript` would run outside of a transaction."""
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
