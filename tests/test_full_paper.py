"""What people see of a paper with metadata and sections: looked up, searched for, compared; the same from a store and from a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from full_paper import HARBOUR, KNOWLEDGE, OLDER, TERN, cited

from kg.cli import run
from kg.comparison import compare
from kg.derivation.difference import Published
from kg.derivation.names import name_rows
from kg.errors import UsageError
from kg.export import turtle, write
from kg.files import open_file
from kg.graph import to_triples
from kg.lookup import Author, End, find, search, show, why
from kg.model import Author as Writer
from kg.model import Knowledge
from kg.queries import library
from kg.store import Change, Snapshot, create_or_open, open_snapshot
from kg.vocab import BASE


def published(path: Path, known: Knowledge = KNOWLEDGE) -> Path:
    with create_or_open(path) as writer:
        writer.publish(to_triples(known, cited=cited), name_rows(known), fingerprint="f", base=BASE)
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("full") / "store")


@pytest.fixture(scope="module")
def snapshot(store: Path) -> Iterator[Snapshot]:
    with open_snapshot(store) as opened:
        yield opened


PAPER, OTHER = f"paper/{TERN.key}", End(f"paper/{OLDER.key}", "The Older Paper", "Paper")


def test_a_paper_is_shown_with_its_authors_in_their_order_and_what_else_its_source_states(snapshot: Snapshot) -> None:
    told = show(snapshot, PAPER)
    assert [author.name for author in told.authors] == ["Zoë Tern", "Bo Li", "Bo Li"]
    assert [author.position for author in told.authors] == [1, 2, 3]
    assert told.authors[0] == Author(
        told.authors[0].iri, "Zoë Tern", 1, "https://orcid.org/0000-0002-1825-0097", (HARBOUR.text, "Tide Labs")
    )
    assert told.facts == (
        ("issued", "2025-01-05"), ("venue", "Journal of Birds"), ("arxiv", "2501.00007"), ("category", "cs.CV"), ("category", "cs.LG"),
        ("licence", "http://creativecommons.org/licenses/by/4.0/"), ("comment", '12 pages, "accepted"'),
        ("affiliation", "Nordic <b>Bird</b> Council"), ("abstract", TERN.abstract),
    )  # fmt: skip


def test_what_a_paper_cites_and_what_cites_it(snapshot: Snapshot) -> None:
    assert show(snapshot, PAPER).cites == (OTHER, End("paper/arxiv-1706.03762", "paper/arxiv-1706.03762", ""))
    assert show(snapshot, OTHER.iri).cited_by == (End(PAPER, TERN.title, "Paper"),)


def test_a_quote_says_in_which_section_it_stands_and_what_a_source_states_is_no_sentence(snapshot: Snapshot) -> None:
    assert {quote.predicate: (quote.section, quote.stated) for quote in why(snapshot)} == {
        "introduces": ("", False), "uses": ("4.1 Training", False), "trainedOn": ("4.1 Training", False), "runsOn": ("4.1 Training", False),
        "affiliatedWith": ("Affiliations", True), "codeRepository": ("Code", True),
    }  # fmt: skip


def test_a_sentence_beside_what_a_source_states_is_still_extracted(tmp_path: Path) -> None:
    stated = next(statement for statement in KNOWLEDGE.statements if statement.predicate == "affiliatedWith")
    both = replace(stated, evidence=(*stated.evidence, KNOWLEDGE.statements[0].evidence[0]))
    said = tuple(both if statement is stated else statement for statement in KNOWLEDGE.statements)
    with open_snapshot(published(tmp_path / "store", replace(KNOWLEDGE, statements=said))) as opened:
        assert {quote.section: quote.stated for quote in why(opened, predicate="affiliatedWith")} == {"": False, "Affiliations": True}


@pytest.mark.parametrize("name", ["Zoë Tern", "zoe tern", "Zoe Ternn"])
def test_a_paper_is_found_by_who_wrote_it(snapshot: Snapshot, name: str) -> None:
    (hit,) = search(snapshot, name)
    assert (hit.iri, hit.label, hit.matched) == (PAPER, TERN.title, "Zoë Tern")


def test_a_thing_is_meant_before_the_paper_of_an_author_of_its_name(tmp_path: Path) -> None:
    named = replace(TERN, metadata=replace(TERN.metadata, authors=(Writer("BirdSet"),)))
    with open_snapshot(published(tmp_path / "store", replace(KNOWLEDGE, documents=(named, OLDER)))) as opened:
        assert find(opened, "BirdSet").iri == "dataset/birdset"
        assert [(hit.iri, hit.kind) for hit in search(opened, "BirdSet")] == [("dataset/birdset", "name"), (PAPER, "author")]


@pytest.mark.parametrize("name", ["Zoë Tern", "zoë t"])
def test_an_author_is_no_name_of_a_paper_so_that_nothing_is_shown_or_decided_in_its_place(snapshot: Snapshot, name: str) -> None:
    with pytest.raises(UsageError, match="nothing in the graph is called") as caught:
        find(snapshot, name)
    assert caught.value.hint == (
        "papers are by an author of this name: `kg query papers-by-author --param author='Zoë Tern'`"
        if name == "Zoë Tern"
        else "did you mean TernNet Sees Birds (Paper)?"
    )


def test_a_paper_that_is_taken_out_leaves_the_files_of_the_graph_without_it(tmp_path: Path) -> None:
    left = replace(KNOWLEDGE, documents=(OLDER,), entities=(), statements=())
    with open_snapshot(published(tmp_path / "all")) as opened:
        told = Published(opened.store, BASE)
        removed = {*told.of_papers([TERN.key]), *told.of_things(entity.id for entity in KNOWLEDGE.entities)}
    gone = dict.fromkeys((PAPER, *(entity.id for entity in KNOWLEDGE.entities)), ())
    with create_or_open(tmp_path / "all") as writer:
        writer.apply(Change(removed=frozenset(removed), added=frozenset(), names=gone), fingerprint="f")
    with open_snapshot(tmp_path / "all") as one, open_snapshot(published(tmp_path / "left", left)) as other:
        assert turtle(quad.triple for quad in one.store) == turtle(quad.triple for quad in other.store)
        assert sorted(one.names.rows()) == sorted(other.names.rows())
        assert one.manifest.graph == other.manifest.graph


def test_a_file_of_the_graph_has_the_names_of_the_store(snapshot: Snapshot, tmp_path: Path) -> None:
    write(snapshot.store, tmp_path / "graph.ttl")
    with open_file(tmp_path / "graph.ttl") as opened:
        assert sorted(opened.names.rows()) == sorted(snapshot.names.rows())
        assert show(opened, PAPER) == show(snapshot, PAPER)


@pytest.fixture
def kg(capsys: pytest.CaptureFixture[str], store: Path) -> Callable[..., str]:
    """Runs a command on the store; what it printed."""

    def ran(*words: str) -> str:
        assert run([*words, "--store", str(store)]) == 0
        return capsys.readouterr().out

    return ran


def test_show_tells_all_of_it_in_words(kg: Callable[..., str]) -> None:
    assert kg("show", TERN.key, "--format", "table").splitlines()[:17] == [
        f"TernNet Sees Birds  [Paper]  {PAPER}",
        f"author: Zoë Tern (https://orcid.org/0000-0002-1825-0097; {HARBOUR.text}; Tide Labs)",
        f"author: Bo Li ({HARBOUR.text})",
        "author: Bo Li",
        "issued: 2025-01-05",
        "venue: Journal of Birds",
        "arxiv: 2501.00007",
        "category: cs.CV",
        "category: cs.LG",
        "licence: http://creativecommons.org/licenses/by/4.0/",
        'comment: 12 pages, "accepted"',
        "affiliation: Nordic <b>Bird</b> Council",
        f"abstract: {TERN.abstract}",
        f"cites: The Older Paper  ({OTHER.iri})",
        "cites: 1 paper that the graph does not have",
        "",
        "says",
    ]
    assert f"cited by: TernNet Sees Birds  ({PAPER})" in kg("show", OLDER.key, "--format", "table")


def test_show_and_why_tell_where_a_sentence_stands(kg: Callable[..., str]) -> None:
    text = kg("show", TERN.key, "--format", "table")
    assert '      "TernNet is trained on [BirdSet]."  (in 4.1 Training)\n' in text
    assert '      "Dept. of Optics, [Harbour University], Bergen, Norway"  (stated by the source, not extracted)\n' in text
    assert '      "We propose [TernNet]."\n' in text
    lines = kg("why", TERN.key, "uses", "--format", "table").splitlines()
    assert lines[-1] == "    — TernNet Sees Birds, in 4.1 Training"
    (row,) = json.loads(kg("why", TERN.key, "affiliatedWith", "--format", "json"))
    assert (row["section"], row["rule"]) == ("Affiliations", "metadata.affiliation")
    told = json.loads(kg("show", TERN.key, "--format", "json"))
    (quote,) = next(edge for edge in told["outgoing"] if edge["predicate"] == "affiliatedWith")["quotes"]
    assert (quote["section"], quote["stated"], told["authors"][1]["name"]) == ("Affiliations", True, "Bo Li")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"venue": "Birds Monthly"}, ("venue",)),
        ({"authors": (*TERN.metadata.authors[:2], replace(TERN.metadata.authors[2], orcid="0000-0001-5109-3700"))}, ("authors",)),
        ({"authors": TERN.metadata.authors[:1]}, ("authors", "affiliations")),
        ({"affiliations": ()}, ("affiliations",)),
        ({"categories": (), "licence": "CC BY"}, ("categories", "licence")),
        ({"cites": ()}, ("citations",)),
    ],
)
def test_what_differs_of_a_papers_metadata_is_told(
    changed: dict[str, object], fields: tuple[str, ...], store: Path, tmp_path: Path
) -> None:
    other = replace(TERN, metadata=replace(TERN.metadata, **changed))  # type: ignore[arg-type]
    known = replace(KNOWLEDGE, documents=(other, OLDER), statements=())
    with (
        open_snapshot(published(tmp_path / "a", replace(KNOWLEDGE, statements=()))) as before,
        open_snapshot(published(tmp_path / "b", known)) as after,
    ):
        (change,) = compare(before, after).papers_changed
    assert change.fields == fields


def test_a_sentence_that_has_another_section_is_told(tmp_path: Path, snapshot: Snapshot) -> None:
    sections = (replace(TERN.sections[0], heading="4.2 Training"), *TERN.sections[1:])
    moved = published(tmp_path / "b", replace(KNOWLEDGE, documents=(replace(TERN, sections=sections), OLDER)))
    with open_snapshot(moved) as after:
        changed = compare(snapshot, after).claims_changed
    assert {change.after.predicate for change in changed} >= {"uses", "trainedOn"}
    assert {sentence.section for change in changed for sentence in change.after.evidence if change.after.predicate == "uses"} == {
        "4.2 Training"
    }


@pytest.mark.parametrize("name", ["evidence", "paper"])
def test_queries_of_sentences_tell_their_sections(name: str, snapshot: Snapshot) -> None:
    bound = {"paper": snapshot.iri(PAPER)} if name == "paper" else {}
    rows = list(snapshot.store.query(library()[name].bind(bound)))
    told = {row["sentence"].value: row["section"] and row["section"].value for row in rows}
    assert told["TernNet is trained on BirdSet."] == "4.1 Training"
    assert told["We propose TernNet."] is None
