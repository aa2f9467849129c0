"""Lists of cited works without a heading, told from other lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.pdf.cited import list_without_heading

WORKS = ["J. Smith and A. Jones, Owls, Phys. Rev. 94, 262 (1954).", "E. B. Davies, Lamps of the Night (Owl Press, 1982), p. 4.",
         "Hooten, M. and P. Pot, Night Vision, arXiv:2401.00001.", "See the talk on owls that was given there.",
         "Müller et al., “Lamps,” Owl Lett. 12 (1999)."]  # fmt: skip
TEXT = ["The owls are counted.", "We saw twelve of them."]


def place(texts: list[str], heading: int = -1) -> tuple[int, int]:
    return list_without_heading(texts, [at == heading for at in range(len(texts))])


@pytest.mark.parametrize("form", ["[{}] {}", "({}) {}", "{}. {}", "{} {}", "{}{}"])
def test_a_list_in_any_form_goes_on_to_its_last_entry_or_the_next_heading(form: str) -> None:
    works = [form.format(number, work) for number, work in enumerate(WORKS, start=1)]
    assert place([*TEXT, *works]) == (2, 7)
    assert place([*TEXT, *works, "A Proofs", *TEXT], heading=7) == (2, 7)
    assert place([*TEXT, *works[:2], "and its second part", *works[2:], *TEXT * 3]) == (2, 8)


@pytest.mark.parametrize(
    "texts",
    [
        [f"{number}. We propose a way to count owls at night in {2000 + number}." for number in range(1, 9)],  # no works
        [f"[{number}] {work}" for number, work in enumerate(WORKS[:3], start=1)],  # too few
        [f"[{number}] {work}" for number, work in enumerate(WORKS, start=6)],  # does not begin at its beginning
        [text for number, work in enumerate(WORKS, start=1) for text in (f"{number}{work}", *TEXT * 2)],  # notes at the feet of pages
        TEXT,
        [],
    ],
)
def test_other_lists_stay(texts: list[str]) -> None:
    begin, end = place(texts)
    assert begin == end


@given(st.lists(st.text(max_size=30) | st.sampled_from([f"[{n}] {work}" for n, work in enumerate(WORKS, start=1)])))
def test_what_is_found_lies_among_the_blocks(texts: list[str]) -> None:
    begin, end = place(texts)
    assert 0 <= begin <= end <= len(texts)
