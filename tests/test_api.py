"""The Python API offers what the commands offer."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from toy_papers import make

import kg
from kg.errors import StoreError, UsageError
from kg.model import Decision, DecisionKind, EntityType

TEXT = b"""TreeNet: Trees for All

We propose TreeNet, a model for parsing trees. TreeNet outperforms BarkNet on the ForestQA dataset. Code: https://github.com/a/treenet
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    graph = kg.open(tmp_path_factory.mktemp("api") / "store")
    assert graph.build("-", stdin=io.BytesIO(TEXT)).stored == 1
    return graph


def test_a_query_of_the_library_takes_names(graph: kg.Graph) -> None:
    result = graph.query("methods-by-dataset", params={"dataset": "ForestQA"})
    assert "TreeNet" in {row[result.variables.index("methodLabel")].value for row in result.rows}


def test_show_why_and_search(graph: kg.Graph) -> None:
    assert graph.show("TreeNet").thing.type == "Method"
    (quote, *_) = graph.why("TreeNet", "comparedWith", "BarkNet")
    assert quote.sentence.startswith("TreeNet outperforms BarkNet")
    assert "TreeNet" in {hit.label for hit in graph.search("treenett")}


def test_the_page_and_the_file_are_written(graph: kg.Graph, tmp_path: Path) -> None:
    page = graph.view("TreeNet", output=tmp_path / "g.html")
    assert page == (tmp_path / "g.html").read_text(encoding="utf-8")
    graph.export(tmp_path / "g.ttl")
    assert b"TreeNet" in (tmp_path / "g.ttl").read_bytes()


def test_other_libraries_get_the_same_graph(graph: kg.Graph) -> None:
    rdf = graph.to_rdflib()
    assert len(rdf) == graph.stats().triples
    network = graph.to_networkx()
    assert any(data.get("label") == "TreeNet" for _, data in network.nodes(data=True))


def test_a_notebook_shows_counts_as_text(graph: kg.Graph) -> None:
    assert "<th>papers</th><td>1</td>" in graph._repr_html_()
    assert graph.validate().conforms


def test_removing_the_last_paper_leaves_an_empty_graph(tmp_path: Path) -> None:
    graph = kg.open(tmp_path / "s")
    graph.build("-", stdin=io.BytesIO(TEXT))
    (key,) = graph.remove("TreeNet: Trees for All")
    assert key.startswith("treenet")
    assert graph.stats().papers == 0


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        kg.open(tmp_path / "none").stats()
    with pytest.raises(UsageError):
        kg.open("ftp://example.org/store")


def test_what_is_one_thing_is_explained_decided_and_parted(tmp_path: Path) -> None:
    graph = kg.open(make(tmp_path / "s", wanted=("07", "08", "09", "10")))
    (question,) = graph.review.candidates(["Method"])
    assert {question.one.thing.label, question.other.thing.label} == {"Path Finder", "Way Seeker"}
    decision = Decision(DecisionKind.SAME, EntityType.METHOD, "Path Finder", other="Way Seeker")
    assert graph.review.decide(decision) == graph.review.decisions() == graph.explain("Way Seeker").decisions == (decision,)
    assert graph.review.candidates() == []
    graph.review.undecide(decision)
    assert graph.review.candidates() == [question]
    came = graph.review.split("Dusk Filter", paper="Paper 08")
    assert [explanation.thing.label for explanation in came.after] == ["Dusk Filter", "Dusk Filter"]
    assert graph.review.decisions() == came.decisions
