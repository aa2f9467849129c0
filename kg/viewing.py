"""Pages of a graph that is opened whenever one is asked for: names looked up, queries asked, and the page as a file or in a notebook."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.opening import Reader
from kg.store import PAPER, Snapshot

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from kg.engine.runner import QueryResult as Result
    from kg.view import Answer

_ROWS = 500  # of an answer that a page shows as a table
_HEIGHT = 720  # pixels of a page inside a notebook


class Page(str):
    """HTML of a page; a notebook shows it as it is, without a network."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """The page inside the cell of a notebook, apart from the notebook's own styles and scripts."""
        title = "Graph of papers"
        return (
            f'<iframe srcdoc="{html.escape(self)}" title="{title}" width="100%" height="{_HEIGHT}" style="border:1px solid #8888"></iframe>'
        )


class View:
    """Makes pages of one graph."""

    def __init__(self, reader: Reader, ask: Callable[..., Result]) -> None:
        self._reader = reader
        self._ask = ask

    def __call__(
        self,
        *names: str,
        kind: str | None = None,
        query: str | Path | None = None,
        params: Mapping[str, str] | None = None,
        papers: Iterable[str] | None = None,
        since: int | None = None,
        depth: int = 1,
        min_score: float | None = None,
        min_precision: float | None = None,
        max_nodes: int | None = None,
        output: str | Path | None = None,
    ) -> Page:
        """One offline HTML page of the whole graph, which begins with what is named; the last expression of a notebook's cell shows it.

        Args:
            names: papers or entities to begin with, each with its neighbourhood.
            kind: begin with one type: a value of EntityType, or "Paper".
            query: begin with the nodes that this query answers.
            params: of the query.
            papers: only these papers and what they say, each by its name.
            since: only papers of this year and later.
            depth: how many edges the neighbourhood reaches.
            min_score: leave out claims that score less, in [0, 1], and entities that no other claim names.
            min_precision: leave out claims whose scores promise less, see `kg.extract.threshold.limits`; not with `min_score`.
            max_nodes: most nodes drawn at once, 1 to 300; what each view can bear if not given. The page carries all.
            output: a file to write as well.

        Raises:
            UsageError: nothing has one of the names; what was asked for excludes each other, or is out of range.
            KgError: the file cannot be written.
        """
        from kg import lookup
        from kg.view import page

        result = None if query is None else self._ask(query, params=params)
        with self._reader.open() as snapshot:
            focus = [snapshot.iri(lookup.find(snapshot, name).iri) for name in names]
            only = None if papers is None else [snapshot.iri(lookup.find(snapshot, name, [PAPER]).iri) for name in papers]
            text = page(
                snapshot.store,
                focus=focus,
                kind=kind,
                nodes=None if result is None else _nodes(snapshot, result),
                answer=None if result is None else replace(_answer(snapshot, result), title=_asked(query)),
                papers=only,
                since=since,
                depth=depth,
                min_score=min_score,
                min_precision=min_precision,
                max_nodes=max_nodes,
                base=snapshot.base,
            )
        made = Page(text)
        if output is not None:
            write(made, Path(output))
        return made


def write(page: str, path: Path) -> None:
    """Write a page to a file, as a whole or not at all; raises `KgError` where that cannot be done."""
    side = path.with_name(f".{path.name[:200]}.part")
    try:
        side.write_text(page, encoding="utf-8", newline="\n")
        side.replace(path)
    except OSError as error:
        side.unlink(missing_ok=True)
        raise KgError(f"cannot write {path}: {error.strerror}", hint="name a file in a folder that exists and may be written") from error


def _rows(result: Result) -> list[Sequence[object]]:
    return [*result.rows, *((t.subject, t.predicate, t.object) for t in result.triples or ())]


def _nodes(snapshot: Snapshot, result: Result) -> set[NamedNode]:
    """The papers and entities among the cells of an answer."""
    from pyoxigraph import NamedNode

    cells = {cell for row in _rows(result) for cell in row if isinstance(cell, NamedNode)}
    return {node for node in cells if snapshot.names.of(snapshot.local(node.value)) is not None}


def _asked(query: str | Path | None) -> str:
    """What a query asks, in words: the question of the library, else the name of its file or the first line of its text."""
    from kg.queries import library

    text = str(query or "").strip()
    known = library().get(text)
    return known.question if known else text.splitlines()[0][:120] if text else ""


def _answer(snapshot: Snapshot, result: Result) -> Answer:
    from kg.view import Answer

    rows = _rows(result)
    names = result.variables or ("subject", "predicate", "object")
    return Answer(names, tuple(tuple(_cell(snapshot, cell) for cell in row) for row in rows[:_ROWS]), max(0, len(rows) - _ROWS))


def _cell(snapshot: Snapshot, cell: object) -> str | dict[str, str]:
    """A cell as text, or {"node": id} where it is a paper or entity."""
    from pyoxigraph import NamedNode

    from kg.view.data import name_of

    if cell is None:
        return ""
    value = str(getattr(cell, "value", cell))
    if isinstance(cell, NamedNode) and snapshot.names.of(snapshot.local(value)) is not None:
        return {"node": name_of(snapshot.local(value))}
    return name_of(value)
