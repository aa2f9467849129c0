"""What people decided about which names are one thing: a small table that lives beside the papers, in git if they wish.

In: the file `decisions.tsv` of a folder. Out: `Decision` values in the order of the file, and the file with rows added or taken out,
every other byte as it was. The table is plain: cells parted by one tab, no quotes, one header line, comments from "#" to the end of
their line. Columns come in any order; `note` may be missing, and so may the last cells of a row where they are empty.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from kg.errors import DecisionError
from kg.model import DECISION_FIELDS, Decision, DecisionKind, EntityType, FieldError, Relation, Role

FILE = "decisions.tsv"
COLUMNS = ("decision", *Decision.__slots__[1:])  # the field `kind` stands in the column "decision"
COMMENT = "# What people decided about the things of the graph; wins over every rule. Cells are parted by tabs.\n"

_HEADER = "\t".join(COLUMNS)
_EMPTY = f"{COMMENT}{_HEADER}\n"  # what a new file starts with
_FIRST = f"put this line first, its words parted by tabs: {_HEADER}"
_LINES = re.compile(r"[^\n]*\n|[^\n]+")  # with their ends; never str.splitlines(), which also splits at U+2028
_LONE_RETURN = re.compile(r"\r(?!\n)")
_CONFLICT = re.compile(r"<{7}|={7}|>{7}|\|{7}")  # how git marks the sides of a merge
_CLOSE = 60.0  # rapidfuzz ratio (0-100) from which a word may be meant: "smae" is 75 to "same", "Organization" 92
_VALUES: dict[str, tuple[str, ...]] = {
    "decision": tuple(DecisionKind),
    "type": ("", *EntityType),
    "predicate": ("", *Role, *Relation),
    "other_type": ("", *EntityType),
}
_End = tuple[str, str, str]  # type, name, paper


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of a file, for messages."""

    where: str
    line: int  # from 1

    def fail(self, column: str, what: str, hint: str) -> NoReturn:
        raise DecisionError(f"{self.where}, line {self.line}, column {column}: {what}", hint=hint)


@dataclass(frozen=True, slots=True)
class _Table:
    """A file as it is: its lines with their ends, and what the rows among them mean."""

    lines: tuple[str, ...]
    columns: tuple[str, ...]  # in the order of the file
    end: str  # how lines end
    rows: tuple[tuple[int, Decision], ...]  # with the index of their line in `lines`


def parse(text: str, where: str) -> tuple[Decision, ...]:
    """The decisions of a table, in its order.

    Args:
        text: the whole table; a byte order mark and line ends of Windows are accepted.
        where: what to call the table in messages, usually its path.

    Raises:
        DecisionError: a line is no decision; names the line, the column and what to write instead.
    """
    return tuple(decision for _, decision in _table(text, where).rows)


def render(decisions: Iterable[Decision]) -> str:
    """The table of these decisions: header, then one row each, without the empty cells at the end of a row."""
    return "".join(f"{line}\n" for line in (_HEADER, *(_row(decision, COLUMNS) for decision in decisions)))


def digest(decisions: Iterable[Decision]) -> str:
    """16 hex digits over the rows in their order, notes included, comments and layout of the file not.

    The order counts because of two renames of one thing the later wins.
    """
    return hashlib.sha256(render(decisions).encode()).hexdigest()[:16]


def load(folder: Path) -> tuple[Decision, ...]:
    """The decisions of a folder, in the order of the file; () where the folder has no such file.

    Raises:
        DecisionError: the folder is absent, or the file cannot be read or understood.
    """
    path = folder / FILE
    text = _read(path)
    return () if text is None else parse(text, str(path))


def add(folder: Path, decisions: Iterable[Decision]) -> int:
    """Append those decisions that do not hold yet, and return how many these are; all else in the file stays as it is.

    A decision holds where a row says it, whatever its note and whichever of two equal sides comes first. A rename holds only while
    no later row gives the same thing another name.

    Raises:
        DecisionError: the folder is absent, the file has a mistake, or cannot be written.
    """
    path = folder / FILE
    text = _read(path)
    table = _table(_EMPTY if text is None else text, str(path))
    new = _new(decisions, [decision for _, decision in table.rows])
    if new:
        _write(path, _appended(table, [_file_row(decision, table, str(path)) for decision in new]))
    return len(new)


def remove(folder: Path, decision: Decision) -> bool:
    """Take out every row that says `decision`, whatever its note; all else in the file stays as it is.

    A file that is left with nothing but what `add` starts a new file with is deleted.

    Returns:
        Whether there was such a row.

    Raises:
        DecisionError: the folder is absent, the file has a mistake, or cannot be written.
    """
    path = folder / FILE
    text = _read(path)
    if text is None:
        return False
    table = _table(text, str(path))
    gone = {line for line, known in table.rows if _meaning(known) == _meaning(decision)}
    if gone:
        _write(path, _without(table, gone))
    return bool(gone)


