"""Things that may be one, but where nothing decides it: open questions for a person, never a silent merge."""

from __future__ import annotations

from kg.model import Candidate
from kg.resolve.linking import AMBIGUOUS, HINT, HOMONYM, NEAR
from kg.resolve.register import Register
from kg.resolve.tables import Placed

# Share of pairs of one thing among those that are left open for each reason, on `tests/resolve/pairs-build.tsv`, one right and one
# wrong added; `tests/bench/merge_rules.py` prints them.
SCORES = {HINT: 0.67, AMBIGUOUS: 0.5, NEAR: 0.33, HOMONYM: 0.08}  # no pair shows AMBIGUOUS: an even chance
_REASONS = {
    AMBIGUOUS: "'{0}' stands for '{1}' in some paper and for something else in another; those that only write '{0}' do not tell which",
    HINT: "a paper calls one thing '{0}' and '{1}', but nothing in the names shows that they are one",
    NEAR: "'{0}' and '{1}' differ in one letter, and nothing else shows that they are one",
    HOMONYM: "two papers each introduce a thing called '{0}'",
}


def candidates(register: Register, thing: Placed) -> list[Candidate]:
    """The open questions about a thing of its own, each with the other thing; sorted."""
    found: dict[tuple[str, str], Candidate] = {}
    for one, other, why in sorted(register.open_pairs(thing.type, thing.root, AMBIGUOUS)):
        first, second = register.placed(thing.type, one), register.placed(thing.type, other)
        if first is not None and second is not None:
            ends = sorted((first, second), key=lambda placed: placed.path)
            candidate = Candidate(ends[0].path, ends[1].path, SCORES[why], _REASONS[why].format(*_names(first, second)))
            known = found.get((candidate.one, candidate.other))
            if known is None or (-candidate.score, candidate.reason) < (-known.score, known.reason):
                found[candidate.one, candidate.other] = candidate
    return sorted(found.values())


def _names(first: Placed, second: Placed) -> tuple[str, str]:
    short, long = sorted((first.name, second.name), key=lambda name: (len(name), name))
    return short, long
