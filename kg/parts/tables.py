"""The tables of parts: rows of Parquet files as texts and refusals, each checked, and back. Needs pyarrow, an extra."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DependencyError
from kg.log.texts import Text, text_of
from kg.model import Extraction, Rejection
from kg.parts.layout import LOG_COLUMNS, REFUSED_COLUMNS
from kg.parts.manifest import PartFile
from kg.parts.reading import Parts
from kg.store.staging import spoilt

if TYPE_CHECKING:
    import pyarrow

_ROWS = 256  # at a time: a full text has 100 kB
_WRITTEN = 4096  # rows of a row group: those of abstracts take 16 MB


def texts(parts: Parts) -> Iterator[Text]:
    """Every text of the log, in the order of files and rows.

    Raises:
        SourceError: a row is no text of a log; says which.
        DependencyError: pyarrow is not installed.
    """
    for file in parts.manifest.log:
        for number, row in _rows(parts, file, LOG_COLUMNS):
            try:
                text = text_of(*row)
                _check_spans(text.document.text, text.extraction)
                yield text
            except ValueError as error:
                raise spoilt(parts.path(file), f"row {number}: {error}") from error


def refusals(parts: Parts) -> Iterator[Rejection]:
    """Every document that was refused, likewise."""
    for file in parts.manifest.refusals:
        for _, row in _rows(parts, file, REFUSED_COLUMNS):
            yield Rejection(*row)


def write_table(path: Path, schema: pyarrow.Schema, rows: Iterable[Sequence[str]]) -> int:
    """Write rows to a Parquet file; how many there are."""
    pyarrow, parquet = arrow()
    count, waiting = 0, iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while some := tuple(islice(waiting, _WRITTEN)):
            columns = [pyarrow.array(column, pyarrow.string()) for column in zip(*some, strict=True)]
            writer.write_table(pyarrow.table(columns, schema=schema))
            count += len(some)
    return count


def arrow() -> tuple[Any, Any]:
    """The modules pyarrow and pyarrow.parquet.

    Raises:
        DependencyError: they are not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise DependencyError("parts hold Parquet files, which need pyarrow", hint="pip install 'paper-kg[parquet]'") from error
    return pyarrow, pyarrow.parquet


def _check_spans(text: str, found: Extraction) -> None:
    """Pass where all that was found lies in the text: sentences are cut out of it whenever a graph is derived."""
    evidence = [one for claims in (found.entities, found.relations, found.links) for claim in claims for one in claim.evidence]
    spans = [mention.span for entity in found.entities for mention in entity.mentions]
    spans += [span for one in evidence for span in (one.sentence, one.object, one.subject) if span is not None]
    spans += [span for one in found.abbreviations for span in (one.short, one.long, one.sentence)]
    if any(span.end > len(text) for span in spans):
        raise ValueError("what was found in it lies outside of its text")


def _rows(parts: Parts, file: PartFile, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of a table with their numbers, from 1; every cell is text."""
    pyarrow, parquet = arrow()
    path, number = parts.path(file), 0
    try:
        with parquet.ParquetFile(path, memory_map=False, pre_buffer=False) as table:
            missing = [name for name in columns if name not in table.schema_arrow.names]
            if missing:
                raise spoilt(path, f"it has no column {missing[0]!r}")
            for batch in table.iter_batches(_ROWS, columns=list(columns)):
                cells = [batch.column(name).to_pylist() for name in columns]
                for row in zip(*cells, strict=True):
                    number += 1
                    if not all(isinstance(cell, str) for cell in row):
                        raise spoilt(path, f"row {number} has a cell that is no text")
                    yield number, row
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise spoilt(path, str(error).split("\n", 1)[0]) from error
    if number != file.rows:
        raise spoilt(path, f"it has {number:,} rows, and {file.rows:,} were written")
