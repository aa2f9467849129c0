"""What the page of one thing tells, read from a snapshot: names, facts, place in the ladder, statements, neighbours, doubts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg import vocab
from kg.explanation import Explanation, explain
from kg.lookup import KIND, PAPER, TYPES, Author, Doubt, End
from kg.lookup.reading import Reader
from kg.serve.pages.addresses import curie, identifier_link, link, prefixes
from kg.serve.pages.marking import Piece, annotated
from kg.serve.pages.picture import Picture, draw
from kg.serve.pages.statements import Group, Statements, whole_quotes
from kg.serve.pages.works import Citations, citations
from kg.store import Snapshot

BELOW = 60  # things under a kind that a page lists
DEPTH = 3  # steps below that they lie at most; fewer where a page cannot list them all
ALIASES = 40  # other names that a page lists
AUTHORS = 30  # of a paper that its page lists
_QUOTED = 300  # claims of a paper whose words are marked in its abstract
_TRIPLES = 200  # of a node that has no page of its own form, in either direction


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is known of a paper."""

    name: str  # "arXiv", "DOI", "Issued", "Appeared in", …
    value: str
    href: str = ""  # where it leads; "" nowhere


@dataclass(frozen=True, slots=True)
class Narrower:
    """One thing under another."""

    thing: End
    depth: int  # steps below, from 1 to DEPTH
    papers: int  # that say something of it


