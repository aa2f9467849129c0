"""A store of format 1 becomes one of today's format with the same graph, and is never lost, whenever it is stopped."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg import export
from kg.archive import migrate, place
from kg.archive.format1 import renewed
from kg.derivation import publish
from kg.errors import StoreError
from kg.log import Log, decode_extraction
from kg.model import Abbreviation, Span
from kg.store import create_or_open, layout, open_snapshot

ROOT = Path(__file__).parents[1]
FIXTURE = ROOT / "tests" / "store" / "format1"
GOLDEN = ROOT / "tests" / "golden" / "format1.ttl"  # what version 1 exported of the store of the fixture
NOT_NOTED = "DROP TABLE changed; DROP TRIGGER paper_added; DROP TRIGGER paper_renewed; DROP TRIGGER paper_gone;"


def old_store(path: Path, more: str = "") -> Path:
    """A store as version 1 made it; its snapshot is left out, as nothing of it is read."""
    (path / "snapshots").mkdir(parents=True)
    db = sqlite3.connect(path / "log.sqlite")
    db.executescript((FIXTURE / "log.sql").read_text() + more)
    db.close()
    shutil.copy(FIXTURE / "decisions.tsv", path)
    (path / "FORMAT").write_text("paper-kg store 1\n")
    (path / "lock").touch()
    return path


def exported(store: Path) -> str:
    turtle = io.BytesIO()
    with open_snapshot(store) as snapshot:
        export.dump(snapshot.store, turtle, format="ttl", base=snapshot.base)
    return turtle.getvalue().decode()


def rows(log: Path) -> list[object]:
    db = sqlite3.connect(log)
    found = [db.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in ("meta", "rejection")]
    found += [db.execute(f"SELECT * FROM {table} ORDER BY key, hash").fetchall() for table in ("paper", "source")]
    db.close()
    return found


def listed(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("more", ["", NOT_NOTED], ids=["changes noted", "changes not noted"])
def test_a_store_of_format_1_has_the_same_graph_afterwards(tmp_path: Path, more: str) -> None:
    store = old_store(tmp_path / "store", more)
    assert migrate(store) == tmp_path / "store.format-1"
    assert exported(store) == GOLDEN.read_text()
    assert rows(store / "log.sqlite") == rows(tmp_path / "store.format-1" / "log.sqlite")
    assert (store / "decisions.tsv").read_bytes() == (FIXTURE / "decisions.tsv").read_bytes()
    assert (store / "FORMAT").read_text() == "paper-kg store 2\n"
    assert (tmp_path / "store.format-1" / "FORMAT").read_text() == "paper-kg store 1\n"
    assert listed(tmp_path) == ["store", "store.format-1"]
    assert migrate(store) is None
    with Log(store / "log.sqlite") as log:
        assert log.changes() == ()


def test_extractions_of_earlier_versions_are_read() -> None:
    claim = ["A100", "Hardware", [], [[0, 4, "A100", "Hardware", "r", 0.9]], "runsOn", [[0, 9, 0, 4]], "r", 0.9, 8]
    older = decode_extraction(renewed(json.dumps([[claim, claim[:-1]], [], [], [[30, 33, 5, 28]]])))
    assert [(e.count, e.memory, e.hours) for e in older.entities] == [(8, None, None), (None, None, None)]
    assert older.abbreviations == (Abbreviation(Span(30, 33), Span(5, 28), Span(5, 33)),)
    text = json.dumps([[[*claim, 80, 1.5]], [], [], [[30, 33, 5, 28, 0, 40]]], separators=(",", ":"))
    assert renewed(text) == text


def test_what_people_keep_in_the_folder_comes_along(tmp_path: Path) -> None:
    store = old_store(tmp_path / "store")
    (tmp_path / "kept").mkdir()
    (store / "decisions.tsv").rename(tmp_path / "kept" / "decisions.tsv")
    (store / "decisions.tsv").symlink_to("../kept/decisions.tsv")
    (store / ".git").mkdir()
    (store / ".git" / "config").write_text("[core]\n")
    (store / "resolution.sqlite").write_bytes(b"of another version")
    migrate(store)
    assert (store / "decisions.tsv").is_symlink()
    assert (store / ".git" / "config").read_text() == "[core]\n"
    assert exported(store) == GOLDEN.read_text()


def test_a_link_to_a_store_stays_a_link_and_names_that_are_taken_are_left(tmp_path: Path) -> None:
    old_store(tmp_path / "real" / "store")
    (tmp_path / "store").symlink_to("real/store")
    (tmp_path / "real" / "store.format-1").write_text("mine")
    assert migrate(tmp_path / "store") == tmp_path / "real" / "store.format-1-2"
    assert (tmp_path / "store").is_symlink()
    assert (tmp_path / "real" / "store.format-1").read_text() == "mine"
    assert exported(tmp_path / "store") == GOLDEN.read_text()


def test_an_empty_store_of_format_1_is_migrated_too(tmp_path: Path) -> None:
    (tmp_path / "store" / "snapshots").mkdir(parents=True)
    (tmp_path / "store" / "FORMAT").write_text("paper-kg store 1\n")
    assert migrate(tmp_path / "store") is not None
    with open_snapshot(tmp_path / "store") as snapshot:
        assert snapshot.manifest.triples == 0


def test_nothing_is_done_where_nothing_is_to_be_done(tmp_path: Path) -> None:
    assert migrate(tmp_path / "absent") is None
    (tmp_path / "file").write_text("x")
    assert migrate(tmp_path / "file") is None
    create_or_open(tmp_path / "store").close()
    assert migrate(tmp_path / "store") is None
    (tmp_path / "store" / "FORMAT").write_text("paper-kg store 99\n")
    assert migrate(tmp_path / "store") is None
    assert listed(tmp_path) == ["file", "store"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("UPDATE paper SET extraction = '[1, 2';", "damaged"),
        ("UPDATE paper SET extraction = '[1, 2, 3, 4]';", "damaged"),
        ("PRAGMA user_version = 7;", "format 7"),
    ],
)
def test_a_log_that_cannot_be_read_leaves_all_as_it_was(tmp_path: Path, more: str, words: str) -> None:
    store = old_store(tmp_path / "store", more)
    before = listed(store)
    with pytest.raises(StoreError, match=words) as caught:
        migrate(store)
    assert "\n" not in str(caught.value)
    assert (listed(tmp_path), listed(store)) == (["store"], before)
    assert (store / "FORMAT").read_text() == "paper-kg store 1\n"


def test_a_store_that_is_written_is_not_migrated(tmp_path: Path) -> None:
    from kg.store.folder import take_lock

    store = old_store(tmp_path / "store")
    lock = take_lock(store)
    with pytest.raises(StoreError, match="locked"):
        migrate(store)
    os.close(lock)
    assert migrate(store) is not None


def test_a_disk_that_cannot_exchange_two_folders_ends_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.archive.migration.exchange", lambda *_: False)
    store = old_store(tmp_path / "store")
    assert migrate(store) == tmp_path / "store.format-1"
    assert exported(store) == GOLDEN.read_text()
    assert listed(tmp_path) == ["store", "store.format-1"]


def test_two_folders_change_places(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not place.exchange(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this disk cannot exchange two folders")
    assert (listed(tmp_path / "one"), listed(tmp_path / "other")) == (["other"], ["one"])
    with pytest.raises(OSError, match="No such file"):
        place.exchange(tmp_path / "one", tmp_path / "absent")


# Ends itself, as kill -9 does, before the file or folder number N that is opened, made, renamed or removed.
KILLED = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from kg.archive import migrate, migration
if sys.argv[3] == "two steps":
    migration.exchange = lambda *_: False
left = int(sys.argv[2])
def watch(event, args):
    global left
    if event in ("open", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "sqlite3.connect"):
        if os.path.dirname(sys.argv[1]) in str(args):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
migrate(sys.argv[1])
print(left)
"""


