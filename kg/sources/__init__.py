"""Paths → records: one module per kind of input.

    find files → open → unpack → tell the format → read

A format is told by content first and by the file's ending second; `format=` overrides both (`kg.sources.registry`). Packed inputs are
unpacked while they are read. Whatever is wrong with one input becomes a `Rejection` and the next one is read: nothing here raises for
bad input.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from kg.errors import MISTAKES, UsageError, place_of
from kg.model import Record, Rejection
from kg.sources.columns import checked
from kg.sources.decoding import HEAD_BYTES
from kg.sources.files import Choice, find, opened, refusal, shown
from kg.sources.formats import Format, Found
from kg.sources.inputs import Input
from kg.sources.position import Position, size_of
from kg.sources.reading import begun, is_told, read_input
from kg.sources.registry import BUILT_IN, Registry, load

__all__ = ["FORMATS", "Found", "Position", "read"]

FORMATS = tuple(format.name for format in BUILT_IN)  # installed packages may add some: `kg.sources.registry.load().names`


def read(
    paths: Sequence[str],
    *,
    format: str | None = None,
    stdin: BinaryIO | None = None,
    columns: Mapping[str, str] | None = None,
    position: Position | None = None,
) -> Iterator[Record | Rejection]:
    """The papers of files, folders (walked in sorted order) and, for "-", standard input, in order of reading.

    Args:
        paths: what to read; what is named twice is read twice.
        format: the name of one, or None to detect it.
        stdin: the stream that "-" stands for; `sys.stdin.buffer` if None.
        columns: what a table (CSV, TSV, Parquet) holds where its columns go by other names than are known: {"title": "Titel"};
            a table without such a column is read by the known names.
        position: kept up to date on how far reading is; None where nobody asks.

    Raises:
        UsageError: `format` is none that there is, `columns` names no field.
        SourceError: an installed package registers something that is no format.
    """
    registry = load()
    chosen = registry.named(format) if format is not None else None
    if format is not None and chosen is None:
        raise UsageError(f"unknown format {format!r}", hint="use one of: " + ", ".join(registry.names))
    if position is not None:
        position.start(find(paths, _choice(registry)))
    return _read_all(paths, _How(registry, chosen, stdin, checked(columns or {})), position or Position())


@dataclass(frozen=True, slots=True)
class _How:
    """How all inputs of one call are read."""

    registry: Registry
    format: Format | None
    stdin: BinaryIO | None
    columns: Mapping[str, str]


def _choice(registry: Registry) -> Choice:
    """Which files of a folder are read; one that cannot be looked at is, for reading it tells why."""

    def is_told_at(path: str) -> bool:
        found = opened(path)
        if isinstance(found, Rejection):
            return True
        stream, head = found
        with stream:
            try:
                return is_told(Input(shown(path), head, stream), registry)
            except OSError:
                return True

    return Choice(registry.is_known, registry.may_be_known, is_told_at)


_Opened = tuple[BinaryIO, Input] | Rejection


def _read_all(paths: Sequence[str], how: _How, position: Position) -> Found:
    with closing(_one_ahead(find(paths, _choice(how.registry)), how)) as files:
        for found, begun in files:
            if isinstance(found, Rejection):
                yield found
                continue
            input = begun or (_standard_input(how) if found == "-" else _file(found, how))
            if isinstance(input, Rejection):
                yield input
                continue
            stream, opened_input = input
            position.enter(stream, size_of(found) if found != "-" else 0)
            try:
                for item in _guarded(opened_input, how.registry, how.format):
                    if isinstance(item, Record):
                        position.pass_by(item)
                    yield item
            finally:
                position.leave()
                if found != "-":
                    stream.close()


def _one_ahead(paths: Iterator[str | Rejection], how: _How) -> Generator[tuple[str | Rejection, _Opened | None], None, None]:
    """Each path, when work on the next one has begun if its format can; opened where it has. What nobody takes up is dropped."""
    waiting: deque[tuple[str | Rejection, _Opened | None]] = deque()
    try:
        for found in paths:
            waiting.append((found, _begun(found, how) if waiting else None))
            if len(waiting) > 1:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for _, input in waiting:
            if input is not None and not isinstance(input, Rejection):
                input[0].close()
                if input[1].task is not None:
                    input[1].task.drop()


def _begun(found: str | Rejection, how: _How) -> _Opened | None:
    """The file opened, with work on it begun if it can; None where its ending is of no format that can."""
    if isinstance(found, Rejection) or not how.registry.may_begin(found):
        return None
    input = _file(found, how)
    return input if isinstance(input, Rejection) else (input[0], begun(input[1], how.registry, how.format))


def _standard_input(how: _How) -> tuple[BinaryIO, Input] | Rejection:
    stream = how.stdin or (sys.stdin.buffer if sys.stdin is not None else None)  # None: closed before the program began
    try:
        head = stream.read(HEAD_BYTES) if stream is not None else None
    except (OSError, ValueError):
        head = None
    if stream is None or head is None:
        return Rejection("-", "", "read", "unreadable", "standard input is closed: send papers to it, or name files")
    return stream, Input("-", head, stream, columns=how.columns)


def _file(path: str, how: _How) -> tuple[BinaryIO, Input] | Rejection:
    found = opened(path)
    return found if isinstance(found, Rejection) else (found[0], Input(shown(path), found[1], found[0], columns=how.columns))


def _guarded(input: Input, registry: Registry, format: Format | None) -> Found:
    """What `input` holds; a disk that fails midway is a rejection too, and so is a mistake in a reader, which others need not suffer from."""
    try:
        yield from read_input(input, registry, format)
    except OSError as error:
        yield refusal(input.source, error)
    except MISTAKES as error:
        message = f"reading failed with {place_of(error)}: please report this input; the others are not affected"
        yield Rejection(input.source, "", "read", "reading-failed", message)
