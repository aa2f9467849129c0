"""The answer to a query as a table for people.

A column `xLabel` is the name of what stands in column `x`: the two become one column, the name linked to where the IRI leads. Other IRIs
are shortened by the prefixes that we know and linked where they are ours or on the web. Texts are shown as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.engine.pool import Answer
from kg.serve.pages.addresses import curie, link, prefixes

SHOWN = 500  # rows on a page; the files that the page links to hold all
_LABEL = "Label"
_NUMBERS = ("integer", "decimal", "double", "float")
_LONG = 60  # characters from which a cell is set as running text


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one row."""

    text: str
    href: str = ""  # where it leads; "" nowhere
    kind: str = ""  # "number", "long" (running text) or ""
    iri: str = ""  # of what it names; "" where it is a text alone


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of an answer."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]  # at most SHOWN
    total: int  # rows of the answer
    truncated: bool  # the query has more rows than the answer: a limit of the server
    boolean: bool | None = None  # of ASK, which has no rows
    graph: str = ""  # Turtle, of CONSTRUCT and DESCRIBE
    cut: bool = False  # `graph` is the beginning only


_GRAPH = 100_000  # characters of a graph on a page


def table(answer: Answer, base: str) -> Table:
    """The answer as a page shows it; `base` is where data IRIs begin."""
    body = answer.body().decode("utf-8", "replace")
    if answer.format != "json":
        return Table((), (), answer.rows, answer.truncated, graph=body[:_GRAPH], cut=len(body) > _GRAPH)
    document: dict[str, Any] = json.loads(body)
    if "boolean" in document:
        return Table((), (), 0, False, boolean=bool(document["boolean"]))
    names: list[str] = document["head"].get("vars", [])
    bindings: list[dict[str, dict[str, str]]] = document["results"]["bindings"]
    columns = _columns(names)
    known = prefixes(base)
    rows = tuple(tuple(_cell(row, column, columns, base, known) for column in columns) for row in bindings[:SHOWN])
    return Table(tuple(column for column in columns), rows, len(bindings), answer.truncated)


def _columns(names: Sequence[str]) -> dict[str, str]:
    """Column that is shown → the variable that it is linked by; the same where there is no other."""
    labelled = {name.removesuffix(_LABEL) for name in names if name.endswith(_LABEL) and name != _LABEL} & set(names)
    shown = [name for name in names if name not in labelled]
    return {name.removesuffix(_LABEL) if name.removesuffix(_LABEL) in labelled else name: name for name in shown}


def _cell(row: dict[str, dict[str, str]], column: str, columns: dict[str, str], base: str, known: dict[str, str]) -> Cell:
    term, shown = row.get(column), row.get(columns[column])
    if shown is None:
        shown = term
    if shown is None:
        return Cell("")
    target = term["value"] if term is not None and term["type"] == "uri" else ""
    if shown["type"] == "uri":
        return Cell(curie(shown["value"], known), link(shown["value"], base), iri=shown["value"])
    if shown["type"] == "triple":
        return Cell(json.dumps(shown["value"], ensure_ascii=False, sort_keys=True), kind="long")
    text = shown["value"] if shown["type"] == "literal" else f"_:{shown['value']}"
    number = shown.get("datatype", "").rpartition("#")[2] in _NUMBERS
    kind = "number" if number else "long" if len(text) > _LONG else ""
    return Cell(text, link(target, base) if target else "", kind, target)
