"""Two published graphs in, the difference of what they say out: papers, claims with their evidence, things merged and split.

Nothing here depends on the order of triples. Graphs with different bases are compared by the paths below these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from kg import vocab
from kg.comparison.claims import Claims, differing_claims, differing_statements, moves, places
from kg.comparison.identity import edges, group
from kg.comparison.reading import Side
from kg.comparison.things import Things, kept_by, papers
from kg.comparison.values import (
    Claim,
    ClaimChange,
    ClaimMove,
    Difference,
    Moved,
    NameChange,
    Origin,
    Pair,
    PaperChange,
    Reason,
    Regrouped,
    Renamed,
    Sentence,
    Thing,
)
from kg.store import Snapshot
from kg.store.change import content_of, hexed

__all__ = [
    "Claim",
    "ClaimChange",
    "ClaimMove",
    "Difference",
    "Moved",
    "NameChange",
    "Origin",
    "Pair",
    "PaperChange",
    "Reason",
    "Regrouped",
    "Renamed",
    "Sentence",
    "Thing",
    "compare",
]

_T = TypeVar("_T")


def compare(before: Snapshot, after: Snapshot, *, names: tuple[str, str] = ("A", "B")) -> Difference:
    """What `after` says that `before` does not, and the other way round.

    Args:
        before: one graph.
        after: the other.
        names: what the two are called in the difference.
    """
    origins = _origin(before, names[0]), _origin(after, names[1])
    if before.base == after.base and before.manifest.graph and before.manifest.graph == after.manifest.graph:
        return Difference(*origins)
    found = _compared(Side(before), Side(after), origins)
    if found or not found.by_claim:
        return found
    return replace(found, untold=before.manifest.triples != after.manifest.triples or _digest(before) != _digest(after))


def _digest(snapshot: Snapshot) -> str:
    """The digest of the triples, whatever their order; a file has none yet, so that all of it is read."""
    return snapshot.manifest.graph or hexed(content_of(quad.triple for quad in snapshot.store).marks)


def _compared(before: Side, after: Side, origins: tuple[Origin, Origin]) -> Difference:
    by_claim = _has_claims(before) and _has_claims(after)
    claims = (differing_claims if by_claim else differing_statements)(before, after)
    things = Things(before, after)
    found = edges(places(claims.before.values()), places(claims.after.values())) if by_claim else edges(*things.places())
    grouping = group(found, _stays(before, claims, things, by_claim=by_claim))
    added, removed, changed = papers(before, after)
    moved = moves(claims, found)
    # A claim whose both sides moved is told by its moves: its IRI stayed while the thing behind it became another.
    told = {id(claim) for move in moved for claim in (move.before, move.after)}
    gone, new = things.only(grouping)
    ladder, questions = things.ladder(grouping), things.questions()
    reasons = things.reasons() if by_claim else ((), ())
    return Difference(
        *origins, by_claim,
        _sorted(added, key=_as_is), _sorted(removed, key=_as_is), _sorted(changed, key=lambda change: change.after.iri),
        _sorted((c for key, c in claims.after.items() if key not in claims.before and id(c) not in told), key=_claim_order),
        _sorted((c for key, c in claims.before.items() if key not in claims.after and id(c) not in told), key=_claim_order),
        _sorted((c for c in claims.changed() if not told >= {id(c.before), id(c.after)}), key=lambda change: _claim_order(change.after)),
        _sorted(moved, key=lambda move: (_claim_order(move.after), _claim_order(move.before))),
        _sorted(new), _sorted(gone),
        _sorted(things.renamed(grouping), key=lambda renamed: (renamed.before, renamed.after)),
        _sorted(things.merged(grouping, found), key=lambda merged: merged.one),
        _sorted(things.split(grouping, found), key=lambda split: split.one),
        _sorted(things.moved(grouping, found), key=lambda move: (move.before, move.after)),
        _sorted(things.names(grouping), key=lambda change: change.thing),
        _sorted(ladder[1]), _sorted(ladder[0]), _sorted(questions[1]), _sorted(questions[0]), _sorted(reasons[1]), _sorted(reasons[0]),
    )  # fmt: skip


def _stays(before: Side, claims: Claims, things: Things, *, by_claim: bool) -> Callable[[str], bool]:
    """Says whether a thing has mentions on both sides beside those in claims that differ."""
    both = things.members[0] & things.members[1]
    if not by_claim:
        return both.__contains__
    kept = kept_by(before, (claim.iri for claim in claims.before.values()))
    return lambda thing: thing in both and kept(thing)


def _has_claims(side: Side) -> bool:
    """Whether a graph has claims, or has nothing that they could be missed for."""
    return side.any(vocab.RDF_TYPE, vocab.STATEMENT) or not any(side.any(property) for property in vocab.STATED)


def _origin(snapshot: Snapshot, name: str) -> Origin:
    return Origin(name, snapshot.base, snapshot.manifest.papers, snapshot.manifest.triples)


def _claim_order(claim: Claim) -> tuple[object, ...]:
    """By paper, what the paper does first, then by the ends."""
    return (claim.paper.iri, claim.subject.iri != claim.paper.iri, claim.subject.iri, claim.predicate, claim.object.iri, claim.iri)


def _as_is(value: Any) -> Any:  # noqa: ANN401 (any value that has an order)
    return (value.label.casefold(), value.iri) if hasattr(value, "label") else value


def _sorted(values: Iterable[_T], *, key: Callable[[_T], Any] = _as_is) -> tuple[_T, ...]:
    return tuple(sorted(values, key=key))
