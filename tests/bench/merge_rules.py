"""How often each rule of resolution is right: the figures behind `SCORES` of `kg.resolve.merges` and `kg.resolve.candidates`.

    python tests/bench/merge_rules.py

Each pair of tests/resolve/pairs-build.tsv is resolved by itself. Where it becomes one node, its label counts for every rule among the
reasons of that node; where it is left open, for the reason of the question. A share has one right and one wrong added (Laplace), so
that a rule that few pairs show is not called sure.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "resolve"))

from test_pairs import Pair, pairs_of, paper

from kg.model import Knowledge
from kg.resolve import resolve


def shown(pair: Pair) -> tuple[str, set[str]]:
    """Whether a pair is "joined", "open" or "apart", and the rules that show it, or the beginnings of the questions' reasons."""
    known: Knowledge = resolve([paper("a", pair.type, pair.one), paper("b", pair.type, pair.other)])
    if len(known.entities) == 1:
        return "joined", {merge.rule for merge in known.entities[0].merges}
    return ("open", {candidate.reason for candidate in known.candidates}) if known.candidates else ("apart", set())


def main() -> None:
    """Print right and wrong per rule."""
    counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for pair in pairs_of("build"):
        how, rules = shown(pair)
        for rule in rules:
            words = rule if how == "joined" else " ".join(word for word in rule.split() if "'" not in word)[:60]
            counts[how, words][pair.same] += 1
    for (how, rule), (wrong, right) in sorted(counts.items()):
        print(f"{how:7} {rule:60} {right:4} right {wrong:4} wrong   {(right + 1) / (right + wrong + 2):.2f}")


if __name__ == "__main__":
    main()
