"""What a build tells while it runs, and afterwards to programs."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from toy_papers import Guillemets

from kg.build import build
from kg.cli import summary
from kg.cli.progress import Progress, words
from kg.cli.summary import RunLog
from kg.model import BuildReport, Record, Rejection
from kg.sources import Position, read


def paper(n: int, text: str = "We use «Owl».") -> str:
    return json.dumps({"id": f"2401.{n:05d}", "title": f"On owls {n}", "abstract": text}) + "\n"


def kg(*args: str, cwd: Path, stdin: str | None = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *args]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=cwd, timeout=120, check=False)


def shares(path: Path, **options: object) -> list[float]:
    """How far reading is after each paper."""
    position = Position()
    return [position.done / position.total for _ in read([str(path)], position=position, **options)]


@pytest.mark.parametrize("name", ["papers.jsonl", "papers.csv"])
def test_the_share_of_bytes_grows_with_the_papers(name: str, tmp_path: Path) -> None:
    rows = [f'{n},"On owls {n}","{"We use owls. " * (1 + n % 7)}"' for n in range(30_000)]
    lines = [json.dumps({"title": f"On owls {n}", "abstract": "We use owls. " * (1 + n % 7)}) for n in range(30_000)]
    (tmp_path / name).write_text("\n".join(lines if name.endswith("l") else ["id,title,abstract", *rows]) + "\n", encoding="utf-8")
    found = shares(tmp_path / name)
    assert len(found) == 30_000
    assert found[-1] <= 1
    for at in (0.3, 0.6, 0.9):  # read in pieces of a megabyte, of 2.7 in all
        assert abs(found[int(at * len(found))] - at) < 0.3
    assert max(a - b for a, b in pairwise(found)) < 0.01  # never back by much


def test_of_files_that_are_read_whole_the_text_tells(tmp_path: Path) -> None:
    for n in range(20):
        (tmp_path / f"{n:02}.bib").write_text(
            "".join(f"@article{{k{k}, title={{On owls {n} {k}}}, abstract={{{'We use owls. ' * 20}}}}}\n" for k in range(50)),
            encoding="utf-8",
        )
    found = shares(tmp_path)
    assert len(found) == 1000
    assert abs(found[499] - 0.5) < 0.02
    assert abs(found[524] - 0.525) < 0.02  # in the middle of a file that was read at once
    assert found[-1] == pytest.approx(1, abs=0.02)


def test_of_standard_input_nothing_is_known() -> None:
    position = Position()
    assert [isinstance(item, Record) for item in read(["-"], stdin=io.BytesIO(paper(1).encode()), position=position)] == [True]
    assert (position.total, position.done) == (0, 0)


def test_the_words_of_the_progress() -> None:
    assert words(0, 0.0, 0, 0, 1000) == "0 papers"
    assert words(50, 2.0, 0, 1, 1000) == "50 papers, 2.0/s"  # too early to tell how many are left
    assert words(1500, 12.34, 3, 250, 1000) == "1,500 papers, about 4,500 left, 12.3/s, 3 refused"
    assert words(1500, 1234.5, 0, 0, 0) == "1,500 papers, 1,234/s"


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(Position())
    progress.step(1)
    progress.end()
    assert capsys.readouterr().err == ""


@pytest.mark.slow
@pytest.mark.parametrize("quiet", [False, True])
def test_on_a_terminal_the_progress_is_drawn_and_taken_away(quiet: bool, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(paper(n) for n in range(60)) + "{broken\n", encoding="utf-8")
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "kg", "build", "a.jsonl", "--extractor", "rules", *(["-q"] if quiet else [])]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=child, env=environment
    ) as process:
        os.close(child)
        shown = b""
        while True:
            try:
                part = os.read(parent, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.stdout is not None
        assert process.stdout.read() == b""
    os.close(parent)
    assert process.returncode == 1
    if quiet:
        assert b"\x1b" not in shown
        assert shown.startswith(b"refused: ")
    else:
        assert b" papers" in shown.split(b"60 stored")[0]
        assert b"\x1b[2K" in shown  # the line is cleared
        assert b"60 stored, 0 updated, 0 unchanged, 1 refused" in shown


def test_on_a_pipe_nothing_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(paper(n) for n in range(60)), encoding="utf-8")
    run = kg("build", "a.jsonl", "--extractor", "rules", cwd=tmp_path)
    assert "\x1b" not in run.stderr
    assert "\r" not in run.stderr
    assert run.stdout == ""


def test_the_summary_as_json_and_the_log_of_the_run(tmp_path: Path) -> None:
    secret = "We use OwlNet in secret."
    (tmp_path / "a.jsonl").write_text(paper(1, secret) + "{broken\n" + paper(2, secret), encoding="utf-8")
    (tmp_path / "b.bib").write_text("@article{a, title={On bats}, year=2024}\n", encoding="utf-8")
    (tmp_path / "c.txt").touch()
    run = kg("build", "a.jsonl", "b.bib", "c.txt", "--extractor", "rules", "--json", "--log-file", "log.jsonl", cwd=tmp_path)
    assert run.returncode == 1
    told = json.loads(run.stdout)
    assert told.pop("seconds") > 0
    assert [(row["source"], row["place"], row["code"]) for row in told.pop("refusals")] == [
        ("a.jsonl", "line 2", "bad-json"),
        ("c.txt", "", "empty"),
    ]
    counts = {
        "store": "./kg-store", "stored": 3, "joined": 0, "updated": 0, "unchanged": 0, "refused": 2, "passed_over": 0, "refused_by_code": {"bad-json": 1, "empty": 1},
        "papers": 3, "interrupted": False,
        "inputs": [
            {"source": "a.jsonl", "format": "arxiv", "papers": 2, "refused": 1},
            {"source": "b.bib", "format": "bibtex", "papers": 1, "refused": 0},
            {"source": "c.txt", "format": "", "papers": 0, "refused": 1},
        ],
    }  # fmt: skip
    told["inputs"][0]["format"] = "arxiv"  # or "jsonl": told by its keys
    assert told == counts
    assert "3 stored" in run.stderr  # words stay beside it
    assert kg("build", "b.bib", "--extractor", "rules", "--log-file", "log.jsonl", cwd=tmp_path).returncode == 0
    text = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in text.rstrip("\n").split("\n")]
    assert [event["event"] for event in events] == [
        "started", "input", "refused", "input", "refused", "committed", "finished", "started", "input", "committed", "finished",
    ]  # fmt: skip
    assert all(event["time"].endswith("+00:00") for event in events)
    assert (events[0]["version"], events[0]["paths"], events[0]["extractor"]) == ("0.1.0", ["a.jsonl", "b.bib", "c.txt"], "rules")
    assert (events[2]["source"], events[2]["place"], events[2]["code"]) == ("a.jsonl", "line 2", "bad-json")
    assert events[5]["papers"] == 5
    assert events[6]["stored"] == 3
    assert not any(words in text for words in ("secret", "owls", "bats", "OwlNet"))


def test_a_run_that_fails_says_so_in_its_log(tmp_path: Path) -> None:
    run = kg("build", "nowhere.txt", "--log-file", "log.jsonl", "--json", "--extractor", "rules", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (3, "")
    last = json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")[-1])
    assert (last["event"], last["error"]) == ("failed", "SourceError")
    run = kg("build", "nowhere.txt", "--log-file", "no/such/folder/log.jsonl", cwd=tmp_path)
    assert (run.returncode, "no/such/folder" in run.stderr, "Traceback" in run.stderr) == (3, True, False)


def test_a_path_that_is_no_utf8_can_be_logged(tmp_path: Path) -> None:
    with RunLog(tmp_path / "log.jsonl") as log:
        log.write("started", paths=[os.fsdecode(b"\xff.txt")])
    assert json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8"))["paths"] == ["\udcff.txt"]


def test_the_first_hundred_refusals_stand_in_the_summary() -> None:
    many = tuple(Rejection("a.jsonl", f"line {n}", "read", "bad-json", "mend it") for n in range(500))
    told = summary.as_json(BuildReport(rejections=many, refused=(("a.jsonl", "bad-json", 9000),)), "s", 1.0)
    assert (told["refused"], len(told["refusals"])) == (9000, 100)  # type: ignore[arg-type]


def test_standard_input_that_is_closed(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(paper(1), encoding="utf-8")
    for path, code, words_ in (("a.jsonl", 0, "1 stored"), ("-", 1, "standard input is closed")):
        run = subprocess.run(
            ["sh", "-c", f'exec "{sys.executable}" -m kg build {path} --extractor rules <&-'],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, words_ in run.stderr, "Traceback" in run.stderr) == (code, True, False), run.stderr


def test_columns_are_named_by_map(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Nummer,Titel,Zusammenfassung\n1,Über Eulen,Wir nutzen OwlNet.\n", encoding="utf-8")
    named = ("--map", "title=Titel", "--map", "abstract=Zusammenfassung")
    run = kg("build", "a.csv", "--extractor", "rules", *named, "--json", cwd=tmp_path)
    assert (run.returncode, json.loads(run.stdout)["stored"]) == (0, 1)
    found = kg("extract", "a.csv", "--extractor", "rules", *named, cwd=tmp_path)
    assert json.loads(found.stdout)["paper"] == "Über Eulen"
    for wrong in ("title", "shelf=Titel"):
        assert kg("build", "a.csv", "--map", wrong, cwd=tmp_path).returncode == 2
    run = kg("build", "a.csv", "--extractor", "rules", "--map", "title=Titel,abstract", cwd=tmp_path)
    assert (run.returncode, "no column is called 'Titel,abstract'" in run.stderr) == (1, True)


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("paths", "log_file"), [(["a.jsonl"], "./a.jsonl"), (["a.jsonl"], "link"), (["."], "log.jsonl"), (["b"], "a.jsonl")]
)
def test_a_log_file_is_none_of_the_inputs(tmp_path: Path, paths: list[str], log_file: str, more: tuple[str, ...]) -> None:
    (tmp_path / "a.jsonl").write_text(paper(1), encoding="utf-8")
    (tmp_path / "link").hardlink_to(tmp_path / "a.jsonl")
    if paths == ["b"]:
        paths = ["link", "--enrich", "a.jsonl"]
    run = kg("build", *paths, "--log-file", log_file, *more, cwd=tmp_path)
    assert (run.returncode, "among the papers to read" in run.stderr) == (2, True), run.stderr
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == paper(1)


def test_a_store_is_enriched_without_other_papers(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(paper(1), encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(paper(1) + paper(2), encoding="utf-8")
    absent = kg("build", "--enrich", "b.jsonl", "--extractor", "rules", cwd=tmp_path)
    assert (absent.returncode, "there is no store" in absent.stderr, (tmp_path / "kg-store").exists()) == (3, True, False), absent.stderr
    assert kg("build", "a.jsonl", "--extractor", "rules", cwd=tmp_path).returncode == 0
    run = kg("build", "--enrich", "b.jsonl", "--extractor", "rules", "--json", cwd=tmp_path)
    summary = json.loads(run.stdout)
    assert (run.returncode, summary["passed_over"], summary["papers"]) == (0, 1, 1)
    assert kg("build", cwd=tmp_path).returncode == 2


def test_inputs_and_refusals_are_told_as_they_come(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(paper(1) + "{broken\n" + paper(2), encoding="utf-8")
    inputs: list[tuple[str, str]] = []
    refused: list[Rejection] = []
    build(
        [str(tmp_path / "a.jsonl")],
        store=tmp_path / "store",
        extractor=Guillemets(),
        on_input=lambda *told: inputs.append(told),
        on_refusal=refused.append,
    )
    assert [Path(source).name for source, _ in inputs] == ["a.jsonl"]
    assert [rejection.place for rejection in refused] == ["line 2"]
