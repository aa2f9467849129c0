"""Parquet: a paper per row, some rows at a time, only the columns that are read. Needs pyarrow, an extra."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from kg.model import Record, Rejection
from kg.sources.columns import NESTED, field_of
from kg.sources.fields import paper
from kg.sources.formats import Format, Found, Input, RefusedError, Start
from kg.sources.packed import MissingExtraError

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

NAME = "parquet"

_ROWS = 128  # at a time: abstracts have 2 kB, full texts 100 kB
MAX_GROUP_BYTES = 2 * 1024**3  # of the columns that are read, unpacked, in one row group; writers make groups of 128 MB


def read(input: Input) -> Found:
    """One paper or rejection per row, in order.

    Raises:
        RefusedError: the file is cut off or damaged, or no column holds titles.
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("a Parquet file: pip install 'paper-kg[parquet]', or give it as CSV or JSON") from error
    errors = (pyarrow.ArrowException, OSError, ValueError, MemoryError, OverflowError, KeyError, UnicodeError, NotImplementedError)
    number = 0
    try:
        table = pyarrow.parquet.ParquetFile(input.file())
        names = {name: field for name in table.schema_arrow.names if (field := _field(name))}
        _check(table, names)
        for entry in _entries(table, list(names)):
            number += 1
            yield _paper({names[name]: value for name, value in entry.items() if value is not None}, input.source, f"row {number}")
    except errors as error:
        words = " ".join(str(error).split())[:120] or type(error).__name__
        raise RefusedError(
            "damaged", f"the Parquet file cannot be read ({words}): copy or download it again", place=f"row {number + 1}"
        ) from error


def _field(column: str) -> str:
    """The field that a column holds, those of nested cells under their own names; "" where it is not read."""
    return column if column.casefold() in NESTED else field_of(column)


def _check(table: ParquetFile, names: dict[str, str]) -> None:
    if not any(field in ("title", "metadata", "content") for field in names.values()):
        raise RefusedError("no-columns", 'no column is called "title": name the column of titles so')
    metadata = table.metadata
    for group in range(metadata.num_row_groups):
        chunks = (metadata.row_group(group).column(place) for place in range(metadata.row_group(group).num_columns))
        size = sum(chunk.total_uncompressed_size for chunk in chunks if chunk.path_in_schema.split(".")[0] in names)
        if size > MAX_GROUP_BYTES:
            raise RefusedError("too-long", "a row group is too large: write the table with smaller ones")


def _entries(table: ParquetFile, names: list[str]) -> Iterator[dict[str, object]]:
    for batch in table.iter_batches(batch_size=_ROWS, columns=names, use_threads=False):
        yield from batch.to_pylist()


def _paper(entry: dict[str, object], source: str, place: str) -> Record | Rejection:
    found = paper({name: _plain(value) for name, value in entry.items()}, source, place, NAME)
    if not found.title.strip():
        return Rejection(source, place, "read", "no-title", "a row without a title: fill its cell")
    return found


def _plain(value: object) -> object:
    """A cell as JSON would have it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return value


def _is_parquet(start: Start) -> bool:
    return start.head.startswith(b"PAR1")


FORMAT = Format(NAME, "Parquet", _is_parquet, stream=read, endings=(".parquet", ".pq"))
