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


def sentence_starts(texts: Sequence[str]) -> list[int]:
    """Numbers of the tokens that begin a sentence: the first, any after a blank line, and any after an end that can be one."""
    return [i for i in range(len(texts)) if i == 0 or _begins(texts, i)]


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


def _begins(texts: Sequence[str], i: int) -> bool:
    if "\n" in texts[i - 1] and texts[i - 1].isspace():
        return True
    return _ends_sentence(texts, i - 1) and not texts[i].isspace() and _starts_sentence(texts[i])


def _ends_sentence(texts: Sequence[str], i: int) -> bool:
    """Whether token `i` closes a sentence: a full stop that is no abbreviation's, with closing brackets after it."""
    while i > 0 and texts[i] in _CLOSERS:
        i -= 1
    text = texts[i]
    if text[-1] not in _SENTENCE_END:
        return False
    word = (texts[i - 1] if text == "." and i else text[:-1]).casefold().strip("().")
    return word not in _ABBREVIATED and not (len(word) == 1 and word.isalpha() and text == ".")


def _starts_sentence(text: str) -> bool:
    return text[0].isupper() or text[0].isdigit() or text[0] in "(\"“'‘[" or any(c.isupper() for c in text[1:])
