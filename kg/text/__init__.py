"""Record → Document: the text made final, the paper identified.

In comes what a source said, as it said it. Out goes a document whose text no later stage changes: offsets of evidence count in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from kg.model import Document, Record, Rejection, Section
from kg.text.characters import one_line, paragraphs, plain
from kg.text.headings import READ, told
from kg.text.identity import identifiers, key, value_of
from kg.text.latex import may_hold_latex, to_text
from kg.text.metadata import cleaned_metadata

__all__ = ["MAX_DOCUMENT_CHARS", "MAX_TITLE_CHARS", "clean", "value_of"]

MAX_DOCUMENT_CHARS = 1_000_000  # spaCy refuses longer texts (`Language.max_length`)
MAX_TITLE_CHARS = 10_000  # a whole document in the title's place is a mistake of its source

_PASSES = 4  # an entity in an entity, LaTeX in an entity: real texts settle in two
_MARKUP = re.compile(r"[\\$&<>`~{}]+|(?<=\w)--+(?=\w)|''")
_HEADING = re.compile(r"\s*abstract\s*(?:[:.—–]\s|-\s|\n|(?=<))\s*(?=\S)", re.IGNORECASE)
_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def clean(record: Record) -> Document | Rejection:
    """The document that a record gives, or why it gives none.

    Cleaning a document's own title and abstract again changes nothing. A missing abstract is fine; a missing title is not.
    """
    length = len(record.title) + len(record.abstract) + sum(len(section.heading) + len(section.text) for section in record.sections)
    if len(record.title) > MAX_TITLE_CHARS or length > MAX_DOCUMENT_CHARS:
        return _reject(
            record, "too-long", f"more than {MAX_TITLE_CHARS:,} characters of title or {MAX_DOCUMENT_CHARS:,} in all: split it or cut it"
        )
    source_title = one_line(record.title)
    title = _line(record.title)
    if not title:
        return _reject(record, "no-title", 'no title: give the paper a title above its abstract, or a "title" field')
    found, version = identifiers(record.identifiers)
    abstract = _settled(_without_heading(record.abstract), paragraph_break="\n\n")
    abstract = _without_heading(abstract)  # "Abstract:\,We …" has one once it is text
    issued = _checked_date(record.issued)
    sections = tuple(_sections(record.sections))
    metadata = cleaned_metadata(record.metadata, found, _line)
    apart = (*(author.name for author in metadata.authors[:1]), issued[:4], metadata.venue, abstract, *(one.text for one in sections[:1]))
    return Document(
        key=key(found, title, apart),
        source=record.source,
        place=record.place,
        source_title=source_title,
        title=title,
        abstract=abstract,
        identifiers=found,
        issued=issued,
        version=max(version, record.version),
        sections=sections,
        metadata=metadata,
    )


def _sections(sections: Sequence[Section]) -> Iterator[Section]:
    """The sections that are read, clean; `kg.text.headings` says which."""
    for section in told(sections):
        if section.kind in READ:
            text = _settled(section.text, paragraph_break="\n\n")
            if text:
                yield replace(section, heading=_line(section.heading), text=text, within=tuple(_line(one) for one in section.within))


def _line(text: str) -> str:
    return _settled(text, paragraph_break=" ")


def _settled(text: str, *, paragraph_break: str) -> str:
    """`text` cleaned until cleaning changes nothing more."""
    if text.isascii() and text.isprintable() and not _is_marked_up(text) and "  " not in text and text == text.strip():
        return text
    for _ in range(_PASSES):
        cleaned = paragraph_break.join(_cleaned(text))
        if cleaned == text or not _is_marked_up(cleaned):
            return cleaned
        text = cleaned
    # Markup that unfolds over and over is an attack, not a paper's text: what it is made of goes.
    return paragraph_break.join(paragraphs(plain(_MARKUP.sub(" ", text))))


def _without_heading(abstract: str) -> str:
    """`abstract` without the word "Abstract" that some sources set in front of it."""
    while heading := _HEADING.match(abstract):
        abstract = abstract[heading.end() :]
    return abstract


def _is_marked_up(text: str) -> bool:
    return "&" in text or "<" in text or may_hold_latex(text)


def _cleaned(text: str) -> list[str]:
    whole = (" ".join(to_text(part).split()) for part in paragraphs(plain(text)))
    return [part for part in whole if part]


def _checked_date(issued: str) -> str:
    """`issued` where it is a date of the calendar (a year, a month or a day), else ""."""
    if not _ISO_DATE.fullmatch(issued):
        return ""
    try:
        date.fromisoformat(issued + "-01-01"[len(issued) - 4 :] if len(issued) < 10 else issued)
    except ValueError:
        return ""
    return issued


def _reject(record: Record, code: str, message: str) -> Rejection:
    return Rejection(record.source, record.place, "clean", code, message)
