"""Score extractors on gold files and print a Markdown table; with --write, put it into README and model card.

    python tests/bench/scores.py                                  # all gold at hand, the default extractor
    python tests/bench/scores.py -e accurate -e rules GOLD.jsonl  # these extractors on this file; its texts are GOLD.txt
    python tests/bench/scores.py -e accurate --write

Without a file: tests/gold/wild60.jsonl, and the development gold of ../shared where that is there (not the gold that models are trained on). Numbers are those of `kg eval`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.cli.evaluate import predictions
from kg.errors import KgError
from kg.evaluate import Scores, comparable, documents, read_rows, score
from kg.extract import DEFAULT, load
from kg.model import Document, EntityType

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "gold"
TARGETS = (ROOT / "README.md", ROOT / "kg" / "extract" / "weights" / "MODEL_CARD.md")
BEGIN, END = "<!-- scores -->", "<!-- /scores -->"
KINDS = ("core", "role", "relation")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    gold: str
    extractor: str
    scores: Scores


def known_gold() -> Iterator[tuple[Path, Path]]:
    """The gold files at hand, each with its texts."""
    for gold, texts in ((SHARED / "seeds20.jsonl", ROOT / "seeds" / "papers.txt"), (SHARED / "dev30.jsonl", SHARED / "dev30.txt")):
        if gold.is_file():
            yield gold, texts
    judging = ROOT / "tests" / "gold" / "wild60.jsonl"
    yield judging, judging.with_suffix(".txt")


def scored(gold: Path, texts: Path, extractor: str) -> Line:
    """The scores of an extractor on a gold file; raises `ValueError` where a paper has no text."""
    rows = read_rows(gold)
    titles = {comparable(row["paper"]) for row in rows}
    papers = [d for d in documents(texts) if isinstance(d, Document) and comparable(d.source_title) in titles]
    missing = titles - {comparable(d.source_title) for d in papers}
    if missing:
        raise ValueError(f"{texts} lacks {len(missing)} of the {len(titles)} papers of {gold}")
    return Line(gold.stem, extractor, score(rows, predictions(papers, extractor)))


def table(lines: Iterable[Line]) -> str:
    """F1 of entities without tasks, roles and relations, each with its 95 % interval over papers; then F1 of each type."""
    types = [str(type) for type in EntityType]
    header = ["gold", "papers", "extractor", *(f"{kind} F1" for kind in KINDS), *types]
    rows = [header, ["---"] * 3 + ["---:"] * (len(header) - 3)]
    for line in lines:
        cells = [line.gold, str(len(line.scores.papers)), line.extractor]
        cells += [_with_interval(line.scores, kind) for kind in KINDS]
        cells += [f"{line.scores.types[type][2]:.2f}" if type in line.scores.types else "–" for type in types]
        rows.append(cells)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _with_interval(scores: Scores, kind: str) -> str:
    f1, spread = getattr(scores, kind)[2], scores.intervals.get(kind)
    return f"{f1:.2f} [{spread[0]:.2f}, {spread[1]:.2f}]" if spread else f"{f1:.2f}"


def block(lines: Sequence[Line], versions: Sequence[str]) -> str:
    """The table with what it was made from."""
    made = f"F1 on gold abstracts, with 95 % intervals over papers; by `tests/bench/scores.py`, extractor {', '.join(versions)}."
    return f"{made}\n\n{table(lines)}"


def between_markers(text: str, content: str) -> str:
    """`text` with `content` where the markers stand; raises `ValueError` unless each marker is there once, in order."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the lines {BEGIN} and {END} must be there once each, in this order")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{content}\n{END}{rest.split(END)[1]}"


def write(content: str) -> None:
    """Put `content` between the markers of each target; none is written where one lacks them."""
    written = {path: between_markers(path.read_text(encoding="utf-8"), content) for path in TARGETS}
    for path, text in written.items():
        path.write_text(text, encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Score, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path, help="files in the gold format; the texts are beside them, ending in .txt")
    parser.add_argument("-e", "--extractor", action="append", help=f"name of an extractor, again for another; {DEFAULT} if none")
    parser.add_argument("--write", action="store_true", help=f"put the table between {BEGIN} and {END} of README and model card")
    options = parser.parse_args(arguments)
    files = [(gold, gold.with_suffix(".txt")) for gold in options.gold] or list(known_gold())
    try:
        names = options.extractor or [DEFAULT]
        versions = [load(name).version for name in names]
        content = block([scored(*pair, name) for pair in files for name in names], versions)
        print(content)
        if options.write:
            write(content)
    except (KgError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
