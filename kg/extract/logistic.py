"""A softmax regression over named features: how decisions are made, and why, in a form that a person can read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Features = Mapping[str, float]


@dataclass(frozen=True)
class Model:
    """Weights (n_features, n_classes); a feature that the model does not know counts nothing."""

    classes: tuple[str, ...]
    index: Mapping[str, int]
    weights: NDArray[np.float64]

    def probabilities(self, features: Features) -> dict[str, float]:
        """The probability of each class; they add up to 1."""
        # In plain floats: one observation is a sum of a few rows. In the order of the rows, whatever that of the features.
        known = sorted((self.index[name], value) for name, value in features.items() if name in self.index)
        rows = [[value * weight for weight in self._rows[place]] for place, value in known]
        logits = [sum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * len(self.classes)
        most = max(logits)
        shifted = [math.exp(logit - most) for logit in logits]
        whole = sum(shifted)
        return {name: value / whole for name, value in zip(self.classes, shifted, strict=True)}

    @cached_property
    def _rows(self) -> list[list[float]]:
        rows: list[list[float]] = self.weights.tolist()
        return rows

    def probabilities_of(self, observed: Sequence[Features]) -> list[dict[str, float]]:
        """The probabilities of the classes for each observation, as `probabilities` gives them, up to rounding."""
        # Dense, so that sums of floats go in one order, whatever that of the features: those from sets come in the hash seed's.
        table = np.zeros((len(observed), len(self.index)))
        for row, features in zip(table, observed, strict=True):
            for name, value in features.items():
                place = self.index.get(name)
                if place is not None:
                    row[place] = value
        logits = table @ self.weights
        shifted = np.exp(logits - logits.max(-1, keepdims=True))
        shares = (shifted / shifted.sum(-1, keepdims=True)).tolist()
        return [dict(zip(self.classes, row, strict=True)) for row in shares]


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
