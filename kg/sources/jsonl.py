"""JSON Lines, one paper per line, and JSON documents of one or many papers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import orjson

from kg.model import Record, Rejection
from kg.sources.decoding import decode
from kg.sources.fields import paper, papers_in
from kg.sources.flavours import FLAVOURS, Flavour
from kg.sources.formats import Format, Found, Input, RefusedError, Start, never
from kg.sources.inputs import MAX_FILE_BYTES
from kg.sources.long_json import BadJsonError, listed

LINE_FORMAT = "jsonl"
DOCUMENT_FORMAT = "json"

_DOCUMENT_START = re.compile(r"\{\s*[\"}]|\[\s*\{|[\[{][\s\[\]{},:\"]*\Z")  # or nothing but a start: "{" of a file that was cut off


def read_input(input: Input, flavour: Flavour | None = None) -> Found:
    """One paper or rejection per line of an input, streamed where its lines are UTF-8; of one flavour, or of that of each paper."""
    if input.has_utf8_lines:
        yield from read_lines(input.lines(), input.source, flavour)
    else:
        yield from read_lines(enumerate(input.all_text().split("\n"), start=1), input.source, flavour)


def read_any(input: Input, flavour: Flavour) -> Found:
    """The papers of JSON of a flavour that was named, in lines or in one document."""
    if _are_lines(Start(input.head, decode(input.head).lstrip(), input.ending)):
        yield from read_input(input, flavour)
    else:
        yield from read_whole(input, flavour)


def read_whole(input: Input, flavour: Flavour | None = None) -> Found:
    """The papers of one JSON document, in order; of one that is too long to be read whole those of its list, streamed.

    Raises:
        RefusedError: it is too long and no list of papers begins in its first part, or it is not in UTF-8; one paper is too long.
    """
    begun = replace(input, head=input.head + input.rest.read(MAX_FILE_BYTES + 1 - len(input.head)))
    if len(begun.head) <= MAX_FILE_BYTES:
        yield from read_document(begun.all_text(), input.source, flavour)
        return
    papers = listed(begun) if input.has_utf8_lines else None
    if papers is None:
        raise RefusedError("too-long", f"more than {MAX_FILE_BYTES // 1024**2} MB: split it, or give it as JSON, one paper per line")
    number = 0
    try:
        for number, entry in enumerate(papers, start=1):
            yield _paper(entry, input.source, f"paper {number}", DOCUMENT_FORMAT, flavour)
    except BadJsonError as error:
        if input.damage is None:  # else that is told
            yield Rejection(
                input.source,
                f"paper {number + 1}",
                "read",
                "bad-json",
                f"not valid JSON ({error}): mend the file, or give one object per line",
            )


def read_lines(
    lines: Iterable[tuple[int, bytes | str | None]], source: str, flavour: Flavour | None = None
) -> Iterator[Record | Rejection]:
    """The paper, or a rejection, of each line that is not blank, in order; reads no further than it has given."""
    for number, line in lines:
        place = f"line {number}"
        if line is None:
            yield Rejection(source, place, "read", "too-long", "the line is too long to be one paper: split it, one paper per line")
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            yield from _odd_line(line, source, place, flavour)
            continue
        if isinstance(value, dict) and "title" in value:  # nearly all
            yield _paper(value, source, place, LINE_FORMAT, flavour)
        else:
            yield from _papers_of_line(value, source, place, flavour)


def read_document(text: str, source: str, flavour: Flavour | None = None) -> Iterator[Record | Rejection]:
    """The papers of one JSON document, in order."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError) and error.msg == "Extra data" and "\n" in text:  # lines after all
            yield from read_lines(enumerate(text.split("\n"), start=1), source, flavour)
            return
        yield Rejection(
            source, _where(error), "read", "bad-json", f"not valid JSON ({_reason(error)}): mend the file, or give one object per line"
        )
        return
    for number, entry in enumerate(papers_in(value), start=1):
        yield _paper(entry, source, f"paper {number}", DOCUMENT_FORMAT, flavour)


def is_lines(text: str) -> bool:
    """Whether `text`, the start of a JSON input, is one object per line rather than one document."""
    lines = [line for line in text.split("\n") if line.strip()][:2]
    try:
        return isinstance(json.loads(lines[0]), dict) if lines else False
    except (ValueError, RecursionError):
        return len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines) and lines[0].strip() != "{"


def _are_lines(start: Start) -> bool:
    return start.text.startswith("{") and (is_lines(start.text) or start.ending in _LINE_ENDINGS)


_LINE_ENDINGS = (".jsonl", ".ndjson")
LINES = Format(LINE_FORMAT, "JSON, one paper per line", _are_lines, stream=read_input, endings=_LINE_ENDINGS)
DOCUMENT = Format(
    DOCUMENT_FORMAT,
    "a JSON document",
    lambda start: _DOCUMENT_START.match(start.text) is not None,
    stream=read_whole,
    endings=(".json",),
)
FLAVOURED = tuple(Format(one.name, one.title, never, stream=partial(read_any, flavour=one)) for one in FLAVOURS)  # told paper by paper


def _odd_line(line: bytes | str, source: str, place: str, flavour: Flavour | None) -> Found:
    """The paper of a line that is blank, or not strictly JSON: broken UTF-8, a comma behind it, NaN, half a surrogate pair."""
    text = line.decode("utf-8", errors="replace") if isinstance(line, bytes) else line
    text = text.strip().removeprefix("\ufeff").rstrip(",")
    if not text or text in ("[", "]"):  # an array written with one paper per line reads as well
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Rejection(source, place, "read", "bad-json", f"not valid JSON ({_reason(error)}): mend or remove the line")
        return
    yield from _papers_of_line(value, source, place, flavour)


def _papers_of_line(value: object, source: str, place: str, flavour: Flavour | None) -> Found:
    """The paper of a line; the papers of one that is a whole answer of an API."""
    if not isinstance(value, dict) or "title" in value:
        yield _paper(value, source, place, LINE_FORMAT, flavour)
        return
    papers = papers_in(value)
    for number, entry in enumerate(papers, start=1):
        inner = place if entry is value else f"{place}, paper {number}"
        yield _paper(entry, source, inner, LINE_FORMAT, flavour)


def _paper(entry: object, source: str, place: str, format: str, flavour: Flavour | None) -> Record | Rejection:
    if not isinstance(entry, dict):
        return Rejection(source, place, "read", "not-a-paper", "not a JSON object: give one object per paper, with a title and an abstract")
    found = paper(entry, source, place, format, flavour)
    if not found.title.strip():
        return Rejection(source, place, "read", "no-title", 'no title: give the paper a "title" field')
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()}, column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number too long"


def _where(error: Exception) -> str:
    return f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
