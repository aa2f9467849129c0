"""Names of people: given name first, whatever their source writes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.personal_names import full_name, given_first


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Doe, Jane", "Jane Doe"), ("Jane  Doe", "Jane Doe"), ("van Gogh, Vincent", "Vincent van Gogh"), ("Liu R.", "R. Liu"),
        ("van der Berg J.-H.", "J.-H. van der Berg"), ("R. Liu", "R. Liu"), ("King, Martin, Jr.", "Martin King Jr."),
        ("Martin King, Jr.", "Martin King Jr."), ("King, Jr., Martin", "Martin King Jr."), ("Jane Doe, PhD", "Jane Doe"), ("Doe, Jane, 1970-", "Jane Doe"),
        ("Doe, S.A.", "S.A. Doe"), ("Google, Inc.", "Google, Inc."), ("  Doe ,\n Jane ", "Jane Doe"), ("ATLAS Collaboration", "ATLAS Collaboration"),
        ("Doe, Jane, Smith, John", "Doe, Jane, Smith, John"), ("Department of Physics, University of Turin, Italy", "Department of Physics, University of Turin, Italy"),
        ("王小明", "王小明"), ("", ""), (",", ""),
    ],
)  # fmt: skip
def test_the_given_name_comes_first(written: str, spoken: str) -> None:
    assert given_first(written) == spoken


def test_names_in_chinese_script_keep_their_order() -> None:
    assert full_name("Wei", "Zhang") == "Wei Zhang"
    assert full_name("伟", "张") == "张伟"
    assert full_name("", "Zhang", "III") == "Zhang III"


@given(st.text(alphabet="AbJ., -(1970)Dr"))
def test_no_letter_of_a_name_is_made_up(name: str) -> None:
    assert set(given_first(name)) <= {*name, " "}


@pytest.mark.parametrize("part", ["(", ")", ",", " ", "a ", "a,", "A. ", "1970-", "A-"])
def test_no_name_takes_long(part: str) -> None:
    start = time.process_time()
    given_first(part * 2000)
    assert time.process_time() - start < 1
