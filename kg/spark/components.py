"""Connected components of a graph of any size: edges between numbers in, the component of each number out.

While there are many edges Spark contracts them, by alternating large-star and small-star operations (Kiveris, Lattanzi, Mirrokni,
Rastogi and Vassilvitskii, "Connected Components in MapReduce and Beyond", SoCC 2014, doi:10.1145/2670979.2670997); what is left is joined
on the driver. Intermediate edges are kept by Spark together with how they were made, so that a worker may get lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.resolve.ties import components

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LIMIT = 1_000_000  # edges that the driver joins by itself: 150 bytes and 2 µs each
_MOST_ROUNDS = 50  # of the contraction, which needs about the square of the logarithm of the number of nodes at most; measured: 3–6


def labels(spark: SparkSession, edges: DataFrame, *, limit: int = LIMIT) -> DataFrame:
    """Each node of the edges with its component: columns `id` and `component`, both long.

    Args:
        spark: the session.
        edges: columns `one` and `other`, long, in any order and as often as may be; they are read once for each round.
        limit: as many edges are joined on the driver.
    """
    (*rounds,) = contracted(edges, limit=limit)
    last = rounds[-1]
    if last.count() > limit:  # a star for every component: each node with its smallest
        from pyspark.sql import functions as f

        stars = last.select(f.col("one").alias("id"), f.col("other").alias("component"))
        return stars.unionAll(stars.select(f.col("component").alias("id"), "component").distinct())
    found = components((row.one, row.other) for row in last.toLocalIterator())
    for kept in rounds:
        kept.unpersist()
    return spark.createDataFrame(sorted(found.items()) or [(0, 0)], "id long, component long")


def contracted(edges: DataFrame, *, limit: int) -> Iterator[DataFrame]:
    """The edges, then after each round of contraction those that connect the same; the last are few enough, or stars.

    All are kept (`persist`), for whoever asked to let go of.
    """
    from pyspark.sql import functions as f

    larger, smaller = f.greatest("one", "other"), f.least("one", "other")
    now = edges.where("one <> other").select(larger.alias("one"), smaller.alias("other")).distinct().persist()
    yield now
    known = _sum(now)
    for _ in range(_MOST_ROUNDS):
        if known[0] <= limit:
            return
        now = _small_star(_large_star(now)).persist()
        yield now
        before, known = known, _sum(now)
        if before == known:
            return
    raise RuntimeError(f"no end of contracting {known[0]} edges after {_MOST_ROUNDS} rounds")


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
