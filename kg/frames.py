"""Answers as data frames of pandas, which is an extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import DependencyError

if TYPE_CHECKING:
    import pandas

    from kg.engine.runner import QueryResult


def data_frame(result: QueryResult) -> pandas.DataFrame:
    """The rows of an answer as text; IRIs as they are, None where a cell is unbound.

    Raises:
        DependencyError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise DependencyError("data frames need pandas", hint="pip install pandas") from error
    rows = [[None if cell is None else getattr(cell, "value", str(cell)) for cell in row] for row in result.rows]
    return pandas.DataFrame(rows, columns=list(result.variables))
