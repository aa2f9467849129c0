"""Searching the name index: exactly, by prefix, by word, or misspelt. Base and delta are read as one.

What a user types is data: it never reaches SQL or the FTS5 query language unquoted. Every lookup brings the same candidates however the
rows are spread over the two files: those that rank first, or all of them.

Misspelt names are found by what a slip leaves whole. One letter dropped, added or changed, or two swapped, lies in one half of what was
typed, so the other half is the beginning or the ending of the name; of two slips in three thirds one third is free. The same holds for
each word of a name. (Measured in tests/bench/search.py: all names with a trigram in common take ten times as long.)
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from kg.names import normal_form
from kg.store.namefiles import EDGE, WORD, Values, attach, plain, reported, row_of, stored
from kg.store.names import KINDS, Hit, NameRow, fold

_CANDIDATES = 200  # rows that each way of looking may bring; they are ranked again together
_CLOSE = 70.0  # rapidfuzz ratio (0-100) from which a misspelt name counts: two edits in seven letters
_CLOSE_WORD = 72.0  # the same for a word of a name; one letter changed in four is 75
_TWO_SLIPS = 9  # letters from which two slips are looked for: three thirds of three letters
_PHRASE = 16  # letters of a search that are looked for inside names by trigrams; the rest is compared
_LONGEST = 200  # characters of a search whose words are looked for
_HOW = ("exact", "prefix", "words", "close")

_TYPE = "(:types IS NULL OR row.type IN (SELECT value FROM json_each(:types)))"
_COLUMNS = "row.kind, row.support, row.size, row.name, row.iri, row.type, row.label, row.folded"  # a `Values`
_ORDER = "row.kind, row.support DESC, row.size, row.name, row.iri, row.type, row.label"  # as `_rank` has it
# In the lookups {part} is the file, {type} the filter by type, {stands} leaves out rows of the base that the delta replaced.
_EXACT = "SELECT {columns} FROM {part}.name AS row WHERE folded = :form AND {type} AND {stands}"
_PREFIX = """
SELECT {columns} FROM {part}.name AS row WHERE id IN (
    SELECT id FROM {part}.name AS row INDEXED BY name_by_form WHERE folded > :form AND folded < :beyond AND {type} AND {stands}
    ORDER BY {order} LIMIT :most
)
"""
_WORDS = """
SELECT {columns} FROM {part}.{table} AS found CROSS JOIN {part}.name AS row ON row.id = found.rowid
WHERE {table} MATCH :match AND {type} AND {stands} ORDER BY {order} LIMIT :most
"""
_EDGE = """
SELECT '{part}', id, folded FROM {part}.name AS row
WHERE size IN (SELECT value FROM json_each(:sizes)) AND {edge} >= :letters AND {edge} < :beyond AND {type} AND {stands}
"""
_TERM = """
SELECT word FROM {part}.term WHERE size IN (SELECT value FROM json_each(:sizes)) AND {edge} >= :letters AND {edge} < :beyond
"""
_NUMBERED = "SELECT {columns} FROM {part}.name AS row WHERE '{part}' = :of AND id IN (SELECT value FROM json_each(:numbers))"
_OF = "SELECT {columns} FROM {part}.name AS row WHERE iri = :iri AND {stands}"
_ALL = "SELECT {columns} FROM {part}.name AS row WHERE {stands}"
_LEADING = """
SELECT {columns} FROM {part}.name AS row WHERE kind IN (0, 3) AND type = :type AND {stands}
ORDER BY support DESC, name, iri LIMIT :most
"""
_LABELS = "SELECT DISTINCT iri, label, type FROM {part}.name AS row WHERE {stands}"

_LAST = "\U0010ffff"  # sorts after whatever a name goes on with
_Best = dict[str, tuple[tuple[object, ...], Hit]]  # path → its rank and the hit


class NameIndex:
    """The index in the file `path`, with what the file `delta` says was changed since; opened for reading only."""

    def __init__(self, path: Path, delta: Path | None = None) -> None:
        self.path = path
        self._parts: tuple[str, ...] = ("main",)
        with reported(path):
            self._db = sqlite3.connect(path.absolute().as_uri() + "?mode=ro&immutable=1", uri=True, check_same_thread=False)
            self._db.execute("PRAGMA user_version").fetchone()  # a damaged file is told when it is opened
            if delta is not None and delta.exists():
                attach(self._db, delta, "delta")
                self._parts = ("main", "delta")

    def close(self) -> None:
        """Let go of the files."""
        self._db.close()

    def search(self, text: str, types: Collection[str] | None = None, limit: int = 20) -> list[Hit]:
        """Things whose name is `text`, starts with it, has its words, or is close to it; best first, each once.

        Args:
            text: what a person typed; upper and lower case, punctuation and accents do not matter.
            types: values of EntityType or "Paper" to look among; None for all.
            limit: most hits to give back.
        """
        query = _Query(text, types)
        best: _Best = {}
        with reported(self.path):
            for find in (self._exact, self._prefix, self._words, self._close):
                known = any(hit.how == "exact" for _, hit in best.values())
                if len(best) >= limit or (known and find == self._close):  # what has the very name is not misspelt
                    break
                find(query, best)
        return _ranked(best)[: max(limit, 0)]

    def exact(self, text: str, types: Collection[str] | None = None) -> list[Hit]:
        """Things that have a name equal to `text` but for case, punctuation and accents; best first."""
        best: _Best = {}
        with reported(self.path):
            self._exact(_Query(text, types), best)
        return _ranked(best)

    def of(self, iri: str) -> Hit | None:
        """The thing of this path below the base; None where the graph has none."""
        with reported(self.path):
            rows = self._found(_OF, iri=stored(iri))
        return _hit(min(rows, key=lambda row: (row[0], row[3])), "exact", 1.0) if rows else None

    def leading(self, type: str, limit: int) -> list[Hit]:
        """The things of a type that most papers state something of, most first, then by name."""
        with reported(self.path):
            rows = self._found(_LEADING, type=type, most=max(limit, 0))
        first = sorted(rows, key=lambda row: (-row[1], row[3], row[4]))[: max(limit, 0)]
        return [_hit(row, "exact", 1.0) for row in first]

    def labels(self) -> dict[str, tuple[str, str]]:
        """Path below the base → (label, type) of every thing."""
        with reported(self.path):
            return {iri: (label, type) for iri, label, type in self._each(_LABELS)}

    def rows(self) -> Iterator[NameRow]:
        """All rows, in no order."""
        with reported(self.path):
            yield from (row_of(row) for row in self._each(_ALL))

    def _exact(self, query: _Query, best: _Best) -> None:
        for row in self._found(_EXACT, types=query.types, form=query.form):
            _keep(best, row, query, "exact", 1.0)

    def _prefix(self, query: _Query, best: _Best) -> None:
        if query.form:
            for row in self._first(_PREFIX, query, form=query.form, beyond=query.form + _LAST):
                _keep(best, row, query, "prefix", len(query.form) / len(row[7]))

    def _words(self, query: _Query, best: _Best) -> None:
        if query.words:
            match = " ".join(f'"{word}"' for word in query.words) + "*"
            for row in self._first(_WORDS, query, table="word", match=match):
                _keep(best, row, query, "words", min(1.0, len(query.form) / max(1, len(row[7]))))

    def _close(self, query: _Query, best: _Best) -> None:
        form = query.form
        if len(form) > 2 and form.replace("+", "a").isalnum():  # no quotes
            for row in self._first(_WORDS, query, table="gram", match=f'"{form[:_PHRASE]}"'):
                if form in row[7]:
                    _keep(best, row, query, "words", len(form) / len(row[7]))
            self._misspelt(query, best)

    def _misspelt(self, query: _Query, best: _Best) -> None:
        from rapidfuzz import fuzz

        near: dict[str, set[int]] = {part: set() for part in self._parts}
        for sizes, edge, letters in (*_halves(query.form), *_thirds(query.form)):
            values = {"sizes": sizes, "letters": letters, "beyond": letters + _LAST}
            for part, number, folded in self._each(_EDGE, edge=edge, types=query.types, **values):
                if fuzz.ratio(query.form, folded, score_cutoff=_CLOSE) > 0:
                    near[part].add(number)
        for part, numbers in near.items():
            for row in self._found(_NUMBERED, of=part, numbers=json.dumps(sorted(numbers))):
                _keep(best, row, query, "close", fuzz.ratio(query.form, row[7]) / 100)
        if match := self._corrected(query):
            for row in self._first(_WORDS, query, table="word", match=match):
                if (score := _closeness(query, row)) >= _CLOSE:
                    _keep(best, row, query, "close", score / 100)

    def _corrected(self, query: _Query) -> str:
        """An FTS5 query for names that have, for each word, that word or one that it may be misspelt for; "" where none may be."""
        words = list(dict.fromkeys(plain(word) for word in query.words))
        similar = {word: self._similar(word) for word in words}
        if not any(similar.values()):
            return ""
        return " AND ".join("(" + " OR ".join(f'"{choice}"' for choice in (word, *similar[word])) + ")" for word in words)

    def _similar(self, word: str) -> list[str]:
        """Words of names that are written nearly as `word`, which is not among them."""
        from rapidfuzz import fuzz

        found = set()
        for sizes, edge, letters in _halves(word) if len(word) > 3 else ():
            found |= {term for (term,) in self._each(_TERM, edge=edge, sizes=sizes, letters=letters, beyond=letters + _LAST)}
        return sorted(term for term in found - {word} if fuzz.ratio(word, term, score_cutoff=_CLOSE_WORD) > 0)

    def _first(self, sql: str, query: _Query, table: str = "", **values: str) -> list[Values]:
        """The rows that rank first of those that a lookup brings."""
        rows = self._found(sql, table=table, types=query.types, most=_CANDIDATES, **values)
        return sorted(rows, key=_rank)[:_CANDIDATES]

    def _found(self, sql: str, table: str = "", edge: str = "", **values: str | int | None) -> list[Values]:
        return list(self._each(sql, table, edge, **values))

    def _each(self, sql: str, table: str = "", edge: str = "", **values: str | int | None) -> Iterator[Any]:
        for part in self._parts:
            stands = "row.id NOT IN (SELECT id FROM delta.dropped)" if part == "main" and len(self._parts) > 1 else "TRUE"
            order = _ORDER if part == "delta" else "row.id"
            names = {"part": part, "type": _TYPE, "stands": stands, "order": order, "columns": _COLUMNS, "table": table, "edge": edge}
            yield from self._db.execute(sql.format(**names), values)


class _Query:
    """What a person typed, in the forms in which it is looked for."""

    def __init__(self, text: str, types: Collection[str] | None) -> None:
        self.text = stored(text.strip())
        self.form = fold(self.text)
        self.words = WORD.findall(self.text[:_LONGEST])
        self.types = None if types is None else json.dumps(sorted(types))


def _halves(form: str) -> Iterator[tuple[str, str, str]]:
    """Where to find what `form` may be misspelt for by one slip: sizes (as JSON), the column, and the letters that it begins with."""
    half = len(form) // 2
    sizes = json.dumps([len(form) - 1, len(form), len(form) + 1])
    yield sizes, "start", form[:half][:EDGE]
    yield sizes, "ending", form[half + 1 :][::-1][:EDGE]  # two swapped across the middle leave this free


def _thirds(form: str) -> Iterator[tuple[str, str, str]]:
    """The same for two slips of which none lies in the first third, or none in the last."""
    third = len(form) // 3
    if len(form) >= _TWO_SLIPS:
        sizes = json.dumps(list(range(len(form) - 2, len(form) + 3)))
        yield sizes, "start", form[:third][:EDGE]
        yield sizes, "ending", form[-third:][::-1][:EDGE]


def _keep(best: _Best, row: Values, query: _Query, how: str, score: float) -> None:
    """Keep a row if its thing was not found by a better one; the order is total."""
    kind, support, _, name, iri, *_ = row
    same = 0 if name == query.text else 1 if normal_form(name) == normal_form(query.text) else 2
    closeness = -round(score, 4) if how == "close" else 0.0
    rank = (_HOW.index(how), same, closeness, kind, -support, len(name), name, iri)
    if iri not in best or rank < best[iri][0]:
        best[iri] = (rank, _hit(row, how, round(score, 4)))


def _rank(row: Values) -> tuple[int, int, int, str, str, str, str]:
    """What ORDER says in SQL."""
    kind, support, size, name, iri, type, label, _ = row
    return kind, -support, size, name, iri, type, label


def _ranked(best: _Best) -> list[Hit]:
    return [hit for _, hit in sorted(best.values(), key=lambda pair: pair[0])]


def _hit(row: Values, how: str, score: float) -> Hit:
    kind, support, _, name, iri, type, label, _ = row
    return Hit(iri, type, label, name, support, how, score, KINDS[kind])


def _closeness(query: _Query, row: Values) -> float:
    """How close a name is to the search, 0-100: as a whole, or word by word, which counts a tenth less."""
    from rapidfuzz import fuzz

    whole = fuzz.ratio(query.form, row[7])
    words = WORD.findall(row[3].casefold())
    if not words or not query.words or whole >= _CLOSE:
        return whole
    by_word = [max(fuzz.ratio(wanted.casefold(), word) for word in words) for wanted in query.words]
    return max(whole, 0.9 * sum(by_word) / len(by_word))
