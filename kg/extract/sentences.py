"""Where sentences begin, read from the tokens of a text; and the sentence around a span of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from kg.extract.words import words
from kg.model import Span

# Words that carry a full stop inside a sentence.
_ABBREVIATED = words(
    "e.g i.e etc al vs fig figs eq eqs sec secs tab ref refs resp approx cf no nos vol pp ch dr prof st w.r.t a.k.a viz ca dept univ"
)
_SENTENCE_END = frozenset(".!?")
_CLOSERS = frozenset(")]}\"”'’")
# What is longer is no sentence and is cut: the longest of 30,000 abstracts has 1,770. Much is read in the whole sentence of a name.
MAX_CHARS = 4000


def sentence_starts(texts: Sequence[str]) -> list[int]:
    """Numbers of the tokens that begin a sentence: the first, any after a blank line, after an end that can be one, or after `MAX_CHARS`."""
    starts: list[int] = []
    chars = last = 0  # of the sentence so far; the last token before this one that closes no bracket or quote
    for i, text in enumerate(texts):
        if i == 0 or chars + len(text) > MAX_CHARS or _begins(texts, i, last):
            starts.append(i)
            chars = 0
        chars += len(text)
        if text not in _CLOSERS:
            last = i
    return starts


def around(sentences: Sequence[Span], span: Span) -> Span:
    """The sentence that `span` stands in; all of its sentences together where it runs over several.

    Args:
        sentences: in text order, apart from each other.
        span: starts and ends inside a sentence.
    """
    first = sentences[bisect_right(sentences, span.start, key=_start) - 1]
    return first if span.end <= first.end else Span(first.start, sentences[bisect_right(sentences, span.end - 1, key=_start) - 1].end)


def _start(sentence: Span) -> int:
    return sentence.start


def _begins(texts: Sequence[str], i: int, last: int) -> bool:
    """Whether token `i` begins a sentence; closing brackets and quotes alone stand between it and token `last`."""
    if "\n" in texts[i - 1] and texts[i - 1].isspace():
        return True
    return _ends_sentence(texts, last) and not texts[i].isspace() and _starts_sentence(texts[i])


def _ends_sentence(texts: Sequence[str], i: int) -> bool:
    """Whether token `i` closes a sentence: a full stop that is no abbreviation's."""
    text = texts[i]
    if text[-1] not in _SENTENCE_END:
        return False
    word = (texts[i - 1] if text == "." and i else text[:-1]).casefold().strip("().")
    return word not in _ABBREVIATED and not (len(word) == 1 and word.isalpha() and text == ".")


def _starts_sentence(text: str) -> bool:
    return text[0].isupper() or text[0].isdigit() or text[0] in "(\"“'‘[" or any(c.isupper() for c in text[1:])
