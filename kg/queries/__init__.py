"""Questions to the graph: the library in `queries/`, parameters bound as terms, a guard, and results as text."""

from kg.queries.guard import guard
from kg.queries.library import Param, Query, is_named, library, load_file, named, parse
from kg.queries.terms import KINDS, PAPER, parse_iri, parse_term

__all__ = [
    "KINDS", "PAPER", "Param", "Query", "guard", "is_named", "library", "load_file", "named", "parse",
    "parse_iri", "parse_term",
]  # fmt: skip
