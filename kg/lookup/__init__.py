"""Finds one thing by what a person calls it, and tells all that the graph says of it with the sentences behind it.

In: a published snapshot. Out: `Hit`, `Description`, `Quote`. Reads by patterns, so that the time depends on what is told, not on
the size of the graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lazy import names_of
from kg.queries.terms import KIND
from kg.store import PAPER

if TYPE_CHECKING:
    from kg.lookup.finding import TYPES, find, search
    from kg.lookup.telling import show, why
    from kg.lookup.values import Author, Below, Description, Doubt, Edge, End, Quote
else:
    __getattr__ = names_of(
        __name__,
        {
            "finding": "TYPES find search",
            "telling": "show why",
            "values": "Author Below Description Doubt Edge End Quote",
        },
    )

__all__ = ["KIND", "PAPER", "TYPES", "Author", "Below", "Description", "Doubt", "Edge", "End", "Quote", "find", "search", "show", "why"]
