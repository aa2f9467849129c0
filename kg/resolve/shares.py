"""What papers and things add to the figures of a graph: kept in the register, so that what one adds can be taken out again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator


class Shares:
    """The tables share and link of a register."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, path: str, share: str) -> None:
        """Keep what a paper or thing, which has none yet, adds to the figures."""
        self._db.execute("INSERT INTO share VALUES (?, ?)", (path, share))

    def take(self, path: str) -> str | None:
        """Forget what a paper or thing adds to the figures, and give it back; None where that is nothing."""
        row = self._db.execute("DELETE FROM share WHERE path = ? RETURNING body", (path,)).fetchone()
        return None if row is None else str(row[0])

    def all(self) -> Iterator[str]:
        """All that is added to the figures."""
        yield from (share for (share,) in self._db.execute("SELECT body FROM share"))

    def sums(self) -> dict[str, int]:
        """How many addresses are linked to, and how many things only one paper names, counted."""
        (links,) = self._db.execute("SELECT count(*) FROM link").fetchone()
        (lone,) = self._db.execute("SELECT count(*) FROM entity WHERE papers = 1").fetchone()
        return {"links": links, "lone": lone}

    def tie(self, address: str, by: int) -> int:
        """Count one paper more (1) or less (-1) that links to an address; by how many addresses more there are links to."""
        sql = "INSERT INTO link VALUES (?1, ?2) ON CONFLICT (address) DO UPDATE SET papers = papers + ?2 RETURNING papers"
        (papers,) = self._db.execute(sql, (address, by)).fetchone()
        if papers == 0:
            self._db.execute("DELETE FROM link WHERE address = ?", (address,))
        return by if papers == max(by, 0) else 0
