"""Full texts of S2ORC in its schemas: sections with their headings, captions among them; no abstract again, no references."""

from __future__ import annotations

import io
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Identifier, Record, Section
from kg.sources import read
from kg.sources.s2orc import sections

PARAGRAPHS = {
    "body_text": [
        {"section": "", "text": "Owls fly."},
        {"section": "1 Methods", "text": "We count.", "ref_spans": [{"ref_id": "FIGREF0"}, {"ref_id": None}, {"ref_id": "SECREF0"}]},
        {"section": "1 Methods", "text": "Twice (see Figure 1).", "ref_spans": [{"ref_id": "FIGREF0"}]},
        {"section": "1.2 Data", "text": "Forests."},
        {"section": "References", "text": "[1] A. Owl."},
    ],
    "back_matter": [{"section": "Acknowledgments", "text": "We thank the owls."}],
    "ref_entries": {
        "FIGREF0": {"text": "Figure 1: An owl.", "type": "figure"},
        "SECREF0": {"text": "Methods", "type_str": "section"},
        "TABREF0": {"text": "Table 1: Owls by night.", "type_str": "table"},
    },
}
EXPECTED = (
    Section("", "Owls fly."),
    Section("1 Methods", "We count.\n\nFigure 1: An owl.\n\nTwice (see Figure 1)."),
    Section("1.2 Data", "Forests.", ("1 Methods",)),
    Section("Acknowledgments", "We thank the owls."),
    Section("", "Table 1: Owls by night."),
)


def found(entry: dict[str, object]) -> Record:
    (record,) = read(["-"], stdin=io.BytesIO(json.dumps(entry).encode()))
    assert isinstance(record, Record)
    return record


@pytest.mark.parametrize("parse", ["", "grobid_parse", "pdf_parse", "latex_parse"])
def test_paragraphs_of_each_schema_give_sections(parse: str) -> None:
    full = {parse: PARAGRAPHS} if parse else PARAGRAPHS
    record = found({"paper_id": "77", "title": "Owls", "abstract": "We count owls.", "body_text": [], **full})
    assert record.sections == EXPECTED
    assert (record.format, record.abstract) == ("s2orc", "We count owls.")


@pytest.mark.parametrize(
    ("paragraph", "heading", "within"),
    [
        ({"section": "Data", "sec_num": "2.1"}, "2.1 Data", ()),
        ({"section": "2.1 Data", "sec_num": "2.1"}, "2.1 Data", ()),
        ({"section": [["2", "Methods"], ["2.1", "Data"]]}, "2.1 Data", ("2 Methods",)),
        ({"section": ["Methods", "Data"]}, "Data", ("Methods",)),
        ({"section": None, "sec_num": "2"}, "", ()),
        ({"section": 7}, "", ()),
    ],
)
def test_headings_stand_in_several_forms(paragraph: dict[str, object], heading: str, within: tuple[str, ...]) -> None:
    assert sections({"body_text": [{**paragraph, "text": "Text."}]}) == (Section(heading, "Text.", within),)


def test_an_abstract_among_the_sections_is_left_out_unless_there_is_no_other() -> None:
    body: list[object] = [{"section": "Abstract", "text": "We count owls."}, {"section": "Text", "text": "Owls."}]
    assert [one.heading for one in sections({"abstract": "We count owls.", "body_text": body})] == ["Text"]
    assert [one.heading for one in sections({"abstract": "", "body_text": body})] == ["Abstract", "Text"]


TEXT = "Owls at night\nJane Doe\nUniv Turin\nAbstract We count owls.\n2 Methods\nWe look up.\nFigure 1: An owl.\n2.1 Data\nForests.\nReferences\n[1] A. Owl.\n"


def marked(*parts: str, **attributes: object) -> str:
    return json.dumps([{"start": TEXT.index(part), "end": str(TEXT.index(part) + len(part)), "attributes": attributes} for part in parts])


def test_annotations_of_the_paper_in_one_text() -> None:
    annotations = {
        "title": marked("Owls at night"), "abstract": marked("We count owls."), "author": marked("Jane Doe"), "authorfirstname": marked("Jane"),
        "authorlastname": marked("Doe"), "authoraffiliation": marked("Univ Turin"), "sectionheader": marked("2 Methods", "2.1 Data", "References"),
        "paragraph": marked("We count owls.", "We look up.", "Forests.", "[1] A. Owl."), "figurecaption": marked("Figure 1: An owl."),
        "bibentry": marked("[1] A. Owl.", id="b0", doi="10.1000/owl", matched_paper_id=99), "table": None,
    }  # fmt: skip
    record = found({"corpusid": 5, "externalids": {"arxiv": "2401.00001"}, "content": {"text": TEXT, "annotations": annotations}})
    assert (record.title, record.abstract) == ("Owls at night", "We count owls.")
    assert record.sections == (
        Section("2 Methods", "We look up.\n\nFigure 1: An owl."),
        Section("2.1 Data", "Forests.", ("2 Methods",)),
    )
    assert [author.name for author in record.metadata.authors] == ["Jane Doe"]
    assert [one.text for one in record.metadata.affiliations] == ["Univ Turin"]
    assert record.metadata.cites == ((Identifier("doi", "10.1000/owl"), Identifier("corpusid", "99")),)


def test_annotations_of_body_and_bibliography_apart() -> None:
    body = {"text": "Methods\nWe look up.\n", "annotations": {
        "section_header": [{"start": 0, "end": 7, "attributes": {"n": "1"}}], "paragraph": '[{"start": 8, "end": 19}]',
    }}  # fmt: skip
    bibliography = {
        "text": "[1] A. Owl.",
        "annotations": {"bib_entry": '[{"start": 0, "end": 11, "attributes": {"id": "b0", "matched_paper_id": 99}}]'},
    }
    record = found({"corpusid": 5, "title": "Owls", "authors": [{"name": "Jane Doe"}], "body": body, "bibliography": bibliography})
    assert record.sections == (Section("1 Methods", "We look up."),)
    assert record.metadata.cites == ((Identifier("corpusid", "99"),),)
    assert [author.name for author in record.metadata.authors] == ["Jane Doe"]


def test_many_marks_take_no_long_time() -> None:
    marks = json.dumps([{"start": 0, "end": 1_000_000}] * 5_000 + [{"start": n, "end": n + 1} for n in range(50_000)])
    start = time.process_time()
    sections({"content": {"text": "x" * 1_000_000, "annotations": {"paragraph": marks, "bibentry": marks, "abstract": marks}}})
    assert time.process_time() - start < 5


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 40) | st.floats() | st.text(max_size=8) | st.sampled_from(["[{}]", '[{"start": 0, "end": 3}]', "[[1]]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["text", "section", "ref_spans", "ref_id", "type", "annotations", "paragraph", "section_header", "start", "end", "attributes",
                         "FIGREF0", "sec_num", "n", "abstract", "bib_entry", "author", "body_text"]), inner, max_size=4),
    max_leaves=15,
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["body_text", "back_matter", "ref_entries", "content", "body", "pdf_parse", "grobid_parse", "metadata"]), VALUES
    )
)
def test_no_value_raises(entry: dict[str, object]) -> None:
    for section in sections(entry):
        assert isinstance(section.heading, str)
        assert isinstance(section.text, str)
        assert all(isinstance(name, str) for name in section.within)
    for item in read(["-"], stdin=io.BytesIO(json.dumps({"paper_id": "1", "title": "T", **entry}).encode()), format="s2orc"):
        assert isinstance(item, Record)
