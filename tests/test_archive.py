"""A backup restored is the store again, byte for byte, whatever it went through; a file that is none is refused whole."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple
from resolution_papers import FAMILIES, KEYS, decisions_on, papers_of
from resolution_papers import paper as paper_of

import kg
from kg import decisions, export
from kg.archive import backup, members, restore
from kg.derivation import publish
from kg.errors import DecisionError, KgError, SourceError, StoreError, UsageError
from kg.log import Log
from kg.log.rows import from_line, moment, to_line
from kg.model import Decision, DecisionKind, Document, EntityType, Extraction, LoggedPaper, Rejection
from kg.store import Change, create_or_open, open_snapshot

ROOT = Path(__file__).parents[1]
MEMBERS = ["decisions.tsv", "graph.nq", "log.jsonl", "manifest.json"]


def write(store: Path, papers: list[LoggedPaper], *, published: bool = True) -> Path:
    """A store with these papers more than it had."""
    with create_or_open(store) as folder, Log(folder.log_path) as log:
        for paper in papers:
            log.put(paper.document, paper.extraction, paper.extractor)
        if published:
            publish(folder, log)
    return store


def a_store(place: Path) -> Path:
    """A store with two versions of a paper, a removed one, a refused document and decisions."""
    family = FAMILIES[0]
    store = write(place, [paper_of(key, ((naming, True),)) for key, naming in zip(KEYS, family, strict=False)])
    newer = Document("a", "other", "7", "a", "a", "Nothing.", (), "2024-05-05", 2)
    with create_or_open(store) as folder, Log(folder.log_path) as log:
        log.put(newer, Extraction(), "test-1")
        log.reject(Rejection("b.jsonl", "line 9", "read", "bad-json", "not JSON"))
        log.reject(Rejection("b.jsonl", "line 2", "read", "bad-json", "not JSON: \U0001f989"))
        log.remove([KEYS[1]])
        decisions.add(store, [Decision(DecisionKind.RENAME, EntityType.METHOD, "SCM", other="The Memory")])
        publish(folder, log)
    return store


def exported(store: Path) -> bytes:
    turtle = io.BytesIO()
    with open_snapshot(store) as snapshot:
        export.dump(snapshot.store, turtle, format="ttl", base=snapshot.base)
    return turtle.getvalue()


def names(store: Path) -> list[str]:
    with open_snapshot(store) as snapshot:
        return sorted(map(str, snapshot.names.rows()))


def saved(store: Path) -> bytes:
    stream = io.BytesIO()
    backup(store, stream)
    return stream.getvalue()


@cache
def sample() -> bytes:
    """The archive of `a_store`, made once."""
    with tempfile.TemporaryDirectory() as place:
        return saved(a_store(Path(place) / "store"))


def unpacked(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        return {member.name: tar.extractfile(member).read() for member in tar.getmembers()}  # type: ignore[union-attr]


def packed(content: dict[str, bytes]) -> bytes:
    """An archive of these members, whose manifest says so of the others."""
    stream = io.BytesIO()
    with members.writing(stream) as archive:
        for name, data in content.items():
            members.add(archive, name, len(data), [data])
    return stream.getvalue()


def resealed(content: dict[str, bytes], **fields: object) -> bytes:
    """An archive of these members with a manifest that fits them: what a forger would make."""
    import hashlib

    manifest = json.loads(content["manifest.json"]) | fields
    manifest["members"] = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in content.items() if name != "manifest.json"
    }
    return packed({**content, "manifest.json": json.dumps(manifest).encode()})


def test_a_backup_restored_is_the_store(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store")
    archive = kg.backup(store, tmp_path / "kg.tar.gz")
    restored = kg.restore(tmp_path / "kg.tar.gz", tmp_path / "again")
    assert (restored.papers, restored.missing, restored.added, restored.reason) == (3, 0, 0, "")
    assert exported(tmp_path / "again") == exported(store)
    assert names(tmp_path / "again") == names(store)
    assert (tmp_path / "again" / "decisions.tsv").read_bytes() == (store / "decisions.tsv").read_bytes()
    assert saved(tmp_path / "again") == (tmp_path / "kg.tar.gz").read_bytes()
    assert archive.counts["paper rows"] == 4
    assert archive.counts["rejection rows"] == 2
    with Log(tmp_path / "again" / "log.sqlite", readonly=True) as log:
        assert [rejection.place for rejection in log.rejections()] == ["line 9", "line 2"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["again", "kg.tar.gz", "store"]


def test_the_archive_is_plain_to_read_and_says_nothing_of_whoever_made_it(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store")
    data = saved(store)
    content = unpacked(data)
    assert list(content) == MEMBERS
    lines = content["graph.nq"].splitlines(keepends=True)
    with open_snapshot(store) as snapshot:
        assert lines == sorted(f"{quad.triple} .\n".encode() for quad in snapshot.store)
    rows = [json.loads(line) for line in content["log.jsonl"].splitlines()]
    assert [row["table"] for row in rows] == sorted(row["table"] for row in rows)
    assert {row["table"] for row in rows} == {"meta", "paper", "rejection", "source"}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        assert {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode) for m in tar.getmembers()} == {(0, 0, 0, "", "", 0o644)}
    assert data[4:8] == b"\0\0\0\0"  # the time in the head of a gzip file
    time.sleep(1.1)
    assert saved(store) == data


def test_what_goes_on_after_a_restoration_is_as_it_would_have_been(tmp_path: Path) -> None:
    store, more = a_store(tmp_path / "store"), [paper_of("z", ((FAMILIES[0][1], True),))]
    backup(store, tmp_path / "kg.tar.gz")
    restore(tmp_path / "kg.tar.gz", tmp_path / "again")
    assert saved(write(store, more)) == saved(write(tmp_path / "again", more))


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), family=st.sampled_from(FAMILIES))
def test_any_history_survives(data: st.DataObject, family: tuple[tuple[EntityType, str, tuple[str, ...]], ...]) -> None:
    with tempfile.TemporaryDirectory() as name, patch("os.fsync"):
        place = Path(name)
        store = write(place / "store", data.draw(st.lists(papers_of(family), min_size=1, max_size=5)))
        for _ in range(data.draw(st.integers(0, 3))):
            with create_or_open(store) as folder, Log(folder.log_path) as log:
                act = data.draw(st.sampled_from(("put", "remove", "decide", "reject", "base")))
                if act == "put":
                    paper = data.draw(papers_of(family))
                    log.put(paper.document, paper.extraction, paper.extractor)
                elif act == "remove":
                    log.remove([data.draw(st.sampled_from(KEYS))])
                elif act == "decide":
                    decisions.add(store, [data.draw(decisions_on(family))])
                elif act == "reject":
                    log.reject(Rejection("x", data.draw(st.text(max_size=9)), "read", "bad", "b"))
                else:
                    log.set_meta("base", data.draw(st.sampled_from(("https://example.org/a/", "https://example.org/b/"))))
                publish(folder, log)
        archive = saved(store)
        assert restore(io.BytesIO(archive), place / "again").reason == ""
        assert saved(place / "again") == archive
        assert exported(place / "again") == exported(store)


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.integers(-(2**63), 2**63 - 1))
def test_a_row_survives_as_a_line(text: str, number: int) -> None:
    row = ("rejection", (text, text, text, text, text, number))
    line = to_line(row)
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert from_line(line) == row


def test_a_log_ahead_of_its_graph_is_told_and_restored_in_full(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store")
    write(store, [paper_of("z", ((FAMILIES[0][0], True),))], published=False)
    assert backup(store, tmp_path / "kg.tar.gz").pending == 1
    restored = restore(tmp_path / "kg.tar.gz", tmp_path / "again")
    assert "1 papers ahead" in restored.reason
    assert (restored.papers, restored.added > 0) == (4, True)
    write(store, [])
    assert exported(store) == exported(tmp_path / "again")


def test_a_graph_of_another_version_is_told_and_derived_anew(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store")
    strange = Triple(NamedNode("https://e.org/a"), NamedNode("https://e.org/p"), Literal("once\nthere"))
    with create_or_open(store) as folder, open_snapshot(store) as snapshot:
        known = next(iter(snapshot.store)).triple
        folder.apply(Change(removed=[known], added=[strange]), fingerprint="x")
    content = unpacked(saved(store))
    restored = restore(io.BytesIO(resealed(content, kg="0.0.7")), tmp_path / "again")
    assert (restored.missing, restored.added) == (1, 1)
    assert "kg 0.0.7" in restored.reason
    with open_snapshot(tmp_path / "again") as snapshot:
        assert str(known) in {str(quad.triple) for quad in snapshot.store}
    assert "another build" in restore(io.BytesIO(resealed(content)), tmp_path / "other").reason


def test_a_backup_is_made_while_a_build_runs(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store")
    with create_or_open(store) as folder, Log(folder.log_path) as log:
        first = saved(store)
        for number in range(5):
            paper = paper_of(f"new-{number}", ((FAMILIES[0][0], True),))
            log.put(paper.document, paper.extraction, paper.extractor)
        publish(folder, log)
        assert first != saved(store)
    assert restore(io.BytesIO(first), tmp_path / "again").papers == 3


def test_a_moment_of_the_log_does_not_move(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store")
    with moment(store / "log.sqlite") as found:
        before = list(found.rows())
        write(store, [paper_of("z", ((FAMILIES[0][0], True),))])
        assert list(found.rows()) == before
        assert found.pending() == 0
    with moment(store / "log.sqlite") as found:
        assert len(list(found.rows())) > len(before)


def test_a_snapshot_published_between_is_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.archive import saving

    store, real = a_store(tmp_path / "store"), saving.moment
    added = [paper_of("z", ((FAMILIES[0][0], True),))]

    def later(path: Path) -> object:
        if added:
            write(store, [added.pop()])
        return real(path)

    monkeypatch.setattr(saving, "moment", later)
    archive = saved(store)
    monkeypatch.undo()
    assert archive == saved(store)
    assert restore(io.BytesIO(archive), tmp_path / "again").reason == ""


def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "kg.tar.gz"
    target.symlink_to(os.devnull)
    with pytest.raises(UsageError, match="no file that can be replaced") as caught:
        backup(a_store(tmp_path / "store"), target)
    assert "-" in caught.value.hint
    assert target.is_symlink()


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, target = a_store(tmp_path / "store"), tmp_path / "kg.tar.gz"
    target.write_bytes(b"the one before")
    with monkeypatch.context() as patched:
        patched.setattr(members, "add", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(KgError, match=r"cannot write.*No space left"):
            backup(store, target)
    assert target.read_bytes() == b"the one before"
    with pytest.raises(UsageError, match="no such folder"):
        backup(store, tmp_path / "nowhere" / "kg.tar.gz")
    with pytest.raises(StoreError, match="no store"):
        backup(tmp_path / "nowhere", target)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["kg.tar.gz", "store"]


def test_decisions_that_cannot_be_read_and_a_graph_that_is_not_the_published_one_are_not_backed_up(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store")
    table = (store / "decisions.tsv").read_text()
    (store / "decisions.tsv").write_text(f"{table}smae\tMethod\tA\t\t\t\tB\n")
    with pytest.raises(DecisionError, match=r"decisions\.tsv, line 4"):
        saved(store)
    (store / "decisions.tsv").write_text(table)
    (manifest,) = store.glob("snapshots/*/manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"graph": "0" * 32}))
    with pytest.raises(StoreError, match="not those that were published"):
        saved(store)


def test_nothing_is_restored_over_something(tmp_path: Path) -> None:
    archive = saved(a_store(tmp_path / "store"))
    with pytest.raises(StoreError, match="not empty") as caught:
        restore(io.BytesIO(archive), tmp_path / "store")
    assert "--store" in caught.value.hint
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError, match="not empty"):
        restore(io.BytesIO(archive), tmp_path / "file")
    (tmp_path / "empty").mkdir()
    assert restore(io.BytesIO(archive), tmp_path / "empty").papers == 3
    assert restore(io.BytesIO(archive), tmp_path / "deep" / "down").papers == 3
    with pytest.raises(SourceError, match="cannot read"):
        restore(tmp_path / "absent.tar.gz", tmp_path / "other")
    with pytest.raises(SourceError, match="cannot read"):
        restore(tmp_path / "empty", tmp_path / "other")


def refused(archive: bytes, place: Path) -> str:
    """What is said of an archive that is refused; nothing is left of it."""
    before = sorted(entry.name for entry in place.iterdir())
    with pytest.raises(StoreError) as caught:
        restore(io.BytesIO(archive), place / "refused")
    assert sorted(entry.name for entry in place.iterdir()) == before
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return str(caught.value)


def _same_content(one: bytes, other: bytes) -> bool:
    """Whether both unpack to the same bytes: some bits of a deflated stream mean nothing, such as the length of a code that is not used."""
    try:
        return gzip.decompress(one) == gzip.decompress(other)
    except (OSError, EOFError, zlib.error):
        return False


def test_a_cut_or_damaged_archive_is_refused_whole(tmp_path: Path) -> None:
    archive = sample()
    chance = random.Random(5)
    for cut in (0, 1, 9, 10, 11, 500, len(archive) // 2, len(archive) - 9, len(archive) - 8, len(archive) - 1):
        refused(archive[:cut], tmp_path)
    for _ in range(40):
        place = chance.randrange(10, len(archive))
        damaged = archive[:place] + bytes([archive[place] ^ 1 << chance.randrange(8)]) + archive[place + 1 :]
        if not _same_content(damaged, archive):
            refused(damaged, tmp_path)
    assert "cut" in refused(archive[: len(archive) // 2], tmp_path)
    assert "CRC" in refused(archive[:-8] + b"\1\2\3\4" + archive[-4:], tmp_path)
    assert "no archive" in refused(b"not an archive at all", tmp_path)
    assert "no archive" in refused(gzip.compress(b"text " * 1000), tmp_path)


def foreign(*parts: tuple[tarfile.TarInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for info, data in parts:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def entry(name: str, type: bytes = tarfile.REGTYPE, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type, link
    return info, b"evil" if type == tarfile.REGTYPE else b""


@pytest.mark.parametrize(
    "part",
    [
        entry("../../evil"),
        entry("/tmp/evil"),
        entry("decisions.tsv/../../evil"),
        entry("./decisions.tsv"),
        entry("decisions.tsv\n2"),
        entry("x" * 300),  # needs a second header
        entry("decisions.tsv", tarfile.SYMTYPE, "/etc/passwd"),
        entry("decisions.tsv", tarfile.LNKTYPE, "/etc/passwd"),
        entry("decisions.tsv", tarfile.CHRTYPE),
        entry("decisions.tsv", tarfile.BLKTYPE),
        entry("decisions.tsv", tarfile.FIFOTYPE),
        entry("decisions.tsv", tarfile.DIRTYPE),
        entry("log.sqlite"),
    ],
    ids=lambda part: repr(part[0].name[:20]) + repr(part[0].type),
)
def test_a_member_that_does_not_belong_is_refused(tmp_path: Path, part: tuple[tarfile.TarInfo, bytes]) -> None:
    odd = part[0].type != tarfile.REGTYPE or len(part[0].name) > 100
    assert ("is no plain file" if odd else "does not belong") in refused(foreign(part), tmp_path)


def test_members_twice_or_out_of_order_or_after_the_end_are_refused(tmp_path: Path) -> None:
    content = unpacked(sample())
    assert "does not belong" in refused(packed({name: content[name] for name in reversed(MEMBERS)}), tmp_path)
    twice = foreign(*[(tarfile.TarInfo(name), content[name]) for name in [*MEMBERS, "manifest.json"]])
    assert "does not belong" in refused(twice, tmp_path)
    plain = gzip.decompress(packed(content))
    assert "behind its end" in refused(gzip.compress(plain + b"more"), tmp_path)
    for name in MEMBERS:
        assert refused(packed({key: data for key, data in content.items() if key != name}), tmp_path)


def test_lengths_that_lie_fill_neither_memory_nor_disk(tmp_path: Path) -> None:
    content = unpacked(sample())
    info = tarfile.TarInfo("graph.nq")
    info.size = 2**60
    lie = gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + b"<a> <b> <c> .\n" * 1000)
    assert "cut" in refused(lie, tmp_path) or "no archive" in refused(lie, tmp_path)
    info.size = -5
    assert "no plain file" in refused(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(2048)), tmp_path)
    with patch("kg.archive.members._LONGEST", 1000):
        assert "a line of more than" in refused(resealed({**content, "log.jsonl": b"x" * 5000}), tmp_path)
    assert "too much" in refused(packed({**content, "manifest.json": b" " * 100_000}), tmp_path)


def altered(change: Callable[[list[dict[str, object]]], object]) -> Callable[[bytes], bytes]:
    def apply(log: bytes) -> bytes:
        rows = [json.loads(line) for line in log.splitlines()]
        change(rows)
        return b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    return apply


def of(rows: list[dict[str, object]], table: str) -> dict[str, object]:
    return next(row for row in rows if row["table"] == table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda log: log + b"{\n", "no JSON"),
        (lambda log: log + b"[" * 100_000 + b"\n", "no JSON"),
        (lambda log: log + b"[1]\n", "no object"),
        (lambda log: log + b'{"table": "sqlite_schema"}\n', "no row of a table"),
        (lambda log: log + b'{"table": ["paper"]}\n', "no row of a table"),
        (altered(lambda rows: of(rows, "paper").pop("hash")), "no row of a table"),
        (altered(lambda rows: of(rows, "paper").update(more=1)), "no row of a table"),
        (altered(lambda rows: of(rows, "paper").update(version="1")), "version is no number"),
        (altered(lambda rows: of(rows, "paper").update(version=True)), "version is no number"),
        (altered(lambda rows: of(rows, "source").update(run=2**63)), "run is no number"),
        (altered(lambda rows: of(rows, "source").update(place=3)), "place is no text"),
        (altered(lambda rows: of(rows, "source").update(place="\ud800")), "half a character"),
        (altered(lambda rows: of(rows, "paper").update(hash="0" * 32)), "not what its row says"),
        (altered(lambda rows: of(rows, "paper").update(document="[]")), "cannot be read"),
        (altered(lambda rows: of(rows, "paper").update(extraction="[" * 100_000)), "cannot be read"),
        (altered(lambda rows: of(rows, "paper").update(extraction='[[["a"]],[],[],[]]')), "cannot be read"),
        (altered(lambda rows: of(rows, "meta").update(name="run", value="many")), "no number"),
        (altered(lambda rows: of(rows, "meta").update(name="run", value="9" * 30)), "no number"),
        (altered(lambda rows: rows.append(of(rows, "meta"))), "have one key"),
        (altered(lambda rows: rows.append({"table": "meta", "name": "base", "value": "no IRI at all"})), "no graph can be derived"),
    ],
)
def test_rows_that_are_none_are_refused(tmp_path: Path, change: Callable[[bytes], bytes], words: str) -> None:
    content = unpacked(sample())
    assert words in refused(resealed({**content, "log.jsonl": change(content["log.jsonl"])}), tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda graph: graph[:-1], "not sorted"),
        (lambda graph: b"".join(sorted(graph.splitlines(keepends=True), reverse=True)), "not sorted"),
        (lambda graph: graph.split(b"\n", 1)[1], "not the one that was published"),
        (lambda graph: graph + b"\xff .\n", "damaged"),
    ],
)
def test_a_graph_that_was_changed_is_refused(tmp_path: Path, change: Callable[[bytes], bytes], words: str) -> None:
    content = unpacked(sample())
    changed = {**content, "graph.nq": change(content["graph.nq"])}
    assert words in refused(resealed(changed), tmp_path)
    assert "graph.nq is not what was written" in refused(packed({**content, "graph.nq": content["graph.nq"] + b"~ .\n"}), tmp_path)


@pytest.mark.parametrize(
    "fields",
    [{"archive": "paper-kg archive 99"}, {"store": "paper-kg store 99"}, {"kg": 3}, {"pending": "many"}, {"counts": []}, {"more": 1}],
)
def test_another_version_of_the_archive_is_refused(tmp_path: Path, fields: dict[str, object]) -> None:
    content = unpacked(sample())
    said = refused(resealed(content, **fields), tmp_path)
    assert "99" in said or "its manifest cannot be read" in said
    for manifest in (b"", b"[]", b"{}", b"\xff", b"[" * 60_000):
        assert "manifest cannot be read" in refused(packed({**content, "manifest.json": manifest}), tmp_path)


def test_an_archive_of_another_version_names_the_program_that_reads_it(tmp_path: Path) -> None:
    newer = resealed(unpacked(sample()), archive="paper-kg archive 99", kg="9.1")
    with pytest.raises(StoreError, match="of another version") as caught:
        restore(io.BytesIO(newer), tmp_path / "again")
    assert "(9.1)" in caught.value.hint


def test_decisions_with_a_mistake_name_their_line(tmp_path: Path) -> None:
    content = unpacked(sample())
    bad = {**content, "decisions.tsv": content["decisions.tsv"] + b"smae\tMethod\tA\t\t\t\tB\n"}
    with pytest.raises(DecisionError, match=r"decisions\.tsv in the archive, line 4"):
        restore(io.BytesIO(resealed(bad)), tmp_path / "again")
    assert not (tmp_path / "again").exists()


RESTORE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from kg.archive import restore
print("ready", flush=True)
restore(sys.argv[1], sys.argv[2])
print("done", flush=True)
"""


