"""The commands as a newcomer uses and misuses them: real processes, their streams and exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.cli import run

SEEDS = Path(__file__).parents[1] / "seeds" / "papers.txt"
STOPPED_BUILD = """
import signal, sys
from kg import cli
from kg.cli import build
build.Progress.step = lambda self, done: signal.raise_signal(signal.SIGINT) if done == 3 else None
sys.exit(cli.run(sys.argv[1:]))
"""  # the command line, interrupted at the third paper
PAPER = '{"title": "TreeNet: Trees for All", "abstract": "We propose TreeNet. TreeNet outperforms BarkNet on 8 NVIDIA A100 GPUs."}\n'
RULES = ("--extractor", "rules")  # quicker to load, where a test is not about what is extracted


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the seed papers."""
    store = tmp_path_factory.mktemp("seeds") / "kg-store"
    assert kg("build", str(SEEDS), "--store", str(store)).returncode == 0
    return store


def kg(*args: str, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "KG_STORE"}
    command = [sys.executable, "-m", "kg", *args]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120)


def told(result: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines on standard error; never a traceback."""
    assert "Traceback" not in result.stderr
    return result.stderr.strip().split("\n")


def test_the_seed_listing_gives_39_papers_with_evidence(seeds: Path) -> None:
    figures = dict(line.split("\t") for line in kg("stats", "--store", str(seeds)).stdout.strip().split("\n"))
    assert (figures["papers"], figures["papers with evidence"]) == ("39", "39")
    done, all_ = figures["evidence texts that are exact slices"].split(" of ")
    assert done == all_ != "0"


def test_the_seed_graph_conforms_and_the_store_is_sound(seeds: Path) -> None:
    assert kg("validate", "--store", str(seeds)).returncode == 0
    assert kg("doctor", "--store", str(seeds)).returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "MassiveDS",
        "Diptych Prompting",
        "SPARK",
        "RDS+",
        "TabuLa-8B",
        "BiomedCLIP",
        "MOMs",
        "VoCo",
        "SCM",
        "LOAF",
        "STU-Net",
        "SnP",
        "MoLFormer",
        "PanGu-alpha",
        "Megatron-LM",
        "OMMO",
        "FoodSeg103",
        "ReLeM",
        "PANNs",
        "R2D2",
        "Curator",
        "HSTU",
        "SILO",
        "ScalingNote",
        "POLCA",
        "MegaScale",
        "DistAttention",
        "ByteScale",
        "LIFL",
        "Spider 2.0",
        "DataStates-LLM",
    ],
)
def test_every_system_of_the_listing_is_found_by_its_name(seeds: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", name, "--format", "json", "--store", str(seeds)]) == 0  # in this process: one for each name takes long
    shown = json.loads(capsys.readouterr().out)
    edge = shown["incoming"][0]
    assert edge["subject"]["type"] == "Paper"
    assert edge["quotes"][0]["sentence"]


def test_a_second_build_changes_nothing(tmp_path: Path) -> None:
    for expected in ("1 stored, 0 updated, 0 unchanged", "0 stored, 0 updated, 1 unchanged"):
        result = kg("build", "-", *RULES, "--store", str(tmp_path / "s"), stdin=PAPER)
        assert expected in result.stderr
        assert result.returncode == 0


def test_what_cannot_be_read_is_told_line_by_line_and_the_rest_is_stored(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "some.jsonl").write_text(PAPER + "{broken\n", encoding="utf-8")
    result = kg("build", *RULES, "empty.txt", "binary.txt", "some.jsonl", "nowhere.txt", cwd=tmp_path)
    assert result.returncode == 1
    assert sum(line.startswith("refused: ") for line in told(result)) == 4
    assert any("some.jsonl, line 2" in line for line in told(result))
    assert "1 stored" in result.stderr
    listed = kg("quarantine", "list", "--format", "json", cwd=tmp_path)
    assert {row["code"] for row in json.loads(listed.stdout)} == {"empty", "binary", "bad-json", "missing"}


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["build", "nowhere"], 3, "nowhere"),
        (["query", "no-such-query"], 2, "no-such-query"),
        (["query", "methods-by-dataset"], 2, "dataset"),
        (["query", "methods-by-dataset", "--param", "other=1"], 2, "other"),
        (["query", "papers", "--format", "xls"], 2, "xls"),
        (["query", "SELECT nonsense"], 3, "cannot be parsed"),
        (["query", "SELECT * WHERE { SERVICE <http://x.y/> { ?s ?p ?o } }"], 3, "SERVICE"),
        (["show", "MegaSkale"], 2, "MegaSkale"),
        (["export", "-o", "graph.xyz"], 2, "xyz"),
        (["view", "--kind", "colour"], 2, "colour"),
        (["view", "--min-score", "2"], 2, "min-score 2.0"),
        (["export", "-o", "-", "--min-score", "0.5", "--min-precision", "0.9"], 2, "exclude each other"),
        (["export", "-o", "-", "--min-precision", "1"], 2, "min-precision 1.0"),
        (["build", str(SEEDS), "--extractor", "oracle"], 2, "oracle"),
        (["no-such-command"], 2, "no-such-command"),
    ],
)
def test_wrong_usage_is_one_error_and_one_hint(seeds: Path, tmp_path: Path, args: list[str], code: int, words: str) -> None:
    environment_store = ["--store", str(seeds)] if args[0] != "no-such-command" else []
    result = kg(*args, *environment_store, cwd=tmp_path)
    assert result.returncode == code
    assert result.stdout == ""
    error, hint = told(result)
    assert error.startswith("error: ")
    assert words in error
    assert hint.startswith("hint:  ")


def test_a_misspelt_name_is_answered_with_the_right_one(seeds: Path) -> None:
    assert "MegaScale" in told(kg("show", "MegaSkale", "--store", str(seeds)))[1]


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    kg("build", "-", *RULES, "--store", str(tmp_path / "s"), stdin=PAPER)
    (tmp_path / "s" / "FORMAT").write_text("paper-kg store 99\n", encoding="utf-8")
    result = kg("stats", "--store", str(tmp_path / "s"))
    assert result.returncode == 3
    assert "another version" in told(result)[0]
    assert kg("doctor", "--store", str(tmp_path / "s")).returncode == 1


@pytest.mark.parametrize("ending", ["ttl", "trig", "nt", "nq", "jsonld", "rdf", "graphml", "gexf", "csv"])
def test_every_format_is_written(seeds: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"graph.{ending}"
    assert kg("export", "-o", str(out), "--store", str(seeds)).returncode == 0
    assert "MegaScale" in out.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_less_is_exported_and_drawn_the_surer_it_must_be(seeds: Path, tmp_path: Path) -> None:
    asked = ([], ["--min-score", "0.6"], ["--min-score", "0.9"], ["--min-precision", "0.9"])
    lines = [kg("export", "-o", "-", "--format", "csv", *flags, "--store", str(seeds)).stdout.split("\n") for flags in asked]
    assert len(lines[0]) > len(lines[1]) > len(lines[2]) > 1
    assert len(lines[0]) > len(lines[3]) > 1
    assert all(set(fewer) < set(lines[0]) for fewer in lines[1:])
    assert kg("view", "-o", str(tmp_path / "g.html"), "--min-precision", "0.9", "--store", str(seeds)).returncode == 0
    assert "promise less than 0.9 precision are left out of this page" in (tmp_path / "g.html").read_text(encoding="utf-8")


def test_removing_a_paper_leaves_the_graph_without_it(seeds: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    other = PAPER.replace("TreeNet", "LeafNet")
    kg("build", "-", *RULES, "--store", str(one), stdin=PAPER)
    kg("build", "-", *RULES, "--store", str(two), stdin=PAPER + other)
    assert kg("remove", "LeafNet: Trees for All", "--store", str(two)).returncode == 0
    graphs = [kg("export", "-o", "-", "--store", str(store)).stdout for store in (one, two)]
    assert graphs[0] == graphs[1] != ""


def test_a_slow_query_is_stopped_at_its_time(seeds: Path) -> None:
    started = time.monotonic()
    result = kg("query", "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "1", "--store", str(seeds))
    assert result.returncode == 3
    assert "stopped after 1 s" in told(result)[0]
    assert time.monotonic() - started < 30


def test_ctrl_c_stops_a_query_with_one_line(seeds: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "kg",
        "query",
        "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "--store",
        str(seeds),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in words


def test_ctrl_c_in_a_build_is_told_once(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", STOPPED_BUILD, "build", str(SEEDS), "--extractor", "rules", "--store", str(tmp_path / "store")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.returncode == 130
    assert [line for line in said.stderr.splitlines() if "Ctrl-C" in line] == ["error: stopped by Ctrl-C at the last whole paper"]
    assert said.stderr.endswith("run the same command again to go on\n")


def test_a_reader_that_leaves_early_is_no_error(seeds: Path) -> None:
    command = f"{sys.executable} -m kg query papers --store {seeds} | head -1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""


def test_extract_prints_one_object_per_paper(tmp_path: Path) -> None:
    result = kg("extract", "-", stdin=PAPER)
    (paper,) = [json.loads(line) for line in result.stdout.strip().split("\n")]
    assert paper["paper"] == "TreeNet: Trees for All"
    (hardware,) = [entity for entity in paper["entities"] if entity["type"] == "Hardware"]
    assert (hardware["count"], hardware["role"]) == (8, "runsOn")
    assert "memory" not in hardware  # the text states none
    text = "TreeNet: Trees for All\n\nWe propose TreeNet. TreeNet outperforms BarkNet on 8 NVIDIA A100 GPUs."
    for entity in paper["entities"]:
        assert text[slice(*entity["span"])] in {entity["name"], *entity["aliases"]}
    assert ["TreeNet", "comparedWith", "BarkNet"] in paper["relations"]


def test_extract_prints_memory_and_hours_where_the_text_states_them() -> None:
    result = kg("extract", "-", stdin="TreeNet: Trees for All\n\nWe trained TreeNet on 8 NVIDIA A100 (80GB) GPUs for 2 days.\n")
    (hardware,) = [entity for entity in json.loads(result.stdout)["entities"] if entity["name"] == "NVIDIA A100"]
    assert (hardware["count"], hardware["memory"], hardware["hours"]) == (8, 80.0, 48.0)


def test_eval_of_the_extractor_against_itself_is_perfect(tmp_path: Path) -> None:
    rows = kg("extract", "-", *RULES, stdin=PAPER).stdout
    (tmp_path / "gold.jsonl").write_text(rows, encoding="utf-8")
    result = kg("eval", str(tmp_path / "gold.jsonl"), "--predicted", str(tmp_path / "gold.jsonl"))
    assert "core      P 1.000  R 1.000  F1 1.000" in result.stdout
