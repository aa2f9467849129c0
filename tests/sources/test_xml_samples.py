"""The samples in ../shared/inputs give what its manifest says."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest

from kg.model import Document, Record, Rejection
from kg.sources.xml import detect, read
from kg.text import clean

INPUTS = Path(__file__).parents[2] / ".." / "shared" / "inputs"
pytestmark = [pytest.mark.gold, pytest.mark.skipif(not INPUTS.is_dir(), reason="the samples in ../shared are not at hand")]


def items(name: str) -> list[Record | Rejection]:
    data = (INPUTS / name).read_bytes()
    return list(read([data], name, detect(data)))


def documents(name: str) -> list[Document]:
    found = [clean(item) for item in items(name) if isinstance(item, Record)]
    return [document for document in found if isinstance(document, Document)]


@pytest.mark.parametrize(
    ("name", "keys", "abstracts"),
    [
        ("third-party/arxiv-atom/1605.08386.atom.xml", ["arxiv-1605.08386"], 1),
        ("third-party/oai-pmh/arxiv_multi_20230125.xml", ["arxiv-1009.1022", "arxiv-1305.6404", "arxiv-1412.1417"], 3),
        ("third-party/jats/pone.0046493.nxml", ["doi-10.1371%2Fjournal.pone.0046493"], 1),
        ("third-party/jats/1472-6831-8-11.nxml", ["doi-10.1186%2F1472-6831-8-11"], 1),
        ("third-party/pubmed-xml/pubmed-29768149.xml", ["doi-10.1056%2Fnejmoa1715274"], 1),
        ("third-party/acl-xml/2022.naloma.xml", [f"acl-2022.naloma-1.{n}" for n in range(1, 6)], 0),
        ("third-party/grobid-tei/N18-3011.tei.xml", None, 1),
        ("third-party/grobid-tei/sample1.tei.header.xml", None, 1),
        ("third-party/html/arxiv.html", ["arxiv-1902.02534"], 1),
        ("own/xml/jats-public-doctype.nxml", ["doi-10.1000%2Fx1"], 1),
    ],
)
def test_papers(name: str, keys: list[str] | None, abstracts: int) -> None:
    found = documents(name)
    assert len(found) == len(items(name))
    assert keys is None or [document.key for document in found] == keys
    assert sum(1 for document in found if document.abstract) == abstracts


@pytest.mark.parametrize(
    ("name", "code", "place"),
    [
        ("third-party/arxiv-atom/error.atom.xml", "api-error", "paper 1"),
        ("own/xml/xxe-file.xml", "entity", "paper 1"),
        ("own/xml/billion-laughs.xml", "entity", "paper 1"),
        ("own/xml/truncated.atom.xml", "truncated", "line 2"),
    ],
)
def test_refusals(name: str, code: str, place: str) -> None:
    began = perf_counter()
    found = items(name)
    assert [(item.code, item.place) for item in found if isinstance(item, Rejection)] == [(code, place)]
    assert len(found) == 1
    assert perf_counter() - began < 1
    assert "root:" not in repr(found)


def test_titles_and_abstracts_are_clean() -> None:
    (plos,) = documents("third-party/jats/pone.0046493.nxml")
    assert plos.title.startswith("MmPPOX Inhibits Mycobacterium tuberculosis Lipolytic Enzymes")
    assert plos.issued == "2012-09-28"
    (bmc,) = documents("third-party/jats/1472-6831-8-11.nxml")
    assert [part.split(":")[0] for part in bmc.abstract.split("\n\n")] == ["Background", "Methods", "Results", "Conclusion"]
    (pubmed,) = documents("third-party/pubmed-xml/pubmed-29768149.xml")
    assert "fast-acting β₂-agonist" in pubmed.abstract
    assert pubmed.issued == "2018-05-17"
    first, *_, last = documents("third-party/oai-pmh/arxiv_multi_20230125.xml")
    assert "7 pages" not in first.abstract
    assert (last.issued, last.abstract.startswith("We identify the trace")) == ("2014-12-03", True)


def test_the_page_of_arxiv_keeps_addresses_and_version() -> None:
    (page,) = documents("third-party/html/arxiv.html")
    assert (page.issued, page.version) == ("2019-02-07", 2)
    assert "http://opencitations.net/index/coci" in page.abstract
