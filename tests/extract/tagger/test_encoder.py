"""Words to vectors: the run-time encoder is the torch network, whatever is read together and however long a text is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from kg.extract.tagger.encoder import MAX_PIECES, Array, Encoder
from kg.extract.tagger.words import split

SENTENCE = ["We", "read", "the", "oakformer", "on", "leaf", "trees", "."]
TEXTS = [
    SENTENCE,
    ["Oak"],
    ["Trees", "grow", "(", "leafbench", ",", "2", "TREES", ")", "!", "Do", "they", "?", "The", "OAK", "grows", "."],
    ["the", "tree"] * 30,
    ["oak树", "ńandú", "😀", "\u200d", "مرحبا", "Ωmega", "a̐", "leaf"],
]


@pytest.fixture(scope="module")
def encoder(tiny_model: Any) -> Encoder:
    return Encoder(tiny_model.folder, "whole")


def by_torch(tiny_model: Any, tokenizer: Any, words: Sequence[str]) -> Array:
    """Vectors of the words as the network gives them that the files were written from; words after the last piece are left out."""
    import torch

    from kg.extract.train.examples import encode
    from kg.extract.train.fit import collate

    example = encode(tokenizer, "gold", words, [0] * len(words))
    batch = collate([example])
    with torch.no_grad():
        return tiny_model.network.encoder(batch.ids, batch.shapes, batch.mask)[0, example.first].numpy()


@pytest.mark.parametrize("words", TEXTS, ids=lambda words: words[0])
def test_vectors_are_those_of_torch(encoder: Encoder, tiny_model: Any, tokenizer: Any, words: list[str]) -> None:
    expected = by_torch(tiny_model, tokenizer, words)
    assert len(expected) == len(words)
    assert np.abs(encoder.encode([words])[0] - expected).max() < 1e-3


def test_texts_together_are_as_one_by_one(encoder: Encoder) -> None:
    alone = [encoder.encode([words])[0] for words in TEXTS]
    together = encoder.encode(TEXTS)
    assert all(np.abs(a - b).max() < 1e-4 for a, b in zip(alone, together, strict=True))


def test_texts_come_back_in_their_order_from_several_batches(encoder: Encoder) -> None:
    texts = [SENTENCE * n for n in (40, 1, 30, 2, 50, 1, 45)]  # padded, more than one batch holds
    assert [len(x) for x in encoder.encode(texts)] == [len(words) for words in texts]
    assert np.abs(encoder.encode(texts)[3] - encoder.encode([texts[3]])[0]).max() < 1e-4


def test_case_counts_though_the_pieces_have_none(encoder: Encoder) -> None:
    lower, title = encoder.encode([["oak"], ["Oak"]])
    assert np.abs(lower - title).max() > 1e-3


def test_int8_layers_are_near_the_whole(encoder: Encoder, tiny_model: Any) -> None:
    whole, small = encoder.encode([SENTENCE])[0], Encoder(tiny_model.folder, "int8").encode([SENTENCE])[0]
    cosines = (whole * small).sum(-1) / np.linalg.norm(whole, axis=-1) / np.linalg.norm(small, axis=-1)
    assert cosines.min() > 0.99


def test_nothing_to_read(encoder: Encoder) -> None:
    assert encoder.encode([]) == []
    assert [x.shape for x in encoder.encode([[], ["oak"], []])] == [(0, 384), (1, 384), (0, 384)]


@pytest.mark.parametrize(
    "words",
    [
        ["树木", "木"],  # one character known, one not
        ["😀", "oak", "😀"],
        ["\u200d", "\ufe0f"],  # the tokenizer drops these
        ["oak", "\u0301"],
        ["مرحبا", "Ωmega", "x" * 300],
        ["木" * 700, "oak"],  # a word of more pieces than a window holds
        ["e.g.", "a-b", "oak leaf"],  # words of a corpus, cut in its own way
        [span.of(t) for t in ["👩\u200d🌾 grows 🌳 (oak)"] for span in split(t)],
    ],
    ids=lambda words: ascii(words[0][:8]),
)
def test_every_word_has_a_vector(encoder: Encoder, words: list[str]) -> None:
    found = encoder.encode([words])[0]
    assert found.shape == (len(words), 384)
    assert np.isfinite(found).all()
    assert np.abs(found).max(-1).min() > 0


def test_a_word_without_a_piece_has_the_vector_of_the_next(encoder: Encoder) -> None:
    found = encoder.encode([["\u200d", "oak", "leaf"]])[0]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[1], found[2])


def as_windows(encoder: Encoder, words: Sequence[str], edges: Sequence[int]) -> Array:
    """Vectors of a text that is cut at `edges` by hand."""
    return np.concatenate([encoder.encode([words[a:b]])[0] for a, b in zip([0, *edges], [*edges, len(words)], strict=True)])


@pytest.mark.parametrize(
    ("words", "edges"),
    [
        (["oak"] * MAX_PIECES, []),
        (["oak"] * (MAX_PIECES + 1), [MAX_PIECES]),  # no sentence ends: all that fits
        ((["oak"] * 6 + ["."]) * 160, [504, 1008]),  # 72 sentences of 7 words each time
        ((["oak"] * 6 + ["!"]) * 71 + ["?"] + ["oak"] * 200, [498]),
        (["oak"] * 100 + ["."] + ["leaf"] * 600, [508]),  # an end in the first half would waste the window
        (["oak"] * 507 + ["."] + ["leaf"], [508]),
        (["oak"] * 508 + ["."], [508]),
        (["leafs"] * 300, [254]),  # two pieces a word
    ],
    ids=["fits", "one-too-many", "sentences", "other-ends", "early-end", "end-fits", "end-does-not-fit", "pieces-count"],
)
def test_windows_end_with_sentences(encoder: Encoder, words: list[str], edges: list[int]) -> None:
    found = encoder.encode([words])[0]
    assert found.shape == (len(words), 384)
    assert np.abs(found - as_windows(encoder, words, edges)).max() < 1e-4
