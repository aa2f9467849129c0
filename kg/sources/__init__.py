"""Paths → records: one module per kind of input.

    find files → open → unpack → tell the format → read

A format is told by content first and by the file's ending second; `format=` overrides both (`kg.sources.registry`). Packed inputs are
unpacked while they are read. Whatever is wrong with one input becomes a `Rejection` and the next one is read: nothing here raises for
bad input.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from kg.errors import MISTAKES, UsageError, place_of
from kg.model import Record, Rejection
from kg.sources.columns import checked
from kg.sources.decoding import HEAD_BYTES
from kg.sources.files import find, opened, refusal, shown
from kg.sources.formats import Format, Found
from kg.sources.inputs import Input
from kg.sources.reading import read_input
from kg.sources.registry import BUILT_IN, Registry, load

__all__ = ["FORMATS", "read"]

FORMATS = tuple(format.name for format in BUILT_IN)  # installed packages may add some: `kg.sources.registry.load().names`


def read(
    paths: Sequence[str], *, format: str | None = None, stdin: BinaryIO | None = None, columns: Mapping[str, str] | None = None
) -> Iterator[Record | Rejection]:
    """The papers of files, folders (walked in sorted order) and, for "-", standard input, in order of reading.

    Args:
        paths: what to read; what is named twice is read twice.
        format: the name of one, or None to detect it.
        stdin: the stream that "-" stands for; `sys.stdin.buffer` if None.
        columns: what a table (CSV, TSV, Parquet) holds where its columns go by other names than are known: {"title": "Titel"}.

    Raises:
        UsageError: `format` is none that there is, `columns` names no field; or, from the iterator, a table lacks one of the columns.
        SourceError: an installed package registers something that is no format.
    """
    registry = load()
    chosen = registry.named(format) if format is not None else None
    if format is not None and chosen is None:
        raise UsageError(f"unknown format {format!r}", hint="use one of: " + ", ".join(registry.names))
    return _read_all(paths, registry, chosen, stdin, checked(columns or {}))


def _read_all(paths: Sequence[str], registry: Registry, format: Format | None, stdin: BinaryIO | None, columns: Mapping[str, str]) -> Found:
    for found in find(paths, registry.is_known):
        if isinstance(found, Rejection):
            yield found
        elif found == "-":
            stream = stdin if stdin is not None else sys.stdin.buffer
            yield from _guarded(Input("-", stream.read(HEAD_BYTES), stream, columns=columns), registry, format)
        else:
            stream_and_head = opened(found)
            if isinstance(stream_and_head, Rejection):
                yield stream_and_head
                continue
            with stream_and_head[0]:
                yield from _guarded(Input(shown(found), stream_and_head[1], stream_and_head[0], columns=columns), registry, format)


def _guarded(input: Input, registry: Registry, format: Format | None) -> Found:
    """What `input` holds; a disk that fails midway is a rejection too, and so is a mistake in a reader, which others need not suffer from."""
    try:
        yield from read_input(input, registry, format)
    except OSError as error:
        yield refusal(input.source, error)
    except MISTAKES as error:
        message = f"reading failed with {place_of(error)}: please report this input; the others are not affected"
        yield Rejection(input.source, "", "read", "reading-failed", message)
