"""Make kg/extract/precision.tsv again, and the rows of the rules in kg/extract/reliability.tsv.

    python tests/bench/calibrate.py ../shared/gold/train360.jsonl ../shared/gold/train360.txt

precision.tsv says how often each rule is right on annotated abstracts. An entity is right when the gold has it, required or optional; a
role of such an entity when the roles agree; a relation of such ends when the gold has it. The share is smoothed towards the mean of all rules
by four pseudo-counts, so that a rule seen twice promises little.

reliability.tsv says how often claims of a score are right, a role and a relation with their ends. Each paper is scored by the precisions
that the other four of five folds give; what the rules look for was written with all of these papers at hand, so that the shares are those
of well-known ground. Run it after any change of a rule.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from kg.evaluate import comparable, match
from kg.evaluate.outcomes import entity_rows, holds, outcomes
from kg.extract import load, scores
from kg.extract.reliability import Outcome, ece, replace_rows
from kg.model import Document, Extraction, Rejection
from kg.sources import read
from kg.text import clean

PSEUDO = 4.0
FOLDS = 5
TARGET = Path(__file__).parents[2] / "kg" / "extract" / "precision.tsv"

Row = Mapping[str, Any]  # one paper in the gold format
Counts = dict[tuple[str, str], tuple[int, int, float]]  # (kind, rule) → right, seen, share


def papers(gold_path: str, texts: str) -> Iterator[tuple[Row, Document]]:
    """Every paper that the gold has, with its text."""
    gold = {comparable(row["paper"]): row for row in map(json.loads, Path(gold_path).read_text(encoding="utf-8").splitlines())}
    for record in read([texts]):
        document = record if isinstance(record, Rejection) else clean(record)
        row = None if isinstance(document, Rejection) else gold.get(comparable(document.source_title))
        if row is not None:
            yield row, document


def fold_of(document: Document) -> int:
    """The fold of a paper, 0 to 4, by its title alone: the same in every run."""
    return int(hashlib.sha256(comparable(document.title).encode()).hexdigest()[:8], 16) % FOLDS


def judgements(gold: Row, extraction: Extraction) -> Iterator[tuple[str, str, bool]]:
    """(kind, rule, right) for every entity, role and relation of a paper; roles of right entities, relations of right ends."""
    matched, wrong = match(gold["entities"], entity_rows(extraction))
    for i, entity in enumerate(extraction.entities):
        if i in matched or i in wrong:
            yield "entity", entity.mentions[0].rule, i in matched
        if i in matched:
            yield "role", entity.rule, gold["entities"][matched[i]]["role"] == entity.role.value
    for relation in extraction.relations:
        if relation.subject in matched and relation.object in matched:  # the ends' own scores say how sure they are
            yield "relation", relation.rule, holds(gold, relation, matched)


def count(judged: Iterable[tuple[str, str, bool]]) -> Counts:
    """How often each rule, each family of rules and all rules are right, with the smoothed share."""
    seen: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for kind, rule, is_right in judged:
        for key in ((kind, rule), (kind, f"{rule.split('.')[0]}.*"), (kind, "*")):
            seen[key] += 1
            right[key] += is_right
    mean = {kind: right[kind, "*"] / seen[kind, "*"] for kind, rule in seen if rule == "*"}
    return {key: (right[key], seen[key], round((right[key] + PSEUDO * mean[key[0]]) / (seen[key] + PSEUDO), 2)) for key in sorted(seen)}


def held_out(found: list[tuple[Row, Document, Extraction]]) -> Iterator[Outcome]:
    """The outcomes of every paper, extracted anew with the precisions that papers of the other folds give."""
    extractor = load("rules")
    for fold in range(FOLDS):
        counts = count(j for row, document, extraction in found if fold_of(document) != fold for j in judgements(row, extraction))
        table = {key: share for key, (_, _, share) in counts.items()}
        with patch.object(scores, "_table", lambda table=table: table):
            for row, document, _ in found:
                if fold_of(document) == fold:
                    yield from outcomes(row, extractor.extract(document))


def main(gold: str, texts: str) -> None:
    """Write both tables; print the calibration error of each kind."""
    extractor = load("rules")
    found = [(row, document, extractor.extract(document)) for row, document in papers(gold, texts)]
    counts = count(j for row, _, extraction in found for j in judgements(row, extraction))
    lines = [f"{kind}\t{rule}\t{right}\t{seen}\t{share:.2f}" for (kind, rule), (right, seen, share) in counts.items()]
    TARGET.write_text("\n".join(["kind\trule\tright\tseen\tprecision", *lines]) + "\n", encoding="utf-8", newline="\n")
    replace_rows("rules", held_out(found))
    for kind in ("entity", "role", "relation"):
        print(f"{kind:9s} ECE {ece(kind, extractor='rules'):.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
