"""What is trained on: readers of the corpora and of our own gold, as examples. All texts stay where they are."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from kg import corpora
from kg.corpora import AnnotatedSentence
from kg.evaluate import comparable
from kg.extract.train.examples import Example, from_sentence
from kg.model import Document, Record, Rejection
from kg.sources import read
from kg.text import clean

# Types learnt from each corpus whose licence lets the weights be shipped (data/README.md), in a head of its own.
AUXILIARY: dict[str, tuple[str, ...]] = {
    "scirex": ("Method", "Task", "Material", "Metric"),
    "tdmsci": ("TASK", "DATASET", "METRIC"),
    "crossner": (
        "algorithm",
        "task",
        "product",
        "organisation",
        "university",
        "metrics",
        "programlang",
        "conference",
        "researcher",
        "field",
    ),
    "somesci": ("Application", "Developer", "PlugIn", "ProgrammingEnvironment", "OperatingSystem"),  # up to the "_" of "Application_Usage"
}
# For the comparison run with published scores; GPL-3.0: never for shipped weights.
SCIER_TYPES = ("Method", "Dataset", "Task")
SCIER_RELATIONS = (
    "none", "Used-For", "Part-Of", "Trained-With", "Evaluated-With", "Compare-With", "SubClass-Of", "SubTask-Of", "Benchmark-For", "Synonym-Of",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper with its gold row."""

    document: Document
    row: Mapping[str, Any]


def gold(path: Path) -> list[Paper]:
    """The papers of `path` (JSONL in the gold format) with the texts beside it (the same name, ending .txt), in the file's order."""
    documents = [clean(record) for record in read([str(path.with_suffix(".txt"))]) if not isinstance(record, Rejection)]
    by_title = {comparable(d.source_title): d for d in documents if not isinstance(d, Rejection)}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [Paper(by_title[comparable(row["paper"])], row) for row in rows]


def titles(folder: Path) -> set[str]:
    """Titles, in the form they are compared in, of all papers that are labelled in a folder."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return {comparable(json.loads(line)["paper"]) for line in lines}


def abstracts(path: Path, seed: int) -> list[Document]:
    """The unlabelled abstracts, shuffled."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    random.Random(seed).shuffle(rows)
    documents = [clean(Record(str(path), row["title"], row["title"], row["abstract"])) for row in rows]
    return [d for d in documents if not isinstance(d, Rejection)]


def auxiliary(tokenizer: Tokenizer, shared: Path, limits: Mapping[str, int], seed: int) -> Iterator[Example]:
    """Sentences of the corpora with a head of their own: at most `limits` with a span each, and a fifth as many without one.

    Test files stay unread.
    """
    folder = shared / "data"
    places = {
        "scirex": [folder / "scirex-train-docs.tar.gz"],
        "tdmsci": [folder / "tdmsci" / "train_1500_v2.conll"],
        "crossner": [folder / "crossner" / domain / f"{part}.txt" for domain in ("ai", "science") for part in ("train", "dev")],
        "somesci": [folder / "somesci" / "somesci-brat.tar.gz"],
    }
    for name, paths in places.items():
        sentences = [_plain_types(s) for path in paths for s in corpora.read(name, path) if 4 <= len(s.words) <= 120]
        for sentence in _sample(sentences, AUXILIARY[name], limits[name], seed):
            yield from_sentence(tokenizer, name, sentence, AUXILIARY[name])


def _plain_types(sentence: AnnotatedSentence) -> AnnotatedSentence:
    spans = tuple(sorted({replace(span, type=span.type.split("_")[0]) for span in sentence.spans}))
    return replace(sentence, spans=spans, relations=())


def _sample(sentences: Sequence[AnnotatedSentence], types: Sequence[str], limit: int, seed: int) -> list[AnnotatedSentence]:
    chance = random.Random(seed)
    full = [s for s in sentences if any(span.type in types for span in s.spans)]
    empty = [s for s in sentences if not s.spans]
    chance.shuffle(full)
    chance.shuffle(empty)
    chosen = full[:limit]
    return chosen + empty[: len(chosen) // 5]
