"""Why the names of a thing are one thing, and which things may be one: what a person reads before deciding.

In: a published snapshot. Out: `Explanation` of one thing, `Question`s about two. Reads by patterns, as `kg.lookup` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg import vocab
from kg.errors import UsageError
from kg.lookup import PAPER, TYPES, End, Quote, find, why
from kg.model import Decision, EntityType
from kg.resolve import Decided
from kg.store import Snapshot

KIND = "Kind"  # the type of kinds and families, beside the values of EntityType
_TYPES = {vocab.CLASSES[type][0]: str(type) for type in EntityType} | {vocab.RESEARCH_PAPER: PAPER, vocab.KIND: KIND}
_STEPS = 32  # of a ladder of kinds at most, should a graph have a circle
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


@dataclass(frozen=True, slots=True)
class Doubt:
    """Another thing that this one may be the same as."""

    other: End
    score: float  # how likely they are one
    reason: str


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
    reader = _Reader(snapshot)
    node = snapshot.iri(hit.iri)
    thing = reader.end(node)
    ways = [(pair, pair.other if pair.one == thing.iri else pair.one) for pair in reader.pairs_of(node)]
    doubts = sorted((Doubt(reader.end(snapshot.iri(other)), p.score, p.reason) for p, other in ways), key=lambda d: (-d.score, d.other.iri))
    names = (thing.label, *reader.texts(node, vocab.ALT_LABEL))
    about = tuple(decision for decision in decisions if _touches(decision, thing.type, names))
    return Explanation(thing, tuple(reader.ladder(node)), tuple(reader.forms(node)), tuple(doubts), about)


def pairs(snapshot: Snapshot, types: Collection[str] | None = None) -> list[Pair]:
    """All open questions, best score first.

    Args:
        snapshot: the published graph.
        types: values of EntityType to ask about, in any case; None for all.

    Raises:
        UsageError: a type is unknown.
    """
    wanted = None if types is None else {vocab.FOLDER[_type(name)] for name in types}
    reader = _Reader(snapshot)
    found = (reader.pair(node) for node in reader.subjects(vocab.RDF_TYPE, vocab.CANDIDATE))
    kept = (pair for pair in found if wanted is None or pair.one.partition("/")[0] in wanted)
    return sorted(kept, key=lambda pair: (-pair.score, pair.one, pair.other))


def question(snapshot: Snapshot, pair: Pair) -> Question | None:
    """The question with both things side by side; None where it is not open any more."""
    reader = _Reader(snapshot)
    if pair not in reader.pairs_of(snapshot.iri(pair.one)):
        return None
    return Question(reader.side(pair.one), reader.side(pair.other), pair.score, pair.reason)


class _Reader:
    """Reads names, reasons and questions from one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._store = snapshot.store

    def end(self, node: NamedNode) -> End:
        """A node with its name and type."""
        found = {_TYPES[kind] for kind in self._nodes(node, vocab.RDF_TYPE) if kind in _TYPES}
        labels = self.texts(node, vocab.PREF_LABEL) or self.texts(node, vocab.TITLE)
        local = self._snapshot.local(node.value)
        return End(local, labels[0] if labels else local, min(found, default=""))

    def ladder(self, node: NamedNode) -> Iterator[End]:
        """What a thing lies under, step by step."""
        for _ in range(_STEPS):
            above = self._nodes(node, vocab.BROADER)
            if not above:
                return
            node = above[0]
            yield self.end(node)

    def forms(self, node: NamedNode) -> list[Form]:
        """Why each form is a name of a thing, by form."""
        return sorted((self._form(merge) for merge in self.subjects(vocab.MERGED_INTO, node)), key=lambda form: form.form)

    def pair(self, node: NamedNode) -> Pair:
        """The question that a kg:Candidate asks."""
        one, other = sorted(self._snapshot.local(end.value) for end in self._nodes(node, vocab.CANDIDATE_OF))
        return Pair(one, other, float(self._text(node, vocab.SCORE)), self._text(node, vocab.REASON))

    def pairs_of(self, node: NamedNode) -> list[Pair]:
        """The questions about one thing."""
        return [self.pair(candidate) for candidate in self.subjects(vocab.CANDIDATE_OF, node)]

    def side(self, path: str) -> Side:
        """A thing as one side of a question."""
        node = self._snapshot.iri(path)
        quotes = [quote for quote in why(self._snapshot, object=path) if quote.subject.type == PAPER]
        papers = {quote.paper.iri: quote.paper for quote in quotes}
        first = {quote.paper.iri: quote for quote in reversed(quotes)}  # the best of each paper
        shown = sorted(quotes, key=lambda quote: first[quote.paper.iri] is not quote)[:SENTENCES]
        by_title = sorted(papers.values(), key=lambda paper: (paper.label, paper.iri))
        return Side(self.end(node), self.texts(node, vocab.ALT_LABEL), tuple(by_title), tuple(shown))

    def subjects(self, predicate: NamedNode, object: NamedNode) -> list[NamedNode]:
        """Nodes that have this property."""
        found = (quad.subject for quad in self._store.quads_for_pattern(None, predicate, object))
        return [node for node in found if isinstance(node, NamedNode)]

    def texts(self, node: NamedNode, property: NamedNode) -> tuple[str, ...]:
        """The literals that a node has as this property, sorted."""
        objects = (quad.object for quad in self._store.quads_for_pattern(node, property, None))
        return tuple(sorted(object.value for object in objects if isinstance(object, Literal)))

    def _form(self, merge: NamedNode) -> Form:
        form, rule, score, reason = (self._text(merge, property) for property in (vocab.FORM, vocab.RULE, vocab.SCORE, vocab.REASON))
        papers = [self.end(paper) for paper in self._nodes(merge, vocab.SHOWN_BY)]
        sentence, marks = next((self._sentence(node) for node in self.subjects(vocab.HAS_BODY, merge)), ("", ()))
        return Form(form, rule, float(score), reason, papers[0] if papers else None, sentence, marks)

    def _sentence(self, annotation: NamedNode) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The quoted sentence, and where it has the two forms."""
        (target,) = self._nodes(annotation, vocab.HAS_TARGET)
        selectors = self._nodes(target, vocab.HAS_SELECTOR)
        sentence = next(text for selector in selectors for text in self.texts(selector, vocab.EXACT))
        offset = next(int(text) for selector in selectors for text in self.texts(selector, vocab.START))
        ends = ((vocab.OBJECT_START, vocab.OBJECT_END), (vocab.SUBJECT_START, vocab.SUBJECT_END))
        marks = [tuple(int(self._text(annotation, end)) - offset for end in pair) for pair in ends if self.texts(annotation, pair[0])]
        return sentence, tuple(sorted((start, end) for start, end in marks))

    def _text(self, node: NamedNode, property: NamedNode) -> str:
        return self.texts(node, property)[0]

    def _nodes(self, node: NamedNode, property: NamedNode) -> list[NamedNode]:
        objects = (quad.object for quad in self._store.quads_for_pattern(node, property, None))
        return [object for object in objects if isinstance(object, NamedNode)]


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
