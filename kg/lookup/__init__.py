"""Finds one thing by what a person calls it, and tells all that the graph says of it with the sentences behind it.

In: a published snapshot. Out: `Hit`, `Description`, `Quote`. Reads by patterns, so that the time depends on what is told, not on
the size of the graph.
"""

from kg.lookup.finding import TYPES, find, search
from kg.lookup.telling import show, why
from kg.lookup.values import Author, Below, Description, Doubt, Edge, End, Quote
from kg.queries.terms import KIND
from kg.store import PAPER

__all__ = ["KIND", "PAPER", "TYPES", "Author", "Below", "Description", "Doubt", "Edge", "End", "Quote", "find", "search", "show", "why"]
