"""A whole build on Spark beside the local engine, once each, for a run takes minutes; `tests.bench.spark` tells the steps of each."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.book.measuring import Measure
from tests.bench.spark import side_by_side

_PAPERS = 20_000


def measures() -> Iterator[Measure]:
    """Wall seconds from the command to the store."""
    (spark,), (local,) = side_by_side(_PAPERS, 1)
    yield Measure("build on Spark, local[2,4], rules", f"{_PAPERS:,} abstracts", spark.wall, "`kg build --jobs 2`", local.wall, "≤ 1.5")
