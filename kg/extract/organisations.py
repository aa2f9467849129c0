"""Organisations by the shape of their names: "University of Turin", "Karlsruhe Institute of Technology", "Zauron Labs, Inc."."""

from __future__ import annotations

from kg.extract.candidates import MAX_NAME_TOKENS, Candidate, Vote
from kg.extract.reading import Reading
from kg.extract.words import words
from kg.model import EntityType

_HEADS = words(
    "University Institute College Laboratory Laboratories Labs Consortium Hospital Inc Inc. Corporation Corp Ltd GmbH "
    "Foundation Agency Academy Ministry Association Université Universität Universidad Università Politecnico Clinic "
    "Airlines Organization Organisation Council"
)
_LINKS = words("of for and the at in & , - de di du la")
_REACH = MAX_NAME_TOKENS  # to each side of such a word


def find_organisations(reading: Reading) -> list[Candidate]:
    """Capitalised runs around a word that only organisations carry, outside the title."""
    found: list[Candidate] = []
    for i in range(reading.title_end, len(reading.texts)):
        if reading.texts[i] in _HEADS:
            start, end = _widen(reading, i)
            if end - start >= 2:
                found.append(Candidate(start, end, (Vote(EntityType.ORGANISATION, 3.0, "organisation.head"),), priority=15))
    return found


def _widen(reading: Reading, head: int) -> tuple[int, int]:
    start, end = head, head + 1
    while (
        start > max(0, head - _REACH)
        and reading.texts[start - 1][:1].isupper()
        and reading.texts[start - 1] not in ("The", "At", "In", "From", "We")
    ):
        start -= 1
    while end < min(len(reading.texts), head + _REACH) and _is_part(reading, end):
        end += 1
    while reading.texts[end - 1] in _LINKS:
        end -= 1
    return start, end


def _is_part(reading: Reading, i: int) -> bool:
    """Whether token `i` goes on with the name: a capitalised word after "of", "for", "in", or a link before one."""
    text, before = reading.texts[i], reading.texts[i - 1]
    if text in ("of", "for", "at", "and", "the"):
        nexts = reading.texts[i + 1 : i + 3]
        capital = bool(nexts) and (nexts[0][:1].isupper() or (nexts[0] == "the" and len(nexts) > 1 and nexts[1][:1].isupper()))
        return capital and (text != "and" or before not in _HEADS)
    return text[:1].isupper() and text.isalpha()
