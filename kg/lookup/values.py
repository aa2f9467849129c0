"""What looking up gives back: things, statements with the sentences behind them, and all of one thing together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class End:
    """One end of a statement: a paper, an entity, or the address of a link."""

    iri: str  # path below the base, "method/biomedclip"; the whole address of a link
    label: str
    type: str  # a value of EntityType, "Paper", or "" for a link


@dataclass(frozen=True, slots=True)
class Author:
    """One author of a paper."""

    iri: str  # path below the base, "author/<16 hex digits>"
    name: str
    position: int  # among the authors, from 1
    orcid: str = ""  # the address, "https://orcid.org/0000-0002-1825-0097"
    affiliations: tuple[str, ...] = ()  # as the source writes them, sorted


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence in which one paper says a statement."""

    subject: End
    predicate: str  # local name: "introduces"
    object: End
    paper: End
    sentence: str
    object_mark: tuple[int, int] | None  # half-open, characters of `sentence`
    subject_mark: tuple[int, int] | None  # None where the subject is the paper
    start: int  # of the sentence, in characters of the paper's text
    score: float
    rule: str
    extractor: str  # name and version
    count: int | None = None  # devices
    memory: float | None = None  # gigabytes of one device
    hours: float | None = None  # wall-clock
    section: str = ""  # part of the paper's text that has the sentence: "4.1 Training"; "" for title and abstract
    stated: bool = False  # by the source of the paper, beside the text: nothing was extracted from a sentence


@dataclass(frozen=True, slots=True)
class Edge:
    """One statement with every sentence behind it."""

    subject: End
    predicate: str
    object: End
    quotes: tuple[Quote, ...]  # best score first, then by paper and place

    @property
    def score(self) -> float:
        """The best score of a paper that says it."""
        return max(quote.score for quote in self.quotes)

    @property
    def papers(self) -> tuple[End, ...]:
        """The papers that say it, by title."""
        return tuple(sorted({quote.paper for quote in self.quotes}, key=lambda paper: (paper.label, paper.iri)))

    @property
    def largest(self) -> Quote:
        """A quote of the paper that states the largest number of devices for it, else the most memory, else the longest time."""
        return max(self.quotes, key=lambda quote: (quote.count or 0, quote.memory or 0, quote.hours or 0))

    @property
    def count(self) -> int | None:
        """The largest number of devices that a paper states for it."""
        return self.largest.count

    @property
    def memory(self) -> float | None:
        """Gigabytes of one device, as the paper of `largest` states them."""
        return self.largest.memory

    @property
    def hours(self) -> float | None:
        """Wall-clock hours, as the paper of `largest` states them."""
        return self.largest.hours


@dataclass(frozen=True, slots=True)
class Below:
    """One thing or kind that lies under another."""

    thing: End
    depth: int  # steps below, from 1
    papers: int  # that say something of it, or of what lies under it


@dataclass(frozen=True, slots=True)
class Doubt:
    """Another thing that may be the same; nobody decided yet."""

    other: End
    score: float  # how likely they are one
    reason: str


@dataclass(frozen=True, slots=True)
class Description:
    """All that the graph says of one thing."""

    thing: End
    aliases: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]  # of a paper: ("issued", …), ("venue", …), ("arxiv", …), ("doi", …), …, ("abstract", …)
    outgoing: tuple[Edge, ...]  # the thing is the subject
    incoming: tuple[Edge, ...]  # the thing is the object
    stated: tuple[Edge, ...]  # of a paper: what it says about other things
    short: str = ""  # the short form among the aliases
    ladder: tuple[End, ...] = ()  # what it lies under, the next wider first
    below: tuple[Below, ...] = ()  # what lies under it, each followed by what lies under that, by name
    doubts: tuple[Doubt, ...] = ()  # best score first
    authors: tuple[Author, ...] = ()  # of a paper, in its order
    cites: tuple[End, ...] = ()  # papers that a paper cites, by title; those that the graph does not have have no type
    cited_by: tuple[End, ...] = ()  # papers of the graph that cite it, by title
