"""The graph as a page shows it: a store in, nodes and edges with the claims and sentences behind them out.

Everything is numbered: `Graph.nodes`, `.edges` and `.sentences` are sorted, and the other values point into them
by index, so that the same graph gives the same page whatever the order of the store.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg import vocab
from kg.analyse.corpus import year_of
from kg.extract.threshold import Limits
from kg.model import EntityType, is_stated_at

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Range = tuple[int, int]  # half-open, in UTF-16 code units, as JavaScript counts

PAPER = "paper"
OTHER = "other"  # anything a claim speaks of that has no class of the ontology
TYPES: tuple[str, ...] = (PAPER, *(vocab.FOLDER[type] for type in EntityType), OTHER)

_LINKS = frozenset({vocab.CODE_REPOSITORY, vocab.URL})
_CLASSES: tuple[tuple[str, ox.NamedNode], ...] = (
    (PAPER, vocab.RESEARCH_PAPER),
    *((vocab.FOLDER[type], vocab.CLASSES[type][0]) for type in EntityType),
)
# Embeddings, overrides and isolates: "safe\u202egnp.exe" would read "safeexe.png" (Unicode UAX 9, explicit formatting).
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Node:
    """A paper or an entity."""

    id: str  # IRI path below the data base, "method/biomedclip"; the whole IRI where it lies elsewhere
    type: str  # one of TYPES
    name: str  # title or canonical name; the id where the graph has none
    aliases: tuple[str, ...] = ()
    abstract: str = ""
    issued: str = ""  # ISO 8601, as far as known
    identifiers: tuple[tuple[str, str], ...] = ()  # (scheme, value), sorted

    @property
    def year(self) -> int | None:
        """Of issue, as `kg.analyse` counts it; None where the graph does not tell."""
        return year_of(self.issued, next((value for scheme, value in self.identifiers if scheme == "arxiv"), ""))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that is evidence for something; bidi controls are taken out."""

    paper: int  # node
    text: str
    section: str = ""  # part of the paper's text that has it: "4.1 Training"; "" for title and abstract


@dataclass(frozen=True, slots=True)
class Quote:
    """One evidence: a sentence and the words in it that name the two ends."""

    sentence: int
    object: Range | None
    subject: Range | None  # None where the subject is the paper itself


