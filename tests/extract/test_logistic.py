"""A softmax regression over named features: what goes through JSON, and what its probabilities are."""

from __future__ import annotations

import json
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.logistic import Model, from_json, load, to_json

FEATURES = ("bias", "capital letter", "tagger: Method")
WEIGHTS = st.floats(-20, 20).map(lambda w: round(w, 4))
MODELS = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(WEIGHTS, min_size=n, max_size=n), min_size=len(FEATURES), max_size=len(FEATURES)).map(
        lambda rows: Model(tuple(f"class {i}" for i in range(n)), {name: i for i, name in enumerate(FEATURES)}, np.array(rows))
    )
)
VALUES = st.dictionaries(st.sampled_from([*FEATURES, "unseen"]), st.floats(-50, 50))

MODEL = Model(("no", "yes"), {"bias": 0, "capital": 1}, np.array([[0.0, -1.0], [0.0, 3.0]]))


def test_probabilities_are_those_of_a_softmax() -> None:
    expected = 1 / (1 + math.exp(-2.0))
    assert MODEL.probabilities({"bias": 1.0, "capital": 1.0})["yes"] == pytest.approx(expected)
    assert MODEL.probabilities({"bias": 1.0, "capital": 0.5})["yes"] == pytest.approx(1 / (1 + math.exp(-0.5)))


def test_without_features_all_classes_are_as_likely() -> None:
    assert MODEL.probabilities({}) == {"no": 0.5, "yes": 0.5}


def test_json_holds_a_feature_a_line_with_four_decimals_in_order_of_names() -> None:
    model = Model(("a", "b"), {"z": 0, "y": 1}, np.array([[1.00004, 2], [1 / 3, -0.5]]))
    value = to_json(model)
    assert value == {"classes": ["a", "b"], "features": {"y": [0.3333, -0.5], "z": [1.0, 2.0]}}
    assert list(value["features"]) == ["y", "z"]


def test_a_model_without_features_is_read_too() -> None:
    assert from_json({"classes": ["a", "b"], "features": {}}).probabilities({"x": 1.0}) == {"a": 0.5, "b": 0.5}


def test_load_reads_the_models_of_a_file(tmp_path) -> None:
    path = tmp_path / "decisions.json"
    path.write_text(json.dumps({"entity": to_json(MODEL)}), encoding="utf-8")
    assert load(path)["entity"].probabilities({"capital": 2.0}) == MODEL.probabilities({"capital": 2.0})


@settings(deadline=None)
@given(MODELS, VALUES)
def test_probabilities_add_up_to_one(model: Model, features: dict[str, float]) -> None:
    found = model.probabilities(features)
    assert tuple(found) == model.classes
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 <= p <= 1 for p in found.values())


@settings(deadline=None)
@given(MODELS, VALUES)
def test_a_model_decides_the_same_after_json(model: Model, features: dict[str, float]) -> None:
    again = from_json(json.loads(json.dumps(to_json(model))))
    assert to_json(again) == to_json(model)
    assert again.probabilities(features) == pytest.approx(model.probabilities(features))


@settings(deadline=None)
@given(MODELS, st.lists(VALUES, max_size=4))
def test_observations_together_have_the_probabilities_of_each_alone(model: Model, observed: list[dict[str, float]]) -> None:
    assert model.probabilities_of(observed) == [pytest.approx(model.probabilities(features)) for features in observed]


@settings(deadline=None)
@given(MODELS, VALUES, st.floats(-1e6, 1e6))
def test_unknown_features_count_nothing(model: Model, features: dict[str, float], value: float) -> None:
    assert model.probabilities({**features, "unseen": value}) == model.probabilities({k: v for k, v in features.items() if k != "unseen"})


@given(st.randoms(use_true_random=False))
def test_the_order_of_features_changes_no_bit(chance: Random) -> None:
    names = [f"f{i}" for i in range(40)]
    weights = np.array([[chance.uniform(-2, 2) for _ in range(3)] for _ in names])
    model = Model(("a", "b", "c"), {name: i for i, name in enumerate(names)}, weights)
    features = {name: chance.uniform(-1, 1) for name in names}
    shuffled = dict(chance.sample(sorted(features.items()), len(features)))
    assert model.probabilities(features) == model.probabilities(shuffled)
