"""What comparing two graphs gives back: what one has and the other has not, in things, claims and names."""

from __future__ import annotations

from dataclasses import dataclass

from kg.lookup import End


@dataclass(frozen=True, slots=True)
class Origin:
    """One of the two graphs."""

    name: str  # the path or address as it was given
    base: str  # where its data IRIs begin
    papers: int
    triples: int


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """An entity or kind with its names."""

    iri: str  # path below the base
    label: str
    type: str  # a value of EntityType, or "Kind"
    names: tuple[str, ...] = ()  # the label among them, sorted


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """One sentence of a paper as evidence; offsets in characters of the paper's text, half-open."""

    start: int
    end: int
    text: str
    object_mark: tuple[int, int] | None  # the words that name the object
    subject_mark: tuple[int, int] | None  # None where the subject is the paper
    section: str = ""  # part of the paper's text that has it; "" for title and abstract

    def words(self, mark: tuple[int, int] | None) -> str:
        """The marked words."""
        return "" if mark is None else self.text[mark[0] - self.start : mark[1] - self.start]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one paper says, with its evidence; only subject, predicate and object where a graph has no claims."""

    iri: str  # path of the claim node below the base, "" where the graph has none
    subject: End
    predicate: str  # local name: "introduces"
    object: End
    paper: End
    score: float | None = None
    rule: str = ""
    extractor: str = ""  # name and version
    count: int | None = None  # devices
    memory: float | None = None  # gigabytes of one device
    hours: float | None = None  # wall-clock
    evidence: tuple[Sentence, ...] = ()  # in order of the text

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Paper, subject, predicate and object, by which the claims of two graphs are told apart."""
        return (self.paper.iri, self.subject.iri, self.predicate, self.object.iri)


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A claim that both graphs have, and that is not the same in both."""

    before: Claim
    after: Claim
    fields: tuple[str, ...]  # of `Claim`, those that differ


@dataclass(frozen=True, slots=True)
class ClaimMove:
    """A claim that speaks of another thing now, because the thing it spoke of was merged, parted or renamed."""

    before: Claim
    after: Claim
    fields: tuple[str, ...]  # of `Claim` that differ beside its ends
    gone: bool  # the second graph has no claim with the ends of `before`
    new: bool  # the first graph has no claim with the ends of `after`


@dataclass(frozen=True, slots=True)
class PaperChange:
    """A paper whose description differs."""

    before: End
    after: End
    fields: tuple[str, ...]  # "title", "abstract", "issued", "identifiers", "authors", "venue", …: what differs


@dataclass(frozen=True, slots=True)
class Renamed:
    """One thing under another IRI, name or type."""

    before: Thing
    after: Thing


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Several things of one graph that are one thing of the other."""

    one: Thing
    several: tuple[Thing, ...]  # two or more
    mentions: int  # places in texts that say so: the same words name the one in one graph, another of the several in the other


@dataclass(frozen=True, slots=True)
class Moved:
    """Mentions that name one thing in the first graph and another in the second, while either thing has others besides."""

    before: Thing
    after: Thing
    mentions: int


@dataclass(frozen=True, slots=True)
class NameChange:
    """Names that a thing has in one graph only."""

    thing: Thing
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two things: one that lies under another, or two that may be one."""

    one: Thing
    other: Thing


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why a form is a name of a thing."""

    thing: Thing
    form: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second graph has and has not against the first; false where the two say the same. Every tuple is in a total order."""

    before: Origin
    after: Origin
    by_claim: bool = True  # False where a graph has no claims, so that statements were compared without paper, score and evidence
    papers_added: tuple[End, ...] = ()
    papers_removed: tuple[End, ...] = ()
    papers_changed: tuple[PaperChange, ...] = ()
    claims_added: tuple[Claim, ...] = ()
    claims_removed: tuple[Claim, ...] = ()
    claims_changed: tuple[ClaimChange, ...] = ()
    claims_moved: tuple[ClaimMove, ...] = ()  # those are not among the added and removed
    things_added: tuple[Thing, ...] = ()
    things_removed: tuple[Thing, ...] = ()
    things_renamed: tuple[Renamed, ...] = ()
    things_merged: tuple[Regrouped, ...] = ()  # several things of the first graph
    things_split: tuple[Regrouped, ...] = ()  # several things of the second graph
    mentions_moved: tuple[Moved, ...] = ()
    names: tuple[NameChange, ...] = ()
    ladder_added: tuple[Pair, ...] = ()  # the narrower thing first
    ladder_removed: tuple[Pair, ...] = ()
    questions_added: tuple[Pair, ...] = ()  # things that may be one
    questions_removed: tuple[Pair, ...] = ()
    reasons_added: tuple[Reason, ...] = ()
    reasons_removed: tuple[Reason, ...] = ()
    untold: bool = False  # the graphs differ, and only in triples that nothing here tells of

    def __bool__(self) -> bool:
        return self.before.base != self.after.base or any(getattr(self, name) for name in _PARTS)


_PARTS = tuple(name for name in Difference.__slots__ if name not in ("before", "after", "by_claim"))
