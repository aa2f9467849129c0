"""A dry run says what a build would do, and does nothing."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from toy_papers import Guillemets

from kg.build import build, dryrun, plan
from kg.errors import SourceError, UsageError


def paper(n: int, text: str = "We use «Owl».") -> str:
    return json.dumps({"id": f"2401.{n:05d}", "title": f"On owls {n}", "abstract": text}) + "\n"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_without_a_store_all_is_new(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text("".join(paper(n) for n in range(8)) + paper(0) + paper(1, "Another text.") + "{broken\n", encoding="utf-8")
    found = plan([str(source)], log=None, extractor=Guillemets())
    assert (found.papers, found.new, found.updated, found.unchanged) == (10, 8, 1, 1)
    assert (found.refusals, [(code, n) for _, code, n in found.refused]) == (1, [("bad-json", 1)])
    assert found.titles == tuple(f"On owls {n}" for n in range(5))
    assert (found.complete, found.share, found.formats) == (True, 1.0, (("jsonl", 1, 10),))
    assert found.seconds_per_paper is not None
    assert found.seconds is not None
    assert found.seconds > 0
    assert found.disk == 8 * 35_000


def test_with_a_store_it_tells_what_is_known_and_leaves_it_alone(tmp_path: Path) -> None:
    source, store = tmp_path / "a.jsonl", tmp_path / "store"
    source.write_text("".join(paper(n) for n in range(4)), encoding="utf-8")
    build([str(source)], store=store, extractor=Guillemets())
    before = files(store)
    source.write_text("".join(paper(n) for n in range(3)) + paper(3, "Another text.") + paper(4), encoding="utf-8")
    found = plan([str(source)], log=store / "log.sqlite", extractor=Guillemets())
    assert (found.new, found.updated, found.unchanged) == (1, 1, 3)
    after = files(store)
    assert {name for name in after if not name.endswith(("-wal", "-shm"))} == {
        name for name in before if not name.endswith(("-wal", "-shm"))
    }
    assert all(after[name] == content for name, content in before.items() if not name.endswith("-shm"))
    report = build([str(source)], store=store, extractor=Guillemets())
    assert (report.stored, report.updated, report.unchanged) == (found.new, found.updated, found.unchanged)


def test_beyond_the_bound_figures_grow_with_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dryrun, "MAX_PAPERS", 2000)
    for name in ("a", "b", "c", "d"):
        start = 1000 * ord(name)
        (tmp_path / f"{name}.jsonl").write_text("".join(paper(start + n) for n in range(1000)), encoding="utf-8")
    found = plan([str(tmp_path)], log=None, extractor=Guillemets())
    assert (found.papers, found.complete) == (2000, False)
    assert found.share == pytest.approx(0.5, abs=0.05)
    assert found.in_all(found.new) == pytest.approx(4000, rel=0.1)
    assert plan(["-"], log=None, extractor=Guillemets(), stdin=io.BytesIO("".join(map(paper, range(3000))).encode())).share is None


def test_time_ends_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dryrun, "MAX_SECONDS", -1.0)
    (tmp_path / "a.jsonl").write_text("".join(paper(n) for n in range(50)), encoding="utf-8")
    found = plan([str(tmp_path / "a.jsonl")], log=None, extractor=Guillemets())
    assert (found.papers, found.complete) == (1, False)


def test_wrong_calls_are_those_of_a_build(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        plan(["nowhere"], log=None, extractor=Guillemets())
    with pytest.raises(UsageError):
        plan([], log=None, extractor=Guillemets())


def kg(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "kg", *args], capture_output=True, text=True, cwd=cwd, timeout=120, check=False)


def test_the_command_writes_nothing_and_has_the_codes_of_a_build(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(paper(1) + json.dumps({"title": "Red \x1b[31mowls"}) + "\n", encoding="utf-8")
    (tmp_path / "b.txt").touch()
    run = kg("build", "a.jsonl", "--extractor", "rules", "--dry-run", cwd=tmp_path)
    assert run.returncode == 0
    assert "2 new, 0 to be read anew, 0 unchanged, 0 refused" in run.stdout
    assert "On owls 1" in run.stdout
    assert "\x1b" not in run.stdout + run.stderr
    run = kg("build", "a.jsonl", "b.txt", "--extractor", "rules", "--dry-run", "--json", cwd=tmp_path)
    assert run.returncode == 1
    told = json.loads(run.stdout)
    assert (told["new"], told["refused_by_code"], told["refusals"][0]["source"]) == (2, {"empty": 1}, "b.txt")
    assert kg("build", "nowhere", "--extractor", "rules", "--dry-run", cwd=tmp_path).returncode == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b.txt"]
