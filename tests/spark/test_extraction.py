"""Each text is extracted once, whatever happens to the tasks: an error, a process that is ended, memory that runs out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from spark_reads import by_spark, local, papers

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")]


def write(path: Path, *odd: str) -> str:
    """A file of toy papers, among which some have an odd word."""
    lines = papers(120)
    for number, word in enumerate(odd):
        lines.insert(40 + 10 * number, json.dumps({"title": f"Of {word}", "abstract": f"We propose «{word.title()}» and {word}."}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_a_task_that_fails_is_tried_again_and_leaves_nothing_behind(spark: SparkSession, tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", "quake")

    texts, refused = by_spark(spark, [source], tmp_path / "out", "shaky")

    assert (texts, refused) == local([source], "shaky")
    assert len(texts) == 121
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["log", "refused"]


def test_a_document_that_ends_its_process_is_refused_and_those_beside_it_are_not(spark: SparkSession, tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", "hemlock", "nettle", "gourd", "hemlock")
    harmless = write(tmp_path / "b.jsonl", "nettle")

    texts, refused = by_spark(spark, [source], tmp_path / "out", "deadly")

    expected, _ = local([harmless], "deadly")
    assert [row[:2] for row in texts] == [row[:2] for row in expected]
    assert [(row[1], row[3]) for row in refused] == [
        ("line 41", "extraction-killed"),
        ("line 51", "bad-extraction"),
        ("line 61", "extraction-killed"),
        ("line 71", "extraction-killed"),
    ]
