"""Every paper and entity of a graph as a row: what lists, tables and maps of a server show of a node before anything more is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kg import vocab
from kg.analyse.corpus import Corpus
from kg.model import EntityType
from kg.queries import Query, load_file
from kg.store.names import fold
from kg.view.data import PAPER, name_of
from kg.view.slices import EDGES
from kg.vocab import FOLDER

SORTS = ("name", "type", "year", "papers", "relations")

_FOLDER = Path(__file__).with_name("queries")
_TYPES = {str(type): FOLDER[type] for type in EntityType}


@dataclass(frozen=True, slots=True)
class Row:
    """One paper or entity."""

    id: str  # as of `data.Node.id`
    name: str
    type: str  # one of `data.TYPES`
    year: int | None  # of a paper
    papers: int  # that speak of it; of a paper itself
    degree: int  # edges at it


def rows_of(corpus: Corpus, support: Mapping[str, int], store: ox.Store, base: str) -> tuple[Row, ...]:
    """A row for every paper and entity, by id.

    Args:
        corpus: of the graph.
        support: id of an entity → papers that speak of it, as `Hit.support` of the name index.
        store: the graph, of which only the statements are counted.
        base: where its data IRIs begin.
    """
    degrees = _degrees(store)
    papers = [Row(p.id, name_of(p.title) or p.id, PAPER, p.year, 1, degrees[_iri(p.id, base)]) for p in corpus.papers]
    things = [
        Row(e.id, name_of(e.name) or e.id, _TYPES[e.type], None, support.get(e.id, 0), degrees[_iri(e.id, base)]) for e in corpus.entities
    ]
    return tuple(sorted(papers + things, key=lambda row: row.id))


class Catalogue:
    """The rows of a graph by id, and in any order that is asked for; each order is made once."""

    def __init__(self, rows: Collection[Row]) -> None:
        self._rows = tuple(rows)
        self._at = {row.id: row for row in self._rows}
        self._orders: dict[str, tuple[Row, ...]] = {}

    def row(self, id: str) -> Row | None:
        """The row of one node; None where the graph has none."""
        return self._at.get(id)

    def listed(self, sort: str, *, up: bool, types: Collection[str], start: int, limit: int) -> tuple[list[Row], int]:
        """Rows of some types in an order of `SORTS`, at most `limit` from the one numbered `start`, and how many there are in all.

        What is equal follows the ids, rising or falling.
        """
        key = f"{sort} {up}"
        if key not in self._orders:
            self._orders[key] = tuple(sorted(self._rows, key=_KEYS[sort], reverse=not up))
        wanted = [row for row in self._orders[key] if row.type in types]
        return wanted[start : start + limit], len(wanted)


_KEYS = {
    "name": lambda row: fold(row.name),
    "type": lambda row: row.type,
    "year": lambda row: row.year or 0,
    "papers": lambda row: row.papers,
    "relations": lambda row: row.degree,
}


def sizes(store: ox.Store) -> tuple[dict[str, int], dict[str, int]]:
    """How many nodes there are of each type, and statements of each relation, of those that there are any of."""
    classes = {PAPER: vocab.RESEARCH_PAPER} | {FOLDER[type]: vocab.CLASSES[type][0] for type in EntityType}
    types = {type: _size(store, "members", {"class": node}) for type, node in classes.items()}
    relations = {name: _size(store, "size", {"property": property}) for name, property in sorted(EDGES.items())}
    return _some(types), _some(relations)


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number}


def _size(store: ox.Store, name: str, terms: Mapping[str, ox.NamedNode]) -> int:
    return next((_number(row) for row in _rows(store, name, terms)), 0)


def _degrees(store: ox.Store) -> Counter[str]:
    """IRI → triples that papers state with the node, as edges are drawn."""
    degrees: Counter[str] = Counter()
    for property in EDGES.values():
        for name in ("tally", "tally-back"):
            for row in _rows(store, name, {"property": property}):
                if isinstance(node := row["node"], ox.NamedNode):
                    degrees[node.value] += _number(row)
    return degrees


def _rows(store: ox.Store, name: str, terms: Mapping[str, ox.NamedNode]) -> ox.QuerySolutions:
    found = store.query(_query(name).bind(terms))
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError(f"{name}.rq is no SELECT")
    return found


def _number(row: ox.QuerySolution) -> int:
    number = row["number"]
    return int(number.value) if isinstance(number, ox.Literal) else 0


@cache
def _query(name: str) -> Query:
    return load_file(_FOLDER / f"{name}.rq")


def _iri(id: str, base: str) -> str:
    return id if ":" in id.partition("/")[0] else base + id
