"""Paths → records: one module per kind of input.

A kind is told by content first and by the file's ending second; `format=` overrides both. Whatever is wrong with one input becomes a
`Rejection` and the next one is read: nothing here raises for bad input.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from kg.errors import UsageError
from kg.model import Record, Rejection
from kg.sources import jsonl, listing, markdown, plain
from kg.sources.blocks import split_lines
from kg.sources.decoding import HEAD_BYTES, binary_kind, bom_encoding, decode, is_plain_utf8
from kg.sources.files import MAX_FILE_BYTES, Input, find, opened, refusal, shown

__all__ = ["FORMATS", "read"]

FORMATS = ("listing", "text", "markdown", "jsonl", "json")

_Found = Iterator[Record | Rejection]
_READERS: dict[str, Callable[[str, str], _Found]] = {
    "listing": lambda text, source: iter(listing.read(text, source)),
    "text": plain.read,
    "markdown": markdown.read,
    "jsonl": lambda text, source: jsonl.read_lines(enumerate(text.split("\n"), start=1), source),
    "json": jsonl.read_document,
}
_UNREAD = (
    (re.compile(r"<\?xml", re.IGNORECASE), "XML"),
    (re.compile(r"<!doctype html|<html", re.IGNORECASE), "HTML"),
    (re.compile(r"(?:%[^\n]*\n\s*)*@[a-z]{3,20}\s*[{(]", re.IGNORECASE), "BibTeX"),
    (re.compile(r"TY  - "), "RIS"),
    (re.compile(r"(?=[^\n]*[,;\t])(?:[^\n]*[,;\t])?\"?(?:title|abstract)\"?(?=[,;\t\n])", re.IGNORECASE), "a table of fields"),
)


def read(paths: Sequence[str], *, format: str | None = None, stdin: BinaryIO | None = None) -> Iterator[Record | Rejection]:
    """The papers of files, folders (walked in sorted order) and, for "-", standard input, in order of reading.

    Args:
        paths: what to read; what is named twice is read twice.
        format: one of FORMATS, or None to detect it.
        stdin: the stream that "-" stands for; `sys.stdin.buffer` if None.

    Raises:
        UsageError: `format` is none that there is.
    """
    if format is not None and format not in FORMATS:
        raise UsageError(f"unknown format {format!r}", hint="use one of: " + ", ".join(FORMATS))
    return _read_all(paths, format, stdin)


def _read_all(paths: Sequence[str], format: str | None, stdin: BinaryIO | None) -> _Found:
    for found in find(paths):
        if isinstance(found, Rejection):
            yield found
        elif found == "-":
            stream = stdin if stdin is not None else sys.stdin.buffer
            yield from _guarded(Input("-", stream.read(HEAD_BYTES), stream), format)
        else:
            stream_and_head = opened(found)
            if isinstance(stream_and_head, Rejection):
                yield stream_and_head
                continue
            with stream_and_head[0]:
                yield from _guarded(Input(shown(found), stream_and_head[1], stream_and_head[0]), format)


def _guarded(input: Input, format: str | None) -> _Found:
    """What `input` holds; a disk that fails midway is a rejection too."""
    try:
        yield from _read_input(input, format)
    except OSError as error:
        yield refusal(input.source, error)


def _read_input(input: Input, format: str | None) -> _Found:
    kind = binary_kind(input.head)
    if kind is not None:
        yield Rejection(input.source, "", "read", "binary", f"{kind}, not text: give text, Markdown or JSON")
        return
    if _streams(input, format):
        yield from _or_empty(jsonl.read_lines(input.lines(), input.source), input.source)
        return
    data = input.all_bytes()
    if data is None:
        megabytes = MAX_FILE_BYTES // 1024**2
        yield Rejection(input.source, "", "read", "too-long", f"more than {megabytes} MB: split it, or give it as JSON, one paper per line")
        return
    text = decode(data)
    yield from _or_empty(_READERS[format](text, input.source) if format else _read_text(text, input), input.source, blank=not text.strip())


def _streams(input: Input, format: str | None) -> bool:
    """Whether the input can be read line by line: JSON Lines in UTF-8."""
    if format not in (None, "jsonl") or bom_encoding(input.head) not in (None, "utf-8-sig"):
        return False
    if not is_plain_utf8(input.head) or (b"\r" in input.head and b"\n" not in input.head):
        return False
    return format == "jsonl" or _is_json_lines(decode(input.head), input.ending)


def _is_json_lines(start: str, ending: str) -> bool:
    if not start.lstrip().startswith("{"):
        return ending in (".jsonl", ".ndjson") and bool(start.strip()) and not start.lstrip().startswith("[")
    return jsonl.is_lines(start) or ending in (".jsonl", ".ndjson")


def _read_text(text: str, input: Input) -> _Found:
    """The papers of a text whose kind nobody named."""
    start = text[:HEAD_BYTES].lstrip()
    unread = next((name for sign, name in _UNREAD if sign.match(start)), None)
    if unread:
        yield Rejection(input.source, "", "read", "unsupported", f"{unread} is not read yet: give text, Markdown or JSON")
    elif _is_json_lines(start, input.ending):
        yield from _READERS["jsonl"](text, input.source)
    elif input.ending == ".json" or start.startswith(('{"', "{\n", "[{", "[\n", "[ {", '{ "')):
        yield from jsonl.read_document(text, input.source)
    elif input.ending == ".md" or markdown.looks_like(start):
        yield from markdown.read(text, input.source)
    else:
        yield from _read_plain(text, input.source)


def _read_plain(text: str, source: str) -> _Found:
    """A listing, or one paper where there are sections of one or no second title."""
    lines = split_lines(text)
    if plain.is_one_paper([line.text for line in lines if len(line.text) <= 40]):
        yield plain.read_lines(lines, source, format=plain.FORMAT)
        return
    papers = list(listing.read_lines(lines, source))
    if len(papers) == 1:
        yield replace(papers[0], format=plain.FORMAT)
    elif papers or len(lines) > 1:
        yield from papers
    elif lines:
        yield plain.read_lines(lines, source, format=plain.FORMAT)


def _or_empty(found: _Found, source: str, *, blank: bool = True) -> _Found:
    """`found`, or one rejection where there is nothing in it."""
    first = next(found, None)
    if first is not None:
        yield first
        yield from found
    elif blank:
        yield Rejection(source, "", "read", "empty", "nothing in it: check that it is the right file")
    else:
        yield Rejection(
            source, "", "read", "no-papers", "no title found: put each title on a line of its own above its abstract, or name the format"
        )
