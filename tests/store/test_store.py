"""Publishing is one step, readers keep what they opened, and a store that cannot be used says why."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import vocab
from kg.errors import StoreError
from kg.model import EntityType
from kg.store import Change, NameRow, Pointer, Writer, create_or_open, layout, open_snapshot

BASE = "https://example.org/"
ROOT = Path(__file__).parents[2]


def triples(*numbers: int) -> list[Triple]:
    return [Triple(NamedNode(f"{BASE}method/m{n % 7}"), NamedNode(f"{BASE}p"), Literal(str(n))) for n in numbers]


def rows(*numbers: int) -> list[NameRow]:
    return [NameRow(f"method/m{n}", "Method", f"M{n}", f"M{n}", "name", 1) for n in numbers]


def publish(writer: Writer, *numbers: int, fingerprint: str = "f") -> Pointer:
    return writer.publish(triples(*numbers), rows(*numbers), fingerprint=fingerprint, base=BASE)


def published(path: Path) -> list[Triple]:
    with open_snapshot(path) as snapshot:
        return sorted((quad.triple for quad in snapshot.store), key=str)


def folders(path: Path) -> list[str]:
    return sorted(entry.name for entry in (path / "snapshots").iterdir())


def test_what_is_published_is_read(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        assert publish(writer, 1, 2, 3) == Pointer(1, "f")
        with open_snapshot(path) as snapshot:
            assert (snapshot.base, snapshot.fingerprint, snapshot.manifest.triples) == (BASE, "f", 3)
            assert snapshot.names.search("M2")[0].iri == "method/m2"
            assert snapshot.iri("method/m2") == NamedNode(f"{BASE}method/m2")
            assert snapshot.local(f"{BASE}method/m2") == "method/m2"
            assert snapshot.iri("https://other.org/x") == NamedNode("https://other.org/x")
    assert published(path) == sorted(triples(1, 2, 3), key=str)
    assert (path / "FORMAT").read_text() == "paper-kg store 2\n"


def test_no_change_makes_no_snapshot(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as writer:
        publish(writer, 1, 2)
        number = folders(tmp_path / "store")
        assert publish(writer, 2, 1, 2) == Pointer(1, "f")
        assert publish(writer, 1, 2, fingerprint="other") == Pointer(1, "other")
        assert folders(tmp_path / "store") == number
        pointer = writer.published()
        assert pointer is not None
        assert pointer.fingerprint == "other"


def test_a_change_of_names_alone_is_published(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as writer:
        publish(writer, 1)
        assert writer.publish(triples(1), rows(1, 2), fingerprint="f", base=BASE) == Pointer(2, "f")
    with open_snapshot(tmp_path / "store") as snapshot:
        assert snapshot.names.search("M2")


def test_a_reader_keeps_its_state_while_others_are_published(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, *range(100))
        with open_snapshot(path) as old:
            for last in range(101, 108):
                publish(writer, *range(last))
            assert len(old.store) == 100
            assert sum(1 for _ in old.store) == 100
            assert len(folders(path)) == 2
        publish(writer, *range(120))
        assert len(folders(path)) == 1


def change(removed: Iterable[int] = (), added: Iterable[int] = ()) -> Change:
    """The change of a store that `publish` made: its triples, and names of the same numbers."""
    names = {row.iri: () for row in rows(*removed)} | {row.iri: (row,) for row in rows(*added)}
    return Change(frozenset(triples(*removed)), frozenset(triples(*added)), names)


def names(path: Path) -> list[str]:
    with open_snapshot(path) as snapshot:
        return sorted(row.name for row in snapshot.names.rows())


@pytest.mark.parametrize(
    ("removed", "added"),
    [((), (100,)), ((3,), ()), (range(10), range(50, 60)), ((999,), (5,)), ((7,), (7,)), (range(40), range(100, 140))],
)
def test_applied_or_published_whole_a_store_is_the_same(tmp_path: Path, removed: Iterable[int], added: Iterable[int]) -> None:
    last = sorted(set(range(40)) - set(removed) | set(added))
    with create_or_open(tmp_path / "steps") as writer:
        publish(writer, *range(40))
        assert writer.apply(change(removed, added), fingerprint="g").fingerprint == "g"
    with create_or_open(tmp_path / "whole") as writer:
        publish(writer, *last)
    assert published(tmp_path / "steps") == published(tmp_path / "whole") == sorted(triples(*last), key=str)
    assert names(tmp_path / "steps") == names(tmp_path / "whole") == sorted(f"M{n}" for n in last)
    with open_snapshot(tmp_path / "steps") as steps, open_snapshot(tmp_path / "whole") as whole:
        assert steps.manifest == whole.manifest  # counts and digests, which nobody counted again


def test_a_change_made_twice_makes_no_second_snapshot(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as writer:
        publish(writer, *range(20))
        step = change([1, 2], [30])
        assert writer.apply(step, fingerprint="g") == Pointer(2, "g")
        assert writer.apply(step, fingerprint="h") == Pointer(2, "h")
    with open_snapshot(tmp_path / "store") as snapshot:
        assert snapshot.manifest.triples == 19


def test_the_manifest_counts_papers_entities_and_statements(tmp_path: Path) -> None:
    paper, bert, squad = (NamedNode(f"{BASE}{path}") for path in ("paper/a", "method/bert", "dataset/squad"))
    classes = [Triple(paper, vocab.RDF_TYPE, vocab.RESEARCH_PAPER), Triple(bert, vocab.RDF_TYPE, vocab.own("Method"))]
    data = [Triple(squad, vocab.RDF_TYPE, term) for term in vocab.CLASSES[EntityType.DATASET]]
    said = [Triple(paper, vocab.own("uses"), bert), Triple(bert, vocab.own("evaluatedOn"), squad)]
    with create_or_open(tmp_path / "store") as writer:
        writer.publish([*classes, *said, *said], [], fingerprint="f", base=BASE)
        writer.apply(Change(removed=said[:1], added=data), fingerprint="g")
    with open_snapshot(tmp_path / "store") as snapshot:
        assert (snapshot.manifest.papers, snapshot.manifest.entities, snapshot.manifest.statements) == (1, 2, 1)


def test_a_change_is_of_something_sound(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as writer:
        with pytest.raises(StoreError, match="nothing is published") as caught:
            writer.apply(change([], [1]), fingerprint="f")
        assert "kg build" in caught.value.hint
        publish(writer, 1)
        (tmp_path / "store" / "snapshots" / "1" / "rdf" / "CURRENT").unlink()
        with pytest.raises(StoreError, match="nothing is published"):
            writer.apply(change([], [2]), fingerprint="f")
        assert folders(tmp_path / "store") == ["1"]
    with pytest.raises(ValueError, match="another thing"):
        Change(names={"method/m1": tuple(rows(2))})


def test_only_what_is_new_is_written_and_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, flushed = tmp_path / "store", []
    with create_or_open(path) as writer:
        publish(writer, *range(3000))
        before = {file.stat().st_ino for file in path.rglob("*") if file.is_file()}
        real = layout.sync
        monkeypatch.setattr(layout, "sync", lambda file: (flushed.append(file.stat().st_ino), real(file)))
        with open_snapshot(path):  # held, so that the files before are not dropped and their numbers not given again
            writer.apply(change([1], [5000]), fingerprint="g")
        after = {file.stat().st_ino for file in (path / "snapshots" / "2").rglob("*") if file.is_file()}
    assert (path / "snapshots" / "2" / "names.sqlite").stat().st_ino in before
    assert after & before
    assert not before & set(flushed)
    assert after - before <= set(flushed)


def test_names_that_changed_much_become_a_new_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.store.namefiles._AT_LEAST", 10)
    home = tmp_path / "store" / "snapshots"
    with create_or_open(tmp_path / "store") as writer:
        publish(writer, *range(50))
        had = []
        for n in range(50, 62):
            number = writer.apply(change([n - 50], [n]), fingerprint=str(n)).number
            had.append((home / str(number) / "names-delta.sqlite").exists())
    assert had.count(False) == 2  # after six changes of two rows each, and six more
    assert names(tmp_path / "store") == sorted(f"M{n}" for n in range(12, 62))


@pytest.mark.parametrize("manifest", ['{"base": "https://e.org/", "triples": 2, "names": "0123"}', "{}", "[]", "no JSON", ""])
def test_a_manifest_that_lacks_figures_is_damaged_and_published_anew(tmp_path: Path, manifest: str) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, 1, 2)
        (path / "snapshots" / "1" / "manifest.json").write_text(manifest)
        with pytest.raises(StoreError, match="damaged"):
            open_snapshot(path)
        assert writer.published() is None
        assert publish(writer, 1, 2) == Pointer(2, "f")
        assert writer.published() == Pointer(2, "f")


def test_a_stream_is_loaded_in_batches_and_duplicates_count_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.store.rdf._BATCH", 7)
    with create_or_open(tmp_path / "batches") as batches, create_or_open(tmp_path / "once") as once:
        publish(batches, *range(50), *range(0, 50, 3))
        publish(once, *range(50))
    with open_snapshot(tmp_path / "batches") as batched, open_snapshot(tmp_path / "once") as loaded:
        assert batched.manifest == loaded.manifest
    assert published(tmp_path / "batches") == sorted(triples(*range(50)), key=str)


def test_a_failing_stream_publishes_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[Triple]:
        yield from triples(1, 2)
        raise LookupError("the log went away")

    with create_or_open(tmp_path / "store") as writer:
        publish(writer, 1)
        with pytest.raises(LookupError):
            writer.publish(broken(), [], fingerprint="g", base=BASE)
        assert folders(tmp_path / "store") == ["1"]


def test_many_changes_do_not_pile_up(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, *range(2000))
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        for n in range(40):
            writer.apply(change([n], [2000 + n]), fingerprint=str(n))
        files = [file for file in path.rglob("*") if file.is_file()]
    assert len(files) < 100
    assert sum(file.stat().st_size for file in files) < 3 * size
    assert published(path) == sorted(triples(*range(40, 2040)), key=str)


def test_many_small_publications_do_not_pile_up(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, *range(2000))
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        for round in range(1, 13):
            publish(writer, *range(round, 2000 + round))
        later = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    assert len(folders(path)) == 1
    assert later < 3 * size
    assert published(path) == sorted(triples(*range(12, 2012)), key=str)


def test_orphans_of_a_killed_run_are_cleared_away(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, 1)
    for name in ("9.tmp", "7"):  # a copy never finished, and one finished but never named by CURRENT
        (path / "snapshots" / name / "rdf").mkdir(parents=True)
    (path / "snapshots" / "7" / "lock").touch()
    with create_or_open(path) as writer:
        assert len(folders(path)) == 1
        publish(writer, 1, 2)
    assert len(published(path)) == 2


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store"), pytest.raises(StoreError, match=f"locked.*{os.getpid()}") as caught:
        create_or_open(tmp_path / "store")
    assert "wait" in caught.value.hint
    create_or_open(tmp_path / "store").close()


def test_reading_an_absent_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store") as caught:
        open_snapshot(tmp_path / "store")
    assert "kg build" in caught.value.hint
    create_or_open(tmp_path / "store").close()
    with pytest.raises(StoreError, match="nothing is published") as caught:
        open_snapshot(tmp_path / "store")
    assert "kg build" in caught.value.hint


@pytest.mark.parametrize(
    ("format", "words", "hint"),
    [
        ("paper-kg store 99", r"another version.*99", "install the version of kg"),
        ("paper-kg store 1", r"older version.*store 1.*store 2", "kg build"),
        ("something else", "another version", "install the version of kg"),
    ],
)
def test_another_version_is_refused_and_left_alone(tmp_path: Path, format: str, words: str, hint: str) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, 1)
    (path / "FORMAT").write_text(f"{format}\n")
    for use in (open_snapshot, create_or_open):
        with pytest.raises(StoreError, match=words) as caught:
            use(path)
        assert hint in caught.value.hint
    assert (path / "FORMAT").read_text() == f"{format}\n"


def test_a_pointer_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "store").touch()  # in the place of a folder that is served
    with pytest.raises(StoreError, match="store"):
        layout.read_current(tmp_path / "store")


def test_a_lock_of_a_folder_that_was_changed_for_another_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, real = tmp_path / "store", fcntl.flock
    create_or_open(path).close()

    def changed(lock: int, how: int) -> None:
        monkeypatch.undo()
        path.rename(tmp_path / "old")
        create_or_open(path).close()
        real(lock, how)

    monkeypatch.setattr(fcntl, "flock", changed)
    with pytest.raises(StoreError, match="locked"):
        create_or_open(path)
    create_or_open(path).close()


def test_folders_and_files_of_others_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="other files"):
        create_or_open(tmp_path)
    with pytest.raises(StoreError, match="is a file"):
        create_or_open(tmp_path / "notes.txt")
    with pytest.raises(StoreError, match="not a store"):
        open_snapshot(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("content", ["", "x", "3", "99\nf\n", "1\nf\nmore\n", "\x00\n\n"])
def test_a_damaged_pointer_is_told_and_published_anew(tmp_path: Path, content: str) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, 1, 2)
    (path / "CURRENT").write_text(content)
    with pytest.raises(StoreError) as caught:
        open_snapshot(path)
    assert "kg build" in caught.value.hint
    with create_or_open(path) as writer:
        assert writer.published() is None
        publish(writer, 1, 2)
    assert published(path) == sorted(triples(1, 2), key=str)
    assert len(folders(path)) == 1


@pytest.mark.parametrize("file", ["rdf/CURRENT", "manifest.json", "names.sqlite", "lock"])
def test_a_damaged_snapshot_is_published_anew(tmp_path: Path, file: str) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, *range(10))
        (snapshot,) = (path / "snapshots").iterdir()
        (snapshot / file).unlink()
        assert writer.published() is None
        publish(writer, *range(10))
    assert published(path) == sorted(triples(*range(10)), key=str)


def test_a_reader_of_a_damaged_snapshot_gets_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, 1)
    (snapshot,) = (path / "snapshots").iterdir()
    (snapshot / "rdf" / "CURRENT").write_text("garbage")
    with open_snapshot(path) as opened, pytest.raises(StoreError, match="damaged") as caught:
        len(opened.store)
    assert "kg build" in caught.value.hint


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, *range(10))
    script = f"""
