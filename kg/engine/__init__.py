"""Runs SPARQL in processes of its own that can be killed at a limit. In: a snapshot and a query. Out: `QueryResult`."""

from kg.engine.runner import MEMORY, WHOLE, Dataset, QueryResult, run_query

__all__ = ["MEMORY", "WHOLE", "Dataset", "QueryResult", "run_query"]