def killed(store: Path, moment: int, how: str) -> tuple[int, str]:
    command = [sys.executable, "-c", KILLED, str(store), str(moment), how]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip() or done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("how", ["one step", "two steps"])
def test_killed_at_any_moment_the_old_store_or_the_new_one_is_there(tmp_path: Path, how: str) -> None:
    before = rows(old_store(tmp_path / "first" / "store") / "log.sqlite")
    code, left = killed(tmp_path / "first" / "store", 10**6, how)
    assert code == 0, left
    steps = 10**6 - int(left)
    moments = {*random.Random(3).sample(range(1, steps - 8), 6), *range(steps - 8, steps + 1)}
    for moment in sorted(moments):
        folder = tmp_path / str(moment)
        store = old_store(folder / "store")
        assert killed(store, moment, how)[0] == -9
        if how == "one step":
            assert (store / "FORMAT").read_text() in ("paper-kg store 1\n", "paper-kg store 2\n")
        migrate(store)
        assert exported(store) == GOLDEN.read_text()
        assert rows(store / "log.sqlite") == before
        assert rows(folder / "store.format-1" / "log.sqlite") == before
        assert listed(folder) == ["store", "store.format-1"]


def test_restoring_does_not_lose_an_old_store_that_a_killed_migration_left_aside(tmp_path: Path) -> None:
    """It lies where restoring makes its new store, from the change of places until it has its own name."""
    made = tmp_path / "made"
    with create_or_open(made) as folder, Log(folder.log_path) as log:
        publish(folder, log)
    kg.backup(made, tmp_path / "archive")
    store = tmp_path / "store"
    old_store(place.side_of(store))
    kg.restore(tmp_path / "archive", store)
    assert listed(tmp_path) == ["archive", "made", "store", "store.format-1"]
    assert rows(tmp_path / "store.format-1" / "log.sqlite") == rows(old_store(tmp_path / "same") / "log.sqlite")


