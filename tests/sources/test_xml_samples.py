"""The samples in ../shared/inputs give what its manifest says."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest

from kg.model import Document, Record, Rejection
from kg.sources.xml import detect, read
from kg.text import clean

INPUTS = Path(__file__).parents[2] / ".." / "shared" / "inputs"
NALOMA = "Proceedings of the 3rd Natural Logic Meets Machine Learning Workshop (NALOMA III)"
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


def records(name: str) -> list[Record]:
    return [item for item in items(name) if isinstance(item, Record)]


@pytest.mark.parametrize(
    ("name", "authors", "first", "venue", "cited"),
    [
        ("third-party/arxiv-atom/1605.08386.atom.xml", 2, "Caprice Stanley", "", 0),
        (
            "third-party/oai-pmh/arxiv_multi_20230125.xml",
            2,
            "Robert Ralowski",
            "Houston Journal of Mathematics, 34 (3) (2008), pp. 773-780",
            0,
        ),
        ("third-party/jats/pone.0046493.nxml", 9, "Vincent Delorme", "PLoS ONE", 44),  # of 58 references, those with an identifier
        ("third-party/jats/1472-6831-8-11.nxml", 4, "Marylee J van der Meulen", "BMC Oral Health", 28),
        ("third-party/pubmed-xml/pubmed-29768149.xml", 10, "Paul M O'Byrne", "The New England journal of medicine", 0),
        ("third-party/acl-xml/2022.naloma.xml", 1, "Tim Fernando", NALOMA, 0),
        ("third-party/grobid-tei/N18-3011.tei.xml", 23, "Waleed Ammar", "", 0),
        ("third-party/grobid-tei/sample1.tei.header.xml", 2, "Tal Garfinkel", "", 0),
        ("third-party/html/arxiv.html", 3, "Ivan Heibi", "", 0),
    ],
)
def test_who_wrote_it_where_it_appeared_and_what_it_cites(name: str, authors: int, first: str, venue: str, cited: int) -> None:
    found = records(name)[0].metadata
    assert (len(found.authors), found.authors[0].name, found.venue, len(found.cites)) == (authors, first, venue, cited)


def test_affiliations_of_the_samples() -> None:
    (plos,) = records("third-party/jats/pone.0046493.nxml")
    assert [len(author.affiliations) for author in plos.metadata.authors] == [2, 1, 1, 1, 1, 2, 1, 1, 1]
    assert plos.metadata.authors[5].affiliations[1].text == "INSERM, DIMNP, Montpellier, France"
    assert not any("Padov" in one.text for one in plos.metadata.stated_affiliations())  # the editor's
    (literature,) = records("third-party/grobid-tei/N18-3011.tei.xml")
    assert [one.name for one in literature.metadata.affiliations] == [
        "Allen Institute for Artificial Intelligence",
        "Northwestern University",
    ]
    (header,) = records("third-party/grobid-tei/sample1.tei.header.xml")
    assert header.metadata.authors[1].affiliations[0].text == "Computer Science Department, Stanford University"
    (asthma,) = records("third-party/pubmed-xml/pubmed-29768149.xml")
    assert len(asthma.metadata.stated_affiliations()) == 1


def test_the_rest_of_what_the_samples_state() -> None:
    (entry,) = records("third-party/arxiv-atom/1605.08386.atom.xml")
    assert (entry.metadata.categories, entry.metadata.comment) == (("math.CO", "math.ST"), "20 pages, 3 figures")
    assert records("third-party/oai-pmh/arxiv_multi_20230125.xml")[1].metadata.comment == "12 pages"
    plos, bmc = records("third-party/jats/pone.0046493.nxml")[0], records("third-party/jats/1472-6831-8-11.nxml")[0]
    assert (plos.metadata.licence, plos.metadata.categories[:2]) == ("Creative Commons Attribution License", ("Biology", "Biochemistry"))
    assert (bmc.metadata.licence, bmc.metadata.categories) == ("http://creativecommons.org/licenses/by/2.0", ())
    assert "Budesonide" in records("third-party/pubmed-xml/pubmed-29768149.xml")[0].metadata.categories


def test_sections_of_the_tei_sample() -> None:
    (paper,) = records("third-party/grobid-tei/N18-3011.tei.xml")
    assert [section.heading for section in paper.sections] == [
        "1 Introduction", "2 Structure of The Literature Graph", "2.1 Node Types", "2.2 Edge Types", "3 Extracting Metadata", "4 Entity Extraction and Linking",
        "4.1 Approaches", "4.2 Entity Extraction Models", "4.3 Knowledge Bases", "4.4 Entity Linking Models", "5 Other Research Problems",
        "6 Conclusion and Future Work", "",
    ]  # fmt: skip
    assert paper.sections[7].within == ("4 Entity Extraction and Linking",)
    text = "\n\n".join(section.text for section in paper.sections)
    assert "CoNLL-2003 and ACE-2005" in text
    assert "LSTM.Wi k" not in text  # a formula
    assert "https://pdfbox.apache.org" in paper.sections[-1].text  # a footnote that nothing refers to
    assert "In ACL workshop (SemEval)" not in text  # a reference


def test_sections_of_the_jats_samples() -> None:
    (plos,) = records("third-party/jats/pone.0046493.nxml")
    headings = [section.heading for section in plos.sections if not section.within]
    assert headings == [
        "Introduction",
        "Materials and Methods",
        "Results",
        "Discussion",
        "Supporting Information",
        "Acknowledgements",
        "Funding",
    ]
    assert sum(1 for section in plos.sections if section.within == ("Materials and Methods",)) == 10
    text = "\n\n".join(section.text for section in plos.sections)
    assert "(NH₄HCO₃)" in text
    assert "compound 7600) was synthesized as previously described." in text  # without the numbers of what it cites
    assert "Figure 1. Chemical structure of inhibitors." in text
    assert "Table 1. Substrate specificity of recombinant Lip-HSL proteins." in text
    assert "Substrate chain length" not in text  # a cell
    (bmc,) = records("third-party/jats/1472-6831-8-11.nxml")
    assert [section.heading for section in bmc.sections][:3] == ["Background", "Methods", "Oral Health Impact Profile"]
