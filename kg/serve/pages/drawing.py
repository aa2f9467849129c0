"""The answer to a query as something to draw: its rows as a table, and the papers and entities that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from kg.lookup import KIND, TYPES
from kg.serve.pages.parts import Json, columns
from kg.serve.pages.results import Cell, Table
from kg.store import Snapshot
from kg.view import layout, selection, slices
from kg.view.scenes.scene import DRAWN

if TYPE_CHECKING:
    from kg.serve.site import Site

EXPLORE = "/explore"
TOLD = 300  # nodes of an answer that the explorer is told of; more are texts in the rows
_CHECKED = 2000  # IRIs of an answer that are looked up
_LONGEST = 16_000  # characters of an address that draws
_NOTHING = "No row of the answer holds a paper or a thing of the graph, so there is nothing to draw. Let the query give their IRIs."
_NO_ROWS = "The query has no answer. Change a value, or begin at a name that the search finds."
_TRIPLES = "The query gives triples, not rows. Ask with SELECT for what is to be drawn."
_BOOLEAN = "The answer is “{}”, which is nothing to draw. Ask with SELECT for what is to be drawn."


async def link(site: Site, came: Table | object, query: str, given: Mapping[str, str] | None = None) -> str:
    """The address that draws an answer; "" where fewer than two rows hold nodes of the graph, or it would be too long.

    Args:
        site: what was asked.
        came: the table of the answer; nothing else can be drawn.
        query: SPARQL as it stands, or the name of a query of the library.
        given: values for the parameters of that query; None where it is SPARQL.
    """
    if not isinstance(came, Table) or not await site.read(lambda snapshot: drawable(snapshot, came)):
        return ""
    word = (
        query
        if given is None
        else urlencode({"name": query} | {name: value for name, value in given.items() if value.strip() and name != "run"})
    )
    address = f"{EXPLORE}#v=result&d=2&q={quote(word, safe='')}"
    return address if len(address) <= _LONGEST else ""


def drawable(snapshot: Snapshot, table: Table) -> bool:
    """Whether two rows at least hold nodes of the graph."""
    nodes, found = _Nodes(snapshot), 0
    for row in table.rows:
        found += any(nodes.holds(cell) for cell in row)
        if found == 2:
            return True
    return False


def scene(snapshot: Snapshot, table: Table, words: str) -> Json:
    """The scene of an answer with its nodes and the edges between them.

    Its facts are the columns and rows of the table: a cell is a text, or {"node": id} where it is one of the nodes.

    Args:
        snapshot: the graph that was asked.
        table: the answer.
        words: what was asked, in words for people.
    """
    nodes = _Nodes(snapshot)
    found = list(dict.fromkeys(cell.iri for row in table.rows for cell in row if nodes.holds(cell)))
    told = found[:TOLD]
    part = slices.among(snapshot, [snapshot.iri(iri) for iri in told])
    ids = {iri: part.graph.nodes[at].id for iri, at in zip(told, part.nodes, strict=True)}
    rows = [[{"node": ids[cell.iri]} if cell.iri in ids else cell.text for cell in row] for row in table.rows]
    numbers = part.nodes[:DRAWN]
    at = layout.place(part.graph, selection.adjacency(part.graph), selection.Selection(tuple(numbers), (), ""))
    return {
        "scene": {
            "view": "result", "nodes": [part.graph.nodes[n].id for n in numbers], "at": [at[n] for n in numbers], "groups": [], "ties": [],
            "facts": {"columns": list(table.columns), "rows": rows, "cut": max(0, table.total - len(rows)), "title": words.rstrip(".")},
            "total": len(found), "method": f"{words} Nodes are drawn in the order of the rows.", "papers": snapshot.manifest.papers,
            "notes": _notes(table), "empty": _empty(table, found),
        },
        **columns(part),
    }  # fmt: skip


class _Nodes:
    """Which IRIs are nodes that can be drawn; looks each up once, and no more than are looked at on a page."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str, bool] = {}

    def holds(self, cell: Cell) -> bool:
        """Whether a cell names a paper or entity."""
        iri = cell.iri
        if iri and iri not in self._known:
            hit = self._snapshot.names.of(self._snapshot.local(iri)) if len(self._known) < _CHECKED else None
            self._known[iri] = hit is not None and hit.type in TYPES and hit.type != KIND
        return bool(iri) and self._known[iri]


def _notes(table: Table) -> list[str]:
    return [f"The server stops a query at {table.total:,} rows; this one has more."] if table.truncated else []


def _empty(table: Table, found: list[str]) -> str:
    if table.boolean is not None:
        return _BOOLEAN.format("yes" if table.boolean else "no")
    if table.graph or not table.columns:
        return _TRIPLES
    return _NO_ROWS if not table.rows else "" if found else _NOTHING
