"""How much of what one paper states is read: more is a mistake or an attack."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MAX_STATED = 10_000  # authors, cited works and the like of one paper: the largest collaborations and reviews have some 5,000
MAX_AFFILIATIONS = 100  # of one author


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, each once, in their order, at most MAX_STATED."""
    return tuple(dict.fromkeys(islice((value for value in values if value), MAX_STATED)))
