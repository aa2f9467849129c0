"""Files → records on the workers: lines counted, packed streams unpacked, rows of tables, each read by the readers of `kg.sources`.

A frame of rows that Spark reads goes through `mapInArrow`; a reader here turns its batches into the very records and rejections that the
local engine reads, with the same places. Large files of lines are cut at any line: a first pass over them counts the lines of each piece.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from kg.errors import MISTAKES, place_of
from kg.model import Record, Rejection
from kg.sources import jsonl
from kg.sources.decoding import HEAD_BYTES
from kg.sources.flavours import FLAVOURS, Flavour
from kg.sources.inputs import MAX_LINE_BYTES, Input
from kg.sources.packed import unpacked
from kg.spark import rows
from kg.spark.inputs import File

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

Found = Iterator[Record | Rejection]
Reader = Callable[[Iterable["pa.RecordBatch"]], Found]  # runs on workers

_Line = tuple[str, int, bytes | None, str | None, str | None]  # source, number, line; code and message of what is wrong with the packing

_MOST_BYTES, _LEAST_BYTES = (
    8 * 1024**2,
    128 * 1024,
)  # of one piece of a file: some thousand abstracts, a minute's work; a tenth of a second's
_PER_CORE = 4  # pieces, so that one that takes longer is waited for by few
_UNPACKED = 4  # times its size that a packed file of papers has
_BATCH = 256  # lines
_NUMBERED = "source string, number long, line binary, code string, message string"
_FILE = re.compile(r"\Afile:/+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A frame of what Spark reads, and what makes records of it."""

    frame: DataFrame
    reader: Reader


def pieces(spark: SparkSession, files: Sequence[File], format: str | None, columns: Mapping[str, str]) -> Iterator[Piece | Rejection]:
    """All that the files hold, as frames whose rows `mapInArrow` gives to a reader; a rejection for a table that cannot be read.

    Args:
        spark: the session.
        files: of which the contents are read.
        format: as of `kg.spark.inputs.found`; the name of a flavour has all lines read as of it.
        columns: as of `kg.sources.read`.
    """
    from kg.spark import tables

    flavour = next((one for one in FLAVOURS if one.name == format), None)
    lines = [file for file in files if file.kind == "lines"]
    packed = [file for file in files if file.kind == "packed"]
    if lines:
        yield _of_lines(spark, lines, flavour)
    if packed:
        yield _of_packed(spark, packed, flavour)
    yield from tables.pieces(spark, [file for file in files if file.kind == "parquet"], columns)


