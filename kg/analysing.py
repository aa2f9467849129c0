"""The figures of `kg analyse`, of a graph that is opened whenever one is asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from kg.model import EntityType
from kg.opening import Reader
from kg.store import PAPER

if TYPE_CHECKING:
    from kg.analyse import Figure


class Analysis:
    """Computes figures over all papers of one graph."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def __call__(
        self,
        figure: str,
        thing: str | None = None,
        *,
        types: Collection[str] | None = None,
        since: int | None = None,
        limit: int | None = None,
    ) -> Figure[Any]:
        """A figure by its name, of the whole graph or of one thing.

        Args:
            figure: one of `kg.analyse.FIGURES`: standing, co-use, lineage, bridges, gaps, trends.
            thing: what a person calls it; "bridges" takes a paper too.
            types: only these types, such as "Method".
            since: only papers of this year and later.
            limit: most rows that are needed; the figure may have more where they cost nothing.

        Raises:
            UsageError: there is no such figure, type or thing, or several things have the name.
        """
        from kg import lookup
        from kg.analyse import compute, known, read

        among = [*map(str, EntityType), *([PAPER] if known(figure) == "bridges" else [])]
        with self._reader.open() as snapshot:
            id = None if thing is None else lookup.find(snapshot, thing, among).iri
            corpus = read(snapshot.store, base=snapshot.base, since=since)
        return compute(corpus, figure, thing=id, types=types, limit=limit)
