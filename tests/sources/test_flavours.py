"""JSON of OpenAlex, Semantic Scholar, S2ORC, Crossref, CORE, arXiv and CSL: told paper by paper, in lines, lists and answers of APIs."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Document, Record, Rejection
from kg.sources import read
from kg.sources.flavours import FLAVOURS, from_inverted_index
from kg.text import clean

# One paper of each, cut to the fields that tell it.
PAPERS: dict[str, dict[str, object]] = {
    "arxiv": {
        "id": "hep-th/9901001", "title": "Owls\n  at night", "abstract": "  We count owls.\n", "categories": "hep-th", "authors_parsed": [],
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}], "doi": None, "update_date": "2009-01-01",
    },
    "openalex": {
        "id": "https://openalex.org/W1", "doi": "https://doi.org/10.1000/X", "display_name": "Owls", "title": None,
        "abstract_inverted_index": {"count": [2], "Abstract": [0], "We": [1], "owls.": [3]}, "publication_date": "2007-04-02",
        "locations": [{"landing_page_url": "https://arxiv.org/abs/2401.00001"}, None],
    },
    "semantic-scholar": {
        "paperId": "a" * 40, "title": "Owls", "abstract": "We count owls.", "publicationDate": "2007-04-02",
        "externalIds": {"ArXiv": "2401.00001", "PubMed": "77", "PubMedCentral": "123", "CorpusId": 5},
    },
    "s2orc": {
        "corpusid": 5, "externalids": {"arxiv": "2401.00001", "doi": None}, "content": {
            "text": "Owls\nWe count owls.\nBody.", "annotations": {
                "title": '[{"start": 0, "end": 4}]', "abstract": '[{"start": "5", "end": "19"}]', "author": None,
            },
        },
    },
    "crossref": {
        "DOI": "10.1000/X", "title": ["Owls"], "member": "1", "prefix": "10.1", "reference-count": 3, "issued": {"date-parts": [[2007, 4, 2]]},
        "abstract": "<jats:title>Abstract</jats:title><jats:p>We count owls.</jats:p>",
    },
    "core": {
        "coreId": "99", "id": 99, "title": "Owls", "abstract": "We count owls.", "oai": "oai:arXiv.org:2401.00001", "yearPublished": 2007,
    },
    "csl-json": {
        "id": "owl2007", "type": "article", "title": "Owls", "abstract": "We count owls.", "number": "arXiv:2401.00001",
        "issued": {"date-parts": [["2007", 4, 2]]},
    },
}  # fmt: skip
KEYS = {"arxiv": "arxiv-hep-th%2F9901001", "crossref": "doi-10.1000%2Fx"}


def found(data: str | bytes, format: str | None = None) -> list[Record | Rejection]:
    return list(read(["-"], format=format, stdin=io.BytesIO(data.encode() if isinstance(data, str) else data)))


def documents(data: str | bytes) -> list[Document | Rejection]:
    return [clean(item) if isinstance(item, Record) else item for item in found(data)]


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("shape", ["line", "lines", "document", "list", "results", "data", "message", "indented"])
def test_each_flavour_in_each_shape(name: str, shape: str) -> None:
    paper = PAPERS[name]
    shapes: dict[str, object] = {
        "document": paper, "list": [paper], "results": {"meta": {"count": 1}, "results": [paper]}, "data": {"total": 1, "data": [paper]},
        "message": {"status": "ok", "message": {"facets": {}, "items": [paper]}},
    }  # fmt: skip
    line = json.dumps(paper)
    text = {"line": line, "lines": f"{line}\n{line}\n", "indented": json.dumps(paper, indent=1)}.get(shape) or json.dumps(shapes[shape])
    for item in documents(text):
        assert isinstance(item, Document)
        assert item.title in ("Owls", "Owls at night")
        assert item.abstract == "We count owls."
        assert item.issued[:4] in ("2007", "")
        assert item.key in (KEYS.get(name, "arxiv-2401.00001"), "doi-10.1000%2Fx")
    assert {getattr(item, "format", "") for item in found(text)} == {name}


def test_the_flavour_can_be_named_and_is_told_of_each_paper_otherwise() -> None:
    mixed = "".join(json.dumps(paper) + "\n" for paper in PAPERS.values())
    assert [getattr(item, "format", "") for item in found(mixed)] == list(PAPERS)
    (record,) = found('{"title": "Owls"}', "openalex")
    assert getattr(record, "format", "") == "openalex"
    assert {flavour.name for flavour in FLAVOURS} == set(PAPERS)


@pytest.mark.parametrize(
    ("paper", "key"),
    [
        ({"paper_id": "10002293", "metadata": {"title": "Owls"}, "grobid_parse": {"abstract": [{"text": "We"}, {"text": "count."}]}}, "corpusid-10002293"),
        ({"paper_id": "77", "title": "Owls", "pdf_parse": {}, "arxiv_id": "2401.00001"}, "arxiv-2401.00001"),
        ({"paper_id": "a" * 40, "metadata": {"title": "Owls"}, "abstract": [{"text": "We"}], "body_text": []}, "owls-"),
        ({"citingPaper": {"paperId": "b" * 40, "title": "Owls", "abstract": None}}, f"s2-{'b' * 40}"),
    ],
)  # fmt: skip
def test_schemas_of_s2orc_and_lists_of_citations(paper: dict[str, object], key: str) -> None:
    (document,) = documents(json.dumps(paper))
    assert isinstance(document, Document)
    assert document.title == "Owls"
    assert document.key.startswith(key)


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ({"a": [0], "b": [2], "c": [7]}, "a b c"),
        ({"a": [0], "b": [1], "c": [1]}, "a b c"),
        ({"a": [0], "boom": [4_000_000_000]}, "a boom"),
        ({"a": [-1], "b": [0]}, "b"),
        ({"a": ["0"], "b": None, "c": [True], "d": [1.5]}, ""),
        ({"ABSTRACT": [0], "we": [1], "count": [2]}, "we count"),
        ({"Abstract": [0], "interpretation": [1], "helps": [2]}, "Abstract interpretation helps"),
        (None, ""),
        ([], ""),
    ],
)
def test_the_inverted_index(index: object, text: str) -> None:
    assert from_inverted_index(index) == text


def test_a_large_position_takes_no_memory() -> None:
    tracemalloc.start()
    from_inverted_index({"a": [0], "b": [10**15, 10**30]})
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_answers_without_papers_give_no_paper_of_their_parts() -> None:
    (rejection,) = found('{"error": "no", "authors": [{"name": "A"}, {"name": "B"}]}')
    assert isinstance(rejection, Rejection)
    assert rejection.code == "no-title"
    assert [getattr(item, "code", "") for item in found('{"data": [null, {"paperId": "x", "title": "T"}]}')] == ["not-a-paper", ""]
    assert [getattr(item, "code", "") for item in found('{"meta": {}, "results": []}')] == ["no-papers"]


def test_headings_in_a_crossref_abstract_stay_apart_from_the_text() -> None:
    abstract = "<jats:sec><jats:title>Background</jats:title><jats:p>We count.</jats:p></jats:sec>"
    (document,) = documents(json.dumps({**PAPERS["crossref"], "abstract": abstract}))
    assert isinstance(document, Document)
    assert " ".join(document.abstract.split()) == "Background: We count."


@pytest.mark.parametrize("start", ["{", "[", "[{", '{ "', "[[\n"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.md"])
def test_a_start_of_json_alone_is_no_paper(start: str, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(start, encoding="utf-8")
    assert [getattr(item, "code", "") for item in read([str(tmp_path / name)])] == ["bad-json"]


ITEM: dict[str, object] = {
    "id": "http://zotero.org/users/1/items/A",
    "type": "article-journal",
    "title": "Owls",
    "issued": {"date-parts": [[2007]]},
}


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        ({"note": "arXiv: 2401.00001\nPMID: 123\nPMCID: PMC1\nDOI: 10.1000/x"},
         {("arxiv", "2401.00001"), ("pmid", "123"), ("pmcid", "PMC1"), ("doi", "10.1000/x")}),
        ({"note": "arXiv:2401.00001 [cs]\nRead in May"}, {("arxiv", "2401.00001")}),
        ({"number": "arXiv:2401.00001 [cs.CL]"}, {("arxiv", "arXiv:2401.00001")}),
        ({"note": "DOI: 10.1000/other", "DOI": "10.1000/x"}, {("doi", "10.1000/x")}),
        ({"id": "2"}, set()),
        ({"id": "owl2007"}, set()),
        ({"id": "doi:10.1000/x"}, {("id", "doi:10.1000/x")}),
        ({"note": "see PMID: 123"}, set()),
    ],
)  # fmt: skip
def test_identifiers_of_items_of_zotero(fields: dict[str, object], identifiers: set[tuple[str, str]]) -> None:
    (record,) = found(json.dumps([{**ITEM, **fields}]))
    assert isinstance(record, Record)
    assert {(one.scheme, one.value) for one in record.identifiers} == identifiers
    assert record.format == "csl-json"


@pytest.mark.parametrize(("title", "format"), [(["Owls"], "crossref"), ("Owls", "csl-json")])
def test_crossref_with_few_fields_and_as_csl(title: object, format: str) -> None:
    heading = "<jats:title xml:lang='en'><jats:bold>Abstract</jats:bold></jats:title>"
    item = {
        "DOI": "10.1000/x",
        "type": "article",
        "title": title,
        "subtitle": ["A Survey"],
        "abstract": f"{heading}<jats:p>We count.</jats:p>",
    }
    (record,), (document,) = found(json.dumps([item])), documents(json.dumps([item]))
    assert isinstance(record, Record)
    assert isinstance(document, Document)
    assert (record.format, document.title, document.abstract) == (format, "Owls: A Survey", "We count.")


@pytest.mark.parametrize(
    ("title", "subtitle", "whole"),
    [("Owls?", "A Survey", "Owls? A Survey"), ("Owls: A Survey", "A survey", "Owls: A Survey"), ("Owls", "", "Owls"), ("Owls", [], "Owls")],
)
def test_a_subtitle_is_joined_once(title: str, subtitle: object, whole: str) -> None:
    (record,) = found(json.dumps({**PAPERS["crossref"], "title": [title], "subtitle": subtitle}))
    assert getattr(record, "title", "") == whole


NAMES = sorted(
    {name for paper in PAPERS.values() for name in paper} | {"title", "abstract", "paper_id", "pdf_parse", "results", "data", "message"}
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["2007", "arXiv:1", "oai:arXiv.org:1", "10.1/x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8), st.sampled_from([None, "json", "jsonl", *PAPERS]))
def test_no_object_raises(entry: dict[str, object], format: str | None) -> None:
    items = found(json.dumps(entry), format)
    assert items
    for item in items:
        if isinstance(item, Record):
            clean(item)


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=200),
    st.sampled_from(["", "{", "[{", '{"title": ', '{"data": ']),
    st.sampled_from([None, "json", "jsonl", "openalex"]),
)
def test_no_bytes_raise(data: bytes, start: str, format: str | None) -> None:
    assert found(start.encode() + data, format)


@pytest.mark.parametrize(
    "field", ["title", "abstract", "issued", "versions", "abstract_inverted_index", "message", "citingPaper", "externalIds", "metadata"]
)
@pytest.mark.parametrize(
    ("opening", "closing"), [("[", "]"), ('{"date-parts":[', "]}"), ('{"text":', "}"), ('{"message":', "}"), ('{"citingPaper":', "}")]
)
def test_what_is_nested_deeply_does_no_harm(field: str, opening: str, closing: str) -> None:
    for depth in (90, 450, 900):
        assert found(f'{{"paperId": 1, "{field}": {opening * depth}1{closing * depth}}}\n')
        assert found(f'[{{"title": "T", "{field}": {opening * depth}1{closing * depth}}}]')
        assert found(f'{{"{field}": {opening * depth}1{closing * depth}}}\n')
