"""Connected components of a graph of any size: edges between numbers in, the component of each number out.

While there are many edges Spark contracts them, by alternating large-star and small-star operations (Kiveris, Lattanzi, Mirrokni,
Rastogi and Vassilvitskii, "Connected Components in MapReduce and Beyond", SoCC 2014, doi:10.1145/2670979.2670997); what is left is joined
on the driver. The edges of each round are written to files, so that a worker may get lost, and plans do not grow from round to round.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.resolve.ties import components

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LIMIT = 1_000_000  # edges that the driver joins by itself: 150 bytes and 2 µs each
_MOST_ROUNDS = 50  # of the contraction, which needs about the square of the logarithm of the number of nodes at most; measured: 3–6


def labels(spark: SparkSession, edges: DataFrame, place: str, *, limit: int = LIMIT) -> DataFrame:
    """Each node of the edges with its component: columns `id` and `component`, both long.

    Args:
        spark: the session.
        edges: columns `one` and `other`, long, in any order and as often as may be.
        place: a folder for files, any path that Spark writes; what is returned may read them, so remove it later.
        limit: as many edges are joined on the driver.
    """
    edges = edges.persist()
    try:
        last, number = edges, edges.count()
        if number > limit:
            *_, (last, number) = contracted(spark, edges, place, limit=limit)
        if number > limit:
            return _of_stars(last)
        found = components((row.one, row.other) for row in last.collect())
        return spark.createDataFrame(sorted(found.items()), "id long, component long")
    finally:
        edges.unpersist()


def contracted(spark: SparkSession, edges: DataFrame, place: str, *, limit: int = 0) -> Iterator[tuple[DataFrame, int]]:
    """Edges that connect what the given ones do, and their number, after each round of contraction; the last are at most `limit`, or stars."""
    from pyspark.sql import functions as f

    ends = f.greatest("one", "other").alias("one"), f.least("one", "other").alias("other")
    now, known = edges.where("one <> other").select(*ends).distinct(), None
    for number in range(_MOST_ROUNDS):
        path = f"{place}/{number}"
        _small_star(_large_star(now)).write.mode("overwrite").parquet(path)
        now = spark.read.schema("one long, other long").parquet(path)
        before, known = known, _sum(now)
        yield now, known[0]
        if known[0] <= limit or known == before:
            return
    raise RuntimeError(f"no end of contracting edges after {_MOST_ROUNDS} rounds")


def _of_stars(edges: DataFrame) -> DataFrame:
    """The nodes of edges that tie each node to the smallest of its component."""
    from pyspark.sql import functions as f

    nodes = edges.select(f.col("one").alias("id"), f.col("other").alias("component"))
    return nodes.unionAll(nodes.select(f.col("component").alias("id"), "component").distinct())


def _large_star(edges: DataFrame) -> DataFrame:
    """Every larger neighbour of a node tied to the smallest of all its neighbours and itself, in place of the node."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    both = edges.unionAll(edges.select(f.col("other").alias("one"), f.col("one").alias("other")))
    least = f.least("one", f.min("other").over(Window.partitionBy("one")))
    return (
        both.withColumn("least", least).where("other > one").select(f.col("other").alias("one"), f.col("least").alias("other")).distinct()
    )


def _small_star(edges: DataFrame) -> DataFrame:
    """Every node and all its smaller neighbours tied to the smallest of them."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    least = f.min("other").over(Window.partitionBy("one"))
    found = edges.withColumn("least", least)
    own = found.select("one", f.col("least").alias("other"))
    return own.unionAll(found.select(f.col("other").alias("one"), f.col("least").alias("other"))).where("one <> other").distinct()


def _sum(edges: DataFrame) -> tuple[int, object]:
    """How many edges there are, and a sum over them by which they are told from others."""
    from pyspark.sql import functions as f

    hashed = f.xxhash64("one", "other").cast("decimal(38,0)")
    (row,) = edges.agg(f.count("*").alias("number"), f.sum(hashed).alias("sum")).collect()
    return int(row.number), row.sum
