"""The blocks of a paper → where a numbered list of cited works stands that has no heading, as the APS and the AIP set it."""

from __future__ import annotations

import re
from collections.abc import Sequence

# "[1] J. Smith", "(1) J. Smith", "1. J. Smith", "1 J. Smith", "1J. Smith" with a raised number
_ENTRY = re.compile(r"(?P<open>[\[(]?)(?P<number>\d{1,3})(?P<close>[\]).]?)\s?(?=[^\W\d]|[“\"])")
# What cited works have and items of other lists have not: "J. Smith" or "Smith, J.", and the year, or where a work without one is found.
_NAME = re.compile(r"\b[A-Z]\.(?:[ -]?[A-Z]\.)*\s[^\W\d_]|[^\W\d_]{2}, [A-Z]\b|\bet al\b")
_PLACE = re.compile(
    r"\b(?:1[89]|20)\d\d[a-z]?\b|\b(?:arXiv|unpublished|in press|to appear|forthcoming|private communication)\b", re.IGNORECASE
)
_FEWEST = 4  # entries
_WORKS = 0.6  # of the entries, that look like works; others are notes
_SKIPPED = 2  # numbers at most from one entry to the next that is found: a block may hold two entries
_BETWEEN = 3  # blocks from one entry to the next: parts of the entry; notes at the feet of pages have more text between
_FIRST = 3  # the number that the first entry found has at most


def list_without_heading(texts: Sequence[str], are_headings: Sequence[bool]) -> tuple[int, int]:
    """Where the list begins and ends among the blocks; two equal places where there is none.

    Args:
        texts: of the blocks.
        are_headings: whether each is one; a list ends before the next heading.
    """
    for at, (text, is_heading) in enumerate(zip(texts, are_headings, strict=True)):
        first = None if is_heading else _ENTRY.match(text)
        if first is None or int(first["number"]) > _FIRST:
            continue
        stop = next((after for after in range(at, len(texts)) if are_headings[after]), len(texts))
        entries = _entries(texts, at, stop)
        works = sum(_NAME.search(texts[entry]) is not None and _PLACE.search(texts[entry]) is not None for entry in entries)
        if len(entries) >= _FEWEST and works >= _WORKS * len(entries):
            return at, stop if stop - entries[-1] <= _BETWEEN else entries[-1] + 1
    return 0, 0


def _entries(texts: Sequence[str], begin: int, stop: int) -> list[int]:
    """Places of the entries that are counted as the one at `begin`, in rising order."""
    found: list[int] = []
    last, marks = 0, ("", "")
    for at in range(begin, stop):
        if found and at - found[-1] > _BETWEEN:
            break
        match = _ENTRY.match(texts[at])
        if match is None or (found and ((match["open"], match["close"]) != marks or not 0 < int(match["number"]) - last <= _SKIPPED)):
            continue
        found.append(at)
        last, marks = int(match["number"]), (match["open"], match["close"])
    return found
