"""A whole build on Spark beside the local engine: once each, for a run takes a minute; `tests.bench.spark` measures 20,000 abstracts."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.book.measuring import Measure
from tests.bench.spark import side_by_side

_PAPERS = 2_000


def measures() -> Iterator[Measure]:
    """Wall seconds from the command to the store; at this size a third of Spark's is its start."""
    (spark,), (local,) = side_by_side(_PAPERS, 1)
    yield Measure(
        "build on Spark, local[2,4], rules", f"{_PAPERS:,} abstracts", spark.wall, "`kg build --jobs 2`", local.wall, "≤ 1.5 at 20,000"
    )
