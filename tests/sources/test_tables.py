"""Tables: columns by any of their names, in any dialect; a bad row costs itself; Parquet like the same table elsewhere."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UsageError
from kg.model import Record, Rejection
from kg.sources import read
from kg.sources.columns import field_of


def found(data: str | bytes, format: str | None = None, columns: dict[str, str] | None = None) -> list[Record | Rejection]:
    return list(read(["-"], format=format, stdin=io.BytesIO(data.encode() if isinstance(data, str) else data), columns=columns))


def rows(data: str | bytes, format: str | None = None) -> list[tuple[str, ...]]:
    return [(i.title, i.abstract) if isinstance(i, Record) else (i.code, i.place) for i in found(data, format)]


def table(columns: dict[str, list[object]], **options: object) -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Title", "title"), ("Article Title", "title"), ("document_title", "title"), ("paperTitle", "title"), ("TI", "title"),
        ("Abstract Note", "abstract"), ("AB", "abstract"), ("summary", "abstract"), ("DOI", "doi"), ("PubMed ID", "pmid"),
        ("Publication Year", "year"), ("publication_date", "date"), ("arxiv_id", "arxiv_id"), ("Source title", "venue"), ("Author(s)", "authors"), ("Volume", ""),
    ],
)  # fmt: skip
def test_columns_go_by_many_names(column: str, field: str) -> None:
    assert field_of(column) == field


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_dialects(delimiter: str, end: str, encoding: str) -> None:
    text = delimiter.join(["Title", "Year", "Abstract"]) + "\n" + delimiter.join(['"Größe', '""X"""', "2020", '"We use A']) + "\n"
    text = f'Title{delimiter}Year{delimiter}Abstract\n"Größe ""X"""{delimiter}2020{delimiter}"We use A{delimiter}\nand B."\n'
    (record,) = found(text.replace("\n", end).encode(encoding))
    assert isinstance(record, Record)
    assert (record.title, record.issued, record.format) == ('Größe "X"', "2020", "tsv" if delimiter == "\t" else "csv")
    assert record.abstract.split() == f"We use A{delimiter} and B.".split()


def test_names_of_columns_may_stand_below_what_a_database_says() -> None:
    text = '"About the data: exported on Jan 2, 2024"\n\nRank,Title,Abstract\n1,Owls,We count owls.\n'
    assert rows(text) == [("Owls", "We count owls.")]
    assert found(text)[0].place == "line 4"


def test_places_are_lines_of_the_file() -> None:
    text = 'title,abstract\n"A\nB",x\n\n,y\nC,z\n'
    assert [(item.place, getattr(item, "title", "")) for item in found(text)] == [("line 2", "A\nB"), ("line 5", ""), ("line 6", "C")]


def test_ragged_rows() -> None:
    text = "id,title,abstract\n1,A,we use X, Y and Z.\n2,B\n3,C,c,,,\n"
    assert rows(text) == [("A", "we use X, Y and Z."), ("B", ""), ("C", "c")]
    assert rows("abstract,title,year\na,A,2000,extra\nb,B,2001\n") == [("bad-row", "line 2"), ("B", "b")]


def test_the_best_of_two_columns_counts_and_the_other_where_it_is_blank() -> None:
    assert rows("Original Title,Title,Abstract\nAlt,New,x\nOnly,,y\n") == [("New", "x"), ("Only", "y")]


GERMAN = {"title": "Titel", "abstract": "Zusammenfassung", "year": "Jahr"}


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_the_user_says_which_column_holds_what(delimiter: str) -> None:
    text = "Nr,titel,Zusammenfassung,Jahr,Summary\n1,Eulen,Wir zählen Eulen.,2007,Owls\n".replace(",", delimiter)
    (record,) = found(text, columns=GERMAN)
    assert isinstance(record, Record)
    assert (record.title, record.abstract, record.issued) == ("Eulen", "Wir zählen Eulen.", "2007")


