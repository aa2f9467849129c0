"""From the extraction log to the sorted graph on Spark, with the bytes that the local engine would publish.

    log → papers → uses → things → lines → ranges → files

What is decided is decided by the very functions of the local engine (`kg.log.merging`, `kg.resolve`, `kg.graph`): Spark brings together
what they have to see at once. Each step is a function of its rows alone, so that Spark may repeat a part of it at any time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from kg.model import Decision
from kg.parts import PartFile
from kg.resolve import kinds
from kg.resolve.resolution import Under
from kg.spark import components, papers, parting, things
from kg.spark.lines import BLOBS, CITED, PaperLines, Ranges, ThingLines, kind_blobs
from kg.spark.papers import Papers
from kg.spark.things import CURATED, END, ENTITY, MEANT, QUESTION, SHOWN

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FILE_BYTES = 32 << 20  # of lines, about, that a file of the graph has; a worker sorts them in five times as much memory
_WORK = "resolution-in-work"  # folder of files that are read again
_SAMPLE = 128  # papers, about, whose lines tell where to cut; and as many things
_SPLIT = 64 << 20  # bytes of a part of what is read, about; packed, a fourth of what they are in memory
_FEW_PARTS, _MOST_PARTS = 64, 20_000


@dataclass(frozen=True, slots=True)
class Written:
    """A graph that was written."""

    papers: int  # how many it tells of
    files: tuple[PartFile, ...]  # in the order of their lines


def write(
    spark: SparkSession,
    log: DataFrame,
    out: str,
    *,
    base: str,
    decided: Sequence[Decision] = (),
    file_bytes: int = FILE_BYTES,
    limit: int = components.LIMIT,
) -> Written:
    """Write the graph of a log into `graph/` below `out`, in place of what is there.

    Args:
        spark: the session.
        log: the texts, with the columns of `kg.parts.LOG_COLUMNS`; a text may come several times.
        out: folder of the parts, any path that Spark writes.
        base: of the data IRIs.
        decided: what people decided.
        file_bytes: of lines that a file has, about; where the graph is cut depends on this and the graph alone.
        limit: as many edges of a graph whose components are sought are joined on the driver.
    """
    work = f"{out.rstrip('/')}/{_WORK}"
    with _configured(spark, log):
        gathered = papers.gather(spark, log, f"{work}/papers", limit=limit)
        found = things.resolve(spark, gathered.papers, decided, f"{work}/things", limit=limit)
        try:
            return _Graph(spark, gathered, found, base, tuple(decided)).write(out, file_bytes)
        finally:
            found.release()
            gathered.release()
            parting.remove(spark, work)


@contextmanager
def _configured(spark: SparkSession, log: DataFrame) -> Iterator[None]:
    """Set Spark up for the size of a log while the block runs: in so many parts that all cores work, and that a worker holds each."""
    size = int(log._jdf.queryExecution().optimizedPlan().stats().sizeInBytes())
    number = max(2 * spark.sparkContext.defaultParallelism, min(4 * size // _SPLIT, _MOST_PARTS))
    # Adaptive plans join small parts and cut large ones; where there are few parts they only cost: a quarter of Java's time for small logs.
    wanted = {"spark.sql.shuffle.partitions": str(number), "spark.sql.adaptive.enabled": str(number > _FEW_PARTS).lower()}
    before = {name: spark.conf.get(name) for name in wanted}
    try:
        for name, value in wanted.items():
            spark.conf.set(name, value)
        yield
    finally:
        for name, known in before.items():
            spark.conf.set(name, str(known))


@dataclass(frozen=True)
class _Graph:
    spark: SparkSession
    papers: Papers
    things: things.Things
    base: str
    decided: tuple[Decision, ...]

    def write(self, out: str, file_bytes: int) -> Written:
        from pyspark.sql import functions as f

        number = self.papers.papers.count()
        curated, ends = self._curated()
        told = self._told()
        said = self.things.told.where(f.col("kind").isin(ENTITY, QUESTION)).select("kind", "said")

        def lines(papers: DataFrame, told: DataFrame, said: DataFrame, ranges: Ranges) -> DataFrame:
            heard = told.groupBy("paper").agg(f.collect_list(f.struct("kind", "place", "said")).alias("told"))
            rows = papers.join(heard.hint("shuffle_hash"), "paper", "left").select(
                "paper", "texts", "told"
            )  # papers are not moved, nor sorted
            of_papers = rows.mapInArrow(PaperLines(self.base, self.decided, ranges), BLOBS)
            return of_papers.unionAll(said.mapInArrow(ThingLines(self.base, curated, ranges), BLOBS))

        every = max(1, number // _SAMPLE)
        some = f.pmod(f.xxhash64("paper"), f.lit(every)) == 0
        sample = lines(
            self.papers.papers.where(some), told.where(some), said.where(f.pmod(f.xxhash64("said"), f.lit(every)) == 0), Ranges()
        )
        ranges = cut([bytes(row.lines) for row in sample.select("lines").collect()], every, file_bytes)
        above = kinds.all_above(end.path(curated) for end in ends)
        blobs = lines(self.papers.papers, told, said, ranges)
        blobs = blobs.unionAll(self.spark.createDataFrame(kind_blobs(above, self.base, ranges), BLOBS))
        return Written(number, parting.write(self.spark, blobs, len(ranges.starts) + 1, out))

    def _curated(self) -> tuple[dict[tuple[str, str], str], list[Under]]:
        """The path of every curated entry that papers name, by type and name; and what things lie under: both few, as they are listed."""
        from pyspark.sql import functions as f

        rows = self.things.told.where(f.col("kind").isin(CURATED, END)).select("kind", "said").distinct().collect()
        named = (json.loads(row.said) for row in rows if row.kind == CURATED)
        return {(type, name): path for type, name, path in named}, [things.end(row.said) for row in rows if row.kind == END]

    def _told(self) -> DataFrame:
        """What is told of papers: columns `paper`, `kind`, `place` and `said`."""
        from pyspark.sql import functions as f

        told = self.things.told.where(f.col("kind").isin(MEANT, SHOWN)).select("paper", "kind", "place", "said")
        if self.things.cites.isEmpty():
            return told
        cited = papers.cited(self.papers, self.things.cites)
        said = f.to_json(f.array("name", "cited"))
        return told.unionAll(cited.select("paper", f.lit(CITED), f.lit(None).cast("int"), said))


def cut(sample: Iterable[bytes], every: int, file_bytes: int) -> Ranges:
    """Where to cut a graph into files of about `file_bytes`.

    Args:
        sample: lines of one in so many papers and things, each with its end.
        every: in how many.
        file_bytes: of lines that a file shall have.
    """
    lines = sorted({line for blob in sample for line in blob.decode().split("\n")[:-1]})
    number = ceil(every * sum(map(len, lines)) / file_bytes)
    starts = (lines[len(lines) * place // number] for place in range(1, number))
    return Ranges(tuple(sorted(set(starts))))
