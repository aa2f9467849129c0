"""JSON documents that are too long to be held: the items of the list that they are, or of the one in an answer of an API, streamed."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from kg.sources.inputs import MAX_FILE_BYTES, Input, RefusedError

# Where the list of papers is: an answer of Crossref has it in "message" → "items", one of Solr in "response" → "docs".
_LISTS = ("results", "data", "items", "papers", "works", "records", "docs", "hits", "recommendedPapers")
_ANSWERS = ("message", "response", "hits", "result")
_START_BYTES = 1024 * 1024  # in which the list must begin
_PATHS = frozenset(["", *_LISTS, *(f"{answer}.{name}" for answer in _ANSWERS for name in _LISTS)])


class BadJsonError(Exception):
    """The document is not valid JSON from some item on; the message says why."""


def listed(input: Input) -> Iterator[object] | None:
    """The items of the list of papers in a document in UTF-8, as they are read; None where none begins in the first bytes.

    Raises:
        RefusedError: an item, or what stands before the list, is too long; from the iterator.
        BadJsonError: from the iterator, behind the items before the error.
    """
    path = _path(input.head[:_START_BYTES].removeprefix(codecs.BOM_UTF8))
    return None if path is None else _items(_Bounded(input.stream()), f"{path}.item".removeprefix("."))


def _path(start: bytes) -> str | None:
    import ijson  # 20 ms: only where a document is long

    try:
        for path, event, _ in ijson.parse(io.BytesIO(start), use_float=True):
            if event == "start_array" and path in _PATHS:
                return str(path)
    except ijson.JSONError:  # it is cut, if not wrong
        pass
    return None


def _items(stream: _Bounded, path: str) -> Iterator[object]:
    import ijson

    try:
        for item in ijson.items(stream, path, use_float=True):
            yield item
            stream.unspent = MAX_FILE_BYTES
    except (ijson.JSONError, ValueError) as error:
        raise BadJsonError(" ".join(str(error).split())[:120]) from error


class _Bounded:
    """A stream that is refused where one item takes too much of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.unspent = MAX_FILE_BYTES  # bytes until the next item must have ended
        if stream.peek(3)[:3] == codecs.BOM_UTF8:  # type: ignore[attr-defined]  # of a BufferedReader
            stream.read(3)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes.

        Raises:
            RefusedError: an item is too long.
        """
        part = self._stream.read(size)
        self.unspent -= len(part)
        if self.unspent < 0:
            raise RefusedError("too-long", f"one paper takes more than {MAX_FILE_BYTES // 1024**2} MB: split the file")
        return part
