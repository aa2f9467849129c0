"""Affiliations, lines of authors and cited works: what formats write, and what is read of it."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kg.model import Identifier
from kg.sources.author_lines import authors_of
from kg.sources.limits import MAX_STATED, distinct
from kg.sources.xml.affiliations import affiliation_line, organisation, without_mail
from kg.sources.xml.references import cited, named_in


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<label>1</label>Department of Physics, University of Turin, Italy", "Department of Physics, University of Turin, Italy"),
        ("<institution>University of Turin</institution><city>Turin</city><country>Italy</country>", "University of Turin, Turin, Italy"),
        ("<institution>KEK</institution>, <city>Tsukuba</city>; <country>Japan</country>.", "KEK, Tsukuba; Japan."),
        ("Physics <institution>KEK</institution> and <institution>JAIST</institution>", "Physics KEK and JAIST"),
        ("Physics<institution>KEK</institution>Japan", "Physics, KEK, Japan"),
        ("(<institution>KEK</institution>)", "(KEK)"),
        ("<sup>1</sup>KEK <email>a@b.c</email>", "KEK"),
        ("<institution-wrap><institution>KEK</institution><institution-id>https://ror.org/1</institution-id></institution-wrap>\n <country>Japan</country>", "KEK, Japan"),
        ("Universit<italic>é</italic> Paul<sub>2</sub>", "Université Paul₂"),
        ("", ""),
    ],
)  # fmt: skip
def test_affiliations_stand_on_one_line(written: str, expected: str) -> None:
    assert affiliation_line(etree.fromstring(f"<aff>{written}</aff>")) == expected


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (["KEK"], "Physics, KEK, Japan", "KEK"),
        (["University of California, Berkeley"], "University of California, Berkeley, USA", "University of California, Berkeley"),
        (["Department of Physics, KEK"], "Department of Physics, KEK, Japan", ""),
        (["KEK, Tsukuba, Japan"], "KEK, Tsukuba, Japan", ""),
        (["KEK", "JAIST"], "KEK and JAIST", ""),
        ([], "KEK", ""),
    ],
)
def test_an_organisation_is_named_only_where_the_source_tells_it_apart(names: list[str], text: str, expected: str) -> None:
    assert organisation(names, text) == expected


@pytest.mark.parametrize("unit", ["a", "a@", "@", ". ", "a.", ";"])
def test_long_affiliations_take_no_long_time(unit: str) -> None:
    began = perf_counter()
    without_mail(unit * 200_000 + "@")
    affiliation_line(etree.fromstring(f"<aff>{'<a/>' * 20_000}{'<b>x</b>' * 20_000}{unit * 20_000}</aff>"))
    assert perf_counter() - began < 5


def test_mail_addresses_are_left_out() -> None:
    assert without_mail("KEK, Japan. Electronic address: a.b@kek.jp.") == "KEK, Japan"
    assert without_mail("KEK, Japan; a@kek.jp; JAIST, Japan") == "KEK, Japan JAIST, Japan"
    assert without_mail("KEK, Japan.") == "KEK, Japan."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("C. Bal\\'azs, E. L. Berger and C.-P. Yuan", [("C. Bal\\'azs", []), ("E. L. Berger", []), ("C.-P. Yuan", [])]),
        ("Ada Lovelace (Analytical Engines, London (UK)), Charles Babbage", [("Ada Lovelace", ["Analytical Engines, London (UK)"]), ("Charles Babbage", [])]),
        ("BELLE Collaboration: A. Person (1), N. Other (1 and 2) ((1) KEK, (2) University of Tokyo (Tokyo))",
         [("BELLE Collaboration", []), ("A. Person", ["KEK"]), ("N. Other", ["KEK", "University of Tokyo (Tokyo)"])]),
        ("M. King, Jr. (a) ((a) X)", [("M. King Jr.", ["X"])]),
        ("Jane Doe (MIT, CERN), PhD, Rob Roe", [("Jane Doe", ["MIT, CERN"]), ("Rob Roe", [])]),
        ("A. Person (3), et al.", [("A. Person", [])]),
        ("A. Person (for the ATLAS Collaboration)", [("A. Person", [])]),
        ("A. Person (KEK", [("A. Person", [])]),
        (")(", []),
        ("", []),
    ],
)  # fmt: skip
def test_arxivs_line_of_authors(line: str, expected: list[tuple[str, list[str]]]) -> None:
    assert [(author.name, [one.text for one in author.affiliations]) for author in authors_of(line)] == expected


@given(st.lists(st.sampled_from([*"(),:;&a1 ", "and ", "Ada", "(1)", "((1) X)", "Jr.", "et al"])).map("".join))
def test_no_line_of_authors_raises(line: str) -> None:
    assert all(author.name for author in authors_of(line))


@pytest.mark.parametrize("unit", ["(", "a, ", "(1) ", "A (1", "((1) ", " and"])
def test_long_lines_of_authors_take_no_long_time(unit: str) -> None:
    began = perf_counter()
    assert len(authors_of(unit * 200_000)) <= MAX_STATED
    assert perf_counter() - began < 5


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("arXiv preprint arXiv:1409.0473 (2014)", [("arxiv", "1409.0473")]),
        ("CoRR abs/1409.0473", [("arxiv", "1409.0473")]),
        ("arXiv:hep-th/9901001v2", [("arxiv", "hep-th/9901001")]),
        ("see https://doi.org/10.1000/x1.", [("doi", "10.1000/x1")]),
        ("Phys. Rev. 1409.0473", []),
    ],
)
def test_identifiers_that_words_name(words: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.scheme, one.value) for one in named_in(words)] == expected


def test_lists_are_bounded_and_hold_nothing_twice() -> None:
    works = [[Identifier("doi", f"10.1/{n}")] * 2 for n in range(MAX_STATED + 5)]
    assert len(cited([[], *works])) == MAX_STATED - 1
    assert cited([works[0], works[0]]) == ((Identifier("doi", "10.1/0"),),)
    assert distinct(["a", "", "b", "a"]) == ("a", "b")