def cut(spark: SparkSession, files: Iterable[File]) -> int:
    """Let Spark cut files into pieces for a few tasks per core; the size of a piece in bytes."""
    size = _size(spark, sum(file.size for file in files))
    spark.conf.set("spark.sql.files.maxPartitionBytes", str(size))
    spark.conf.set("spark.sql.files.minPartitionNum", "1")  # else it would cut finer, in a way that cannot be foreseen
    spark.conf.set("spark.sql.files.openCostInBytes", str(min(size // 4, 1024**2)))
    return size


def paths_of(files: Iterable[File]) -> list[str]:
    """The paths as Spark takes them: without what it would read as a pattern."""
    return [re.sub(r"([\\*?\[\]{}])", r"\\\1", file.path) for file in files]


def name_of(path: str) -> str:
    """The path of a file as `File` has it, of one that Spark's `_metadata` names, which escapes it as a URL."""
    return _FILE.sub("/", unquote(path))


def guarded(found: Found, source: str) -> Found:
    """What a reader gives; a mistake in it costs the paper at hand, not the others."""
    try:
        yield from found
    except MISTAKES as error:
        message = f"reading failed with {place_of(error)}: please report this input; the others are not affected"
        yield Rejection(source, "", "read", "reading-failed", message)


def _of_lines(spark: SparkSession, files: Sequence[File], flavour: Flavour | None) -> Piece:
    from pyspark.sql import functions

    size = cut(spark, files)
    text = spark.read.format("text").option("lineSep", "\n").load(paths_of(files))
    value = functions.col("value").cast("binary")
    begin = functions.col("_metadata.file_block_start").alias("begin")
    path = functions.col("_metadata.file_path").alias("path")
    before: dict[tuple[str, int], int] = {}
    if any(file.size > size for file in files):
        counted = text.select(path, begin).groupBy("path", "begin").count().collect()
        lines: dict[str, int] = {}
        for row in sorted(counted):
            before[row.path, row.begin] = lines.get(row.path, 0)
            lines[row.path] = before[row.path, row.begin] + row["count"]
    # What is too long for a line is not brought to Python, which tells of it by its number.
    line = functions.when(functions.length(value) <= MAX_LINE_BYTES, value).alias("line")
    reader = LineReader({file.path: file.source for file in files}, before, flavour)
    return Piece(text.select(path, begin, line), reader)


@dataclass(frozen=True, slots=True)
class LineReader:
    """Lines of pieces of files, each piece in its order: (path, begin of the piece, line)."""

    sources: Mapping[str, str]  # by path
    before: Mapping[tuple[str, int], int]  # lines of the file before a piece, by path as Spark has it and begin; 0 where it is not there
    flavour: Flavour | None

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Found:
        """The records of the lines."""
        piece: tuple[str, int] | None = None
        number, source = 0, ""
        for path, begin, line in rows.rows(batches):
            if piece != (path, begin):
                piece = (path, begin)
                number, source = self.before.get(piece, 0), self.sources[name_of(path)]
            number += 1
            yield from guarded(jsonl.read_lines([(number, line)], source, self.flavour), source)


def _of_packed(spark: SparkSession, files: Sequence[File], flavour: Flavour | None) -> Piece:
    """Files that are unpacked as a whole, each by one worker; its lines are dealt out to all."""
    from pyspark.sql import functions

    here = [file for file in files if file.path.startswith("/")]
    there = [file for file in files if not file.path.startswith("/")]
    schema = "path string, content binary"
    frames = []
    if here:
        rows = [(file.path, None) for file in here]
        frames.append(spark.createDataFrame(rows, schema).repartition(len(here), "path"))
    if there:
        frames.append(spark.read.format("binaryFile").load(paths_of(there)).select("path", "content"))
    frame = frames[0] if len(frames) == 1 else frames[0].unionAll(frames[1])
    opened = partial(_unpacked, sources={file.path: file.source for file in files})
    lines = frame.mapInArrow(opened, _NUMBERED)
    total = sum(file.size for file in files) * _UNPACKED
    tasks = max(1, total // _size(spark, total))
    # By content, so that a task that is tried again deals them out as before.
    return Piece(lines.repartition(tasks, functions.col("source"), functions.col("number")), NumberedReader(flavour))


def _size(spark: SparkSession, total: int) -> int:
    """Of so many bytes, those for one task."""
    return max(_LEAST_BYTES, min(_MOST_BYTES, total // (spark.sparkContext.defaultParallelism * _PER_CORE) + 1))


def _unpacked(batches: Iterable[pa.RecordBatch], sources: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    """Rows of (source, number, line, code, message): lines of packed files, and what is wrong with their packing; on a worker."""

    def lines() -> Iterator[_Line]:
        for path, content in rows.rows(batches):
            with open(path, "rb") if content is None else io.BytesIO(content) as stream:  # noqa: PTH123 (or what is in memory)
                yield from _lines_of(stream, sources[path])

    return rows.batched(lines(), _NUMBERED, _BATCH)


def _lines_of(stream: BinaryIO, source: str) -> Iterator[_Line]:
    rest = unpacked(stream.read(HEAD_BYTES), stream)
    input = Input(source, rest.read(HEAD_BYTES), rest)
    found = number = 0
    for number, line in input.lines():
        found += line is None or line.strip() not in (b"", b"[", b"]")
        yield source, number, line, None, None
    if input.damage is not None:
        message = f"{input.damage.message}; {found} papers before that were read" if input.damage.cut else input.damage.message
        yield source, number + 1, None, input.damage.code, message


@dataclass(frozen=True, slots=True)
class NumberedReader:
    """Lines that know their numbers, in any order: (source, number, line, code, message)."""

    flavour: Flavour | None

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Found:
        """The records of the lines; a rejection for each row with a code."""
        for source, number, line, code, message in rows.rows(batches):
            if code is not None:
                yield Rejection(source, "", "read", code, message)
            else:
                yield from guarded(jsonl.read_lines([(number, line)], source, self.flavour), source)
