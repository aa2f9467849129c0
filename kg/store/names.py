"""The name index of a snapshot: all names, aliases and paper titles in SQLite, found exactly, by prefix, by word, or misspelt.

Derived from `Knowledge` and made anew with every snapshot. What a user types is data: it never reaches SQL or the FTS5
query language unquoted.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg import gazetteer
from kg.errors import StoreError
from kg.model import Entity, Knowledge
from kg.names import normal_form
from kg.store.layout import REDERIVE, sync

PAPER = "Paper"  # the type of papers beside the values of EntityType

_CANDIDATES = 200  # rows that each way of looking may bring; they are ranked again together
_CLOSE = 70.0  # rapidfuzz ratio (0-100) from which a misspelt name counts: two edits in seven letters
_SHORT = 5  # letters up to which a typo may leave no trigram in common, so that names of like length are compared
_LONGEST = 200  # characters of a search whose words and trigrams are looked for
_WORD = re.compile(r"[^\W_]+")
_KINDS = ("name", "alias", "id", "title")
_HOW = ("exact", "prefix", "words", "close")


@dataclass(frozen=True, slots=True, order=True)
class NameRow:
    """One name of one thing."""

    iri: str  # path below the base: "method/biomedclip"
    type: str  # a value of EntityType, or "Paper"
    label: str  # the canonical name of the thing, a paper's title
    name: str  # the name that is found
    kind: str  # "name", "alias", "id" (of a paper), "title"
    support: int  # papers that state something of it

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"{self.kind!r} is no kind of name")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a search found."""

    iri: str  # path below the base
    type: str
    label: str  # its canonical name, a paper's title
    matched: str  # the name by which it was found
    support: int  # papers that state something of it
    how: str  # "exact", "prefix", "words", "close"
    score: float  # closeness of the name to the search, in [0, 1]


def name_rows(knowledge: Knowledge) -> list[NameRow]:
    """A row for every name of every entity, curated ones too, and for title and identifiers of every paper; sorted."""
    papers: defaultdict[str, set[str]] = defaultdict(set)
    for statement in knowledge.statements:
        papers[statement.subject].add(statement.paper)
        papers[statement.object].add(statement.paper)
    rows = set()
    for entity in knowledge.entities:
        support = len(papers[entity.id])
        rows.add(NameRow(entity.id, entity.type, entity.name, entity.name, "name", support))
        aliases = {*entity.aliases, *_curated(entity)}
        rows.update(NameRow(entity.id, entity.type, entity.name, alias, "alias", support) for alias in aliases)
    for document in knowledge.documents:
        iri, title = f"paper/{document.key}", document.title
        rows.add(NameRow(iri, PAPER, title, title, "title", 1))
        if document.source_title != title:
            rows.add(NameRow(iri, PAPER, title, document.source_title, "title", 1))
        rows.update(NameRow(iri, PAPER, title, i.value, "id", 1) for i in document.identifiers)
    return sorted(rows)


def _curated(entity: Entity) -> tuple[str, ...]:
    """Other names that the gazetteer knows for an entity: "A100" finds "NVIDIA A100" although no paper calls it so."""
    entry = gazetteer.canonical(entity.type, entity.name)
    return entry.aliases if entry is not None and entry.name == entity.name and not entry.guards(entity.name) else ()


def rows_digest(rows: Iterable[NameRow]) -> str:
    """Digest of the rows of an index, in their order."""
    total = hashlib.sha256()
    for r in rows:
        total.update(json.dumps([r.iri, r.type, r.label, r.name, r.kind, r.support]).encode())
    return total.hexdigest()[:32]


