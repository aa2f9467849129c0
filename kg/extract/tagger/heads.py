"""The small heads of the network in numpy: classes of words, roles of entities, relations of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.extract.tagger.encoder import Array
from kg.extract.tagger.geometry import WordSpan, relate


class Heads:
    """The heads of one variant; all methods are pure."""

    def __init__(self, weights: Mapping[str, NDArray[np.floating]]) -> None:
        self._w = {name: value.astype(np.float32) for name, value in weights.items()}

    def labels(self, words: Array) -> Array:
        """Probabilities (n_words, n_labels) from vectors (n_words, width)."""
        return _softmax(words @ self._w["tagger.weight"].T + self._w["tagger.bias"])

    def pool(self, words: Array, entities: Sequence[Sequence[WordSpan]]) -> Array:
        """One vector (2 · width) per entity: the means of the first and of the last words of its mentions."""
        rows = [np.concatenate([_mean(words, [m[0] for m in e]), _mean(words, [m[1] - 1 for m in e])]) for e in entities]
        return np.stack(rows) if rows else np.zeros((0, 2 * words.shape[1]), dtype=np.float32)

    def roles(self, pooled: Array, types: Sequence[int]) -> Array:
        """Probabilities (n_entities, n_roles)."""
        hidden = np.tanh(self._linear("role_in", pooled) + self._w["entities.role_type.weight"][list(types)])
        return _softmax(self._linear("role", hidden))

    def relations(
        self, words: Array, entities: Sequence[Sequence[WordSpan]], pooled: Array, types: Sequence[int], pairs: Sequence[tuple[int, int]]
    ) -> Array:
        """Probabilities (n_pairs, n_relations) of the relation from the first to the second entity of each pair."""
        left = self._linear("subject", pooled) + self._w["entities.subject_type.weight"][list(types)]
        right = self._linear("object", pooled) + self._w["entities.object_type.weight"][list(types)]
        places = [relate(entities[s], entities[o]) for s, o in pairs]
        empty = np.zeros(words.shape[1], dtype=np.float32)
        between = np.stack([words[span[0] : span[1]].max(0) if span else empty for _, span in places])
        context = self._linear("context", between) + self._w["entities.distance.weight"][[bucket for bucket, _ in places]]
        s, o = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        hidden = np.concatenate([np.tanh(left[s] + right[o] + context), np.tanh(left[s]) * np.tanh(right[o])], axis=-1)
        return _softmax(self._linear("relation", hidden))

    def _linear(self, name: str, x: Array) -> Array:
        y: Array = x @ self._w[f"entities.{name}.weight"].T + self._w[f"entities.{name}.bias"]
        return y


def load(folder: Path, variant: str) -> Heads:
    """The heads in `<variant>.npz`."""
    arrays = np.load(folder / f"{variant}.npz")
    return Heads({name: arrays[name] for name in arrays.files if name.startswith(("tagger.", "entities."))})


def _mean(words: Array, places: Sequence[int]) -> Array:
    mean: Array = words[places[0]] if len(places) == 1 else words[places].mean(0)
    return mean


def _softmax(logits: Array) -> Array:
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    probabilities: Array = shifted / shifted.sum(-1, keepdims=True)
    return probabilities
