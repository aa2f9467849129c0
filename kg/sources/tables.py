"""CSV and TSV: a line of column names, then a paper per row, in any dialect that spreadsheets and data frames write."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Record, Rejection
from kg.sources import rows
from kg.sources.columns import columns, field_of, is_header, untitled
from kg.sources.decoding import decode, decode_line
from kg.sources.fields import record
from kg.sources.formats import Format, Found, Input, RefusedError, Start

CSV, TSV = "csv", "tsv"

_DELIMITERS = ",;\t|"
_HEADER_ROWS = 12  # among the first of these stand the column names, below what a database says of its export
_EMBASE_SOURCE = re.compile(r"(.{1,300}?) \((?:19|20)\d\d\)")  # "Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014"
_WOS_NAMES = re.compile(r"\[[^\[\]]*\] ?")  # of the authors in front of an address: "[Doe, J.; Roe, R.] Univ Turin, Turin, Italy"
_FLOAT_ID = re.compile(r"\d{1,2}(?:0[1-9]|1[0-2])\.\d{1,4}")  # an arXiv id that a spreadsheet took for a number


@dataclass(frozen=True, slots=True)
class _Header:
    """The line with the names of the columns."""

    names: tuple[str, ...]
    delimiter: str
    row: int  # how many lines stand above it
    spaced: bool  # whether a blank follows each delimiter


def read(input: Input) -> Found:
    """One paper or rejection per row, streamed.

    Raises:
        RefusedError: no line names a column of titles, a column that the user says is found in no way, or a line is far too long.
    """
    lines = input.lines(ends=True) if input.has_utf8_lines else _encoded(input.all_text())
    start = decode(input.head)
    header = _header(start, input.columns) or _lenient_header(start)
    chosen = columns(header.names, input.columns)
    if "title" not in (field for _, field in chosen):
        raise untitled(header.names)
    yield from _rows(_texts(lines), header, chosen, input.source)


def _encoded(text: str) -> Iterator[tuple[int, bytes | None]]:
    *ended, last = text.split("\n")
    lines = [*(f"{line}\n" for line in ended), *([last] if last else [])]
    yield from ((number, line.encode("utf-8", errors="replace")) for number, line in enumerate(lines, start=1))


def _texts(lines: Iterable[tuple[int, bytes | None]]) -> Iterator[str]:
    for number, line in lines:
        if line is None:
            raise RefusedError("too-long", "the line is too long to be a row: close its quotes", place=f"line {number}")
        yield decode_line(line).removeprefix("\ufeff") + ("\n" if line.endswith(b"\n") else "")


def _rows(lines: Iterator[str], header: _Header, chosen: Sequence[tuple[int, str]], source: str) -> Found:
    for _ in range(header.row):
        next(lines, None)
    format = TSV if header.delimiter == "\t" else CSV
    is_arxiv = any(name.strip().casefold() in ("categories", "authors_parsed", "arxiv_id") for name in header.names)
    dialect = rows.Dialect(header.delimiter, header.spaced, len(header.names))
    named = False
    for number, row in rows.read(lines, header.row + 1, dialect):
        place = f"line {number}"
        if isinstance(row, rows.Wrong):
            named = True
            yield Rejection(source, place, "read", row.code, row.message)
            continue
        if not named or not any(cell.strip() for cell in row):
            named = True
            continue
        yield _paper(row, header, chosen, is_arxiv, (source, place, format))


def _paper(
    row: list[str], header: _Header, chosen: Sequence[tuple[int, str]], is_arxiv: bool, where: tuple[str, str, str]
) -> Record | Rejection:
    while len(row) > len(header.names) and not row[-1].strip():
        row.pop()
    if len(row) > len(header.names):
        if field_of(header.names[-1]) != "abstract":
            return Rejection(
                where[0], where[1], "read", "bad-row", "more cells than columns: put quotes around cells that hold the delimiter"
            )
        last = len(header.names) - 1  # an abstract with delimiters and without quotes
        row = [*row[:last], (f"{header.delimiter} " if header.spaced else header.delimiter).join(row[last:])]
    entry: dict[str, object] = {}
    for place, field in chosen:
        if place < len(row) and row[place].strip() and field not in entry:
            entry[field] = row[place].strip("/ ") if field in ("date", "year") else row[place]  # "2014//"
    name = next((name for name in ("arxiv_id", "id") if is_arxiv and name in entry), "")
    if name and _FLOAT_ID.fullmatch(str(entry[name]).strip()):
        entry[name] = float(str(entry[name]))
    _mend(entry)
    found = record(entry, *where)
    if not found.title.strip():
        return Rejection(where[0], where[1], "read", "no-title", "a row without a title: fill its cell")
    return found


def _mend(entry: dict[str, object]) -> None:
    """Bring what only some databases write so into the form that all others have."""
    source = _EMBASE_SOURCE.match(str(entry.pop("source", "")))
    if source:
        entry.setdefault("venue", source.group(1))
    if "[" in str(entry.get("affiliations", ""))[:1] and ";" in str(entry["affiliations"]):
        entry["affiliations"] = _WOS_NAMES.sub("", str(entry["affiliations"]))


def _header(start: str, said: Mapping[str, str]) -> _Header | None:
    """The line that names columns, among the first lines."""
    for row, line in enumerate(start.split("\n")[:_HEADER_ROWS]):
        found = [(cells, delimiter) for delimiter in _DELIMITERS if is_header(cells := _cells(line, delimiter), said)]
        if found:
            cells, delimiter = max(found, key=lambda one: len(one[0]))
            return _Header(tuple(cells), delimiter, row, f"{delimiter} " in line)
    return None


def _lenient_header(start: str) -> _Header:
    """The first line, whatever it says."""
    lines = start.split("\n")
    row = next((number for number, line in enumerate(lines[:_HEADER_ROWS]) if line.strip()), 0)
    cells = max((_cells(lines[row], delimiter) for delimiter in _DELIMITERS), key=len)
    delimiter = next(delimiter for delimiter in _DELIMITERS if _cells(lines[row], delimiter) == cells)
    return _Header(tuple(cells), delimiter, row, f"{delimiter} " in lines[row])


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.removeprefix("\ufeff")[:10_000]], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def _is_table(delimiters: str, start: Start) -> bool:
    header = _header(start.text, start.columns)
    return header is not None and header.delimiter in delimiters


CSV_FORMAT = Format(CSV, "a table of fields (CSV)", lambda start: _is_table(",;|", start), stream=read, endings=(".csv",))
TSV_FORMAT = Format(TSV, "a table of fields (TSV)", lambda start: _is_table("\t", start), stream=read, endings=(".tsv",))