def build_index(path: Path, rows: Iterable[NameRow]) -> None:
    """Write the index of `rows` to a new file, on disk when this returns."""
    with _reported(path):
        db = sqlite3.connect(path)
        try:
            db.executescript(_SCHEMA)
            for number, row in enumerate(rows, 1):
                folded = fold(_text(row.name))
                kind = _KINDS.index(row.kind)
                values = (number, _text(row.iri), row.type, _text(row.label), _text(row.name.strip()), folded, kind, row.support)
                db.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
                db.execute("INSERT INTO word (rowid, name) VALUES (?, ?)", (number, " ".join(_WORD.findall(_text(row.name)))))
                db.execute("INSERT INTO gram (rowid, name) VALUES (?, ?)", (number, folded))
            db.execute("INSERT INTO word (word) VALUES ('optimize')")
            db.execute("INSERT INTO gram (gram) VALUES ('optimize')")
            db.commit()
        finally:
            db.close()
    sync(path)


_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE name (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL, type TEXT NOT NULL, label TEXT NOT NULL, name TEXT NOT NULL,
    folded TEXT NOT NULL, kind INTEGER NOT NULL, support INTEGER NOT NULL
);
CREATE INDEX name_by_form ON name (folded);
CREATE INDEX name_by_iri ON name (iri);
CREATE VIRTUAL TABLE word USING fts5(name, content='', tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE gram USING fts5(name, content='', tokenize='trigram');
"""

_EXACT = """SELECT id FROM name WHERE folded = :form AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))"""
_PREFIX = """
SELECT id FROM name WHERE folded > :form AND folded < :beyond AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
ORDER BY kind, support DESC, length(name), name, iri LIMIT :most
"""
_WORDS = """
SELECT id FROM word JOIN name ON id = word.rowid
WHERE word MATCH :match AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types))) ORDER BY word.rank, id LIMIT :most
"""
_GRAMS = """
SELECT id FROM gram JOIN name ON id = gram.rowid
WHERE gram MATCH :match AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types))) ORDER BY gram.rank, id LIMIT :most
"""
_LENGTH = """
SELECT id FROM name
WHERE length(folded) BETWEEN :shortest AND :longest AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
"""
_ROWS = """
SELECT iri, type, label, name, folded, kind, support FROM name WHERE id IN (SELECT value FROM json_each(?))
"""
_OF = "SELECT iri, type, label, name, folded, kind, support FROM name WHERE iri = ? ORDER BY kind, name LIMIT 1"

_Row = tuple[str, str, str, str, str, int, int]  # the columns of _ROWS
_Best = dict[str, tuple[tuple[object, ...], Hit]]  # path → its rank and the hit


class NameIndex:
    """The index in the file `path`, opened for reading only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _reported(path):
            self._db = sqlite3.connect(path.absolute().as_uri() + "?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def close(self) -> None:
        """Let go of the file."""
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
        with _reported(self.path):
            for find in (self._exact, self._prefix, self._words, self._close):
                known = any(hit.how == "exact" for _, hit in best.values())
                if len(best) >= limit or (known and find == self._close):  # what has the very name is not misspelt
                    break
                find(query, best)
        return _ranked(best)[: max(limit, 0)]

    def exact(self, text: str, types: Collection[str] | None = None) -> list[Hit]:
        """Things that have a name equal to `text` but for case, punctuation and accents; best first."""
        best: _Best = {}
        with _reported(self.path):
            self._exact(_Query(text, types), best)
        return _ranked(best)

    def of(self, iri: str) -> Hit | None:
        """The thing of this path below the base; None where the graph has none."""
        with _reported(self.path):
            row: _Row | None = self._db.execute(_OF, (_text(iri),)).fetchone()
        return None if row is None else _hit(row, "exact", 1.0)

    def labels(self) -> dict[str, tuple[str, str]]:
        """Path below the base → (label, type) of every thing."""
        with _reported(self.path):
            return {iri: (label, type) for iri, label, type in self._db.execute("SELECT DISTINCT iri, label, type FROM name")}

    def _exact(self, query: _Query, best: _Best) -> None:
        for row in self._rows(_EXACT, query, form=query.form):
            _keep(best, row, query, "exact", 1.0)

    def _prefix(self, query: _Query, best: _Best) -> None:
        if query.form:
            for row in self._rows(_PREFIX, query, form=query.form, beyond=query.form + "\U0010ffff"):
                _keep(best, row, query, "prefix", len(query.form) / len(row[4]))

    def _words(self, query: _Query, best: _Best) -> None:
        if query.words:
            for row in self._rows(_WORDS, query, match=" ".join(f'"{word}"' for word in query.words) + "*"):
                _keep(best, row, query, "words", min(1.0, len(query.form) / max(1, len(row[4]))))

    def _close(self, query: _Query, best: _Best) -> None:
        form, rows = query.form[:_LONGEST], []
        grams = sorted({gram for i in range(len(form) - 2) if (gram := form[i : i + 3]).replace("+", "a").isalnum()})  # no quotes
        if grams:
            rows += self._rows(_GRAMS, query, match=" OR ".join('"' + gram.replace('"', '""') + '"' for gram in grams))
        if 2 < len(form) <= _SHORT:
            rows += self._rows(_LENGTH, query, shortest=len(form) - 1, longest=len(form) + 1)
        for row in rows:
            if form in row[4]:
                _keep(best, row, query, "words", len(form) / len(row[4]))
            elif (score := _closeness(query, row)) >= _CLOSE:
                _keep(best, row, query, "close", score / 100)

    def _rows(self, sql: str, query: _Query, **values: str | int) -> list[_Row]:
        listed = None if query.types is None else json.dumps(sorted(query.types))
        found = self._db.execute(sql, {"types": listed, "most": _CANDIDATES, **values})
        return self._db.execute(_ROWS, (json.dumps([number for (number,) in found]),)).fetchall()


class _Query:
    """What a person typed, in the forms in which it is looked for."""

    def __init__(self, text: str, types: Collection[str] | None) -> None:
        self.text = _text(text.strip())
        self.form = fold(self.text)
        self.words = _WORD.findall(self.text[:_LONGEST])
        self.types = types


def fold(name: str) -> str:
    """The normal form of a name without accents, by which names are looked up; the name itself where it has no letter or digit."""
    folded = "".join(c for c in unicodedata.normalize("NFD", normal_form(name)) if not unicodedata.combining(c))
    return folded or name.strip()


def _keep(best: _Best, row: _Row, query: _Query, how: str, score: float) -> None:
    """Keep a row if its thing was not found by a better one; the order is total."""
    iri, _, _, name, _, kind, support = row
    same = 0 if name == query.text else 1 if normal_form(name) == normal_form(query.text) else 2
    closeness = -round(score, 4) if how == "close" else 0.0
    rank = (_HOW.index(how), same, closeness, kind, -support, len(name), name, iri)
    if iri not in best or rank < best[iri][0]:
        best[iri] = (rank, _hit(row, how, round(score, 4)))


def _ranked(best: _Best) -> list[Hit]:
    return [hit for _, hit in sorted(best.values(), key=lambda pair: pair[0])]


def _hit(row: _Row, how: str, score: float) -> Hit:
    iri, type, label, name, _, _, support = row
    return Hit(iri, type, label, name, support, how, score)


def _closeness(query: _Query, row: _Row) -> float:
    """How close a name is to the search, 0-100: as a whole, or word by word, which counts a tenth less."""
    from rapidfuzz import fuzz

    whole = fuzz.ratio(query.form, row[4])
    words = _WORD.findall(row[3].casefold())
    if not words or not query.words or whole >= _CLOSE:
        return whole
    by_word = [max(fuzz.ratio(wanted.casefold(), word) for word in words) for wanted in query.words]
    return max(whole, 0.9 * sum(by_word) / len(by_word))


def _text(value: str) -> str:
    """`value` as SQLite can hold it."""
    return value.encode("utf-8", "backslashreplace").decode()


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} cannot be read or written: {error}", hint=REDERIVE) from error
