"""Why the names of a thing are one thing, and which things may be one: what a person reads before deciding.

In: a published snapshot. Out: `Explanation` of one thing, `Question`s about two. Reads by patterns, as `kg.lookup` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg import vocab
from kg.errors import UsageError
from kg.lookup import PAPER, TYPES, Doubt, End, Quote, find, why
from kg.lookup.reading import Reader
from kg.model import Decision, EntityType
from kg.resolve import Decided
from kg.store import Snapshot

SENTENCES = 2  # that are shown with each side of a question


@dataclass(frozen=True, slots=True)
class Form:
    """One name of a thing, and why it is one."""

    form: str
    rule: str  # of `kg.resolve.merges`
    score: float  # share of right joins by this rule
    reason: str  # one line for people
    paper: End | None = None  # that shows it
    sentence: str = ""  # of that paper, where it defines a short form
    marks: tuple[tuple[int, int], ...] = ()  # the two forms in it: half-open, characters of `sentence`
    section: str = ""  # part of the paper's text that has the sentence; "" for title and abstract


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the names of one thing are its names."""

    thing: End
    ladder: tuple[End, ...]  # what it lies under, the next wider first
    forms: tuple[Form, ...]  # by form
    doubts: tuple[Doubt, ...]  # best score first
    decisions: tuple[Decision, ...]  # of people, on a name of this thing


@dataclass(frozen=True, slots=True)
class Side:
    """One of two things that may be one."""

    thing: End
    aliases: tuple[str, ...]
    papers: tuple[End, ...]  # that name it, by title
    quotes: tuple[Quote, ...]  # the best sentences that do, from several papers where there are


@dataclass(frozen=True, slots=True)
class Question:
    """Two things that may be one; nobody decided yet."""

    one: Side
    other: Side
    score: float  # how likely they are one
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A question without what is needed to answer it: paths of the two things below the base, the smaller first."""

    one: str
    other: str
    score: float
    reason: str


def explain(snapshot: Snapshot, name: str, decisions: Iterable[Decision] = ()) -> Explanation:
    """Why the names of the thing that `name` stands for are one thing.

    Args:
        snapshot: the published graph.
        name: any name of the thing; as `kg.lookup.find` reads it.
        decisions: what people decided so far.

    Raises:
        UsageError: nothing or more than one thing has the name.
    """
    hit = find(snapshot, name, [type for type in TYPES if type != PAPER])
    reader = Reader(snapshot)
    node = snapshot.iri(hit.iri)
    thing = reader.end(node)
    doubts = sorted(reader.doubts(node), key=lambda doubt: (-doubt.score, doubt.other.iri))
    forms = sorted((_form(reader, merge) for merge in reader.subjects(vocab.MERGED_INTO, node)), key=lambda form: form.form)
    names = (thing.label, *reader.texts(node, vocab.ALT_LABEL))
    about = tuple(decision for decision in decisions if _touches(decision, thing.type, names))
    return Explanation(thing, tuple(reader.ladder(node)), tuple(forms), tuple(doubts), about)


def pairs(snapshot: Snapshot, types: Collection[str] | None = None) -> list[Pair]:
    """All open questions, best score first.

    Args:
        snapshot: the published graph.
        types: values of EntityType to ask about, in any case; None for all.

    Raises:
        UsageError: a type is unknown.
    """
    wanted = None if types is None else {vocab.FOLDER[_type(name)] for name in types}
    reader = Reader(snapshot)
    found = (_pair(snapshot, reader, node) for node in reader.subjects(vocab.RDF_TYPE, vocab.CANDIDATE))
    kept = (pair for pair in found if wanted is None or pair.one.partition("/")[0] in wanted)
    return sorted(kept, key=lambda pair: (-pair.score, pair.one, pair.other))


def question(snapshot: Snapshot, pair: Pair) -> Question | None:
    """The question with both things side by side; None where it is not open any more."""
    reader = Reader(snapshot)
    if pair not in [_pair(snapshot, reader, node) for node in reader.subjects(vocab.CANDIDATE_OF, snapshot.iri(pair.one))]:
        return None
    return Question(_side(snapshot, reader, pair.one), _side(snapshot, reader, pair.other), pair.score, pair.reason)


def _pair(snapshot: Snapshot, reader: Reader, candidate: NamedNode) -> Pair:
    """The question that a kg:Candidate asks."""
    one, other = sorted(snapshot.local(end.value) for end in reader.nodes(candidate, vocab.CANDIDATE_OF))
    return Pair(one, other, float(reader.texts(candidate, vocab.SCORE)[0]), reader.texts(candidate, vocab.REASON)[0])


def _side(snapshot: Snapshot, reader: Reader, path: str) -> Side:
    """A thing as one side of a question."""
    node = snapshot.iri(path)
    quotes = [quote for quote in why(snapshot, object=path) if quote.subject.type == PAPER]
    papers = {quote.paper.iri: quote.paper for quote in quotes}
    first = {quote.paper.iri: quote for quote in reversed(quotes)}  # the best of each paper
    shown = sorted(quotes, key=lambda quote: first[quote.paper.iri] is not quote)[:SENTENCES]
    by_title = sorted(papers.values(), key=lambda paper: (paper.label, paper.iri))
    return Side(reader.end(node), reader.texts(node, vocab.ALT_LABEL), tuple(by_title), tuple(shown))


def _form(reader: Reader, merge: NamedNode) -> Form:
    """Why a form is a name, as a kg:Merge says, with the sentence that defines it where one does."""
    form, rule, score, reason = (reader.texts(merge, property)[0] for property in (vocab.FORM, vocab.RULE, vocab.SCORE, vocab.REASON))
    papers = [reader.end(paper) for paper in reader.nodes(merge, vocab.SHOWN_BY)]
    sentence, marks, section = "", set[tuple[int, int]](), ""
    for annotation in reader.subjects(vocab.HAS_BODY, merge)[:1]:
        sentence, start = reader.sentence(annotation)
        section = reader.section(annotation)
        ends = ((vocab.OBJECT_START, vocab.OBJECT_END), (vocab.SUBJECT_START, vocab.SUBJECT_END))
        marks = {mark for pair in ends if (mark := reader.mark(annotation, *pair, start)) is not None}
    return Form(form, rule, float(score), reason, papers[0] if papers else None, sentence, tuple(sorted(marks)), section)


def _touches(decision: Decision, type: str, names: Iterable[str]) -> bool:
    """Whether a decision is on one of these names of a thing of this type, however it spells it."""
    if type not in tuple(EntityType):
        return False  # a kind, which nobody decides on
    said = ((decision.type, decision.name), (decision.other_type or decision.type, decision.other))
    keys = {Decided.key(name, EntityType(type)) for name in names}
    return any(kind == type and name and Decided.key(name, kind) in keys for kind, name in said if kind is not None)


def _type(name: str) -> EntityType:
    found = next((type for type in EntityType if type.casefold() == name.casefold()), None)
    if found is None:
        raise UsageError(f"there is no type {name!r}", hint=f"types are {', '.join(EntityType)}")
    return found
