"""Metadata and sections in their final form."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.graph import to_triples
from kg.model import Affiliation, Author, Document, Extraction, Identifier, LoggedPaper, Metadata, Record, Section, SectionKind
from kg.resolve import resolve
from kg.stated import complete
from kg.text import clean
from kg.text.headings import kind_of, told
from kg.text.metadata import orcid


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("1 Introduction", SectionKind.INTRODUCTION),
        ("II. RELATED WORK", SectionKind.RELATED_WORK),
        ("4.1. Experimental Setup", SectionKind.EXPERIMENTS),
        ("A.2 Training details", SectionKind.EXPERIMENTS),
        ("Implementation details", SectionKind.EXPERIMENTS),
        ("Datasets", SectionKind.EXPERIMENTS),
        ("Materials and methods", SectionKind.METHOD),
        ("Proposed approach", SectionKind.METHOD),
        ("Conclusions and future work", SectionKind.CONCLUSION),
        ("Acknowledgments", SectionKind.ACKNOWLEDGEMENTS),
        ("Funding", SectionKind.ACKNOWLEDGEMENTS),
        ("Competing interests", SectionKind.OTHER),
        ("Authors' contributions", SectionKind.OTHER),
        ("The LAMP Story", None),
    ],
)
def test_a_heading_tells_what_its_section_is_for(heading: str, kind: SectionKind | None) -> None:
    assert kind_of(heading) is kind


def test_parts_are_told_by_their_section_and_the_body_is_the_method() -> None:
    outline = [
        ("Background", ()), ("1 Lamps", ()), ("2 Related Work", ()), ("2.1 Model zoos", ("2 Related Work",)), ("3 Experiments", ()),
        ("3.1 Towers", ("3 Experiments",)), ("4 Conclusion", ()), ("A Proof of Lemma 1", ()), ("B More lamps", ()), ("C Hardware", ()),
    ]  # fmt: skip
    kinds = [section.kind for section in told([Section(heading, "x", within) for heading, within in outline])]
    method, related, experiments = SectionKind.METHOD, SectionKind.RELATED_WORK, SectionKind.EXPERIMENTS
    assert kinds == [
        SectionKind.INTRODUCTION, method, related, related, experiments, experiments, SectionKind.CONCLUSION, SectionKind.OTHER,
        SectionKind.OTHER, experiments,
    ]  # fmt: skip


def test_a_beginning_without_a_heading_is_the_introduction_and_a_text_without_any_the_method() -> None:
    assert [one.kind for one in told([Section("", "x"), Section("Results", "y")])] == [SectionKind.INTRODUCTION, SectionKind.EXPERIMENTS]
    assert [one.kind for one in told([Section("", "x")])] == [SectionKind.METHOD]


def test_only_what_is_read_is_kept_and_offsets_point_into_it() -> None:
    record = Record(
        "a.xml", "1", "A  title", "We built it.",
        sections=(
            Section("1 Intro\nduction", "We use  ResNet-\u00ad50.\n\nAnd\nmore.", ()),
            Section("Conclusion", "It works."),
            Section("Funding", "By &amp; for."),
        ),
        metadata=Metadata(affiliations=(Affiliation("University of\nTurin"),), comment="12 pages"),
    )  # fmt: skip
    document = clean(record)
    assert isinstance(document, Document)
    assert [(name, span.of(document.text)) for name, span in document.places] == [
        ("", "A title\n\nWe built it."),
        ("1 Intro duction", "1 Intro duction\n\nWe use ResNet-50.\n\nAnd more."),
        ("Funding", "Funding\n\nBy & for."),
        ("Affiliations", "University of Turin"),
        ("Comment", "12 pages"),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", ""),  # the check digit is wrong
        ("Ann Lee", ""),
    ],
)
def test_an_orcid_is_checked(written: str, read: str) -> None:
    assert orcid(written) == read


def test_metadata_is_brought_to_its_forms() -> None:
    stated = Metadata(
        authors=(Author("Jos{\\'e}  Lee", "http://orcid.org/0000-0002-1825-0097", (Affiliation("Dept., Zauron", "Zauron Labs", "https://ror.org/048tbm396"),)), Author(" ")),
        categories=("cs.CL", "cs.CL"), licence=" http://creativecommons.org/licenses/by/4.0/ ", code=("javascript:alert(1)", "https://github.com/a/b"),
        cites=((Identifier("doi", "https://doi.org/10.1000/X"), Identifier("url", "nowhere")), (Identifier("doi", "10.1000/own"),), ()),
    )  # fmt: skip
    document = clean(Record("a", "1", "A title", "", (Identifier("doi", "10.1000/OWN"),), metadata=stated))
    assert isinstance(document, Document)
    found = document.metadata
    assert found.authors == (Author("José Lee", "0000-0002-1825-0097", (Affiliation("Zauron Labs", "Zauron Labs", "048tbm396"),)),)
    assert (found.categories, found.licence) == (("cs.CL",), "http://creativecommons.org/licenses/by/4.0/")
    assert found.code == ("https://github.com/a/b",)
    assert found.cites == ((Identifier("doi", "10.1000/x"),),)  # not itself, and nothing without an identifier


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" https://a.org/~b ", "https://a.org/~b"),
        ("https://a.org/\u202egpj.exe", "https://a.org/gpj.exe"),  # no marks that turn what is read
        ("https://a.org/\x9b31m\x7f\u200b", "https://a.org/31m"),  # nor commands to a terminal
        ("https://a.org/\ud800", "https://a.org/\ufffd"),  # nor half a character, which no file can hold
        ("https://a.org/\U000e0001", ""),
        ("https://a.org/<script>", ""),
        ("javascript:alert(1)", ""),
        ("https://a.org/" + "a" * 2000, ""),
    ],
)
def test_an_address_of_code_is_one_that_can_be_shown(written: str, read: str) -> None:
    document = clean(Record("a", "1", "A title", "", metadata=Metadata(licence=written, code=(written,))))
    assert isinstance(document, Document)
    assert document.metadata.code == ((read,) if read else ())
    assert document.metadata.licence == read or not read
    assert document.text.encode()


ADDRESSES = st.text(max_size=10).map("https://a.org/".__add__)
WORDS = st.text(max_size=20) | ADDRESSES
AFFILIATIONS = st.lists(st.builds(Affiliation, WORDS, WORDS, WORDS), max_size=2).map(tuple)
STATED = st.builds(
    Metadata, st.lists(st.builds(Author, WORDS, WORDS, AFFILIATIONS), max_size=2).map(tuple), AFFILIATIONS, WORDS, st.tuples(WORDS), WORDS, WORDS,
    st.tuples(WORDS), st.lists(st.lists(st.builds(Identifier, st.sampled_from(["doi", "arxiv", "id"]), WORDS), max_size=2).map(tuple), max_size=2).map(tuple),
)  # fmt: skip


@given(STATED)
def test_cleaning_metadata_twice_changes_nothing(stated: Metadata) -> None:
    document = clean(Record("a", "1", "A title", "", metadata=stated))
    assert isinstance(document, Document)
    again = clean(Record("a", "1", "A title", "", metadata=document.metadata))
    assert again == replace(document)


@given(STATED)
def test_what_is_stated_can_be_written_to_the_graph(stated: Metadata) -> None:
    """`kg.graph.text` refuses characters that XML forbids, and one paper would stop a whole build."""
    document = clean(Record("a", "1", "A title", "", metadata=stated))
    assert isinstance(document, Document)
    assert to_triples(resolve([LoggedPaper(document, complete(document, Extraction()), "rules-1")]))
    document.text.encode()
