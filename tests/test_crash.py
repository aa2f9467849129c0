"""Whatever stops a build, whole papers stand, none that was acknowledged is missing, and the next build comes to the same end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from toy_papers import Guillemets

from kg.build import build

ROOT = Path(__file__).parents[1]
KILLS = os.environ.get("KG_KILLS", "16")  # KG_KILLS=100 KG_KILLED_PAPERS=2000 takes a quarter of an hour
PAPERS = os.environ.get("KG_KILLED_PAPERS", "160")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_killed_at_random_moments_a_build_keeps_all_promises() -> None:
    command = [sys.executable, str(ROOT / "tests" / "bench" / "crash.py"), "--kills", KILLS, "--papers", PAPERS, "--batch", "25"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all promises kept" in done.stdout


def _mounts() -> bool:
    """Whether we may mount something in a namespace of our own, which nobody else sees."""
    if shutil.which("unshare") is None or os.geteuid() != 0:
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(not _mounts(), reason="needs the right to mount: root and `unshare -m`")


def mounted(commands: str, body: str, folder: Path) -> str:
    """What a program prints that runs in `folder` after shell commands which mount something that only it sees."""
    script = f"""
import subprocess, sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from pathlib import Path
from kg.build import Pace, build
from kg.doctor import examine
from kg.errors import StoreError
from kg.opening import locate
from kg.store import open_snapshot
from kg.store.checking import recounted
from toy_papers import Guillemets, content
def tried(source):
    try:
        build([source], store="disk/store", extractor=Guillemets(), pace=Pace(20, 3600, 0, 0), on_commit=said.append)
    except StoreError as error:
        assert error.exit_code == 3
        print(error, "|", error.hint)
said = []
{body}
"""
    command = ["unshare", "-m", "sh", "-c", f'{commands} && exec "$0" -c "$1"', sys.executable, script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def papers(path: Path, number: int) -> Path:
    """A file of so many papers."""
    rows = (
        {"id": f"2401.{n:05d}", "title": f"On «Owl{n % 50}»", "abstract": f"We use «Bat{n}» and «Cat{n % 7}» here. It rains."}
        for n in range(number)
    )
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


@needs_mounts
@pytest.mark.slow
def test_a_disk_that_fills_up_loses_nothing_and_the_next_build_goes_on(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    papers(tmp_path / "papers.jsonl", 200)
    told = mounted(
        "mount -t tmpfs -o size=1m tmpfs disk",
        """
tried("papers.jsonl")
with open_snapshot("disk/store") as snapshot:
    assert recounted(snapshot) == snapshot.manifest
    assert snapshot.manifest.papers >= said[-1] > 0
subprocess.run(["mount", "-o", "remount,size=200m", "disk"], check=True)
tried("papers.jsonl")
build(["papers.jsonl"], store="disk/whole", extractor=Guillemets())
assert content(Path("disk/store")) == content(Path("disk/whole"))
assert all(finding.fine for finding in examine(locate("disk/store"), Guillemets.version))
""",
        tmp_path,
    )
    assert len(told.split("\n")) == 1
    assert "make room" in told


@needs_mounts
def test_a_disk_that_may_only_be_read_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    first, more = papers(tmp_path / "a.jsonl", 3), papers(tmp_path / "b.jsonl", 5)
    build([str(first)], store=tmp_path / "disk" / "store", extractor=Guillemets())
    told = mounted(
        "mount --bind disk disk && mount -o remount,ro,bind disk",
        f"""
tried({str(more)!r})
print(*(finding.subject for finding in examine(locate("disk/store"), Guillemets.version) if not finding.fine))
""",
        tmp_path,
    )
    error, wrong = told.split("\n")
    assert "allow writing" in error
    assert wrong == "folder"
