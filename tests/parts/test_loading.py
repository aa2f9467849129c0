"""A store of parts is the store that a build of their papers makes; whatever is wrong with parts is told, and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyoxigraph import Store
from toy_papers import Guillemets, content

import kg
from kg import decisions, export, parts
from kg.build import build
from kg.doctor import examine
from kg.errors import KgError, SourceError, UsageError
from kg.log import Log
from kg.model import Decision, DecisionKind, EntityType, Rejection
from kg.opening import locate
from kg.parts.reading import read
from kg.store import Manifest, layout, open_snapshot

ROOT = Path(__file__).parents[2]


def manifest(store: Path) -> Manifest:
    with open_snapshot(store) as snapshot:
        return snapshot.manifest


def figures(store: Path) -> list[tuple[str, str]]:
    """What `kg stats` tells."""
    return kg.open(store).stats().rows()


def refused(store: Path) -> tuple[Rejection, ...]:
    with Log(store / layout.LOG_FILE, readonly=True) as log:
        return log.rejections()


def wrong(store: Path) -> list[str]:
    """What the doctor finds amiss."""
    return [finding.words for finding in examine(locate(store), Guillemets.version) if not finding.fine]


def test_a_store_of_parts_is_the_store_that_they_were_written_of(home: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    loaded = parts.load(home / "parts", tmp_path / "store", on_note=notes.append)
    assert (loaded.papers, loaded.refused, loaded.derived, notes) == (11, 1, "", [])
    assert manifest(tmp_path / "store") == manifest(home / "built")
    assert figures(tmp_path / "store") == figures(home / "built")
    assert content(tmp_path / "store") == content(home / "built")
    assert layout.read_current(tmp_path / "store") == layout.read_current(home / "built")
    assert refused(tmp_path / "store") == refused(home / "built") != ()
    assert wrong(tmp_path / "store") == []


def test_a_build_on_top_of_parts_is_a_build_of_everything(home: Path, tmp_path: Path) -> None:
    parts.load(home / "parts", tmp_path / "store")
    assert build([str(home / "first.jsonl")], store=tmp_path / "store", extractor=Guillemets()).unchanged == 12
    build([str(home / "more.jsonl")], store=tmp_path / "store", extractor=Guillemets())
    assert content(tmp_path / "store") == content(home / "both")
    assert manifest(tmp_path / "store") == manifest(home / "both")
    assert figures(tmp_path / "store") == figures(home / "both")


def test_parts_on_top_of_a_build_are_a_build_of_everything(home: Path, tmp_path: Path) -> None:
    build([str(home / "more.jsonl")], store=tmp_path / "store", extractor=Guillemets())
    notes: list[str] = []
    loaded = parts.load(home / "parts", tmp_path / "store", on_note=notes.append)
    assert (loaded.papers, loaded.added) == (14, 11)
    assert "derived here" in notes[0]
    assert content(tmp_path / "store") == content(home / "both")
    assert sorted(refused(tmp_path / "store"), key=str) == sorted(refused(home / "both"), key=str)


def test_loading_twice_changes_nothing(home: Path, tmp_path: Path) -> None:
    parts.load(home / "parts", tmp_path / "store")
    before = layout.read_current(tmp_path / "store")
    assert parts.load(home / "parts", tmp_path / "store").added == 0
    build([str(home / "more.jsonl")], store=tmp_path / "store", extractor=Guillemets())
    assert parts.load(home / "parts", tmp_path / "store").added == 0
    assert content(tmp_path / "store") == content(home / "both")
    assert before is not None


def test_the_files_of_the_graph_in_a_row_are_its_n_triples(home: Path, tmp_path: Path) -> None:
    export.write(Store.read_only(str(home / "built/snapshots/1/rdf")), tmp_path / "x.nt")
    files = [home / "parts" / file.path for file in read(home / "parts").manifest.graph]
    assert len(files) > 5
    assert b"".join(file.read_bytes() for file in files) == (tmp_path / "x.nt").read_bytes()


def test_decisions_in_the_store_are_kept_to(home: Path, tmp_path: Path) -> None:
    kept = Decision(DecisionKind.SAME, type=EntityType.METHOD, name="Lantern", other="Dusk Filter")
    for name in ("store", "local"):
        (tmp_path / name).mkdir()
        decisions.add(tmp_path / name, [kept])
    loaded = parts.load(home / "parts", tmp_path / "store")
    build([str(home / "first.jsonl")], store=tmp_path / "local", extractor=Guillemets())
    assert "decisions" in loaded.derived
    assert content(tmp_path / "store") == content(tmp_path / "local") != content(home / "built")
    parts.write(tmp_path / "local", tmp_path / "parts")
    (tmp_path / "other").mkdir()
    decisions.add(tmp_path / "other", [kept])
    assert parts.load(tmp_path / "parts", tmp_path / "other").derived == ""
    assert manifest(tmp_path / "other") == manifest(tmp_path / "local")


@pytest.mark.parametrize("field", ["code", "decisions"])
def test_what_another_code_or_other_decisions_made_is_derived_here(field: str, home: Path, copied: Path, tmp_path: Path) -> None:
    said = json.loads((copied / parts.MANIFEST_FILE).read_text())
    (copied / parts.MANIFEST_FILE).write_text(json.dumps({**said, field: "0" * 16}))
    assert parts.load(copied, tmp_path / "store").derived
    assert content(tmp_path / "store") == content(home / "built")


def rewrite(folder: Path) -> None:
    """Let the manifest say of the files what they are, as a writer with a mistake would."""
    said = json.loads((folder / parts.MANIFEST_FILE).read_text())
    for field, total in (("log", "texts"), ("refusals", "refused"), ("graph", "quads")):
        for one in said[field]:
            path = folder / one["path"]
            rows = path.read_bytes().count(b"\n") if path.suffix == ".nq" else pq.read_metadata(path).num_rows
            file = parts.part_file(folder, one["path"], rows)
            one.update(rows=file.rows, bytes=file.bytes, sha256=file.sha256)
        said[total] = sum(one["rows"] for one in said[field])
    (folder / parts.MANIFEST_FILE).write_text(json.dumps(said))


def edit(change: Callable[[bytes], bytes], given: str = "graph/part-00001.nq", *, honest: bool = True) -> Callable[[Path], None]:
    """Change a file ("" for the last of the graph), and the manifest with it where that is `honest`."""

    def spoil(folder: Path) -> None:
        path = given or str(max((folder / "graph").iterdir()).relative_to(folder))
        (folder / path).write_bytes(change((folder / path).read_bytes()))
        if honest:
            rewrite(folder)

    return spoil


def cell(column: str, value: str | None) -> Callable[[Path], None]:
    """Give the second row of the log another value."""

    def spoil(folder: Path) -> None:
        path = folder / "log/part-00000.parquet"
        table = pq.read_table(path)
        values = table[column].to_pylist()
        values[1] = value
        index = table.column_names.index(column)
        pq.write_table(table.set_column(index, column, pa.array(values, pa.string())), path)
        rewrite(folder)

    return spoil


def say(**fields: object) -> Callable[[Path], None]:
    """Let the manifest say something else."""

    def spoil(folder: Path) -> None:
        said = json.loads((folder / parts.MANIFEST_FILE).read_text())
        (folder / parts.MANIFEST_FILE).write_text(json.dumps({**said, **fields}))

    return spoil


FAR = '[[["X","Method",[],[[0,99999,"X","Method","t",0.9]],"uses",[[0,99999,5,6]],"t",0.9,null,null,null]],[],[],[]]'
OUTSIDE = {"path": "log/../../x", "rows": 0, "bytes": 0, "sha256": "0" * 64}
SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda folder: (folder / parts.MANIFEST_FILE).unlink(), "no manifest.json"),
    "half a manifest": (lambda folder: (folder / parts.MANIFEST_FILE).write_text('{"format": "pap'), "manifest.json"),
    "another version": (say(format="paper-kg parts 9"), "another version"),
    "a file elsewhere": (say(log=[OUTSIDE]), "manifest.json"),
    "a base that is none": (say(base="x"), "manifest.json"),
    "figures that do not add up": (say(quads=3), "manifest.json"),
    "a file is missing": (lambda folder: (folder / "graph/part-00001.nq").unlink(), "part-00001.nq is missing"),
    "a file is cut": (edit(lambda content: content[:-40], honest=False), "part-00001.nq is damaged"),
    "a bit is another": (edit(lambda content: content.replace(b"a", b"b", 1), honest=False), "part-00001.nq is damaged: its SHA-256"),
    "a table is another": (edit(lambda content: content[:-9] + b"x" + content[-8:], "log/part-00000.parquet", honest=False), "SHA-256"),
    "no table": (edit(lambda _: b"PAR1 none PAR1", "log/part-00000.parquet", honest=False), "part-00000.parquet is damaged"),
    "lines do not ascend": (edit(lambda content: b"".join(sorted(content.splitlines(True), reverse=True))), "part-00001.nq is damaged: line 2"),
    "a line comes twice": (edit(lambda content: content.splitlines(True)[0] + content), "part-00001.nq is damaged: line 2"),
    "files do not ascend": (edit(lambda content: content, "graph/part-00001.nq"), ""),
    "a graph has a name": (edit(lambda content: content.replace(b" .\n", b" <http://x.org/g> .\n", 1)), "part-00001.nq is damaged: line 1"),
    "a line is empty": (edit(lambda content: b"\n" + content), "part-00001.nq is damaged: line 1"),
    "a line is a remark": (edit(lambda content: content.replace(b" .\n", b" .\n# x\n", 1)), "part-00001.nq is damaged: line 2"),
    "a node is blank": (edit(lambda content: content + b"_:x <http://x.org/p> <http://x.org/o> .\n"), "canonical"),
    "an IRI is relative": (edit(lambda content: content + b"<z> <p> <o> .\n", ""), "IRI"),
    "text is no UTF-8": (edit(lambda content: content + b'<z:> <p:> "\xff" .\n'), "part-00001.nq is damaged"),
    "text is written otherwise": (edit(lambda content: content + b'<z:> <p:> "\\u0041" .\n'), "canonical"),
    "a file ends in a line": (edit(lambda content: content[:-1]), "ends within a line"),
    "a hash is another": (cell("hash", "0" * 32), "row 2"),
    "a paper is none": (cell("document", "[]"), "row 2"),
    "an extraction is none": (cell("extraction", '{"a": 1}'), "row 2"),
    "an extraction is of another text": (cell("extraction", FAR), "row 2"),
    "a cell is empty": (cell("place", None), "row 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_parts_are_named_and_change_nothing(name: str, copied: Path, tmp_path: Path) -> None:
    spoil, words = SPOILT[name]
    spoil(copied)
    if name == "files do not ascend":
        said = json.loads((copied / parts.MANIFEST_FILE).read_text())
        say(graph=said["graph"][::-1])(copied)
        words = "does not come behind"
    with pytest.raises(KgError) as told:
        parts.load(copied, tmp_path / "store")
    assert words in str(told.value)
    assert told.value.exit_code == 3
    assert layout.read_current(tmp_path / "store") is None
    assert not (tmp_path / "store/log.sqlite").exists()


def test_an_unfinished_run_is_told_so(copied: Path, tmp_path: Path) -> None:
    (copied / parts.MANIFEST_FILE).unlink()
    with pytest.raises(SourceError) as told:
        parts.load(copied, tmp_path / "store")
    assert told.value.hint == "the run that wrote this was not finished: run it again"


def test_spoilt_parts_leave_a_store_as_it_was(home: Path, copied: Path, tmp_path: Path) -> None:
    build([str(home / "more.jsonl")], store=tmp_path / "store", extractor=Guillemets())
    before = content(tmp_path / "store")
    edit(lambda content: content[:-40], honest=False)(copied)
    with pytest.raises(SourceError):
        parts.load(copied, tmp_path / "store")
    assert content(tmp_path / "store") == before
    assert wrong(tmp_path / "store") == []


KILLED = """
import os, signal, sys
from kg import parts
from kg.log import texts
from kg.store import layout, rdf
import kg.derivation, kg.parts.loading as loading

