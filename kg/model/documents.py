"""Papers: as a source gave them, refused, or with their final text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kg.model.identifiers import Identifier
from kg.model.metadata import NO_METADATA, Metadata
from kg.model.vocabulary import SectionKind

# Names of the parts of `Document.text` that are no text of the paper: what its source states.
AFFILIATIONS, COMMENT, CODE = "Affiliations", "Comment", "Code"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range [start, end) of characters of `Document.text`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a full text, without the sections in it: those follow as sections of their own."""

    heading: str  # "4.1 Training", as the source has it; "" where it has none
    text: str  # paragraphs, captions of figures and tables among them, parted by blank lines; may be ""
    within: tuple[str, ...] = ()  # headings of the sections that it lies in, outermost first
    kind: SectionKind = SectionKind.OTHER  # told by the headings; readers leave it open


@dataclass(frozen=True, slots=True)
class Record:
    """One paper as a source gave it: text not cleaned yet."""

    source: str  # the path as the user gave it, "-" for standard input
    place: str  # where in the source, for people: "line 12", "paper 3"
    title: str
    abstract: str  # "" where the source has none
    identifiers: tuple[Identifier, ...] = ()  # as the source states them, in its order
    issued: str = ""  # ISO 8601 date, or ""
    version: int = 0  # arXiv version number, 0 where unknown
    format: str = ""  # how the source was read: "listing", "text", "markdown", "jsonl"
    sections: tuple[Section, ...] = ()  # of the full text, in its order, without abstract and references
    metadata: Metadata = NO_METADATA


@dataclass(frozen=True, slots=True)
class Rejection:
    """One input that was refused, so that nothing is lost silently."""

    source: str
    place: str
    stage: str  # "read", "clean", "extract"
    code: str  # stable word for programs: "not-utf8", "bad-json", "empty", …
    message: str  # one line for people: what is wrong and what to do


@dataclass(frozen=True)  # without slots: text and hash are worked out once
class Document:
    """A paper whose text is final: every offset in the project points into `text`."""

    key: str  # "arxiv-2407.12854", "doi-<encoded>", or "<slug of title>-<8 hex>"
    source: str
    place: str
    source_title: str  # the title exactly as the source has it, on one line
    title: str
    abstract: str  # paragraphs are parted by one blank line
    identifiers: tuple[Identifier, ...] = ()  # sorted
    issued: str = ""
    version: int = 0
    sections: tuple[Section, ...] = ()  # those of the full text that are read, in its order; none is empty
    metadata: Metadata = NO_METADATA

    @cached_property
    def text(self) -> str:
        """The text that offsets count in: title, abstract, sections under their headings, what the source states beside them.

        The parts follow each other with one blank line between two; one that is empty is left out.
        """
        return "\n\n".join(text for _, text in self._parts())

    @property
    def head(self) -> str:
        """The beginning of `text`: title and abstract."""
        return f"{self.title}\n\n{self.abstract}" if self.abstract else self.title

    @cached_property
    def places(self) -> tuple[tuple[str, Span], ...]:
        """(name, where in `text`) of its parts: "" for title and abstract, the heading of a section, AFFILIATIONS, COMMENT."""
        found, start = [], 0
        for name, text in self._parts():
            found.append((name, Span(start, start + len(text))))
            start += len(text) + 2
        return tuple(found)

    @cached_property
    def content_hash(self) -> str:
        """32 hex digits of SHA-256 over all that an extraction or the graph depends on, not over where it was read."""
        ids = "\x1f".join(f"{i.scheme}:{i.value}" for i in self.identifiers)
        parts = [self.source_title, self.title, self.abstract, ids, self.issued, str(self.version)]
        if self.sections or self.metadata:  # papers without have the hash that they always had
            parts += [repr([(one.heading, one.text, one.within, one.kind.value) for one in self.sections]), repr(self.metadata.values())]
        return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:32]

    def _parts(self) -> Iterator[tuple[str, str]]:
        if self.head:
            yield "", self.head
        for section in self.sections:
            yield section.heading or str(section.kind), f"{section.heading}\n\n{section.text}" if section.heading else section.text
        for affiliation in self.metadata.stated_affiliations():
            yield AFFILIATIONS, affiliation.text
        if self.metadata.comment:
            yield COMMENT, self.metadata.comment
        for address in self.metadata.code:
            yield CODE, address
