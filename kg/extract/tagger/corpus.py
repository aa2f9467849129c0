"""The tagger on annotated corpora: the same network, read over sentences that are cut into words already, in the corpus's own types.

A model folder for a corpus has a file `corpus.json` beside the weights: {"corpus": …, "variant": …, "types": […], "relations": […]}.
Without one the shipped weights speak, in our own types; a corpus's types are then ours under other names.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, permutations
from pathlib import Path
from typing import Any

import numpy as np

from kg.corpora import AnnotatedSentence, TaggedSpan
from kg.errors import SourceError, UsageError
from kg.extract.tagger.decode import decode
from kg.extract.tagger.encoder import Array, Encoder
from kg.extract.tagger.heads import Heads
from kg.extract.tagger.heads import load as load_heads
from kg.extract.tagger.labels import CLASSES

WINDOW = 80  # words of a document that are read as one text, whole sentences: best F1 on SciER dev of 40, 80, 160, 250
_TYPES_IN = {
    "scier": {"Method": "Method", "Dataset": "Dataset", "Task": "Task"},
    "scirex": {"Method": "Method", "Dataset": "Material", "Task": "Task"},
    "tdmsci": {"Dataset": "DATASET", "Task": "TASK"},
    "crossner": {"Method": "algorithm", "Task": "task", "Organisation": "organisation", "Hardware": "product"},
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """What the classes of a model mean in a corpus."""

    variant: str
    types: tuple[str, ...]  # one a class; "" for a class that the corpus lacks
    relations: tuple[str, ...]  # none first; empty where the model has no relations for the corpus


class CorpusTagger:
    """Marks spans and relations sentence by sentence; keeps no state between calls."""

    def __init__(self, folder: Path, scheme: Scheme) -> None:
        self._encoder = Encoder(folder, scheme.variant)
        self._heads: Heads = load_heads(folder, scheme.variant)
        self._scheme = scheme

    def tag(self, sentences: Sequence[AnnotatedSentence]) -> list[AnnotatedSentence]:
        """The same sentences with predicted spans and relations; sentences of a document must stand together.

        A document pass follows the network: a name has the type that most of its mentions have, and its other places are marked too.
        """
        found = []
        for _, group in groupby(sentences, key=lambda s: s.document):
            document = list(group)
            vectors = [x for window in windows(document) for x in self._vectors(window)]
            marked = [replace(s, spans=self._spans(x), relations=()) for s, x in zip(document, vectors, strict=True)]
            settled = agree(marked)
            found += [replace(s, relations=self._relations(s, x)) for s, x in zip(settled, vectors, strict=True)]
        return found

    def _vectors(self, window: Sequence[AnnotatedSentence]) -> list[Array]:
        whole = self._encoder.encode([[word for s in window for word in s.words]])[0]
        edges = np.cumsum([0, *(len(s.words) for s in window)])
        return [whole[a:b] for a, b in pairwise(edges)]

    def _spans(self, words: Array) -> tuple[TaggedSpan, ...]:
        if not len(words):
            return ()
        marked = [(t, self._scheme.types[t.label]) for t in decode(self._heads.labels(words))]
        return tuple(TaggedSpan(t.start, t.end, type_) for t, type_ in marked if type_)

    def _relations(self, sentence: AnnotatedSentence, words: Array) -> tuple[tuple[int, int, str], ...]:
        types, relations = self._scheme.types, self._scheme.relations
        pairs = list(permutations(range(len(sentence.spans)), 2))
        if not relations or not pairs:
            return ()
        places = [[(s.start, s.end)] for s in sentence.spans]
        kinds = [types.index(s.type) for s in sentence.spans]
        shares = self._heads.relations(words, places, self._heads.pool(words, places), kinds, pairs)
        best = shares.argmax(-1)
        return tuple((s, o, relations[k]) for (s, o), k in zip(pairs, best, strict=True) if k)


def windows(document: Sequence[AnnotatedSentence], limit: int = WINDOW) -> Iterator[list[AnnotatedSentence]]:
    """Whole sentences that follow each other, at most `limit` words together (more where one sentence is longer)."""
    window: list[AnnotatedSentence] = []
    for sentence in document:
        if window and sum(len(s.words) for s in window) + len(sentence.words) > limit:
            yield window
            window = []
        window.append(sentence)
    if window:
        yield window


def agree(document: Sequence[AnnotatedSentence]) -> list[AnnotatedSentence]:
    """One type per name over a document, by majority, the earlier one on a tie; names found twice or more are marked wherever they stand."""
    votes: dict[tuple[str, ...], Counter[str]] = {}
    for sentence in document:
        for span in sentence.spans:
            votes.setdefault(_key(sentence, span.start, span.end), Counter())[span.type] += 1
    chosen = {key: max(counter, key=lambda t: counter[t]) for key, counter in votes.items()}
    repeated = {key for key, counter in votes.items() if counter.total() >= 2 and any(len(word) > 1 for word in key)}
    return [_marked(sentence, chosen, repeated) for sentence in document]


def _key(sentence: AnnotatedSentence, start: int, end: int) -> tuple[str, ...]:
    return tuple(word.casefold() for word in sentence.words[start:end])


def _marked(sentence: AnnotatedSentence, chosen: dict[tuple[str, ...], str], repeated: set[tuple[str, ...]]) -> AnnotatedSentence:
    spans = [replace(span, type=chosen[_key(sentence, span.start, span.end)]) for span in sentence.spans]
    taken = {i for span in spans for i in range(span.start, span.end)}
    longest = max(map(len, repeated), default=0)
    for length in range(longest, 0, -1):
        for start in range(len(sentence.words) - length + 1):
            key = _key(sentence, start, start + length)
            if key in repeated and taken.isdisjoint(range(start, start + length)):
                spans.append(TaggedSpan(start, start + length, chosen[key]))
                taken.update(range(start, start + length))
    return replace(sentence, spans=tuple(sorted(spans)), relations=())


def open_sentence_tagger(folder: Path, corpus: str) -> CorpusTagger:
    """The tagger for a corpus: a model trained on it where `folder` holds one, else the shipped weights under the corpus's names of types.

    Raises:
        UsageError: the model is for another corpus, or our types have no counterpart in this one.
        SourceError: `folder` holds no model.
    """
    path = folder / "corpus.json"
    if path.is_file():
        made = _described(path)
        if made["corpus"] != corpus:
            raise UsageError(
                f"the model in {folder} is for {made['corpus']}, not {corpus}", hint=f"train one: python -m kg.extract.train {corpus}"
            )
        return CorpusTagger(folder, Scheme(made["variant"], tuple(made["types"]), tuple(made["relations"])))
    if not (folder / "accurate.onnx").is_file():
        raise SourceError(f"{folder} holds no model", hint="give a folder that python -m kg.extract.train wrote")
    if corpus not in _TYPES_IN:
        raise UsageError(f"our types have no counterpart in {corpus}", hint="give --model with a model trained on it")
    names = _TYPES_IN[corpus]
    return CorpusTagger(folder, Scheme("accurate", tuple(names.get(name.split(":")[0], "") for name in CLASSES), ()))


def _described(path: Path) -> dict[str, Any]:
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
        return {key: made[key] for key in ("corpus", "variant", "types", "relations")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{path} does not describe a model: {error}", hint="train it again: python -m kg.extract.train") from error
