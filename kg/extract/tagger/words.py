"""Text to the words that the tagger reads, each with its shape; training and run time share this module."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.model import Span

_WORD = re.compile(r"\w+|[^\w\s]")

# The vocabulary is uncased; case comes back in as one of these shapes, an embedding of its own.
SHAPES = ("lower", "no letters", "Title", "UPPER", "miXed", "with digits")


def split(text: str) -> list[Span]:
    """Runs of letters, digits and underscores, and every other character that is no white space, in text order."""
    return [Span(*match.span()) for match in _WORD.finditer(text)]


def shape(word: str) -> int:
    """Index of the word's shape in `SHAPES`."""
    if not any(c.isalpha() for c in word):
        return 1
    if any(c.isdigit() for c in word):
        return 5
    if word.islower():
        return 0
    if len(word) > 1 and word.isupper():
        return 3
    return 2 if word[0].isupper() and not any(c.isupper() for c in word[1:]) else 4


def shapes(words: Sequence[str]) -> list[int]:
    """The shape of each word."""
    return [shape(word) for word in words]
