"""A softmax regression over named features: how decisions are made, and why, in a form that a person can read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights (n_features, n_classes); a feature that the model does not know counts nothing."""

    classes: tuple[str, ...]
    index: Mapping[str, int]
    weights: NDArray[np.float64]

    def probabilities(self, features: Features) -> dict[str, float]:
        """The probability of each class; they add up to 1."""
        # In one order: sums of floats depend on theirs, and features that come from sets on the hash seed.
        known = sorted((self.index[name], value) for name, value in features.items() if name in self.index)
        rows, values = [row for row, _ in known], [value for _, value in known]
        logits = np.array(values) @ self.weights[rows] if known else np.zeros(len(self.classes))
        shifted = np.exp(logits - logits.max())
        return dict(zip(self.classes, (shifted / shifted.sum()).tolist(), strict=True))


def to_json(model: Model) -> dict[str, Any]:
    """Classes, and per feature its weight for each class, four decimals."""
    rows = {name: [round(float(w), 4) for w in model.weights[i]] for name, i in model.index.items()}
    return {"classes": list(model.classes), "features": dict(sorted(rows.items()))}


def from_json(value: Mapping[str, Any]) -> Model:
    """The model that `to_json` wrote."""
    features: Mapping[str, Sequence[float]] = value["features"]
    return Model(
        tuple(value["classes"]),
        {name: i for i, name in enumerate(features)},
        np.array(list(features.values()), dtype=np.float64).reshape(len(features), len(value["classes"])),
    )


@cache
def load(path: Path) -> dict[str, Model]:
    """The models of a file of decisions, by what they decide: "entity", "role:Method" and "relation"."""
    return {name: from_json(value) for name, value in json.loads(path.read_text(encoding="utf-8")).items()}
