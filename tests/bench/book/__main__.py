"""Print the book, or some of its chapters, as Markdown, with the machine that it was measured on."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import platform
import subprocess
import sys
from pathlib import Path

from tests.bench import book
from tests.bench.book.measuring import RUNS, Measure, table

_NO_CHAPTERS = ("__main__", "measuring")


def chapters() -> list[str]:
    """The names of all chapters."""
    return sorted(module.name for module in pkgutil.iter_modules(book.__path__) if module.name not in _NO_CHAPTERS)


def machine() -> str:
    """What the book was measured on, in one line."""
    info = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    processor = names[0] if names else platform.machine()
    return f"{os.cpu_count()} processors ({processor}), {memory:.0f} GB, Python {platform.python_version()}, {platform.system()}"


def main(arguments: list[str]) -> int:
    """Measure the chapters that are named, each in a process of its own, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.book", description=book.__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="*", help="all by default")
    parser.add_argument("--list", action="store_true", help="print the names of the chapters")
    parser.add_argument("--rows", action="store_true", help="print the rows of one chapter alone")
    named = parser.parse_args(arguments)
    unknown = sorted({*named.chapter} - {*chapters()})
    if unknown:
        parser.error(f"no chapter is called {', '.join(unknown)}; there are {', '.join(chapters())}")
    if named.list:
        print("\n".join(chapters()))
        return 0
    if named.rows:
        measures: list[Measure] = [m for name in named.chapter for m in importlib.import_module(f"tests.bench.book.{name}").measures()]
        print("".join(table(measures).splitlines(keepends=True)[2:]), end="")
        return 0
    print(f"Medians of {RUNS}, in turns; {machine()}.\n\n{table([])}", end="", flush=True)
    failed = 0
    for name in named.chapter or chapters():
        # A process of its own: no chapter pays for what another left in memory.
        done = subprocess.run([sys.executable, "-m", "tests.bench.book", name, "--rows"], stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, end="", flush=True)
        failed += done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
