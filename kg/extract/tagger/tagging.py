"""A text as the tagger reads it: its words, a probability for every label of each, and the vectors that the heads judge entities by."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.extract.tagger.decode import TaggedWords, decode
from kg.extract.tagger.encoder import Array, Encoder
from kg.extract.tagger.geometry import WordSpan
from kg.extract.tagger.heads import Heads
from kg.extract.tagger.heads import load as load_heads
from kg.extract.tagger.words import split
from kg.model import Span


@dataclass(frozen=True)
class Tagging:
    """Words of one text in order, and what the network gives for them."""

    words: tuple[Span, ...]
    labels: Array  # (n_words, n_labels) probabilities
    vectors: Array  # (n_words, width)
    heads: Heads

    def spans(self) -> list[tuple[Span, TaggedWords]]:
        """What the tagger takes for names: characters, and words with class and score; in text order, apart from each other."""
        found = decode(self.labels)
        return [(Span(self.words[t.start].start, self.words[t.end - 1].end), t) for t in found]

    def covering(self, span: Span) -> WordSpan | None:
        """The words that share a character with `span`; None where it holds none."""
        start, end = bisect_right(self._ends, span.start), bisect_left(self._starts, span.end)
        return (start, end) if start < end else None

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _ends(self) -> list[int]:
        return [word.end for word in self.words]


class Tagger:
    """The loaded network of one variant. Keeps no state between texts."""

    def __init__(self, folder: Path, variant: str) -> None:
        self._encoder = Encoder(folder, variant)
        self._heads = load_heads(folder, variant)

    def read(self, texts: Sequence[str]) -> list[Tagging]:
        """The tagging of each text, in order; texts read together are computed in batches, with the same result up to rounding."""
        words = [tuple(split(text)) for text in texts]
        vectors = self._encoder.encode([[span.of(text) for span in spans] for text, spans in zip(texts, words, strict=True)])
        return [Tagging(spans, self._heads.labels(x), x, self._heads) for spans, x in zip(words, vectors, strict=True)]