@dataclass(frozen=True, slots=True)
class Claim:
    """That one paper says a thing."""

    paper: int  # node
    score: float
    rule: str
    count: int | None  # devices
    quotes: tuple[Quote, ...]  # in text order

    def stated(self, sentence: Sentence) -> bool:
        """Whether one of its sentences is what the source of the paper states, and was not extracted."""
        return is_stated_at(self.rule, sentence.section)


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement between two nodes, with every claim of it, best first."""

    subject: int
    predicate: str  # local name, "introduces"
    object: int
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a paper gives, with every claim of it."""

    subject: int
    predicate: str
    url: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """All of a store that a page can show."""

    nodes: tuple[Node, ...]  # sorted by id
    edges: tuple[Edge, ...]  # sorted by subject, predicate, object
    links: tuple[Link, ...]
    sentences: tuple[Sentence, ...]  # sorted by paper and place in it
    left_out: int = 0  # claims below the asked score
    unsaid: frozenset[str] = frozenset()  # ids of the entities that only such claims name: they are no nodes

    @property
    def evidence(self) -> int:
        """How many evidence sentences stand behind the edges and links, counting a sentence once for each use."""
        claims = [claim for edge in self.edges for claim in edge.claims] + [claim for link in self.links for claim in link.claims]
        return sum(len(claim.quotes) for claim in claims)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A claim node of the store, in its own terms."""

    claim: Term
    subject: Term
    predicate: ox.NamedNode
    object: Term
    paper: Term
    score: float


@dataclass(frozen=True, slots=True)
class _Evidence:
    """An evidence node of the store: the sentence, and ranges in code points of it."""

    text: str
    start: int  # of the sentence in the paper's text, code points
    object: Range | None
    subject: Range | None
    section: str


def read(
    store: ox.Store,
    *,
    kept: Limits | None = None,
    base: str = vocab.BASE,
    papers: Collection[ox.NamedNode] | None = None,
    since: int | None = None,
) -> Graph:
    """All nodes, edges and links of the store, from claims that score as much as `kept` asks for.

    A claim that lacks its subject, predicate, object or paper is not shown; `kg validate` reports it. Papers and
    entities that no claim speaks of are nodes without edges; entities that only claims left out speak of are no nodes.

    Args:
        store: the plain graph.
        kept: how much a claim must score; None for all.
        base: what data IRIs begin with.
        papers: only these papers and what they say; None for all.
        since: only papers of this year and later; those without a year are left out.
    """
    spoken, left_out = _spoken(store, kept)
    foreign = _foreign(store, papers, since)
    silent = [said for said in spoken if said.paper in foreign]
    spoken, left_out = [s for s in spoken if s.paper not in foreign], [s for s in left_out if s.paper not in foreign]
    unsaid = _named([*left_out, *silent]) - _named(spoken)
    nodes = _nodes(store, spoken, base, unsaid | foreign)
    index = {term: i for i, (term, _) in enumerate(nodes)}
    evidence = _evidence(store)
    sections = {(index[s.paper], e.start, e.text): e.section for s in spoken for e in evidence.get(s.claim, ())}
    sentences = sorted(sections)
    place = {sentence: i for i, sentence in enumerate(sentences)}
    claims = _claims(store, spoken, evidence, index, place)
    return Graph(
        nodes=tuple(node for _, node in nodes),
        edges=_edges(claims, index),
        links=_links(claims, index),
        sentences=tuple(Sentence(paper, _visible(text), name_of(sections[paper, start, text])) for paper, start, text in sentences),
        left_out=len(left_out),
        unsaid=frozenset(_id(term, base) for term in unsaid),
    )


def _foreign(store: ox.Store, papers: Collection[ox.NamedNode] | None, since: int | None) -> set[Term]:
    """The papers of the store that are not wanted."""
    if papers is None and since is None:
        return set()
    issued, arxiv, wanted = _texts(store, vocab.ISSUED), _texts(store, vocab.ARXIV_ID), None if papers is None else set(papers)
    foreign: set[Term] = set()
    for quad in store.quads_for_pattern(None, vocab.RDF_TYPE, vocab.RESEARCH_PAPER, ox.DefaultGraph()):
        year = year_of(issued.get(quad.subject, ""), arxiv.get(quad.subject, ""))
        if (wanted is not None and quad.subject not in wanted) or (since is not None and (year is None or year < since)):
            foreign.add(quad.subject)
    return foreign


def name_of(text: str) -> str:
    """A name as it may be shown: on one line, without control characters and bidi controls."""
    return " ".join(_CONTROL.sub(" ", _visible(text)).split())


def _visible(text: str) -> str:
    return _BIDI.sub("", text)


def _units(text: str) -> int:
    """Length of the visible text in UTF-16 code units."""
    visible = _visible(text)
    return len(visible) + sum(1 for c in visible if c > "\uffff")


def _range(text: str, span: Range | None) -> Range | None:
    if span is None or not 0 <= span[0] < span[1] <= len(text):
        return None
    return _units(text[: span[0]]), _units(text[: span[1]])


def _column(store: ox.Store, predicate: ox.NamedNode) -> dict[Term, list[Term]]:
    """Subject → objects of one predicate, the objects sorted."""
    column: dict[Term, list[Term]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
        column[quad.subject].append(quad.object)
    for objects in column.values():
        objects.sort(key=str)
    return dict(column)


def _single(store: ox.Store, predicate: ox.NamedNode) -> dict[Term, Term]:
    return {subject: objects[0] for subject, objects in _column(store, predicate).items()}


def _texts(store: ox.Store, predicate: ox.NamedNode) -> dict[Term, str]:
    return {subject: object.value for subject, object in _single(store, predicate).items() if isinstance(object, ox.Literal)}


def _numbers(store: ox.Store, predicate: ox.NamedNode) -> dict[Term, float]:
    numbers: dict[Term, float] = {}
    for subject, text in _texts(store, predicate).items():
        try:
            number = float(text)
        except ValueError:
            continue  # not a number: the shapes report it, the page does without
        if math.isfinite(number):
            numbers[subject] = number
    return numbers


def _spoken(store: ox.Store, kept: Limits | None) -> tuple[list[_Spoken], list[_Spoken]]:
    """Whole claims that score enough, and those that score too little."""
    subjects, objects, papers = (_single(store, p) for p in (vocab.SUBJECT, vocab.OBJECT, vocab.DERIVED_FROM))
    scores, makers, names = _numbers(store, vocab.SCORE), _single(store, vocab.GENERATED_BY), _texts(store, vocab.NAME)
    spoken: list[_Spoken] = []
    left_out: list[_Spoken] = []
    for claim, predicate in _single(store, vocab.PREDICATE).items():
        if not isinstance(predicate, ox.NamedNode) or not (claim in subjects and claim in objects and claim in papers):
            continue
        said = _Spoken(claim, subjects[claim], predicate, objects[claim], papers[claim], scores.get(claim, 0.0))
        maker = names.get(makers[claim], "") if claim in makers else ""
        (spoken if kept is None or _is_sure(said, maker, kept) else left_out).append(said)
    return spoken, left_out


def _is_sure(said: _Spoken, extractor: str, kept: Limits) -> bool:
    return said.score >= kept(extractor).of_property(_local(said.predicate), by_paper=said.subject == said.paper)


def _named(claims: Iterable[_Spoken]) -> set[Term]:
    """The entities that claims speak of."""
    ends = {end for said in claims for end in (said.subject, said.object if said.predicate not in _LINKS else said.subject)}
    return ends - {said.paper for said in claims}


def _nodes(store: ox.Store, spoken: Iterable[_Spoken], base: str, unsaid: Collection[Term]) -> list[tuple[Term, Node]]:
    classes = _column(store, vocab.RDF_TYPE)
    type_of: dict[Term, str] = {}
    known = {cls: type for type, cls in _CLASSES}
    for subject, objects in classes.items():
        found = [known[o] for o in objects if isinstance(o, ox.NamedNode) and o in known]
        if found:
            type_of[subject] = min(found, key=TYPES.index)
    terms = set(type_of).difference(unsaid)
    for claim in spoken:
        terms |= {claim.subject, claim.paper} | ({claim.object} if claim.predicate not in _LINKS else set())
    names = _texts(store, vocab.TITLE) | _texts(store, vocab.PREF_LABEL)
    aliases, abstracts, issued = _column(store, vocab.ALT_LABEL), _texts(store, vocab.ABSTRACT), _texts(store, vocab.ISSUED)
    identifiers = _identifiers(store)
    nodes = []
    for term in terms:
        id = _id(term, base)
        node = Node(
            id=id,
            type=type_of.get(term, OTHER),
            name=name_of(names.get(term, "")) or id,
            aliases=tuple(sorted({name_of(a.value) for a in aliases.get(term, ()) if isinstance(a, ox.Literal)} - {""})),
            abstract=_visible(abstracts.get(term, "")),
            issued=name_of(issued.get(term, "")),
            identifiers=tuple(sorted(identifiers.get(term, ()))),
        )
        nodes.append((term, node))
    return sorted(nodes, key=lambda pair: (pair[1].id, str(pair[0])))


def _id(term: Term, base: str) -> str:
    value = term.value if isinstance(term, ox.NamedNode) else str(term)
    return name_of(value.removeprefix(base))


def _identifiers(store: ox.Store) -> dict[Term, set[tuple[str, str]]]:
    found: dict[Term, set[tuple[str, str]]] = defaultdict(set)
    for scheme, predicate in (("arxiv", vocab.ARXIV_ID), ("doi", vocab.DOI), ("", vocab.IDENTIFIER)):
        for subject, objects in _column(store, predicate).items():
            for value in (name_of(o.value) for o in objects if isinstance(o, ox.Literal)):
                before, _, after = value.partition(":")
                found[subject].add((scheme, value) if scheme else (before, after))
    return found


def _evidence(store: ox.Store) -> dict[Term, list[_Evidence]]:
    """Claim → its evidence. An evidence without a quoted sentence is not shown."""
    selectors, targets = _column(store, vocab.HAS_SELECTOR), _single(store, vocab.HAS_TARGET)
    exact, starts, sections = _texts(store, vocab.EXACT), _numbers(store, vocab.START), _texts(store, vocab.SECTION)
    marks = [_numbers(store, p) for p in (vocab.OBJECT_START, vocab.OBJECT_END, vocab.SUBJECT_START, vocab.SUBJECT_END)]
    found: dict[Term, list[_Evidence]] = defaultdict(list)
    for evidence, claim in _single(store, vocab.HAS_BODY).items():
        parts = selectors.get(targets.get(evidence, evidence), [])
        text = next((exact[part] for part in parts if part in exact), None)
        if text is None:
            continue
        start = next((int(starts[part]) for part in parts if part in starts), 0)
        spans = [int(column[evidence]) - start if evidence in column else None for column in marks]
        found[claim].append(_Evidence(text, start, _pair(spans[0], spans[1]), _pair(spans[2], spans[3]), sections.get(evidence, "")))
    return found


def _pair(start: int | None, end: int | None) -> Range | None:
    return None if start is None or end is None else (start, end)


def _claims(
    store: ox.Store,
    spoken: Iterable[_Spoken],
    evidence: Mapping[Term, list[_Evidence]],
    index: Mapping[Term, int],
    place: Mapping[tuple[int, int, str], int],
) -> list[tuple[_Spoken, Claim]]:
    """Every claim with its quotes, best first, then by paper."""
    rules, counts = _texts(store, vocab.RULE), _numbers(store, vocab.COUNT)
    claims = []
    for said in spoken:
        paper = index[said.paper]
        found = sorted(evidence.get(said.claim, ()), key=lambda e: (e.start, e.object or (0, 0), e.subject or (0, 0)))
        quotes = tuple(Quote(place[paper, e.start, e.text], _range(e.text, e.object), _range(e.text, e.subject)) for e in found)
        count = int(counts[said.claim]) if said.claim in counts else None
        claims.append((said, Claim(paper, said.score, name_of(rules.get(said.claim, "")), count, quotes)))
    return sorted(claims, key=lambda pair: (-pair[1].score, pair[1].paper, pair[1].rule, str(pair[0].claim)))


def _edges(claims: Iterable[tuple[_Spoken, Claim]], index: Mapping[Term, int]) -> tuple[Edge, ...]:
    grouped: dict[tuple[int, str, int], list[Claim]] = defaultdict(list)
    for said, claim in claims:
        if said.predicate not in _LINKS:
            grouped[index[said.subject], _local(said.predicate), index[said.object]].append(claim)
    return tuple(Edge(s, p, o, tuple(grouped[s, p, o])) for s, p, o in sorted(grouped))


def _links(claims: Iterable[tuple[_Spoken, Claim]], index: Mapping[Term, int]) -> tuple[Link, ...]:
    grouped: dict[tuple[int, str, str], list[Claim]] = defaultdict(list)
    for said, claim in claims:
        if said.predicate in _LINKS:
            url = said.object.value if isinstance(said.object, ox.NamedNode | ox.Literal) else str(said.object)
            grouped[index[said.subject], _local(said.predicate), name_of(url)].append(claim)
    return tuple(Link(s, p, url, tuple(grouped[s, p, url])) for s, p, url in sorted(grouped))


def _local(predicate: ox.NamedNode) -> str:
    return name_of(re.split(r"[#/]", predicate.value.rstrip("#/"))[-1])
