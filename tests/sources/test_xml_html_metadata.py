"""What a page states about its paper: authors with institutions, journal, keywords, licence, references."""

from __future__ import annotations

from kg.model import Affiliation, Metadata, Record
from kg.sources.xml import read


def metadata(html: str) -> Metadata:
    (found,) = read([html.encode()], "page.html", "html")
    assert isinstance(found, Record), found
    return found.metadata


def people(found: Metadata) -> list[tuple[str, str, list[str]]]:
    return [(author.name, author.orcid, [one.text for one in author.affiliations]) for author in found.authors]


def page(head: str, body: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta name='citation_title' content='Trees'>{head}</head><body>{body}</body></html>"


def meta(*pairs: tuple[str, str]) -> str:
    return "".join(f'<meta name="{name}" content="{content}">' for name, content in pairs)


def test_a_page_states_institutions_after_their_author() -> None:
    found = metadata(
        page(
            meta(
                ("citation_author", "Lovelace, Ada"), ("citation_author_institution", "University of Turin"), ("citation_author_institution", "KEK"),
                ("citation_author_orcid", "https://orcid.org/0000-0002-1825-0097"), ("citation_author", "Charles Babbage"), ("dc.creator", "Ada Lovelace"),
                ("citation_journal_title", "Journal of Trees"), ("citation_keywords", "trees; shade, light"), ("dc.subject", "botany"), ("dc.rights", "CC BY 4.0"),
                ("citation_reference", "citation_title=A; citation_author=B; citation_doi=10.1/a; citation_id=CR1"), ("citation_reference", "citation_title=A book"),
            )
        )
    )  # fmt: skip
    assert people(found) == [
        ("Ada Lovelace", "https://orcid.org/0000-0002-1825-0097", ["University of Turin", "KEK"]),
        ("Charles Babbage", "", []),
    ]
    assert (found.venue, found.categories, found.licence) == ("Journal of Trees", ("trees", "shade, light", "botany"), "CC BY 4.0")
    assert [[one.value for one in work] for work in found.cites] == [["10.1/a"]]


def test_a_page_of_arxiv_shows_a_table() -> None:
    found = metadata(
        page(
            "",
            "<div class='authors'><span class='descriptor'>Authors:</span>"
            "<a href='/a'>Ada Lovelace</a>, <a href='/b'>Charles Babbage</a></div>"
            "<td class='tablecell comments mathjax'>7 pages, code at github</td><td class='tablecell subjects'>"
            "<span class='primary-subject'>Digital Libraries (cs.DL)</span>; "
            "Computation and Language (cs.CL)</td><td class='tablecell jref'>J. Trees 1 (2020)</td><div class='abs-license'>"
            "<a href='http://creativecommons.org/licenses/by/4.0/'>x</a></div>",
        )
    )
    assert [author.name for author in found.authors] == ["Ada Lovelace", "Charles Babbage"]
    assert (found.comment, found.categories, found.venue) == ("7 pages, code at github", ("cs.DL", "cs.CL"), "J. Trees 1 (2020)")
    assert found.licence == "http://creativecommons.org/licenses/by/4.0/"


def test_what_a_page_states_of_nobody_in_particular() -> None:
    found = metadata(page(meta(("citation_author_institution", "KEK"), ("citation_authors", "Lovelace, Ada; Babbage, Charles"))))
    assert people(found) == [("Ada Lovelace", "", []), ("Charles Babbage", "", [])]
    assert found.affiliations == (Affiliation("KEK"),)


def test_a_page_that_states_nothing() -> None:
    assert metadata(page("")) == Metadata()
