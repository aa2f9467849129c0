"""Abbreviation pairs that a text defines itself: "Self-Controlled Memory (SCM)" and "SCM (Self-Controlled Memory)".

Source: Schwartz & Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text,
PSB 2003, doi:10.1142/9789812776303_0042; the second order (short form first) is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.extract.sentences import around
from kg.model import Abbreviation, Span

# "(SCM)", "(LLMs)", "(AHMS; an …)": the part before , ; or ) is looked at. Not "(see Section 3)".
_PARENTHESIS = re.compile(r"\(([^()]{2,120})\)")
_CALLED = re.compile(r",? (?:called|named|dubbed|termed|coined|abbreviated as|denoted as|short for) ([A-Z][\w+\-]{1,11})(?![\w-])")
_BOUNDARY = re.compile(r"[.;:!?()\n]|, ")
_WORD = re.compile(r"[^\s,]+")
_MOST_BEFORE = 1000  # characters to the left that are read: at most 17 words, whatever their length


_Pair = tuple[Span, Span]  # short, long


def find_abbreviations(text: str, sentences: Sequence[Span]) -> list[Abbreviation]:
    """All pairs in `text`, in order of the short form; the long form stands in the same clause as the short one.

    Args:
        text: the whole text.
        sentences: of that text, in order and without white space around them.
    """
    return [Abbreviation(short, long, around(sentences, _both(short, long))) for short, long in _pairs(text)]


def _both(short: Span, long: Span) -> Span:
    return Span(min(short.start, long.start), max(short.end, long.end))


def _pairs(text: str) -> list[_Pair]:
    found: list[_Pair] = []
    for match in _PARENTHESIS.finditer(text):
        inside = re.split(r"[;,]", match[1], maxsplit=1)[0].rstrip()
        inner = Span(match.start(1), match.start(1) + len(inside)) if inside else None
        if inner is None:
            continue
        pair = _long_before(text, inner) if _is_short(inside) else _long_inside(text, match.start(), inner)
        if pair is not None:
            found.append(pair)
    for match in _CALLED.finditer(text):
        if sum(c.isupper() for c in match[1]) >= 3 and (pair := _long_before(text, Span(match.start(1), match.end(1)), match.start())):
            found.append(pair)
    return sorted(found, key=lambda pair: pair[0])


def _is_short(form: str) -> bool:
    """Whether `form` can be an abbreviation: at most two words, 2–10 characters, a letter, starts alphanumeric."""
    words = form.split()
    return len(words) <= 2 and 2 <= len(form) <= 12 and form[0].isalnum() and sum(c.isupper() for c in form) >= 1 and not form.isdigit()


def _long_before(text: str, short: Span, left_end: int | None = None) -> _Pair | None:
    """The pair "long form (SHORT)" or "long form called SHORT": searched in the clause to the left of it."""
    left_end = short.start - 1 if left_end is None else left_end
    left_start = max(0, left_end - _MOST_BEFORE)
    for boundary in _BOUNDARY.finditer(text, max(0, left_end - 250), left_end):
        left_start = boundary.end()
    span = find_long_form(short.of(text), text[left_start:left_end])
    return (short, Span(left_start + span.start, left_start + span.end)) if span else None


def _long_inside(text: str, parenthesis: int, long: Span) -> _Pair | None:
    """The pair "SHORT (long form)": the word before the parenthesis must abbreviate the whole of what is inside."""
    before = re.search(r"([\w+\-]+)\s$", text[max(0, parenthesis - 20) : parenthesis])
    if before is None or not _is_short(before[1]) or sum(c.isupper() for c in before[1]) < 2:
        return None
    span = find_long_form(before[1], long.of(text))
    if span is None or span.start > 0 or " " not in long.of(text):
        return None
    start = parenthesis - len(before[0])
    return Span(start, start + len(before[1])), long


def find_long_form(short: str, before: str) -> Span | None:
    """Long form that `short` abbreviates, searched in the words just before "(short)".

    Args:
        short: abbreviation without its parentheses, 2–12 characters; a plural "s" may follow capitals ("LLMs").
        before: text to the left; at most ``min(len(short) + 5, 2 * len(short))`` words are used.

    Returns:
        Span in `before`, or None when the letters do not fit.
    """
    core = short[:-1] if len(short) > 2 and short[-1] == "s" and short[-2].isupper() else short
    letters = [c for c in core.casefold() if c.isalnum()]
    before_words = list(_WORD.finditer(before.rstrip()))
    usable = before_words[-min(len(core) + 5, 2 * len(core)) :]
    if not letters or not usable:
        return None
    floor, i = usable[0].start(), len(before.rstrip()) - 1
    for position in range(len(letters) - 1, -1, -1):
        while i >= floor and not _fits(before, i, letters[position], first=position == 0):
            i -= 1
        if i < floor:
            return None
        i -= 1
    span = Span(i + 1, len(before.rstrip()))
    return span if _is_long(span.of(before), core) else None


def _fits(before: str, i: int, letter: str, *, first: bool) -> bool:
    """Whether the character at `i` can stand for `letter`; the first letter must begin a word (or a part after a hyphen)."""
    if before[i].casefold() != letter:
        return False
    return not first or i == 0 or not before[i - 1].isalnum()


def _is_long(long: str, short: str) -> bool:
    """A long form is longer than its abbreviation, does not contain it as a word, and spends at most a few extra words."""
    words = re.split(r"[\s\-]+", long)
    return len(long) > len(short) and short.casefold() not in [w.casefold() for w in words] and len(words) <= 2 * len(short) + 1


def pairs(text: str, abbreviations: list[Abbreviation]) -> Iterator[tuple[str, str]]:
    """(short, long) surfaces of each pair."""
    for pair in abbreviations:
        yield pair.short.of(text), pair.long.of(text)
