"""Make kg/extract/precision.tsv again: how often each rule is right on annotated abstracts.

    python tests/bench/calibrate.py ../shared/gold/train360.jsonl ../shared/gold/train360.txt

An entity is right when the gold has it, required or optional; a role is right when its entity is and the roles agree; a relation when
the gold has it. The share is smoothed towards the mean of all rules by four pseudo-counts, so that a rule seen twice promises little.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kg.evaluate import comparable, match
from kg.extract import load
from kg.model import Extraction, Rejection
from kg.sources import read
from kg.text import clean

PSEUDO = 4.0
TARGET = Path(__file__).parents[2] / "kg" / "extract" / "precision.tsv"


def judgements(gold_path: str, texts: str) -> Iterator[tuple[str, str, bool]]:
    """(kind, rule, right) for every entity, role and relation extracted from a paper that the gold has."""
    gold = {comparable(row["paper"]): row for row in map(json.loads, Path(gold_path).read_text(encoding="utf-8").splitlines())}
    extractor = load()
    for record in read([texts]):
        document = record if isinstance(record, Rejection) else clean(record)
        row = None if isinstance(document, Rejection) else gold.get(comparable(document.source_title))
        if row is not None:
            yield from _of_paper(row, extractor.extract(document))


def _of_paper(gold: dict, extraction: Extraction) -> Iterator[tuple[str, str, bool]]:
    found = [{"name": e.name, "type": e.type.value, "aliases": list(e.aliases)} for e in extraction.entities]
    matched, wrong = match(gold["entities"], found)
    for i, entity in enumerate(extraction.entities):
        if i in matched or i in wrong:
            yield "entity", entity.mentions[0].rule, i in matched
        if i in matched and gold["entities"][matched[i]].get("required", True):
            yield "role", entity.rule, gold["entities"][matched[i]]["role"] == entity.role.value
    names = {comparable(form): comparable(e["name"]) for e in gold["entities"] for form in [e["name"], *e["aliases"]]}
    wanted = {(names.get(comparable(s), s), p, names.get(comparable(o), o)) for s, p, o in gold["relations"]}
    for relation in extraction.relations:
        ends = [matched.get(i) for i in (relation.subject, relation.object)]
        if None not in ends:  # the ends' own scores say how sure they are
            s, o = (comparable(gold["entities"][j]["name"]) for j in ends)
            yield "relation", relation.rule, (s, relation.predicate.value, o) in wanted


def main(gold: str, texts: str) -> None:
    """Write the table, sorted by kind and rule."""
    seen: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for kind, rule, is_right in judgements(gold, texts):
        for key in ((kind, rule), (kind, f"{rule.split('.')[0]}.*"), (kind, "*")):
            seen[key] += 1
            right[key] += is_right
    lines = ["kind\trule\tright\tseen\tprecision"]
    for kind, rule in sorted(seen):
        mean = right[kind, "*"] / seen[kind, "*"]
        share = (right[kind, rule] + PSEUDO * mean) / (seen[kind, rule] + PSEUDO)
        lines.append(f"{kind}\t{rule}\t{right[kind, rule]}\t{seen[kind, rule]}\t{share:.2f}")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
