"""Tasks by the shape of their names: a short phrase that ends in a task noun, in the title or said more than once."""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc

from kg.extract.candidates import Candidate, Vote
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


def find_tasks(doc: Doc, title_end: int) -> list[Candidate]:
    """Phrases of two to four words that end in a task noun: all of the title's, and those of the text that stand there twice."""
    phrases = [(i, j) for i, j in _phrases(doc)]
    keys = Counter(normal_form(doc[i:j].text) for i, j in phrases)
    found = []
    for start, end in phrases:
        in_title = end <= title_end
        if not in_title and keys[normal_form(doc[start:end].text)] < 2:
            continue
        rule, weight = ("task.title", 1.2) if in_title else ("task.repeated", 1.0)
        found.append(Candidate(start, end, (Vote(EntityType.TASK, weight, rule),), priority=1))
    return [*found, *_stated(doc)]


def _stated(doc: Doc) -> list[Candidate]:
    """As in "the problem of matching table metadata to …": what stands behind "task of" or "problem of", up to a preposition."""
    found = []
    for i in range(1, len(doc) - 2):
        if doc[i].lower_ != "of" or doc[i - 1].lower_ not in ("task", "problem"):
            continue
        end = i + 1
        while end < doc[i].sent.end and end - i <= _MAX_WORDS and _is_modifier(doc[end].lower_, doc[end].text):
            end += 1
        if end - i >= 3 and normal_form(doc[i + 1 : end].text) not in generic_terms():
            found.append(Candidate(i + 1, end, (Vote(EntityType.TASK, 1.2, "task.problem-of"),), priority=1))
    return found


def _phrases(doc: Doc) -> list[tuple[int, int]]:
    found = []
    for sentence in doc.sents:
        for i in range(sentence.start, sentence.end):
            if doc[i].lower_ not in _TAILS:
                continue
            start = i
            while start > sentence.start and i - start < _MAX_WORDS - 1 and _is_modifier(doc[start - 1].lower_, doc[start - 1].text):
                start -= 1
            if start < i and normal_form(doc[start : i + 1].text) not in generic_terms():
                found.append((start, i + 1))
    return found


def _is_modifier(lower: str, text: str) -> bool:
    if lower in STOP_WORDS or lower in _NOT_INSIDE or lower.endswith(("ly", "ing-based", "-based")):
        return False
    return text.replace("-", "").isalnum() and any(c.isalpha() for c in text)
