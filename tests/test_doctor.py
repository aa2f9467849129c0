"""The doctor names what is wrong with a store and what to do, and changes nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from toy_papers import Guillemets, content, make

from kg import doctor
from kg.build import build
from kg.doctor import Finding, examine
from kg.opening import locate
from kg.store import create_or_open, open_snapshot

VERSION = Guillemets.version


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nothing wrong."""
    return make(tmp_path_factory.mktemp("doctor") / "store")


@pytest.fixture
def store(sound: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    return shutil.copytree(sound, tmp_path / "store")


def findings(store: Path, version: str = VERSION) -> list[Finding]:
    return list(examine(locate(store), version))


def wrong(store: Path) -> dict[str, Finding]:
    """What is wrong, by subject; each says what to do, in one line."""
    found = {finding.subject: finding for finding in findings(store) if not finding.fine}
    assert all(finding.remedy and "\n" not in finding.words + finding.remedy for finding in found.values())
    return found


def files(store: Path) -> dict[str, str]:
    """Digest of every file but those that SQLite keeps beside a file that is open."""
    return {
        str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(store.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_sound_store_has_nothing_wrong_and_is_left_as_it_is(store: Path) -> None:
    before = files(store)
    found = findings(store)
    assert all(finding.fine for finding in found), found
    subjects = "format lock folder log extractor quarantine decisions snapshot content register figures graph leftovers disk"
    assert [finding.subject for finding in found] == subjects.split()
    assert files(store) == before


def _remove_format(store: Path) -> None:
    (store / "FORMAT").unlink()


def _newer(store: Path) -> None:
    (store / "FORMAT").write_text("paper-kg store 99\n", encoding="utf-8")


def _not_a_log(store: Path) -> None:
    (store / "log.sqlite").write_bytes(b"no database at all " * 100)


def _broken_row(store: Path) -> None:
    with sqlite3.connect(store / "log.sqlite") as db:
        db.execute("UPDATE paper SET extraction = '[1,' WHERE key = (SELECT min(key) FROM paper)")
    db.close()


def _bad_decisions(store: Path) -> None:
    (store / "decisions.tsv").write_text("what is this\n", encoding="utf-8")


def _bad_pointer(store: Path) -> None:
    (store / "CURRENT").write_text("???", encoding="utf-8")


def _bad_manifest(store: Path) -> None:
    next(store.glob("snapshots/*/manifest.json")).write_text("{", encoding="utf-8")


def _other_manifest(store: Path) -> None:
    path = next(store.glob("snapshots/*/manifest.json"))
    path.write_text(path.read_text(encoding="utf-8").replace('"papers": ', '"papers": 1'), encoding="utf-8")


def _bad_rdf(store: Path) -> None:
    for path in store.glob("snapshots/*/rdf/*.sst"):
        path.write_bytes(b"damage" * 100)


def _bad_names(store: Path) -> None:
    next(store.glob("snapshots/*/names.sqlite")).write_bytes(b"damage" * 100)


def _bad_register(store: Path) -> None:
    (store / "resolution.sqlite").write_bytes(b"damage" * 100)


def _bad_figures(store: Path) -> None:
    next(store.glob("snapshots/*/figures.json")).write_text("{", encoding="utf-8")


def _other_sums(store: Path) -> None:
    path = next(store.glob("snapshots/*/figures.json"))
    path.write_text(path.read_text(encoding="utf-8").replace('"evidence": ', '"evidence": 1'), encoding="utf-8")


def _other_classes(store: Path) -> None:
    path = next(store.glob("snapshots/*/figures.json"))
    path.write_text(path.read_text(encoding="utf-8").replace('ns#Statement": ', 'ns#Statement": 1'), encoding="utf-8")


def _side_folder(store: Path) -> None:
    (store / "snapshots" / "9.tmp" / "rdf").mkdir(parents=True)


def _new_register(store: Path) -> None:
    (store / "resolution.sqlite.new").touch()


def _unnamed_snapshot(store: Path) -> None:
    (store / "snapshots" / "7").mkdir()


def _no_snapshots(store: Path) -> None:
    shutil.rmtree(store / "snapshots")


def _bulk_file(store: Path) -> None:
    (next(store.glob("snapshots/*/rdf")) / "bulk-1.sst").touch()


@pytest.mark.parametrize(
    ("harm", "subjects", "words"),
    [
        (_remove_format, {"format"}, "no file FORMAT"),
        (_newer, {"format"}, "another version"),
        (_not_a_log, {"log"}, "damaged"),
        (_broken_row, {"log", "graph"}, "row of paper"),
        (_bad_decisions, {"decisions"}, "decisions.tsv, line 1"),
        (_bad_pointer, {"snapshot"}, "CURRENT is damaged"),
        (_bad_manifest, {"snapshot"}, "manifest.json is damaged"),
        (_other_manifest, {"content"}, "papers"),
        (_bad_rdf, {"content"}, "damaged"),
        (_bad_names, {"content"}, "names.sqlite cannot be read"),
        (_bad_register, {"register"}, "resolution.sqlite"),
        (_bad_figures, {"figures"}, "absent"),
        (_other_sums, {"figures"}, "not the sums"),
        (_other_classes, {"content"}, "classes"),
        (_side_folder, {"leftovers"}, "9.tmp"),
        (_unnamed_snapshot, {"leftovers"}, "snapshots/7"),
        (_new_register, {"leftovers"}, "resolution.sqlite.new"),
        (_bulk_file, {"leftovers"}, "bulk-1.sst"),
        (_no_snapshots, {"snapshot"}, "is absent"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(store: Path, harm: Callable[[Path], None], subjects: set[str], words: str) -> None:
    harm(store)
    before = files(store)
    found = wrong(store)
    assert set(found) == subjects
    assert any(words in finding.words for finding in found.values())
    assert files(store) == before


@pytest.mark.parametrize(
    "harm",
    [_bad_pointer, _bad_manifest, _bad_rdf, _bad_names, _bad_register, _bad_figures, _side_folder, _unnamed_snapshot, _no_snapshots],
    ids=lambda f: f.__name__,
)
def test_what_a_build_is_said_to_mend_it_mends(store: Path, sound: Path, harm: Callable[[Path], None]) -> None:
    harm(store)
    (finding,) = wrong(store).values()
    assert "kg build" in finding.remedy
    assert build([str(sound.parent / "store.jsonl")], store=store, extractor=Guillemets()).stored == 0
    assert not wrong(store)
    assert content(store) == content(sound)


def test_a_lock_file_that_nobody_holds_is_fine_and_a_writer_is_named(store: Path) -> None:
    (store / "lock").write_text("4711\n", encoding="utf-8")
    assert Finding(True, "lock", "nobody writes the store") in findings(store)
    with create_or_open(store):
        (store / "snapshots" / "9.tmp").mkdir()  # its work, no leftover
        found = findings(store)
    assert Finding(True, "lock", f"process {os.getpid()} is writing the store") in found
    assert all(finding.fine for finding in found)


def test_files_that_a_writer_drops_meanwhile_are_not_counted(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.walk
    monkeypatch.setattr(os, "walk", lambda path: ((folder, folders, [*names, "gone"]) for folder, folders, names in real(path)))
    assert not wrong(store)


def test_a_snapshot_that_is_read_is_no_leftover(store: Path) -> None:
    source = store.parent / "more.jsonl"
    source.write_text('{"id": "2501.00001", "title": "On bats", "abstract": "We use «BatNet» here."}\n', encoding="utf-8")
    with open_snapshot(store):
        build([str(source)], store=store, extractor=Guillemets())
        assert len(list((store / "snapshots").iterdir())) == 2
        assert not wrong(store)


def test_a_graph_older_than_its_log_is_told_and_the_next_build_mends_it(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = store.parent / "more.jsonl"
    source.write_text('{"id": "2501.00001", "title": "On bats", "abstract": "We use «BatNet» here."}\n', encoding="utf-8")
    with monkeypatch.context() as killed:
        killed.setattr("kg.build.building.publish", lambda folder, log, watch: None)
        build([str(source)], store=store, extractor=Guillemets())
    assert set(wrong(store)) == {"graph"}
    build([str(source)], store=store, extractor=Guillemets())
    assert not wrong(store)


def test_papers_of_another_extractor_and_refused_documents_are_told(store: Path) -> None:
    (store.parent / "empty.txt").touch()
    build([str(store.parent / "empty.txt")], store=store, extractor=Guillemets())
    found = {finding.subject: finding for finding in findings(store, "newer-2")}
    assert f"read by {VERSION}, not by newer-2" in found["extractor"].words
    assert (found["quarantine"].words, found["quarantine"].fine) == ("1 documents refused", True)
    assert "kg quarantine" in found["quarantine"].remedy


def test_a_disk_without_room_and_a_folder_that_may_not_be_written_are_told(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100, 99, 1))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert set(wrong(store)) == {"disk", "folder"}


def test_a_long_count_is_announced(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_MANY", 10)
    said: list[str] = []
    list(examine(locate(store), VERSION, said.append))
    assert len(said) == 1
    assert "triples" in said[0]


def test_a_file_is_counted(store: Path, tmp_path: Path) -> None:
    (tmp_path / "graph.nt").write_text("<https://e.org/a> <https://e.org/p> <https://e.org/b> .\n", encoding="utf-8")
    assert [(f.fine, f.subject) for f in findings(tmp_path / "graph.nt")] == [(True, "graph")]
    (tmp_path / "bad.nt").write_text("<https://e.org/a> nonsense\n", encoding="utf-8")
    (bad,) = findings(tmp_path / "bad.nt")
    assert (bad.fine, bad.subject) == (False, "graph")
    assert not (tmp_path / "nowhere").exists()
    assert findings(tmp_path / "nowhere")[0].remedy.startswith("create it")
