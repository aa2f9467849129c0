"""N-Triples and N-Quads, sorted by line, and TriG with one named graph per paper.

The graph of a paper bears the paper's IRI and holds that paper's claims, the merges that it shows, the evidence of both and the
triples that the claims state; what is said of papers (authors and citations too), entities, kinds and extractors themselves, other
merges and candidates stand in the default graph. A triple that two papers state stands in both their graphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from pathlib import Path

from pyoxigraph import NamedNode, Store, Triple

from kg import vocab
from kg.export.nodes import UnsortedError, beside
from kg.export.selection import STATED, Index, Term, index, quads, subject_of
from kg.export.turtle import Terms, blocks
from kg.store.ordering import END, sort, to_line

_TOGETHER = 2_000  # lines in one piece
_STATED = frozenset(str(predicate).encode() for predicate in STATED)
_ENDS = tuple(str(part).encode() for part in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT))
_STATES = b"\xff"  # between a triple and a paper that states it: no byte of UTF-8, and greater than all
_IRI = rb'<[^\x00-\x20<>"{}|^`\\]*>'
# A line of IRIs and perhaps a literal. Matches '<a:s> <a:p> "x\\ny _:b"@en .'; not '_:b <a:p> <a:o> .', a triple term, or an IRI with a space.
_PLAIN = re.compile(rb'%b %b (?:%b|"[^"\\\n]*(?:\\.[^"\\\n]*)*"(?:@[A-Za-z0-9-]+|\^\^%b)?) \.\n' % (_IRI, _IRI, _IRI, _IRI))


def ntriples(triples: Iterable[Triple]) -> bytes:
    """One line per triple, sorted by its characters."""
    return _lines(f"{triple} .\n" for triple in triples)


def nquads(triples: Iterable[Triple]) -> bytes:
    """One line per triple and graph, sorted by its characters."""
    return _lines(f"{triple} {graph} .\n" if graph else f"{triple} .\n" for triple, graph in _placed(triples))


def trig(triples: Iterable[Triple], *, base: str = vocab.BASE) -> bytes:
    """The default graph in canonical Turtle, then a block per paper, sorted by the paper's IRI."""
    terms = Terms(base)
    graphs: dict[str, list[Triple]] = {}
    for triple, graph in dict.fromkeys(_placed(triples)):
        graphs.setdefault(graph.value if graph else "", []).append(triple)
    body = blocks(index(graphs.pop("", ())), terms)
    for name in sorted(graphs):
        inside = "\n".join(blocks(index(graphs[name]), terms, indent="    "))
        body.append(f"{terms.text(NamedNode(name))} {{\n{inside}}}\n")
    return "\n".join(part for part in (terms.header(), *body) if part).encode()


def stored_ntriples(store: Store, folder: Path | None) -> Iterator[bytes]:
    """What `ntriples` makes of the default graph of a store, in pieces; memory does not hold the graph.

    Args:
        store: the graph, without blank nodes.
        folder: where files may lie that hold the graph meanwhile; None for the system's own place.

    Raises:
        UnsortedError: before the first piece: there is a blank node, a triple term, or an IRI that none should be.
        OSError: there is no room.
    """
    with beside(folder) as side, sort(_stored(store), side) as found:
        yield from _pieces(found.lines())


def stored_nquads(store: Store, folder: Path | None) -> Iterator[bytes]:
    """What `nquads` makes of the default graph of a store; all else is as with `stored_ntriples`.

    Raises:
        UnsortedError: as there; or a node has two papers, or a claim two triples.
        OSError: there is no room.
    """
    with (
        beside(folder) as side,
        beside(folder) as other,
        sort(chain(_stored(store), _owned(store)), side) as by_subject,
        sort(_in_graphs(by_subject.lines()), other) as found,
    ):
        yield from _pieces(_in_one_place(found.lines()))


def _stored(store: Store) -> Iterator[bytes]:
    """The lines of the default graph."""
    for quad in quads(store):
        line = to_line(str(quad.triple))
        if _PLAIN.fullmatch(line) is None:
            raise UnsortedError
        yield line


def _pieces(lines: Iterator[bytes]) -> Iterator[bytes]:
    return iter(lambda: b"".join(islice(lines, _TOGETHER)), b"")


