"""How long a command takes to begin: `kg --help` beside an interpreter that does nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from tests.bench.book.measuring import Measure, side_by_side


def measures() -> Iterator[Measure]:
    """Wall seconds of a new process each."""

    def run(*command: str) -> None:
        subprocess.run([sys.executable, *command], stdout=subprocess.DEVNULL, check=True)

    help_, empty = side_by_side(lambda: run("-m", "kg", "--help"), lambda: run("-c", "pass"))
    yield Measure("`kg --help`", "", help_, "`python -c pass`", empty, "< 0.3 s")
