"""What speaks for and against a name, a role and a relation, as named numbers: the tagger's probabilities beside what the rules saw.

The decisions of `kg.extract.decisions` weigh these; the weights are learnt on papers that the tagger had not been trained on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kg.extract.entities import ACCEPT, Name
from kg.extract.lexicon import lexicon
from kg.extract.reading import Reading
from kg.extract.relations import cues_before
from kg.extract.roles import decide
from kg.extract.shapes import Shape, is_known_concept, shape
from kg.extract.tagger.encoder import Array
from kg.extract.tagger.geometry import WordSpan
from kg.extract.tagger.labels import CLASSES, ROLES_OF, TYPES
from kg.extract.tagger.tagging import Tagging
from kg.gazetteer import generic_terms, metrics
from kg.model import EntityType, Relation, Role, Span
from kg.names import normal_form

# (n_classes, 2 · n_types): which classes are a required name of which type, and which an optional one.
_PARTS = np.array(
    [[float(c.startswith(f"{t}:") and c.endswith(":optional") is optional) for optional in (False, True) for t in TYPES] for c in CLASSES]
)
_TAG_NAMES = tuple((f"tag.required.{t}", f"tag.optional.{t}", f"tag.most.{t}", f"tag.odds.{t}") for t in TYPES)
_HEAD_NAMES = tuple((f"head.{r}", f"share.{r}") for r in ("none", *Relation))
_NUMBER_OF = {role: number for number, role in enumerate(Role)}
_MOST_VOTES = 4.0


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tagger's view of one document, made once: what each name's features are read from."""

    tagging: Tagging
    classes: Array  # (n_words, n_classes) probabilities, begin and inside together
    sums: NDArray[np.float64]  # (n_words + 1, n_classes): of all words before
    parts: Sequence[Sequence[float]]  # the same, of the classes of required names of each type, then of optional ones
    begins: Sequence[float]  # per word, probability that a name begins here
    insides: Sequence[float]  # per word, probability that a name goes on here
    path: Mapping[WordSpan, str]  # spans of the best path and their class
    spans: tuple[tuple[Span, str], ...]  # the same in characters, in text order


def tagged(tagging: Tagging) -> Tagged:
    """The view of a tagging."""
    marks = tagging.labels[:, 1:].reshape(len(tagging.words), len(CLASSES), 2)
    spans = tagging.spans()
    path = {(t.start, t.end): CLASSES[t.label] for _, t in spans}
    named = tuple((span, CLASSES[t.label]) for span, t in spans)
    classes = marks[:, :, 0] + marks[:, :, 1]
    sums = np.vstack([np.zeros((1, len(CLASSES))), np.cumsum(classes, axis=0, dtype=np.float64)])
    parts = (sums @ _PARTS).tolist()
    return Tagged(tagging, classes, sums, parts, marks[:, :, 0].sum(-1).tolist(), marks[:, :, 1].sum(-1).tolist(), path, named)


def place_shares(places: Sequence[WordSpan], view: Tagged) -> NDArray[np.float64]:
    """Mean probabilities (n_places, n_classes) over the words of each place; there is at least one place."""
    edges = np.array(places)
    shares: NDArray[np.float64] = (view.sums[edges[:, 1]] - view.sums[edges[:, 0]]) / (edges[:, 1:] - edges[:, :1])
    return shares


def words_of(reading: Reading, name: Name, view: Tagged) -> list[WordSpan]:
    """The words of each place of a name; places without a word are left out."""
    found = (view.tagging.covering(place.span(reading)) for place in name.places)
    return [words for words in found if words is not None]


def name_features(reading: Reading, name: Name, view: Tagged) -> dict[str, float]:
    """Whether a name is an entity, and of which type."""
    features = {"bias": 1.0}
    features |= _tag_features(words_of(reading, name, view), view)
    features |= _rule_features(name)
    features |= _form_features(reading, name)
    return features