def test_what_the_user_says_overrides_known_names() -> None:
    text = "title,abstract,summary\nLong,Short,Shorter\n"
    assert rows(text) == [("Long", "Short")]
    (record,) = found(text, columns={"title": "abstract", "abstract": "summary"})
    assert isinstance(record, Record)
    assert (record.title, record.abstract) == ("Short", "Shorter")
    data = table({"title": ["Long"], "abstract": ["Short"], "summary": ["Shorter"]})
    (row,) = found(data, columns={"title": "abstract", "abstract": "summary"})
    assert isinstance(row, Record)
    assert (row.title, row.abstract) == ("Short", "Shorter")


OWLS = {"title": ["Owls"], "abstract": ["We count."]}


@pytest.mark.parametrize("data", ["title,abstract\nOwls,We count.\n", table(OWLS)])
def test_a_table_without_the_column_is_read_by_the_known_names(data: str | bytes) -> None:
    (record,) = found(data, columns={"title": "Titel", "abstract": "Zusammenfassung"})
    assert isinstance(record, Record)
    assert (record.title, record.abstract) == ("Owls", "We count.")


def test_columns_that_are_said_and_known_ones_stand_in_one_table() -> None:
    (record,) = found("Titel,abstract\nEulen,Wir zählen.\n", columns={"title": "Titel", "abstract": "Zusammenfassung"})
    assert isinstance(record, Record)
    assert (record.title, record.abstract) == ("Eulen", "Wir zählen.")


@pytest.mark.parametrize("data", ["Titre,Abstract\nHiboux,We count.\n", table({"Titre": ["Hiboux"], "Abstract": ["We count."]})])
def test_a_table_with_neither_is_refused_and_its_columns_are_named(data: str | bytes) -> None:
    (told,) = found(data, "csv" if isinstance(data, str) else None, {"title": "Titel"})
    assert isinstance(told, Rejection)
    assert told.code == "no-column"
    for words in ("'Titel'", "'Titre', 'Abstract'", "--map title=COLUMN"):
        assert words in told.message


def test_a_table_that_lacks_the_column_does_not_keep_others_from_being_read(tmp_path: Path) -> None:
    for name, text in {"a": "Titre,Abstract\nHiboux,x\n", "b": "Titel,Jahr\nEulen,2007\n", "c": "title,year\nOwls,2008\n"}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    items = list(read([str(tmp_path)], columns={"title": "Titel"}))
    assert [item.title if isinstance(item, Record) else item.code for item in items] == ["no-column", "Eulen", "Owls"]


def test_a_table_whose_objects_may_hold_the_field_is_read() -> None:
    (record,) = found(table({"metadata": [{"title": "Owls", "authors": "A"}], "year": [2007]}), columns={"title": "Titel"})
    assert isinstance(record, Record)
    assert record.title == "Owls"


def test_a_field_that_is_not_there_is_wrong_usage_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match="'shelf'") as told:
        read(["nowhere"], columns={"shelf": "Regal"})
    assert "title, abstract" in told.value.hint


CLOSED = "title,abstract\nA,a\n"
LEFT_OUT = CLOSED + '"B\nb","open\n'  # the row begins in line 3, its quote opens in line 4


