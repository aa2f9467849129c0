"""Listings, single papers, JSON and rubbish: what is read from each, and what is told of the rest."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.model import Document, Record, Rejection
from kg.sources import read
from kg.text import clean

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"
gold = pytest.mark.gold
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the samples in ../shared are not at hand")

A = "We propose a way to grow trees in the shade. It needs little water and no light at all, and it grows in a week."
B = "Leaves fall in autumn. We show that they can be counted by a camera, and that the count is right in nine of ten cases."


def papers(*paths: str, stdin: bytes = b"") -> list[Record]:
    return [item for item in read(paths or ("-",), stdin=io.BytesIO(stdin)) if isinstance(item, Record)]


def refused(*paths: str) -> list[Rejection]:
    return [item for item in read(paths) if isinstance(item, Rejection)]


def test_the_seed_listing_holds_its_39_papers_and_nothing_else() -> None:
    found = papers(str(ROOT / "seeds" / "papers.txt"))
    assert len(found) == 39
    assert found[0].title == "Scaling Retrieval-Based Language Models with a Trillion-Token Datastore"
    assert found[-1].title.startswith("DataStates-LLM: ")
    assert not any("Subscribe" in paper.title + paper.abstract for paper in found)
    assert all(len(paper.abstract) > 600 for paper in found)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("chrome", ["", "new\n\nSubscribe\n\nMar 11\n\n", "Home | Papers | About\n12 upvotes\n\n"])
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_listings_of_other_shapes(end: str, chrome: str, gap: str) -> None:
    text = f"{chrome}Growing Trees in the Shade{gap}{A}\n\nCounting the Leaves of Autumn{gap}{B}\n"
    found = papers(stdin=text.replace("\n", end).encode())
    assert [paper.title for paper in found] == ["Growing Trees in the Shade", "Counting the Leaves of Autumn"]
    assert [" ".join(paper.abstract.split()) for paper in found] == [A, B]


def test_an_abstract_of_two_paragraphs_stays_one() -> None:
    found = papers(stdin=f"Growing Trees in the Shade\n\n{A}\n\n{B}\n\nCounting the Leaves of Autumn\n\n{B}\n".encode())
    assert len(found) == 2
    assert found[0].abstract.count("\n\n") == 1


def test_json_lines_are_read_around_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(f"{json.dumps({'title': 'T', 'abstract': A})}\n{{oops\n{json.dumps({'title': 'U', 'summary': B})}\n", encoding="utf-8")
    assert [(paper.title, paper.abstract, paper.place) for paper in papers(str(path))] == [("T", A, "line 1"), ("U", B, "line 3")]
    (rejection,) = refused(str(path))
    assert (rejection.code, rejection.place) == ("bad-json", "line 2")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("empty.txt", b"", "empty"), ("binary.txt", bytes(range(256)) * 8, "binary"), ("nameless.jsonl", b'{"abstract": "x"}', "no-title")],
)
def test_rubbish_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    (rejection,) = refused(str(tmp_path / name))
    assert rejection.code == code
    assert rejection.message


def test_a_missing_path_and_an_unknown_format() -> None:
    (rejection,) = refused("no/such/file.txt")
    assert rejection.code == "missing"
    with pytest.raises(UsageError):
        list(read(["-"], format="papyrus", stdin=io.BytesIO(b"x")))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("the change in energy ({\\Delta}G)", "the change in energy (ΔG)"),
        ("80\\% smaller than 100 % of it", "80% smaller than 100 % of it"),
        ("PanGu-$α$ and $\\alpha$", "PanGu-α and α"),
        ("``quoted'' text", "“quoted” text"),
        ("see \\url{https://example.org/~me/a_b}", "see https://example.org/~me/a_b"),
        ("in progress.\\url{https://example.org/x}", "in progress. https://example.org/x"),
        ("it costs $5 and $10", "it costs $5 and $10"),
        ("snake_case stays", "snake_case stays"),
    ],
)
def test_latex_becomes_text(source: str, text: str) -> None:
    document = clean(Record("s", "1", "T", source))
    assert isinstance(document, Document)
    assert document.abstract == text
    again = clean(Record("s", "1", document.title, document.abstract))
    assert isinstance(again, Document)
    assert again.abstract == text


@gold
@needs_shared
@pytest.mark.parametrize("name", ["dev30", "train360"])
def test_every_gold_paper_is_read_from_its_listing(name: str) -> None:
    rows = (SHARED / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    titles = [" ".join(json.loads(row)["paper"].split()) for row in rows if row]
    assert [" ".join(paper.title.split()) for paper in papers(str(SHARED / "gold" / f"{name}.txt"))] == titles


@gold
@needs_shared
@pytest.mark.parametrize(
    ("sample", "count"),
    [
        ("text/utf16le-bom.txt", 2),
        ("text/latin1.txt", 2),
        ("text/nul-bytes.txt", 2),
        ("text/crlf.txt", 2),
        ("text/unicode-line-separators.txt", 2),
        ("text/web-junk.txt", 2),
        ("text/abstract-in-paragraphs.txt", 2),
        ("text/markdown-front-matter.md", 1),
        ("jsonl/broken-middle.jsonl", 4),
        ("jsonl/latex-entities.jsonl", 4),
        ("names/hostile-titles.jsonl", 41),
    ],
)
def test_the_samples_give_what_their_manifest_says(sample: str, count: int) -> None:
    found = [clean(paper) for paper in papers(str(SHARED / "inputs" / "own" / sample))]
    assert sum(isinstance(document, Document) for document in found) == count


@pytest.mark.parametrize(
    "answer",
    [
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#x</id><title>Error</title><summary>no\nsuch id</summary></entry></feed>',
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="bad\nArgument">no\nsuch id</error></OAI-PMH>',
    ],
)
def test_what_an_api_says_of_an_error_is_one_line(answer: str) -> None:
    (rejection,) = read(["-"], stdin=io.BytesIO(answer.encode()))
    assert isinstance(rejection, Rejection)
    assert rejection.code == "api-error"
    assert "no such id" in rejection.message
    assert "\n" not in rejection.message
