"""Which claims came, went, changed, or speak of another thing now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product

from pyoxigraph import NamedNode

from kg import vocab
from kg.comparison.identity import Edges, Places
from kg.comparison.reading import Lines, Side, object_path, subject
from kg.comparison.values import Claim, ClaimChange, ClaimMove
from kg.lookup import End
from kg.lookup.reading import local_name

# What can differ in a claim of one IRI, but for its sentences' texts: those are found by the quotations.
_VALUES = (vocab.DERIVED_FROM, vocab.SCORE, vocab.RULE, vocab.GENERATED_BY, vocab.COUNT, vocab.DEVICE_MEMORY, vocab.HOURS)
_COMPARED = tuple(field.name for field in fields(Claim) if field.name not in ("iri", "subject", "predicate", "object", "paper"))
Keyed = dict[Hashable, Claim]


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims that differ, by what tells them apart, on either side; all that both have otherwise alike is left out."""

    before: Mapping[Hashable, Claim]
    after: Mapping[Hashable, Claim]

    def changed(self) -> Iterator[ClaimChange]:
        """Claims on both sides that differ."""
        for key in self.before.keys() & self.after.keys():
            one, other = self.before[key], self.after[key]
            if differing := _differing(one, other):
                yield ClaimChange(one, other, differing)


def differing_claims(before: Side, after: Side) -> Claims:
    """The claims that are not the same on both sides, with their evidence."""
    wanted: set[str] = set()
    for property in _VALUES:
        wanted.update(subject(line) for line in before.pairs(property) ^ after.pairs(property))
    bodies = before.pairs(vocab.HAS_BODY) ^ after.pairs(vocab.HAS_BODY)
    wanted.update(object_path(line) for line in bodies)
    placed = {subject(line) for line in before.pairs(vocab.SECTION) ^ after.pairs(vocab.SECTION)}
    wanted.update(body for side in (before, after) for annotation in placed for body in side.objects(annotation, vocab.HAS_BODY))
    quotes = before.pairs(vocab.EXACT), after.pairs(vocab.EXACT)
    new = {subject(line) for line in bodies}  # annotations; the quotations of these are no news
    for side, lines in ((before, quotes[0] - quotes[1]), (after, quotes[1] - quotes[0])):
        wanted.update(_quoted(side, lines, new))
    return Claims(_read(before, wanted), _read(after, wanted))


def differing_statements(before: Side, after: Side) -> Claims:
    """The triples between papers, things and links that only one side has, as claims without evidence."""
    found: tuple[Keyed, Keyed] = ({}, {})
    for property in sorted(vocab.STATED, key=str):
        lines = before.pairs(property), after.pairs(property)
        for side, keyed, own in ((before, found[0], lines[0] - lines[1]), (after, found[1], lines[1] - lines[0])):
            for claim in _stated(side, property, own):
                keyed[claim.key] = claim
    return Claims(*found)


def places(claims: Iterable[Claim]) -> Places:
    """The places in papers that name things, with the marked words, so that another text at the same offsets is another place."""
    found: defaultdict[Hashable, set[str]] = defaultdict(set)
    for claim in claims:
        for sentence in claim.evidence:
            for end, mark in ((claim.object, sentence.object_mark), (claim.subject, sentence.subject_mark)):
                if mark is not None and end.type:
                    found[claim.paper.iri, mark, sentence.words(mark)].add(end.iri)
    return found


def moves(claims: Claims, edges: Edges) -> list[ClaimMove]:
    """The claims that only came and went because their ends are other things now."""
    out: defaultdict[str, set[str]] = defaultdict(set)
    into: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        if one != other:
            out[one].add(other)
            into[other].add(one)
    gone, new = claims.before.keys() - claims.after.keys(), claims.after.keys() - claims.before.keys()
    pairs = {(key, other) for key in gone for other in _partners(claims.before[key], out, claims.after)}
    pairs |= {(other, key) for key in new for other in _partners(claims.after[key], into, claims.before)}
    both = [(claims.before[key], claims.after[other], key in gone, other in new) for key, other in pairs]
    return [ClaimMove(one, other, _differing(one, other), *sides) for one, other, *sides in both if _share_a_place(one, other)]


def _partners(claim: Claim, ways: Mapping[str, set[str]], others: Mapping[Hashable, Claim]) -> Iterator[Hashable]:
    """The keys of claims with the same paper and predicate on what the ends of a claim are on the other side."""
    subjects, objects = ({end.iri, *ways.get(end.iri, ())} for end in (claim.subject, claim.object))
    keys: Iterator[Hashable] = ((claim.paper.iri, one, claim.predicate, other) for one, other in product(subjects, objects))
    return (key for key in keys if key != claim.key and key in others)


def _share_a_place(one: Claim, other: Claim) -> bool:
    """Whether a sentence is behind both claims with the same marks; so too where a graph has no evidence."""
    if not one.evidence or not other.evidence:
        return True
    marks = [{(s.start, s.end, s.object_mark, s.subject_mark) for s in claim.evidence} for claim in (one, other)]
    return not marks[0].isdisjoint(marks[1])


def _differing(one: Claim, other: Claim) -> tuple[str, ...]:
    return tuple(name for name in _COMPARED if getattr(one, name) != getattr(other, name))


def _quoted(side: Side, lines: Lines, new: set[str]) -> Iterator[str]:
    """The claims that quotations are evidence for."""
    for quote in map(subject, lines):
        if quote.rpartition("/")[0] not in new:
            yield from side.claims_quoting(quote)


def _read(side: Side, paths: Iterable[str]) -> Keyed:
    """Those nodes that are claims, by what tells claims apart; of several with the same ends the first."""
    found: Keyed = {}
    for path in sorted(paths):
        claim = side.claim(path)
        if claim is not None:
            found.setdefault(claim.key, claim)
    return found


def _stated(side: Side, property: NamedNode, lines: Lines) -> Iterator[Claim]:
    for line in lines:
        yield Claim("", side.end(subject(line)), local_name(property), side.end(object_path(line)), End("", "", ""))
