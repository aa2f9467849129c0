"""Toy papers, and what each engine makes of them, as rows of tables."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kg import parts, sources
from kg.build.building import cleaned
from kg.build.extraction import extract_one
from kg.build.processes import loaded
from kg.log import encode_document, encode_extraction
from kg.model import Rejection
from kg.spark import inputs
from kg.spark.inputs import File
from kg.spark.run import Work, extract

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Row = tuple[str | None, ...]


def papers(count: int, start: int = 0) -> list[str]:
    """Lines of toy papers; some come twice."""
    draw = random.Random(start)
    names = [f"Net{number}" for number in range(40)]
    return [
        json.dumps(
            {
                "id": f"24{start % 12 + 1:02d}.{number - number % 50 // 49:05d}",
                "title": f"Paper {start + number - number % 50 // 49}",
                "abstract": "We propose «{}». We use «{}» by night. «{}» beats «{}» at dusk.".format(*draw.sample(names, 4)),
            }
        )
        for number in range(count)
    ]


def local(paths: list[str], extractor: str = "toy", format: str | None = None) -> tuple[list[Row], list[Row]]:
    """What the stages of the local engine make of the papers: rows of the log and of refusals, sorted."""
    texts: list[Row] = []
    refused: list[Row] = []
    reads = loaded(extractor)
    for record in sources.read(paths, format=format):
        document = record if isinstance(record, Rejection) else cleaned(record)
        result = document if isinstance(document, Rejection) else extract_one(reads, document)
        if isinstance(result, Rejection):
            refused.append((result.source, result.place, result.stage, result.code, result.message))
        elif not isinstance(document, Rejection):
            row = (document.key, document.content_hash, reads.version, encode_document(document), encode_extraction(result))
            texts.append((*row, document.source, document.place))
    return sorted(texts), sorted(refused)


def rows(folder: Path, columns: Iterable[str]) -> list[Row]:
    """Rows of all tables of a folder, sorted."""
    import pyarrow.parquet

    names = list(columns)
    found = [row for file in sorted(folder.glob("*.parquet")) for row in pyarrow.parquet.read_table(file, columns=names).to_pylist()]
    return sorted(tuple(row[name] for name in names) for row in found)


def by_spark(
    spark: SparkSession, paths: list[str], out: Path, extractor: str = "toy", format: str | None = None
) -> tuple[list[Row], list[Row]]:
    """What the Spark engine makes of the papers, likewise."""
    found = list(inputs.found(paths, spark, format))
    out.mkdir()
    files, refused = ([one for one in found if isinstance(one, kind)] for kind in (File, Rejection))
    extract(spark, Work(paths, extractor, format), files, refused, out)
    return rows(out / "log", parts.LOG_COLUMNS), rows(out / "refused", parts.REFUSED_COLUMNS)
