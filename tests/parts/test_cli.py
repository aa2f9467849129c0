"""`kg load` and `kg export --format parts`: words, numbers and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from toy_papers import content

from kg import parts
from kg.cli import run


def test_a_store_moves_as_parts(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "--format", "parts", "-o", str(tmp_path / "parts"), "--store", str(home / "built")]) == 0
    assert run(["load", str(tmp_path / "parts"), "--store", str(tmp_path / "store"), "--json"]) == 0
    told = capsys.readouterr()
    said = json.loads(told.out)
    assert (said["papers"], said["texts"], said["added"], said["refused"], said["derived"]) == (11, 11, 11, 1, "")
    assert "11 of 11 texts were new, 1 refused" in told.err
    assert content(tmp_path / "store") == content(home / "built")
    assert run(["load", str(tmp_path / "parts"), "--store", str(home / "x.ttl")]) == 2


def test_parts_that_cannot_be_loaded_end_with_3_and_a_hint(copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copied / parts.MANIFEST_FILE).unlink()
    assert run(["load", str(copied), "--store", str(tmp_path / "store")]) == 3
    assert "the run that wrote this was not finished: run it again" in capsys.readouterr().err
    assert run(["load", str(tmp_path / "none"), "--store", str(tmp_path / "store")]) == 3
    assert not (tmp_path / "store").exists()


def test_parts_hold_a_whole_store(home: Path, tmp_path: Path) -> None:
    assert run(["export", "--format", "parts", "--no-evidence", "-o", str(tmp_path / "parts"), "--store", str(home / "built")]) == 2
