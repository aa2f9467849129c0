"""The statements about one thing in groups, read only as far as a page shows them: a thing that 10,000 papers name is as quick as another.

What is counted is counted by the triples that papers state. Names, scores and sentences are read for the statements shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from pyoxigraph import NamedNode

from kg import vocab
from kg.lookup import End, Quote
from kg.lookup.reading import Reader, local_name
from kg.lookup.wording import device_words, place_words
from kg.serve.pages.marking import Piece, sentence
from kg.store import PAPER, Snapshot
from kg.view.style import relation_style

FIRST = 12  # statements of a group on the page of all groups
PAGE = 50  # statements of a group on a page of its own
QUOTES = 3  # sentences under a statement; the best
_WEIGHED = 200  # claims of one statement whose score is read, so that the best sentences come first
_OF_PAPER = 1000  # claims of one paper that are read for what it says of others; real papers have some 20

_TITLES = {  # where the words beside a neighbour do not make a heading
    "stated": "says of others",
    "in-comparesWith": "papers that compare with it",
    "in-evaluatesOn": "papers that evaluate on it",
    "in-runsOn": "what runs on it",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A quoted sentence in pieces, and where it stands."""

    pieces: tuple[Piece, ...]
    paper: End
    score: float
    rule: str
    place: str = ""  # "in 4.1 Training", or that a source states it; "" for title and abstract


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as a page tells it."""

    other: End  # the end that is not the thing of the page
    subject: End
    object: End
    reads: str  # "trained on"
    score: float  # of the paper that says it best
    devices: tuple[str, ...]  # "8 devices of 80 GB", "14 days"
    papers: int  # that say it
    paper: End | None  # the one that says it, where it is one and not an end itself
    said: tuple[Said, ...]  # at most QUOTES


@dataclass(frozen=True, slots=True)
class Group:
    """The statements of one kind about a thing."""

    key: str  # "out-uses", "in-uses", "stated"
    title: str  # "uses", "papers that compare with it", "says of others"
    reads: str  # in few words: "compared with in"
    total: int
    statements: tuple[Statement, ...]  # those of the page, see `Statements.group`
    page: int = 1
    pages: int = 1


class Statements:
    """Reads the statements about one thing."""

    def __init__(self, snapshot: Snapshot, node: NamedNode) -> None:
        self.reader = Reader(snapshot)
        self.thing = self.reader.end(node)
        self._store = snapshot.store
        self._node = node

    def groups(self) -> tuple[Group, ...]:
        """Every group with its first statements: what the thing says or does, what is said of it, what a paper says of others."""
        keys = [f"{way}-{name}" for way in ("out", "in") for name in vocab.PROPERTIES] + ["stated"]
        found = (self.group(key, size=FIRST) for key in keys)
        return tuple(group for group in found if group is not None)

    def group(self, key: str, page: int = 1, size: int = PAGE) -> Group | None:
        """One group, or the part of it on one page; None where there is nothing of the kind.

        Where all fit on the first page the best score comes first. Else the order is that of the IRIs, which are slugs of names, and
        of papers downwards: the newest arXiv number first.
        """
        triples = self._stated() if key == "stated" else self._triples(key)
        if not triples:
            return None
        pages = -(-len(triples) // size)
        page = min(max(page, 1), pages)
        shown = [self._statement(*triple, key) for triple in triples[(page - 1) * size : page * size]]
        if pages == 1:
            shown.sort(key=lambda statement: (-statement.score, statement.other.label.casefold(), statement.other.iri))
        return Group(key, _title(key), _reads(key), len(triples), tuple(shown), page, pages)

    def _triples(self, key: str) -> list[tuple[NamedNode, NamedNode, NamedNode]]:
        way, _, name = key.partition("-")
        predicate = vocab.PROPERTIES.get(name)
        if predicate is None or way not in ("out", "in"):
            return []
        others = self.reader.nodes(self._node, predicate) if way == "out" else self.reader.subjects(predicate, self._node)
        others.sort(key=lambda node: node.value, reverse=any("/paper/" in node.value for node in others[:1]))
        return [(self._node, predicate, other) if way == "out" else (other, predicate, self._node) for other in others]

    def _stated(self) -> list[tuple[NamedNode, NamedNode, NamedNode]]:
        """What a paper says about other things, in the order of the properties."""
        if self.thing.type != PAPER:
            return []
        claims = islice(self._store.quads_for_pattern(None, vocab.DERIVED_FROM, self._node), _OF_PAPER)
        ends = [
            tuple(self.reader.node(claim.subject, part) for part in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT))
            for claim in claims
            if isinstance(claim.subject, NamedNode)
        ]
        place = {node: rank for rank, node in enumerate(vocab.PROPERTIES.values())}
        of_others = {(s, p, o) for s, p, o in ends if s != self._node}
        return sorted(of_others, key=lambda triple: (place.get(triple[1], 99), *(node.value for node in triple)))

    def _statement(self, subject: NamedNode, predicate: NamedNode, object: NamedNode, key: str) -> Statement:
        claims = list(self._claims(subject, predicate, object))
        best = sorted(claims[:_WEIGHED], key=lambda claim: (-self._score(claim), claim.value))[:QUOTES]
        quotes = [quote for claim in best for quote in whole_quotes(self.reader, claim)]
        largest = max(quotes, key=lambda quote: (quote.count or 0, quote.memory or 0, quote.hours or 0), default=None)
        ends = self.reader.end(subject), self.reader.end(object)
        papers = {quote.paper for quote in quotes}
        alone = next(iter(papers)) if len(claims) == 1 and len(papers) == 1 else None
        return Statement(
            other=ends[0] if key.startswith("in-") else ends[1],
            subject=ends[0],
            object=ends[1],
            reads=relation_style(local_name(predicate)).label,
            score=max((quote.score for quote in quotes), default=0.0),
            devices=tuple(device_words(largest)) if largest is not None else (),
            papers=len(claims),
            paper=alone if alone not in (*ends, self.thing) else None,
            said=self._said(quotes),
        )

    def _said(self, quotes: Sequence[Quote]) -> tuple[Said, ...]:
        """The best sentence of each paper, then the next ones, each once."""
        ranked = sorted(quotes, key=lambda quote: (-quote.score, quote.paper.iri, quote.start))
        first = {quote.paper.iri: quote for quote in reversed(ranked)}
        ordered = sorted(ranked, key=lambda quote: first[quote.paper.iri] is not quote)
        by_place = {(quote.paper.iri, quote.start): quote for quote in reversed(ordered)}
        shown = [quote for quote in ordered if by_place[quote.paper.iri, quote.start] is quote][:QUOTES]
        return tuple(Said(sentence(quote), quote.paper, quote.score, quote.rule, place_words(quote)) for quote in shown)

    def _claims(self, subject: NamedNode, predicate: NamedNode, object: NamedNode) -> Iterator[NamedNode]:
        """The claims that say a statement. Claims of both ends are read in turn until the end with fewer has no more."""
        sides = (self._store.quads_for_pattern(None, part, node) for part, node in ((vocab.SUBJECT, subject), (vocab.OBJECT, object)))
        read: tuple[list[NamedNode], list[NamedNode]] = ([], [])
        for pair in zip_longest(*sides):
            for side, quad in zip(read, pair, strict=True):
                if quad is not None and isinstance(quad.subject, NamedNode):
                    side.append(quad.subject)
            if None in pair:
                break
        of_object = len(read[1]) < len(read[0])
        other = (vocab.SUBJECT, subject) if of_object else (vocab.OBJECT, object)
        for claim in read[1] if of_object else read[0]:
            if self.reader.has(claim, *other) and self.reader.has(claim, vocab.PREDICATE, predicate):
                yield claim

    def _score(self, claim: NamedNode) -> float:
        return float(next(iter(self.reader.texts(claim, vocab.SCORE)), "0"))


def whole_quotes(reader: Reader, claim: NamedNode) -> list[Quote]:
    """The quotes of a claim; none where parts of it are absent, as in a file that another program wrote."""
    try:
        return list(reader.quotes(claim))
    except (IndexError, ValueError):
        return []


def _title(key: str) -> str:
    return _TITLES.get(key) or _reads(key)


def _reads(key: str) -> str:
    way, _, name = key.partition("-")
    style = relation_style(name)
    return style.label if way == "out" else style.inverse
