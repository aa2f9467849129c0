"""What a source states about a paper becomes claims with the line that states it as evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.checked import broken
from kg.model import Affiliation, Author, Document, EntityType, Extraction, LinkKind, Metadata, Role, is_stated
from kg.stated import complete
from kg.stated.organisations import organisations


@pytest.mark.parametrize(
    ("affiliation", "named"),
    [
        ("Department of Computer Science, Stanford University, Stanford, CA, USA", ["Stanford University"]),
        ("¹ Max Planck Institute for Informatics, Saarbrücken, Germany", ["Max Planck Institute for Informatics"]),
        ("School of Computing, National University of Singapore", ["National University of Singapore"]),
        ("Department of Physics, Univ. of Zaurania", ["Univ. of Zaurania"]),
        ("Division of Cardiology, Zauron General Hospital, Boston", ["Zauron General Hospital"]),
        ("University of California, San Diego, La Jolla, CA", ["University of California, San Diego"]),  # the campus is part of the name
        (
            "Harvard Medical School, Boston; Broad Institute of MIT and Harvard",
            ["Harvard Medical School", "Broad Institute of MIT and Harvard"],
        ),
        ("CERN", ["CERN"]),
        ("Zauron", ["Zauron"]),  # the whole affiliation is a name
        ("Department of Radiology", []),  # of what?
        ("ann.lee@example.org", []),
        ("", []),
    ],
)
def test_the_organisation_of_an_affiliation_is_found(affiliation: str, named: list[str]) -> None:
    assert [span.of(affiliation) for span in organisations(affiliation)] == named


@given(st.text(max_size=80))
def test_any_affiliation_gives_spans_of_it(affiliation: str) -> None:
    for span in organisations(affiliation):
        assert span.of(affiliation).strip() == span.of(affiliation) != ""


def paper(**metadata: object) -> Document:
    return Document("k", "a.xml", "1", "A title", "A title", "We built it.", metadata=Metadata(**metadata))  # type: ignore[arg-type]


def test_affiliations_become_claims_with_their_line_as_evidence() -> None:
    turin = Affiliation("Dept. of Physics, University of Turin, Italy")
    document = paper(authors=(Author("Ann Lee", "", (turin,)), Author("Bo Ng", "", (turin, Affiliation("Zauron Labs", "Zauron Labs")))))
    found = complete(document, Extraction())
    assert [(one.name, one.type, one.role, one.score) for one in found.entities] == [
        ("University of Turin", EntityType.ORGANISATION, Role.AFFILIATED_WITH, 1.0),
        ("Zauron Labs", EntityType.ORGANISATION, Role.AFFILIATED_WITH, 1.0),
    ]
    (evidence,) = found.entities[0].evidence  # one line, though two authors have it
    assert evidence.sentence.of(document.text) == turin.text
    assert all(is_stated(one.rule) for one in found.entities)
    assert broken(document, found) == []


def test_spellings_of_one_organisation_are_one_claim() -> None:
    found = complete(paper(affiliations=(Affiliation("Zauron  Labs".replace("  ", " ")), Affiliation("ZAURON Labs"))), Extraction())
    (claim,) = found.entities
    assert {claim.name, *claim.aliases} == {"Zauron Labs", "ZAURON Labs"}


def test_code_is_found_in_the_comment_and_where_the_source_states_it() -> None:
    document = paper(
        comment="12 pages. Code: https://github.com/lee/lamp, data at https://example.org/lamp.", code=("https://git.example.org/lamp",)
    )
    links = complete(document, Extraction()).links
    assert [(link.url, link.kind) for link in links] == [
        ("https://github.com/lee/lamp", LinkKind.CODE),
        ("https://example.org/lamp", LinkKind.DATA),
        ("https://git.example.org/lamp", LinkKind.CODE),
    ]
    assert all(link.url in link.evidence[0].sentence.of(document.text) for link in links)


def test_a_paper_without_metadata_has_what_was_extracted() -> None:
    extraction = Extraction()
    assert complete(paper(), extraction) is extraction
