"""Papers: as a source gave them, refused, or with their final text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier of a paper: scheme ("arxiv", "doi", …) and value in its normal form."""

    scheme: str
    value: str


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


@dataclass(frozen=True, slots=True)
class Rejection:
    """One input that was refused, so that nothing is lost silently."""

    source: str
    place: str
    stage: str  # "read", "clean", "extract"
    code: str  # stable word for programs: "not-utf8", "bad-json", "empty", …
    message: str  # one line for people: what is wrong and what to do


@dataclass(frozen=True, slots=True)
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

    @property
    def text(self) -> str:
        """Title, blank line, abstract: the text that offsets count in."""
        return f"{self.title}\n\n{self.abstract}" if self.abstract else self.title

    @property
    def content_hash(self) -> str:
        """32 hex digits of SHA-256 over all that an extraction or the graph depends on, not over where it was read."""
        ids = "\x1f".join(f"{i.scheme}:{i.value}" for i in self.identifiers)
        parts = (self.source_title, self.title, self.abstract, ids, self.issued, str(self.version))
        return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:32]