@dataclass(frozen=True, slots=True)
class ThingPage:
    """All that the page of a paper, entity or kind tells."""

    thing: End
    iri: str
    curie: str
    papers: int  # that state something of it
    aliases: tuple[str, ...]
    more_aliases: int
    short: str
    facts: tuple[Fact, ...]
    abstract: tuple[Piece, ...]
    ladder: tuple[End, ...]
    below: tuple[Narrower, ...]
    more_below: bool  # than BELOW
    groups: tuple[Group, ...]
    picture: Picture | None
    doubts: tuple[Doubt, ...]
    explanation: Explanation | None
    authors: tuple[Author, ...]  # of a paper, in its order; at most AUTHORS
    more_authors: int
    citations: tuple[Citations, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One triple of a node, one of whose ends is the node."""

    property: str  # CURIE
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class NodePage:
    """The plain page of any other node: a claim, its evidence, a merge."""

    iri: str
    curie: str
    folder: str
    rows: tuple[Row, ...]
    pointing: tuple[Row, ...]  # triples that have the node as object
    more: bool  # than are listed


def exists(snapshot: Snapshot, node: NamedNode) -> bool:
    """Whether the graph says anything of a node."""
    return any(True for _ in snapshot.store.quads_for_pattern(node, None, None))


def thing_page(snapshot: Snapshot, node: NamedNode, group: str = "", number: int = 1) -> ThingPage | None:
    """The page of a paper, entity or kind; None for any other node.

    Args:
        snapshot: the published graph.
        node: the thing.
        group: key of the one group to tell; "" for the first statements of all.
        number: page of that group, from 1.
    """
    statements = Statements(snapshot, node)
    reader, thing = statements.reader, statements.thing
    if thing.type not in TYPES:
        return None
    one = statements.group(group, number) if group else None
    groups = (one,) if one is not None else statements.groups()
    aliases = reader.texts(node, vocab.ALT_LABEL)
    below = _below(snapshot, reader, node)
    authors = reader.authors(node) if thing.type == PAPER else []
    row = snapshot.names.of(thing.iri)
    return ThingPage(
        thing=thing,
        iri=node.value,
        curie=curie(node.value, prefixes(snapshot.base)),
        papers=row.support if row is not None else 0,
        aliases=aliases[:ALIASES],
        more_aliases=max(0, len(aliases) - ALIASES),
        short=next(iter(reader.texts(node, vocab.SHORT_FORM)), ""),
        facts=tuple(_facts(reader, node)) if thing.type == PAPER else (),
        abstract=_abstract(snapshot, reader, node) if thing.type == PAPER else (),
        ladder=tuple(reader.ladder(node)),
        below=tuple(below[:BELOW]),
        more_below=len(below) > BELOW,
        groups=groups,
        picture=draw(snapshot, thing, groups),
        doubts=tuple(sorted(reader.doubts(node), key=lambda doubt: (-doubt.score, doubt.other.label, doubt.other.iri))),
        explanation=explain(snapshot, node.value) if thing.type not in (PAPER, KIND) and row is not None else None,
        authors=tuple(authors[:AUTHORS]),
        more_authors=max(0, len(authors) - AUTHORS),
        citations=citations(snapshot, reader, node) if thing.type == PAPER else (),
    )


def node_page(snapshot: Snapshot, node: NamedNode) -> NodePage:
    """The plain page of a node: its triples, and those that point to it."""
    known = prefixes(snapshot.base)
    store = snapshot.store
    own = list(islice(store.quads_for_pattern(node, None, None), _TRIPLES + 1))
    pointing = list(islice(store.quads_for_pattern(None, None, node), _TRIPLES + 1))
    rows = [_row(quad.predicate, quad.object, snapshot.base, known) for quad in own[:_TRIPLES]]
    back = [_row(quad.predicate, quad.subject, snapshot.base, known) for quad in pointing[:_TRIPLES]]
    folder = snapshot.local(node.value).partition("/")[0]
    return NodePage(
        node.value,
        curie(node.value, known),
        folder,
        tuple(sorted(rows, key=lambda row: (row.property, row.text))),
        tuple(sorted(back, key=lambda row: (row.property, row.text))),
        max(len(own), len(pointing)) > _TRIPLES,
    )


def _row(predicate: NamedNode, term: NamedNode | BlankNode | Literal | Triple, base: str, known: dict[str, str]) -> Row:
    if isinstance(term, NamedNode):
        return Row(curie(predicate.value, known), curie(term.value, known), link(term.value, base))
    return Row(curie(predicate.value, known), term.value if isinstance(term, Literal) else str(term), "")


def _facts(reader: Reader, node: NamedNode) -> list[Fact]:
    names = {"issued": "Issued", "venue": "Appeared in", "arxiv": "arXiv", "doi": "DOI", "licence": "Licence"}
    names |= {"comment": "Comment", "affiliation": "Affiliation"}
    told = [pair for pair in reader.facts(node) if pair[0] != "abstract"]
    categories = ", ".join(value for name, value in told if name == "category")
    facts = [pair for pair in told if pair[0] != "category"] + ([("Filed under", categories)] if categories else [])
    return [Fact(names.get(name, name), value, identifier_link("url" if name == "licence" else name, value)) for name, value in facts]


def _abstract(snapshot: Snapshot, reader: Reader, node: NamedNode) -> tuple[Piece, ...]:
    """The abstract with what it names marked and linked."""
    abstract = next(iter(reader.texts(node, vocab.ABSTRACT)), "")
    title = next(iter(reader.texts(node, vocab.TITLE)), "")
    claims = islice(snapshot.store.quads_for_pattern(None, vocab.DERIVED_FROM, node), _QUOTED)
    quotes = [quote for claim in claims if isinstance(claim.subject, NamedNode) for quote in whole_quotes(reader, claim.subject)]
    return annotated(title, abstract, quotes)


def _below(snapshot: Snapshot, reader: Reader, node: NamedNode) -> list[Narrower]:
    """What lies under a node, to the greatest depth at which all fit on a page; one more than fit where not even the nearest do."""
    for depth in range(DEPTH, 0, -1):
        found = list(islice(_narrower(snapshot, reader, node, (1, depth), {node}), BELOW + 1))
        if len(found) <= BELOW:
            break
    return found


def _narrower(snapshot: Snapshot, reader: Reader, node: NamedNode, depths: tuple[int, int], passed: set[NamedNode]) -> Iterator[Narrower]:
    """What lies under a node at the depths from one to another, each followed by what lies under it.

    Papers are those that the name index counts. The order is that of the IRIs, which are slugs of names.
    """
    depth, deepest = depths
    for narrower in sorted(reader.subjects(vocab.BROADER, node), key=lambda found: found.value):
        if narrower not in passed:
            passed.add(narrower)
            row = snapshot.names.of(snapshot.local(narrower.value))
            yield Narrower(reader.end(narrower), depth, row.support if row is not None else 0)
            if depth < deepest:
                yield from _narrower(snapshot, reader, narrower, (depth + 1, deepest), passed)
