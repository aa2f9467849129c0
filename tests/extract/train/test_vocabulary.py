"""A vocabulary cut to what texts use."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("tokenizers", reason="cuts words into pieces")

from tokenizers import Tokenizer

from kg.extract.train.vocabulary import MIN_SEEN, SPECIAL, prune

TEXTS = ["oakformer trees"] * MIN_SEEN + ["leaf on it"] * (MIN_SEEN - 1)


def test_pieces_that_texts_use_are_kept_with_their_rows(tokenizer: Any) -> None:
    whole = json.loads(tokenizer.to_str())
    pruned, rows = prune(whole, TEXTS)
    old, new = whole["model"]["vocab"], pruned["model"]["vocab"]
    assert [old[piece] for piece in new] == rows
    assert list(new.values()) == list(range(len(rows)))
    assert {*SPECIAL, "oak", "##former", "trees"} <= set(new)
    assert {"leaf", "on", "it", "tree", "read"}.isdisjoint(new)  # seen too seldom, or not at all
    assert {"l", "##f", "o", "##t"} <= set(new)  # the characters of a rare word spell it
    assert "z" not in new


def test_the_pruned_tokenizer_reads(tokenizer: Any) -> None:
    pruned, rows = prune(json.loads(tokenizer.to_str()), TEXTS)
    reader = Tokenizer.from_str(json.dumps(pruned))
    kept, spelled = (reader.encode([word], is_pretokenized=True) for word in ("oakformer", "leaf"))
    assert kept.tokens == ["[CLS]", "oak", "##former", "[SEP]"]
    assert spelled.tokens == ["[CLS]", "l", "##e", "##a", "##f", "[SEP]"]
    assert [rows[i] for i in kept.ids] == tokenizer.encode(["oakformer"], is_pretokenized=True).ids
    assert reader.encode("tree zoo", add_special_tokens=False).tokens == ["t", "##r", "##e", "##e", "[UNK]"]
