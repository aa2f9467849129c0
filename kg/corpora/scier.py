"""SciER: sentences of machine learning papers with Dataset, Method, Task and nine directed relations.

Two formats, told apart by their keys: "PLM" has a document per line, its words and the places of spans in them; "LLM" has a
sentence per line and names spans and relations by their strings only, which are looked up here.

Source: Zhang et al., EMNLP 2024, arXiv:2410.21155; edzq/SciER.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kg.corpora.files import json_objects, texts
from kg.corpora.model import AnnotatedSentence, TaggedSpan, annotated

EXPECTED = 'one JSON object per line with "doc_id" and either "sentences", "ner", "relations" or "sentence", "ner", "rel"'
_Relation = tuple[TaggedSpan, TaggedSpan, str]


def read(path: Path) -> Iterator[AnnotatedSentence]:
    """The sentences of a `.jsonl` file in either format, or of a folder of them."""
    for text in texts(path, (".jsonl",), f"a .jsonl file of SciER: {EXPECTED}"):
        for place, row in json_objects(text, EXPECTED):
            try:
                yield from _sentences(row)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise place.wrong("not in a format of SciER", EXPECTED) from error


def _sentences(row: dict[str, Any]) -> Iterator[AnnotatedSentence]:
    if "sentences" in row:
        yield from _placed(row)
    else:
        yield _aligned(row)


def _placed(row: dict[str, Any]) -> Iterator[AnnotatedSentence]:
    """PLM: places count from the document's first word and include the span's last."""
    offset = 0
    for words, spans, relations in zip(row["sentences"], row["ner"], row["relations"], strict=True):
        tagged = [TaggedSpan(start - offset, end + 1 - offset, type) for start, end, type in spans]
        at = {(span.start, span.end): span for span in tagged}
        joined = [(at[s - offset, e + 1 - offset], at[t - offset, f + 1 - offset], type) for s, e, t, f, type in relations]
        yield annotated(str(row["doc_id"]), tuple(words), tagged, joined)
        offset += len(words)


def _aligned(row: dict[str, Any]) -> AnnotatedSentence:
    """LLM: each string of "ner" at its first free place after the one before, else at its first free place at all."""
    words = tuple(row["sentence"].split())
    spans: list[TaggedSpan] = []
    after = 0
    for surface, type in row["ner"]:
        places = _places(words, surface.split())
        free = [place for place in places if not any(span.start == place[0] and span.end == place[1] for span in spans)]
        chosen = next((place for place in free if place[0] >= after), free[0] if free else None)
        if chosen is None:
            continue  # the string is not in the sentence
        after = chosen[1]
        spans.append(TaggedSpan(*chosen, type))
    return annotated(str(row["doc_id"]), words, spans, list(_nearest(words, spans, row["rel"])))


def _places(words: Sequence[str], surface: Sequence[str]) -> list[tuple[int, int]]:
    size = len(surface)
    return [(i, i + size) for i in range(len(words) - size + 1) if size and list(words[i : i + size]) == list(surface)]


def _nearest(words: Sequence[str], spans: Sequence[TaggedSpan], relations: Sequence[Sequence[str]]) -> Iterator[_Relation]:
    """Each relation between two strings as one between the two of their mentions that lie nearest to each other."""
    mentions: dict[str, list[TaggedSpan]] = defaultdict(list)
    for span in spans:
        mentions[" ".join(words[span.start : span.end])].append(span)
    for first, type, second in relations:
        pairs = [(a, b) for a in mentions[_spaced(first)] for b in mentions[_spaced(second)] if a != b]
        if pairs:
            yield (*min(pairs, key=lambda pair: max(pair).start - min(pair).end), type)


def _spaced(surface: str) -> str:
    return " ".join(surface.split())
