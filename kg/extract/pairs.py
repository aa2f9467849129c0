"""How the entities of one document relate: every pair that a relation can hold between, and the decision on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from kg.extract.acceptance import Accepted
from kg.extract.assertion import Assertion, assertion
from kg.extract.decisions import ENDS, Decisions
from kg.extract.draft import Draft
from kg.extract.features import End, pair_features
from kg.extract.relations import find_cues, find_relations, main_entity, relation_evidence
from kg.extract.tagger.geometry import relate
from kg.extract.tagger.labels import TYPES
from kg.model import EntityClaim, EntityType, Evidence, Relation, RelationClaim

_MAX_PAIRED = 60  # entities of one document that relations are sought between; those mentioned most


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entities of a document, as the decision on their relation sees them."""

    subject: int
    object: int
    features: dict[str, float]
    evidence: tuple[Evidence, ...]
    by_rule: str  # the rule that relates them, "" where none does


def pairs(paper: Draft, accepted: Sequence[Accepted], claims: Sequence[EntityClaim]) -> list[Pair]:
    """Every ordered pair whose types a relation allows and whose text offers evidence."""
    order = sorted(range(len(accepted)), key=lambda i: (-len(accepted[i].mentions), i))[:_MAX_PAIRED]
    chosen = sorted(i for i in order if accepted[i].mentions)
    allowed = {ends for options in ENDS.values() for ends in options}
    wanted = [(s, o) for s, o in permutations(chosen, 2) if (claims[s].type, claims[o].type) in allowed]
    spans = {i: [mention.span for mention in claims[i].mentions] for i in chosen}
    evidence = {(s, o): _stated(paper, relation_evidence(paper.reading.text, spans[s], claims[o], paper.sentences)) for s, o in wanted}
    wanted = [pair for pair in wanted if evidence[pair]]
    if not wanted:
        return []
    tagging = paper.view.tagging
    places = [one.mentions for one in accepted]
    index = {i: n for n, i in enumerate(chosen)}
    types = [TYPES.index(claims[i].type.value) for i in chosen]
    pooled = tagging.heads.pool(tagging.vectors, [places[i] for i in chosen])
    heads = tagging.heads.relations(tagging.vectors, [places[i] for i in chosen], pooled, types, [(index[s], index[o]) for s, o in wanted])
    rules = {(r.subject, r.object): r for r in find_relations(paper.reading.text, claims, paper.sentences)}
    mains = {main_entity(claims, type_) for type_ in (EntityType.METHOD, EntityType.DATASET)}
    found = []
    for (s, o), head in zip(wanted, heads, strict=True):
        rule = rules.get((s, o))
        bucket, _ = relate(places[s], places[o])
        features = pair_features(
            End(claims[s].type, claims[s].role, s in mains),
            End(claims[o].type, claims[o].role, o in mains),
            head,
            together=any(e.subject is not None for e in evidence[s, o]),
            bucket=bucket,
            by_rule=rule.predicate if rule else None,
            cues=find_cues(paper.reading.text, evidence[s, o]),
        )
        found.append(Pair(s, o, features, evidence[s, o], rule.rule if rule else ""))
    return found


def _stated(paper: Draft, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence in which the object is neither denied nor planned."""
    return tuple(e for e in evidence if assertion(paper.reading.text, e.sentence, e.object) is Assertion.STATED)


# Least probability of a relation: from 0.35 to 0.5 relation F1 on held-out folds moves by .01, best at 0.35.
ACCEPTED_RELATION = 0.36


def decide_relations(
    paper: Draft, accepted: Sequence[Accepted], claims: Sequence[EntityClaim], decisions: Decisions
) -> list[RelationClaim]:
    """The relations that the decisions see, in order of subject, predicate, object."""
    both = pairs(paper, accepted, claims)
    found = []
    decisions_on = decisions.relations([(claims[pair.subject].type, claims[pair.object].type, pair.features) for pair in both])
    for pair, decided in zip(both, decisions_on, strict=True):
        if decided is None or decided[1] < ACCEPTED_RELATION:
            continue
        relation, p = decided
        ends = accepted[pair.subject].decision.right * accepted[pair.object].decision.right
        score = decisions.calibrated("relation", relation.value, p * ends)
        rule = pair.by_rule if pair.by_rule.startswith(relation.value) else f"{relation.value}.tagger"
        found.append(RelationClaim(pair.subject, relation, pair.object, pair.evidence, rule, score))
    order = list(Relation)
    return sorted(found, key=lambda r: (r.subject, order.index(r.predicate), r.object))
