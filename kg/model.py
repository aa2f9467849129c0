"""The values that stages hand each other; standard library only.

Every offset counts characters (Unicode code points) of `Document.text`; spans are half-open.
Every score lies in [0, 1].
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import total_ordering


class EntityType(StrEnum):
    """What an entity is; the value is the class name in gold annotations."""

    METHOD = "Method"
    DATASET = "Dataset"
    HARDWARE = "Hardware"
    ORGANISATION = "Organisation"
    TASK = "Task"


class Role(StrEnum):
    """How a paper relates to an entity; the value is the local name of the property, strongest first."""

    INTRODUCES = "introduces"
    COMPARES_WITH = "comparesWith"
    EVALUATES_ON = "evaluatesOn"
    USES = "uses"
    RUNS_ON = "runsOn"
    AFFILIATED_WITH = "affiliatedWith"
    ADDRESSES = "addresses"
    MENTIONS = "mentions"


class Relation(StrEnum):
    """How one entity relates to another; the value is the local name of the property."""

    BASED_ON = "basedOn"
    PART_OF = "partOf"
    TRAINED_ON = "trainedOn"
    EVALUATED_ON = "evaluatedOn"
    COMPARED_WITH = "comparedWith"
    RUNS_ON = "runsOn"
    APPLIED_TO = "appliedTo"
    DERIVED_FROM = "derivedFrom"
    BENCHMARK_FOR = "benchmarkFor"
    DEPLOYED_BY = "deployedBy"


class LinkKind(StrEnum):
    """What a URL in a paper leads to."""

    CODE = "code"
    MODEL = "model"
    DATA = "data"
    PROJECT = "project"


class DecisionKind(StrEnum):
    """What a person decides about the things of the graph; the value stands in the column "decision"."""

    SAME = "same"  # `name` and `other` are one thing
    DIFFERENT = "different"  # they are not; with one name on both sides, `paper` means another thing by it than the rest
    RENAME = "rename"  # the thing known as `name` has the canonical name `other`
    WRONG_ENTITY = "wrong-entity"  # `name` is no thing of this type: it leaves the graph with its statements
    WRONG_STATEMENT = "wrong-statement"  # `paper` does not say subject, predicate, object


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


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in the text that names an entity."""

    span: Span
    surface: str  # text[span.start : span.end], unchanged
    type: EntityType
    rule: str  # the pattern that fired, e.g. "introduces.we-propose"
    score: float

    def __post_init__(self) -> None:
        _check_score(self.score)


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """The sentence that says a statement, and the words in it that name the two ends."""

    sentence: Span
    object: Span  # the object's mention (or URL), inside `sentence`
    subject: Span | None = None  # the subject's mention; None where the subject is the paper


@dataclass(frozen=True, slots=True)
class EntityClaim:
    """What one paper says of one entity: its names, mentions, and the paper's role towards it."""

    name: str  # the fullest form that the paper uses
    type: EntityType
    aliases: tuple[str, ...]  # every other surface form, sorted
    mentions: tuple[Mention, ...]  # in text order, at least one
    role: Role
    evidence: tuple[Evidence, ...]  # best first, at least one
    rule: str  # the rule that gave the role
    score: float
    count: int | None = None  # devices, for Hardware where the text states a number
    memory: float | None = None  # gigabytes of one device, as stated
    hours: float | None = None  # wall-clock hours that the devices ran, as stated; a day is 24, a week 168

    def __post_init__(self) -> None:
        _check_score(self.score)
        if not self.mentions or not self.evidence:
            raise ValueError(f"{self.name!r}: an entity needs a mention and evidence")


