"""Answers that are kept: of one state of the graph, and only where they last."""

from __future__ import annotations

from io import BytesIO

import pytest

from kg.engine.pool import Answer
from kg.serve.remembered import Remembered, is_lasting


def answer(body: bytes) -> Answer:
    return Answer(BytesIO(body), "json", len(body), 1, truncated=False)


def test_an_answer_is_kept_until_the_graph_is_another() -> None:
    remembered, first, second = Remembered(100), object(), object()
    assert remembered.get(first, "q") is None
    assert remembered.put(first, "q", answer(b"1")).body() == b"1"
    for _ in range(2):  # each reader has its own
        kept = remembered.get(first, "q")
        assert kept is not None
        assert kept.body() == b"1"
    assert remembered.get(second, "q") is None
    assert remembered.put(first, "q", answer(b"1")).body() == b"1"  # it was asked of the older state
    assert remembered.get(second, "q") is None


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    remembered, state = Remembered(20), object()
    remembered.get(state, "")
    for key in "abcd":
        remembered.put(state, key, answer(b"12345"))
    remembered.get(state, "a")
    remembered.put(state, "e", answer(b"12345"))
    assert [remembered.get(state, key) is not None for key in "abcde"] == [True, False, True, True, True]
    assert remembered.put(state, "f", answer(b"123456")).body() == b"123456"
    assert remembered.get(state, "f") is None  # it would take more than one may


@pytest.mark.parametrize(
    ("sparql", "lasts"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT ?now { ?now <x:known> ?o } # uuid", True),
        ("SELECT (NOW() AS ?t) {}", False),
        ("SELECT * { ?s ?p ?o FILTER(rand ( ) < 0.5) }", False),
        ("SELECT (STRUUID #(\n () AS ?u) {}", False),
        ("SELECT * {} ORDER BYRAND()", False),
        ("SELECT (BNODE() AS ?b) {}", False),
    ],
)
def test_what_answers_otherwise_each_time_is_not_kept(sparql: str, lasts: bool) -> None:
    assert is_lasting(sparql) is lasts
