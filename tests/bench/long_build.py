"""A whole build in one run, with the memory of all its processes: seconds by stage, and the most memory.

    python tests/bench/long_build.py PAPERS.jsonl JOBS [EXTRACTOR]        papers as many_abstracts.py makes them

Memory is looked at once a second: resident pages of this program's processes (Linux). Prints a line now and then, and a table at the end.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from kg.build import build
from kg.cli.summary import profile_table
from kg.stopwatch import Stopwatch

_PAGE = os.sysconf("SC_PAGE_SIZE") / 1e6


def megabytes() -> tuple[float, float]:
    """Of this process, and of it with all below it; shared pages count in each."""
    below: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(path.parent.name))
    waiting, resident = [os.getpid()], {}
    while waiting:
        process = waiting.pop()
        waiting += below.get(process, [])
        try:
            resident[process] = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
        except OSError:
            continue
    return resident[os.getpid()], sum(resident.values())


class _Memory(threading.Thread):
    """Looks at the memory once a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.main = self.all = 0.0

    def run(self) -> None:
        while True:
            main, all_ = megabytes()
            self.main, self.all = max(self.main, main), max(self.all, all_)
            time.sleep(1)


def main(path: str, jobs: str, extractor: str = "rules") -> None:
    """Build and print."""
    watch, memory, told = Stopwatch(), _Memory(), time.monotonic()
    memory.start()

    def progress(done: int) -> None:
        nonlocal told
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(
                f"{done:,} papers, {watch.profile().total.wall:.0f} s; memory {'/'.join(f'{one:.0f}' for one in megabytes())} MB",
                flush=True,
            )

    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder:
        report = build([path], store=f"{folder}/store", extractor=extractor, jobs=int(jobs), on_progress=progress, watch=watch)
        print(profile_table(watch.profile()))
        print(f"{report.stored:,} papers; most memory {memory.main:.0f} MB of the main process, {memory.all:.0f} MB of all")


if __name__ == "__main__":
    main(*sys.argv[1:])
