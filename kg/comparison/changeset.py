"""The difference of two graphs as RDF: a change set whose additions and removals are statements, each with an IRI.

Terms: Changeset vocabulary, http://purl.org/vocab/changeset/schema#. A statement that a paper makes is its claim; any other has an IRI that
hashes it. That a thing is another now is dcterms:isReplacedBy, for things and their claims alike; prov:wasDerivedFrom where the thing from
which mentions went is still there. No blank nodes, no clock: equal differences give equal triples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg import __version__, vocab
from kg.comparison.values import Claim, Difference, Thing
from kg.graph import decimal, integer, text
from kg.lookup import End
from kg.names import digest
from kg.store import PAPER

CHANGESET = "http://purl.org/vocab/changeset/schema#"
_CHANGE_SET, _SUBJECT_OF_CHANGE, _ADDITION, _REMOVAL, _CREATOR, _REASON = (
    NamedNode(CHANGESET + name) for name in ("ChangeSet", "subjectOfChange", "addition", "removal", "creatorName", "changeReason")
)
_REPLACED_BY = vocab.term("dcterms:isReplacedBy")
_CLASSES = {str(type): classes[0] for type, classes in vocab.CLASSES.items()} | {"Kind": vocab.KIND, PAPER: vocab.RESEARCH_PAPER}
_Said = tuple[NamedNode, NamedNode, NamedNode | Literal]


def to_triples(difference: Difference) -> list[Triple]:
    """The difference as one change set, in no order; empty where there is none."""
    if not difference:
        return []
    triples = _ChangeSet(difference).triples()
    return list(dict.fromkeys(triples))


class _ChangeSet:
    """Writes one difference; statements of the first graph have its base, those of the second the second's."""

    def __init__(self, difference: Difference) -> None:
        self._difference = difference
        self._bases = (difference.before.base, difference.after.base)

    def triples(self) -> Iterator[Triple]:
        told = [*self._claims(), *self._values(), *self._things(), *self._papers(), *self._names()]
        replaced = [*self._replaced()]
        parts = sorted({f"{triple}" for triple in replaced} | {f"{property} {node}" for property, node, _ in told})
        node = NamedNode(f"{self._bases[1]}changeset/{digest(*self._bases, *parts)}")
        yield Triple(node, vocab.RDF_TYPE, _CHANGE_SET)
        yield Triple(node, _SUBJECT_OF_CHANGE, NamedNode(self._bases[1]))
        yield Triple(node, _CREATOR, text(f"kg {__version__}"))
        yield Triple(node, _REASON, text(f"what {self._difference.after.name} says against {self._difference.before.name}"))
        for property, statement, description in told:
            yield Triple(node, property, statement)
            yield from description
        yield from replaced

    def _claims(self) -> Iterator[tuple[NamedNode, NamedNode, list[Triple]]]:
        d = self._difference
        removed = [*d.claims_removed, *(move.before for move in d.claims_moved if move.gone)]
        added = [*d.claims_added, *(move.after for move in d.claims_moved if move.new)]
        for side, property, claims in ((0, _REMOVAL, removed), (1, _ADDITION, added)):
            for claim in claims:
                node = self._claim_node(claim, side)
                yield property, node, [*self._claim(claim, node, side)]

    def _claim(self, claim: Claim, node: NamedNode, side: int) -> Iterator[Triple]:
        yield from _reified(node, self._stated(claim, side))
        if claim.paper.iri:
            yield Triple(node, vocab.DERIVED_FROM, self._node(claim.paper.iri, side))
        for property, value in _values_of(claim).items():
            yield Triple(node, property, value)

    def _values(self) -> Iterator[tuple[NamedNode, NamedNode, list[Triple]]]:
        """Values and quotations of claims that both graphs have."""
        for change in self._difference.claims_changed:
            for side, property, claim in ((0, _REMOVAL, change.before), (1, _ADDITION, change.after)):
                other = change.after if side == 0 else change.before
                node, values = self._claim_node(claim, side), _values_of(other)
                said: list[_Said] = [(node, p, value) for p, value in _values_of(claim).items() if values.get(p) != value]
                quoted = {sentence.text for sentence in claim.evidence} - {sentence.text for sentence in other.evidence}
                said += [(node, vocab.EXACT, text(sentence)) for sentence in sorted(quoted)]
                yield from self._all(property, said, side)

    def _things(self) -> Iterator[tuple[NamedNode, NamedNode, list[Triple]]]:
        d = self._difference
        for side, property, things in ((0, _REMOVAL, d.things_removed), (1, _ADDITION, d.things_added)):
            for thing in things:
                yield from self._all(property, self._described(thing, side), side)

    def _papers(self) -> Iterator[tuple[NamedNode, NamedNode, list[Triple]]]:
        d = self._difference
        for side, property, papers in ((0, _REMOVAL, d.papers_removed), (1, _ADDITION, d.papers_added)):
            for paper in papers:
                node = self._node(paper.iri, side)
                yield from self._all(property, [(node, vocab.RDF_TYPE, vocab.RESEARCH_PAPER), (node, vocab.TITLE, text(paper.label))], side)

    def _names(self) -> Iterator[tuple[NamedNode, NamedNode, list[Triple]]]:
        """Names and ladders; those of things that are one graph's alone are told with the things."""
        d = self._difference
        for change in d.names:
            for side, property, names in ((0, _REMOVAL, change.removed), (1, _ADDITION, change.added)):
                node = self._node(change.thing.iri, side)
                yield from self._all(property, [(node, vocab.ALT_LABEL, text(name)) for name in names], side)
        for renamed in d.things_renamed:
            if renamed.before.iri == renamed.after.iri:
                for side, property, thing in ((0, _REMOVAL, renamed.before), (1, _ADDITION, renamed.after)):
                    yield from self._all(property, [(self._node(thing.iri, side), vocab.PREF_LABEL, text(thing.label))], side)
        for side, property, pairs in ((0, _REMOVAL, d.ladder_removed), (1, _ADDITION, d.ladder_added)):
            said: list[_Said] = [(self._node(p.one.iri, side), vocab.BROADER, self._node(p.other.iri, side)) for p in pairs]
            yield from self._all(property, said, side)
        for side, property, pairs in ((0, _REMOVAL, d.questions_removed), (1, _ADDITION, d.questions_added)):
            said = [(self._node(p.one.iri, side), vocab.MAYBE_SAME, self._node(p.other.iri, side)) for p in pairs]
            yield from self._all(property, said, side)

    def _replaced(self) -> Iterator[Triple]:
        d = self._difference
        pairs = [(renamed.before.iri, renamed.after.iri) for renamed in d.things_renamed]
        pairs += [(thing.iri, merged.one.iri) for merged in d.things_merged for thing in merged.several]
        pairs += [(move.before.iri, move.after.iri) for move in d.claims_moved if move.gone]
        parted = [(moved.before.iri, moved.after.iri) for moved in d.mentions_moved]
        for split in d.things_split:
            kept = any(thing.iri == split.one.iri for thing in split.several)
            (parted if kept else pairs).extend((split.one.iri, thing.iri) for thing in split.several)
        for one, other in pairs:
            if one != other:
                yield Triple(self._node(one, 0), _REPLACED_BY, self._node(other, 1))
        for one, other in parted:
            if one != other:
                yield Triple(self._node(other, 1), vocab.DERIVED_FROM, self._node(one, 0))

    def _described(self, thing: Thing, side: int) -> list[_Said]:
        node = self._node(thing.iri, side)
        said: list[_Said] = [(node, vocab.PREF_LABEL, text(thing.label))]
        said += [(node, vocab.ALT_LABEL, text(name)) for name in thing.names if name != thing.label]
        class_ = _CLASSES.get(thing.type)
        return [*said, *([(node, vocab.RDF_TYPE, class_)] if class_ else [])]

    def _all(self, property: NamedNode, said: Iterable[_Said], side: int) -> Iterator[tuple[NamedNode, NamedNode, list[Triple]]]:
        for statement in said:
            node = NamedNode(f"{self._bases[side]}statement/{digest(*map(str, statement))}")
            yield property, node, [*_reified(node, statement)]

    def _stated(self, claim: Claim, side: int) -> _Said:
        return self._end(claim.subject, side), vocab.PROPERTIES[claim.predicate], self._end(claim.object, side)

    def _claim_node(self, claim: Claim, side: int) -> NamedNode:
        if claim.iri:
            return self._node(claim.iri, side)
        return NamedNode(f"{self._bases[side]}statement/{digest(*map(str, self._stated(claim, side)))}")

    def _end(self, end: End, side: int) -> NamedNode:
        return self._node(end.iri, side)

    def _node(self, path: str, side: int) -> NamedNode:
        return NamedNode(path if ":" in path.split("/", 1)[0] else self._bases[side] + path)


def _values_of(claim: Claim) -> dict[NamedNode, Literal]:
    found: dict[NamedNode, Literal] = {}
    if claim.rule:
        found[vocab.RULE] = text(claim.rule)
    if claim.count is not None:
        found[vocab.COUNT] = integer(claim.count)
    for property, value in ((vocab.SCORE, claim.score), (vocab.DEVICE_MEMORY, claim.memory), (vocab.HOURS, claim.hours)):
        if value is not None:
            found[property] = decimal(value)
    return found


def _reified(node: NamedNode, statement: _Said) -> Iterator[Triple]:
    yield Triple(node, vocab.RDF_TYPE, vocab.STATEMENT)
    for property, term in zip((vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT), statement, strict=True):
        yield Triple(node, property, term)
