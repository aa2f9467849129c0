"""Extracted graphs against gold graphs: precision, recall and F1 of entities, roles, relations and links.

Rows are objects of the gold format (one per paper). The numbers are those of the gold guidelines' section Scoring.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.evaluate.bootstrap import Interval, intervals
from kg.evaluate.tally import PRF, Tally, tally, total

Row = Mapping[str, Any]  # one paper in the gold format
_Triple = tuple[str, str, str]

_TYPE = "type:"  # before an entity type, where it stands among other things that are measured
_KINDS = ("core", "entity", "untyped", "role", "relation", "link")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that was missed or is wrong, and what helps to find the sentence it concerns."""

    paper: str  # the whole title
    text: str  # what is wrong, in one line
    names: tuple[tuple[str, ...], ...] = ()  # for each thing it is about, the forms it goes by
    evidence: str = ""  # words of the paper that the gold or the extractor quotes
    mention: tuple[int, int] | None = None  # where the extractor saw it first, in characters of `Document.text`


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
    mistakes: tuple[Mistake, ...]
    intervals: dict[str, Interval]  # "core" … "link" → 95 % interval of F1 over papers; empty without papers
    type_intervals: dict[str, Interval]  # type → the same

    @property
    def errors(self) -> tuple[str, ...]:
        """A line for each mistake."""
        return tuple(mistake.text for mistake in self.mistakes)


@dataclass(slots=True)
class _Paper:
    """What is counted in one paper."""

    title: str
    counts: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in _KINDS})
    mistakes: list[Mistake] = field(default_factory=list)

    def count(self, entity: Row, counted: Tally) -> None:
        """Count an entity under its type, and with the others."""
        for kind in ("entity", f"{_TYPE}{entity['type']}", *(["core"] if entity["type"] != "Task" else [])):
            self.counts.setdefault(kind, Tally()).add(counted)

    def note(self, text: str, *things: Row, evidence: str = "", mention: tuple[int, int] | None = None) -> None:
        """Note a mistake about these entities."""
        names = tuple(tuple(dict.fromkeys([thing["name"], *thing.get("aliases", [])])) for thing in things)
        self.mistakes.append(Mistake(self.title, f"{self.title[:40]}: {text}", names, evidence, mention))


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
    papers = [_score_paper(row, by_title.get(comparable(row["paper"]))) for row in gold]
    counts = [paper.counts for paper in papers]
    sums, spread = total(counts), intervals(counts)
    parts = [(paper.title, paper.counts["entity"]) for paper in papers]
    own = tuple(PaperScore(title, one.prf(), one.tp, one.fp, one.fn) for title, one in parts)
    whole = {kind: sums.get(kind, Tally()).prf() for kind in _KINDS}
    types = {kind.removeprefix(_TYPE): one for kind, one in sorted(sums.items()) if kind.startswith(_TYPE)}
    return Scores(
        **whole,
        types={type: (*one.prf(), one.tp, one.fp, one.fn) for type, one in types.items()},
        macro_f1=sum(paper.prf[2] for paper in own) / len(own) if own else 0.0,
        perfect=sum(not paper.fp and not paper.fn for paper in own),
        papers=own,
        mistakes=tuple(mistake for paper in papers for mistake in paper.mistakes),
        intervals={kind: spread[kind] for kind in _KINDS if kind in spread},
        type_intervals={type: spread[f"{_TYPE}{type}"] for type in types},
    )


def _score_paper(gold: Row, found: Row | None) -> _Paper:
    paper = _Paper(gold["paper"])
    if found is None:
        paper.mistakes.append(Mistake(paper.title, f"{paper.title}: PAPER MISSING"))
    found = {"entities": [], **(found or {})}
    gold_entities, found_entities = gold["entities"], found["entities"]
    matched, unmatched = match(gold_entities, found_entities)
    _score_entities(paper, gold_entities, found_entities, matched, unmatched)
    _score_untyped(paper.counts["untyped"], gold_entities, found_entities)
    _score_relations(paper, gold, found, matched)
    wanted, given = ({comparable_url(link["url"]) for link in row.get("links", [])} for row in (gold, found))
    paper.counts["link"].add(tally(wanted, given))
    return paper


