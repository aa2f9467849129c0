"""Identifiers in their normal form, and the key of a paper."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.model import Document, Identifier, Record
from kg.text import clean, value_of
from kg.text.identity import identifiers, key

ARXIV = Identifier("arxiv", "2407.12854")


@pytest.mark.parametrize(
    ("stated", "expected", "version"),
    [
        ("2407.12854", ARXIV, 0),
        ("2407.12854v3", ARXIV, 3),
        ("arXiv:2407.12854v2", ARXIV, 2),
        ("https://arxiv.org/abs/2407.12854v1", ARXIV, 1),
        ("http://arxiv.org/pdf/2407.12854.pdf", ARXIV, 0),
        ("https://huggingface.co/papers/2407.12854", ARXIV, 0),
        ("hep-th/9901001v1", Identifier("arxiv", "hep-th/9901001"), 1),
        ("math.GT/0309136", Identifier("arxiv", "math/0309136"), 0),
        ("https://doi.org/10.1103/PhysRevD.76.013009", Identifier("doi", "10.1103/physrevd.76.013009"), 0),
        ("doi:10.1000/182", Identifier("doi", "10.1000/182"), 0),
        ("https://openalex.org/W10", Identifier("openalex", "W10"), 0),
        ("https://pubmed.ncbi.nlm.nih.gov/29768149/", Identifier("pmid", "29768149"), 0),
        ("https://aclanthology.org/2022.naloma-1.1/", Identifier("acl", "2022.naloma-1.1"), 0),
        ("17", Identifier("id", "17"), 0),
    ],
)
def test_stated_identifiers_are_recognised(stated: str, expected: Identifier, version: int) -> None:
    assert identifiers([Identifier("id", stated)]) == ((expected,), version)


def test_an_arxiv_doi_is_both_and_all_are_kept_sorted() -> None:
    found, _ = identifiers([Identifier("doi", "10.48550/arXiv.2407.12854"), Identifier("pmid", "5"), Identifier("id", "2407.12854v2")])
    assert found == (ARXIV, Identifier("doi", "10.48550/arxiv.2407.12854"), Identifier("pmid", "5"))
    assert key(found, "T") == "arxiv-2407.12854"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((Identifier("doi", "10.1/x(y)<z>"), Identifier("openalex", "W1")), "doi-10.1%2Fx%28y%29%3Cz%3E"),
        ((Identifier("arxiv", "hep-th/9901001"),), "arxiv-hep-th%2F9901001"),
        ((Identifier("id", "17"),), "owls-see-at-night-"),  # a row number says nothing outside its file
        ((), "owls-see-at-night-"),
    ],
)
def test_keys(found: tuple[Identifier, ...], expected: str) -> None:
    assert key(found, "Owls: See at Night").startswith(expected)


def test_titles_that_differ_in_case_and_points_alone_are_one_paper() -> None:
    assert key((), "Owls: See at Night")[-8:] == key((), "OWLS see at night.")[-8:]
    assert key((), "Owls") != key((), "Bats")


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_keys_are_one_segment_of_an_iri_and_can_be_undone(value: str) -> None:
    made = key((Identifier("doi", value),), "T")
    assert value_of(made) == Identifier("doi", value)
    assert "/" not in made
    NamedNode(f"https://example.org/paper/{made}")


@given(st.text(min_size=1))
def test_keys_of_titles_make_iris(title: str) -> None:
    document = clean(Record("s", "1", "T " + title, ""))
    assert isinstance(document, Document)
    NamedNode(f"https://example.org/paper/{document.key}")


def test_the_highest_version_counts() -> None:
    document = clean(Record("s", "1", "T", "", (Identifier("id", "2407.12854v2"),), version=1))
    assert isinstance(document, Document)
    assert document.version == 2


@given(st.text(st.characters()), st.text(st.characters()))
def test_identifiers_hold_nothing_that_cannot_be_written(scheme: str, value: str) -> None:
    for found in identifiers([Identifier(scheme, value)])[0]:
        assert not re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", found.scheme + found.value)


def test_half_characters_and_controls_in_an_identifier() -> None:
    assert identifiers([Identifier("doi", "10.1234/a\udfff\x00\x1bb")])[0] == (Identifier("doi", "10.1234/a\ufffdb"),)


@pytest.mark.parametrize("value", ["N/A", "-", "not available", "0", "none", "nan", "null", "https://doi.org/", "TBA", " ", "–", "00"])
@pytest.mark.parametrize("scheme", ["doi", "pmid", "arxiv", "pmcid", "openalex", "id"])
def test_what_stands_for_no_identifier_is_none(scheme: str, value: str) -> None:
    """Rows whose DOI reads "N/A" are not one paper."""
    assert identifiers([Identifier(scheme, value)]) == ((), 0)


@pytest.mark.parametrize(
    ("scheme", "value"), [("doi", "DOI: 10.5/x"), ("pmid", "soon"), ("arxiv", "2401"), ("s2", "abc"), ("mag", "12a"), ("acl", "N18")]
)
def test_what_no_registry_gives_is_kept_and_no_identity(scheme: str, value: str) -> None:
    found, _ = identifiers([Identifier(scheme, value)])
    assert [one.scheme for one in found] == ["id"]
    assert key(found, "A title") == key((), "A title")


@pytest.mark.parametrize(
    "title",
    [
        "Editorial",
        "Supplementary Material",
        "Introduction to the Special Issue on Owls",
        "Letter to the Editor",
        "Erratum",
        "Table of Contents",
        "Editor's note",
    ],
)
def test_a_title_that_many_have_is_no_identity(title: str) -> None:
    """Two editorials of two years are two papers; the same one read again is one."""
    assert key((), title, ["Ann Lee", "2021"]) != key((), title, ["Bo Ng", "2022"])
    assert key((), title, ["Ann Lee", "2021"]) == key((), title.upper(), ["ann lee", "2021"])


@pytest.mark.parametrize(
    "title", ["Editorial boards of owls", "Supplementary heating of barns", "Letters of love", "Correcting errors", "Index structures"]
)
def test_another_title_is_the_paper_whatever_else_is_told(title: str) -> None:
    assert key((), title, ["Ann Lee", "2021"]) == key((), title)
