"""N-Triples and N-Quads, sorted by line, and TriG with one named graph per paper.

The graph of a paper bears the paper's IRI and holds that paper's claims, the merges that it shows, the evidence of both and the
triples that the claims state; what is said of papers (authors and citations too), entities, kinds and extractors themselves, other
merges and candidates stand in the default graph. A triple that two papers state stands in both their graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from kg import vocab
from kg.export.selection import STATED, Index, Term, index, subject_of
from kg.export.turtle import Terms, blocks


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
