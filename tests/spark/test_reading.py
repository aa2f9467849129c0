"""What Spark reads is what the local engine reads: the same documents, the same refusals, at the same places."""

from __future__ import annotations

import bz2
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from spark_reads import by_spark, local, papers

from kg.model import Rejection
from kg.spark import inputs
from kg.spark.inputs import File

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")]

ODD_LINES = [
    "",
    "   ",
    "[",
    '{"title": "A comma behind it", "abstract": "We propose «Comma»."},',
    '{"title": "NaN", "abstract": "We use «NaN».", "year": NaN}',
    '{"title": "Half a pair \\ud83d", "abstract": "We use «Half»."}',
    '{"title": "cut off", "abstr',
    "[1, 2]",
    '{"abstract": "nothing above it"}',
    '{"results": [{"title": "One of an answer", "abstract": "«One»"}, {"title": "Two of an answer", "abstract": "«Two»"}]}',
    '{"title": "U+2028\u2028 and U+0085\u0085 end no line", "abstract": "We propose «Line»."}',
    '{"paperId": "0123456789012345678901234567890123456789", "title": "Of Semantic Scholar", "abstract": "We use «Owl».", "externalIds": {"DOI": "10.1/ab"}}',
    '{"id": "https://openalex.org/W1", "display_name": "Of OpenAlex", "abstract_inverted_index": {"We": [0], "use": [1], "«Owl».": [2]}}',
    '{"DOI": "10.2/cd", "title": ["Of Crossref"], "abstract": "<jats:p>We use «Owl».</jats:p>", "reference-count": 3, "issued": {"date-parts": [[2024, 1]]}}',
    '{"title": "' + "x" * 20_000 + '", "abstract": "too long a word"}',
    "]",
]


def test_lines_plain_and_packed_are_read_as_the_local_engine_reads_them(spark: SparkSession, tmp_path: Path) -> None:
    folder = tmp_path / "odd [names] {a,b} *?"
    folder.mkdir()
    many = "\n".join([*papers(300), *ODD_LINES, *papers(10, 1)])
    (folder / "plain 100% é#.jsonl").write_bytes(b"\xef\xbb\xbf" + many.encode() + b'\r\n{"title": "Broken \xff byte", "abstract": "\xab"}')
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress("\n".join([*papers(40, 2), *ODD_LINES]).encode()))
    (folder / "packed.ndjson.bz2").write_bytes(bz2.compress("\n".join(papers(5, 3)).encode()))
    whole = gzip.compress("\n".join(papers(30, 4)).encode())
    (folder / "cut.jsonl.gz").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "empty.jsonl").write_bytes(b"")

    texts, refused = by_spark(spark, [str(folder), str(tmp_path / "nowhere.jsonl")], tmp_path / "out")

    expected, expected_refused = local([str(folder), str(tmp_path / "nowhere.jsonl")])
    assert texts == expected
    assert refused == expected_refused
    assert len(texts) > 380
    assert {row[3] for row in refused} >= {"bad-json", "no-title", "not-a-paper", "too-long", "truncated", "empty", "missing"}


def test_a_table_is_read_as_the_local_engine_reads_it(spark: SparkSession, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    folder = tmp_path / "tables"
    folder.mkdir()
    first = pa.table(
        {
            "Title": [f"Row {number}" if number % 7 else None for number in range(40)],
            "abstract": [f"We propose «Row{number}»." for number in range(40)],
            "authors": [["Ann Ox", "Bo Yak"]] * 40,
            "date": pa.array([19_000 + number for number in range(40)], pa.date32()),
            "submitted": pa.array([1_700_000_000_000_000] * 40, pa.timestamp("us")),
            "external_ids": [{"DOI": f"10.1/{number}"} for number in range(40)],
            "unread": list(range(40)),
        }
    )
    pyarrow.parquet.write_table(first, folder / "a.parquet", row_group_size=10)
    pyarrow.parquet.write_table(pa.table({"name": ["x"], "size": [1]}), folder / "b.parquet")
    (folder / "c.parquet").write_bytes(b"PAR1 and then nothing of a table")

    texts, refused = by_spark(spark, [str(folder)], tmp_path / "out")

    expected, expected_refused = local([str(folder)])
    assert texts == expected
    assert len(texts) == 34
    assert [row[:4] for row in refused] == [row[:4] for row in expected_refused]


def test_what_spark_does_not_read_is_refused_and_the_rest_is_read(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text("@article{a, title = {Of BibTeX}}", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps([{"title": "In a list"}]), encoding="utf-8")
    (tmp_path / "c.jsonl").write_text(papers(1)[0], encoding="utf-8")
    (tmp_path / "_d.jsonl").write_text(papers(1)[0], encoding="utf-8")
    (tmp_path / "e.jsonl").write_text(papers(1)[0], encoding="utf-16")

    found = list(inputs.found([str(tmp_path)], spark))

    assert [Path(one.source).name for one in found if isinstance(one, File)] == ["c.jsonl"]
    refused = {Path(one.source).name: (one.code, "--engine spark" in one.message) for one in found if isinstance(one, Rejection)}
    assert refused == {
        "a.bib": ("not-on-spark", True),
        "b.json": ("not-on-spark", True),
        "_d.jsonl": ("not-on-spark", False),
        "e.jsonl": ("not-on-spark", True),
    }


def test_papers_behind_a_url_are_read_too(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text("\n".join(papers(20)), encoding="utf-8")
    (tmp_path / "in" / "b.jsonl.gz").write_bytes(gzip.compress("\n".join(papers(20, 1)).encode()))

    # Hadoop's file system for a folder that stands for a root: a URL like that of any other store, and no path of this machine.
    spark._jsparkSession.sessionState().conf()  # the session is there
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()
    hadoop.set("fs.viewfs.mounttable.papers.link./in", (tmp_path / "in").as_uri())
    texts, refused = by_spark(spark, ["viewfs://papers/in"], tmp_path / "out")

    expected, _ = local([str(tmp_path / "in")])
    assert [(row[0], row[1], Path(row[5] or "").name, row[6]) for row in texts] == [
        (row[0], row[1], Path(row[5] or "").name, row[6]) for row in expected
    ]
    assert refused == []
