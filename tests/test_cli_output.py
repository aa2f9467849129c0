"""What commands print."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.cli import output
from kg.model import Rejection


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("SPARK", "SPARK"),
        ("red \x1b[31malert\x1b[0m", "red [31malert[0m"),  # colour codes
        ("title\x1b]0;owned\x07", "title]0;owned"),  # sets the window's title
        ("back\x08\x08space", "backspace"),
        ("over\rwritten", "overwritten"),
        ("\u202eevil", "evil"),  # shows the line from right to left
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("Größe α 数据", "Größe α 数据"),
    ],
)
def test_plain_takes_out_what_a_terminal_obeys(hostile: str, shown: str) -> None:
    assert output.plain(hostile) == shown


@given(st.text())
def test_plain_twice_changes_nothing(text: str) -> None:
    assert output.plain(output.plain(text)) == output.plain(text)


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in output.one_line(text)
    assert "\x1b" not in output.one_line(text)


def test_a_table_aligns_its_columns() -> None:
    assert output.table(["method", "year"], [["BERT", "2018"], ["数据", "1"]], width=None) == (
        "method  year\n──────  ────\nBERT    2018\n数据    1\n"
    )


def test_a_table_without_rows_has_its_header() -> None:
    assert output.table(["a"], [], width=80) == "a\n─\n"


@given(st.lists(st.lists(st.text(max_size=40), min_size=3, max_size=3), max_size=4), st.integers(min_value=40, max_value=120))
def test_no_line_of_a_table_is_wider_than_the_terminal(rows: list[list[str]], width: int) -> None:
    for line in output.table(["first", "second", "third"], rows, width=width).rstrip("\n").split("\n"):
        assert output.columns(line) <= width


cells = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(cells, cells)))
def test_csv_and_json_give_back_any_cell(rows: list[tuple[str, str]]) -> None:
    as_csv = output.rows_text(["a", "b"], rows, "csv")
    # Python's reader takes a lone carriage return in an unquoted cell for the end of a row; the writer quotes such cells.
    assert [tuple(row) for row in csv.reader(io.StringIO(as_csv, newline=""))][1:] == rows
    assert [tuple(row.values()) for row in json.loads(output.rows_text(["a", "b"], rows, "json"))] == rows


@given(st.lists(st.tuples(cells, cells), min_size=1))
def test_tsv_has_one_line_per_row_and_a_tab_between_cells(rows: list[tuple[str, str]]) -> None:
    lines = output.rows_text(["a", "b"], rows, "tsv").split("\n")
    assert len(lines) == len(rows) + 2  # the header, and the end of the last line
    assert all(line.count("\t") == 1 for line in lines[:-1])


def test_errors_are_one_line_and_a_hint_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("no query \x1b[2Jnamed\nx", "see `kg query --list`")
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err == "error: no query [2Jnamed x\nhint:  see `kg query --list`\n"


def test_quiet_keeps_words_back(capsys: pytest.CaptureFixture[str]) -> None:
    token = output.verbosity.set(-1)
    try:
        output.say("39 papers")
        output.say("refused: a.txt", level=-1)
    finally:
        output.verbosity.reset(token)
    assert capsys.readouterr().err == "refused: a.txt\n"


def test_a_refusal_says_where_and_why() -> None:
    rejection = Rejection("papers.jsonl", "line 3", "read", "bad-json", "not JSON: mend the line")
    assert output.refusal(rejection) == "refused: papers.jsonl, line 3: not JSON: mend the line [bad-json]"
    assert output.refusal(replace(rejection, place="")) == "refused: papers.jsonl: not JSON: mend the line [bad-json]"


def test_bytes_reach_a_pipe_as_they_come_and_a_terminal_as_safe_text(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with output.binary() as stream:
        stream.write(b"\x1b[31m red \xff\n")
        stream.flush()
        assert capfdbinary.readouterr().out == b"\x1b[31m red \xff\n"
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    with output.binary() as stream:
        stream.write(b"\x1b[31m red \xff\n")
    assert capfdbinary.readouterr().out == "[31m red \ufffd\n".encode()
