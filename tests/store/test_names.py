"""The name index finds things exactly, by prefix, by word and misspelt, and takes what is typed as data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.derivation.names import name_rows
from kg.errors import StoreError
from kg.model import Document, Entity, EntityType, Evidence, Identifier, Knowledge, Span, Statement
from kg.store.namefiles import build_index, extend_delta, row_mark, values
from kg.store.nameindex import NameIndex
from kg.store.names import NameRow

ROWS = [
    NameRow("method/biomedclip", "Method", "BiomedCLIP", "BiomedCLIP", "name", 3),
    NameRow("method/clip", "Method", "CLIP", "CLIP", "name", 9),
    NameRow("method/clip", "Method", "CLIP", "Contrastive Language–Image Pre-training", "alias", 9),
    NameRow("dataset/spark", "Dataset", "SPARK", "SPARK", "name", 1),
    NameRow("method/spark", "Method", "Apache Spark", "Spark", "alias", 5),
    NameRow("method/spark", "Method", "Apache Spark", "Apache Spark", "name", 5),
    NameRow("method/tabula-8b", "Method", "TabuLa-8B", "TabuLa-8B", "name", 1),
    NameRow("organisation/ecole", "Organisation", "École Polytechnique", "École Polytechnique", "name", 1),
    NameRow("task/nabla", "Task", "∇", "∇", "name", 1),
    NameRow("paper/arxiv-2401.00001", "Paper", "On memory in agents", "On memory in agents", "title", 1),
    NameRow("paper/arxiv-2401.00001", "Paper", "On memory in agents", "2401.00001", "id", 1),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameIndex]:
    path = tmp_path_factory.mktemp("names") / "names.sqlite"
    build_index(path, sorted(ROWS))
    opened = NameIndex(path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "first", "how"),
    [
        ("BiomedCLIP", "method/biomedclip", "exact"),
        ("biomed-clip", "method/biomedclip", "exact"),
        ("Contrastive Language-Image Pretraining", "method/clip", "exact"),
        ("ecole polytechnique", "organisation/ecole", "exact"),
        ("Biomed", "method/biomedclip", "prefix"),
        ("apache", "method/spark", "prefix"),
        ("polytechnique", "organisation/ecole", "words"),
        ("agents memory", "paper/arxiv-2401.00001", "words"),
        ("medclip", "method/biomedclip", "words"),
        ("BiomdCLIP", "method/biomedclip", "close"),
        ("TabuLo-8B", "method/tabula-8b", "close"),
        ("CLPI", "method/clip", "close"),
        ("polytecnique", "organisation/ecole", "close"),
        ("∇", "task/nabla", "exact"),
        ("2401.00001", "paper/arxiv-2401.00001", "exact"),
    ],
)
def test_search_finds(index: NameIndex, text: str, first: str, how: str) -> None:
    hit = index.search(text)[0]
    assert (hit.iri, hit.how) == (first, how)


def test_the_very_spelling_comes_first(index: NameIndex) -> None:
    assert [hit.iri for hit in index.search("SPARK")[:2]] == ["dataset/spark", "method/spark"]
    assert [hit.iri for hit in index.search("Spark")[:2]] == ["method/spark", "dataset/spark"]


def test_types_and_limit_narrow(index: NameIndex) -> None:
    assert [hit.iri for hit in index.search("spark", types=["Dataset"])] == ["dataset/spark"]
    assert len(index.search("spark", limit=1)) == 1
    assert index.search("spark", limit=0) == []


def test_leading_gives_the_things_that_most_papers_name(index: NameIndex) -> None:
    assert [(hit.iri, hit.support) for hit in index.leading("Method", 3)] == [
        ("method/clip", 9),
        ("method/spark", 5),
        ("method/biomedclip", 3),
    ]
    assert [hit.label for hit in index.leading("Paper", 9)] == ["On memory in agents"]
    assert index.leading("Kind", 9) == []


def test_a_thing_is_found_once_by_its_best_name(index: NameIndex) -> None:
    hits = index.search("Apache Spark")
    assert [hit.iri for hit in hits].count("method/spark") == 1
    assert (hits[0].label, hits[0].matched, hits[0].support) == ("Apache Spark", "Apache Spark", 5)


def test_of_gives_the_canonical_row(index: NameIndex) -> None:
    hit = index.of("method/clip")
    assert hit is not None
    assert (hit.label, hit.matched) == ("CLIP", "CLIP")
    assert index.of("method/absent") is None


HOSTILE = [
    '::"',
    '"',
    "spark OR clip",
    'name:"x"',
    "NEAR(a b)",
    "a* ^b",
    "'; DROP TABLE name; --",
    "\x00",
    "\udcff",
    "(",
    "-",
    "{",
    "%",
    "_",
    "",
    " ",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_query_language_is_data(index: NameIndex, text: str) -> None:
    index.search(text)
    index.exact(text)
    index.of(text)
    assert index.search("CLIP")[0].iri == "method/clip"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec=None), max_size=40))
def test_any_text_may_be_typed(index: NameIndex, text: str) -> None:
    hits = index.search(text)
    assert len({hit.iri for hit in hits}) == len(hits)
    assert all(0 <= hit.score <= 1 for hit in hits)


@given(names=st.lists(st.text(st.characters(codec=None), min_size=1, max_size=20), min_size=1, max_size=5, unique=True))
@settings(max_examples=30)
def test_every_name_is_found_by_itself(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    path = tmp_path_factory.mktemp("names") / "names.sqlite"
    build_index(path, [NameRow(f"method/{n}", "Method", name, name, "name", 1) for n, name in enumerate(names)])
    index = NameIndex(path)
    for number, name in enumerate(names):
        if name.strip():
            assert f"method/{number}" in [hit.iri for hit in index.exact(name)], name
    index.close()


def test_a_long_title_is_found_by_itself(tmp_path: Path) -> None:
    title = "On the very long titles of papers, " * 20
    build_index(tmp_path / "names.sqlite", [NameRow("paper/a", "Paper", title, title, "title", 1)])
    index = NameIndex(tmp_path / "names.sqlite")
    assert [hit.how for hit in index.search(title)] == ["exact"]
    assert index.exact(title.upper())
    index.close()


def test_rows_hold_every_name_and_count_papers() -> None:
    evidence = (Evidence(Span(0, 4), Span(0, 4)),)
    knowledge = Knowledge(
        documents=(
            Document("arxiv-1", "a", "1", "A {Title}", "A Title", "", (Identifier("arxiv", "2401.1"),)),
            Document("b", "a", "2", "B", "B", ""),
        ),
        entities=(Entity("method/quibble", EntityType.METHOD, "Quibble", ("quibble model",)),),
        statements=tuple(
            Statement(paper, f"paper/{paper}", predicate, "method/quibble", evidence, "t-1", "r", 1.0)
            for paper, predicate in [("arxiv-1", "uses"), ("arxiv-1", "introduces"), ("b", "uses")]
        ),
    )
    rows = {(row.iri, row.name, row.kind, row.support) for row in name_rows(knowledge)}
    assert rows == {
        ("method/quibble", "Quibble", "name", 2),
        ("method/quibble", "quibble model", "alias", 2),
        ("paper/arxiv-1", "A Title", "title", 1),
        ("paper/arxiv-1", "A {Title}", "title", 1),
        ("paper/arxiv-1", "2401.1", "id", 1),
        ("paper/b", "B", "title", 1),
    }


def test_a_damaged_index_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "names.sqlite").write_bytes(b"no database" * 999)
    with pytest.raises(StoreError) as caught:
        NameIndex(tmp_path / "names.sqlite").search("x")
    assert "kg build" in caught.value.hint


THINGS = [f"method/{letter}" for letter in "abcdefgh"]
WORDS = st.sampled_from(["clip", "clap", "Clips", "vision", "visoin", "Transformer", "Transfromer", "net", "École", "bert", "BERT-x", "8B"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@st.composite
def changes(draw: st.DrawFn) -> dict[str, tuple[NameRow, ...]]:
    """What some things are called from now on; nothing where they are gone."""
    changed = {}
    for iri in draw(st.sets(st.sampled_from(THINGS), max_size=4)):
        names, support = draw(st.lists(NAMES, max_size=3)), draw(st.integers(1, 3))
        type = draw(st.sampled_from(["Method", "Dataset"]))
        changed[iri] = tuple(NameRow(iri, type, names[0], name, "alias" if n else "name", support) for n, name in enumerate(names))
    return changed


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(changes(), min_size=1, max_size=5), asked=st.lists(NAMES, min_size=1, max_size=6), few=st.integers(1, 4))
def test_base_and_delta_answer_as_one_index(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, tuple[NameRow, ...]]], asked: list[str], few: int
) -> None:
    folder = tmp_path_factory.mktemp("names")
    base, delta, fresh = folder / "names.sqlite", folder / "names-delta.sqlite", folder / "fresh.sqlite"
    called = dict(steps[0])
    marks = build_index(base, [row for rows in called.values() for row in rows])
    before = base.read_bytes()
    for step in steps[1:]:
        called.update(step)
        marks += extend_delta(base, delta, step)
    rows = [row for rows in called.values() for row in rows]
    assert marks == build_index(fresh, rows) == sum(row_mark(row) for row in {values(row) for row in rows})
    split, whole = NameIndex(base, delta), NameIndex(fresh)
    with patch("kg.store.nameindex._CANDIDATES", few):  # the candidates are the same, too, where not all fit
        for text in asked:
            for types in (None, ["Method"]):
                assert split.search(text, types) == whole.search(text, types)
                assert split.exact(text, types) == whole.exact(text, types)
    assert split.labels() == whole.labels()
    assert [split.of(iri) for iri in THINGS] == [whole.of(iri) for iri in THINGS]
    assert sorted(split.rows()) == sorted(whole.rows()) == sorted(set(rows))
    assert base.read_bytes() == before
    split.close()
    whole.close()


@pytest.mark.parametrize("text", ["hetrogeneous", "heterogenneous", "heterogeneuos", "heterogebeous", "eterogeneous", "heterogeneoux"])
def test_one_slip_is_forgiven_wherever_it_is_made(tmp_path: Path, text: str) -> None:
    names = ["Heterogeneous", "Homogeneous", "Heterogeneous graph transformer", "Graph transformer"]
    build_index(tmp_path / "names.sqlite", [NameRow(f"method/{n}", "Method", name, name, "name", 1) for n, name in enumerate(names)])
    index = NameIndex(tmp_path / "names.sqlite")
    assert index.search(text)[0].iri == "method/0"
    assert index.search(f"{text} graf transformer")[0].iri == "method/2"
    index.close()