def _owned(store: Store) -> Iterator[bytes]:
    """As `_owners`, each node with its paper in a line that sorts before all that is said of it."""
    for link in (vocab.DERIVED_FROM, vocab.SHOWN_BY):
        for quad in quads(store, None, link):
            if isinstance(quad.object, NamedNode):
                nodes = {quad.subject, *(annotated.subject for annotated in quads(store, None, vocab.HAS_BODY, quad.subject))}
                for part in (vocab.HAS_TARGET, vocab.HAS_SELECTOR):
                    nodes |= {end.object for node in nodes for end in quads(store, node, part) if isinstance(end.object, NamedNode)}
                yield from (f"{node}  {quad.object}\n".encode() for node in nodes)


def _in_graphs(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with the graph that their subject has, and for each claim one of its triple and paper with `_STATES` between them."""
    for _, found in groupby(lines, key=lambda line: line.partition(b" ")[0]):
        owner, ends = b"", dict[bytes, bytes]()
        for line in found:
            _, predicate, rest = line.split(b" ", 2)
            if not predicate:
                if owner not in (b"", rest[:-1]):
                    raise UnsortedError
                owner = rest[:-1]
            elif not owner:
                yield line
            elif predicate in _STATED or predicate in ends:
                raise UnsortedError
            else:
                yield line[: -len(END)] + b" " + owner + END
                if predicate in _ENDS:
                    ends[predicate] = rest[: -len(END)]
        if len(ends) == len(_ENDS) and ends[_ENDS[1]] in _STATED:
            yield b" ".join(ends[end] for end in _ENDS) + b" " + _STATES + owner + END


def _in_one_place(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each triple with the graphs of the papers that state it, or as it stands where none does."""
    for _, found in groupby(lines, key=lambda line: line.partition(_STATES)[0].removesuffix(END[1:])):
        line, *stated = dict.fromkeys(found)
        if _STATES not in line:  # else there is no such triple
            yield from (one.replace(_STATES, b"") for one in stated) if stated else (line,)


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(sorted(set(lines))).encode()


def _placed(triples: Iterable[Triple]) -> Iterator[tuple[Triple, NamedNode | None]]:
    """Every triple with the graph that it stands in; one that several papers state comes once for each."""
    triples = list(triples)
    by_subject = index(triples)
    owners = _owners(by_subject)
    stated: dict[tuple[Term | None, Term | None, Term | None], set[NamedNode]] = {}
    for claim, pairs in by_subject.items():
        said = dict(pairs)
        if claim in owners:
            stated.setdefault((said.get(vocab.SUBJECT), said.get(vocab.PREDICATE), said.get(vocab.OBJECT)), set()).add(owners[claim])
    for triple in triples:
        subject = subject_of(triple)
        papers = stated.get((subject, triple.predicate, triple.object), set()) if triple.predicate in STATED else set()
        if papers:
            yield from ((triple, paper) for paper in sorted(papers, key=str))
        else:
            yield triple, owners.get(subject)


def _owners(by_subject: Index) -> dict[Term, NamedNode]:
    """Claims, merges that a paper shows, annotations, targets and selectors, each with its paper."""
    owners: dict[Term, NamedNode] = {
        node: object
        for node, pairs in by_subject.items()
        for predicate, object in pairs
        if predicate in (vocab.DERIVED_FROM, vocab.SHOWN_BY) and isinstance(object, NamedNode)
    }
    for link in (vocab.HAS_BODY, vocab.HAS_TARGET, vocab.HAS_SELECTOR):  # from the claim or merge outwards
        owners |= dict(_handed_on(by_subject, owners, link))
    return owners


def _handed_on(by_subject: Index, owners: dict[Term, NamedNode], link: NamedNode) -> Iterator[tuple[Term, NamedNode]]:
    """Nodes that take their paper over `link`: an annotation from its body, a target or selector from what points at it."""
    for node, pairs in by_subject.items():
        for predicate, object in pairs:
            source, taker = (object, node) if link == vocab.HAS_BODY else (node, object)
            if predicate == link and source in owners:
                yield taker, owners[source]
