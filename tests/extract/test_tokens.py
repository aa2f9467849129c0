"""Tokens keep names whole, sentences end where a reader would end them."""

from __future__ import annotations

import pytest

from kg.extract import tokens as tokens_module
from kg.extract.tokens import split, tokenised, tokeniser


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("trained on MIMIC-CXR.", ["trained", "on", "MIMIC-CXR", "."]),
        ("on A100/H100", ["on", "A100", "/", "H100"]),
        ("OpenAI's o1-preview", ["OpenAI", "'s", "o1-preview"]),
        ("RDS+ and C++", ["RDS+", "and", "C++"]),
        ("12,288 GPUs", ["12,288", "GPUs"]),
        ("see https://example.org/a-b.", ["see", "https://example.org/a-b", "."]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [token.text for token in tokeniser()(text)] == tokens


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We use trees (e.g. XGBoost, TabPFN). They win.", ["We use trees (e.g. XGBoost, TabPFN).", "They win."]),
        ("Bell et al. Show it. See Fig. 3 now.", ["Bell et al. Show it.", "See Fig. 3 now."]),
        ("It is small.However, it works.", ["It is small.", "However, it works."]),
        ("A title\n\nThe text. More.", ["A title", "The text.", "More."]),
        ("It costs 3.5 s. iPhone users wait.", ["It costs 3.5 s.", "iPhone users wait."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text.strip() for sentence in tokeniser()(text).sents] == sentences


def test_words_that_were_met_do_not_gather_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "_MOST_STRINGS", len(tokeniser().vocab.strings) + 500)
    most = 0
    for n in range(2000):
        assert split(f"trained on Owl-{n}-XL.") == ("trained", "on", f"Owl-{n}-XL", ".")
        most = max(most, len(tokenised("trained").vocab.strings))
    assert most <= tokens_module._MOST_STRINGS + 10
