"""Terms between pyoxigraph, which the program speaks, and rdflib, the door to the Python RDF world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

Term = NamedNode | BlankNode | Literal


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """A copy of the triples as an rdflib graph in memory, literals as they are written.

    Raises:
        TypeError: a triple holds another triple, which rdflib has no term for.
    """
    import rdflib

    graph = rdflib.Graph()
    known: dict[object, Node] = {}

    def convert(term: object) -> Node:
        if term not in known:
            known[term] = term_to_rdflib(term)
        return known[term]

    for triple in triples:
        graph.add((convert(triple.subject), convert(triple.predicate), convert(triple.object)))
    return graph


def from_rdflib(term: Node) -> Term:
    """The pyoxigraph term for an rdflib one.

    Raises:
        TypeError: rdflib's variables and formulae have no counterpart.
        ValueError: an IRI that is none.
    """
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
    raise TypeError(f"no RDF term: {term!r}")


def term_to_rdflib(term: object) -> Node:
    """The rdflib term for a pyoxigraph one, literals as they are written; TypeError for a triple, which rdflib has no term for."""
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        string = term.datatype.value == str(rdflib.XSD.string)
        return rdflib.Literal(term.value, datatype=None if string else rdflib.URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"rdflib has no term for {term}")
