"""Paths of every kind: what is no file, cannot be read or leads in circles is told, and nothing waits for ever."""

from __future__ import annotations

import gzip
import os
import socket
import zipfile
from pathlib import Path

import pytest

from kg.model import Record, Rejection
from kg.sources import files, read

PAPER = "Growing Trees in the Shade\n\nWe propose a way to grow trees in the shade. It needs little water.\n"


def codes(*paths: Path | str) -> dict[str, str]:
    """What was refused below the paths: name → code."""
    return {Path(item.source).name: item.code for item in read([str(path) for path in paths]) if isinstance(item, Rejection)}


def sources(*paths: Path | str) -> list[str]:
    return [item.source for item in read([str(path) for path in paths]) if isinstance(item, Record)]


def test_links_pipes_sockets_and_devices_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(PAPER, encoding="utf-8")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere")
    (tmp_path / "here").symlink_to(".")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.txt"))
        assert codes(tmp_path) == {
            "gone.txt": "missing", "loop.txt": "unreadable", "pipe.txt": "not-a-file", "socket.txt": "not-a-file", "zero.txt": "not-a-file",
        }  # fmt: skip
    assert sources(tmp_path) == [str(tmp_path / "good.txt")]  # once, though "here" leads to it again
    assert codes(tmp_path / "pipe.txt", tmp_path / "loop.txt", "no\0name") == {
        "pipe.txt": "not-a-file", "loop.txt": "unreadable", "no\0name": "missing",
    }  # fmt: skip


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here that opens and cannot be read")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.txt").symlink_to("/proc/self/mem")  # gives an input/output error at its first byte, also to root
    assert codes(tmp_path) == {"broken.txt": "unreadable"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_and_a_folder_without_permission(tmp_path: Path) -> None:
    (tmp_path / "locked.txt").write_text(PAPER, encoding="utf-8")
    (tmp_path / "locked.txt").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    assert codes(tmp_path) == {"locked.txt": "unreadable", "closed": "unreadable"}


def test_no_permission_is_told_with_what_to_do() -> None:
    refused = files.refusal("a.txt", PermissionError(13, "Permission denied"))
    assert (refused.code, refused.source) == ("unreadable", "a.txt")
    assert "mode" in refused.message


def test_a_folder_called_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.pdf" / "figures").mkdir(parents=True)
    (tmp_path / "y.txt").mkdir()
    (tmp_path / "y.txt" / "good.txt").write_text(PAPER, encoding="utf-8")
    assert codes(tmp_path) == {"x.pdf": "not-a-file"}
    assert sources(tmp_path) == [str(tmp_path / "y.txt" / "good.txt")]


def test_a_folder_with_nothing_to_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    assert codes(tmp_path) == {tmp_path.name: "no-papers"}


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_text(PAPER, encoding="utf-8")
    (source,) = sources(tmp_path)
    assert source.encode()  # can be written anywhere
    assert source.endswith("\ufffd\ufffd.txt")


def test_folders_as_deep_as_the_system_lets_paths_be(tmp_path: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1500):  # deeper than Python calls nest; below 4,096 bytes of path
            Path("d").mkdir()
            os.chdir("d")
        Path("good.txt").write_text(PAPER, encoding="utf-8")
    finally:
        os.chdir(here)
    try:
        assert len(sources(tmp_path)) == 1
    finally:
        os.chdir(tmp_path)
        os.system("rm -rf d")  # shutil nests calls, too
        os.chdir(here)


def test_a_pipe_or_a_folder_in_the_place_of_a_file_that_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(PAPER, encoding="utf-8")
    found = files.find([str(tmp_path)], files.Choice(lambda name: True, lambda name: False, lambda path: False))
    paths = [path for path in found if isinstance(path, str)]
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).unlink()
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "b.txt").mkdir()
    opened = [files.opened(path) for path in paths]
    assert [item.code for item in opened if isinstance(item, Rejection)] == ["not-a-file", "not-a-file", "missing"]


def test_a_file_that_grows_or_is_cut_while_it_is_read(tmp_path: Path) -> None:
    line = '{"title": "Owls %d", "abstract": "We count owls."}\n'
    path = tmp_path / "papers.jsonl"
    path.write_text("".join(line % n for n in range(50_000)), encoding="utf-8")  # more than is read at once
    reading = read([str(path)])
    assert isinstance(next(reading), Record)
    with path.open("a", encoding="utf-8") as more:
        more.write(line % -1)
    assert sum(isinstance(item, Record) for item in reading) == 50_000
    reading = read([str(path)])
    next(reading)
    os.truncate(path, 100)
    rest = list(reading)
    assert len(rest) < 50_000
    assert all(isinstance(item, Record) or item.code in ("bad-json", "truncated") for item in rest)


def test_a_reader_that_fails_costs_its_input_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.ris").write_text("TY  - JOUR\nTI  - Owls\nER  - \n", encoding="utf-8")
    (tmp_path / "b.txt").write_text(PAPER, encoding="utf-8")

    def fail(*_: object) -> None:
        raise IndexError("a mistake")

    monkeypatch.setattr("kg.sources.formats.Format.read", lambda self, _: fail() if self.name == "ris" else iter(()))
    assert codes(tmp_path)["a.ris"] == "reading-failed"


LINE = b'{"title": "Owls at night", "abstract": "We count owls."}\n'
UNTOLD = {
    "part_000.gz": gzip.compress(LINE), "x_abcde.v2.gz": gzip.compress(LINE), "noending": LINE, "entries": b"@article{a, title={Owls}}",
    "cut.gz": gzip.compress(LINE)[:20], "LICENSE": b"You may.\n", "run": b"#!/bin/sh\n# Owls\necho owls\n", "program": b"\x7fELF\0\1\2", "_SUCCESS": b"",
    "notes.gz": gzip.compress(PAPER.encode()), "papers.dump": LINE, "owls.py": LINE, ".hidden": LINE,
}  # fmt: skip


def test_files_without_a_known_ending_are_told_by_their_content(tmp_path: Path) -> None:
    for name, data in UNTOLD.items():
        (tmp_path / name).write_bytes(data)
    assert [Path(source).name for source in sources(tmp_path)] == ["entries", "noending", "part_000.gz", "x_abcde.v2.gz"]
    assert codes(tmp_path) == {"cut.gz": "truncated"}
    assert len(sources(tmp_path / "papers.dump", tmp_path / "notes.gz")) == 2  # named, they are read all the same


def test_files_without_a_known_ending_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, data in UNTOLD.items():
            archive.writestr(f"below/{name}", data)
    items = list(read([str(tmp_path)]))
    assert [item.place.split(",")[0] for item in items if isinstance(item, Record)] == ["below/entries", "below/noending"]
    assert {item.code for item in items if isinstance(item, Rejection)} == {"nested"}  # as "a.jsonl.gz" in an archive


def test_a_link_that_leads_nowhere_is_told_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "shelf").symlink_to("nowhere")
    assert codes(tmp_path) == {"shelf": "missing"}
