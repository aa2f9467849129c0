"""Everything that is hostile or broken in one `kg build`: no traceback, no silent loss, little memory, no network, nothing written elsewhere."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg.sources.packed import ENDINGS as PACKINGS
from kg.sources.registry import BUILT_IN, load

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / ".." / "shared" / "inputs"
GOOD = "OwlNet: Night Vision for Drones\n\nWe propose OwlNet, a network for night vision. It is trained on DuskSet with 8 A100 GPUs.\n"
# Whatever in Python would reach another computer is refused and told of, also in processes that the build starts. Making a socket is not:
# a library of spaCy's tries at import whether there is IPv6.
NO_SOCKETS = """
import os, sys
def refuse(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        with open(os.environ["KG_TEST_SOCKETS"], "a") as file:
            file.write(f"{event} {args!r}\\n")
        raise OSError("no network in this test")
sys.addaudithook(refuse)
"""
MEMORY = 500  # MB
SECONDS = 60.0
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Run:
    """What a build in a process of its own did."""

    code: int
    out: str
    err: str
    memory: float  # MB at most, of it or of a process that it started
    seconds: float  # of processors, its own and of processes that it started: what others do here meanwhile changes nothing

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads(self.out)


def build(where: Path, *args: str) -> Run:
    """`kg build` from `where`/work, with a home and a folder for temporary files of its own, and without sockets."""
    (where / "site").mkdir(exist_ok=True)
    (where / "site" / "sitecustomize.py").write_text(NO_SOCKETS, encoding="utf-8")
    for name in ("work", "home", "tmp"):
        (where / name).mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(where / "home"), "TMPDIR": str(where / "tmp"), "LANG": "C.UTF-8",
        **{f"XDG_{name}_HOME": str(where / "home" / name) for name in ("CONFIG", "DATA", "CACHE", "STATE")},
        "PYTHONPATH": f"{where / 'site'}:{ROOT}", "KG_TEST_SOCKETS": str(where / "sockets.txt"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "kg", "build", "--extractor", "rules", "--json", "-v", *args]
    with (where / "out").open("wb") as out, (where / "err").open("wb") as err:
        measured = [sys.executable, "-c", MEASURE, str(where / "usage.json"), *command]
        subprocess.run(measured, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=where / "work", env=environment, check=True)
    code, memory, seconds = json.loads((where / "usage.json").read_text(encoding="utf-8"))
    texts = [(where / name).read_bytes().decode() for name in ("out", "err")]
    return Run(code, *texts, memory / 1024, seconds)


# Runs a command and writes its exit code, its peak of memory in kB and its CPU seconds. A process counts what it had in memory before it
# became another program, so it is started from this small one, not from that of the tests, which may have a gigabyte.
MEASURE = """
import json, os, sys
place, *command = sys.argv[1:]
pid = os.posix_spawn(command[0], command, os.environ)
_, status, usage = os.wait4(pid, 0)
with open(place, "w") as file:
    json.dump([os.waitstatus_to_exitcode(status), usage.ru_maxrss, usage.ru_utime + usage.ru_stime], file)
"""


def tree(*folders: Path) -> list[tuple[str, int]]:
    """Every file below the folders, with its size."""
    return sorted((str(path), path.lstat().st_size) for folder in folders for path in folder.rglob("*"))


def zip_of(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def slipping_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("../../slip.txt", "/tmp/slip.txt", "good.txt"):
            info = tarfile.TarInfo(name)
            info.size = len(GOOD)
            archive.addfile(info, io.BytesIO(GOOD.encode()))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


def contents() -> Iterator[tuple[str, bytes]]:
    """(name of a file, its bytes): all kinds of harm."""
    draw = random.Random(7)
    yield "good.txt", GOOD.encode()
    yield "line.txt", b"word " * 2_000_001
    yield "line.jsonl", b'{"title": "' + b"x" * 10_000_000
    yield "long-title.jsonl", b'{"title": "' + b"x" * 10_000_000 + b'"}\n'
    yield "word.jsonl", b'{"title": "Brackets", "abstract": "' + b"(" * 500_000 + b'"}\n'
    yield "deep.json", b"[" * 1_000_000
    yield "deep-objects.json", b'{"a":' * 200_000
    yield "deep.jsonl", b'{"title": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    yield "numbers.jsonl", b'{"title": "a", "year": ' + b"9" * 100_000 + b"}\n"
    yield "deep.xml", b"<feed xmlns='http://www.w3.org/2005/Atom'>" + b"<a>" * 200_000
    yield "deep.bib", b"@article{a, title={" + b"{" * 100_000
    yield "latex.bib", b"@article{a, title={" + b"$x$ \\textbf{" * 20_000 + b"}}\n"
    yield "quotes.csv", b'title,abstract\n"' + b"a,b\n" * 100_000
    yield "columns.csv", b"title,abstract" + b",x" * 500_000 + b"\n" + b"a,b" + b",y" * 500_000 + b"\n"
    yield "lines-of-rubbish.jsonl", b'{"title": "One good paper"}\n' + b"{rubbish}\n" * 100_000
    yield "slip.zip", zip_of(**{"../../slip.txt": GOOD.encode(), "/tmp/slip.txt": GOOD.encode(), "good.txt": GOOD.encode()})
    yield "slip.tar.gz", gzip.compress(slipping_tar())
    yield "nested.zip", zip_of(**{"inner.zip": zip_of(**{"good.txt": GOOD.encode()}), "inner.txt": gzip.compress(GOOD.encode())})
    yield "nested.txt.gz", gzip.compress(gzip.compress(GOOD.encode()))
    yield "bomb.tgz", gzip.compress(bytes(100_000_000))
    yield "terminal.jsonl", json.dumps({"title": "\x1b]0;owned\x07\x1b[2J Red \u202eknil", "abstract": "\x1b[31m We use OwlNet."}).encode()
    yield "\x1b[31mred\u202e.txt", b""
    yield "page.pdf", b"<!DOCTYPE html><html><head><title>404 Not Found</title></head></html>"
    for ending in sorted({ending for format in BUILT_IN for ending in format.endings} | {".zip", ".tar", ".txt", ".pdf"}):
        yield f"random{ending}", draw.randbytes(50_000)
        yield f"text{ending}", GOOD.encode()
        for packing in PACKINGS:
            yield f"random{ending}{packing}", draw.randbytes(2_000)


def make(folder: Path) -> None:
    """Fill a folder with harm of every kind."""
    folder.mkdir()
    for name, content in contents():
        (folder / name).write_bytes(content)
    (folder / os.fsdecode(b"\xff\xfe.txt")).write_bytes(b"\x00\x01" * 1000)
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "again").symlink_to(".")
    (folder / "endless.txt").symlink_to("/dev/zero")
    (folder / "broken.txt").symlink_to("/proc/self/mem")
    (folder / "folder.pdf").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket.txt"))
    (folder / "locked.txt").write_text(GOOD, encoding="utf-8")
    (folder / "locked.txt").chmod(0)  # root reads it all the same


def shown(path: Path) -> str:
    return os.fsencode(path).decode(errors="replace")


def check(run: Run, where: Path, *inputs: Path) -> None:
    assert "Traceback" not in run.err
    assert run.code == 1, run.err[-2000:]  # some are refused, and none stops the others
    assert not (where / "sockets.txt").exists(), (where / "sockets.txt").read_text(encoding="utf-8")
    assert not CONTROL.search(run.err), CONTROL.findall(run.err)
    assert run.memory < MEMORY, f"{run.memory:.0f} MB"
    assert run.seconds < SECONDS, f"{run.seconds:.0f} s"
    summary = run.summary
    told = {row["source"] for row in summary["inputs"]}
    is_known = load().is_known
    expected = {
        shown(path)
        for folder in inputs
        for path in folder.rglob("*")
        if is_known(path.name) and not path.is_dir() and "again" not in path.parts
    }
    assert expected - told == set()
    done = summary["stored"] + summary["joined"] + summary["updated"] + summary["unchanged"]
    late = sum(summary["refused_by_code"].get(code, 0) for code in ("too-slow", "extraction-failed", "bad-extraction"))
    assert done <= sum(row["papers"] for row in summary["inputs"]) <= done + late + summary["refused_by_code"].get("too-long", 0)
    assert summary["refused"] == sum(summary["refused_by_code"].values()) == sum(row["refused"] for row in summary["inputs"])
    assert not {"reading-failed", "cleaning-failed", "extraction-failed", "bad-extraction"} & summary["refused_by_code"].keys(), run.err
    assert {path.name for path in where.iterdir()} == {
        "site",
        "usage.json",
        "work",
        "home",
        "tmp",
        "out",
        "err",
        *(folder.name for folder in inputs if folder.parent == where),
    }
    assert tree(where / "home", where / "tmp") == []
    assert [path.name for path in (where / "work").iterdir()] == ["kg-store"]


@pytest.mark.slow
def test_a_folder_of_harm_costs_nothing_but_itself(tmp_path: Path) -> None:
    make(tmp_path / "harm")
    before = tree(tmp_path / "harm")
    run = build(tmp_path, str(tmp_path / "harm"))
    check(run, tmp_path, tmp_path / "harm")
    assert tree(tmp_path / "harm") == before
    assert not Path("/tmp/slip.txt").exists()
    expected = {
        "pipe.txt": "not-a-file", "loop.txt": "unreadable", "endless.txt": "not-a-file", "broken.txt": "unreadable", "folder.pdf": "not-a-file",
        "nested.txt.gz": "nested", "slip.zip, ../../slip.txt": "unsafe-name", "slip.tar.gz, /tmp/slip.txt": "unsafe-name",
        "slip.tar.gz, link.txt": "not-a-file", "nested.zip, inner.zip": "nested", "word.jsonl, line 1": "too-long",
    }  # fmt: skip
    for name, code in expected.items():
        assert re.search(rf"^refused: .*/{re.escape(name)}: .* \[{code}\]$", run.err, re.MULTILINE), name
    again = build(tmp_path, str(tmp_path / "harm")).summary
    assert (again["stored"], again["updated"]) == (0, 0)
    assert (again["refused_by_code"], again["papers"]) == (run.summary["refused_by_code"], run.summary["papers"])
    shutil.rmtree(tmp_path / "harm")


@pytest.mark.slow
@pytest.mark.gold
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples in ../shared are not at hand")
def test_all_samples_in_one_build(tmp_path: Path) -> None:
    folder = SAMPLES.resolve()
    run = build(tmp_path, str(folder))
    check(run, tmp_path, folder)
    assert run.summary["stored"] > 300


def test_the_check_for_sockets_would_see_one(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_SOCKETS, encoding="utf-8")
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "KG_TEST_SOCKETS": str(tmp_path / "seen.txt")}
    assert subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False).returncode == 1
    assert "socket." in (tmp_path / "seen.txt").read_text(encoding="utf-8")
