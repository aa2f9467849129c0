"""Which names of a draft are entities, and what the paper claims of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.assertion import Assertion, assertion
from kg.extract.decisions import Decisions, TypeDecision
from kg.extract.devices import NOTHING, together
from kg.extract.draft import Draft
from kg.extract.entities import Name, best_name, with_places
from kg.extract.evidence import best_evidence
from kg.extract.features import Tagged, name_features, role_features, words_of
from kg.extract.roles import decide
from kg.extract.sentences import around
from kg.extract.tagger.geometry import WordSpan
from kg.extract.tagger.labels import CLASSES, TYPES
from kg.model import EntityClaim, EntityType, Mention, Role


@dataclass(frozen=True, slots=True)
class Accepted:
    """A name that was taken for an entity."""

    name: Name
    decision: TypeDecision
    role: Role
    role_score: float
    mentions: tuple[WordSpan, ...]  # in the tagger's words


def accept(paper: Draft, decisions: Decisions) -> Iterator[Accepted]:
    """The names that are taken for entities, with their roles, in order of their first mentions."""
    kept = _without_overlaps(_decided(paper, decisions))
    tagging = paper.view.tagging
    words = [tuple(words_of(paper.reading, name, paper.view)) for name, _ in kept]
    placed = [i for i, places in enumerate(words) if places]
    types = [TYPES.index(kept[i][1].type.value) for i in placed]
    heads = tagging.heads.roles(tagging.heads.pool(tagging.vectors, [words[i] for i in placed]), types) if placed else ()
    head_of = dict(zip(placed, heads, strict=True))
    for i, (name, decision) in enumerate(kept):
        features = role_features(paper.reading, name, decision.type, paper.view, head_of.get(i))
        role, score = decisions.role(decision.type, features)
        yield Accepted(name, decision, role, score, words[i])


# A listed device with a number of devices before it: of ten such names in 630 gold abstracts all were right; one right and one wrong
# added (Laplace). The regression saw too few to be as sure, and refused one of them.
_COUNTED_DEVICE, _COUNTED_RIGHT = "hardware.named-count", 11 / 12


def _decided(paper: Draft, decisions: Decisions) -> list[tuple[Name, TypeDecision]]:
    """The names with their types."""
    found = decisions.types([name_features(paper.reading, name, paper.view) for name in paper.names])
    return [(name, _corrected(name, decision)) for name, decision in zip(paper.names, found, strict=True)]


def _corrected(name: Name, decision: TypeDecision) -> TypeDecision:
    """The type of a name and how likely it is right; a rule that is surer than the regression has its way."""
    if name.rules.get(EntityType.HARDWARE, (0.0, ""))[1] != _COUNTED_DEVICE:
        return decision
    required, right = (max(share, _COUNTED_RIGHT) for share in (decision.required, decision.right))
    return TypeDecision(EntityType.HARDWARE, required=required, right=right)


def _without_overlaps(judged: Sequence[tuple[Name, TypeDecision]]) -> list[tuple[Name, TypeDecision]]:
    """The accepted names; where two overlap the likelier one has the place, and who has no place left is dropped."""
    taken: set[int] = set()
    kept = []
    accepted = [pair for pair in judged if is_accepted(pair[1])]
    for name, decision in sorted(accepted, key=lambda pair: (-pair[1].required, -len(pair[0].places), pair[0].places[0].start)):
        free = [(n, place) for n, place in enumerate(name.places) if taken.isdisjoint(range(place.start, place.end))]
        if free:
            taken.update(i for _, place in free for i in range(place.start, place.end))
            kept.append((with_places(name, free, name.signs), decision))
    return sorted(kept, key=lambda pair: (pair[0].places[0].start, pair[0].places[0].end))


# Least share of required names among required and wrong ones, per type: of 0.45 to 0.62 alike in core F1 on held-out folds, for tasks 0.6 is
# best of 0.5 to 0.8. Least probability of a required name: 0.1 gave .005 more core F1, 0.2 keeps more terms in common words out of the graph.
ACCEPTED_SHARE = {type_: 0.6 if type_ is EntityType.TASK else 0.5 for type_ in EntityType}
ACCEPTED_REQUIRED = 0.2


def is_accepted(decision: TypeDecision) -> bool:
    """Whether a name is kept: a common term costs nothing, a wrong name does."""
    share = decision.required / (decision.required + 1.0 - decision.right + 1e-9)
    return decision.required >= ACCEPTED_REQUIRED and share >= ACCEPTED_SHARE[decision.type]


def to_claim(paper: Draft, one: Accepted, decisions: Decisions) -> EntityClaim:
    """The finished claim: canonical form, aliases, mentions, role, best evidence first."""
    reading, name, type_ = paper.reading, one.name, one.decision.type
    sure = decisions.calibrated("entity", type_.value, one.decision.right)
    rule = name.rules[type_][1] if type_ in name.rules else "tagger"
    mentions = tuple(Mention(p.span(reading), p.surface(reading), type_, rule, sure) for p in name.places)
    canonical = best_name(reading, name)
    role, role_score = one.role, one.role_score
    asserted = [assertion(reading.text, around(paper.sentences, m.span), m.span) is Assertion.STATED for m in mentions]
    if not any(asserted) and role is not Role.INTRODUCES:
        role = Role.MENTIONS
    by_rule, place, role_rule = decide(type_, name.signs)
    if by_rule is not role:
        role_rule, place = f"{role.value}.{'tagger' if any(asserted) else 'assertion'}", None
    if place is None:
        place = _best_place(one, role, paper.view)
    stated = together([place.stated for place in name.places]) if type_ is EntityType.HARDWARE else NOTHING
    return EntityClaim(
        name=canonical,
        type=type_,
        aliases=tuple(sorted({m.surface for m in mentions} - {canonical})),
        mentions=mentions,
        role=role,
        evidence=best_evidence(mentions, place, paper.sentences, asserted),
        rule=role_rule,
        score=decisions.calibrated("role", role.value, one.decision.right * role_score),
        count=stated.count,
        memory=stated.memory,
        hours=stated.hours,
    )


def _best_place(one: Accepted, role: Role, view: Tagged) -> int | None:
    """The mention whose words speak most for the role."""
    label = f"{one.decision.type.value}:{role.value}"
    if label not in CLASSES or len(one.mentions) != len(one.name.places):
        return None
    column = CLASSES.index(label)
    return max(range(len(one.mentions)), key=lambda i: (float(view.classes[slice(*one.mentions[i]), column].mean()), -i), default=None)
