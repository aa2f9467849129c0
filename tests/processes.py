"""Processes of this machine: whose children they are, which still run, and what they hold in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path


def children(parent: int) -> list[int]:
    """The processes that a process began and has not waited for, ended ones among them."""
    return [pid for pid, begun_by, _ in _processes() if begun_by == parent]


def alive(pids: Sequence[int]) -> list[int]:
    """Which of these processes still run."""
    running = {pid for pid, _, state in _processes() if state != "Z"}
    return [pid for pid in pids if pid in running]


def resident(pid: int) -> int:
    """Bytes of a process that lie in memory; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _processes() -> Iterator[tuple[int, int, str]]:
    """Every process with its parent and its state; one that ends meanwhile is left out."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
        except (OSError, ValueError):  # it is gone
            continue
        yield int(path.parent.name), int(parent), state
