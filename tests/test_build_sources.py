"""One paper from several files: what the graph says of it, and what the user's own files add to papers that are there."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from toy_papers import Guillemets

from kg.build import build, rebuild, remove
from kg.export import turtle
from kg.store import open_snapshot

TITLE = "A lamp that reads long papers at night"
LISTING = f"{TITLE}\n\nWe propose «Lamp».\n"
SNAPSHOT = {
    "id": "2401.00001", "title": TITLE, "abstract": "We propose «Lamp».", "doi": "10.1000/lamp", "categories": "cs.CL cs.LG",
    "authors_parsed": [["Lee", "Ann", ""], ["Ng", "Bo", ""]], "comments": "8 pages, code at https://github.com/lee/lamp",
    "versions": [{"version": "v1", "created": "Mon, 1 Jan 2024 00:00:00 GMT"}],
}  # fmt: skip
CATALOGUE = [
    {
        "id": "https://openalex.org/W1", "doi": "https://doi.org/10.1000/lamp", "display_name": TITLE, "publication_date": "2024-03-01",
        "abstract_inverted_index": None, "referenced_works": ["https://openalex.org/W2"],
        "authorships": [
            {"author": {"display_name": "Ann Lee", "orcid": "https://orcid.org/0000-0002-1825-0097"},
             "institutions": [{"display_name": "University of Turin", "ror": "https://ror.org/048tbm396"}]},
        ],
    },
    {"id": "https://openalex.org/W2", "display_name": "A paper that nobody here has read so far", "abstract_inverted_index": None, "authorships": []},
]  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    named = {"listing": tmp_path / "papers.txt", "snapshot": tmp_path / "arxiv.jsonl", "catalogue": tmp_path / "openalex.jsonl"}
    named["listing"].write_text(LISTING, encoding="utf-8")
    named["snapshot"].write_text(json.dumps(SNAPSHOT) + "\n", encoding="utf-8")
    named["catalogue"].write_text("".join(json.dumps(work) + "\n" for work in CATALOGUE), encoding="utf-8")
    return {name: str(path) for name, path in named.items()}


def made(store: Path, *paths: str, enrich: tuple[str, ...] = ()) -> str:
    build(paths, store=store, extractor=Guillemets(), enrich=enrich)
    return exported(store)


def exported(store: Path) -> str:
    with open_snapshot(store) as snapshot:
        return turtle(quad.triple for quad in snapshot.store).decode()


@pytest.mark.parametrize("order", list(permutations(["listing", "snapshot", "catalogue"])))
def test_one_paper_of_three_sources_is_one_node_whatever_came_first(tmp_path: Path, files: dict[str, str], order: tuple[str, ...]) -> None:
    at_once = made(tmp_path / "one", *(files[name] for name in ("listing", "snapshot", "catalogue")))
    for name in order:
        step_by_step = made(tmp_path / "other", files[name])
    assert step_by_step == at_once
    assert at_once.count("a fabio:ResearchPaper") == 2  # the lamp, and what only the catalogue has
    for said in (
        'fabio:hasArXivId "2401.00001"', 'bibo:doi "10.1000/lamp"', '"openalex:W1"', '"cs.CL"', "<https://orcid.org/0000-0002-1825-0097>",
        "cito:cites paper:openalex-W2", "<https://github.com/lee/lamp>", "kg:affiliatedWith organisation:university-of-turin",
        "kg:introduces method:lamp",
    ):  # fmt: skip
        assert said in at_once


def test_taking_the_paper_out_leaves_nothing_of_any_source(tmp_path: Path, files: dict[str, str]) -> None:
    made(tmp_path / "store", *files.values())
    remove(["10.1000/lamp"], store=tmp_path / "store")
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(CATALOGUE[1]) + "\n", encoding="utf-8")
    assert exported(tmp_path / "store") == made(tmp_path / "fresh", str(other))


def test_what_enriches_adds_to_papers_and_brings_none(tmp_path: Path, files: dict[str, str]) -> None:
    enriched = made(tmp_path / "store", files["listing"], enrich=(files["catalogue"],))
    assert enriched.count("a fabio:ResearchPaper") == 1
    assert "0000-0002-1825-0097" in enriched
    report = build([files["listing"]], store=tmp_path / "store", extractor=Guillemets(), enrich=[files["catalogue"]])
    assert (report.unchanged, report.passed_over, report.papers) == (2, 1, 1)


def test_texts_that_join_papers_are_counted_as_such(tmp_path: Path, files: dict[str, str]) -> None:
    report = build(list(files.values()), store=tmp_path / "store", extractor=Guillemets())
    assert (report.stored, report.joined, report.updated, report.unchanged, report.papers) == (2, 2, 0, 0, 2)
    Path(files["snapshot"]).write_text(json.dumps(SNAPSHOT | {"abstract": "Here we propose «Lamp»."}) + "\n", encoding="utf-8")
    report = build(list(files.values()), store=tmp_path / "store", extractor=Guillemets())
    assert (report.stored, report.joined, report.updated, report.unchanged, report.papers) == (0, 0, 1, 3, 2)


def test_reading_joined_texts_again_reads_each(tmp_path: Path, files: dict[str, str]) -> None:
    before = made(tmp_path / "store", *files.values())

    class Other(Guillemets):
        version = "guillemets-2"

    assert rebuild(tmp_path / "store", extractor=Other()).updated == 4
    assert rebuild(tmp_path / "store", extractor=Other()).unchanged == 4
    again = exported(tmp_path / "store")
    assert "guillemets-1" not in again
    assert len(again.splitlines()) == len(before.splitlines())
