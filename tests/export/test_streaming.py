"""The whole graph of a store by way of files: the same bytes as from triples in memory, in little of it, and no half file."""

from __future__ import annotations

import io
import random
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from kg import vocab
from kg.errors import KgError
from kg.export import dump, nodes, quads, turtle, write
from kg.export.blanks import relabelled
from kg.export.quads import nquads, ntriples, stored_nquads, stored_ntriples
from kg.export.turtle import Terms, stored_turtle
from kg.graph import to_triples
from kg.model import Knowledge
from kg.store import ordering

EX = NamedNode("https://example.org/x")
USES = vocab.own("uses")
LINES = {"nt": (stored_ntriples, ntriples), "nq": (stored_nquads, nquads)}


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


@pytest.mark.parametrize("format", LINES)
def test_a_store_gives_the_same_lines_as_its_triples(
    format: str, triples: list[Triple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "_CHUNK", 7)  # many files are merged
    stored, in_memory = LINES[format]
    store = on_disk(triples, tmp_path / "rdf")
    store.add(Quad(EX, USES, EX, EX))  # in a graph of its own, which no export has
    assert b"".join(stored(store, tmp_path)) == in_memory(triples)
    assert [path.name for path in tmp_path.iterdir()] == ["rdf"]
    assert b"".join(stored(Store(), tmp_path)) == b""


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["", "en", "ar"]))
def test_any_text_is_a_line_as_in_memory(text: str, language: str) -> None:
    store, triple = Store(), Triple(EX, EX, Literal(text, language=language or None))
    store.add(Quad(*triple))
    assert b"".join(stored_ntriples(store, None)) == b"".join(stored_nquads(store, None)) == ntriples([triple])


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


# Claims of all that a graph may be wrong in: of two papers or none, of two triples, of one that is not there; evidence that points anywhere.
STATING = st.one_of(
    st.builds(Triple, NODES, st.one_of(LINKS, st.sampled_from([vocab.SHOWN_BY, vocab.OBJECT, USES])), NODES),
    st.builds(Triple, NODES, st.just(vocab.PREDICATE), st.sampled_from([USES, vocab.TITLE])),
    st.builds(Triple, NODES, st.sampled_from([vocab.HAS_BODY, vocab.OBJECT, vocab.HAS_SELECTOR]), st.sampled_from([Literal("a  b")])),
)
CLAIM = [Triple(NamedNode(vocab.BASE + "claim/c"), part, node) for part, node in (
    (vocab.DERIVED_FROM, EX), (vocab.SUBJECT, EX), (vocab.PREDICATE, USES), (vocab.OBJECT, EX),
)]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(STATING, max_size=8), st.sampled_from([[], CLAIM, [*CLAIM, Triple(EX, USES, EX)]]))
def test_any_claims_stand_in_the_graphs_that_they_have_in_memory(more: list[Triple], claim: list[Triple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = on_disk([*claim, *more], Path(folder) / "rdf")
        for format, (_, in_memory) in LINES.items():
            assert dumped(store, format) == in_memory([quad.triple for quad in store])


def dumped(store: Store, format: str) -> bytes:
    stream = io.BytesIO()
    dump(store, stream, format=format)
    return stream.getvalue()


@pytest.mark.parametrize("format", LINES)
@pytest.mark.parametrize(
    "object", ["_:b", "<https://e.org/a b>", "<https://e.org/a\\u000A>", '"x"^^<https://e.org/\\u003E>', "<<( <a:s> <a:p> <a:o> )>>"]
)
def test_what_no_line_can_hold_apart_is_written_as_ever(format: str, object: str, tmp_path: Path) -> None:
    store = Store(str(tmp_path / "rdf"))
    store.load(f"<{EX.value}> <{EX.value}> {object} .".encode(), RdfFormat.N_TRIPLES, lenient=True)
    stored, in_memory = LINES[format]
    with pytest.raises(nodes.UnsortedError):
        list(stored(store, tmp_path))
    assert dumped(store, format) == in_memory(relabelled(quad.triple for quad in store))


@pytest.mark.parametrize("format", LINES)
def test_memory_does_not_hold_the_lines(format: str, knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "_CHUNK", 1000)
    monkeypatch.setattr(quads, "_TOGETHER", 100)
    stored, _ = LINES[format]
    store = on_disk([triple for n in range(50) for triple in to_triples(knowledge, base=f"https://e.org/{n}/")], tmp_path / "rdf")
    tracemalloc.start()
    size = sum(map(len, stored(store, tmp_path)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < size / 4


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


@pytest.mark.parametrize(
    ("format", "module", "name"),
    [
        ("ttl", nodes, "facts"),  # while the file beside it is filled
        ("ttl", nodes.Filed, "text"),  # while it is read
        *((format, ordering, name) for format in LINES for name in ("_write",)),
        *((format, ordering.Sorted, "lines") for format in LINES),
    ],
)
def test_what_ends_an_export_leaves_nothing(
    format: str, module: object, name: str, triples: list[Triple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    store, path = on_disk(random.Random(1).sample(triples, len(triples)), tmp_path / "rdf"), tmp_path / f"x.{format}"
    path.write_text("old")
    monkeypatch.setattr(module, name, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(store, path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rdf", path.name]
    assert path.read_text() == "old"


def test_no_room_for_the_file_beside_it_is_one_clear_error(triples: list[Triple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_TABLES", nodes._TABLES + "PRAGMA max_page_count = 6;")  # what a full disk looks like to SQLite
    with pytest.raises(KgError, match="no room"):
        write(on_disk(triples, tmp_path / "rdf"), tmp_path / "x.ttl")
    assert [path.name for path in tmp_path.iterdir()] == ["rdf"]


@pytest.mark.parametrize("format", LINES)
def test_no_room_for_lines_is_one_clear_error(format: str, triples: list[Triple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ordering, "_write", full)
    with pytest.raises(KgError, match="No space left"):
        write(on_disk(triples, tmp_path / "rdf"), tmp_path / f"x.{format}")
    assert [path.name for path in tmp_path.iterdir()] == ["rdf"]
