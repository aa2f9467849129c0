"""Loading triples as lines of text: what the manifest says of them, however they come."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from kg import vocab
from kg.store import rdf
from kg.store.change import content_of
from kg.store.marks import Marks

P = NamedNode("https://e.org/p")
PAPER = NamedNode("https://e.org/paper/1")
TRICKY = [Triple(PAPER, P, Literal(text)) for text in ("a .\nb .\n", 'x> _:b "c" .', "\x00\t\r\\ é日😀", "", " .")]
TYPED = [Triple(PAPER, vocab.RDF_TYPE, vocab.RESEARCH_PAPER), Triple(PAPER, vocab.own("uses"), P)]


def loaded(folder: Path, triples: list[Triple]) -> set[Triple]:
    """What a folder holds after loading, checked against what loading says of it."""
    content = rdf.load(folder / "rdf", triples)
    found = {quad.triple for quad in Store.read_only(str(folder / "rdf"))}
    assert content == content_of(found)
    assert sorted(path.name for path in folder.iterdir()) == ["rdf"]
    return found


def test_any_text_is_loaded_as_it_is_and_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdf, "_PIECE", 3)
    monkeypatch.setattr(rdf, "_BATCH", 5)
    assert loaded(tmp_path, [*TRICKY, *TYPED, *TRICKY[2:], *TYPED, *TYPED]) == {*TRICKY, *TYPED}


def test_blank_nodes_keep_their_names(tmp_path: Path) -> None:
    triples = [Triple(BlankNode("a"), P, BlankNode("b")), Triple(BlankNode("b"), P, Literal("c"))]
    assert loaded(tmp_path, triples) == set(triples)


def test_numbers_that_the_store_writes_in_another_way_are_counted_as_it_holds_them(tmp_path: Path) -> None:
    integer = NamedNode(vocab.NAMESPACES["xsd"] + "integer")
    triples = [Triple(PAPER, P, Literal(text, datatype=integer)) for text in ("1", "01")]
    assert len(loaded(tmp_path, triples)) == 1


@pytest.mark.parametrize("held", [1, 300, 10_000])
def test_what_came_twice_is_found_part_by_part(held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.store.marks._HELD", held)
    numbers = [*range(1000), *range(0, 1000, 7), 5, 5]
    with Marks(tmp_path) as many, Marks(tmp_path) as once:
        for number in numbers:
            many.add(b"<a> <b> <%d> .\n" % number)
        once.add(b"".join(b"<a> <b> <%d> .\n" % number for number in sorted({*numbers})))
        assert many.lines == len(numbers)
        assert many.distinct() == once.distinct()
        assert once.distinct()[0] == 1000
    with Marks(tmp_path) as none:
        none.add(b"")
        assert none.distinct() == (0, 0)
