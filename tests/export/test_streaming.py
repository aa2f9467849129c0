"""The whole graph of a store as Turtle by way of a file: the same bytes as from triples in memory, and no half file."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from kg import vocab
from kg.errors import KgError
from kg.export import nodes, turtle, write
from kg.export.turtle import Terms, stored_turtle

EX = NamedNode("https://example.org/x")


def on_disk(triples: list[Triple], folder: Path) -> Store:
    """A store as snapshots have it: what is said of a subject lies side by side."""
    store = Store(str(folder))
    store.bulk_extend(Quad(*triple) for triple in triples)
    return store


def streamed(triples: list[Triple]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return b"".join(stored_turtle(on_disk(triples, Path(folder) / "rdf"), Path(folder)))


def test_a_store_gives_the_same_bytes_as_its_triples(triples: list[Triple], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_KEPT", 3)  # little is remembered, all else is looked up again
    monkeypatch.setattr(nodes, "_TEXTS", 7)
    assert streamed(triples) == turtle(triples)
    assert streamed([]) == b""


# A graph of few nodes that point at each other in every way, of any class: papers that are evidence, parts of two, rings.
NODES = st.sampled_from(
    [NamedNode(vocab.BASE + path) for path in ("paper/a", "method/b", "claim/c", "evidence/d", "evidence/d/target", "x")]
)
CLASSES = st.sampled_from(
    [vocab.RESEARCH_PAPER, vocab.PERSON, vocab.KIND, vocab.MERGE, vocab.CANDIDATE, vocab.STATEMENT, vocab.ANNOTATION, EX]
)
LINKS = st.sampled_from(
    [vocab.CREATOR, vocab.HAS_BODY, vocab.HAS_TARGET, vocab.HAS_SELECTOR, vocab.DERIVED_FROM, vocab.SUBJECT, vocab.MERGED_INTO]
)
NUMBERS = st.builds(lambda number: Literal(str(number)), st.integers(-1, 3))
ANY = st.lists(
    st.one_of(
        st.builds(lambda node, class_: Triple(node, vocab.RDF_TYPE, class_), NODES, CLASSES),
        st.builds(Triple, NODES, LINKS, NODES),
        st.builds(Triple, NODES, st.sampled_from([vocab.START, vocab.POSITION, vocab.FORM]), NUMBERS),
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None)
@given(ANY)
def test_any_graph_is_told_whole_and_as_in_memory(triples: list[Triple]) -> None:
    content = streamed(triples)
    assert content == turtle(triples)
    assert content.count(b" .\n") - content.count(b"@prefix") == len({triple.subject for triple in triples})


def test_blank_nodes_are_named_as_ever(tmp_path: Path) -> None:
    triples = [Triple(BlankNode("b"), vocab.TITLE, Literal("x"))]
    with pytest.raises(nodes.UnsortedError):
        streamed(triples)
    write(on_disk(triples, tmp_path / "rdf"), tmp_path / "x.ttl")
    assert b"_:b" in (tmp_path / "x.ttl").read_bytes()


def test_a_string_without_a_short_cut_is_the_same_text() -> None:
    for code in range(0x80):
        literal = Literal(f"a{chr(code)}b")
        assert Terms(vocab.BASE).text(literal) == Terms(vocab.BASE)._literal(literal)


@pytest.mark.parametrize("place", ["executemany", "writelines"])
def test_what_ends_an_export_leaves_nothing(place: str, triples: list[Triple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    store = on_disk(random.Random(1).sample(triples, len(triples)), tmp_path / "rdf")
    (tmp_path / "x.ttl").write_text("old")
    if place == "executemany":
        monkeypatch.setattr(nodes, "facts", interrupt)  # while the file beside it is filled
    else:
        monkeypatch.setattr(nodes.Filed, "text", interrupt)  # while it is read
    with pytest.raises(KeyboardInterrupt):
        write(store, tmp_path / "x.ttl")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rdf", "x.ttl"]
    assert (tmp_path / "x.ttl").read_text() == "old"


def test_no_room_for_the_file_beside_it_is_one_clear_error(triples: list[Triple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_TABLES", nodes._TABLES + "PRAGMA max_page_count = 6;")  # what a full disk looks like to SQLite
    with pytest.raises(KgError, match="no room"):
        write(on_disk(triples, tmp_path / "rdf"), tmp_path / "x.ttl")
    assert [path.name for path in tmp_path.iterdir()] == ["rdf"]
