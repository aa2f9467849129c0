"""Finds one thing by what a person calls it, and tells all that the graph says of it with the sentences behind it.

In: a published snapshot. Out: `Hit`, `Description`, `Quote`. Reads by patterns, so that the time depends on what is told, not on
the size of the graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store

from kg import vocab
from kg.errors import UsageError
from kg.model import EntityType, Identifier, Relation, Role
from kg.store import Hit, Snapshot
from kg.text.identity import identifiers

PAPER = "Paper"
TYPES = (*(str(type) for type in EntityType), PAPER)
_LINKS = {"codeRepository": vocab.CODE_REPOSITORY, "url": vocab.URL}
_ORDER = {name: place for place, name in enumerate((*map(str, Role), *map(str, Relation), *_LINKS))}
_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class End:
    """One end of a statement: a paper, an entity, or the address of a link."""

    iri: str  # path below the base, "method/biomedclip"; the whole address of a link
    label: str
    type: str  # a value of EntityType, "Paper", or "" for a link


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
class Description:
    """All that the graph says of one thing."""

    thing: End
    aliases: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]  # of a paper: ("issued", …), ("arxiv", …), ("doi", …), other identifiers, ("abstract", …)
    outgoing: tuple[Edge, ...]  # the thing is the subject
    incoming: tuple[Edge, ...]  # the thing is the object
    stated: tuple[Edge, ...]  # of a paper: what it says about other things


def search(snapshot: Snapshot, text: str, types: Collection[str] | None = None, *, limit: int = 20) -> list[Hit]:
    """Things whose name is like `text`, misspelt too; best first.

    Raises:
        UsageError: one of `types` is unknown.
    """
    return snapshot.names.search(text, _checked(types), limit)


def find(snapshot: Snapshot, name: str, types: Collection[str] | None = None) -> Hit:
    """The one thing that `name` stands for.

    Args:
        snapshot: the published graph.
        name: an IRI, a path ("method/biomedclip"), a CURIE ("method:biomedclip"), a paper's identifier (arXiv, DOI, …), a name in
            any spelling, the beginning of one if only one thing has it; with a type before it where two share it ("Dataset: SPARK").
        types: values of EntityType or "Paper" to look among; None for all.

    Raises:
        UsageError: nothing or more than one thing has the name (the hint says what to type), or a type is unknown.
    """
    typed, text = _split_type(name)
    wanted = [typed] if typed is not None else _checked(types)
    path = _path(snapshot, text)
    direct = snapshot.names.of(path) if path is not None else None
    if direct is not None and (wanted is None or direct.type in wanted):
        return direct
    found = _narrowed(snapshot.names.exact(text, wanted), text) or _by_identifier(snapshot, text, wanted)
    if not found:
        found = _beginning(snapshot, text, wanted)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{len(found)} things are called {text!r}", hint="choose one: " + "; ".join(_choice(hit, found) for hit in found[:8])
        )
    raise UsageError(f"nothing in the graph is called {text!r}", hint=_did_you_mean(snapshot, text, wanted))


def show(snapshot: Snapshot, iri: str) -> Description:
    """All that is said of the thing with this IRI or path.

    Raises:
        UsageError: the graph has no such thing.
    """
    reader = _Reader(snapshot)
    node = snapshot.iri(iri)
    thing = reader.end(node)
    if not thing.type:
        raise UsageError(f"the graph has no {iri}", hint="`kg search` finds things by name")
    stated: list[Quote] = []
    if thing.type == PAPER:
        claims = reader.claims(vocab.DERIVED_FROM, node)
        stated = [quote for claim in claims for quote in reader.quotes(claim) if quote.subject != thing]
    return Description(
        thing,
        reader.texts(node, vocab.ALT_LABEL),
        tuple(reader.facts(node)) if thing.type == PAPER else (),
        _edges(quote for claim in reader.claims(vocab.SUBJECT, node) for quote in reader.quotes(claim)),
        _edges(quote for claim in reader.claims(vocab.OBJECT, node) for quote in reader.quotes(claim)),
        _edges(stated),
    )


def why(snapshot: Snapshot, subject: str | None = None, predicate: str | None = None, object: str | None = None) -> list[Quote]:
    """The sentences behind the statements that fit, best score first.

    Args:
        snapshot: the published graph.
        subject: IRI or path; None for any.
        predicate: local name ("uses"), CURIE or IRI; None for any.
        object: IRI, path, or the address of a link; None for any.

    Raises:
        UsageError: the predicate is unknown.
    """
    wanted = {
        vocab.SUBJECT: None if subject is None else snapshot.iri(subject),
        vocab.PREDICATE: None if predicate is None else _predicate(predicate),
        vocab.OBJECT: None if object is None else snapshot.iri(object),
    }
    reader = _Reader(snapshot)
    given = [(property, node) for property, node in wanted.items() if node is not None]
    first = next((pair for pair in given if pair[0] != vocab.PREDICATE), given[0] if given else (vocab.RDF_TYPE, vocab.STATEMENT))
    claims = [claim for claim in reader.claims(*first) if all(reader.has(claim, property, node) for property, node in given)]
    return sorted((quote for claim in claims for quote in reader.quotes(claim)), key=_rank)


class _Reader:
    """Reads nodes, claims and their evidence from one snapshot; every node's name once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._store: Store = snapshot.store
        self._ends: dict[NamedNode, End] = {}
        self._types = {vocab.CLASSES[type][0]: str(type) for type in EntityType} | {vocab.RESEARCH_PAPER: PAPER}

    def end(self, node: NamedNode) -> End:
        """A node with its name and type; an address by itself."""
        if node not in self._ends:
            kinds = {self._types[kind] for kind in self._nodes(node, vocab.RDF_TYPE) if kind in self._types}
            labels = self.texts(node, vocab.PREF_LABEL) or self.texts(node, vocab.TITLE)
            local = self._snapshot.local(node.value)
            self._ends[node] = End(local, labels[0] if labels else local, min(kinds, default=""))
        return self._ends[node]

    def claims(self, property: NamedNode, node: NamedNode) -> list[NamedNode]:
        """Claims that have `node` as their subject, predicate, object or paper."""
        found = (quad.subject for quad in self._store.quads_for_pattern(None, property, node))
        return [claim for claim in found if isinstance(claim, NamedNode)]

    def has(self, claim: NamedNode, property: NamedNode, node: NamedNode) -> bool:
        return any(True for _ in self._store.quads_for_pattern(claim, property, node))

    def quotes(self, claim: NamedNode) -> Iterator[Quote]:
        """A quote for every evidence of a claim."""
        subject, predicate, object, paper = (
            self._node(claim, property) for property in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT, vocab.DERIVED_FROM)
        )
        score, rule = self.texts(claim, vocab.SCORE), self.texts(claim, vocab.RULE)
        count, memory, hours = (
            next(iter(self.texts(claim, property)), None) for property in (vocab.COUNT, vocab.DEVICE_MEMORY, vocab.HOURS)
        )
        extractor = self._snapshot.local(self._node(claim, vocab.GENERATED_BY).value).removeprefix("extractor/")
        for annotation in self.claims(vocab.HAS_BODY, claim):
            sentence, start = self._sentence(annotation)
            yield Quote(
                self.end(subject), local_name(predicate), self.end(object), self.end(paper), sentence,
                self._mark(annotation, vocab.OBJECT_START, vocab.OBJECT_END, start),
                self._mark(annotation, vocab.SUBJECT_START, vocab.SUBJECT_END, start),
                start, float(score[0]), rule[0], extractor,
                int(count) if count else None, float(memory) if memory else None, float(hours) if hours else None,
            )  # fmt: skip

    def facts(self, paper: NamedNode) -> Iterator[tuple[str, str]]:
        """Date, identifiers and abstract of a paper, those that it has."""
        named = {"issued": vocab.ISSUED, "arxiv": vocab.ARXIV_ID, "doi": vocab.DOI}
        for name, property in named.items():
            yield from ((name, text) for text in self.texts(paper, property))
        for text in self.texts(paper, vocab.IDENTIFIER):
            scheme, colon, value = text.partition(":")
            yield (scheme, value) if colon else ("id", text)
        yield from (("abstract", text) for text in self.texts(paper, vocab.ABSTRACT))

    def texts(self, node: NamedNode, property: NamedNode) -> tuple[str, ...]:
        """The literals that a node has as this property, sorted."""
        objects = (quad.object for quad in self._store.quads_for_pattern(node, property, None))
        return tuple(sorted(object.value for object in objects if isinstance(object, Literal)))

    def _nodes(self, node: NamedNode, property: NamedNode) -> list[NamedNode]:
        objects = (quad.object for quad in self._store.quads_for_pattern(node, property, None))
        return [object for object in objects if isinstance(object, NamedNode)]

    def _node(self, node: NamedNode, property: NamedNode) -> NamedNode:
        return self._nodes(node, property)[0]

    def _sentence(self, annotation: NamedNode) -> tuple[str, int]:
        """The quoted sentence and where it starts in the paper's text."""
        sentence, start = "", 0
        for selector in self._nodes(self._node(annotation, vocab.HAS_TARGET), vocab.HAS_SELECTOR):
            sentence = next(iter(self.texts(selector, vocab.EXACT)), sentence)
            start = next((int(text) for text in self.texts(selector, vocab.START)), start)
        return sentence, start

    def _mark(self, annotation: NamedNode, start: NamedNode, end: NamedNode, offset: int) -> tuple[int, int] | None:
        starts, ends = self.texts(annotation, start), self.texts(annotation, end)
        return (int(starts[0]) - offset, int(ends[0]) - offset) if starts and ends else None