@pytest.mark.parametrize("limit", [50, 1_000_000])  # the cell reaches the limit of cells, or the end of the table
def test_a_quote_that_never_closes_costs_its_row_alone_where_whole_rows_follow(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.sources.rows.MAX_CELL_CHARS", limit)
    after = "".join(f"C{n},c\n\n" for n in range(20)) + 'D,"d, d"\n' * (limit < 100)
    expected = [("A", "a"), ("bad-row", "line 4"), *((f"C{n}", "c") for n in range(20))]
    assert rows(LEFT_OUT + after) == expected + [("D", "d, d")] * (limit < 100)
    told = next(item for item in found(LEFT_OUT + after) if isinstance(item, Rejection))
    assert "a quote opens in this line and is not closed: it was left out" in told.message


@pytest.mark.parametrize("limit", [50, 1_000_000])
@pytest.mark.parametrize("prose", ["and so on", "one, two, three", 'x,"y'])
def test_a_table_ends_at_a_quote_that_never_closes_where_other_lines_follow(
    prose: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.sources.rows.MAX_CELL_CHARS", limit)
    text = LEFT_OUT + "C,c\n" * 3 + prose.replace('"', '""') + "\n" + "C,c\n" * 20
    assert rows(text) == [("A", "a"), ("bad-row", "line 4")]
    assert "it and all that follows were left out" in str(found(text)[-1])


@pytest.mark.parametrize(
    ("cut", "line"),
    [
        ('C,"We count', 4),  # within a quote
        ('"C\nc","We count\nowls, and', 5),  # within one that runs over lines
        ("C", 4),  # behind the first cell, where all other rows are whole
    ],
)
def test_a_last_row_that_is_cut_is_refused(cut: str, line: int) -> None:
    items = found(CLOSED + "B,b\n" + cut)
    assert rows(CLOSED + "B,b\n" + cut) == [("A", "a"), ("B", "b"), ("truncated", f"line {line}")]
    assert "the file ends within" in str(items[-1])


def test_a_last_row_without_a_line_end_is_whole_where_it_has_all_cells_or_others_have_fewer_too() -> None:
    assert rows(CLOSED + "B,b") == [("A", "a"), ("B", "b")]
    assert rows(CLOSED + "B,b\nC\nD") == [("A", "a"), ("B", "b"), ("C", ""), ("D", "")]
    assert rows(CLOSED + "B\n") == [("A", "a"), ("B", "")]


def test_a_quote_that_opens_in_the_last_line_or_the_first_is_told() -> None:
    assert rows(CLOSED + 'B,"b\n') == [("A", "a"), ("bad-row", "line 3")]
    assert rows('title,"abstract\nA,a\n') == [("bad-row", "line 1"), ("A", "a")]
    assert rows('title;abstract\nA;a\nB; "b\n') == [("A", "a"), ("B", ' "b')]  # no quote: it stands behind a blank


def test_a_cell_that_is_too_long_costs_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.sources.rows.MAX_CELL_CHARS", 50)
    assert rows(CLOSED + "B," + "b" * 60 + "\nC,c\n") == [("A", "a"), ("bad-row", "line 3"), ("C", "c")]


def papers(text: str) -> list[tuple[str, ...]]:
    return [row for row in rows(text, "csv") if row[0] != "no-papers"]


PLAIN_CELLS = st.text("ab c", min_size=1, max_size=6).filter(str.strip)
QUOTED_CELLS = st.text('ab c,\n"', max_size=8).map(lambda cell: '"' + cell.replace('"', '""') + '"')
WHOLE_ROWS = st.lists(st.tuples(PLAIN_CELLS, PLAIN_CELLS), max_size=4)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(PLAIN_CELLS, QUOTED_CELLS), max_size=4), st.text("ab,\n", max_size=12), WHOLE_ROWS)
def test_rows_before_and_behind_a_quote_that_never_closes_are_read(
    before: list[tuple[str, str]], taken: str, behind: list[tuple[str, str]]
) -> None:
    start = "title,abstract\n" + "".join(f"{a},{b}\n" for a, b in before)
    whole = "".join(f"{a},{b}\n" for a, b in behind)
    got = rows(f'{start}B,"{taken.replace(chr(10), "")}\n{whole}', "csv")
    assert got[: len(before)] == papers(start)
    assert got[len(before)] == ("bad-row", f"line {start.count(chr(10)) + 1}")
    assert got[len(before) + 1 :] == papers("title,abstract\n" + whole)
    ends = rows(f'{start}B,"{taken}\nno row\n{whole}', "csv")
    assert ends == got[: len(before) + 1]


def test_a_cell_may_be_long_and_a_formula_is_text() -> None:
    assert rows(f'title,abstract\n=HYPERLINK("x"),{"a" * 200_000}\n') == [('=HYPERLINK("x")', "a" * 200_000)]


def test_arxiv_ids_that_became_numbers_are_mended() -> None:
    records = found("id,title,categories\n704.0001,A,cs\n2401.0001,B,cs\n0704.0002,C,cs\n")
    assert [record.identifiers[0].value for record in records if isinstance(record, Record)] == ["0704.0001", "2401.00010", "0704.0002"]


def test_prose_with_commas_is_no_table_and_a_table_without_titles_is_told() -> None:
    assert [type(item) for item in found("Title, abstract and keywords\n\nWe say how to write these three parts of a paper.\n")] == [Record]
    assert rows("a,b\n1,2\n", "csv") == [("no-columns", "")]
    (told,) = found("a,b\n1,2\n", "csv")
    assert isinstance(told, Rejection)
    assert "'a', 'b': name the column of titles with --map title=COLUMN" in told.message


