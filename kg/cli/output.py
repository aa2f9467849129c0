"""What commands print: data on standard output, words on standard error, and nothing that a terminal would obey.

Titles and names come from papers: before they reach a terminal, control and direction characters are taken out.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TextIO

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.model import Rejection

Form = Literal["table", "tsv", "csv", "json"]

# -1 after -q (errors only), 0 by default, 1 after -v.
verbosity: ContextVar[int] = ContextVar("verbosity", default=0)

# C0 but tab and newline, DEL, C1, and the marks that reorder text (UAX #9), which can make a line show other than it is.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NARROWEST = 8

_RED, _DIM, _PLAIN = "\x1b[31m", "\x1b[2m", "\x1b[0m"


def plain(text: str) -> str:
    """`text` without the characters that a terminal obeys instead of showing; newlines and tabs stay."""
    return _CONTROL.sub("", text)


def on_terminal(stream: TextIO | None = None) -> bool:
    """Whether `stream` (standard output if none) is shown to a person."""
    return (stream or sys.stdout).isatty()


def emit(text: str) -> None:
    """Write data to standard output; stripped of control characters where that is a terminal."""
    sys.stdout.write(plain(text) if on_terminal() else text)
    if not text.endswith("\n"):
        sys.stdout.write("\n")


@contextmanager
def binary() -> Iterator[BinaryIO]:
    """A stream of bytes that goes to standard output as it comes; on a terminal at its end, as text that is safe there."""
    if on_terminal():
        data = io.BytesIO()
        yield data
        emit(data.getvalue().decode("utf-8", "replace"))
        return
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def say(text: str, *, level: int = 0) -> None:
    """Write words to standard error, unless they are less urgent than -q or -v asks for."""
    if verbosity.get() >= level:
        sys.stderr.write(plain(text) + "\n")


def complain(message: str, hint: str) -> None:
    """Write an error and what to do next, one line each, whatever -q says; red on a terminal unless NO_COLOR is set."""
    error, advice = f"error: {one_line(message)}", f"hint:  {one_line(hint)}"
    if on_terminal(sys.stderr) and not os.environ.get("NO_COLOR"):
        error, advice = f"{_RED}{error}{_PLAIN}", f"{_DIM}{advice}{_PLAIN}"
    sys.stderr.write(f"{error}\n{advice}\n" if hint else f"{error}\n")


def refusal(rejection: Rejection) -> str:
    """One line on a document that was refused: where, the stable code, and why."""
    where = f"{rejection.source}, {rejection.place}" if rejection.place else rejection.source
    return one_line(f"refused: {where}: {rejection.message} [{rejection.code}]")


def one_line(text: str) -> str:
    """`text` without control characters, on one line."""
    return " ".join(plain(text.replace("\t", " ")).split())


def pairs(given: Sequence[str], option: str = "--param", example: str = "dataset=ImageNet") -> dict[str, str]:
    """Values as given to an option, `["k=v"]`, by name; raises `UsageError` for one without "=" or given twice."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"{option} {text!r} is not of the form name=value", hint=f"write {option} {example}")
        if name in found:
            raise UsageError(f"{option} {name} is given twice", hint=f"give each {'parameter' if option == '--param' else 'name'} once")
        found[name] = value
    return found


def json_text(value: Any) -> str:  # noqa: ANN401 (any value that JSON can hold)
    """`value` as JSON for people and programs: indented, letters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def rows_text(header: Sequence[str], rows: Iterable[Sequence[str]], format: Form) -> str:
    """Rows of text in one of four forms; JSON is a list of objects keyed by the header."""
    if format == "json":
        return json_text([dict(zip(header, row, strict=True)) for row in rows])
    if format == "csv":
        return "".join(_csv(row) for row in [header, *rows])
    if format == "tsv":
        return "".join("\t".join(_tsv(cell) for cell in row) + "\n" for row in [header, *rows])
    return table(header, list(rows), width=shutil.get_terminal_size().columns if on_terminal() else None)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, width: int | None) -> str:
    """Aligned columns under a header and a rule; cells on one line, cut with "…" where `width` columns do not hold them."""
    cells = [[one_line(cell) for cell in row] for row in [header, *rows]]
    widths = _widths(cells, width)
    lines = ["  ".join(_fit(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in cells]
    lines.insert(1, "  ".join("─" * w for w in widths))
    return "\n".join(lines) + "\n"


def columns(text: str) -> int:
    """Columns that `text` takes on a terminal: two for wide characters, none for marks over others (UAX #11)."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _widths(cells: list[list[str]], width: int | None) -> list[int]:
    """The width of each column; the widest give way first until all fit."""
    widths = [max(columns(row[i]) for row in cells) for i in range(len(cells[0]))]
    if width is None:
        return widths
    room = width - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _fit(cell: str, width: int) -> str:
    """`cell` padded to `width` columns, or cut to it."""
    size = columns(cell)
    if size <= width:
        return cell + " " * (width - size)
    return "".join(_take(cell, width - 1)) + "…"


def _take(cell: str, width: int) -> Iterator[str]:
    """Characters of `cell` while they fit into `width` columns, then blanks up to it."""
    used = 0
    for c in cell:
        if used + columns(c) > width:
            break
        used += columns(c)
        yield c
    yield " " * (width - used)


def _csv(row: Sequence[str]) -> str:
    """A row of RFC 4180, ended by a line feed. The writer quotes a lone carriage return only where its own line end holds one."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(row)
    return out.getvalue().removesuffix("\r\n") + "\n"


def _tsv(cell: str) -> str:
    r"""`cell` on one line: backslash, tab, newline and carriage return escaped as in SPARQL results (\\ \t \n \r)."""
    return cell.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