def _score_entities(paper: _Paper, gold: Sequence[Row], found: Sequence[Row], matched: dict[int, int], unmatched: list[int]) -> None:
    for i, j in matched.items():
        if _required(gold[j]):
            paper.count(gold[j], Tally(tp=1))
            _score_role(paper, gold[j], found[i])
    for i in unmatched:
        paper.count(found[i], Tally(fp=1))
        paper.counts["role"].fp += 1
        text = f"wrong {found[i]['type']} {found[i]['name']!r}"
        paper.note(text, found[i], evidence=found[i].get("evidence", ""), mention=_span(found[i]))
    for j, entity in enumerate(gold):
        if _required(entity) and j not in matched.values():
            paper.count(entity, Tally(fn=1))
            paper.counts["role"].fn += 1
            paper.note(f"missed {entity['type']} {entity['name']!r}", entity, evidence=entity.get("evidence", ""))


def _score_role(paper: _Paper, gold: Row, found: Row) -> None:
    if found.get("role") == gold["role"]:
        paper.counts["role"].tp += 1
        return
    paper.counts["role"].add(Tally(fp=1, fn=1))
    evidence = found.get("evidence", "") or gold.get("evidence", "")
    paper.note(f"role of {gold['name']!r}: {found.get('role')} for {gold['role']}", gold, evidence=evidence)


def _score_untyped(counted: Tally, gold: Sequence[Row], found: Sequence[Row]) -> None:
    matched, unmatched = match(gold, found, typed=False)
    counted.tp += sum(_required(gold[j]) for j in matched.values())
    counted.fp += len(unmatched)
    counted.fn += sum(_required(entity) and j not in matched.values() for j, entity in enumerate(gold))


def _score_relations(paper: _Paper, gold: Row, found: Row, matched: dict[int, int]) -> None:
    """Compare relations with both ends in the gold's names; one with an optional end counts neither for nor against."""
    gold_entities, found_entities = gold["entities"], found["entities"]
    form = {name: comparable(entity["name"]) for entity in gold_entities for name in _names(entity)}
    chosen = {
        comparable(name): comparable(gold_entities[j]["name"])
        for i, j in matched.items()
        for name in [found_entities[i]["name"], *found_entities[i].get("aliases", [])]
    }
    required = {comparable(entity["name"]) for entity in gold_entities if _required(entity)}

    def triples(row: Row) -> dict[_Triple, int]:
        """Each relation in the gold's names, with the number of the first that says it."""

        def known(name: str) -> str:
            key = comparable(name)
            return chosen.get(key, form.get(key, key))

        relations = list(row.get("relations", []))
        return {(known(s), p, known(o)): i for i, (s, p, o) in reversed(list(enumerate(relations)))}

    all_gold, given = triples(gold), triples(found)
    wanted = {triple for triple in all_gold if {triple[0], triple[2]} <= required}
    wrong, missed = given.keys() - all_gold.keys(), wanted - given.keys()
    paper.counts["relation"].add(Tally(len(wanted & given.keys()), len(wrong), len(missed)))
    for triple in sorted(wrong):
        paper.note(f"wrong relation {triple}", *_ends(found, given[triple]), evidence=_relation_evidence(found, given[triple]))
    for triple in sorted(missed):
        paper.note(f"missed relation {triple}", *_ends(gold, all_gold[triple]))


def _ends(row: Row, relation: int) -> list[Row]:
    """The two entities that a relation joins; a bare name where the row lists no such entity."""
    subject, _, object = row["relations"][relation]
    return [
        next((entity for entity in row["entities"] if comparable(name) in _names(entity)), {"name": name}) for name in (subject, object)
    ]


def _relation_evidence(row: Row, relation: int) -> str:
    """The sentence that the extractor quotes for a relation; "relation_details" are in the order of "relations"."""
    details = row.get("relation_details", [])
    return str(details[relation].get("evidence", "")) if relation < len(details) else ""


def _span(entity: Row) -> tuple[int, int] | None:
    start, end = entity.get("span") or (0, 0)
    return (start, end) if start < end else None


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
