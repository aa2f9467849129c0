"""Extracted graphs against gold graphs: precision, recall and F1 of entities, roles, relations and links.

Rows are objects of the gold format (one per paper). The numbers are those of the gold guidelines' section Scoring.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]  # one paper in the gold format
PRF = tuple[float, float, float]  # precision, recall, F1, each in [0, 1]


@dataclass(slots=True)
class Tally:
    """True positives, false positives and false negatives of one kind of thing."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, other: Tally) -> None:
        """Count the other's as well."""
        self.tp, self.fp, self.fn = self.tp + other.tp, self.fp + other.fp, self.fn + other.fn

    def prf(self) -> PRF:
        """Precision, recall, F1; 1.0 for precision or recall where there was nothing to get wrong."""
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class PaperScore:
    """One paper's entity score."""

    title: str
    prf: PRF
    tp: int
    fp: int
    fn: int


@dataclass(frozen=True, slots=True)
class Scores:
    """All scores over a set of papers; `core` is `entity` without tasks, `untyped` ignores the type."""

    core: PRF
    entity: PRF
    untyped: PRF
    role: PRF
    relation: PRF
    link: PRF
    types: dict[str, tuple[float, float, float, int, int, int]]  # type → precision, recall, F1, tp, fp, fn
    macro_f1: float  # mean of the papers' entity F1
    perfect: int  # papers without a false positive or negative entity
    papers: tuple[PaperScore, ...]
    errors: tuple[str, ...]


@dataclass(slots=True)
class _Sums:
    types: dict[str, Tally] = field(default_factory=dict)
    entity: Tally = field(default_factory=Tally)
    untyped: Tally = field(default_factory=Tally)
    role: Tally = field(default_factory=Tally)
    relation: Tally = field(default_factory=Tally)
    link: Tally = field(default_factory=Tally)
    papers: list[PaperScore] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def comparable(name: str) -> str:
    """The form names are compared in: case-folded letters, digits and "+", without one plural "s"."""
    text = re.sub(r"[^\w+]|_", "", unicodedata.normalize("NFKC", name).casefold())
    return text[:-1] if len(text) > 3 and text.endswith("s") and not text.endswith("ss") else text


def comparable_url(url: str) -> str:
    """The form links are compared in: without scheme, "www." and trailing slash or full stop, case-folded."""
    return re.sub(r"^https?://(www\.)?", "", url.strip().rstrip("/.")).casefold()


def score(gold: Iterable[Row], predicted: Iterable[Row]) -> Scores:
    """Scores of `predicted` against `gold`; a gold paper that was not predicted counts as predicted empty."""
    by_title = {comparable(row["paper"]): row for row in predicted}
    sums = _Sums()
    for gold_row in gold:
        found = by_title.get(comparable(gold_row["paper"]))
        if found is None:
            sums.errors.append(f"{gold_row['paper']}: PAPER MISSING")
            found = {"paper": gold_row["paper"], "entities": [], "relations": [], "links": []}
        _score_paper(sums, gold_row, found)
    core = Tally()
    for kind, tally in sums.types.items():
        if kind != "Task":
            core.add(tally)
    return Scores(
        core=core.prf(),
        entity=sums.entity.prf(),
        untyped=sums.untyped.prf(),
        role=sums.role.prf(),
        relation=sums.relation.prf(),
        link=sums.link.prf(),
        types={kind: (*tally.prf(), tally.tp, tally.fp, tally.fn) for kind, tally in sorted(sums.types.items())},
        macro_f1=sum(paper.prf[2] for paper in sums.papers) / len(sums.papers) if sums.papers else 0.0,
        perfect=sum(not paper.fp and not paper.fn for paper in sums.papers),
        papers=tuple(sums.papers),
        errors=tuple(sums.errors),
    )


