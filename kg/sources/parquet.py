"""Parquet: a paper per row, some rows at a time, only the columns that are read. Needs pyarrow, an extra.

A spoiled file can make pyarrow end its process (seen with version 26), so it works in a process of its own: `python -m kg.sources.parquet`
reads the file that is its standard input and writes a JSON object per row.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, BinaryIO

from kg.model import Record, Rejection
from kg.sources.child import limit_memory, started, tell, told
from kg.sources.columns import columns, field_of, there, untitled
from kg.sources.fields import paper
from kg.sources.formats import Format, Found, Input, RefusedError, Start
from kg.sources.layout import is_read
from kg.sources.naming import written
from kg.sources.packed import MissingExtraError

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

NAME = "parquet"

_OBJECTS = ("metadata", "content", "citingpaper", "citedpaper")  # fields that hold an object with a title
_TITLED = ("title", "displayname", "papertitle", *_OBJECTS)
_ROWS = 128  # at a time: abstracts have 2 kB, full texts 100 kB
MAX_GROUP_BYTES = 2 * 1024**3  # of the columns that are read, unpacked, in one row group; writers make groups of 128 MB
_MEMORY = 6 * 1024**3  # bytes of address space for the process that reads


def read(input: Input) -> Found:
    """One paper or rejection per row, in order.

    Raises:
        RefusedError: the file is cut off or damaged, no column holds titles, or a column that the user says is found in no way.
        MissingExtraError: pyarrow is not installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError("a Parquet file: pip install 'paper-kg[parquet]', or give it as CSV or JSON")
    number = 0
    with _reader(input.file(), input.columns) as reader:
        for line in reader.stdout or ():
            number += 1
            yield paper_of_row(told(line, place=f"row {number}")["row"], input.source, f"row {number}")
        if reader.wait() != 0:
            raise RefusedError(
                "damaged", "the Parquet file ended the program that reads it: copy or download it again", place=f"row {number + 1}"
            )


@contextmanager
def _reader(file: BinaryIO, said: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The process that reads a file; it ends with the block."""
    with tempfile.TemporaryFile() as copy:
        whole: IO[bytes] = file
        try:
            file.fileno()
        except OSError:  # it is in memory
            copy.write(file.read())
            whole = copy
        whole.flush()
        os.lseek(whole.fileno(), 0, os.SEEK_SET)
        with started("kg.sources.parquet", str(MAX_GROUP_BYTES), json.dumps(dict(said)), stdin=whole) as reader:
            try:
                yield reader
            finally:
                reader.kill()


def main(most: int, said: Mapping[str, str]) -> None:
    """Write every row of the Parquet file on standard input as {"row": …}, or {"refused": [code, message]} where it cannot be read."""
    limit_memory(_MEMORY)
    import pyarrow
    import pyarrow.parquet

    errors = (pyarrow.ArrowException, OSError, ValueError, MemoryError, OverflowError, KeyError, UnicodeError, NotImplementedError)
    try:
        table = pyarrow.parquet.ParquetFile(open(0, "rb", closefd=False))  # noqa: SIM115 (standard input stays open)
        chosen = chosen_columns(table.schema_arrow.names, said)
        _check(table, chosen, most)
        for entry in _entries(table, list(chosen)):
            row: dict[str, object] = {}
            for name, field in chosen.items():
                if entry[name] is not None:
                    row.setdefault(field, plain_cell(entry[name]))
            tell({"row": row})
    except RefusedError as error:
        tell({"refused": [error.code, str(error)]})
    except errors as error:
        words = " ".join(str(error).split())[:120] or type(error).__name__
        tell({"refused": ["damaged", f"the Parquet file cannot be read ({words}): copy or download it again"]})


def chosen_columns(names: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Column → field of all that are read, the best column of each field first; the fields of JSON under their own names, as in JSON.

    Raises:
        RefusedError: as of `columns`, though not where a column of objects may hold what has no column of its own; none holds titles.
    """
    given = there(names, said)
    has_objects = any(written(name) in _OBJECTS for name in names)
    by_column = {names[place]: field for place, field in columns(names, given if has_objects else said)}
    of_json = {name: name for name in names if is_read(name) and by_column.get(name) not in given and field_of(name) not in given}
    chosen = {**by_column, **of_json}
    if not any(written(field) in _TITLED for field in chosen.values()):
        raise untitled(names)
    return chosen


def _check(table: ParquetFile, names: dict[str, str], most: int) -> None:
    metadata = table.metadata
    for group in range(metadata.num_row_groups):
        chunks = (metadata.row_group(group).column(place) for place in range(metadata.row_group(group).num_columns))
        size = sum(chunk.total_uncompressed_size for chunk in chunks if chunk.path_in_schema.split(".")[0] in names)
        if size > most:
            raise RefusedError("too-long", "a row group is too large: write the table with smaller ones")


def _entries(table: ParquetFile, names: list[str]) -> Iterator[dict[str, object]]:
    for batch in table.iter_batches(batch_size=_ROWS, columns=names, use_threads=False):
        yield from batch.to_pylist()


def paper_of_row(entry: dict[str, object], source: str, place: str) -> Record | Rejection:
    """The paper of a row, field → cell; a rejection for one without a title."""
    found = paper(entry, source, place, NAME)
    if not found.title.strip():
        return Rejection(source, place, "read", "no-title", "a row without a title: fill its cell")
    return found


def plain_cell(value: object) -> object:
    """A cell as JSON would have it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return value


def _is_parquet(start: Start) -> bool:
    return start.head.startswith(b"PAR1")


FORMAT = Format(NAME, "Parquet", _is_parquet, stream=read, endings=(".parquet", ".pq"))

if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
    sys.stdout.flush()
    os._exit(0)  # else pyarrow ends its threads, by which it aborts now and then (5 of 385 good files with version 26), all rows read
