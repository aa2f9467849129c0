"""Parquet → rows → records: Spark reads the columns that are needed, and `kg.sources` makes records of the rows, as the local engine does.

Files of one schema are read together. Row numbers are those of the file: Spark gives them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.model import Rejection
from kg.sources.columns import checked
from kg.sources.formats import RefusedError
from kg.sources.parquet import chosen_columns, paper_of_row, plain_cell
from kg.spark.inputs import NOT_ON_SPARK, File
from kg.spark.reading import Found, Piece, cut, guarded, name_of, paths_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession


def pieces(spark: SparkSession, files: Sequence[File], columns: Mapping[str, str]) -> Iterator[Piece | Rejection]:
    """The rows of tables with their reader, one piece for all files of one schema; a rejection for each file that cannot be read."""
    by_schema: defaultdict[str, list[File]] = defaultdict(list)
    for file in files:
        schema = _schema(spark, file)
        if isinstance(schema, Rejection):
            yield schema
        else:
            by_schema[schema].append(file)
    for alike in by_schema.values():
        yield from _of_schema(spark, alike, checked(columns))


def _schema(spark: SparkSession, file: File) -> str | Rejection:
    """The schema of a file, as text; read from its end by Java, which a spoiled one does not kill."""
    from py4j.protocol import Py4JError

    java: Any = spark._jvm
    try:
        path = java.org.apache.hadoop.fs.Path(file.path)
        conf = spark._jsparkSession.sessionState().newHadoopConf()
        footer = java.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(path, conf)
        reader = java.org.apache.parquet.hadoop.ParquetFileReader.open(footer)
        try:
            return str(reader.getFooter().getFileMetaData().getSchema().toString())
        finally:
            reader.close()
    except Py4JError as error:
        return _damaged(file.source, error)


def _of_schema(spark: SparkSession, files: Sequence[File], said: Mapping[str, str]) -> Iterator[Piece | Rejection]:
    from pyspark.errors import PySparkException
    from pyspark.sql import functions

    cut(spark, files)
    try:
        table = spark.read.parquet(*paths_of(files))
        names = table.schema.names
        fields = chosen_columns(names, said)
    except RefusedError as error:
        yield from (Rejection(file.source, error.place, "read", error.code, str(error)) for file in files)
        return
    except PySparkException as error:
        hint = "read it with `kg build` without --engine spark"
        words = " ".join(str(error).split())[:160]
        yield from (Rejection(file.source, "", "read", NOT_ON_SPARK, f"Spark cannot read this table ({words}): {hint}") for file in files)
        return
    path = functions.col("_metadata.file_path").alias("_path")
    row = functions.col("_metadata.row_index").alias("_row")
    cells = [functions.col("`" + name.replace("`", "``") + "`") for name in fields]
    reader = RowReader({file.path: file.source for file in files}, fields)
    yield Piece(table.select(path, row, *cells), reader)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Rows of tables: (path, row number from 0, cells)."""

    sources: Mapping[str, str]  # by path
    fields: Mapping[str, str]  # column → field, the best column of each field first

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Found:
        """The records of the rows."""
        for batch in batches:
            for entry in batch.to_pylist():
                source, place = self.sources[name_of(entry["_path"])], f"row {entry['_row'] + 1}"
                row: dict[str, object] = {}
                for name, field in self.fields.items():
                    if entry[name] is not None:
                        row.setdefault(field, plain_cell(entry[name]))
                yield from guarded(iter([paper_of_row(row, source, place)]), source)


def _damaged(source: str, error: Exception) -> Rejection:
    said = str(getattr(error, "java_exception", error)).split("\n", 1)[0]
    return Rejection(
        source, "row 1", "read", "damaged", f"the Parquet file cannot be read ({' '.join(said.split())[:120]}): copy or download it again"
    )