import resource, sys
sys.path.insert(0, {str(ROOT)!r})
from pyoxigraph import Literal, NamedNode, Triple
from kg.errors import StoreError
from kg.store import create_or_open
many = [Triple(NamedNode(f"https://e.org/{{n}}"), NamedNode("https://e.org/p"), Literal(f"{{n * 7919}}" * 9)) for n in range(60000)]
with create_or_open({str(path)!r}) as writer:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # a file cannot grow: what a full disk looks like
    try:
        writer.publish(many, [], fingerprint="g", base="https://e.org/")
    except StoreError as error:
        print(error, "|", error.hint)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "make room" in done.stdout, done.stderr
    assert len(done.stdout.strip().split("\n")) == 1
    assert published(path) == sorted(triples(*range(10)), key=str)
    with create_or_open(path):
        assert len(folders(path)) == 1


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs POSIX users")
def test_a_folder_that_may_not_be_written_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        publish(writer, *range(10))
    for folder, _, files in os.walk(path):
        for name in files:
            Path(folder, name).chmod(0o444)
        Path(folder).chmod(0o555)
    script = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
import pyoxigraph
from kg.errors import StoreError
from kg.store import create_or_open, open_snapshot
if os.geteuid() == 0:
    for part in {[str(p) for p in path.parents if p.stat().st_mode & 0o005 != 0o005]!r}:  # pytest's own folders
        os.chmod(part, 0o755)
    os.setgid(65534); os.setuid(65534)
