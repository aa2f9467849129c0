"""Tasks by the shape of their names: a short phrase that ends in a task noun, in the title or said more than once."""

from __future__ import annotations

from collections import Counter

from kg.extract.candidates import Candidate, Vote
from kg.extract.reading import Reading
from kg.extract.words import STOP_WORDS, TASK_NOUNS, words
from kg.gazetteer import generic_terms
from kg.model import EntityType
from kg.names import normal_form

_TAILS = TASK_NOUNS - words("task tasks problem search inference scheduling assessment modeling modelling imaging mapping repair rendering")
_NOT_INSIDE = words(
    "via using towards toward based efficient robust scalable improving enhancing better fast accurate automated automatic "
    "real-time novel new effective large-scale end-to-end multi-scale rethinking learning benchmark benchmarking framework "
    "model models existing our traditional current high-quality various several different many multiple other downstream "
    "complex challenging subsequent joint direct such"
)
_MAX_WORDS = 4


def find_tasks(reading: Reading) -> list[Candidate]:
    """Phrases of two to four words that end in a task noun: all of the title's, and those of the text that stand there twice."""
    phrases = _phrases(reading)
    times = Counter(key for _, _, key in phrases)
    found = []
    for start, end, key in phrases:
        if end <= reading.title_end:
            found.append(Candidate(start, end, (Vote(EntityType.TASK, 1.2, "task.title"),), priority=1))
        elif times[key] > 1:
            found.append(Candidate(start, end, (Vote(EntityType.TASK, 1.0, "task.repeated"),), priority=1))
    return [*found, *_stated(reading)]


def _stated(reading: Reading) -> list[Candidate]:
    """As in "the problem of matching table metadata to …": what stands behind "task of" or "problem of", up to a preposition."""
    found = []
    for i in range(1, len(reading.texts) - 2):
        if reading.lowers[i] != "of" or reading.lowers[i - 1] not in ("task", "problem"):
            continue
        end = i + 1
        while end < reading.sentence(i)[1] and end - i <= _MAX_WORDS and _is_modifier(reading.lowers[end], reading.texts[end]):
            end += 1
        if end - i >= 3 and normal_form(reading.surface(i + 1, end)) not in generic_terms():
            found.append(Candidate(i + 1, end, (Vote(EntityType.TASK, 1.2, "task.problem-of"),), priority=1))
    return found


def _phrases(reading: Reading) -> list[tuple[int, int, str]]:
    """Phrases that end in a task noun and are no generic term: start, end, normal form."""
    found = []
    for i, word in enumerate(reading.lowers):
        if word not in _TAILS:
            continue
        start, floor = i, max(reading.sentence(i)[0], i + 1 - _MAX_WORDS)
        while start > floor and _is_modifier(reading.lowers[start - 1], reading.texts[start - 1]):
            start -= 1
        key = normal_form(reading.surface(start, i + 1))
        if start < i and key not in generic_terms():
            found.append((start, i + 1, key))
    return found


def _is_modifier(lower: str, text: str) -> bool:
    if lower in STOP_WORDS or lower in _NOT_INSIDE or lower.endswith(("ly", "ing-based", "-based")):
        return False
    return text.replace("-", "").isalnum() and any(c.isalpha() for c in text)