def check(decisions: Iterable[Decision]) -> tuple[str, ...]:
    """Contradictions, one line each for people: things said to be one and not one, and two names for one thing.

    "One thing" is followed through other rows: A same B, B same C, A different C contradict each other. A name as one paper uses it
    is an end of its own, so that an exception for a paper contradicts nothing.
    """
    known = tuple(decisions)
    same = _SameThings(known)
    found: dict[str, None] = {}  # in order, each once
    names: dict[_End, Decision] = {}
    for decision in known:
        left, right = _ends(decision)
        if decision.kind is DecisionKind.DIFFERENT and same.root(left) == same.root(right):
            found[f"{_said(left)} and {_said(right)} are said to be the same and to be different"] = None
        if decision.kind is DecisionKind.RENAME:
            first = names.setdefault(same.root(left), decision)
            if first.other != decision.other:
                found[f"{_said(_ends(first)[0])} is renamed {first.other!r}, {_said(left)} {decision.other!r}: one thing, two names"] = None
    return tuple(found)


class _SameThings:
    """Which ends are one thing by the rows "same", directly or through others."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._parent: dict[_End, _End] = {}
        for decision in decisions:
            if decision.kind is DecisionKind.SAME:
                left, right = sorted(map(self.root, _ends(decision)))
                if left != right:
                    self._parent[right] = left

    def root(self, end: _End) -> _End:
        while (up := self._parent.get(end)) is not None:
            self._parent[end] = self._parent.get(up, up)  # halves the path, so that long chains stay cheap
            end = up
        return end


def _ends(decision: Decision) -> tuple[_End, _End]:
    type = str(decision.type or "")
    return (type, decision.name, decision.paper), (type, decision.other, decision.other_paper)


def _said(end: _End) -> str:
    type, name, paper = end
    return f"{type} {name!r}" + (f" of {paper}" if paper else "")


def _meaning(decision: Decision) -> tuple[str, ...]:
    """What two rows have in common that say one thing: all but the note, and the two sides of a pair in one order."""
    if decision.kind in (DecisionKind.SAME, DecisionKind.DIFFERENT):
        left, right = sorted(_ends(decision))
        return (str(decision.kind), *left, *right)
    return decision.cells[:-1]


def _place(decision: Decision) -> tuple[str, ...]:
    """What only one row can fill: the later of two renames of one thing takes the place of the first."""
    meaning = _meaning(decision)
    return meaning[:4] if decision.kind is DecisionKind.RENAME else meaning


def _new(decisions: Iterable[Decision], known: Iterable[Decision]) -> list[Decision]:
    holding = {_place(decision): _meaning(decision) for decision in known}
    new = []
    for decision in decisions:
        if holding.get(_place(decision)) != _meaning(decision):
            holding[_place(decision)] = _meaning(decision)
            new.append(decision)
    return new


def _table(text: str, where: str) -> _Table:
    lone = _LONE_RETURN.search(text)
    if lone:
        place = _Place(where, text.count("\n", 0, lone.start()) + 1)
        place.fail("decision", "a carriage return that ends no line", "save the file with line ends LF or CRLF")
    lines = tuple(_LINES.findall(text))
    columns: tuple[str, ...] = ()
    rows = []
    for number, line in enumerate(lines):
        content = (line if number else line.removeprefix("\ufeff")).rstrip("\r\n")
        if not content.strip() or content.startswith("#"):
            continue
        place = _Place(where, number + 1)
        _check_tabs(content, place)
        cells = [cell.strip() for cell in content.split("\t")]
        if columns:
            rows.append((number, _decision(cells, columns, place)))
        else:
            columns = _columns(cells, place)
    if not columns:  # a file without a row decides nothing; the first row will need the header
        return _Table((*(line if line.endswith("\n") else f"{line}\n" for line in lines), f"{_HEADER}\n"), COLUMNS, "\n", ())
    return _Table(lines, columns, "\r\n" if lines[0].endswith("\r\n") else "\n", tuple(rows))


def _check_tabs(content: str, place: _Place) -> None:
    if "\t" in content:
        return
    if _CONFLICT.match(content):
        place.fail(
            "decision",
            "a mark of an unfinished merge",
            "keep the rows of both sides and delete the lines with <<<<<<<, ======= and >>>>>>>",
        )
    place.fail("decision", f"no tab in {content[:60]!r}", "part the cells by one tab each, not by spaces; a comment starts with #")


def _columns(cells: Sequence[str], place: _Place) -> tuple[str, ...]:
    """The header: every column of `COLUMNS` once, in any order; `note` may be missing."""
    columns = tuple(cells[: max((n for n, cell in enumerate(cells, 1) if cell), default=0)])
    if columns and columns[0] in tuple(DecisionKind):
        place.fail("decision", "a row stands where the header line should be", _FIRST)
    for number, column in enumerate(columns, 1):
        if column not in COLUMNS:
            place.fail(str(number), f"there is no column {column[:60]!r}", _meant(column, COLUMNS))
        if column in columns[: number - 1]:
            place.fail(str(number), f"a second column {column!r}", "keep one of the two")
    for column in COLUMNS[:-1]:
        if column not in columns:
            place.fail(column, "the header lacks this column", _FIRST)
    return columns


def _decision(cells: Sequence[str], columns: Sequence[str], place: _Place) -> Decision:
    for number, cell in enumerate(cells[len(columns) :], len(columns) + 1):
        if cell:
            place.fail(str(number), f"{cell[:60]!r} stands right of the last column", "remove it, or a tab too many before it")
    row = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=False))
    for column, allowed in _VALUES.items():
        if row[column] not in allowed:
            place.fail(
                column, f"{row[column][:60]!r} is not known here" if row[column] else "the cell is empty", _meant(row[column], allowed)
            )
    kind = DecisionKind(row["decision"])
    type, other_type = (EntityType(row[column]) if row[column] else None for column in ("type", "other_type"))
    try:
        return Decision(kind, type, row["name"], row["paper"], row["predicate"], other_type, row["other"], row["other_paper"], row["note"])
    except FieldError as error:
        place.fail(error.field, str(error)[:200], _instead(error.field, row))


def _instead(column: str, row: dict[str, str]) -> str:
    """What to write where the row as a whole does not fit."""
    kind = DecisionKind(row["decision"])
    needed, optional = DECISION_FIELDS[kind]
    if column == "predicate" and row[column] and column in needed:
        return _meant(row[column], tuple(Relation if row["name"] else Role))
    if not row[column].isprintable():
        return "type it again: what was copied holds characters that do not show"
    return f"a row {str(kind)!r} fills {', '.join(needed)}; it may fill {', '.join(optional)}, note; the other cells stay empty"


def _meant(word: str, allowed: Sequence[str]) -> str:
    from rapidfuzz import fuzz, process

    words = list(dict.fromkeys(str(value) for value in allowed if value))
    found = process.extractOne(word, words, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_CLOSE)
    return (f"did you mean {found[0]!r}? " if found else "") + f"write one of {', '.join(words)}"


def _row(decision: Decision, columns: Sequence[str]) -> str:
    cells = dict(zip(COLUMNS, decision.cells, strict=True))
    return "\t".join(cells[column] for column in columns).rstrip("\t")


def _file_row(decision: Decision, table: _Table, where: str) -> str:
    """The row of a decision for this file; an error where the file's own columns cannot hold it."""
    place = _Place(where, len(table.lines) + 1)
    row = _row(decision, table.columns)
    if decision.note and "note" not in table.columns:
        place.fail("note", "the decision has a note, the file no column for it", "add the column note at the end of the header line")
    if row.startswith("#"):
        place.fail(table.columns[0], f"{row[:60]!r} would be read as a comment", "make decision the first column of the file")
    return row


