"""Sentences cut into pieces, some of them marked: what a template sets as <mark> or as a link. Nothing here is markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.lookup import End, Quote


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text."""

    text: str
    role: str = ""  # "object" or "subject" of what the sentence is evidence for; "" for the words between
    end: End | None = None  # what the words name, where that is to be linked


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of a text that name something: half-open."""

    start: int
    stop: int
    role: str
    end: End | None = None


def pieces(text: str, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """The text in order, cut at its marks; of marks that overlap, the first and longest stays."""
    found, at = list[Piece](), 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.stop, mark.role)):
        if at <= mark.start < mark.stop <= len(text):
            found += [Piece(text[at : mark.start]), Piece(text[mark.start : mark.stop], mark.role, mark.end)]
            at = mark.stop
    return tuple(piece for piece in (*found, Piece(text[at:])) if piece.text)


def sentence(quote: Quote) -> tuple[Piece, ...]:
    """A quoted sentence with the words for both ends of its statement marked."""
    ends = (("object", quote.object_mark), ("subject", quote.subject_mark))
    return pieces(quote.sentence, [Mark(*mark, role) for role, mark in ends if mark is not None])


def annotated(title: str, abstract: str, quotes: Iterable[Quote]) -> tuple[Piece, ...]:
    """An abstract in which every thing that the paper names is marked, as the quotes say, which count characters of the paper's text.

    A paper's text is its title, a blank line and the abstract (`kg.model.Document.text`). A quote whose sentence does not stand there,
    as in a text that was cut otherwise, marks nothing.
    """
    offset = len(title) + 2
    marks = list[Mark]()
    for quote in quotes:
        start = quote.start - offset
        if start < 0 or abstract[start : start + len(quote.sentence)] != quote.sentence:
            continue
        for end, mark in ((quote.object, quote.object_mark), (quote.subject, quote.subject_mark)):
            if mark is not None and end.type:
                marks.append(Mark(start + mark[0], start + mark[1], "object", end))
    return pieces(abstract, marks)
