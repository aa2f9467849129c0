"""A whole run gives the bytes of the local engine, on this machine and on a cluster that loses a worker; what cannot run says why."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from spark_reads import papers

from kg import api, decisions, parts
from kg.build import build
from kg.cli import run as kg
from kg.model import Decision, DecisionKind, EntityType
from kg.spark.run import Work, check_call, within

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
    """Files that both hold some of 300 papers, some of them under another title; and a line that is none."""
    lines = papers(300)
    changed = [json.dumps({**json.loads(line), "title": f"A later title {number}"}) for number, line in enumerate(lines[150:170])]
    (tmp_path / "a.jsonl").write_text("\n".join(lines[:200]), encoding="utf-8")
    (tmp_path / "b.jsonl").write_text("\n".join([*lines[170:], *changed, "no JSON"]), encoding="utf-8")
    return [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]


def test_the_export_of_two_inputs_under_decisions_is_the_local_engines_byte_for_byte(
    spark: SparkSession, tmp_path: Path, two_inputs: list[str]
) -> None:
    decided = [Decision(DecisionKind.SAME, EntityType.METHOD, "Net1", other="Net2")]
    for name in ("local", "loaded"):
        (tmp_path / name).mkdir()
        decisions.add(tmp_path / name, decided)
    expected = build(two_inputs, store=tmp_path / "local", extractor="toy")

    report = within(spark, Work(two_inputs, "toy", decided=decided), tmp_path / "out")
    loaded = parts.load(tmp_path / "out", tmp_path / "loaded")

    assert loaded.derived == ""
    assert turtle(tmp_path / "loaded") == turtle(tmp_path / "local")
    assert (report.papers, report.stored, report.joined, report.unchanged) == (
        expected.papers,
        expected.stored,
        expected.joined,
        expected.unchanged,
    )
    assert (report.rejections, report.refused, sorted(report.detected)) == (
        expected.rejections,
        expected.refused,
        sorted(expected.detected),
    )


def test_a_run_that_was_ended_goes_on_behind_extraction(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text("\n".join(papers(20)), encoding="utf-8")
    work, out = Work([str(source)], "toy"), tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr("kg.spark.graph.write", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            within(spark, work, out)
    written = sorted(path.name for path in (out / "log").glob("*.parquet"))
    check_call(work, out)  # a folder that can be gone on with

    monkeypatch.setattr("kg.spark.run.extract", lambda *_: pytest.fail("extracted again"))
    within(spark, work, out)

    assert sorted(path.name for path in (out / "log").glob("*.parquet")) == written
    with pytest.raises(Exception, match="holds the parts of a run that has ended"):
        check_call(work, out)


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address and the workers of a cluster on loopback: a master and two workers, processes of their own."""
    import pyspark

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Path(pyspark.__file__).parent
    light = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": light}
    address = f"spark://127.0.0.1:{port}"
    commands = [["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]]
    for number in (1, 2):
        work = folder / f"work{number}"
        commands.append(
            ["worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g", "-d", str(work), address]
        )
    with ExitStack() as stack:
        processes = []
        for number, (name, *arguments) in enumerate(commands):
            said = stack.enter_context((folder / f"{number}.log").open("wb"))
            process = subprocess.Popen(
                [home / "bin" / "spark-class", f"org.apache.spark.deploy.{name}", *arguments],
                env={**environment, "KG_TEST_WORKER": str(number)}, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
            processes.append(process)
            stack.callback(process.wait)
            stack.callback(end, process)
        while (folder / "0.log").read_bytes().count(b"Registering worker") < len(processes) - 1:
            assert all(process.poll() is None for process in processes)
            time.sleep(0.05)
        yield address, processes[1:]


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with those that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(tmp_path: Path, pythonpath: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "marks").mkdir()
    source = tmp_path / "a.jsonl"
    source.write_text("\n".join(papers(300)), encoding="utf-8")
    build([str(source)], store=tmp_path / "local", extractor="slow")
    monkeypatch.setenv("KG_TEST_MARKS", str(tmp_path / "marks"))
    light = [f"--conf=spark.{which}.extraJavaOptions=-XX:TieredStopAtLevel=1" for which in ("driver", "executor")]

    with cluster(tmp_path) as (address, workers):
        command = [sys.executable, "-m", "kg", "build", str(source), "--engine", "spark", "--master", address, "--extractor", "slow"]
        command += ["--store", str(tmp_path / "store"), "--json", "--conf", "spark.executor.memory=512m", *light]
        ours = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
        try:
            while not (working := [int(mark.name) for mark in (tmp_path / "marks").iterdir()]):
                assert ours.poll() is None, ours.communicate()
                time.sleep(0.05)
            end(workers[working[0] - 1])  # one that is extracting
            output, said = ours.communicate()
        finally:
            ours.kill()

    assert ours.returncode == 0, said
    report = json.loads(output)
    assert (report["papers"], report["refused"]) == (294, 0)
    assert turtle(tmp_path / "store") == turtle(tmp_path / "local")
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".parts") == []
    words = said.decode().splitlines()
    assert words[-1].startswith("next: ")
    assert len(words) < 10, words


def test_without_java_or_pyspark_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text(papers(1)[0], encoding="utf-8")
    command = ["build", str(source), "--engine", "spark", "--out", str(tmp_path / "out")]
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(old.parent))

    assert kg(command) == 3
    assert "needs Java" in (said := capsys.readouterr().err)
    assert "openjdk-17-jre-headless" in said

    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="utf-8")
    old.chmod(0o755)
    assert kg(command) == 3
    assert "is version 11" in capsys.readouterr().err

    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pyspark" else found(name))
    assert kg(command) == 3
    assert "pip install 'paper-kg[spark]'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--engine", "flink"], "unknown engine 'flink'"),
        (["--master", "local[2]"], "--master is of the engine spark"),
        (["--engine", "spark", "--dry-run"], "--dry-run is of the engine local"),
        (["--engine", "spark", "--jobs", "2"], "--jobs is of the local engine"),
        (["--engine", "spark", "--format", "bibtex", "--out", "new"], "Spark does not read 'bibtex'"),
        (["--engine", "spark", "--out", "full"], "full is not empty"),
        (["--engine", "spark", "--conf", "memory", "--out", "new"], "--conf 'memory' is not of the form"),
        (["--engine", "spark", "--store", "https://example.org/sparql"], "Spark cannot build into https://example.org/sparql"),
    ],
)
def test_wrong_usage_is_told_before_spark_starts(
    options: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kg.spark.run.session", lambda _: pytest.fail("started"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.jsonl").write_text(papers(1)[0], encoding="utf-8")

    assert kg(["build", "full/a.jsonl", *options]) == 2
    assert words in capsys.readouterr().err
