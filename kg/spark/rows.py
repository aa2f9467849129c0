"""Rows of Python and batches of Arrow, as `mapInArrow` takes and gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Any, ...]]:
    """The rows of batches, in their order."""
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def batched(found: Iterable[Sequence[object]], schema: str, size: int) -> Iterator[pa.RecordBatch]:
    """As `batches`, `size` rows at a time, each batch given on before the next row is asked for."""
    waiting: list[Sequence[object]] = []
    for row in found:
        waiting.append(row)
        if len(waiting) >= size:
            yield from batches(waiting, schema)
            waiting = []
    yield from batches(waiting, schema)


def batches(found: Sequence[Sequence[object]], schema: str) -> Iterator[pa.RecordBatch]:
    """One batch of all rows; none where there are no rows.

    Args:
        found: the rows.
        schema: names and types of the columns, as Spark writes them.
    """
    import pyarrow as pa

    if found:
        types = {
            "string": pa.string(),
            "int": pa.int32(),
            "long": pa.int64(),
            "binary": pa.binary(),
            "array<string>": pa.list_(pa.string()),
        }
        fields = [pa.field(name, types[type]) for name, type in (column.split() for column in schema.split(","))]
        columns = [pa.array(column, field.type) for column, field in zip(zip(*found, strict=True), fields, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))
