"""Dates in the forms that sources write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.dates import iso_date, of_parts


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2019/02/07", "2019-02-07"),
        ("2010-09-06T12:00:00Z", "2010-09-06"),
        ("2010-09-06 12:00", "2010-09-06"),
        ("2019", "2019"),
        ("2019/2", "2019-02"),
        ("Mon, 2 Apr 2007 19:18:42 GMT", "2007-04-02"),
        ("17 May 2018", "2018-05-17"),
        ("May 17, 2018", "2018-05-17"),
        ("August 2022", "2022-08"),
        ("2019///", "2019"),
        ("2019/03/07/", "2019-03-07"),
        ("20190307", "2019-03-07"),
        ("2019-02-31", "2019-02"),
        ("2019-" + "1" * 5000, "2019"),
        ("0000-00-00", ""),
        ("soon", ""),
    ],
)
def test_dates(written: str, expected: str) -> None:
    assert iso_date(written) == expected


@pytest.mark.parametrize("month", ["1" * 5000, "²", "٣" * 5000, "13", "-1"])
def test_a_month_that_is_none_leaves_the_year(month: str) -> None:
    """Python reads no number of more than 4,300 digits: one such month must not end the reading of a file."""
    assert of_parts("2019", month, "1") == "2019"


@given(st.text(alphabet="0123456789-/ TJanMay,.٣"))
def test_whatever_is_written_the_date_is_one_or_none(written: str) -> None:
    assert iso_date(written)[4:5] in ("", "-")