def _appended(table: _Table, rows: Iterable[str]) -> str:
    text = "".join(table.lines)
    if text.endswith("\n"):
        return text + "".join(f"{row}{table.end}" for row in rows)
    return text + "".join(f"{table.end}{row}" for row in rows)


def _without(table: _Table, gone: set[int]) -> str:
    text = "".join(line for number, line in enumerate(table.lines) if number not in gone)
    ended = table.lines[-1].endswith("\n")
    return text if ended else text.removesuffix("\n").removesuffix("\r")


def _read(path: Path) -> str | None:
    """The text of the file with its byte order mark and line ends; None where the folder has no such file."""
    with _reported(path):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            if path.parent.is_dir():
                return None
            raise
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = before.rpartition(b"\n")[2].count(b"\t") + 1
        _Place(str(path), before.count(b"\n") + 1).fail(str(column), "not UTF-8", "save the file as UTF-8 text, cells parted by tabs")


def _write(path: Path, text: str) -> None:
    """Give the file new content in one step, on disk when this returns; keeps its mode, and a link as a link."""
    with _reported(path):
        target = path.resolve()
        if text == _EMPTY:
            target.unlink()
        else:
            _replace(target, text)
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _replace(path: Path, text: str) -> None:
    side = path.with_name(path.name + ".tmp")
    try:
        with side.open("w", encoding="utf-8", newline="") as file:
            if path.exists():
                shutil.copymode(path, side)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        side.replace(path)
    except OSError:
        with suppress(OSError):
            side.unlink()
        raise


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Turn what the system says of the file into one line with a way out."""
    try:
        yield
    except OSError as error:
        raise DecisionError(f"{path}: {error.strerror or error}", hint=_way_out(error)) from error


def _way_out(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "create the folder first, or name another"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "allow reading and writing of this file and of its folder, or name another folder"
    if isinstance(error, IsADirectoryError):
        return "move that folder away: a file of this name goes there"
    return "the file is as it was; make room on the disk if it is full, and run the same command again"
