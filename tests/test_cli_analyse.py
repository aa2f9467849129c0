"""`kg analyse` as people and programs use it: rows on standard output, how they came about on standard error, the same in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_corpora import FOLDERS, TYPES

import kg
from kg import analyse, vocab
from kg.cli import run
from kg.errors import UsageError
from kg.export import turtle
from kg.graph import to_triples
from kg.model import Document, Entity, EntityType, Evidence, Identifier, Knowledge, Span, Statement

SEEDS = Path(__file__).parents[1] / "seeds" / "papers.txt"


def _knowledge() -> Knowledge:
    """100 papers of four years: a is always with e, d never with a; b rises; b builds on a."""
    papers = [*[("a", "e")] * 40, *[("b", "d")] * 40, *[("b", "e")] * 20]
    documents, statements = [], []
    for place, (method, dataset) in enumerate(papers):
        year = 2018 + place // 25
        document = Document(
            f"arxiv-{year - 2000}01.{place:05d}", "made-up.txt", "", f"Paper {place}", f"Paper {place}", "On things.",
            (Identifier("arxiv", f"{year - 2000}01.{place:05d}"),),
        )  # fmt: skip
        documents.append(document)
        said = [(f"paper/{document.key}", "uses", f"method/{method}"), (f"paper/{document.key}", "uses", f"dataset/{dataset}")]
        said += [("method/b", "basedOn", "method/a")] if place == 99 else []
        evidence = Evidence(Span(0, 5), Span(0, 5))
        statements += [Statement(document.key, *ends, (evidence,), "hand-1.0", "by-hand", 0.9) for ends in said]
    things = ("m:a", "m:b", "d:d", "d:e", "t:=x")
    entities = tuple(Entity(f"{FOLDERS[t[0]]}/{t[2:]}", EntityType(TYPES[t[0]]), t[2:].upper()) for t in things)
    return Knowledge(tuple(documents), entities, tuple(statements))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("analysed") / "graph.ttl"
    path.write_bytes(turtle(to_triples(_knowledge())))
    return str(path)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> str:
    store = tmp_path_factory.mktemp("analysed") / "seeds"
    kg.open(store).build(str(SEEDS), extractor="rules")
    return str(store)


@pytest.mark.parametrize(
    ("args", "rows"),
    [
        (["standing", "--type", "dataset"], ["1\tE\tDataset\t60\t", "2\tD\tDataset\t40\t"]),
        (["standing", "b"], ["1\tB\tMethod\t60\t"]),
        (["standing", "--limit", "1"], ["1\tB\tMethod\t60\t"]),
        (["lineage"], ["A\tMethod\t2018\t0\t0\t1\t0\t1\t\tmethod/a", "B\tMethod\t2019\t1\t1\t0\t1\t0\t\tmethod/b"]),
        (["lineage", "B"], ["-1\tA\tMethod\t2018\tB\tyes\tpaper/arxiv-2101.00099\tmethod/a", "0\tB\tMethod\t2019\t\t\t\tmethod/b"]),
        (["gaps"], ["A\tD\tDataset\t40\t40\t16.0\t3"]),
        (["gaps", "D"], ["A\tD\tDataset\t40\t40\t16.0\t3"]),
        (["gaps", "--type", "Task"], []),
        (["trends", "--type", "Method"], ["B\tMethod\trising\t60\t", "A\tMethod\tfalling\t40\t"]),
        (["co-use"], []),
        (["bridges"], []),
    ],
)
def test_each_figure_as_rows(args: list[str], rows: list[str], file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyse", *args, "--store", file, "--format", "tsv"]) == 0
    printed = capsys.readouterr()
    _, *lines = printed.out.splitlines()
    assert len(lines) == len(rows)
    assert all(line.startswith(row) for line, row in zip(lines, rows, strict=True))
    assert printed.err.splitlines()[-1].startswith("over ")


def test_every_form_prints_and_an_empty_figure_has_a_header_for_programs(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    for form, first in (("table", ""), ("tsv", "community\tmembers\tpapers\tthings\n"), ("csv", "community,members,papers,things\n")):
        assert run(["analyse", "co-use", "--store", file, "--format", form]) == 0
        printed = capsys.readouterr()
        assert printed.out == first
        assert printed.err.startswith("nothing can be said: 100 papers")


def test_json_tells_how_over_how_many_papers_and_all_of_each_row(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyse", "gaps", "--store", file, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {key: found[key] for key in ("figure", "papers", "total", "too_few")} == {
        "figure": "gaps",
        "papers": 100,
        "total": 1,
        "too_few": "",
    }
    assert "hypergeometric" in found["method"]
    assert found["rows"][0]["method"] == {"id": "method/a", "type": "Method", "name": "A"}
    assert found["rows"][0]["nearest"] == []  # papers with a and papers with d share nothing


def test_since_leaves_earlier_papers_out(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["analyse", "standing", "--since", "2021", "--store", file, "--format", "tsv"])
    printed = capsys.readouterr()
    assert [line.split("\t")[1:4] for line in printed.out.splitlines()[1:]] == [
        ["B", "Method", "25"],
        ["E", "Dataset", "20"],
        ["D", "Dataset", "5"],
    ]
    assert "over 25 papers" in printed.err


def test_more_than_the_limit_is_told(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["analyse", "standing", "--limit", "1", "--store", file])
    assert "3 more: --limit 4 prints all" in capsys.readouterr().err


def test_the_list_names_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyse", "--list", "--format", "tsv"]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()[1:]] == list(analyse.FIGURES)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "which figure?"),
        (["nothing"], "there is no figure 'nothing'"),
        (["standing", "--type", "Star"], "there is no type 'Star'"),
        (["standing", "nobody knows it"], "nothing in the graph is called 'nobody knows it'"),
        (["standing", "Paper 7"], "nothing in the graph is called 'Paper 7'"),
        (["standing", "--format", "xml"], "unknown format"),
        (["standing", "--limit", "0"], "--limit"),
    ],
)
def test_wrong_usage_is_one_line_and_a_hint(args: list[str], words: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyse", *args, "--store", file]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err.splitlines()[0]
    assert printed.err.splitlines()[1].startswith("hint: ")


def test_a_paper_may_be_asked_for_its_bridges(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyse", "bridges", "Paper 7", "--store", file]) == 0
    assert "nothing can be said" in capsys.readouterr().err


def test_the_api_gives_the_same_as_values(file: str) -> None:
    with kg.open(file) as graph:
        assert [row.entity.name for row in graph.analyse("standing", types=["Dataset"]).rows] == ["E", "D"]
        assert graph.analyse("gaps", "D").rows[0].expected == 16
        with pytest.raises(UsageError):
            graph.analyse("no")


@pytest.mark.slow
def test_39_papers_say_what_they_can_and_where_they_are_too_few(seeds: str) -> None:
    graph = kg.open(seeds)
    found = {name: graph.analyse(name) for name in analyse.FIGURES}
    assert all(figure.papers <= 39 for figure in found.values())
    assert [name for name, figure in found.items() if figure.too_few] == ["co-use", "bridges", "gaps", "trends"]
    first = found["standing"].rows[0]
    assert (first.rank, first.entity.type) == (1, "Method")
    assert any("named by one paper" in note for note in found["standing"].notes)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["standing", "co-use", "gaps"])
def test_every_process_prints_the_same_bytes(name: str, file: str, seeds: str) -> None:
    for store in (file, seeds):
        printed = set()
        for seed in ("1", "2"):
            command = [sys.executable, "-m", "kg", "analyse", name, "--store", store, "--format", "json", "--limit", "1000"]
            printed.add(subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout)
        assert len(printed) == 1


def test_the_base_is_that_of_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "other.ttl"
    path.write_bytes(turtle(to_triples(_knowledge(), base="https://example.org/id/"), base="https://example.org/id/"))
    assert vocab.BASE.encode() not in path.read_bytes()
    assert kg.open(path).analyse("standing", "A").rows[0].entity.id == "method/a"
