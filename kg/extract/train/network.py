"""The network in torch: a BERT encoder with word shapes as token types, and small heads over the vectors of words.

Sizes: `width` 384; a batch is (n_texts, n_pieces); the vector of a word is that of its first piece.
Encoder as in Devlin et al. 2019 (doi:10.18653/v1/N19-1423), started from all-MiniLM-L6-v2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.tagger.geometry import N_DISTANCES
from kg.extract.tagger.labels import RELATIONS, ROLES, TYPES
from kg.extract.tagger.words import SHAPES

WIDTH = 384
N_HEADS = 12

PAIR_WIDTH = 128
ROLE_WIDTH = 64
DROPOUT = 0.1


class Layer(nn.Module):
    """One transformer layer, normalised after each half."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Vectors (n, pieces, width) to vectors; `mask` (n, 1, 1, pieces) is True where a piece stands."""
        n, length, _ = x.shape
        q, k, v = self.qkv(x).view(n, length, 3, N_HEADS, WIDTH // N_HEADS).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        attended = attended.transpose(1, 2).reshape(n, length, WIDTH)
        x = self.norm1(x + self.drop(self.out(attended)))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Pieces and shapes to vectors."""

    def __init__(self, n_pieces: int, n_layers: int) -> None:
        super().__init__()
        self.pieces = nn.Embedding(n_pieces, WIDTH)
        self.positions = nn.Embedding(512, WIDTH)
        self.shapes = nn.Embedding(len(SHAPES), WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(n_layers))
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        """Ids, shapes and mask (n, pieces) to vectors (n, pieces, width)."""
        places = torch.arange(ids.shape[1])
        x = self.drop(self.norm(self.pieces(ids) + self.positions(places) + self.shapes(shapes)))
        wide = mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, wide)
        return x


@dataclass(frozen=True, slots=True)
class Pairs:
    """Entities of one text and the pairs to judge, as indices into its words."""

    first: list[list[int]]  # per entity: the first word of each mention
    last: list[list[int]]
    types: list[int]
    subjects: list[int]
    objects: list[int]
    distances: list[int]
    between: list[tuple[int, int] | None]  # words between the nearest mentions, None where far apart


class EntityHeads(nn.Module):
    """Role of an entity and relation of a pair, from the vectors of their mentions."""

    def __init__(self, relations: int = len(RELATIONS), roles: int = len(ROLES), types: int = len(TYPES)) -> None:
        super().__init__()
        self.subject = nn.Linear(2 * WIDTH, PAIR_WIDTH)
        self.object = nn.Linear(2 * WIDTH, PAIR_WIDTH)
        self.context = nn.Linear(WIDTH, PAIR_WIDTH)
        self.subject_type = nn.Embedding(types, PAIR_WIDTH)
        self.object_type = nn.Embedding(types, PAIR_WIDTH)
        self.distance = nn.Embedding(N_DISTANCES, PAIR_WIDTH)
        self.relation = nn.Linear(2 * PAIR_WIDTH, relations)
        self.role_in = nn.Linear(2 * WIDTH, ROLE_WIDTH)
        self.role_type = nn.Embedding(types, ROLE_WIDTH)
        self.role = nn.Linear(ROLE_WIDTH, roles)
        self.drop = nn.Dropout(DROPOUT)

    def pool(self, words: Tensor, pairs: Pairs) -> Tensor:
        """One vector (2 · width) per entity: means of its mentions' first and last words."""
        rows = [torch.cat([words[f].mean(0), words[last].mean(0)]) for f, last in zip(pairs.first, pairs.last, strict=True)]
        return torch.stack(rows)

    def roles(self, pooled: Tensor, types: Tensor) -> Tensor:
        """Logits (n_entities, n_roles)."""
        return self.role(self.drop(torch.tanh(self.role_in(pooled) + self.role_type(types))))

    def relations(self, words: Tensor, pooled: Tensor, pairs: Pairs) -> Tensor:
        """Logits (n_pairs, n_relations)."""
        types = torch.tensor(pairs.types)
        s, o = torch.tensor(pairs.subjects), torch.tensor(pairs.objects)
        left = self.subject(pooled) + self.subject_type(types)
        right = self.object(pooled) + self.object_type(types)
        empty = words.new_zeros(WIDTH)
        between = torch.stack([words[a:b].amax(0) if (a, b) != (0, 0) else empty for a, b in (x or (0, 0) for x in pairs.between)])
        context = self.context(between) + self.distance(torch.tensor(pairs.distances))
        hidden = torch.cat([torch.tanh(left[s] + right[o] + context), torch.tanh(left[s]) * torch.tanh(right[o])], dim=-1)
        return self.relation(self.drop(hidden))


class Network(nn.Module):
    """Encoder, one word classifier per corpus, and the entity heads."""

    def __init__(self, n_pieces: int, n_layers: int, labels: dict[str, int], relations: dict[str, tuple[int, int]]) -> None:
        super().__init__()
        self.encoder = Encoder(n_pieces, n_layers)
        self.drop = nn.Dropout(DROPOUT)
        self.taggers = nn.ModuleDict({corpus: nn.Linear(WIDTH, n) for corpus, n in labels.items()})
        self.entities = nn.ModuleDict({corpus: EntityHeads(relations=n, types=types) for corpus, (n, types) in relations.items()})


def load_encoder(weights: dict[str, Tensor], keep: list[int], layers: list[int]) -> Encoder:
    """The encoder with the named `layers` of a BERT checkpoint and the rows `keep` of its word pieces."""
    encoder = Encoder(len(keep), len(layers))
    w = {name.removeprefix("bert."): value for name, value in weights.items()}
    with torch.no_grad():
        encoder.pieces.weight.copy_(w["embeddings.word_embeddings.weight"][keep])
        encoder.positions.weight.copy_(w["embeddings.position_embeddings.weight"])
        encoder.shapes.weight.copy_(w["embeddings.token_type_embeddings.weight"][:1].expand(len(SHAPES), -1))
        _copy(encoder.norm, w, "embeddings.LayerNorm")
        mine: list[Any] = list(encoder.layers)
        for layer, number in zip(mine, layers, strict=True):
            name = f"encoder.layer.{number}"
            parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
            layer.qkv.weight.copy_(torch.cat([w[f"{part}.weight"] for part in parts]))
            layer.qkv.bias.copy_(torch.cat([w[f"{part}.bias"] for part in parts]))
            _copy(layer.out, w, f"{name}.attention.output.dense")
            _copy(layer.norm1, w, f"{name}.attention.output.LayerNorm")
            _copy(layer.up, w, f"{name}.intermediate.dense")
            _copy(layer.down, w, f"{name}.output.dense")
            _copy(layer.norm2, w, f"{name}.output.LayerNorm")
    return encoder


def _copy(module: Any, weights: dict[str, Tensor], name: str) -> None:  # noqa: ANN401 (any module with weight and bias)
    module.weight.copy_(weights[f"{name}.weight"])
    module.bias.copy_(weights[f"{name}.bias"])
