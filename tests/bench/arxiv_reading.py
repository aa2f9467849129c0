"""Papers per second that reading alone gives of arXiv's metadata snapshot, beside the bare JSON parser, and the memory it takes.

    python tests/bench/arxiv_reading.py ../shared/inputs/third-party/arxiv-jsonl/*.first60.jsonl ../shared/data/arxiv-abstracts-30k.jsonl.gz [LINES]

Makes a file of LINES lines (500,000): the fields of real lines in turn, with titles and abstracts of the second file and new ids.
Aims: 20,000 papers a second on one core; no more memory at the end than at 50,000 lines.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from kg.model import Record
from kg.sources import read

LINES = 500_000
LOOK_AT = 50_000  # lines after which the memory is looked at first


def make(path: Path, lines: Path, abstracts: Path, number: int) -> None:
    """Write `number` lines of arXiv's schema."""
    templates = [json.loads(line) for line in lines.read_text(encoding="utf-8").split("\n") if line.strip()]
    with gzip.open(abstracts, "rt", encoding="utf-8") as texts:
        titled = [(entry["title"], entry["abstract"]) for entry in map(json.loads, texts)]
    with path.open("w", encoding="utf-8") as out:
        for count, template, (title, abstract) in zip(range(number), itertools.cycle(templates), itertools.cycle(titled), strict=False):
            month, paper = divmod(count, 20_000)
            entry = {**template, "id": f"{1500 + 100 * (month // 12) + month % 12 + 1}.{paper:05}", "title": title, "abstract": abstract}
            out.write(json.dumps(entry) + "\n")


def memory() -> float:
    """Megabytes that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(lines: str, abstracts: str, number: int = LINES) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot.jsonl"
        make(path, Path(lines), Path(abstracts), number)
        print(f"{number} lines, {path.stat().st_size / 1e6:.0f} MB")
        start = time.process_time()
        with path.open("rb") as stream:
            for line in stream:
                json.loads(line)
        floor = time.process_time() - start
        before = 0.0
        authors = 0
        start = time.process_time()
        for count, record in enumerate(read([str(path)]), start=1):
            assert isinstance(record, Record), record
            authors += len(record.metadata.authors)
            if count == LOOK_AT:
                before = memory()
        taken = time.process_time() - start
        assert count == number
        assert authors
    print(f"read       {number / taken:9.0f} papers/s of processor time")
    print(f"json.loads {number / floor:9.0f} papers/s; reading takes {taken / floor:.1f} times as long")
    print(f"memory     {before:9.0f} MB at {LOOK_AT} lines, {memory():.0f} MB at the end")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(f"usage: {sys.argv[0]} LINES_OF_ARXIV ABSTRACTS [NUMBER]")
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