def _tag_features(places: Sequence[WordSpan], view: Tagged) -> dict[str, float]:
    if not places:
        return {}
    # Mean probabilities over the words of each place; in plain floats, since most names have one place.
    shares = [[(y - x) / (b - a) for x, y in zip(view.parts[a], view.parts[b], strict=True)] for a, b in places]
    means = most = shares[0]
    if len(shares) > 1:
        means, most = ([f(column) for column in zip(*shares, strict=True)] for f in (_mean, max))
    features: dict[str, float] = {}
    for i, (required, optional, highest, odds) in enumerate(_TAG_NAMES):
        features[required] = means[i]
        features[optional] = means[i + len(TYPES)]
        features[highest] = most[i]
        features[odds] = _odds(means[i])
    whole = sum(means)
    features["tag.any"] = whole
    features["tag.odds"] = _odds(whole)
    features["tag.odds.optional"] = _odds(sum(most[len(TYPES) :]))
    after = [view.insides[b] if b < len(view.insides) else 0.0 for _, b in places]
    features["tag.begin"] = sum(view.begins[a] for a, _ in places) / len(places)
    features["tag.end"] = 1.0 - sum(after) / len(places)
    on_path = [view.path[p] for p in places if p in view.path]
    features["tag.path"] = len(on_path) / len(places)
    for label in on_path:
        type_, part = label.split(":")
        features[f"tag.path.{type_}.{'optional' if part == 'optional' else 'required'}"] = 1.0
    return features


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _odds(p: float) -> float:
    """Log odds of a probability, between -1 (0.2 %) and 1 (99.8 %)."""
    p = min(max(p, 0.002), 0.998)
    return math.log(p / (1 - p)) / 6.2


def _rule_features(name: Name) -> dict[str, float]:
    features = {f"votes.{type_.value}": min(sum_, _MOST_VOTES) / _MOST_VOTES for type_, sum_ in name.votes.items()}
    for rule in name.fired:
        features[f"rule.{rule}"] = 1.0
    features |= {f"sign.{sign.role.value}": 1.0 for _, sign in name.signs}
    if not name.votes:
        features["rules.none"] = 1.0
    elif name.votes[name.type] >= ACCEPT:
        features[f"rules.accept.{name.type.value}"] = 1.0
    features["rules.concept"] = float(name.concept)
    return features


def _form_features(reading: Reading, name: Name) -> dict[str, float]:
    surface = max((p.surface(reading) for p in name.places), key=len)
    features = dict(_surface_features(surface))
    features["form.places"] = math.log2(len(name.places)) / 2
    features["form.title"] = float(name.places[0].end <= reading.title_end)
    features["form.only-title"] = float(name.places[-1].end <= reading.title_end)
    features["form.abbreviation"] = float(bool(name.short_form))
    if any(sign.rule == "introduces.title-head" for _, sign in name.signs):
        features["form.title-head"] = 1.0
    if all(p.start == reading.sentence(p.start)[0] for p in name.places):
        features["form.sentence-start"] = 1.0
    return features


@lru_cache(maxsize=1 << 12)
def _surface_features(surface: str) -> dict[str, float]:
    words = surface.split()
    kinds = [shape(word) for word in words]
    key = normal_form(surface)
    capitals = sum(c.isupper() for c in surface)
    return {
        "form.lower": float(surface.islower()),
        "form.strong": float(any(kind is Shape.STRONG for kind in kinds)),
        "form.weak": float(any(kind is Shape.WEAK for kind in kinds)),
        "form.capitals": min(capitals, 5) / 5,
        "form.digit": float(any(c.isdigit() for c in surface)),
        f"form.words.{min(len(words), 4)}": 1.0,
        "form.short": float(len(surface) <= 2),
        "form.plural": float(surface.endswith("s") and not surface.endswith("ss")),
        "form.generic": float(key in generic_terms()),
        "form.metric": float(key in metrics()),
        "form.concept": float(is_known_concept(surface)),
        "form.common": sum(lexicon().is_word(w) for w in words) / max(1, len(words)),
        "form.frequency": math.log1p(lexicon().frequency(surface)) / 8,
    }


