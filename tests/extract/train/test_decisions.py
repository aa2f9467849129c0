"""Learning decisions from a made-up table, and the gold entity that a name stands for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="fits the regressions")

from kg.extract.decisions import NONE, Decisions
from kg.extract.draft import Draft, draft
from kg.extract.entities import Name
from kg.extract.tagger.heads import Heads
from kg.extract.tagger.labels import CLASSES, bio
from kg.extract.tagger.tagging import Tagging
from kg.extract.tagger.words import split
from kg.extract.train.decisions import Labelled, Table, fit, gold_of, learn_calibration
from kg.model import Document


def table_of(*rows: tuple[str, str], times: int = 8, weight: float = 1.0) -> Table:
    """Each row, an observed feature and a label, as often as `times`."""
    table = Table()
    for feature, label in rows * times:
        table.add({"bias": 1.0, feature: 1.0}, label, weight)
    return table


TREES = table_of(("has leaves", "oak"), ("has needles", "pine"), ("has neither", "stone"))


def test_what_parts_the_labels_is_learnt() -> None:
    model = fit(TREES, 10.0, ("oak", "pine", "stone"))
    for feature, label in (("has leaves", "oak"), ("has needles", "pine"), ("has neither", "stone")):
        p = model.probabilities({"bias": 1.0, feature: 1.0})
        assert max(p, key=p.__getitem__) == label
        assert p[label] > 0.8
    assert set(model.index) == {"bias", "has leaves", "has needles", "has neither"}


def test_a_smaller_c_is_less_sure() -> None:
    sure, unsure = (fit(TREES, c, ("oak", "pine", "stone")).probabilities({"bias": 1.0, "has leaves": 1.0})["oak"] for c in (10.0, 0.01))
    assert 1 / 3 < unsure < sure


def test_a_class_never_seen_gets_no_chance() -> None:
    model = fit(TREES, 1.0, ("oak", "elm", "pine", "stone"))
    assert model.classes == ("oak", "elm", "pine", "stone")
    for feature in ("has leaves", "has needles", "has neither", "never seen"):
        assert model.probabilities({"bias": 1.0, feature: 1.0})["elm"] < 1e-6


def test_rare_features_are_left_out() -> None:
    table = table_of(("has leaves", "oak"), ("has needles", "pine"))
    for feature, times in (("seen twice", 2), ("seen thrice", 3), ("always zero", 0)):
        for _ in range(times):
            table.add({"bias": 1.0, feature: 1.0, "always zero": 0.0}, "oak")
    assert set(fit(table, 1.0, ("oak", "pine")).index) == {"bias", "has leaves", "has needles", "seen thrice"}


def test_two_classes_are_a_logistic_regression() -> None:
    sklearn = pytest.importorskip("sklearn.linear_model", reason="the regression to compare with")
    table = table_of(("has leaves", "right"), ("has leaves", "right"), ("has leaves", "wrong"), ("has needles", "wrong"))
    model = fit(table, 1.0, ("right", "wrong"))
    own = sklearn.LogisticRegression(C=1.0, max_iter=3000, fit_intercept=False)
    x = np.array([[1.0, "has leaves" in f, "has needles" in f] for f in table.features], dtype=float)
    own.fit(x, table.labels)
    for row, feature in zip(([1.0, 1.0, 0.0], [1.0, 0.0, 1.0]), ("has leaves", "has needles"), strict=True):
        expected = dict(zip(own.classes_, own.predict_proba([row])[0], strict=True))
        assert model.probabilities({"bias": 1.0, feature: 1.0}) == pytest.approx(expected, abs=1e-3)


def test_two_classes_among_more_keep_their_names() -> None:
    model = fit(table_of(("has leaves", "oak"), ("has needles", "elm")), 10.0, ("pine", "oak", "elm"))
    assert model.probabilities({"bias": 1.0, "has leaves": 1.0})["oak"] > 0.8
    assert model.probabilities({"bias": 1.0, "has needles": 1.0})["elm"] > 0.8


def test_weights_count() -> None:
    table = table_of(("has leaves", "oak"), weight=0.2)
    for _ in range(8):
        table.add({"bias": 1.0, "has leaves": 1.0}, "elm")
    assert fit(table, 10.0, ("oak", "elm")).probabilities({"bias": 1.0, "has leaves": 1.0})["elm"] > 0.7


def test_calibration_learns_how_often_scores_are_right() -> None:
    """Methods scored 0.9 are right 6 times in 10, datasets scored 0.9 always; low scores are right less often."""
    outcomes = [("entity", "Method", 0.9, i % 10 < 6) for i in range(200)]
    outcomes += [("entity", "Method", 0.4, i % 10 < 1) for i in range(200)]
    outcomes += [("entity", "Dataset", 0.9, i % 10 < 9) for i in range(200)]
    outcomes += [(kind, "uses", score, score > 0.5) for kind in ("role", "relation") for score in (0.2, 0.8) for _ in range(20)]
    models = learn_calibration(outcomes)
    assert set(models) == {"calibration:entity", "calibration:role", "calibration:relation"}
    decisions = Decisions(models)
    assert decisions.calibrated("entity", "Method", 0.9) == pytest.approx(0.6, abs=0.07)
    assert decisions.calibrated("entity", "Method", 0.4) == pytest.approx(0.1, abs=0.07)
    assert decisions.calibrated("entity", "Dataset", 0.9) == pytest.approx(0.9, abs=0.07)
    assert decisions.calibrated("entity", "Method", 0.7) < decisions.calibrated("entity", "Dataset", 0.7)
    assert decisions.calibrated("role", "uses", 0.2) < 0.5 < decisions.calibrated("role", "uses", 0.8)


ABSTRACT = "We propose OakNet. The oak-nets outperform ElmNet and ResNet-50 on ImageNet."


def draft_of(abstract: str) -> Draft:
    """The draft of a paper in which the tagger sees nothing."""
    document = Document(key="k", source="-", place="paper 1", source_title="On trees", title="On trees", abstract=abstract)
    words = tuple(split(document.text))
    labels = np.zeros((len(words), len(bio(CLASSES))), dtype=np.float32)
    labels[:, 0] = 1.0
    return draft(document, Tagging(words, labels, np.zeros((len(words), 4), dtype=np.float32), Heads({})))


def entity(name: str, *aliases: str, type_: str = "Method", required: bool = True) -> dict[str, Any]:
    return {"name": name, "type": type_, "role": "uses", "aliases": list(aliases), "required": required}


DRAFT = draft_of(ABSTRACT)


def name_of(surface: str) -> Name:
    (name,) = [name for name in DRAFT.names if surface in {place.surface(DRAFT.reading) for place in name.places}]
    return name


@pytest.mark.parametrize(
    ("surface", "entities", "expected"),
    [
        ("OakNet", [entity("ElmNet"), entity("OakNet")], 1),
        ("OakNet", [entity("ElmNet"), entity("PineNet")], None),
        ("OakNet", [], None),
        # By the form names are compared in: case, signs and a plural "s" do not count.
        ("OakNet", [entity("oak nets")], 0),
        ("ResNet-50", [entity("Resnet50")], 0),
        ("ResNet-50", [entity("ResNet")], None),
        # An alias is as good as the name.
        ("ElmNet", [entity("Broad Elm Network", "EN", "Elm-Net")], 0),
        # Whatever the type: a wrong type is for the decision to learn from.
        ("ImageNet", [entity("ImageNet", type_="Method")], 0),
        # The required one first, wherever it stands; of equals the first.
        ("OakNet", [entity("OakNet", required=False), entity("OakNet")], 1),
        ("OakNet", [entity("OakNet", required=False), entity("Oaks", "OakNet", required=False)], 0),
        ("OakNet", [{"name": "OakNet", "type": "Method", "role": "uses", "aliases": []}], 0),
        # A name without letters is nobody's.
        ("OakNet", [entity("--", "?"), entity("OakNet", required=False)], 1),
    ],
)
def test_gold_of(surface: str, entities: list[dict[str, Any]], expected: int | None) -> None:
    row = {"paper": "On trees", "entities": entities, "relations": []}
    assert gold_of(Labelled(DRAFT, row), name_of(surface)) == expected


def test_none_is_a_class_of_names_and_costs_what_it_should() -> None:
    """With as many right names as wrong ones and nothing to part them, both are as likely."""
    model = fit(table_of(("capital", NONE), ("capital", "Method:required")), 1.0, (NONE, "Method:required"))
    p = model.probabilities({"bias": 1.0, "capital": 1.0})
    assert math.isclose(p[NONE], 0.5, abs_tol=0.01)
