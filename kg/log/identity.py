"""Which papers of the log are one: those that share an identifier, whatever source gave them, as one group under one key.

A text without any identifier is one with the paper that has its title, where the title is long enough to be that of one paper, and only
one paper has it.

Two tables beside the papers tell which identifiers each text states and which it cites; they follow from the texts, and are filled where a
log was written before there were any. Papers with two arXiv identifiers stay two papers, even where both state one DOI.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote, unquote

from kg.log.codec import decode_document
from kg.model import REGISTRIES, Document, Identifier
from kg.names import digest, is_shared_title, normal_form

TITLE = "title:"  # before the digest of a title, in the place of an identifier
_LONG_WORDS, _LONG_CHARS = 4, 20  # of a title, its letters and digits; of 30,000 abstracts of arXiv no two papers share one so long

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
    own = ((value, document.key, document.content_hash) for value in names(document))
    db.executemany("INSERT OR IGNORE INTO identifier VALUES (?, ?, ?)", own)
    cited = ((name(one), document.key, document.content_hash) for work in document.metadata.cites for one in work)
    db.executemany("INSERT OR IGNORE INTO cited VALUES (?, ?, ?)", cited)


def name(identifier: Identifier) -> str:
    """An identifier in one string, as SQLite can hold it."""
    return f"{identifier.scheme}:{identifier.value}".encode("utf-8", "backslashreplace").decode()


def names(document: Document) -> list[str]:
    """What a text can be known by beside its key: its identifiers, and its title where that is long."""
    found = [name(one) for one in document.identifiers if one.scheme in REGISTRIES]
    title = normal_form(document.title)
    if len(title) >= _LONG_CHARS and len(document.title.split()) >= _LONG_WORDS and not is_shared_title(document.title):
        found.append(f"{TITLE}{digest(title)}")
    return found


def key_of(identifier: Identifier) -> str:
    """The key of a paper whose best identifier is this."""
    return f"{identifier.scheme}-{quote(identifier.value, safe='')}"


def cited(work: Iterable[Identifier], stating: Callable[[str], str | None]) -> str:
    """The key of a cited work, which has one of these identifiers: that of the paper, or what it would be.

    Args:
        work: its identifiers, at least one.
        stating: the key of the paper that states the identifier with a `name`; None where none does.
    """
    found = sorted(work, key=lambda one: (REGISTRIES.index(one.scheme), one.value))
    return next(filter(None, (stating(name(one)) for one in found)), None) or key_of(found[0])


def knows(db: sqlite3.Connection, document: Document) -> bool:
    """Whether a text of the log has an identifier, or a long title, of this document."""
    found = (db.execute("SELECT 1 FROM identifier WHERE value = ? LIMIT 1", (value,)).fetchone() for value in names(document))
    return any(row is not None for row in found)


class Groups:
    """The papers that are one, as the log has them at one moment."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._members: Mapping[str, tuple[str, ...]] = {}
        self._canonical: Mapping[str, str] = {}
        if has_tables(db):
            self._members = {group[0]: group for group in joined(list(_shared(db)), _identified(db))}
            self._canonical = {key: group[0] for group in self._members.values() for key in group}

    def canonical(self, key: str) -> str:
        """The key of the paper that a key of the log belongs to."""
        return self._canonical.get(key, key)

    def members(self, key: str) -> tuple[str, ...]:
        """The keys that are one paper with this canonical key, which comes first."""
        return self._members.get(key, (key,))

    def stating(self, value: str) -> str | None:
        """The canonical key of the paper that a name (`name`) names, the first of several; None where the log has none."""
        row = self._db.execute("SELECT min(key) FROM identifier WHERE value = ?", (value,)).fetchone()
        return None if row is None or row[0] is None else self.canonical(row[0])

    def touched(self, changed: Iterable[str]) -> set[str]:
        """All keys that may be told otherwise where these papers changed: what is tied to them by shared names, and what cites those.

        Whatever is tied, not what is one with them alone: a paper that comes may part others, as when a second one has a title.
        """
        found = set(changed)
        if not has_tables(self._db):
            return found
        tied = "SELECT DISTINCT other.key FROM identifier AS own JOIN identifier AS other USING (value) WHERE own.key = ?"
        waiting = list(found)
        while waiting:
            near = {key for (key,) in self._db.execute(tied, (waiting.pop(),))} - found
            found |= near
            waiting += near
        citing = "SELECT DISTINCT cited.key FROM identifier JOIN cited USING (value) WHERE identifier.key = ?"
        return found | {self.canonical(citing_key) for key in found for (citing_key,) in self._db.execute(citing, (key,))}


def _shared(db: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Identifiers that several keys state, with the keys, all sorted."""
    several = "SELECT value FROM identifier GROUP BY value HAVING min(key) <> max(key)"
    found: defaultdict[str, list[str]] = defaultdict(list)
    for value, key in db.execute(f"SELECT DISTINCT value, key FROM identifier WHERE value IN ({several}) ORDER BY value, key"):  # noqa: S608 (constants)
        found[value].append(key)
    yield from found.items()


def _identified(db: sqlite3.Connection) -> frozenset[str]:
    """Keys that are made of an identifier, among those that share something; a key made of a title may look like one."""
    several = "SELECT value FROM identifier GROUP BY value HAVING min(key) <> max(key)"
    sharing = f"SELECT key FROM identifier WHERE value IN ({several})"  # noqa: S608 (constants)
    rows = db.execute(f"SELECT DISTINCT key FROM identifier WHERE key IN ({sharing}) AND value NOT LIKE '{TITLE}%'")  # noqa: S608 (constants)
    return frozenset(key for (key,) in rows)


class _Joining:
    """Keys in groups that grow together; no group has two arXiv numbers."""

    def __init__(self) -> None:
        self._groups: dict[str, list[str]] = {}

    def group(self, key: str) -> list[str]:
        """The group of a key."""
        return self._groups.setdefault(key, [key])

    def join(self, first: str, second: str) -> None:
        """Make the groups of two keys one, where they can be."""
        one, other = self.group(first), self.group(second)
        if one is not other and sum(member.startswith("arxiv-") for member in (*one, *other)) <= 1:
            one += other
            self._groups.update(dict.fromkeys(other, one))

    def groups(self) -> list[list[str]]:
        """All groups."""
        return list({id(group): group for group in self._groups.values()}.values())


def joined(shared: Sequence[tuple[str, list[str]]], identified: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The groups of several keys, the best key of each first; first those that identifiers join, then those that titles do.

    What no name ties together can be joined apart, with the same result.

    Args:
        shared: names that several keys state, with the keys, all sorted.
        identified: those of the keys that are made of an identifier: that state one.
    """
    joining = _Joining()
    for value, keys in shared:
        if not value.startswith(TITLE):
            for key in keys[1:]:
                joining.join(keys[0], key)
    for value, keys in shared:
        papers = {id(joining.group(key)): key for key in keys if key in identified}
        if value.startswith(TITLE) and len(papers) == 1:
            for key in keys:
                if key not in identified:
                    joining.join(next(iter(papers.values())), key)
    for group in joining.groups():
        if len(group) > 1:
            yield tuple(sorted(group, key=lambda key: (key not in identified, _rank(key))))


def _rank(key: str) -> tuple[int, str]:
    """What sorts keys that are made of identifiers, the best registry first."""
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
