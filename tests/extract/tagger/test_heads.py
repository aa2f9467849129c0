"""The heads in numpy give probabilities, and the same as the torch heads that were trained."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from kg.extract.tagger.geometry import N_DISTANCES, WordSpan, relate
from kg.extract.tagger.heads import Heads, load
from kg.extract.tagger.labels import CLASSES, RELATIONS, ROLES, TYPES

WIDTH, N_TYPES, N_ROLES, N_RELATIONS, N_LABELS = 6, 3, 4, 5, 7
ENTITIES: list[list[WordSpan]] = [[(0, 2), (9, 10)], [(2, 3)], [(30, 34)], [(80, 81)], [(14, 15)]]
KINDS = [0, 2, 1, 0, 0]
PAIRS = list(permutations(range(len(ENTITIES)), 2))


def drawn(seed: int = 3) -> Heads:
    """Heads of random weights."""
    chance = np.random.default_rng(seed)
    sizes = {
        "tagger.weight": (N_LABELS, WIDTH), "tagger.bias": (N_LABELS,),
        **{f"entities.{side}.weight": (8, 2 * WIDTH) for side in ("subject", "object")},
        **{f"entities.{side}.bias": (8,) for side in ("subject", "object", "context")},
        **{f"entities.{side}_type.weight": (N_TYPES, 8) for side in ("subject", "object")},
        "entities.context.weight": (8, WIDTH), "entities.distance.weight": (N_DISTANCES, 8),
        "entities.relation.weight": (N_RELATIONS, 16), "entities.relation.bias": (N_RELATIONS,),
        "entities.role_in.weight": (4, 2 * WIDTH), "entities.role_in.bias": (4,), "entities.role_type.weight": (N_TYPES, 4),
        "entities.role.weight": (N_ROLES, 4), "entities.role.bias": (N_ROLES,),
    }  # fmt: skip
    return Heads({name: chance.normal(size=size) for name, size in sizes.items()})


HEADS = drawn()
VECTORS = np.random.default_rng(4).normal(size=(90, WIDTH)).astype(np.float32)


def is_probabilities(rows: np.ndarray, shape: tuple[int, int]) -> bool:
    return rows.shape == shape and bool((rows >= 0).all()) and np.allclose(rows.sum(-1), 1, atol=1e-5)


@pytest.mark.parametrize("scale", [0.0, 1.0, 1e4])
def test_rows_add_up_to_one(scale: float) -> None:
    words = VECTORS * np.float32(scale)
    pooled = HEADS.pool(words, ENTITIES)
    assert is_probabilities(HEADS.labels(words), (90, N_LABELS))
    assert is_probabilities(HEADS.roles(pooled, KINDS), (5, N_ROLES))
    assert is_probabilities(HEADS.relations(words, ENTITIES, pooled, KINDS, PAIRS), (len(PAIRS), N_RELATIONS))


def test_pool_is_the_mean_of_first_and_of_last_words() -> None:
    expected = np.concatenate([(VECTORS[0] + VECTORS[9]) / 2, (VECTORS[1] + VECTORS[9]) / 2])
    assert HEADS.pool(VECTORS, ENTITIES)[0] == pytest.approx(expected, abs=1e-6)


def test_pool_of_no_entities_has_the_right_width() -> None:
    assert HEADS.pool(VECTORS, []).shape == (0, 2 * WIDTH)
    assert HEADS.roles(HEADS.pool(VECTORS, []), []).shape == (0, N_ROLES)
    assert HEADS.labels(VECTORS[:0]).shape == (0, N_LABELS)


def test_an_entity_is_judged_alone() -> None:
    whole = HEADS.roles(HEADS.pool(VECTORS, ENTITIES), KINDS)
    alone = HEADS.roles(HEADS.pool(VECTORS, ENTITIES[2:3]), KINDS[2:3])
    assert alone[0] == pytest.approx(whole[2], abs=1e-6)


def test_type_and_order_of_a_pair_count() -> None:
    pooled = HEADS.pool(VECTORS, ENTITIES)
    there, back = HEADS.relations(VECTORS, ENTITIES, pooled, KINDS, [(0, 1), (1, 0)])
    other = HEADS.relations(VECTORS, ENTITIES, pooled, [1, 2, 1, 0, 0], [(0, 1)])[0]
    assert not np.allclose(there, back)
    assert not np.allclose(there, other)


def test_heads_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch", reason="computes the same heads")
    from kg.extract.train.network import WIDTH as FULL
    from kg.extract.train.network import EntityHeads, Pairs

    torch.manual_seed(5)
    trained, tagger = EntityHeads().eval(), torch.nn.Linear(FULL, 1 + 2 * len(CLASSES))
    weights = {f"entities.{name}": value.numpy() for name, value in trained.state_dict().items()}
    heads = Heads({**weights, **{f"tagger.{name}": value.numpy() for name, value in tagger.state_dict().items()}})
    words = np.random.default_rng(6).normal(size=(90, FULL)).astype(np.float32)
    places = [relate(ENTITIES[s], ENTITIES[o]) for s, o in PAIRS]
    pairs = Pairs(
        [[m[0] for m in e] for e in ENTITIES], [[m[1] - 1 for m in e] for e in ENTITIES], KINDS,
        [s for s, _ in PAIRS], [o for _, o in PAIRS], [bucket for bucket, _ in places], [between for _, between in places],
    )  # fmt: skip
    with torch.no_grad():
        vectors = torch.from_numpy(words)
        pool = trained.pool(vectors, pairs)
        roles, relations = trained.roles(pool, torch.tensor(KINDS)).softmax(-1), trained.relations(vectors, pool, pairs).softmax(-1)
        labels = tagger(vectors).softmax(-1)
    pooled = heads.pool(words, ENTITIES)
    assert {bucket for bucket, _ in places} == set(range(N_DISTANCES))  # near and far, either way round
    assert np.allclose(pooled, pool, atol=1e-5)
    assert np.allclose(heads.labels(words), labels, atol=1e-5)
    assert np.allclose(heads.roles(pooled, KINDS), roles, atol=1e-5)
    assert np.allclose(heads.relations(words, ENTITIES, pooled, KINDS, PAIRS), relations, atol=1e-5)
    assert (roles.shape[1], relations.shape[1], len(TYPES)) == (len(ROLES), len(RELATIONS), 5)


def test_load_reads_the_heads_of_a_variant(tmp_path) -> None:
    weight, bias = np.eye(3, 2), np.array([0.0, 0.0, 1.0])
    np.savez(tmp_path / "small.npz", **{"tagger.weight": weight, "tagger.bias": bias, "positions": np.zeros((2, 2))})
    probabilities = load(tmp_path, "small").labels(np.array([[0.0, 0.0]], dtype=np.float32))
    assert probabilities[0] == pytest.approx(np.exp(bias) / np.exp(bias).sum(), abs=1e-6)
