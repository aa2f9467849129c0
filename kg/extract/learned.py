"""The trained extractor: rules and tagger propose names, learnt regressions decide on types, roles and relations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from pathlib import Path

from kg.extract import decisions as decisions_file
from kg.extract.abbreviations import find_abbreviations
from kg.extract.assertion import Assertion, assertion
from kg.extract.candidates import Candidate, Vote
from kg.extract.decisions import Decisions, TypeDecision
from kg.extract.entities import Name, add_proposed, best_name, group_names, with_places
from kg.extract.evidence import best_evidence
from kg.extract.features import End, Tagged, name_features, pair_features, role_features, tagged, words_of
from kg.extract.links import find_link_spans, to_claims
from kg.extract.pipeline import find_candidates, rules_digest
from kg.extract.reading import Reading, read
from kg.extract.relations import find_cues, find_relations, main_entity, relation_evidence
from kg.extract.roles import decide
from kg.extract.sentences import around
from kg.extract.tagger.geometry import WordSpan, relate
from kg.extract.tagger.labels import CLASSES, TYPES
from kg.extract.tagger.tagging import Tagger, Tagging
from kg.model import Abbreviation, Document, EntityClaim, EntityType, Evidence, Extraction, Mention, Relation, RelationClaim, Role, Span
from kg.names import digest

WEIGHTS = Path(__file__).parent / "weights"
_MAX_PAIRED = 60  # entities of one document that relations are sought between; those mentioned most


@dataclass(frozen=True, slots=True)
class Draft:
    """One document, read and its names found; nothing decided yet. What the decisions are learnt from and made on."""

    reading: Reading
    names: tuple[Name, ...]
    view: Tagged
    sentences: tuple[Span, ...]
    abbreviations: tuple[Abbreviation, ...]
    links: tuple[Span, ...]


def draft(document: Document, tagging: Tagging) -> Draft:
    """All names that a rule or the tagger proposes, with what each says of them."""
    view = tagged(tagging)
    reading = read(document, frozenset(edge for span, _ in view.spans for edge in (span.start, span.end)))
    links = tuple(find_link_spans(reading.text))
    proposed = [c for span, label in view.spans for c in _proposed(reading, span, label)]
    candidates = [c for c in find_candidates(reading) if not any(c.span(reading).overlaps(link) for link in links)]
    abbreviations = tuple(find_abbreviations(reading.text))
    by_rules = group_names(reading, candidates, abbreviations)
    outside = [_counted(c, candidates) for c in proposed if not any(c.span(reading).overlaps(link) for link in links)]
    names = tuple(add_proposed(reading, by_rules, outside, abbreviations))
    return Draft(reading, names, view, reading.sentence_spans(), abbreviations, links)


# "the Long Form (LF)" names two things and no article; "X's" does not belong to X.
_EDGES = re.compile(r"^(?:(?:the|a|an|our|its|their)\s+|[^\w(\[.]+)+|(?:['’]s|[^\w)\]+*]+)+$", re.IGNORECASE)


def _proposed(reading: Reading, span: Span, label: str) -> Iterator[Candidate]:
    """What the tagger proposes, parted at brackets; its vote is light, since the decision reads the probabilities themselves."""
    for part in re.finditer(r"[^()\[\]]+", span.of(reading.text)):
        text = part[0]
        kept = _EDGES.sub("", text)
        if kept and any(c.isalnum() for c in kept):
            start = span.start + part.start() + text.index(kept)
            first, last = reading.tokens(Span(start, start + len(kept)))
            if first < last:
                yield Candidate(first, last, (Vote(EntityType(label.split(":")[0]), 0.01, "tagger"),), priority=1)


def _counted(proposed: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """The proposal with the number of devices that a rule read at the same place, however it set the edges."""
    counts = [c.count for c in candidates if c.count and c.start < proposed.end and proposed.start < c.end]
    return replace(proposed, count=max(counts)) if counts else proposed


@dataclass(frozen=True, slots=True)
class Accepted:
    """A name that was taken for an entity."""

    name: Name
    decision: TypeDecision
    role: Role
    role_score: float
    mentions: tuple[WordSpan, ...]  # in the tagger's words


class LearnedExtractor:
    """Extracts by the trained tagger, the rules and the regressions; deterministic, on the CPU, without a network."""

    def __init__(self, variant: str, folder: Path = WEIGHTS) -> None:
        self.variant = variant
        self._folder = folder
        self._tagger = Tagger(folder, variant)
        self._decisions = decisions_file.load(folder / f"decisions-{variant}.json")

    @property
    def version(self) -> str:
        """Variant and digest: it changes with the weights, any rule and any row of a gazetteer."""
        return f"{self.variant}-{digest(rules_digest(), _weights_digest(self._folder, self.variant), length=8)}"

    def extract(self, document: Document) -> Extraction:
        """Entities with roles, relations and links of one document, each with evidence; empty for an empty text."""
        return decide_all(draft(document, self._tagger.read([document.text])[0]), self._decisions)


@cache
def _weights_digest(folder: Path, variant: str) -> str:
    """Sixteen hex digits over the files of a variant."""
    import hashlib

    hasher = hashlib.sha256()
    for name in ("tokenizer.json", "pieces.npz", f"{variant}.npz", f"{variant}.onnx", f"decisions-{variant}.json"):
        hasher.update((folder / name).read_bytes())
    return hasher.hexdigest()[:16]


# A statement that is more likely wrong than right on held-out papers is not made, nor one that is hardly better. At 0.45 the
# precision of names on held-out folds rises from .867 to .879 and that of relations from .58 to .71; F1 of roles stays at .73.
STATED_SCORE = 0.45


def decide_all(paper: Draft, decisions: Decisions) -> Extraction:
    """The extraction that the decisions make of a draft; without a calibration nothing is left out for its score."""
    least = STATED_SCORE if decisions.is_calibrated else 0.0
    both = [(one, to_claim(paper, one, decisions)) for one in accept(paper, decisions)]
    both = [(one, claim) for one, claim in both if claim.score >= least]
    accepted, claims = [one for one, _ in both], [claim for _, claim in both]
    relations = tuple(r for r in find_pairs(paper, accepted, claims, decisions) if r.score >= least)
    links = to_claims(paper.reading.text, paper.links, paper.sentences)
    return Extraction(tuple(claims), relations, links, paper.abbreviations)


def accept(paper: Draft, decisions: Decisions) -> Iterator[Accepted]:
    """The names that are taken for entities, with their roles, in order of their first mentions."""
    kept = _without_overlaps([(name, decisions.type(name_features(paper.reading, name, paper.view))) for name in paper.names])
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
    return EntityClaim(
        name=canonical,
        type=type_,
        aliases=tuple(sorted({m.surface for m in mentions} - {canonical})),
        mentions=mentions,
        role=role,
        evidence=best_evidence(mentions, place, paper.sentences, asserted),
        rule=role_rule,
        score=decisions.calibrated("role", role.value, one.decision.right * role_score),
        count=max((p.count for p in name.places if p.count), default=None),
    )


def _best_place(one: Accepted, role: Role, view: Tagged) -> int | None:
    """The mention whose words speak most for the role."""
    label = f"{one.decision.type.value}:{role.value}"
    if label not in CLASSES or len(one.mentions) != len(one.name.places):
        return None
    column = CLASSES.index(label)
    return max(range(len(one.mentions)), key=lambda i: (float(view.classes[slice(*one.mentions[i]), column].mean()), -i), default=None)


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
    allowed = {ends for options in decisions_file.ENDS.values() for ends in options}
    wanted = [(s, o) for s, o in permutations(chosen, 2) if (claims[s].type, claims[o].type) in allowed]
    evidence = {(s, o): _stated(paper, relation_evidence(paper.reading.text, claims[s], claims[o], paper.sentences)) for s, o in wanted}
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


def find_pairs(paper: Draft, accepted: Sequence[Accepted], claims: Sequence[EntityClaim], decisions: Decisions) -> list[RelationClaim]:
    """The relations that the decisions see, in order of subject, predicate, object."""
    found = []
    for pair in pairs(paper, accepted, claims):
        subject, object_ = claims[pair.subject], claims[pair.object]
        decided = decisions.relation(subject.type, object_.type, pair.features)
        if decided is None or decided[1] < ACCEPTED_RELATION:
            continue
        relation, p = decided
        ends = accepted[pair.subject].decision.right * accepted[pair.object].decision.right
        score = decisions.calibrated("relation", relation.value, p * ends)
        rule = pair.by_rule if pair.by_rule.startswith(relation.value) else f"{relation.value}.tagger"
        found.append(RelationClaim(pair.subject, relation, pair.object, pair.evidence, rule, score))
    order = list(Relation)
    return sorted(found, key=lambda r: (r.subject, order.index(r.predicate), r.object))


# Least probability of a relation: from 0.35 to 0.5 relation F1 on held-out folds moves by .01, best at 0.35.
ACCEPTED_RELATION = 0.36
