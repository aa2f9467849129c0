"""Tells all that the graph says of one thing, and the sentences behind a statement.

Reads by patterns, so that the time depends on what is told, not on the size of the graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from pyoxigraph import NamedNode

from kg import vocab
from kg.errors import UsageError
from kg.lookup.describing import RESOURCE, triples_of
from kg.lookup.finding import TYPES
from kg.lookup.reading import Reader
from kg.lookup.values import Below, Description, Edge, End, Quote
from kg.store import PAPER, Snapshot

_ORDER = {name: place for place, name in enumerate(vocab.PROPERTIES)}


def show(snapshot: Snapshot, iri: str) -> Description:
    """All that is said of the thing with this IRI or path; of what is no paper, entity or kind its triples are the facts.

    Raises:
        UsageError: the graph has no such thing.
    """
    reader = Reader(snapshot)
    node = snapshot.iri(iri)
    thing = reader.end(node)
    if thing.type not in TYPES:
        facts = tuple(triples_of(snapshot, node))
        if not facts:
            raise UsageError(f"the graph has no {iri}", hint="`kg search` finds things by name")
        return Description(replace(thing, type=thing.type or RESOURCE), (), facts, (), (), ())
    stated: list[Quote] = []
    if thing.type == PAPER:
        claims = reader.subjects(vocab.DERIVED_FROM, node)
        stated = [quote for claim in claims for quote in reader.quotes(claim) if quote.subject != thing]
    return Description(
        thing,
        reader.texts(node, vocab.ALT_LABEL),
        tuple(reader.facts(node)) if thing.type == PAPER else (),
        _edges(quote for claim in reader.subjects(vocab.SUBJECT, node) for quote in reader.quotes(claim)),
        _edges(quote for claim in reader.subjects(vocab.OBJECT, node) for quote in reader.quotes(claim)),
        _edges(stated),
        next(iter(reader.texts(node, vocab.SHORT_FORM)), ""),
        tuple(reader.ladder(node)),
        tuple(_below(reader, node, 1, {node})[0]),
        tuple(sorted(reader.doubts(node), key=lambda doubt: (-doubt.score, doubt.other.label, doubt.other.iri))),
        tuple(reader.authors(node)),
        tuple(reader.cites(node)),
        tuple(reader.cited_by(node)),
    )


def _below(reader: Reader, node: NamedNode, depth: int, passed: set[NamedNode]) -> tuple[list[Below], set[NamedNode]]:
    """All that lies under a node, and the papers that say something of it or of that."""
    found: list[Below] = []
    papers = reader.papers(node)
    for narrower in reader.narrower(node):
        if narrower not in passed:
            passed.add(narrower)
            deeper, of_them = _below(reader, narrower, depth + 1, passed)
            found += [Below(reader.end(narrower), depth, len(of_them)), *deeper]
            papers |= of_them
    return found, papers


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
    reader = Reader(snapshot)
    given = [(property, node) for property, node in wanted.items() if node is not None]
    first = next((pair for pair in given if pair[0] != vocab.PREDICATE), given[0] if given else (vocab.RDF_TYPE, vocab.STATEMENT))
    claims = [claim for claim in reader.subjects(*first) if all(reader.has(claim, property, node) for property, node in given)]
    return sorted((quote for claim in claims for quote in reader.quotes(claim)), key=_rank)


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
    if local not in vocab.PROPERTIES:
        raise UsageError(f"there is no property {name!r}", hint=f"properties are {', '.join(vocab.PROPERTIES)}")
    return vocab.PROPERTIES[local]
