"""What was found in one paper."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model.documents import AFFILIATIONS, CODE, COMMENT, Document, Span
from kg.model.vocabulary import EntityType, LinkKind, Relation, Role

_BESIDE = frozenset({AFFILIATIONS, CODE, COMMENT})


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in the text that names an entity."""

    span: Span
    surface: str  # text[span.start : span.end], unchanged
    type: EntityType
    rule: str  # the pattern that fired, e.g. "introduces.we-propose"
    score: float

    def __post_init__(self) -> None:
        check_score(self.score)


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
        check_score(self.score)
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
        check_score(self.score)
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


def is_stated(rule: str) -> bool:
    """Whether a claim of this rule is what the source of a paper states beside its text, and was not extracted from a sentence."""
    return rule.startswith("metadata.")


def is_stated_at(rule: str, section: str) -> bool:
    """Whether one evidence of a claim is what the source states.

    Args:
        rule: of the claim, which is that of its best evidence: others of its sentences may have been extracted.
        section: the part of `Document.text` that the evidence stands in, as `Document.places` names it.
    """
    return is_stated(rule) and section in _BESIDE


def check_score(score: float) -> None:
    """Raise ValueError where a score is outside [0, 1]."""
    if not 0.0 <= score <= 1.0:
        raise ValueError(f"score {score} is outside [0, 1]")