def local_name(property: NamedNode) -> str:
    """The part of a property's IRI after its namespace: "introduces", "codeRepository"."""
    return property.value.rpartition("#")[2].rpartition("/")[2]


def _edges(quotes: Iterable[Quote]) -> tuple[Edge, ...]:
    """Quotes gathered by statement: properties in the order of the model, then by name of the ends."""
    by_statement: defaultdict[tuple[End, str, End], list[Quote]] = defaultdict(list)
    for quote in quotes:
        by_statement[quote.subject, quote.predicate, quote.object].append(quote)
    edges = (Edge(s, p, o, tuple(sorted(found, key=_rank))) for (s, p, o), found in by_statement.items())
    return tuple(sorted(edges, key=lambda edge: (_place(edge.predicate), *_end_order(edge.subject), *_end_order(edge.object))))


def _rank(quote: Quote) -> tuple[object, ...]:
    place = (quote.start, quote.object_mark or (), quote.subject_mark or ())
    said = (_place(quote.predicate), quote.subject.iri, quote.object.iri)
    return (-quote.score, quote.paper.iri, *place, *said)


def _place(predicate: str) -> tuple[int, str]:
    return (_ORDER.get(predicate, len(_ORDER)), predicate)


def _end_order(end: End) -> tuple[str, str]:
    return (end.label.casefold(), end.iri)