@dataclass(frozen=True, slots=True)
class RelationClaim:
    """A relation between two entities of one paper, by their index in `Extraction.entities`."""

    subject: int
    predicate: Relation
    object: int
    evidence: tuple[Evidence, ...]  # best first, at least one
    rule: str
    score: float

    def __post_init__(self) -> None:
        _check_score(self.score)
        if not self.evidence:
            raise ValueError("a relation needs evidence")


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """A URL in the text, cleaned of LaTeX and trailing punctuation."""

    url: str
    kind: LinkKind
    evidence: tuple[Evidence, ...]
    rule: str
    score: float


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A pair that the text itself defines: "Self-Controlled Memory (SCM)"."""

    short: Span
    long: Span
    sentence: Span  # in which the pair is defined


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was found in one document; entities in order of their first mention."""

    entities: tuple[EntityClaim, ...] = ()
    relations: tuple[RelationClaim, ...] = ()
    links: tuple[LinkClaim, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedPaper:
    """A paper as the extraction log holds it."""

    document: Document
    extraction: Extraction
    extractor: str  # name and version, e.g. "rules-1.3fa2b4c1"


@dataclass(frozen=True, slots=True, order=True)
class Merge:
    """Why one form is a name of a thing: what joins the papers that write it so with the others."""

    form: str
    rule: str  # "decision", "gazetteer", "spelling", "abbreviation", "similar", "stated", "same-name"; see `kg.resolve.merges`
    score: float  # share of right joins by this rule, measured on pairs of names labelled by reading
    reason: str  # one line for people
    paper: str = ""  # key of the paper that shows it, "" where none does
    evidence: Evidence | None = None  # the sentence of that paper that defines a short form; the object is the short, the subject the long

    def __post_init__(self) -> None:
        _check_score(self.score)


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """One thing, whatever the papers call it."""

    id: str  # IRI path below the data base: "method/biomedclip"
    type: EntityType
    name: str  # canonical name
    aliases: tuple[str, ...] = ()  # every other surface form, sorted
    short: str = ""  # the short form among them that most papers use, "" where there is none
    broader: str = ""  # path of the next wider thing or kind, "" where none is known
    merges: tuple[Merge, ...] = ()  # one per form that needs a reason, sorted


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """Two things that may be one; nobody decided yet."""

    one: str  # path of an entity, the smaller of the two
    other: str
    score: float  # how likely they are one
    reason: str  # one line for people

    def __post_init__(self) -> None:
        _check_score(self.score)


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """A kind or family that things lie under: "NVIDIA GPU", "Llama 3 family"."""

    id: str  # IRI path below the data base: "kind/nvidia-gpu"
    name: str
    aliases: tuple[str, ...] = ()
    broader: str = ""  # path of the next wider kind, "" at the top


@dataclass(frozen=True, slots=True)
class Statement:
    """What one paper says: subject, predicate, object, with its evidence.

    `subject` and `object` are IRI paths below the data base ("paper/…", "method/…"); for links `object` is a URL.
    """

    paper: str  # the paper's key
    subject: str
    predicate: str  # "introduces", "trainedOn", …; "codeRepository" or "url" for links
    object: str
    evidence: tuple[Evidence, ...]
    extractor: str
    rule: str
    score: float
    count: int | None = None
    memory: float | None = None  # gigabytes of one device
    hours: float | None = None  # wall-clock hours


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All papers after resolution: what the graph is made of, each part sorted."""

    documents: tuple[Document, ...]
    entities: tuple[Entity, ...]
    statements: tuple[Statement, ...]
    candidates: tuple[Candidate, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made of its inputs; every input document is counted exactly once."""

    stored: int = 0  # new papers
    updated: int = 0  # papers whose text or extractor changed
    unchanged: int = 0
    rejections: tuple[Rejection, ...] = ()
    interrupted: bool = False  # stopped by Ctrl-C at the last whole paper
    papers: int = 0  # papers in the store after the build
    detected: tuple[tuple[str, str, int], ...] = field(default=())  # (source, format, papers)


# For each kind the fields that must be filled and those that may be; the others stay empty. `note` may always be filled.
DECISION_FIELDS: dict[DecisionKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    DecisionKind.SAME: (("type", "name", "other"), ("paper", "other_paper")),
    DecisionKind.DIFFERENT: (("type", "name", "other"), ("paper", "other_paper")),
    DecisionKind.RENAME: (("type", "name", "other"), ("paper",)),
    DecisionKind.WRONG_ENTITY: (("type", "name"), ("paper",)),
    DecisionKind.WRONG_STATEMENT: (("paper", "predicate", "other_type", "other"), ("type", "name")),
}
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # what would break a line or cannot be written as UTF-8


class FieldError(ValueError):
    """What is wrong with one field of a decision."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@total_ordering
@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a thing or a statement; wins over every rule. Ordered by `cells`.

    A paper beside a name means: only as that paper uses the name.
    """

    kind: DecisionKind
    type: EntityType | None = None  # of `name`, and of `other` where both are one type
    name: str = ""  # any name of the thing; "" where the subject of a statement is the paper itself
    paper: str = ""  # key of the paper whose use of `name` is meant, or whose statement is
    predicate: str = ""  # a value of `Role` where the subject is the paper, else of `Relation`
    other_type: EntityType | None = None  # of the object of a statement
    other: str = ""  # the other thing, the new name, or the object of a statement
    other_paper: str = ""
    note: str = ""  # why, for people

    def __post_init__(self) -> None:
        _check_fields(self)
        if self.kind is DecisionKind.WRONG_STATEMENT:
            _check_statement(self)
        elif self.name == self.other and self.kind is not DecisionKind.RENAME:
            _check_one_name(self)

    @property
    def cells(self) -> tuple[str, ...]:
        """The fields in their order as text, "" for None."""
        first = (self.kind, self.type or "", self.name, self.paper, self.predicate)
        return (*map(str, first), str(self.other_type or ""), self.other, self.other_paper, self.note)

    def __lt__(self, other: Decision) -> bool:
        return self.cells < other.cells


def _check_fields(decision: Decision) -> None:
    needed, optional = DECISION_FIELDS[decision.kind]
    for name, value in zip(decision.__slots__, decision.cells, strict=True):
        if _NO_TEXT.search(value) or value != value.strip():
            raise FieldError(name, f"{value!r} holds a tab, a line break, a control character or a space at one end")
        if name in needed and not value:
            raise FieldError(name, f"a decision {str(decision.kind)!r} needs {name}")
        if value and name not in (*needed, *optional, "kind", "note"):
            raise FieldError(name, f"a decision {str(decision.kind)!r} has no {name}, here it is {value!r}")


def _check_one_name(decision: Decision) -> None:
    if not decision.paper:
        raise FieldError("paper", f"{decision.name!r} stands on both sides: whose use of it is meant?")
    if decision.paper == decision.other_paper:
        raise FieldError("other_paper", f"both sides are {decision.name!r} of one paper")


def _check_statement(decision: Decision) -> None:
    if bool(decision.type) != bool(decision.name):
        raise FieldError("name" if decision.type else "type", "a subject has type and name; both are empty where it is the paper itself")
    allowed = [p.value for p in (Relation if decision.name else Role)]
    if decision.predicate not in allowed:
        subject = "a thing" if decision.name else "the paper itself"
        raise FieldError("predicate", f"{decision.predicate!r} does not lead from {subject} to a thing")


def _check_score(score: float) -> None:
    if not 0.0 <= score <= 1.0:
        raise ValueError(f"score {score} is outside [0, 1]")
