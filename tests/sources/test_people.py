"""Authors and affiliations: any shape that sources have for them, given name first; whatever is wrong is left out."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.model.metadata import Affiliation, Author
from kg.sources.limits import MAX_STATED
from kg.sources.people import affiliations, authors


def names(value: object) -> list[str]:
    return [author.name for author in authors(value)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Doe", ["Jane Doe"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Jane Doe, Rob Roe", ["Jane Doe", "Rob Roe"]),
        ("J. Doe, R. Roe and C. Poe", ["J. Doe", "R. Roe", "C. Poe"]),
        ("J. Doe, R. Roe, & C. Poe", ["J. Doe", "R. Roe", "C. Poe"]),
        ("Doe, Jane and Roe, Rob", ["Jane Doe", "Rob Roe"]),
        ("Doe, Jane; Roe, Rob; and Poe, C.", ["Jane Doe", "Rob Roe", "C. Poe"]),
        ("Doe, J., García Roe, R.A.", ["J. Doe", "R.A. García Roe"]),
        ("Liu R., Adler D.G.", ["R. Liu", "D.G. Adler"]),
        ("Liu RJ, Adler D.", ["RJ Liu", "D Adler"]),
        ("Jane Doe|Rob Roe", ["Jane Doe", "Rob Roe"]),
        ("Jane Doe\nRob Roe", ["Jane Doe", "Rob Roe"]),
        ("Liu, Rob (57190000); Adler, Doe (571)", ["Rob Liu", "Doe Adler"]),
        ("M&uuml;ller, J.; Doe, Jane", ["J. Müller", "Jane Doe"]),
        ("['Doe, Jane', \"O'Hara, Rob\"]", ["Jane Doe", "Rob O'Hara"]),
        ("['Jane Doe' 'Rob Roe']", ["Jane Doe", "Rob Roe"]),
        ("[{'name': 'Jane Doe', 'authorId': '1'}]", ["Jane Doe"]),
        ("[not a list", ["[not a list"]),
        ("ATLAS Collaboration: G. Aad, B. Abbott", ["ATLAS Collaboration", "G. Aad", "B. Abbott"]),
        ("Martin King, Jr., Jane Doe and others", ["Martin King Jr.", "Jane Doe"]),
        ("Jane Doe (1), Rob Roe (2) ((1) MIT, (2) CERN)", ["Jane Doe", "Rob Roe"]),
        ("", []),
    ],
)
def test_authors_in_a_text(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_affiliations_in_parentheses_as_arxiv_has_them() -> None:
    (author,) = authors("Sergei Ovchinnikov (San Francisco State University, CA)")
    assert author == Author("Sergei Ovchinnikov", "", (Affiliation("San Francisco State University, CA"),))


def test_what_stands_in_parentheses_parts_no_names() -> None:
    found = authors("Jane Doe (Physics and Astronomy, MIT), Rob Roe (CERN) and C. Poe")
    assert [(author.name, [one.text for one in author.affiliations]) for author in found] == [
        ("Jane Doe", ["Physics and Astronomy, MIT"]), ("Rob Roe", ["CERN"]), ("C. Poe", []),
    ]  # fmt: skip


def test_names_that_arxiv_has_parsed() -> None:
    parsed = [
        ["Yuan", "C. -P.", ""],
        ["King", "Martin", "Jr."],
        ["ATLAS Collaboration", "", ""],
        ["Doe", "Jane", "", "MIT", "CERN"],
        [],
        ["", "", ""],
    ]
    found = authors(parsed)
    assert [author.name for author in found] == ["C.-P. Yuan", "Martin King Jr.", "ATLAS Collaboration", "Jane Doe"]
    assert found[-1].affiliations == (Affiliation("MIT"), Affiliation("CERN"))


@pytest.mark.parametrize(
    ("item", "author"),
    [
        ({"name": "Doe, Jane"}, Author("Jane Doe")),
        ({"given": "Jane", "family": "Doe", "ORCID": "http://orcid.org/0000-0002-1825-0097"}, Author("Jane Doe", "http://orcid.org/0000-0002-1825-0097")),
        ({"given": "Vincent", "non-dropping-particle": "van", "family": "Gogh", "suffix": "Jr."}, Author("Vincent van Gogh Jr.")),
        ({"literal": "Google, Inc."}, Author("Google, Inc.")),
        ({"first": "Jane", "middle": ["A.", "B."], "last": "Doe", "suffix": ""}, Author("Jane A. B. Doe")),
        ({"firstName": "Jane", "lastName": "Doe"}, Author("Jane Doe")),
        ({"family": "Doe"}, Author("Doe")),
        ({"name": "Jane Doe", "externalIds": {"DBLP": ["x"], "ORCID": "0000-0002-1825-0097"}}, Author("Jane Doe", "0000-0002-1825-0097")),
        ({"name": "Jane Doe", "orcid": "none", "affiliations": ["MIT", None, 3]}, Author("Jane Doe", "", (Affiliation("MIT"),))),
        ({"name": "Jane Doe", "affiliation": {"institution": "MIT", "laboratory": "CSAIL", "location": {"country": "USA", "settlement": "Cambridge"}}},
         Author("Jane Doe", "", (Affiliation("CSAIL, MIT, Cambridge, USA", "MIT"),))),
        ({"given": "J", "family": "D", "affiliation": [{"name": "MIT, USA", "id": [{"id": "https://ror.org/042nb2s44", "id-type": "ROR"}]}]},
         Author("J D", "", (Affiliation("MIT, USA", "", "https://ror.org/042nb2s44"),))),
        ({"name": 3}, None), ({}, None), ({"name": "x" * 5000}, None), (7, None), (None, None), ({"name": ["Jane"]}, None), ("et al.", None),
    ],
)  # fmt: skip
def test_authors_as_objects(item: object, author: Author | None) -> None:
    assert authors([item, "Rob Roe"]) == ((author,) if author else ()) + (Author("Rob Roe"),)


def test_authorships_of_openalex_join_institutions_with_what_they_were_found_in() -> None:
    mit = {"id": "I1", "display_name": "MIT", "ror": "https://ror.org/042nb2s44"}
    cern = {"id": "I2", "display_name": "CERN", "ror": None}
    one = {"author": {"display_name": "Jane Doe", "orcid": None}, "institutions": [mit], "raw_affiliation_strings": ["CSAIL, MIT, USA"]}
    (author,) = authors([one])
    assert author.affiliations == (Affiliation("CSAIL, MIT, USA", "MIT", "https://ror.org/042nb2s44"),)
    two = {**one, "institutions": [mit, cern], "affiliations": [
        {"raw_affiliation_string": "MIT and CERN", "institution_ids": ["I1", "I2"]}, {"raw_affiliation_string": "At home", "institution_ids": []},
    ]}  # fmt: skip
    (author,) = authors([two])
    assert author.affiliations == (
        Affiliation("At home"),
        Affiliation("MIT", "MIT", "https://ror.org/042nb2s44"),
        Affiliation("CERN", "CERN"),
    )
    (author,) = authors([{"author": {"display_name": "Jane Doe"}, "institutions": [], "raw_affiliation_strings": ["MIT", "CERN"]}])
    assert author.affiliations == (Affiliation("MIT"), Affiliation("CERN"))


def test_affiliations_of_all_authors() -> None:
    assert affiliations("Univ A, Italy; Univ B; Univ A, Italy") == (Affiliation("Univ A, Italy"), Affiliation("Univ B"))
    assert affiliations([{"name": "Univ A", "ror": "048tbm396"}]) == (Affiliation("Univ A", "", "048tbm396"),)
    assert affiliations({"a": 1}) == affiliations(5) == affiliations(None) == ()


def test_there_are_bounds() -> None:
    assert len(authors([["Doe", "Jane", ""]] * 1_000_000)) == MAX_STATED
    assert authors("Jane Doe, " * 100_000) == ()


@pytest.mark.parametrize("part", ["(", ")", ",", "and ", " ", "a ", "& ", "[", "'", ";", "a,", "A. ", "\n", "(a", ": ", "ollaboration: "])
def test_no_text_takes_long(part: str) -> None:
    start = time.process_time()
    names(part * (200_000 // len(part)))
    names("[" + part * (199_000 // len(part)) + "]")
    assert time.process_time() - start < 10  # what takes the square of the length takes minutes


FIELDS = ["author", "name", "given", "family", "first", "middle", "last", "literal", "orcid", "affiliation", "affiliations", "institutions", "id",
          "raw_affiliation_strings", "institution_ids", "raw_affiliation_string", "location", "externalIds", "display_name", "ror", "country"]  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["Doe, Jane", "0000-0002-1825-0097", "I1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=3), inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300)
@given(VALUES)
@example([["Doe", 1, None, ["x"]]])
@example({"author": {"author": {"author": "x"}}})
def test_no_value_raises_and_all_that_is_found_is_text(value: object) -> None:
    for author in authors(value):
        assert author.name
        assert isinstance(author.orcid, str)
        json.dumps([[one.text, one.name, one.ror] for one in author.affiliations])
    assert all(one.text for one in affiliations(value))


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("Aa.,;&|()[]'\" \n-12é"), max_size=60))
def test_no_text_raises(text: str) -> None:
    assert all(author.name.strip() for author in authors(text))


def test_affiliations_in_parentheses_are_those_of_the_list_behind_the_names() -> None:
    found = authors("BELLE Collaboration: A. Person (1), N. Other (1 and 2) ((1) KEK, (2) University of Tokyo (Tokyo))")
    assert [(author.name, [one.text for one in author.affiliations]) for author in found] == [
        ("BELLE Collaboration", []), ("A. Person", ["KEK"]), ("N. Other", ["KEK", "University of Tokyo (Tokyo)"]),
    ]  # fmt: skip
    assert authors("A. Person (for the ATLAS Collaboration)") == (Author("A. Person"),)
