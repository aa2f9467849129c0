"""Errors a caller may want to catch.

KgError            base; `hint` is the next action, `exit_code` what the command line returns
├── UsageError     an unknown query, parameter, format or name (2)
├── SourceError    an input that cannot be read at all: missing path, unreadable folder (3)
├── StoreError     a store that is locked, of another version, damaged or absent (3)
├── QueryError     SPARQL that cannot be parsed or is refused (3)
│   └── QueryLimitError  SPARQL that ran out of time, memory or size (3)
├── ShapesError    SHACL shapes that cannot be read or applied (3)
├── DecisionError  a file of decisions that cannot be read, understood or written (3)
├── ExtractorError  an extractor of another package that cannot be loaded, or failed at a paper (3)
└── DependencyError an optional library that is not installed (3)
"""

from __future__ import annotations

import traceback
from pathlib import Path

# What a mistake in the code that reads one input or one paper raises, caught where that one ends so that thousands of others are not lost.
# Not BaseException, and neither OSError nor MemoryError: those are about this machine and would come again with the next.
MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError)


def place_of(error: BaseException) -> str:
    """What an error is and where it was raised, in one line for a report: "KeyError: 'x' (ris.py:12)"."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{' '.join(f'{type(error).__name__}: {error}'.split())[:200]} ({Path(frame.filename).name}:{frame.lineno})"


class KgError(Exception):
    """Base of every error a caller may want to catch; `hint` says what to do next."""

    exit_code = 3  # 0 fine, 1 checked and found wrong, 2 wrong usage, 3 could not run

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(KgError):
    """The command or call names something that does not exist: a query, a parameter, a format."""

    exit_code = 2


class SourceError(KgError):
    """An input that cannot be read at all."""


class StoreError(KgError):
    """A store that cannot be opened, locked or written."""


class QueryError(KgError):
    """A query that cannot be parsed, is refused, or met one of its limits."""


class QueryLimitError(QueryError):
    """A query that ran out of time or memory, or whose answer is too large."""


class ShapesError(KgError):
    """SHACL shapes that cannot be read or applied; the message names the file."""


class DecisionError(KgError):
    """A file of decisions that cannot be read, understood or written; the message names file, line and column."""


class ExtractorError(KgError):
    """An extractor of another package that cannot be loaded, or that failed at a paper."""


class DependencyError(KgError):
    """An optional library that the asked-for output needs is not installed."""
