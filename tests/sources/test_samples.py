"""The samples in ../shared/inputs give what its manifest says: papers, abstracts, refusals, and what is of interest in each."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from kg.model import Document, Record, Rejection
from kg.sources import read
from kg.text import clean

INPUTS = Path(__file__).parents[2] / ".." / "shared" / "inputs"
pytestmark = [pytest.mark.gold, pytest.mark.skipif(not INPUTS.is_dir(), reason="the samples in ../shared are not at hand")]


def read_sample(sample: str) -> tuple[list[Document], list[Rejection], Counter[str]]:
    items = list(read([str(INPUTS / sample)]))
    records = [item for item in items if isinstance(item, Record)]
    documents = [document for record in records if isinstance(document := clean(record), Document)]
    assert len(documents) == len(records)
    return documents, [item for item in items if isinstance(item, Rejection)], Counter(record.format for record in records)


@pytest.mark.parametrize(
    ("sample", "format", "papers", "abstracts", "refused"),
    [
        ("third-party/arxiv-jsonl/arxiv-metadata-oai-snapshot.first60.jsonl", "arxiv", 60, 60, []),
        ("third-party/bibtex/crossref.bib", "bibtex", 1, 1, []),
        ("third-party/crossref/crossref.json", "crossref", 1, 1, []),
        ("third-party/csl-json/csl-list.json", "csl-json", 17, 12, []),
        ("third-party/csv/embase.csv", "csv", 6, 6, []),
        ("third-party/csv/generic.csv", "csv", 2, 2, []),
        ("third-party/openalex/works-page.json", "openalex", 3, 2, ["no-title"]),
        ("third-party/parquet/arxiv.parquet", "arxiv", 200, 200, []),
        ("third-party/pdf/N18-3011.pdf", "pdf", 1, 1, []),
        ("third-party/pdf/minimal-document.pdf", "pdf", 1, 0, []),
        ("third-party/pdf/libreoffice-writer-password.pdf", "", 0, 0, ["encrypted"]),
        ("third-party/ris/pubmed_zotero.ris", "ris", 6, 6, []),
        ("third-party/s2orc/three-schemas.jsonl", "s2orc", 2, 2, ["no-title"]),  # the second schema keeps titles in another file
        ("third-party/semantic-scholar/paper.json", "semantic-scholar", 1, 1, []),
        ("own/bib/mixed.bib", "bibtex", 4, 3, ["bad-bibtex"]),
        ("own/csv/quotes-newlines.csv", "csv", 2, 2, []),
        ("own/gz/good.jsonl.gz", "arxiv", 3, 3, []),
        ("own/gz/truncated.jsonl.gz", "arxiv", 153, 153, ["truncated"]),
        ("own/gz/bomb-256MiB-one-line.txt.gz", "", 0, 0, ["bomb"]),
        ("own/zip/bomb-300MiB.zip", "", 0, 0, ["bomb"]),
        ("own/jsonl/broken-middle.jsonl", "arxiv", 4, 4, ["bad-json"]),
        ("own/jsonl/openalex-traps.jsonl", "openalex", 8, 6, []),
        ("own/jsonl/latex-entities.jsonl", "arxiv", 4, 4, []),
        ("own/names/hostile-titles.jsonl", "arxiv", 41, 41, []),
        ("own/pdf/tiny.pdf", "pdf", 1, 0, []),
        ("own/pdf/truncated.pdf", "", 0, 0, ["damaged"]),
        ("own/text/empty.txt", "", 0, 0, ["empty"]),
    ],
)
def test_counts(sample: str, format: str, papers: int, abstracts: int, refused: list[str]) -> None:
    documents, rejections, formats = read_sample(sample)
    assert formats == (Counter({format: papers}) if papers else Counter())
    assert len({document.key for document in documents}) == papers
    assert sum(bool(document.abstract) for document in documents) == abstracts
    assert [rejection.code for rejection in rejections] == refused


def test_an_archive_with_junk_gives_its_four_papers_quietly() -> None:
    documents, rejections, formats = read_sample("own/zip/mixed.zip")
    assert (len(documents), rejections, formats) == (4, [], Counter({"arxiv": 3, "text": 1}))


@pytest.mark.parametrize("sample", ["duplicate-updated", "versions"])
def test_the_same_paper_again_is_one(sample: str) -> None:
    documents, rejections, _ = read_sample(f"own/jsonl/{sample}.jsonl")
    assert (len({document.key for document in documents}), rejections) == (2, [])


def test_the_parquet_table_gives_the_papers_of_the_json_lines() -> None:
    lines, _, _ = read_sample("third-party/arxiv-jsonl/arxiv-metadata-oai-snapshot.first60.jsonl")
    rows, _, _ = read_sample("third-party/parquet/arxiv.parquet")
    assert [document.content_hash for document in rows[:60]] == [document.content_hash for document in lines]


def records(sample: str) -> list[Record]:
    return [item for item in read([str(INPUTS / sample)]) if isinstance(item, Record)]


def test_the_parquet_table_states_what_the_json_lines_state() -> None:
    lines = records("third-party/arxiv-jsonl/arxiv-metadata-oai-snapshot.first60.jsonl")
    rows = records("third-party/parquet/arxiv.parquet")
    assert [record.metadata for record in rows[:60]] == [record.metadata for record in lines]
    assert all(record.metadata.authors and record.metadata.categories for record in rows)


@pytest.mark.parametrize(
    ("sample", "authors", "first", "affiliations", "venue", "categories", "cites"),
    [
        ("openalex/works-page.json", 5, "Markus Ralser", 6, "PLoS ONE", 3, 76),
        ("semantic-scholar/paper.json", 1, "A. Turing", 0, "The Philosophy of Artificial Intelligence", 2, 8),
        ("s2orc/three-schemas.jsonl", 11, "Patrícia Diogo", 0, "Frontiers in microbiology", 0, 60),
        ("crossref/crossref.json", 5, "Martial Sankar", 2, "eLife", 4, 27),
        ("csl-json/csl-list.json", 8, "Carol Tenopir", 0, "PLOS ONE", 0, 0),
        ("bibtex/crossref.bib", 5, "Martial Sankar", 0, "eLife", 0, 0),
        ("ris/pubmed_zotero.ris", 4, "Agata Rudnik", 0, "Przeglad gastroenterologiczny", 5, 0),
        ("csv/generic.csv", 2, "Karl Marx", 0, "", 3, 0),
        ("csv/embase.csv", 2, "R. Liu", 0, "Endoscopic Ultrasound", 19, 0),
    ],
)
def test_what_the_first_paper_of_each_source_states(
    sample: str, authors: int, first: str, affiliations: int, venue: str, categories: int, cites: int
) -> None:
    metadata = records(f"third-party/{sample}")[0].metadata
    assert (len(metadata.authors), metadata.authors[0].name) == (authors, first)
    assert len(metadata.stated_affiliations()) == affiliations
    assert (metadata.venue, len(metadata.categories), len(metadata.cites)) == (venue, categories, cites)


def test_sections_of_s2orc() -> None:
    first, third = records("third-party/s2orc/three-schemas.jsonl")
    assert [section.heading for section in first.sections] == [""]
    assert [section.heading for section in third.sections] == ["", "MATERIALS AND METHODS", "RESULTS", "DISCUSSION", "ACKNOWLEDGMENTS", ""]
    assert third.abstract not in third.sections[0].text


def test_openalex_traps() -> None:
    documents, _, _ = read_sample("own/jsonl/openalex-traps.jsonl")
    read_as = {document.key.removeprefix("openalex-"): (document.title, document.abstract) for document in documents}
    assert read_as["W10"] == ("BiomedCLIP: Large-Scale Vision-Language Pretraining", "We propose BiomedCLIP.")
    assert read_as["W11"] == ("gap", "We use GapNet.")
    assert read_as["W17"] == ("Markup in title & ₂", "We use JatsNet.")
    assert read_as["W13"][1] == "We boom"


def test_the_broken_entry_of_bibtex_is_told_with_its_line_and_braces_are_gone() -> None:
    documents, (rejection,), _ = read_sample("own/bib/mixed.bib")
    assert rejection.place == "line 5"
    assert [document.title for document in documents] == [
        "BERT: Pre-training of Deep Übersetzer", "Same key", "After the broken one", "No abstract",
    ]  # fmt: skip
    assert documents[0].abstract == "We introduce BERT, with 93.2% on GLUE and α-loss."


def test_a_pdf_says_what_grobid_read_in_it() -> None:
    """Sentences and headings of the TEI are in the text of the PDF, in its order, but for those in which marks of notes, a table or a figure stand."""
    (record,) = read([str(INPUTS / "third-party/pdf/N18-3011.pdf")])
    assert isinstance(record, Record)
    tei = etree.parse(INPUTS / "third-party/grobid-tei/N18-3011.tei.xml")
    body = "{http://www.tei-c.org/ns/1.0}body"
    paragraphs = ["".join(map(str, paragraph.itertext())) for paragraph in tei.iterfind(f".//{body}//{{*}}p")]
    sentences = [letters(sentence) for text in paragraphs for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z])", text)]
    sentences = [sentence for sentence in sentences if len(sentence) > 20]
    text = letters(record.title + record.abstract + "".join(section.heading + section.text for section in record.sections))
    places = [text.find(sentence) for sentence in sentences if sentence in text]
    assert (len(sentences), len(places)) == (180, 164)  # each of the other 16 holds a note's mark, cells or a formula in the TEI
    assert sum(after < before for before, after in pairwise(places)) <= 3
    headings = [f"{head.get('n')} {head.text}" for head in tei.iterfind(f".//{body}//{{*}}head") if head.get("n")]
    assert [section.heading for section in record.sections if section.heading[0].isdecimal()] == headings
    run_in = [(section.heading, section.within[-1]) for section in record.sections if not section.heading[0].isdecimal()]
    assert len(run_in) == 21  # bold in the printed paper, all of them
    assert ("Training", "3 Extracting Metadata") in run_in
    assert record.title == "Construction of the Literature Graph in Semantic Scholar"
    assert record.abstract.startswith("We describe a deployed scalable system for organizing published scientific literature")
    assert record.abstract.endswith("semantic features in www.semanticscholar.org.")


def letters(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


def test_metadata_of_each_source() -> None:
    def first(sample: str) -> Document:
        return read_sample(sample)[0][0]

    assert first("third-party/crossref/crossref.json").key == "doi-10.7554%2Felife.01567"
    assert "jats" not in first("third-party/crossref/crossref.json").abstract
    assert first("third-party/crossref/crossref.json").issued == "2014-02-11"
    assert first("third-party/bibtex/crossref.bib").key == first("third-party/crossref/crossref.json").key
    assert first("third-party/bibtex/crossref.bib").issued == "2014-02"
    assert first("third-party/ris/pubmed_zotero.ris").issued == "2019"
    assert first("third-party/semantic-scholar/paper.json").key == "doi-10.1093%2Fmind%2Flix.236.433"
    assert first("third-party/csv/generic.csv").issued == "2014"
    assert first("third-party/csl-json/csl-list.json").issued == "2015-08-26"


def test_all_samples_at_once_are_accounted_for_and_none_raises() -> None:
    items = list(read([str(INPUTS)]))
    told = {item.source for item in items}
    files = {str(path) for path in INPUTS.rglob("*") if path.is_file()}
    assert files - told == set()
