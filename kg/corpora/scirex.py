"""SciREX: full machine learning papers with mentions of Method, Task, Material (datasets) and Metric.

Mentions that cross a sentence's end are left out, as are coreference and the four-place relations.

Source: Jain et al., ACL 2020, arXiv:2005.00512; allenai/SciREX.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.corpora.files import json_object, texts
from kg.corpora.model import AnnotatedSentence, TaggedSpan, annotated

TYPES = frozenset({"Method", "Task", "Material", "Metric"})
EXPECTED = 'a paper as one JSON object with "doc_id", "words", "sentences" and "ner"'


def read(path: Path) -> Iterator[AnnotatedSentence]:
    """The sentences of all papers in the `.tar.gz`, in a folder of `.json` files, or of one such file."""
    for text in texts(path, (".json",), f"the .tar.gz or folder of SciREX's documents, each {EXPECTED}"):
        paper = json_object(text.text, text, EXPECTED)
        try:
            yield from _sentences(paper)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise text.wrong("not in SciREX's format", EXPECTED) from error


def _sentences(paper: dict[str, Any]) -> Iterator[AnnotatedSentence]:
    words, bounds = paper["words"], [(start, end) for start, end in paper["sentences"] if start < end]
    starts = [start for start, _ in bounds]
    spans: list[list[TaggedSpan]] = [[] for _ in bounds]
    for start, end, type in paper["ner"]:
        i = bisect_right(starts, start) - 1
        if type in TYPES and i >= 0 and end <= bounds[i][1]:
            spans[i].append(TaggedSpan(start - starts[i], end - starts[i], type))
    for (start, end), inside in zip(bounds, spans, strict=True):
        yield annotated(str(paper["doc_id"]), tuple(words[start:end]), inside, [])
