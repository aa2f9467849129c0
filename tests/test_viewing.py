"""Pages by the API and the command: which papers, since when, from where it begins, and what a notebook is given."""

import html
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from explorer import carried

import kg
from kg.errors import KgError, UsageError


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Three papers of 2030, 2031 and 2032, each with a method of its own."""
    folder = tmp_path_factory.mktemp("viewing")
    source = folder / "papers.jsonl"
    source.write_text("\n".join(json.dumps(_paper(n, name)) for n, name in enumerate(["LeafNet", "TwigNet", "BarkNet"])), encoding="utf-8")
    with kg.open(folder / "store") as opened:
        opened.build(source, extractor="rules")
        yield opened


def _paper(n: int, name: str) -> dict[str, object]:
    abstract = f"We propose {name}, a network. {name} is trained on 4 NVIDIA A100 GPUs."
    return {"title": f"Paper {n} on {name}", "abstract": abstract, "year": 2030 + n}


def names(page: str) -> set[str]:
    return set(carried(page)["graph"]["nodes"]["name"])


def methods(page: str) -> set[str]:
    return {name for name in names(page) if name.endswith("Net") and " " not in name}


def test_only_papers_of_a_year_and_later(graph: Any) -> None:
    assert methods(graph.view()) == {"LeafNet", "TwigNet", "BarkNet"}
    assert methods(graph.view(since=2031)) == {"TwigNet", "BarkNet"}
    assert methods(graph.view(since=2040)) == set()


def test_only_the_papers_that_are_named(graph: Any) -> None:
    assert methods(graph.view(papers=["Paper 2 on BarkNet", "Paper 0 on LeafNet"])) == {"BarkNet", "LeafNet"}
    with pytest.raises(UsageError):
        graph.view(papers=["A paper that nobody wrote"])


def test_an_answer_keeps_its_table(graph: Any) -> None:
    page = graph.view(query="SELECT ?m ?n WHERE { ?m a kg:Method ; skos:prefLabel ?n } ORDER BY ?n")
    data = carried(page)["head"]
    assert data["start"] == "#v=result&d=2"
    assert data["scenes"]["result"]["facts"]["columns"] == ["m", "n"]
    assert [{"node": "method/barknet"}, "BarkNet"] in data["scenes"]["result"]["facts"]["rows"]


def test_a_notebook_is_given_the_page_in_a_frame(graph: Any) -> None:
    page = graph.view("LeafNet")
    cell = page._repr_html_()
    assert cell.startswith('<iframe srcdoc="')
    assert html.unescape(cell[len('<iframe srcdoc="') : cell.rindex('" title=')]) == page


def test_a_page_is_written_whole_or_not_at_all(graph: Any, tmp_path: Path) -> None:
    page = graph.view(output=tmp_path / "g.html")
    assert (tmp_path / "g.html").read_text(encoding="utf-8") == page
    with pytest.raises(KgError, match="cannot write"):
        graph.view(output=tmp_path / "no" / "g.html")
    assert [file.name for file in tmp_path.iterdir()] == ["g.html"]


def command(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "kg", *args], capture_output=True, text=True, timeout=120)


def test_the_command_takes_a_list_of_papers(graph: Any, tmp_path: Path) -> None:
    listed = tmp_path / "papers.lst"
    listed.write_text("Paper 1 on TwigNet\n\n", encoding="utf-8")
    done = command("view", "--store", str(graph.path), "--papers", str(listed), "--since", "2030", "-o", "-")
    assert done.returncode == 0
    assert methods(done.stdout) == {"TwigNet"}
    listed.write_bytes(b"\xff\xfe\x00")
    assert command("view", "--store", str(graph.path), "--papers", str(listed), "-o", "-").returncode == 2


def test_what_excludes_each_other_is_told(graph: Any) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        graph.view("LeafNet", kind="Method")
