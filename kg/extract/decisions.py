"""The decisions on one document: which names are entities and of which type, the paper's role to each, the relations between them.

Softmax regressions over `kg.extract.features`, learnt on papers that the tagger was not trained on; `Decisions` holds the loaded weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.extract import logistic
from kg.extract.logistic import Features, Model
from kg.extract.tagger.labels import ROLES_OF
from kg.model import EntityType, Relation, Role

# Which relation can hold from one type to another, as the ontology's domains and ranges say.
ENDS: dict[Relation, frozenset[tuple[EntityType, EntityType]]] = {
    Relation.BASED_ON: frozenset({(EntityType.METHOD, EntityType.METHOD)}),
    Relation.PART_OF: frozenset({(EntityType.METHOD, EntityType.METHOD), (EntityType.DATASET, EntityType.DATASET)}),
    Relation.TRAINED_ON: frozenset({(EntityType.METHOD, EntityType.DATASET)}),
    Relation.EVALUATED_ON: frozenset({(EntityType.METHOD, EntityType.DATASET)}),
    Relation.COMPARED_WITH: frozenset({(EntityType.METHOD, EntityType.METHOD)}),
    Relation.RUNS_ON: frozenset({(EntityType.METHOD, EntityType.HARDWARE)}),
    Relation.APPLIED_TO: frozenset({(EntityType.METHOD, EntityType.TASK)}),
    Relation.DERIVED_FROM: frozenset({(EntityType.DATASET, EntityType.DATASET)}),
    Relation.BENCHMARK_FOR: frozenset({(EntityType.DATASET, EntityType.TASK)}),
    Relation.DEPLOYED_BY: frozenset({(EntityType.METHOD, EntityType.ORGANISATION)}),
}
NONE = "none"
_CLASSES_OF = tuple((type_, f"{type_.value}:required", f"{type_.value}:optional") for type_ in EntityType)


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """What a name is taken for."""

    type: EntityType
    right: float  # probability that it is an entity of that type, a proper name or a term
    required: float  # probability that it is one that a good graph must have


@dataclass(frozen=True, slots=True)
class Decisions:
    """The loaded regressions of one variant."""

    models: Mapping[str, Model]

    def types(self, names: Sequence[Features]) -> list[TypeDecision]:
        """The likeliest type of each name; classes are "none", and each type with ":required" or ":optional"."""
        return [_type(shares) for shares in self.models["entity"].probabilities_of(names)]

    def role(self, type_: EntityType, features: Features) -> tuple[Role, float]:
        """The likeliest role towards an entity of that type, and its probability."""
        p = self.models[f"role:{type_.value}"].probabilities(features)
        best = max(ROLES_OF[type_], key=lambda role: p[role.value])
        return best, p[best.value]

    def relations(self, pairs: Sequence[tuple[EntityType, EntityType, Features]]) -> list[tuple[Relation, float] | None]:
        """Of each pair the likeliest relation that the two types allow, and its probability; None where their types allow none."""
        shares = self.models["relation"].probabilities_of([features for _, _, features in pairs])
        return [_relation((s, o), features, found) for (s, o, features), found in zip(pairs, shares, strict=True)]

    @property
    def is_calibrated(self) -> bool:
        """Whether scores are shares of right answers."""
        return "calibration:entity" in self.models

    def calibrated(self, kind: str, label: str, score: float) -> float:
        """The share of right answers among held-out ones of such a score, kind ("entity", "role", "relation") and label; two decimals.

        Without a calibration the score itself. Platt's logistic map (Platt 1999; Niculescu-Mizil & Caruana 2005, doi:10.1145/1102351.1102430) with an offset per label.
        """
        model = self.models.get(f"calibration:{kind}")
        return round(model.probabilities(calibration_features(label, score))["right"] if model else score, 2)


def _type(shares: Mapping[str, float]) -> TypeDecision:
    best, required, optional = max(_CLASSES_OF, key=lambda one: shares[one[1]] + shares[one[2]])
    return TypeDecision(best, shares[required] + shares[optional], shares[required])


def _relation(ends: tuple[EntityType, EntityType], features: Features, shares: dict[str, float]) -> tuple[Relation, float] | None:
    allowed = [relation for relation, options in ENDS.items() if ends in options]
    if not allowed:
        return None
    if "cue.before.trained" in features and "cue.before.evaluated" not in features:
        # What follows "trained on" is not evaluated on: too rare in gold to be learnt (3 right, 1 wrong on held-out folds).
        shares[Relation.TRAINED_ON] += shares[Relation.EVALUATED_ON]
        shares[Relation.EVALUATED_ON] = 0.0
    best = max(allowed, key=lambda relation: shares[relation.value])
    return best, shares[best.value]


def calibration_features(label: str, score: float) -> dict[str, float]:
    """What a calibration is read from: the log odds of a score in [0, 1], and its label."""
    p = min(max(score, 0.001), 0.999)
    return {"bias": 1.0, "odds": math.log(p / (1 - p)), f"label.{label}": 1.0}


def load(path: Path) -> Decisions:
    """The decisions of a file of weights."""
    return Decisions(logistic.load(path))
