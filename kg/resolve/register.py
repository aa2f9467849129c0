"""The register of uses: which paper names what how, which things that points to, and what became of them; in one SQLite database.

Derived from the log and the decisions, so it can be made again at any time. It keeps what resolution must look up to bring a change
in without reading everything: uses by paper, things by name, things by the entity that they are part of. In memory it serves a
resolution of all papers at once; as a file beside the log it serves the next build. It knows tables, not rules.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kg.resolve.forms import halves
from kg.resolve.shares import Shares
from kg.resolve.tables import FORMAT, SCHEMA, Counted, Placed, Thing, by_use, decode, encode, placed
from kg.resolve.uses import Use


def _readonly(path: Path) -> str:
    """The address by which SQLite only reads; where nothing may be written and nothing waits in a journal, it needs no file beside."""
    pending = path.with_name(f"{path.name}-wal").exists()
    quiet = not pending and not os.access(path.parent, os.W_OK)
    return f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if quiet else ''}"


class Register:
    """One database; one writer. Changes become lasting by `commit`; what was not committed falls away."""

    def __init__(self, path: Path | None = None, *, readonly: bool = False, new: bool = False) -> None:
        """Open or create the register in a file, or in memory.

        Args:
            path: the file; None for one in memory.
            readonly: change nothing.
            new: the file is empty, nobody else knows it, and it is dropped where the work ends before its time: there is no way back in it.

        Raises:
            sqlite3.DatabaseError: the file is damaged or may not be written; `readonly`, it is absent or of another format.
        """
        self.renamed: set[tuple[str, str]] = set()  # (type, name) that more or fewer things have since this was last cleared
        if readonly and path is not None:
            self._db = sqlite3.connect(_readonly(path), uri=True, isolation_level=None)
        else:
            self._db = sqlite3.connect(":memory:" if path is None else path, isolation_level=None)
        self.shares = Shares(self._db)
        try:
            self._prepare(readonly=readonly, new=new)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, *, readonly: bool, new: bool) -> None:
        """Set the database up, and make its tables where they are absent or of another format."""
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if readonly and version != FORMAT:
            raise sqlite3.DatabaseError(f"the register has format {version}, this kg reads {FORMAT}")
        if not readonly:
            # What is written anew lies in the file itself: each look at a page in a journal takes the longer the more there are in it.
            self._db.execute(f"PRAGMA journal_mode = {'OFF' if new else 'WAL'}")
            self._db.execute(f"PRAGMA synchronous = {'OFF' if new else 'NORMAL'}")
            if version != FORMAT:
                self._clear()
        self._db.execute("PRAGMA cache_size = -65536")
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Let go of the database; what was not committed falls away."""
        self._db.close()

    def fault(self) -> str | None:
        """What SQLite finds wrong with the database, None where nothing is."""
        (found,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        return None if found == "ok" else str(found)

    def commit(self) -> None:
        """Make all changes lasting."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def finish(self) -> None:
        """Make all changes to a new register lasting, and let others read it from now on while it is written; it is only closed then."""
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA journal_mode = WAL")

    def meta(self, name: str) -> str | None:
        """A note that was kept beside the data."""
        row = self._one("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Keep a note."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # Uses and papers

    def uses_of(self, paper: str) -> list[tuple[int, Use]]:
        """Place (index of the claim) and use of all that a paper names, in order of place."""
        sql = "SELECT place, body FROM member JOIN use ON id = use WHERE paper = ? ORDER BY place"
        return [(place, decode(body)) for place, body in self._all(sql, paper)]

    def put(self, paper: str, uses: Sequence[Use]) -> set[Thing]:
        """Note what a paper, which has no uses yet, names; the things whose uses changed."""
        touched, numbers = set(), set()
        for place, use in enumerate(uses):
            if not use.thing:
                self._db.executemany("INSERT OR IGNORE INTO struck VALUES (?, ?, ?)", [(paper, use.type, name) for name in use.names])
            else:
                body = encode(use)
                row = self._one("SELECT id FROM use WHERE body = ?", body)
                number = row[0] if row is not None else self._add(use, body)
                self._db.execute("INSERT INTO member VALUES (?, ?, ?)", (paper, place, number))
                if number not in numbers:  # two claims of a paper may be alike
                    self._db.execute("UPDATE use SET papers = papers + 1 WHERE id = ?", (number,))
                    numbers.add(number)
                touched.add((str(use.type), use.thing))
        return touched

    def enter(self, body: str, members: Sequence[tuple[str, int]]) -> Thing:
        """Note a use, which is none of these yet, with the papers that have it and the places of their claims; the thing that it points to."""
        use = decode(body)
        number = self._add(use, body)
        self._db.executemany("INSERT INTO member VALUES (?, ?, ?)", [(paper, place, number) for paper, place in members])
        self._db.execute("UPDATE use SET papers = ? WHERE id = ?", (len({paper for paper, _ in members}), number))
        return str(use.type), use.thing

    def take(self, paper: str) -> set[Thing]:
        """Forget what a paper names; the things whose uses changed."""
        touched = set()
        for number, body in self._all("SELECT DISTINCT use, body FROM member JOIN use ON id = use WHERE paper = ?", paper):
            use = decode(body)
            touched.add((str(use.type), use.thing))
            self._db.execute("UPDATE use SET papers = papers - 1 WHERE id = ?", (number,))
        self._db.execute("DELETE FROM member WHERE paper = ?", (paper,))
        self._db.execute("DELETE FROM struck WHERE paper = ?", (paper,))
        return touched

    def sweep(self, things: Iterable[Thing]) -> None:
        """Drop the uses of these things that no paper has any more."""
        for thing in things:
            for number, body in self._all("SELECT id, body FROM use WHERE type = ? AND thing = ? AND papers = 0", *thing):
                use = decode(body)
                self._count(use, -1)
                self._db.execute("DELETE FROM use WHERE id = ?", (number,))

    def _add(self, use: Use, body: str) -> int:
        row = self._db.execute("INSERT INTO use (body, type, thing, papers) VALUES (?, ?, ?, 0) RETURNING id", (body, use.type, use.thing))
        (number,) = row.fetchone()
        self._count(use, 1)
        return int(number)

    def _count(self, use: Use, by: int) -> None:
        for table, names in (("called", use.names), ("hinted", use.hints), ("ended", use.wider)):
            for name in names:
                row = (str(use.type), name, use.thing)
                if by > 0:
                    known = self._db.execute(f"UPDATE {table} SET uses = uses + 1 WHERE type = ? AND name = ? AND thing = ?", row)  # noqa: S608
                    if not known.rowcount:
                        self._db.execute(f"INSERT INTO {table} VALUES (?, ?, ?, 1)", row)  # noqa: S608
                        self.renamed.add(row[:2])
                else:
                    self._db.execute(f"UPDATE {table} SET uses = uses - 1 WHERE type = ? AND name = ? AND thing = ?", row)  # noqa: S608
                    gone = self._db.execute(f"DELETE FROM {table} WHERE type = ? AND name = ? AND thing = ? AND uses = 0", row)  # noqa: S608
                    if gone.rowcount:
                        self.renamed.add(row[:2])

    # Things

    def counted(self, type: str, thing: str) -> list[Counted]:
        """The uses that point to a thing, with how many papers have each; by use."""
        sql = """SELECT body, papers, (SELECT min(paper) FROM member WHERE use = id) FROM use
                 WHERE type = ? AND thing = ? AND papers > 0"""
        return sorted((Counted(decode(body), papers, first) for body, papers, first in self._all(sql, type, thing)), key=by_use)

    def all_uses(self, type: str, thing: str) -> list[Use]:
        """The uses that point to a thing, or did until just now."""
        return [decode(body) for (body,) in self._all("SELECT body FROM use WHERE type = ? AND thing = ?", type, thing)]

    def is_used(self, type: str, thing: str) -> bool:
        """Whether any paper points to the thing."""
        return self._one("SELECT 1 FROM use WHERE type = ? AND thing = ? AND papers > 0 LIMIT 1", type, thing) is not None

    def names(self, type: str, thing: str) -> set[str]:
        """The keys of all names by which papers that point to a thing call it."""
        bodies = self._all("SELECT body FROM use WHERE type = ? AND thing = ? AND papers > 0", type, thing)
        return {name for (body,) in bodies for name in decode(body).names}

    def called(self, type: str, name: str) -> list[str]:
        """Things with this name, sorted."""
        return [thing for (thing,) in self._all("SELECT thing FROM called WHERE type = ? AND name = ? ORDER BY thing", type, name)]

    def hinted(self, type: str, name: str) -> list[str]:
        """Things that some paper gives this name beside others, without a sign that it is one of theirs; sorted."""
        return [thing for (thing,) in self._all("SELECT thing FROM hinted WHERE type = ? AND name = ? ORDER BY thing", type, name)]

    def ended(self, type: str, name: str) -> list[str]:
        """Things whose names end in this one, by which papers call them too; sorted."""
        return [thing for (thing,) in self._all("SELECT thing FROM ended WHERE type = ? AND name = ? ORDER BY thing", type, name)]

    def used_by(self, type: str, thing: str, papers: Iterable[str]) -> set[str]:
        """Those of the papers that point to a thing."""
        sql = "SELECT 1 FROM use CROSS JOIN member ON member.use = id WHERE type = ? AND thing = ? AND paper = ? LIMIT 1"
        return {paper for paper in papers if self._one(sql, type, thing, paper) is not None}

    # What became of them

    def home(self, type: str, thing: str) -> tuple[str, str] | None:
        """The thing that another was linked to by rules, and the one it is part of with decisions; None for an unknown thing."""
        row = self._one("SELECT home, root FROM thing WHERE type = ? AND thing = ?", type, thing)
        return None if row is None else (row[0], row[1])

    def set_home(self, type: str, thing: str, home: str, root: str) -> None:
        """Note what a thing was linked to by rules, and what it is part of with decisions."""
        self._db.execute("INSERT OR REPLACE INTO thing VALUES (?, ?, ?, ?)", (type, thing, home, root))

    def forget(self, type: str, thing: str) -> None:
        """Drop a thing that no paper points to any more."""
        self._db.execute("DELETE FROM thing WHERE type = ? AND thing = ?", (type, thing))
        self._db.execute("DELETE FROM open WHERE type = ? AND thing = ?", (type, thing))
        self._db.execute("DELETE FROM near WHERE type = ? AND thing = ?", (type, thing))

    def spell(self, type: str, thing: str, name: str) -> None:
        """Note how a thing is spelled, for `near`."""
        row = (type, thing, name, len(name), *halves(name, len(name)))
        self._db.execute("INSERT OR REPLACE INTO near VALUES (?, ?, ?, ?, ?, ?)", row)

    def near(self, type: str, name: str) -> list[tuple[str, str]]:
        """(thing, name) of those whose spelling has nearly as many letters and one of the two halves; sorted."""
        found: set[tuple[str, str]] = set()
        for size in (len(name) - 1, len(name), len(name) + 1):
            for column, half in zip(("start", "ending"), halves(name, size), strict=True):
                found.update(self._all(f"SELECT thing, name FROM near WHERE {column} = ? AND size = ? AND type = ?", half, size, type))  # noqa: S608
        return sorted(found)

    def at_home(self, type: str, home: str) -> list[str]:
        """The things that rules linked to one, itself among them; sorted."""
        sql = "SELECT thing FROM thing WHERE type = ? AND home = ? ORDER BY thing"
        return [thing for (thing,) in self._all(sql, type, home)]

    def parts(self, type: str, root: str) -> list[str]:
        """The things that are one with a root, itself among them; sorted."""
        sql = "SELECT thing FROM thing WHERE type = ? AND root = ? ORDER BY thing"
        return [thing for (thing,) in self._all(sql, type, root)]

    def united(self) -> dict[Thing, Thing]:
        """Homes that people joined with another → that other."""
        return {(type, home): (type, root) for type, home, root in self._all("SELECT type, home, root FROM united")}

    def set_united(self, roots: dict[Thing, Thing]) -> None:
        """Keep which homes people joined."""
        self._db.execute("DELETE FROM united")
        self._db.executemany("INSERT INTO united VALUES (?, ?, ?)", [(type, home, root) for (type, home), (_, root) in roots.items()])

    def set_open(self, type: str, thing: str, others: dict[str, str]) -> bool:
        """Note the things that may be the same as one, with the reason; whether that is news."""
        old = dict(self._all("SELECT other, reason FROM open WHERE type = ? AND thing = ?", type, thing))
        if old == others:
            return False
        self._db.execute("DELETE FROM open WHERE type = ? AND thing = ?", (type, thing))
        self._db.executemany("INSERT INTO open VALUES (?, ?, ?, ?)", [(type, thing, other, why) for other, why in sorted(others.items())])
        return True

    def open_pairs(self, type: str, root: str, answered: str = "") -> set[tuple[str, str, str]]:
        """(root, other root, reason) of all things that may be the same as this one; the smaller root first.

        Args:
            type: of both things.
            root: of this one.
            answered: reason for which a thing is the same as one of several: where it is one with any of them, the others are left out.
        """
        sql = """
        WITH doubt AS (
            SELECT a.root AS one, b.root AS other, open.type, open.thing, reason FROM thing AS a
            JOIN open ON open.type = a.type AND open.thing = a.thing
            JOIN thing AS b ON b.type = open.type AND b.thing = open.other WHERE a.type = :type AND a.root = :root
            UNION
            SELECT b.root, a.root, open.type, open.thing, reason FROM thing AS a
            JOIN open ON open.type = a.type AND open.other = a.thing
            JOIN thing AS b ON b.type = open.type AND b.thing = open.thing WHERE a.type = :type AND a.root = :root
        )
        SELECT one, other, reason FROM doubt WHERE one <> other AND NOT (reason = :answered AND EXISTS (
            SELECT 1 FROM open JOIN thing ON thing.type = open.type AND thing.thing = open.other
            WHERE open.type = doubt.type AND open.thing = doubt.thing AND open.reason = :answered AND thing.root = doubt.one))
        """
        rows = self._db.execute(sql, {"type": type, "root": root, "answered": answered}).fetchall()
        return {(min(a, b), max(a, b), why) for a, b, why in rows}

    def all_open(self) -> list[tuple[str, str, str]]:
        """(type, thing, other thing) of all that may be the same, by rules."""
        return self._all("SELECT type, thing, other FROM open ORDER BY type, thing, other")

    # Entities

    def placed(self, type: str, root: str) -> Placed | None:
        """What the identifier of a thing depends on; None where it is none of its own."""
        row = self._one("SELECT type, root, stem, curated, papers, path, name, wider FROM entity WHERE type = ? AND root = ?", type, root)
        return None if row is None else placed(row)

    def of_stem(self, type: str, stem: str) -> list[Placed]:
        """All that share a slug."""
        sql = "SELECT type, root, stem, curated, papers, path, name, wider FROM entity WHERE type = ? AND stem = ?"
        return [placed(row) for row in self._all(sql, type, stem)]

    def all_placed(self) -> Iterator[Placed]:
        """All things of their own, by type and path."""
        sql = "SELECT type, root, stem, curated, papers, path, name, wider FROM entity ORDER BY type, path"
        yield from map(placed, self._db.execute(sql))

    def at(self, path: str) -> Placed | None:
        """The thing with this path below the base."""
        row = self._one("SELECT type, root, stem, curated, papers, path, name, wider FROM entity WHERE path = ?", path)
        return None if row is None else placed(row)

    def place(self, placed: Placed) -> None:
        """Keep a thing of its own."""
        p = placed
        row = (p.type, p.root, p.stem, int(p.curated), p.papers, p.path, p.name, p.wider)
        self._db.execute("INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def displace(self, type: str, root: str) -> None:
        """Drop a thing that is none of its own any more."""
        self._db.execute("DELETE FROM entity WHERE type = ? AND root = ?", (type, root))

    def has_narrower(self, path: str) -> bool:
        """Whether any thing lies right under this one."""
        return self._one("SELECT 1 FROM entity WHERE wider = ? LIMIT 1", path) is not None

    def ends(self) -> list[str]:
        """Paths of all that a thing lies right under, each once."""
        return [wider for (wider,) in self._all("SELECT DISTINCT wider FROM entity WHERE wider != ''")]

    def count_papers(self, type: str, root: str) -> int:
        """How many papers name a thing of its own."""
        sql = """SELECT count(DISTINCT paper) FROM thing CROSS JOIN use ON use.type = thing.type AND use.thing = thing.thing
                 CROSS JOIN member ON member.use = id WHERE thing.type = ? AND root = ?"""
        return int(self._db.execute(sql, (type, root)).fetchone()[0])

    def papers_with(self, type: str, thing: str) -> set[str]:
        """Keys of the papers that point to a thing."""
        sql = "SELECT DISTINCT paper FROM use CROSS JOIN member ON member.use = id WHERE type = ? AND thing = ?"
        return {paper for (paper,) in self._all(sql, type, thing)}

    def papers_called(self, type: str, name: str) -> set[str]:
        """Keys of the papers that call anything so, by a name or beside one, or did before a person struck it out."""
        sql = """SELECT DISTINCT paper FROM (SELECT thing FROM called WHERE type = :type AND name = :name
                 UNION SELECT thing FROM hinted WHERE type = :type AND name = :name) AS c
                 CROSS JOIN use ON use.type = :type AND use.thing = c.thing CROSS JOIN member ON member.use = id
                 UNION SELECT paper FROM struck WHERE type = :type AND name = :name"""
        return {paper for (paper,) in self._db.execute(sql, {"type": type, "name": name}).fetchall()}

    def papers_of(self, type: str, root: str) -> set[str]:
        """Keys of the papers that name a thing of its own."""
        sql = """SELECT DISTINCT paper FROM thing CROSS JOIN use ON use.type = thing.type AND use.thing = thing.thing
                 CROSS JOIN member ON member.use = id WHERE thing.type = ? AND root = ?"""
        return {paper for (paper,) in self._all(sql, type, root)}

    def paths(self, paper: str) -> dict[int, str]:
        """Index of the claim → path of the entity, for all that a paper names."""
        sql = """SELECT place, path FROM member CROSS JOIN use ON id = use CROSS JOIN thing ON thing.type = use.type AND thing.thing = use.thing
                 CROSS JOIN entity ON entity.type = thing.type AND entity.root = thing.root WHERE paper = ?"""
        return dict(self._all(sql, paper))

    def count(self) -> int:
        """How many things of their own there are."""
        return int(self._db.execute("SELECT count(*) FROM entity").fetchone()[0])

    def _clear(self) -> None:
        for (table,) in self._db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            self._db.execute(f"DROP TABLE {table}")
        self._db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._db.execute(sql, values).fetchall()