@pytest.mark.slow
def test_a_restoration_killed_at_any_moment_leaves_no_half_store(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store")
    backup(store, tmp_path / "kg.tar.gz")
    chance, whole = random.Random(11), 0
    for _ in range(12):
        target = tmp_path / "again"
        shutil.rmtree(target, ignore_errors=True)
        command = [sys.executable, "-c", RESTORE, str(tmp_path / "kg.tar.gz"), str(target)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.random() * 0.7)
            os.kill(process.pid, signal.SIGKILL)
        if target.exists():
            whole += 1
            assert saved(target) == saved(store)
    assert whole < 12
    shutil.rmtree(tmp_path / "again", ignore_errors=True)
    restore(tmp_path / "kg.tar.gz", tmp_path / "again")  # and what was left behind is in nobody's way
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["again", "kg.tar.gz", "store"]


def test_two_restorations_of_one_store_do_not_meet(tmp_path: Path) -> None:
    from kg.archive.place import beside

    archive = sample()
    with beside(tmp_path / "again"), pytest.raises(StoreError, match="another process"):
        restore(io.BytesIO(archive), tmp_path / "again")
    assert restore(io.BytesIO(archive), tmp_path / "again").papers == 3


def test_an_archive_comes_through_a_pipe(tmp_path: Path) -> None:
    archive = sample()
    out, into = os.pipe()
    with os.fdopen(into, "wb") as writer:
        writer.write(archive)
    with closing(os.fdopen(out, "rb")) as reader:
        assert restore(reader, tmp_path / "again").papers == 3