def test_parquet_gives_papers_with_nested_cells() -> None:
    data = table({
        "id": ["0704.0001", "2401.00002"],
        "title": ["Owls", None],
        "abstract": ["We count owls.", "x"],
        "versions": [[{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v2", "created": "x"}], None],
        "categories": ["cs.CL", "cs.CL"],
        "unread": [b"\0" * 10, b"x"],
    })  # fmt: skip
    paper, rejection = found(data)
    assert isinstance(paper, Record)
    assert (paper.title, paper.issued, paper.version, paper.place, paper.format) == ("Owls", "2007-04-02", 2, "row 1", "arxiv")
    assert (rejection.place, getattr(rejection, "code", "")) == ("row 2", "no-title")


def test_parquet_of_other_types_and_many_rows() -> None:
    data = table({
        "Title": pyarrow.array([f"Owls {n % 3}" for n in range(1000)]).dictionary_encode(),
        "Published": [date(2020, 1, 2)] * 1000,
        "Summary": [["one", "two"]] * 1000,
    }, row_group_size=300)  # fmt: skip
    records = found(data)
    assert len(records) == 1000
    last = records[-1]
    assert isinstance(last, Record)
    assert (last.title, last.abstract, last.issued, last.place) == ("Owls 0", "one\n\ntwo", "2020-01-02", "row 1000")


def test_parquet_that_is_cut_or_has_no_titles_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    data = table({"title": ["Owls"], "abstract": ["x"]})
    assert rows(data[:-20]) == [("damaged", "row 1")]
    assert rows(b"PAR1") == [("damaged", "row 1")]
    assert rows(table({"a": [1]})) == [("no-columns", "")]
    monkeypatch.setattr("kg.sources.parquet.MAX_GROUP_BYTES", 10)
    assert rows(data) == [("too-long", "")]
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (rejection,) = found(data)
    assert isinstance(rejection, Rejection)
    assert (rejection.code, "paper-kg[parquet]" in rejection.message) == ("missing-extra", True)


def test_a_file_that_ends_the_program_which_reads_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.sources.parquet.sys.executable", "/bin/false")
    assert rows(table({"title": ["Owls"]})) == [("damaged", "row 1")]


def test_what_the_library_does_at_its_end_spoils_no_file_that_was_read(tmp_path: Path) -> None:
    (tmp_path / "owls.parquet").write_bytes(table({"title": ["Owls", "Larks"]}))
    aborting = "import atexit, os, runpy; atexit.register(os.abort); runpy.run_module('kg.sources.parquet', run_name='__main__')"
    with (tmp_path / "owls.parquet").open("rb") as file:
        done = subprocess.run([sys.executable, "-c", aborting, "1000", "{}"], stdin=file, stdout=subprocess.PIPE, check=True)
    assert [json.loads(line)["row"]["title"] for line in done.stdout.splitlines()] == ["Owls", "Larks"]


CELLS = st.sampled_from(["title", "abstract", ",", ";", "\t", '"', "\n", "\r\n", "\0", "a", "'", "|", "\ufeff", "doi"]) | st.text(
    max_size=8
)


@settings(deadline=None, max_examples=60)
@given(st.lists(CELLS, max_size=40), st.sampled_from([None, "csv", "tsv"]))
def test_no_text_raises(parts: list[str], format: str | None) -> None:
    assert found("".join(parts).encode("utf-8", errors="replace"), format)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["csv", "tsv"]))
def test_no_bytes_raise(data: bytes, format: str) -> None:
    assert found(data, format)


PARQUET = table({"title": ["Owls", "Lamps"], "abstract": ["x" * 50, None], "versions": [[{"version": "v1"}], []]})


@settings(deadline=None, max_examples=8)  # each starts a process
@given(st.lists(st.tuples(st.integers(4, len(PARQUET) - 1), st.binary(min_size=1, max_size=3)), min_size=1, max_size=3))
def test_no_spoiled_parquet_raises(changes: list[tuple[int, bytes]]) -> None:
    spoiled = bytearray(PARQUET)
    for at, new in changes:
        spoiled[at : at + len(new)] = new
    assert found(bytes(spoiled))