def _predicate(name: str) -> NamedNode:
    """The property that a local name, CURIE or IRI stands for."""
    local = name.rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]
    if local in _LINKS:
        return _LINKS[local]
    if local in _ORDER:
        return vocab.own(local)
    raise UsageError(f"there is no property {name!r}", hint=f"properties are {', '.join(_ORDER)}")


def _checked(types: Collection[str] | None) -> list[str] | None:
    """The types by their right spelling."""
    if types is None:
        return None
    known = {type.casefold(): type for type in TYPES}
    unknown = [type for type in types if type.casefold() not in known]
    if unknown:
        raise UsageError(f"there is no type {unknown[0]!r}", hint=f"types are {', '.join(TYPES)}")
    return [known[type.casefold()] for type in types]


def _split_type(name: str) -> tuple[str | None, str]:
    """A type that stands before a name, and the name: ("Dataset", "SPARK") of "Dataset: SPARK"."""
    before, colon, rest = name.partition(": ")
    types = {type.casefold(): type for type in TYPES}
    return (types[before.strip().casefold()], rest.strip()) if colon and before.strip().casefold() in types else (None, name.strip())


def _path(snapshot: Snapshot, text: str) -> str | None:
    """The path below the base that an IRI, path or CURIE stands for; None where `text` has no such form."""
    if text.startswith(snapshot.base):
        return text.removeprefix(snapshot.base)
    for mark in ("/", ":"):
        folder, found, rest = text.partition(mark)
        if found and folder in vocab.FOLDERS and rest and " " not in rest:
            return f"{folder}/{rest}"
    return None


def _narrowed(found: list[Hit], text: str) -> list[Hit]:
    """Of several things, the one whose canonical name is spelled just so, or the one that has it as canonical name at all."""
    spelled = [hit for hit in found if hit.label == text]
    canonical = [hit for hit in found if hit.label == hit.matched]
    return next((best for best in (spelled, canonical) if len(best) == 1), found)


def _by_identifier(snapshot: Snapshot, text: str, types: Collection[str] | None) -> list[Hit]:
    if types is not None and PAPER not in types:
        return []
    found = (snapshot.names.exact(i.value, [PAPER]) for i in identifiers([Identifier("", text)])[0])
    return next((hits for hits in found if hits), [])


def _beginning(snapshot: Snapshot, text: str, types: Collection[str] | None) -> list[Hit]:
    """The one thing, or else the one entity beside papers, whose name begins so; nothing where there are more."""
    hits = [hit for hit in snapshot.names.search(text, types, limit=100) if hit.how == "prefix"]
    entities = [hit for hit in hits if hit.type != PAPER]
    return hits if len(hits) == 1 else entities if len(entities) == 1 else []


def _choice(hit: Hit, found: Collection[Hit]) -> str:
    """What to type to mean this thing and no other of those found."""
    alone = sum(other.type == hit.type for other in found) == 1
    return f'"{hit.type}: {hit.matched}"' if alone else f"{hit.iri} ({hit.label})"


def _did_you_mean(snapshot: Snapshot, text: str, types: Collection[str] | None) -> str:
    path = _path(snapshot, text)
    words = text if path is None else path.rpartition("/")[2].replace("-", " ")
    close = snapshot.names.search(words, types, limit=_SUGGESTIONS) or snapshot.names.search(words, limit=_SUGGESTIONS)
    if not close:
        return "`kg search WORD` finds things by part of their name"
    return "did you mean " + ", ".join(f"{hit.label} ({hit.type})" for hit in close) + "?"
