"""A document as the rules read it: its tokens and sentences, worked out once by spaCy's tokeniser and held as plain values."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from kg.extract.sentences import sentence_starts
from kg.extract.tokens import tokenised
from kg.model import Document, Span
from kg.scripts import with_plain_indices


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a document with its tokens, as parallel tuples in text order; ranges of tokens are half-open."""

    text: str  # Document.text
    texts: tuple[str, ...]  # every token as it stands, but for the digits of subscripts: "π0" for "π₀"
    lowers: tuple[str, ...]  # every token in lower case
    starts: tuple[int, ...]  # first character of every token
    ends: tuple[int, ...]  # one past its last character
    sentences: tuple[tuple[int, int], ...]  # tokens of every sentence
    sentence_of: tuple[int, ...]  # number of every token's sentence
    title: int  # characters of the title
    title_end: int  # tokens of the title

    def surface(self, start: int, end: int) -> str:
        """The characters of tokens [start, end), white space between them included; there is at least one."""
        return self.text[self.starts[start] : self.ends[end - 1]]

    def span(self, start: int, end: int) -> Span:
        """Where tokens [start, end) stand in the text; there is at least one."""
        return Span(self.starts[start], self.ends[end - 1])

    def tokens(self, span: Span) -> tuple[int, int]:
        """The tokens that share a character with `span`."""
        return bisect_right(self.ends, span.start), bisect_left(self.starts, span.end)

    def sentence(self, i: int) -> tuple[int, int]:
        """The tokens of the sentence in which token `i` stands."""
        return self.sentences[self.sentence_of[i]]

    def is_apart(self, i: int) -> bool:
        """Whether white space stands between token `i` and the one before it."""
        return self.ends[i - 1] < self.starts[i]

    def sentence_spans(self) -> tuple[Span, ...]:
        """Sentences as characters, without white space around them, in text order."""
        whole = [(self.starts[first], self.surface(first, last)) for first, last in self.sentences]
        trimmed = [(start + len(text) - len(text.lstrip()), text.strip()) for start, text in whole]
        return tuple(Span(start, start + len(text)) for start, text in trimmed if text)


# What follows a name in one token with it: "LLaMA-based", "GPT-4-generated"; not "Megatron-LM", "nnU-Net".
_SUFFIX = re.compile(r"-[a-z]{2,}$")


def read(document: Document, edges: frozenset[int] = frozenset()) -> Reading:
    """The reading of a document; without tokens where its text is empty.

    Args:
        document: what is read.
        edges: characters at which the tagger sees a name begin or end; a token is cut there before a hyphenated suffix.
    """
    text = document.text
    places = tokenised(text).to_array(["IDX", "LENGTH"]).tolist()  # spaCy makes an object of each token that it is asked for
    tokens = [piece for start, length in places for piece in _cut(text[start : start + length], start, edges)]
    texts = tuple(with_plain_indices(token) for token, _ in tokens)
    starts = tuple(start for _, start in tokens)
    sentences = tuple(pairwise((*sentence_starts(texts), len(texts))))
    return Reading(
        text=text,
        texts=texts,
        lowers=tuple(token.lower() for token in texts),
        starts=starts,
        ends=tuple(start + len(token) for token, start in tokens),
        sentences=sentences,
        sentence_of=tuple(n for n, (first, last) in enumerate(sentences) for _ in range(first, last)),
        title=len(document.title),
        title_end=bisect_left(starts, len(document.title)),
    )


def _cut(token: str, start: int, edges: frozenset[int]) -> list[tuple[str, int]]:
    suffix = _SUFFIX.search(token) if edges and "-" in token else None
    if suffix and suffix.start() and start + suffix.start() in edges:
        return [(token[: suffix.start()], start), (suffix[0], start + suffix.start())]
    return [(token, start)]
