"""Sub- and superscripts in a line of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.names import normal_form
from kg.scripts import grouped, script, with_plain_indices


@pytest.mark.parametrize(
    ("base", "mark", "content", "expected"),
    [
        ("CO", "_", "2", "CO₂"),
        ("10", "^", "6", "10⁶"),
        ("10", "^", "−6", "10⁻⁶"),
        ("Ca", "^", "2+", "Ca²⁺"),
        ("S", "^", "2", "S²"),
        ("SAM", "^", "+", "SAM+"),  # a name people type so
        ("C", "^", "++", "C++"),
        ("5", "^", "th", "5th"),
        ("20", "^", "o", "20°"),
        ("O", "^", "o", "O^o"),
        ("BERT", "_", "base", "BERT_base"),
        ("x", "_", "i+1", "x_(i+1)"),
        ("x", "_", "1,2", "x_(1,2)"),
        ("x", "_", "(n)", "x_(n)"),
        ("x", "_", "(a)(b)", "x_((a)(b))"),
        ("x", "_", " ", "x"),
        ("2", "^", "n", "2^n"),
    ],
)
def test_scripts_read_as_people_write_them(base: str, mark: str, content: str, expected: str) -> None:
    assert base + script(mark, content, base) == expected


@given(st.sampled_from("_^"), st.text(alphabet="0123456789", min_size=1))
def test_a_name_with_a_script_is_found_by_its_digits(mark: str, digits: str) -> None:
    assert normal_form("Net" + script(mark, digits, "Net")) == normal_form("Net" + digits)


def test_operands_of_more_than_one_word_are_parenthesised() -> None:
    assert [grouped(text) for text in ("n", "b+1", "x²", "12")] == ["n", "(b+1)", "(x²)", "12"]


@pytest.mark.parametrize(("word", "expected"), [("π₀", "π0"), ("DINO₁₂", "DINO12"), ("C⁴", "C⁴"), ("10⁶", "10⁶"), ("CO2", "CO2")])
def test_indices_are_read_as_plain_digits(word: str, expected: str) -> None:
    assert with_plain_indices(word) == expected
    assert len(word) == len(expected)  # offsets stay
