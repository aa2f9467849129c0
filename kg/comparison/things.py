"""Which papers, things, names, ladders, questions and reasons came, went or changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import product

from pyoxigraph import NamedNode

from kg import vocab
from kg.comparison.identity import Edges, Grouping, Places
from kg.comparison.reading import Lines, Side, object_path, subject
from kg.comparison.values import Moved, NameChange, Pair, PaperChange, Reason, Regrouped, Renamed, Thing
from kg.lookup import End

_PAPER_FIELDS: dict[NamedNode, str] = {
    vocab.TITLE: "title", vocab.ABSTRACT: "abstract", vocab.ISSUED: "issued",
    vocab.ARXIV_ID: "identifiers", vocab.DOI: "identifiers", vocab.IDENTIFIER: "identifiers",
    vocab.CREATOR: "authors", vocab.SAME_AS: "authors", vocab.AFFILIATION: "affiliations", vocab.VENUE: "venue",
    vocab.CATEGORY: "categories", vocab.LICENSE: "licence", vocab.RIGHTS: "licence", vocab.COMMENT: "comment", vocab.CITES: "citations",
}  # fmt: skip
_FIELDS = tuple(dict.fromkeys(_PAPER_FIELDS.values()))
_CLASSES = (vocab.KIND, *(classes[0] for classes in vocab.CLASSES.values()))


def papers(before: Side, after: Side) -> tuple[list[End], list[End], list[PaperChange]]:
    """The papers that only the second side has, those that only the first has, and those that it describes otherwise."""
    old, new = before.members(vocab.RESEARCH_PAPER), after.members(vocab.RESEARCH_PAPER)
    fields: defaultdict[str, set[str]] = defaultdict(set)
    for property, field in _PAPER_FIELDS.items():
        for line in before.pairs(property) ^ after.pairs(property):
            for paper in _described(before, after, subject(line)):
                fields[paper].add(field)
    changes = [
        PaperChange(before.end(paper), after.end(paper), tuple(field for field in _FIELDS if field in fields[paper]))
        for paper in fields.keys() & old & new
    ]
    return [after.end(paper) for paper in new - old], [before.end(paper) for paper in old - new], changes


def _described(before: Side, after: Side, node: str) -> Iterable[str]:
    """The paper whose description a node is part of: itself, or what an author wrote."""
    if not node.startswith("author/"):
        return (node,)
    return {paper for side in (before, after) for paper in side.subjects(vocab.CREATOR, node)}


class Things:
    """The things of both sides, and the lines of their labels and ladders that only one side has."""

    def __init__(self, before: Side, after: Side) -> None:
        self.sides = (before, after)
        self.members = tuple(frozenset[str]().union(*(side.members(class_) for class_ in _CLASSES)) for side in self.sides)
        self._labels = _only(before, after, vocab.PREF_LABEL)
        self._aliases = _only(before, after, vocab.ALT_LABEL)

    def places(self) -> tuple[Places, Places]:
        """The names that only one side has, each with the type of its things, where no evidence says what was merged or split."""
        found: list[Places] = []
        for lines in (self._labels[0] | self._aliases[0], self._labels[1] | self._aliases[1]):
            named: defaultdict[Hashable, set[str]] = defaultdict(set)
            for line in lines:
                named[subject(line).partition("/")[0], line.partition(b"\t")[2]].add(subject(line))
            found.append(named)
        return found[0], found[1]

    def only(self, grouping: Grouping) -> tuple[list[Thing], list[Thing]]:
        """The things that one side alone has and that are not told of otherwise: removed, and added."""
        told = grouping.things()
        removed, added = self.members[0] - self.members[1] - told[0], self.members[1] - self.members[0] - told[1]
        return [self.sides[0].thing(path) for path in removed], [self.sides[1].thing(path) for path in added]

    def renamed(self, grouping: Grouping) -> Iterator[Renamed]:
        """Things under another path, and things of one path under another name."""
        told = {path for pair in grouping.renamed for path in pair}
        kept = {subject(line) for lines in self._labels for line in lines} & self.members[0] & self.members[1]
        for one, other in (*grouping.renamed, *((path, path) for path in kept - told)):
            yield Renamed(self.sides[0].thing(one), self.sides[1].thing(other))

    def merged(self, grouping: Grouping, edges: Edges) -> Iterator[Regrouped]:
        """Things of the first side that are one of the second."""
        for several, into in grouping.merged:
            mentions = sum(edges.get((one, into), 0) for one in several if one != into)
            yield Regrouped(self.sides[1].thing(into), tuple(map(self.sides[0].thing, several)), mentions)

    def split(self, grouping: Grouping, edges: Edges) -> Iterator[Regrouped]:
        """Things of the second side that are one of the first."""
        for of, several in grouping.split:
            mentions = sum(edges.get((of, one), 0) for one in several if one != of)
            yield Regrouped(self.sides[0].thing(of), tuple(map(self.sides[1].thing, several)), mentions)

    def moved(self, grouping: Grouping, edges: Edges) -> Iterator[Moved]:
        """Mentions that went from one thing to another."""
        for one, other in grouping.moved:
            yield Moved(self.sides[0].thing(one), self.sides[1].thing(other), edges[one, other])

    def names(self, grouping: Grouping) -> Iterator[NameChange]:
        """Names that a thing, or all that it was merged of or split into, has on one side only."""
        touched = {subject(line) for lines in (*self._labels, *self._aliases) for line in lines}
        told = {path for pair in grouping.whole() for path in pair}
        groups: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
            ((path,), (path,)) for path in (touched - told) & self.members[0] & self.members[1]
        ]
        groups += [((one,), (other,)) for one, other in grouping.renamed]
        groups += [(several, (into,)) for several, into in grouping.merged]
        groups += [((of,), several) for of, several in grouping.split]
        for ones, others in groups:
            old, new = (
                {name for path in paths for name in side.names(path)} for side, paths in zip(self.sides, (ones, others), strict=True)
            )
            if old != new:
                thing = self.sides[1].thing(others[0]) if len(others) == 1 else self.sides[0].thing(ones[0])
                yield NameChange(thing, tuple(sorted(new - old)), tuple(sorted(old - new)))

    def ladder(self, grouping: Grouping) -> tuple[list[Pair], list[Pair]]:
        """What lies under what on the first side only, and on the second only, whatever the things are called on the other."""
        ways = (_ways(grouping.whole()), _ways((other, one) for one, other in grouping.whole()))
        lines = _only(*self.sides, vocab.BROADER)
        removed = self._rungs(lines[0], 0, ways[0])
        return list(removed), list(self._rungs(lines[1], 1, ways[1]))

    def _rungs(self, lines: Lines, side: int, ways: dict[str, set[str]]) -> Iterator[Pair]:
        other = self.sides[1 - side]
        for line in lines:
            one, wider = subject(line), object_path(line)
            ends = ({path, *ways.get(path, ())} for path in (one, wider))
            if not any(other.has(narrower, vocab.BROADER, above) for narrower, above in product(*ends)):
                yield Pair(self.sides[side].thing(one), self.sides[side].thing(wider))

    def questions(self) -> tuple[list[Pair], list[Pair]]:
        """Things that may be one, by the first side only, and by the second only."""
        lines = _only(*self.sides, vocab.MAYBE_SAME)
        removed, added = (
            [Pair(*sorted((side.thing(subject(line)), side.thing(object_path(line))))) for line in own]
            for side, own in zip(self.sides, lines, strict=True)
        )
        return removed, added

    def reasons(self) -> tuple[list[Reason], list[Reason]]:
        """Why forms are names of things, by the first side only, and by the second only."""
        lines = _only(*self.sides, vocab.REASON)
        removed, added = (
            [reason for path in sorted({subject(line) for line in own}) for reason in _reasons(side, path)]
            for side, own in zip(self.sides, lines, strict=True)
        )
        return removed, added


def kept_by(side: Side, differing: Iterable[str]) -> Callable[[str], bool]:
    """Says whether a thing has a claim on one side beside those with these paths, which the other side then has too."""
    paths = frozenset(differing)
    return lambda thing: any(claim not in paths for claim in side.claims_on(thing))


def _reasons(side: Side, merge: str) -> Iterator[Reason]:
    for thing in side.objects(merge, vocab.MERGED_INTO):
        for form in side.objects(merge, vocab.FORM):
            yield from (Reason(side.thing(thing), form, reason) for reason in side.objects(merge, vocab.REASON))


def _only(before: Side, after: Side, property: NamedNode) -> tuple[Lines, Lines]:
    one, other = before.pairs(property), after.pairs(property)
    return one - other, other - one


def _ways(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return found
