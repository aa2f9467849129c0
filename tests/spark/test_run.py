"""A whole run: the same bytes as the local engine, on this machine and on a cluster that loses a worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from spark_reads import papers

from kg import api, decisions, parts
from kg.build import build
from kg.cli import run as kg
from kg.errors import UsageError
from kg.spark import inputs
from kg.spark import run as engine
from kg.spark.run import Work
from kg.spark.session import Settings, check

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")]


def turtle(store: Path) -> bytes:
    """The graph of a store as it is exported."""
    target = store.with_suffix(".ttl")
    with api.open(store) as graph:
        graph.export(target)
    return target.read_bytes()


@pytest.fixture
def two_inputs(tmp_path: Path) -> list[str]:
    """Files that hold some papers both, and some of them under another title."""
    lines = papers(300)
    (tmp_path / "a.jsonl").write_text("\n".join(lines[:200]), encoding="utf-8")
    changed = [json.dumps({**json.loads(line), "title": f"A later title {number % 3}"}) for number, line in enumerate(lines[150:180])]
    (tmp_path / "b.jsonl").write_text("\n".join([*lines[180:], *changed, "no JSON"]), encoding="utf-8")
    return [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]


def parts_of(spark: SparkSession, work: Work, out: Path) -> None:
    """Run the engine in the session that is there."""
    engine.check_call(work, out)
    engine.within(spark, work, out, lambda _: None)


def test_export_of_two_inputs_under_decisions_is_the_local_engines_byte_for_byte(
    spark: SparkSession, tmp_path: Path, two_inputs: list[str]
) -> None:
    build(two_inputs, store=tmp_path / "local", extractor="toy")
    with api.open(tmp_path / "local") as graph:
        graph.merge("Net1", "Net2")
    (tmp_path / "loaded").mkdir()
    decided = decisions.load(tmp_path / "local")
    assert decided

    parts_of(spark, Work(two_inputs, "toy", decided=decided), tmp_path / "out")
    ...