def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

at = sys.argv[3]
if at == "graph":
    rdf._finish = kill
elif at == "log":
    texts._place = kill
elif at == "resolving":
    loading._publish = kill
elif at == "publishing":
    layout.write_current = kill
elif at == "batch":
    loading._BATCH = 3
    loading._silent = lambda word, *_: word == "bringing in the log" and kill()
parts.load(sys.argv[1], sys.argv[2], on_step=loading._silent)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs SIGKILL")
@pytest.mark.parametrize("moment", ["graph", "log", "resolving", "publishing", "batch"])
def test_killed_at_any_moment_the_next_run_finishes(moment: str, home: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    if moment == "batch":
        shutil.copytree(home / "built", tmp_path / "other")
        build([str(home / "more.jsonl")], store=store, extractor=Guillemets())
    killed = subprocess.run([sys.executable, "-c", KILLED, str(home / "parts"), str(store), moment], check=False, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    if moment == "batch":
        assert manifest(store).papers == 3
    else:
        assert layout.read_current(store) is None
    loaded = parts.load(home / "parts", store)
    assert loaded.derived == ("" if moment != "batch" else loaded.derived)
    assert content(store) == content(home / ("both" if moment == "batch" else "built"))
    assert wrong(store) == []


def test_a_killed_load_and_then_a_build_are_a_build_of_everything(home: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(home / "parts"), str(tmp_path / "store"), "resolving"], check=False, cwd=ROOT)
    build([str(home / "more.jsonl")], store=tmp_path / "store", extractor=Guillemets())
    assert content(tmp_path / "store") == content(home / "both")
    assert parts.load(home / "parts", tmp_path / "store").added == 0
    assert content(tmp_path / "store") == content(home / "both")


def test_parts_are_written_into_an_empty_folder_alone(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    with pytest.raises(UsageError):
        parts.write(home / "built", tmp_path)
