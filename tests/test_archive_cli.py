"""`kg backup` and `kg restore` as people and scripts use them: streams, words and exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg import archive
from kg.cli import run

PAPER = '{"title": "TreeNet: Trees for All", "abstract": "We propose TreeNet. TreeNet outperforms BarkNet on 8 NVIDIA A100 GPUs."}\n'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of one paper."""
    place = tmp_path_factory.mktemp("store")
    (place / "papers.jsonl").write_text(PAPER)
    kg.open(place / "kg-store").build(place / "papers.jsonl", extractor="rules")
    return place / "kg-store"


def command(*args: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "kg", *args], input=given, capture_output=True, check=False, timeout=120)


def test_a_store_goes_through_streams(store: Path, tmp_path: Path) -> None:
    saved = command("backup", "-", "--store", str(store))
    assert saved.returncode == 0
    assert saved.stderr.decode().startswith("wrote 1 papers, ")
    restored = command("restore", "-", "--store", str(tmp_path / "again"), given=saved.stdout)
    assert (restored.returncode, restored.stdout) == (0, b"")
    assert restored.stderr.decode().startswith("restored 1 papers, ")
    assert command("backup", "-", "-q", "--store", str(tmp_path / "again")).stdout == saved.stdout


def test_words_and_exit_codes(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kg.tar.gz"
    assert run(["backup", str(file), "--store", str(store)]) == 0
    assert run(["restore", str(file), "--store", str(tmp_path / "again")]) == 0
    capsys.readouterr()
    for args, code, words in (
        (["restore", str(file), "--store", str(store)], 3, "not empty"),
        (["restore", str(tmp_path / "absent"), "--store", str(tmp_path / "other")], 3, "cannot read"),
        (["restore", str(store / "FORMAT"), "--store", str(tmp_path / "other")], 3, "no archive of `kg backup`"),
        (["restore", str(file), "--store", "https://example.org/sparql"], 2, "is an address"),
        (["restore"], 2, "Missing argument"),
        (["backup", str(file), "--store", str(tmp_path / "absent")], 3, "no store"),
        (["backup", str(tmp_path / "no" / "kg.tar.gz"), "--store", str(store)], 2, "no such folder"),
        (["backup", str(tmp_path), "--store", str(store)], 3, "cannot write"),
    ):
        assert run(args) == code
        said = capsys.readouterr()
        assert (said.out, len(said.err.strip().split("\n"))) == ("", 2)
        assert words in said.err.split("\n")[0]
    assert not (tmp_path / "other").exists()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["again", "kg.tar.gz"]


def test_what_differs_is_told(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kg.tar.gz"
    with monkeypatch.context() as patched:
        patched.setattr("kg.__version__", "0.0.7")
        archive.backup(store, file)
    monkeypatch.setattr("kg.archive.restoring._differences", lambda *_: (12345, 2))
    monkeypatch.setattr("kg.derivation.derive.kind_triples", lambda *_: set())
    assert run(["restore", str(file), "--store", str(tmp_path / "again")]) == 0
    said = capsys.readouterr().err
    assert "lacks 12,345 triples" in said
    assert "kg 0.0.7 made it" in said


def test_an_archive_is_not_written_to_a_terminal(store: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "kg", "backup", "-", "--store", str(store)], stdout=follower, stderr=subprocess.PIPE, check=False
    )
    os.close(follower)
    os.close(leader)
    assert done.returncode == 2
    assert b"no text for a terminal" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_stream_that_is_full_is_one_clear_error(store: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kg", "backup", "-", "--store", str(store)], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 3
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr
