"""A line of authors as arXiv keeps it: names, and affiliations in parentheses, written out or as numbers of a list at the end.

    Ada Lovelace (Analytical Engines Ltd.), Charles Babbage and others
    BELLE Collaboration: A. Person (1), N. Other (1 and 2) ((1) KEK, (2) University of Tokyo)

Source: https://info.arxiv.org/help/prep.html#author
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Affiliation, Author
from kg.sources.limits import MAX_AFFILIATIONS, MAX_STATED
from kg.sources.personal_names import DEGREES, SUFFIXES, bare

_MAX_CHARS = 500_000  # of such a line: the longest have 5,000 names
_TOKEN = re.compile(r"(?P<open>\()|(?P<close>\))|(?P<parting>[,;:](?=\s|$)|\s(?:and|&)\s)|[^(),;:\s]+|.", re.DOTALL)
_KEYS = re.compile(r"\s*(?:\d{1,3}|[a-z])(?:\s*(?:,|;|and|&|\s)\s*(?:\d{1,3}|[a-z]))*\s*")
_KEY = re.compile(r"\d{1,3}|(?<![a-z])[a-z](?![a-z])")
_LISTED = re.compile(r"\(\s*(\d{1,3}|[a-z])\s*\)")
_NO_NAME = re.compile(r"(?:and\s+)?(?:et\.? al\.?|others|\d+ (?:others|additional|more).*)?", re.IGNORECASE)
_ON_BEHALF = re.compile(r"(?:for|on behalf of|representing)\b", re.IGNORECASE)


def authors_of(line: str) -> tuple[Author, ...]:
    """The authors that the line names, at most MAX_STATED, in its order; linear in its length."""
    people: list[tuple[str, list[str]]] = []
    for name, notes in _people(" ".join(line[:_MAX_CHARS].split())):
        if bare(name) in SUFFIXES and people:
            people[-1] = (f"{people[-1][0]} {name}", people[-1][1] + notes)
        elif bare(name) not in DEGREES and (_is_name(name) or notes):
            people.append((name, notes))
    listed: dict[str, str] = {}
    for _, notes in people[-1:]:
        for note in notes:
            listed.update(_listed(note))
    authors = (Author(name, affiliations=tuple(_affiliations(notes, listed))) for name, notes in people[:MAX_STATED] if _is_name(name))
    return tuple(authors)


def _is_name(words: str) -> bool:
    return any(map(str.isalpha, words)) and not _NO_NAME.fullmatch(words)


def _people(line: str) -> Iterator[tuple[str, list[str]]]:
    """Each name with what stands in parentheses after it."""
    name: list[str] = []
    notes: list[str] = []
    depth = began = 0
    for token in _TOKEN.finditer(line):
        kind = token.lastgroup
        if kind == "open":
            began = token.end() if not depth else began
            depth += 1
        elif kind == "close" and depth:
            depth -= 1
            if not depth:
                notes.append(line[began : token.start()])
        elif depth:
            continue
        elif kind == "parting":
            yield "".join(name).strip(), notes
            name, notes = [], []
        else:
            name.append(token.group())
    yield "".join(name).strip(), notes


def _listed(note: str) -> Iterator[tuple[str, str]]:
    """Key and affiliation of each item of "(1) KEK, (2) University of Tokyo"."""
    if not note.lstrip().startswith("("):
        return
    parts = _LISTED.split(note)
    for key, text in zip(parts[1::2], parts[2::2], strict=False):
        yield key, text.strip(" ,;.")


def _affiliations(notes: list[str], listed: dict[str, str]) -> Iterator[Affiliation]:
    found: dict[str, None] = {}
    for note in notes[:MAX_AFFILIATIONS]:
        if _KEYS.fullmatch(note):
            found.update((listed[key], None) for key in _KEY.findall(note) if listed.get(key))
        elif not note.lstrip().startswith("(") and not _ON_BEHALF.match(note.strip()) and note.strip(" ,;"):
            found[note.strip(" ,;")] = None
    yield from map(Affiliation, list(found)[:MAX_AFFILIATIONS])
