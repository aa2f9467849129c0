"""Learns the decisions: softmax regressions on drafts of papers that the tagger was not trained on.

Labels come from gold by the matching that scores are counted with. Regularised by the inverse of the squared weights (L2), strength by `C`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kg.evaluate import comparable
from kg.extract.acceptance import accept, to_claim
from kg.extract.decisions import NONE, Decisions, calibration_features
from kg.extract.draft import Draft
from kg.extract.entities import Name
from kg.extract.features import name_features, role_features, words_of
from kg.extract.logistic import Model
from kg.extract.pairs import pairs
from kg.extract.reliability import Outcome
from kg.extract.tagger.labels import ROLES_OF, TYPES
from kg.model import EntityType

C = {"entity": 0.5, "role": 0.3, "relation": 0.1, "calibration": 0.1}


@dataclass(slots=True)
class Table:
    """Observations of one decision."""

    features: list[dict[str, float]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, features: dict[str, float], label: str, weight: float = 1.0) -> None:
        """One observation."""
        self.features.append(features)
        self.labels.append(label)
        self.weights.append(weight)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A draft with the gold row of its paper."""

    draft: Draft
    row: Mapping[str, Any]


def gold_of(paper: Labelled, name: Name) -> int | None:
    """The gold entity that a name stands for, whatever its type: the one that shares a form, the required one first."""
    forms = {comparable(p.surface(paper.draft.reading)) for p in name.places} - {""}
    best = None
    for j, entity in enumerate(paper.row["entities"]):
        if forms & {comparable(form) for form in (entity["name"], *entity["aliases"])}:
            if entity.get("required", True):
                return j
            best = j if best is None else best
    return best


def learn_names(papers: Iterable[Labelled]) -> tuple[dict[str, Model], dict[str, Table]]:
    """The models of types and roles."""
    tables = {"entity": Table(), **{f"role:{type_}": Table() for type_ in TYPES}}
    for paper in papers:
        for name in paper.draft.names:
            _observe_name(paper, name, tables)
    models = {key: fit(table, C[key.split(":")[0]], _classes(key)) for key, table in tables.items()}
    return models, tables


def _observe_name(paper: Labelled, name: Name, tables: Mapping[str, Table]) -> None:
    draft = paper.draft
    features = name_features(draft.reading, name, draft.view)
    j = gold_of(paper, name)
    if j is None:
        tables["entity"].add(features, NONE)
        return
    entity = paper.row["entities"][j]
    required = entity.get("required", True)
    tables["entity"].add(features, f"{entity['type']}:{'required' if required else 'optional'}")
    type_ = EntityType(entity["type"])
    places = words_of(draft.reading, name, draft.view)
    tagging = draft.view.tagging
    head = None
    if places:
        head = tagging.heads.roles(tagging.heads.pool(tagging.vectors, [places]), [TYPES.index(type_.value)])[0]
    tables[f"role:{type_}"].add(role_features(draft.reading, name, type_, draft.view, head), entity["role"], 1.0 if required else 0.4)


def learn_relations(papers: Iterable[Labelled], names: Mapping[str, Model]) -> tuple[Model, Table]:
    """The model of relations, on the entities that the models of names accept and gold has."""
    table = Table()
    decisions = Decisions(names)
    for paper in papers:
        _observe_pairs(paper, decisions, table)
    return fit(table, C["relation"], _classes("relation")), table


def _observe_pairs(paper: Labelled, decisions: Decisions, table: Table) -> None:
    accepted = list(accept(paper.draft, decisions))
    claims = [to_claim(paper.draft, one, decisions) for one in accepted]
    gold = [gold_of(paper, one.name) for one in accepted]
    entities = paper.row["entities"]
    stated = {(s, o): p for s, p, o in paper.row["relations"]}
    for pair in pairs(paper.draft, accepted, claims):
        s, o = gold[pair.subject], gold[pair.object]
        if s is None or o is None or s == o:
            continue
        both = entities[s].get("required", True) and entities[o].get("required", True)
        label = stated.get((entities[s]["name"], entities[o]["name"]), NONE)
        table.add(pair.features, label, 1.0 if both else 0.5)


def learn_calibration(outcomes: Iterable[Outcome]) -> dict[str, Model]:
    """The maps from scores to shares of right answers, per kind, learnt on held-out outcomes."""
    tables = {kind: Table() for kind in ("entity", "role", "relation")}
    for kind, label, score, right in outcomes:
        tables[kind].add(calibration_features(label, score), "right" if right else "wrong")
    return {f"calibration:{kind}": fit(table, C["calibration"], ("right", "wrong")) for kind, table in tables.items()}


def _classes(key: str) -> tuple[str, ...]:
    from kg.model import Relation

    if key == "entity":
        return (NONE, *(f"{type_}:{part}" for type_ in TYPES for part in ("required", "optional")))
    if key == "relation":
        return (NONE, *(relation.value for relation in Relation))
    return tuple(role.value for role in ROLES_OF[EntityType(key.split(":")[1])])


def fit(table: Table, c: float, classes: Sequence[str]) -> Model:
    """A softmax regression; a feature seen fewer than three times is left out, a class never seen gets no chance."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    counts: dict[str, int] = {}
    for features in table.features:
        for name, value in features.items():
            counts[name] = counts.get(name, 0) + (value != 0)
    kept = [{name: value for name, value in f.items() if counts[name] >= 3} for f in table.features]
    vectoriser = DictVectorizer(sparse=False)
    x = vectoriser.fit_transform(kept)
    model = LogisticRegression(C=c, max_iter=3000, fit_intercept=False)
    model.fit(x, table.labels, sample_weight=table.weights)
    weights = np.zeros((x.shape[1], len(classes)))
    seen = list(model.classes_)
    rows = model.coef_ if len(seen) > 2 else np.vstack([-model.coef_ / 2, model.coef_ / 2])
    bias = vectoriser.feature_names_.index("bias")
    for column, name in enumerate(classes):
        if name in seen:
            weights[:, column] = rows[seen.index(name)]
        else:
            weights[bias, column] = -20.0
    return Model(tuple(classes), {name: i for i, name in enumerate(vectoriser.feature_names_)}, weights)
