"""The texts of a log → papers: texts that share a name (`kg.log.identity`) are one paper, as the local engine makes it.

The frames: `names` (name, key, paper) tells which text states what, `papers` (paper, texts) has every paper with its texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kg.log import decode_document, identity
from kg.log.merging import logged
from kg.model import LoggedPaper
from kg.spark import components, rows

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_NAMES = "name string, key string"
_GROUPS = "key string, paper string, place int"


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a log."""

    papers: DataFrame  # paper, texts: array of (place, hash, extractor, document, extraction); kept by Spark
    names: DataFrame  # name, key: what each text can be known by; kept by Spark
    groups: DataFrame | None  # key, paper, place among the keys of the paper: where several keys are one paper; None where none are

    def release(self) -> None:
        """Let go of what Spark keeps."""
        self.papers.unpersist()
        self.names.unpersist()


def gather(spark: SparkSession, log: DataFrame, place: str, *, limit: int = components.LIMIT) -> Papers:
    """The papers of a log, which has the columns of `kg.parts.LOG_COLUMNS`.

    Args:
        spark: the session.
        log: the texts.
        place: as of `components.labels`.
        limit: as many names that several keys share are joined on the driver.
    """
    from pyspark.sql import functions as f

    names = log.select("key", "document").mapInArrow(_names, _NAMES).persist()
    groups = _groups(spark, names, place, limit)
    text = [f.col(name) for name in ("hash", "extractor", "document", "extraction")]
    if groups is None:
        texts = log.select(f.col("key").alias("paper"), f.struct(f.lit(0).alias("place"), *text).alias("text"))
    else:
        number = f.coalesce("place", f.lit(0)).alias("place")
        texts = log.drop("place").join(groups, "key", "left")
        texts = texts.select(f.coalesce("paper", "key").alias("paper"), f.struct(number, *text).alias("text"))
    papers = texts.groupBy("paper").agg(f.collect_list("text").alias("texts")).persist()
    return Papers(papers, names, groups)


def paper_of(paper: str, texts: Iterable[dict[str, Any]]) -> LoggedPaper:
    """The paper in a row of `Papers.papers`; a text that was read at two places counts once, whichever it is."""
    known = sorted((one["place"], one["hash"], one["extractor"], one["document"], one["extraction"]) for one in texts)
    firsts = [next(same) for _, same in groupby(known, itemgetter(0, 1))]
    return logged(paper, [row[2:] for row in firsts])


def cited(papers: Papers, wanted: DataFrame) -> DataFrame:
    """The key of the paper that each name names, where one does: columns `paper`, `name` and `cited`.

    Args:
        papers: all papers.
        wanted: the citing `paper` and a `name` (`kg.log.identity.name`) of what it cites.
    """
    from pyspark.sql import functions as f

    stated = papers.names.groupBy("name").agg(f.min("key").alias("key"))
    found = wanted.join(stated, "name")
    if papers.groups is None:
        return found.select("paper", "name", f.col("key").alias("cited"))
    best = papers.groups.select("key", f.col("paper").alias("best"))
    return found.join(best, "key", "left").select("paper", "name", f.coalesce("best", "key").alias("cited"))


def _names(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What the texts of a log can be known by beside their keys."""
    for batch in batches:
        found = [(name, key) for key, text in rows.rows([batch]) for name in identity.names(decode_document(text))]
        yield from rows.batches(found, _NAMES)


def _groups(spark: SparkSession, names: DataFrame, place: str, limit: int) -> DataFrame | None:
    """Keys that are one paper with others, with the key of that paper and their place in it; None where there are none."""
    from pyspark.sql import functions as f

    several = names.groupBy("name").agg(f.collect_set("key").alias("stating")).where("size(stating) > 1").persist()
    try:
        number = several.count()
        if number == 0:
            return None
        shared = several.select("name", f.explode("stating").alias("key"))
        identifiers = names.where(~f.col("name").startswith(identity.TITLE))
        identified = identifiers.join(shared.select("key").distinct(), "key", "semi").select("key").distinct()
        if number > limit:
            label = components.labels(spark, _ties(several), place, limit=limit)
            return _by_component(shared, identified, label).persist()
        known = frozenset(row.key for row in identified.collect())
        groups = list(_grouped([(row.name, sorted(row.stating)) for row in several.collect()], known))
        return spark.createDataFrame(groups, _GROUPS) if groups else None
    finally:
        several.unpersist()


def _grouped(shared: list[tuple[str, list[str]]], identified: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    for group in identity.joined(sorted(shared), identified):
        yield from ((key, group[0], place) for place, key in enumerate(group))


def _ties(several: DataFrame) -> DataFrame:
    """Edges between keys that state one name."""
    from pyspark.sql import functions as f

    first = f.xxhash64(f.array_min("stating")).alias("other")
    return several.select(f.explode("stating").alias("key"), first).select(f.xxhash64("key").alias("one"), "other")


def _by_component(shared: DataFrame, identified: DataFrame, label: DataFrame) -> DataFrame:
    """What `_grouped` gives, a component of keys that names tie together at a time."""
    from pyspark.sql import functions as f

    told = shared.join(identified.withColumn("identified", f.lit(True)), "key", "left")
    told = told.join(label, f.xxhash64("key") == f.col("id")).select("component", "name", "key", "identified")
    return told.repartition("component").sortWithinPartitions("component").mapInArrow(_grouped_rows, _GROUPS)


def _grouped_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for _, component in groupby(rows.rows(batches), itemgetter(0)):
        stating: defaultdict[str, list[str]] = defaultdict(list)
        identified = set()
        for _, name, key, states in component:
            stating[name].append(key)
            if states:
                identified.add(key)
        found = _grouped([(name, sorted(keys)) for name, keys in stating.items()], frozenset(identified))
        yield from rows.batches(list(found), _GROUPS)
