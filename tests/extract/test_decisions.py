"""Decisions of hand-made regressions: which type, role and relation wins, and how sure it is."""

from __future__ import annotations

import json
from itertools import pairwise, product

import numpy as np
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib import OWL, RDFS, URIRef
from rdflib.collection import Collection

from kg import vocab
from kg.extract.decisions import ENDS, NONE, Decisions, calibration_features, load
from kg.extract.logistic import Model, to_json
from kg.model import EntityType, Relation, Role
from kg.resources import folder

TYPE_CLASSES = (NONE, *(f"{type_}:{part}" for type_ in EntityType for part in ("required", "optional")))
RELATION_CLASSES = (NONE, *Relation)
SCORES = st.floats(0, 1)


def model(classes: tuple[str, ...], **shares: float) -> Model:
    """A model that gives class "a_b" of `shares` (for "a:b") that probability when it sees "bias"; the other classes share the rest."""
    named = {name.replace("_", ":"): share for name, share in shares.items()}
    rest = (1 - sum(named.values())) / (len(classes) - len(named))
    return Model(tuple(map(str, classes)), {"bias": 0}, np.log([[named.get(name, rest) for name in classes]]))


def calibration(bias: float, odds: float, **labels: float) -> Model:
    """A model that adds up weights for "right", those for "wrong" being 0."""
    weights = {"bias": bias, "odds": odds, **{f"label.{name}": weight for name, weight in labels.items()}}
    return Model(("right", "wrong"), {name: i for i, name in enumerate(weights)}, np.array([[w, 0.0] for w in weights.values()]))


@pytest.mark.parametrize(
    ("shares", "type_", "right", "required"),
    [
        ({"Method_required": 0.6, "Method_optional": 0.1, "Dataset_required": 0.2}, EntityType.METHOD, 0.7, 0.6),
        # A type is as likely as both its classes together.
        ({"Method_required": 0.35, "Task_required": 0.2, "Task_optional": 0.3}, EntityType.TASK, 0.5, 0.2),
        # Even where it is likeliest no entity at all, a type is named: whether it is taken is decided by the probabilities.
        ({"none": 0.9, "Hardware_optional": 0.08}, EntityType.HARDWARE, 0.08, 0.0),
    ],
)
def test_type(shares: dict[str, float], type_: EntityType, right: float, required: float) -> None:
    [decision] = Decisions({"entity": model(TYPE_CLASSES, **shares)}).types([{"bias": 1.0}])
    assert decision.type is type_
    assert decision.right == pytest.approx(right, abs=0.01)
    assert decision.required == pytest.approx(required, abs=0.01)


@pytest.mark.parametrize("type_", EntityType)
def test_each_type_decides_its_roles_by_a_model_of_its_own(type_: EntityType) -> None:
    classes = tuple(Role)
    models = {f"role:{t}": model(classes, mentions=0.9) for t in EntityType if t is not type_}
    role = {EntityType.HARDWARE: Role.RUNS_ON, EntityType.ORGANISATION: Role.AFFILIATED_WITH, EntityType.TASK: Role.ADDRESSES}
    wanted = role.get(type_, Role.USES)
    decisions = Decisions({**models, f"role:{type_}": model(classes, **{wanted: 0.7})})
    assert decisions.role(type_, {"bias": 1.0}) == (wanted, pytest.approx(0.7))


def test_a_role_that_the_type_cannot_have_is_never_chosen() -> None:
    decisions = Decisions({"role:Hardware": model(tuple(Role), introduces=0.6, runsOn=0.2)})
    assert decisions.role(EntityType.HARDWARE, {"bias": 1.0}) == (Role.RUNS_ON, pytest.approx(0.2))


M, D, H, ORG, T = EntityType


@pytest.mark.parametrize(
    ("ends", "shares", "expected"),
    [
        ((M, D), {"evaluatedOn": 0.5, "trainedOn": 0.3}, (Relation.EVALUATED_ON, 0.5)),
        # The likeliest of all cannot hold between these two.
        ((M, D), {"comparedWith": 0.6, "trainedOn": 0.3}, (Relation.TRAINED_ON, 0.3)),
        ((M, M), {"comparedWith": 0.6, "trainedOn": 0.3}, (Relation.COMPARED_WITH, 0.6)),
        ((D, D), {"basedOn": 0.5, "derivedFrom": 0.2}, (Relation.DERIVED_FROM, 0.2)),
        # No relation at all is likelier still, and the caller sees it by the probability.
        ((M, T), {"none": 0.9, "appliedTo": 0.05}, (Relation.APPLIED_TO, 0.05)),
        # Nothing relates these types in that direction.
        ((T, M), {"appliedTo": 0.9}, None),
        ((H, ORG), {"deployedBy": 0.9}, None),
    ],
)
def test_relation(ends: tuple[EntityType, EntityType], shares: dict[str, float], expected: tuple[Relation, float] | None) -> None:
    [found] = Decisions({"relation": model(RELATION_CLASSES, **shares)}).relations([(*ends, {"bias": 1.0})])
    assert found == (None if expected is None else (expected[0], pytest.approx(expected[1])))


