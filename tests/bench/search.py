"""Time and recall of searches for misspelt names, beside the way by trigrams (all names that share one, the 200 nearest by bm25).

    python tests/bench/search.py ../shared/data [NAMES]

Names are real ones: titles of papers and, from their abstracts, words with a capital or digit inside and what stands before "network",
"model", "dataset" and the like; those of the gazetteer come first. Each query is a name with one slip: a letter dropped, added or
changed, or two neighbours swapped. Recall is the share of queries whose name is among the first ten.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sqlite3
import string
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

from kg import gazetteer
from kg.model import EntityType
from kg.store.namefiles import build_index
from kg.store.nameindex import NameIndex, _closeness, _Query
from kg.store.names import NameRow, fold

QUERIES = 400  # of each kind of slip
_NAME = re.compile(r"\b[A-Za-z][\w-]*[A-Z0-9][\w-]*\b")
_PHRASE = re.compile(
    r"(?:[A-Za-z][\w-]+ ){1,3}(?:networks?|models?|datasets?|learning|transformers?|attention|detection|estimation|search)\b"
)


def names(data: Path, most: int) -> list[str]:
    """Distinct names, curated ones first; a sample of the others that is the same every time."""
    found = {name for type in EntityType for entry in gazetteer.entries(type) for name in (entry.name, *entry.aliases)}
    others = set()
    with gzip.open(data / "arxiv-abstracts-30k.jsonl.gz", "rt", encoding="utf-8") as lines:
        for paper in map(json.loads, lines):
            others |= {paper["title"], *_NAME.findall(paper["abstract"]), *_PHRASE.findall(paper["abstract"])}
    rest = sorted(name for name in others - found if len(fold(name)) > 3)
    random.Random(1).shuffle(rest)
    return [*sorted(found), *rest][:most]


def slip(name: str, how: str, chance: random.Random) -> str:
    """The name with one slip."""
    at = chance.randrange(len(name))
    letter = chance.choice(string.ascii_lowercase)
    if how == "dropped":
        return name[:at] + name[at + 1 :]
    if how == "added":
        return name[:at] + letter + name[at:]
    if how == "changed":
        return name[:at] + letter + name[at + 1 :]
    at = min(at, len(name) - 2)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def by_trigrams(path: Path) -> Callable[[str], list[str]]:
    """A search among all names that share a trigram."""
    db = sqlite3.connect(path)

    def search(text: str) -> list[str]:
        query = _Query(text, None)
        grams = {gram for i in range(len(query.form) - 2) if (gram := query.form[i : i + 3]).isalnum()}
        match = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        sql = """
            SELECT kind, support, size, name, iri, type, label, folded FROM name
            WHERE id IN (SELECT rowid FROM gram WHERE gram MATCH ? ORDER BY rank LIMIT 200)
        """
        rows = db.execute(sql, (match,)).fetchall() if match else []
        return [row[4] for row in sorted(rows, key=lambda row: (-_closeness(query, row), row[2], row[3]))[:10]]

    return search


def measured(search: Callable[[str], list[str]], asked: list[tuple[str, str]]) -> tuple[float, float, float]:
    """Median and 95th percentile in milliseconds, and recall among ten."""
    times, found = [], 0
    for text, iri in asked:
        begin = time.perf_counter()
        hits = search(text)
        times.append((time.perf_counter() - begin) * 1000)
        found += iri in hits[:10]
    return median(times), quantiles(times, n=20)[-1], found / len(asked)


def cases(listed: list[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Kinds of slips, each with what is typed and what is meant."""
    chance = random.Random(2)
    for how in ("dropped", "added", "changed", "swapped"):
        meant = [chance.randrange(len(listed)) for _ in range(QUERIES)]
        yield how, [(slip(listed[number], how, chance), f"thing/{number}") for number in meant]


def main(data: Path, most: int) -> None:
    """Print a line for each kind of slip and way of searching."""
    listed = names(data, most)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "names.sqlite")
        begin = time.perf_counter()
        build_index(path, (NameRow(f"thing/{n}", "Method", name, name, "name", 1) for n, name in enumerate(listed)))
        print(f"{len(listed)} names, built in {time.perf_counter() - begin:.1f} s, {path.stat().st_size / 1e6:.0f} MB")
        index = NameIndex(path)
        ways = (("index", lambda text: [hit.iri for hit in index.search(text, limit=10)]), ("trigrams", by_trigrams(path)))
        print(f"{'slip':10}{'way':10}{'median ms':>10}{'p95 ms':>10}{'recall@10':>11}")
        for how, asked in cases(listed):
            for way, search in ways:
                middle, late, recall = measured(search, asked)
                print(f"{how:10}{way:10}{middle:10.2f}{late:10.2f}{recall:11.3f}")
        index.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(float(sys.argv[2])) if len(sys.argv) > 2 else 100_000)
