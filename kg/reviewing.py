"""What may be one thing, and what people decided on it: the part of a graph that `kg review` works on."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from kg.model import Decision
from kg.opening import Kind, Reader

if TYPE_CHECKING:
    from kg.deciding import Split
    from kg.explanation import Pair, Question


class Review:
    """Questions that are open on one graph, and the decisions in its decisions.tsv."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def candidates(self, types: Collection[str] | None = None, *, limit: int | None = 20) -> list[Question]:
        """Pairs of things that may be one, which nobody decided on yet; best score first, `limit` of them at most."""
        found = (self.question(pair) for pair in self.pairs(types)[:limit])
        return [question for question in found if question is not None]

    def pairs(self, types: Collection[str] | None = None) -> list[Pair]:
        """All that `candidates` would tell of, without sentences."""
        from kg import explanation

        with self._reader.open() as snapshot:
            return explanation.pairs(snapshot, types)

    def question(self, pair: Pair) -> Question | None:
        """Both things of a pair side by side; None where the question is not open any more."""
        from kg import explanation

        with self._reader.open() as snapshot:
            return explanation.question(snapshot, pair)

    def decisions(self) -> tuple[Decision, ...]:
        """What people decided, in the order of the store's decisions.tsv."""
        from kg import decisions

        if self._reader.location.kind is Kind.FILE:
            return ()
        return decisions.load(self._reader.folder())

    def decide(self, *decisions: Decision) -> tuple[Decision, ...]:
        """Write decisions into the store's decisions.tsv and bring the graph up to date; those that did not hold before."""
        from kg.deciding import decide

        with self._reader.writing("write decisions into") as store:
            return decide(store, add=decisions)

    def undecide(self, *decisions: Decision) -> None:
        """Take decisions out of the store's decisions.tsv and bring the graph up to date."""
        from kg.deciding import decide

        with self._reader.writing("write decisions into") as store:
            decide(store, remove=decisions)

    def split(self, name: str, form: str | None = None, paper: str | None = None, *, note: str = "") -> Split:
        """Part a thing: `form` is no name of it, or `paper` means another thing by it; what it was and what the things are now."""
        from kg.deciding import split

        with self._reader.writing("write decisions into") as store:
            return split(store, name, form=form, paper=paper, note=note)