with open_snapshot({str(path)!r}) as snapshot:
    print(len(snapshot.store), len(snapshot.names.search("M1")))
try:
    create_or_open({str(path)!r})
except StoreError as error:
    print(error, "|", error.hint)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    for folder, _, _ in os.walk(path):
        Path(folder).chmod(0o755)
    lines = done.stdout.strip().split("\n")
    assert lines[0] == "10 1", done.stderr
    assert "allow writing" in lines[1]


PUBLISH_FOR_EVER = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
sys.path.insert(0, sys.argv[2])
from pyoxigraph import Literal, NamedNode, Triple
from kg.store import Change, NameRow, create_or_open
def triples(last):
    return [Triple(NamedNode(f"https://e.org/{{n % 50}}"), NamedNode("https://e.org/p"), Literal(str(n))) for n in range(last)]
with create_or_open(sys.argv[1]) as writer:
    print("ready", flush=True)
    for state in range(1, 100_000):
        last = 1000 * (state % 7 + 1)
        writer.publish(triples(last), [], fingerprint=str(last), base="https://e.org/")
        for more in (100, 200, 300):  # large and small steps, up and down
            row = NameRow(f"method/{{more}}", "Method", "M", "M", "name", 1)
            step = Change(triples(50) if more == 300 else [], triples(last + more)[last:], {{row.iri: (row,)}})
            writer.apply(step, fingerprint=str(last + more - (50 if more == 300 else 0)))
"""


@pytest.mark.slow
def test_killed_while_publishing_a_whole_state_stands(tmp_path: Path) -> None:
    path, chance = tmp_path / "store", random.Random(20241123)
    for _ in range(15):
        process = subprocess.Popen([sys.executable, "-c", PUBLISH_FOR_EVER, str(path), ""], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.15 + chance.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with create_or_open(path):  # not locked, opens, clears what was left
            assert len(folders(path)) <= 1 or not (path / "CURRENT").exists()
        if (path / "CURRENT").exists():
            with open_snapshot(path) as snapshot:
                assert len(snapshot.store) == int(snapshot.fingerprint) == snapshot.manifest.triples
                assert sum(1 for _ in snapshot.store.quads_for_pattern(None, NamedNode("https://e.org/p"), None)) == len(snapshot.store)
                assert Quad(NamedNode("https://e.org/0"), NamedNode("https://e.org/p"), Literal("900")) in snapshot.store
                assert len(snapshot.names.labels()) == -(-(int(snapshot.fingerprint) % 1000) // 100)
    assert (path / "CURRENT").exists()