def role_features(reading: Reading, name: Name, type_: EntityType, view: Tagged, head: Array | None) -> dict[str, float]:
    """How the paper stands to an entity of that type; `head` holds the probabilities of the network's role head, in order of `Role`."""
    features = {"bias": 1.0}
    places = words_of(reading, name, view)
    roles = ROLES_OF[type_]
    if places:
        columns = [CLASSES.index(f"{type_.value}:{role.value}") for role in roles]
        shares = np.maximum(place_shares(places, view)[:, columns], 0.0) + 1e-4
        spread = shares.sum(0) / shares.sum()
        most = (shares / shares.sum(1, keepdims=True)).max(0)
        for i, role in enumerate(roles):
            features[f"tag.{role.value}"] = float(spread[i])
            features[f"tag.most.{role.value}"] = float(most[i])
    if head is not None:
        for role in roles:
            features[f"head.{role.value}"] = _odds(float(head[_NUMBER_OF[role]]))
    features |= _cue_features(reading, name)
    by_rule, _, rule = decide(type_, name.signs)
    features[f"rule.{by_rule.value}"] = 1.0
    features[f"rule.{rule}"] = 1.0
    for _, sign in name.signs:
        features[f"sign.{sign.role.value}"] = min(features.get(f"sign.{sign.role.value}", 0.0) + sign.weight / 3, 1.0)
    features["form.title"] = float(name.places[0].end <= reading.title_end)
    features["form.places"] = math.log2(len(name.places)) / 2
    if any(sign.rule == "introduces.title-head" for _, sign in name.signs):
        features["form.title-head"] = 1.0
    return features


def _cue_features(reading: Reading, name: Name) -> dict[str, float]:
    """The cues just before the places outside the title: in any of them, and in all."""
    body = [place for place in name.places if place.start >= reading.title_end]
    sets = [cues_before(reading.text, reading.starts[reading.sentence(p.start)[0]], reading.starts[p.start]) for p in body]
    if not sets:
        return {}
    whole = {f"cue.all.{cue}": 1.0 for cue in frozenset.intersection(*sets)}
    return {f"cue.any.{cue}": 1.0 for cue in frozenset.union(*sets)} | whole


@dataclass(frozen=True, slots=True)
class End:
    """What a relation's features need to know of one of its entities."""

    type: EntityType
    role: Role
    main: bool  # the entity of its type that the paper introduces


def pair_features(
    subject: End, object_: End, head: Array, *, together: bool, bucket: int, by_rule: Relation | None, cues: frozenset[str]
) -> dict[str, float]:
    """What relates one entity to another; `head` holds the network's probabilities, no relation first."""
    ends = f"{subject.type.value}>{object_.type.value}"
    features = {
        "bias": 1.0,
        f"ends.{ends}": 1.0,
        f"roles.{subject.type.value}.{subject.role.value}>{object_.type.value}.{object_.role.value}": 1.0,
        "together": float(together),
        f"distance.{bucket}": 1.0,
        f"main.{int(subject.main)}{int(object_.main)}": 1.0,
        f"main.{int(subject.main)}{int(object_.main)}.{ends}": 1.0,
        f"together.{int(together)}.{ends}": 1.0,
    }
    for (odds, share), p in zip(_HEAD_NAMES, head.tolist(), strict=True):
        features[odds] = _odds(p)
        features[share] = p
    if by_rule is not None:
        features[f"rule.{by_rule.value}"] = 1.0
    features |= {f"cue.{cue}": 1.0 for cue in cues}
    features |= {f"cue.{cue}.{ends}": 1.0 for cue in cues}
    return features