@given(st.sampled_from(EntityType), st.sampled_from(EntityType), st.lists(st.floats(-9, 9), min_size=11, max_size=11))
def test_a_relation_is_one_that_the_types_allow(subject: EntityType, object_: EntityType, weights: list[float]) -> None:
    regression = Model(tuple(map(str, RELATION_CLASSES)), {"bias": 0}, np.array([weights]))
    [found] = Decisions({"relation": regression}).relations([(subject, object_, {"bias": 1.0})])
    if found is None:
        assert not any((subject, object_) in ends for ends in ENDS.values())
    else:
        assert (subject, object_) in ENDS[found[0]]


ONTOLOGY = rdflib.Graph().parse(folder("schema") / "ontology.ttl")


def types_of(relation: Relation, side: URIRef) -> set[EntityType]:
    """The types of entities in a property's domain or range."""
    class_ = ONTOLOGY.value(URIRef(vocab.own(relation).value), side)
    union = ONTOLOGY.value(class_, OWL.unionOf)
    members = {str(member) for member in (Collection(ONTOLOGY, union) if union else [class_])}
    return {type_ for type_, classes in vocab.CLASSES.items() if classes[0].value in members}


@pytest.mark.parametrize("relation", Relation)
def test_ends_are_the_domains_and_ranges_of_the_ontology(relation: Relation) -> None:
    allowed = set(product(types_of(relation, RDFS.domain), types_of(relation, RDFS.range)))
    if relation is Relation.PART_OF:  # narrower: a part is sought in a whole of its own type
        allowed = {(subject, object_) for subject, object_ in allowed if subject is object_}
    assert ENDS[relation] == allowed


def test_without_a_calibration_the_score_stays() -> None:
    assert Decisions({}).calibrated("entity", "Method", 0.617) == 0.62


def test_a_calibration_is_asked_by_kind_and_label() -> None:
    decisions = Decisions({"calibration:entity": calibration(0.0, 1.0, Method=1.0), "calibration:role": calibration(-3.0, 1.0)})
    assert decisions.calibrated("entity", "Method", 0.5) == 0.73  # 1 / (1 + e^-1)
    assert decisions.calibrated("entity", "Dataset", 0.5) == 0.5
    assert decisions.calibrated("role", "uses", 0.5) == 0.05
    assert decisions.calibrated("relation", "basedOn", 0.5) == 0.5


@given(st.lists(SCORES, min_size=2), st.floats(-4, 4), st.floats(0.1, 3), st.sampled_from(["Method", "Task"]))
def test_a_higher_score_is_never_calibrated_lower(scores: list[float], bias: float, odds: float, label: str) -> None:
    decisions = Decisions({"calibration:entity": calibration(bias, odds, Method=0.8)})
    found = [decisions.calibrated("entity", label, score) for score in sorted(scores)]
    assert all(low <= high for low, high in pairwise(found))
    assert all(0 <= score <= 1 for score in found)


@given(SCORES)
def test_a_calibration_that_changes_nothing_gives_the_score_back(score: float) -> None:
    assert Decisions({"calibration:role": calibration(0.0, 1.0)}).calibrated("role", "uses", score) == pytest.approx(score, abs=0.0051)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_certain_scores_have_finite_odds(score: float) -> None:
    assert abs(calibration_features("Method", score)["odds"]) < 7


def test_load_reads_a_file_of_weights(tmp_path) -> None:
    path = tmp_path / "decisions.json"
    path.write_text(json.dumps({"relation": to_json(model(RELATION_CLASSES, basedOn=0.8))}), encoding="utf-8")
    assert load(path).relations([(M, M, {"bias": 1.0})]) == [(Relation.BASED_ON, pytest.approx(0.8, abs=0.001))]
