"""Networks on disk between the stages of a training run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from kg.extract.tagger.labels import CLASSES, RELATIONS, TYPES, bio
from kg.extract.train.data import AUXILIARY, SCIER_RELATIONS, SCIER_TYPES
from kg.extract.train.network import Network


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the tensors of a network."""

    pieces: int
    layers: int
    corpora: tuple[str, ...]  # heads: "gold", "scier", names of `AUXILIARY`


def build(shape: Shape) -> Network:
    """A network of that shape with weights drawn at random (torch's own generator)."""
    classes = {"gold": CLASSES, "scier": SCIER_TYPES, **AUXILIARY}
    relations = {"gold": (len(RELATIONS), len(TYPES)), "scier": (len(SCIER_RELATIONS), len(SCIER_TYPES))}
    return Network(
        shape.pieces,
        shape.layers,
        {name: len(bio(tuple(classes[name]))) for name in shape.corpora},
        {name: relations[name] for name in shape.corpora if name in relations},
    )


def save(network: Network, shape: Shape, path: Path) -> None:
    """Write weights and shape."""
    torch.save({"shape": (shape.pieces, shape.layers, shape.corpora), "weights": network.state_dict()}, path)


def load(path: Path) -> tuple[Network, Shape]:
    """The network that `save` wrote, ready to predict."""
    saved = torch.load(path, weights_only=True)
    shape = Shape(saved["shape"][0], saved["shape"][1], tuple(saved["shape"][2]))
    network = build(shape)
    network.load_state_dict(saved["weights"])
    return network.eval(), shape


def take_over(network: Network, other: Network, layers: list[int] | None = None) -> None:
    """Copy from `other` the encoder (its `layers`, or all) and every head that both have."""
    with torch.no_grad():
        for name in ("pieces", "positions", "shapes", "norm"):
            getattr(network.encoder, name).load_state_dict(getattr(other.encoder, name).state_dict())
        chosen = layers if layers is not None else list(range(len(other.encoder.layers)))
        for mine, number in zip(network.encoder.layers, chosen, strict=True):
            mine.load_state_dict(other.encoder.layers[number].state_dict())
        for mine_heads, theirs in ((network.taggers, other.taggers), (network.entities, other.entities)):
            for name, head in mine_heads.items():
                if name in theirs:
                    head.load_state_dict(theirs[name].state_dict())
