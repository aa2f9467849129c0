r"""SoMeSci: life science papers with mentions of software, its versions, developers, links and citations.

A paper is a text and a brat file beside it. Sentences end at line ends and at ".", "!" or "?" before a space and a capital, digit or
bracket; words are `\w+|[^\w\s]`. Annotations that are no whole words of one sentence, or come in pieces, are dropped.

Source: Schindler et al., CIKM 2021, arXiv:2108.09070; dave-s477/SoMeSci.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from kg.corpora.files import Text, texts
from kg.corpora.model import AnnotatedSentence, TaggedSpan, annotated

EXPECTED = 'papers as pairs of a .txt file and a brat .ann file ("T1<tab>Type start end<tab>words")'
_WORD = re.compile(r"\w+|[^\w\s]")
_SENTENCE_END = re.compile(
    r"""
    \s*\n\s*  # a line's end
    | (?<=[.!?])  # "…was used. All tests…", not "e.g. tests"
      (?<!\b[A-Z]\.) (?<!al\.) (?<!\b[Ff]ig\.) (?<!e\.g\.) (?<!i\.e\.) (?<!\bvs\.) (?<!\b[vV]\.) (?<!ver\.) (?<!Inc\.)
      \s+ (?=[A-Z0-9(\["“])
    """,
    re.VERBOSE,
)
_SPAN = re.compile(r"(?P<name>T\d+)\t(?P<type>\S+) (?P<start>\d+) (?P<end>\d+)\t.*")
_RELATION = re.compile(r"R\d+\t(?P<type>\S+) Arg1:(?P<first>T\d+) Arg2:(?P<second>T\d+)\s*")
_IN_PIECES = re.compile(r"T\d+\t\S+ \d+ \d+(;\d+ \d+)+\t.*")


def read(path: Path) -> Iterator[AnnotatedSentence]:
    """The sentences of all papers in the `.tar.gz` or in a folder."""
    pairs: dict[str, dict[str, Text]] = defaultdict(dict)
    for text in texts(path, (".txt", ".ann"), f"the .tar.gz or folder of SoMeSci: {EXPECTED}"):
        pairs[text.name][text.place.rpartition(".")[2]] = text
    for name, pair in pairs.items():
        if pair.keys() != {"txt", "ann"}:
            raise next(iter(pair.values())).wrong("its other half is missing", EXPECTED)
        yield from _sentences(name, pair["txt"].text, pair["ann"])


def _sentences(document: str, text: str, annotations: Text) -> Iterator[AnnotatedSentence]:
    """The sentences of one paper; brat counts characters."""
    bounds = list(_bounds(text))
    words = [list(_WORD.finditer(text, start, end)) for start, end in bounds]
    at_start = [{word.start(): i for i, word in enumerate(sentence)} for sentence in words]
    at_end = [{word.end(): i + 1 for i, word in enumerate(sentence)} for sentence in words]
    starts = [start for start, _ in bounds]
    placed: dict[str, tuple[int, TaggedSpan]] = {}
    joined: list[list[tuple[TaggedSpan, TaggedSpan, str]]] = [[] for _ in bounds]
    spans, relations = _parse(annotations)
    for name, start, end, type in spans:
        i = bisect_right(starts, start) - 1
        if i >= 0 and start in at_start[i] and end in at_end[i]:
            placed[name] = (i, TaggedSpan(at_start[i][start], at_end[i][end], type))
    for first, second, type in relations:
        if first in placed and second in placed and placed[first][0] == placed[second][0]:
            joined[placed[first][0]].append((placed[first][1], placed[second][1], type))
    for i, sentence in enumerate(words):
        if sentence:
            inside = [span for at, span in placed.values() if at == i]
            yield annotated(document, tuple(word[0] for word in sentence), inside, joined[i])


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield start, end.start()
        start = end.end()
    yield start, len(text)


def _parse(annotations: Text) -> tuple[list[tuple[str, int, int, str]], list[tuple[str, str, str]]]:
    """Spans (name, start, end, type) and relations (name, name, type) of a brat file."""
    spans, relations = [], []
    for number, line in enumerate(annotations.lines(), start=1):
        if span := _SPAN.fullmatch(line):
            spans.append((span["name"], int(span["start"]), int(span["end"]), span["type"]))
        elif relation := _RELATION.fullmatch(line):
            relations.append((relation["first"], relation["second"], relation["type"]))
        elif line.strip() and line[0] in "TR" and not _IN_PIECES.fullmatch(line):
            raise annotations.wrong(f"line {number} is no brat annotation", EXPECTED)
    return spans, relations