def _score_paper(sums: _Sums, gold: Row, found: Row) -> None:
    short = gold["paper"][:40]
    gold_entities, found_entities = gold["entities"], found.get("entities", [])
    matched, unmatched = match(gold_entities, found_entities)
    paper = Tally()
    for i, j in matched.items():
        if _required(gold_entities[j]):
            sums.types.setdefault(gold_entities[j]["type"], Tally()).tp += 1
            paper.tp += 1
            _score_role(sums, short, gold_entities[j], found_entities[i])
    for i in unmatched:
        sums.types.setdefault(found_entities[i]["type"], Tally()).fp += 1
        paper.fp += 1
        sums.role.fp += 1
        sums.errors.append(f"{short}: wrong {found_entities[i]['type']} {found_entities[i]['name']!r}")
    for j, entity in enumerate(gold_entities):
        if _required(entity) and j not in matched.values():
            sums.types.setdefault(entity["type"], Tally()).fn += 1
            paper.fn += 1
            sums.role.fn += 1
            sums.errors.append(f"{short}: missed {entity['type']} {entity['name']!r}")
    sums.entity.add(paper)
    sums.papers.append(PaperScore(gold["paper"], paper.prf(), paper.tp, paper.fp, paper.fn))
    _score_untyped(sums.untyped, gold_entities, found_entities)
    _score_relations(sums, short, gold, found, matched)
    wanted, given = ({comparable_url(link["url"]) for link in row.get("links", [])} for row in (gold, found))
    sums.link.add(Tally(len(wanted & given), len(given - wanted), len(wanted - given)))


def _score_role(sums: _Sums, short: str, gold: Row, found: Row) -> None:
    if found.get("role") == gold["role"]:
        sums.role.tp += 1
        return
    sums.role.fp += 1
    sums.role.fn += 1
    sums.errors.append(f"{short}: role of {gold['name']!r}: {found.get('role')} for {gold['role']}")


def _score_untyped(tally: Tally, gold: Sequence[Row], found: Sequence[Row]) -> None:
    matched, unmatched = match(gold, found, typed=False)
    tally.tp += sum(_required(gold[j]) for j in matched.values())
    tally.fp += len(unmatched)
    tally.fn += sum(_required(entity) and j not in matched.values() for j, entity in enumerate(gold))


def _score_relations(sums: _Sums, short: str, gold: Row, found: Row, matched: dict[int, int]) -> None:
    """Compare relations with both ends in the gold's names; one with an optional end counts neither for nor against."""
    gold_entities, found_entities = gold["entities"], found.get("entities", [])
    form = {name: comparable(entity["name"]) for entity in gold_entities for name in _names(entity)}
    chosen = {
        comparable(name): comparable(gold_entities[j]["name"])
        for i, j in matched.items()
        for name in [found_entities[i]["name"], *found_entities[i].get("aliases", [])]
    }
    required = {comparable(entity["name"]) for entity in gold_entities if _required(entity)}

    def triples(row: Row) -> set[tuple[str, str, str]]:
        def known(name: str) -> str:
            key = comparable(name)
            return chosen.get(key, form.get(key, key))

        return {(known(s), p, known(o)) for s, p, o in row.get("relations", [])}

    all_gold, given = triples(gold), triples(found)
    wanted = {triple for triple in all_gold if {triple[0], triple[2]} <= required}
    sums.relation.add(Tally(len(wanted & given), len(given - all_gold), len(wanted - given)))
    sums.errors += [f"{short}: wrong relation {triple}" for triple in sorted(given - all_gold)]
    sums.errors += [f"{short}: missed relation {triple}" for triple in sorted(wanted - given)]


def match(gold: Sequence[Row], found: Sequence[Row], *, typed: bool = True) -> tuple[dict[int, int], list[int]]:
    """Pair each found entity with at most one gold entity, in the order found.

    Returns the pairs (found index → gold index) and the found entities left over; a second form of an optional gold
    entity is neither.
    """
    matched: dict[int, int] = {}
    unmatched: list[int] = []
    for i, entity in enumerate(found):
        options = [j for j, other in enumerate(gold) if (not typed or other["type"] == entity["type"]) and _same(entity, other)]
        free = [j for j in options if j not in matched.values()]
        if free:
            matched[i] = min(free, key=lambda j: (comparable(gold[j]["name"]) != comparable(entity["name"]), not _required(gold[j])))
        elif not options or any(_required(gold[j]) for j in options):
            unmatched.append(i)
    return matched, unmatched


def _same(found: Row, gold: Row) -> bool:
    return comparable(found["name"]) in _names(gold) or comparable(gold["name"]) in _names(found)


def _names(entity: Row) -> set[str]:
    return {comparable(name) for name in [entity["name"], *entity.get("aliases", [])]} - {""}


def _required(entity: Row) -> bool:
    return bool(entity.get("required", True))
