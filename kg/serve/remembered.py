"""Answers that were given before, while the snapshot that gave them is the newest: what is asked often is computed once."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from io import BytesIO

from kg.engine.pool import Answer

_PART = 4  # an answer may take one in so many of the bytes that there are for all: 10,000 rows with sentences take some 10 MB
# Functions that answer otherwise each time (SPARQL 1.1, sections 17.4.2.8-9, 17.4.4.5, 17.4.5.1), also where the engine reads them out of
# a longer word: FILTERRAND() is one to it.
_CHANGING = re.compile(r"(?:now|rand|uuid|bnode)(?:\s|#[^\n]*\n)*\(", re.IGNORECASE)


def is_lasting(sparql: str) -> bool:
    """Whether a query has the same answer each time that it is asked of the same graph."""
    return _CHANGING.search(sparql) is None


class Remembered:
    """Answers of one state of a graph, up to so many bytes; the ones that were not asked for the longest go first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._kept: OrderedDict[Hashable, tuple[Answer, bytes]] = OrderedDict()
        self._state: object = None

    def get(self, state: object, key: Hashable) -> Answer | None:
        """The answer that the graph in this state gave for this key; with a state that was not asked for before, all others are let go."""
        if state is not self._state:
            self._state, self._used = state, 0
            self._kept.clear()
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        answer, body = self._kept[key]
        return replace(answer, file=BytesIO(body))

    def put(self, state: object, key: Hashable, answer: Answer) -> Answer:
        """Keep an answer, unless it is too large or there is a newer state; the same answer, unread."""
        if state is not self._state or answer.size > self._size // _PART or key in self._kept:
            return answer
        body = answer.body()
        self._used += len(body)
        while self._used > self._size:
            self._used -= len(self._kept.popitem(last=False)[1][1])
        self._kept[key] = (replace(answer, file=BytesIO()), body)
        return replace(answer, file=BytesIO(body))
