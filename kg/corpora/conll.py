"""Sentences in CoNLL columns: a word a line, tabs between columns, the BIO tag last, an empty line between sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.corpora.files import Text
from kg.corpora.model import AnnotatedSentence, TaggedSpan

EXPECTED = 'lines of "word<tab>tag" with tags "O", "B-…" and "I-…", an empty line after each sentence'
_TAG = re.compile(r"O|[BI]-(?P<type>.+)")


def sentences(text: Text) -> Iterator[AnnotatedSentence]:
    """The sentences of a file. CoNLL files name no documents, so each sentence is a document of its own."""
    rows: list[tuple[str, str]] = []
    count = 0
    for number, line in enumerate([*text.lines(), ""], start=1):
        if line.strip():
            rows.append(_row(text, number, line))
        elif rows:
            count += 1
            yield _sentence(f"{text.name}:{count}", rows)
            rows = []


def _row(text: Text, number: int, line: str) -> tuple[str, str]:
    word, *middle = line.split("\t")
    if not middle or not word or not _TAG.fullmatch(middle[-1]):
        raise text.wrong(f"line {number} is not in the format", EXPECTED)
    return word, middle[-1]


def _sentence(document: str, rows: Iterable[tuple[str, str]]) -> AnnotatedSentence:
    words, tags = zip(*rows, strict=True)
    return AnnotatedSentence(document, words, tuple(decode(tags)))


def decode(tags: Iterable[str]) -> Iterator[TaggedSpan]:
    """The spans of BIO tags; an "I-" that continues nothing of its type begins a span."""
    start, open_type = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        type = tag[2:]
        if open_type and (tag[:2] != "I-" or type != open_type):
            yield TaggedSpan(start, i, open_type)
            open_type = ""
        if type and not open_type:
            start, open_type = i, type
