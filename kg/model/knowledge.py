"""What all papers say together, resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.model.claims import Evidence, check_score
from kg.model.documents import Document, Rejection
from kg.model.vocabulary import EntityType


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
        check_score(self.score)


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
        check_score(self.score)


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
    updated: int = 0  # texts that their source had before this build, changed, or read by another extractor
    unchanged: int = 0
    rejections: tuple[Rejection, ...] = ()  # of each source the first, then one that says how many more there were
    interrupted: bool = False  # stopped by Ctrl-C at the last whole paper
    papers: int = 0  # papers in the store after the build
    detected: tuple[tuple[str, str, int], ...] = field(default=())  # (source, format, papers)
    refused: tuple[tuple[str, str, int], ...] = ()  # (source, code, documents), of all that were refused
    passed_over: int = 0  # documents that would enrich papers, and name none that is here
    joined: int = 0  # texts that became part of papers that other sources, or others in this build, have too

    @property
    def refusals(self) -> int:
        """How many documents were refused."""
        return sum(documents for _, _, documents in self.refused)