def test_what_writes_migrates_first_and_says_so_and_what_reads_says_what_to_do(tmp_path: Path) -> None:
    store = old_store(tmp_path / "store")

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kg", *args, "--store", str(store)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    for command in (
        ["show", "BERT"],
        ["query", "papers"],
        ["backup", str(tmp_path / "a.tar.gz")],
        ["export", "-o", str(tmp_path / "a.ttl")],
    ):
        read = run(*command)
        assert (read.returncode, read.stdout) == (3, "")
        first, second = read.stderr.strip().split("\n")
        assert "older version" in first or "has format 1" in first
        assert "kg build" in second
    assert run("doctor").returncode == 1
    written = run("review", "rename", "BERT", "Bert")
    assert written.returncode == 0, written.stderr
    assert f"the old store is kept in {store}.format-1" in written.stderr.split("\n")[0]
    assert run("doctor").returncode == 0
    assert run("show", "Bert").returncode == 0
    (store / "FORMAT").write_text("paper-kg store 99\n")
    for command in (["show", "Bert"], ["remove", "owls-1"]):
        newer = run(*command)
        assert newer.returncode == 3
        assert "another version" in newer.stderr.split("\n")[0]


def test_every_way_of_writing_migrates(tmp_path: Path) -> None:
    (tmp_path / "more.jsonl").write_text('{"title": "TreeNet: Trees for All", "abstract": "We propose TreeNet."}\n')
    for number, write in enumerate(
        (
            lambda graph: graph.build(tmp_path / "more.jsonl", extractor="rules"),
            lambda graph: graph.remove("owls-1"),
            lambda graph: graph.review.decide(),
        )
    ):
        store = old_store(tmp_path / str(number))
        write(kg.open(store))
        assert (store / layout.FORMAT_FILE).read_text() == "paper-kg store 2\n"
