"""The difference between two graphs is what makes one of the other, whatever the order in which stores give their triples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from kg.remote.difference import difference

NUMBERS = st.sets(st.integers(0, 30))


def triple(number: int) -> Triple:
    return Triple(NamedNode(f"https://example.org/{number % 7}"), NamedNode("https://example.org/p"), Literal(str(number)))


def store(numbers: set[int]) -> Store:
    filled = Store()
    filled.extend(Quad(*triple(number)) for number in numbers)
    return filled


@given(NUMBERS, NUMBERS)
def test_it_holds_what_one_has_and_the_other_lacks(old: set[int], new: set[int]) -> None:
    gone, come = difference(store(old), store(new))
    assert sorted(map(str, gone)) == sorted(str(triple(number)) for number in old - new)
    assert sorted(map(str, come)) == sorted(str(triple(number)) for number in new - old)
