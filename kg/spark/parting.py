"""Lines on the workers → files of a graph: each a range of the sorted lines, with its digest, written by Spark's own committer.

What is written comes to its place only when all of it is there; a task that is tried again writes the same, and only one of its tries
counts. Works on whatever file system Spark's Hadoop reads and writes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kg.parts import GRAPH, PartFile, graph_file
from kg.spark.lines import Digests, Merging

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WRITING = "graph-in-writing"  # folder beside that of the graph
_NUMBER = re.compile(r"part-(\d+)-.*")


def write(spark: SparkSession, blobs: DataFrame, ranges: int, out: str) -> tuple[PartFile, ...]:
    """Write lines as the files of a graph, in place of those that are there.

    Args:
        spark: the session.
        blobs: columns `range` (number from 0) and `lines`, sorted, each with its end; a line may come more than once.
        ranges: how many there are; one without lines gets no file.
        out: folder of the parts, any path that Spark writes.

    Returns:
        The files, in the order of their lines.
    """
    told = spark.sparkContext.accumulator({}, _digesting())
    place = f"{out.rstrip('/')}/{_WRITING}"
    blobs.repartitionById(ranges, "range").select("range", "lines").mapInArrow(Merging(told), "value string").write.mode("overwrite").text(
        place
    )
    return _moved(spark, out.rstrip("/"), told.value)


def _digesting() -> Any:  # noqa: ANN401 (a class of pyspark, which is imported where it is used)
    from pyspark import AccumulatorParam

    class _Digesting(AccumulatorParam[Digests]):
        """A range that is written again is the same: no sum, so that a task's second try changes nothing."""

        def zero(self, value: Digests) -> Digests:
            return {}

        def addInPlace(self, value1: Digests, value2: Digests) -> Digests:  # noqa: N802 (pyspark's name)
            return value1 | value2

    return _Digesting()


def remove(spark: SparkSession, folder: str) -> None:
    """Remove a folder, if it is there."""
    java: Any = spark._jvm
    path = java.org.apache.hadoop.fs.Path(folder)
    _files(spark, path).delete(path, True)


def _files(spark: SparkSession, path: Any) -> Any:  # noqa: ANN401 (Java's)
    """The file system of a path."""
    return path.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())


def _moved(spark: SparkSession, out: str, told: Digests) -> tuple[PartFile, ...]:
    """Bring what was written to its place, under its names."""
    java: Any = spark._jvm
    path = java.org.apache.hadoop.fs.Path
    written, graph = path(f"{out}/{_WRITING}"), path(f"{out}/{GRAPH}")
    files = _files(spark, written)
    files.delete(graph, True)
    files.mkdirs(graph)
    found = {}
    for status in files.listStatus(written):
        named = _NUMBER.fullmatch(status.getPath().getName())
        if named is not None and status.getLen():
            found[int(named[1])] = status
    parts = []
    for place, (number, status) in enumerate(sorted(found.items())):
        lines, size, sha256 = told[number]
        name = graph_file(place)
        if status.getLen() != size or not files.rename(status.getPath(), path(f"{out}/{name}")):
            raise OSError(f"{out}/{name}: {status.getLen()} of {size} bytes could be written")
        parts.append(PartFile(name, lines, size, sha256))
    if found.keys() != told.keys():
        raise OSError(f"{out}/{GRAPH}: {len(found)} of {len(told)} files were written")
    files.delete(written, True)
    return tuple(parts)
