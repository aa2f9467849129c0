"""Blank nodes are labelled by what is said of them: the same graph, the same bytes."""

from __future__ import annotations

import random
import time

import pytest
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.export import turtle
from kg.export.blanks import relabelled

GRAPHS = [
    "<a:s> <a:p> [ <a:p> 1 ], [ <a:p> 2 ] .",
    "<a:s> <a:p> [ <a:p> [ <a:p> 1 ] ], [ <a:p> [ <a:p> 1 ] ] .",  # two that are alike
    "<a:s> <a:p> (1 2 3 (4 5) 1 2 3) .",
    "_:a <a:p> _:b . _:b <a:p> _:c . _:c <a:p> _:a .",  # a ring
    "_:a <a:p> _:a . _:b <a:p> _:c . _:c <a:p> _:b .",
    "_:a <a:p> _:b . _:b <a:p> _:a . _:c <a:p> _:d . _:d <a:p> _:c . _:a <a:q> _:c .",
]


def read(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]


def shuffled(triples: list[Triple], seed: int) -> list[Triple]:
    """The same graph: other labels, another order."""
    chance, labels = random.Random(seed), dict[BlankNode, BlankNode]()

    def other(term: object) -> object:
        return labels.setdefault(term, BlankNode(f"x{chance.getrandbits(64):x}")) if isinstance(term, BlankNode) else term

    renamed = [Triple(other(t.subject), t.predicate, other(t.object)) for t in triples]  # type: ignore[arg-type]
    chance.shuffle(renamed)
    return renamed


def canonical(triples: list[Triple]) -> Dataset:
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


@pytest.mark.parametrize("text", GRAPHS)
def test_labels_and_order_leave_no_trace(text: str) -> None:
    triples = read(text)
    expected = relabelled(triples)
    assert canonical(expected) == canonical(triples)
    for seed in range(5):
        assert turtle(relabelled(shuffled(triples, seed))) == turtle(expected)


def test_a_graph_without_blank_nodes_stays_as_it_is() -> None:
    triples = read("<a:s> <a:p> <a:o>, 1 .")
    assert relabelled(triples) == triples


def test_blank_nodes_inside_triple_terms_are_relabelled_too() -> None:
    inner = Triple(BlankNode("x"), NamedNode("a:p"), Literal("1"))
    (triple,) = relabelled([Triple(NamedNode("a:s"), NamedNode("a:p"), inner)])
    assert isinstance(triple.object, Triple)
    assert triple.object.subject != BlankNode("x")


def test_very_many_that_are_alike_take_no_time_to_speak_of() -> None:
    triples = [Triple(BlankNode(f"n{i}"), NamedNode("a:p"), BlankNode(f"n{(i * 7 + 1) % 2000}")) for i in range(2000)]
    start = time.monotonic()
    found = relabelled(triples)
    assert time.monotonic() - start < 30  # some two seconds; without a bound, minutes
    assert len({triple.subject for triple in found}) == 2000
