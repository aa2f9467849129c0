"""The page of a paper: who wrote it, where it appeared, what it cites, and in which section a sentence stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from full_paper import HARBOUR, KNOWLEDGE, OLDER, TERN, cited
from serve.conftest import serving
from serve.page_reader import Page, unsafe

from kg.derivation.names import name_rows
from kg.graph import to_triples
from kg.model import Affiliation, Author, Document, Identifier, Metadata
from kg.opening import locate
from kg.serve.current import Current
from kg.serve.pages.values import AUTHORS
from kg.serve.pages.works import CITED
from kg.store import create_or_open
from kg.vocab import BASE

CROWD = Document(
    "arxiv-2502.00001", "s", "p", "Crowd", "Crowd", "",
    metadata=Metadata((*(Author(f"A{n}") for n in range(AUTHORS + 5)),), cites=((Identifier("arxiv", "2501.00007"),),)),
)  # fmt: skip
CITING = tuple(
    replace(CROWD, key=f"arxiv-2503.{n:05d}", title=f"Follower {n}", metadata=replace(CROWD.metadata, authors=())) for n in range(CITED)
)
HOSTILE = Document(
    "x-0a0a0a0a", "s", "p", "Hostile", "Hostile", "", metadata=Metadata(
        (Author("<script>alert(1)</script>", "0000-0001-5109-3700", (Affiliation('"><img src=x onerror=alert(1)>'),)),),
        venue="</dd><script>x</script>", categories=("<b>",), licence="javascript:alert(1)", comment="{{ 7*7 }}",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    known = replace(KNOWLEDGE, documents=(*KNOWLEDGE.documents, CROWD, *CITING, HOSTILE))
    path: Path = tmp_path_factory.mktemp("papers") / "store"
    with create_or_open(path) as writer:
        writer.publish(to_triples(known, cited=cited), name_rows(known), fingerprint="f", base=BASE)
    with serving(Current(locate(path))) as address, httpx.Client(base_url=address, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def page(site: httpx.Client, path: str, **params: str) -> Page:
    answer = site.get(path, params=params or None)
    assert answer.status_code == 200, answer.text
    read = Page(answer.text)
    assert unsafe(read) == []
    return read


def test_a_paper_names_its_authors_in_order_with_orcid_and_affiliations(site: httpx.Client) -> None:
    read = page(site, f"/id/paper/{TERN.key}")
    assert read.texts("ul", class_="authors")[0].split() == f"Zoë Tern ORCID {HARBOUR.text}; Tide Labs Bo Li {HARBOUR.text} Bo Li".split()
    assert {"https://orcid.org/0000-0002-1825-0097", "http://creativecommons.org/licenses/by/4.0/"} <= set(read.links)
    assert "/queries/papers-by-author?author=0000-0002-1825-0097&run=1" in read.links
    assert {"Journal of Birds", "cs.CV, cs.LG", '12 pages, "accepted"', "Nordic <b>Bird</b> Council"} <= set(read.texts("dd"))
    assert "Zoë Tern" in page(site, "/queries/papers-by-author", author="0000-0002-1825-0097", run="1").texts("td")


def test_a_sentence_says_in_which_section_it_stands_and_what_a_source_states_is_told_apart(site: httpx.Client) -> None:
    footers = page(site, f"/id/paper/{TERN.key}").texts("footer")
    assert "— in 4.1 Training" in footers
    assert "— stated by the source, not extracted" in footers
    assert "— TernNet Sees Birds, in 4.1 Training" in page(site, "/id/method/ternnet").texts("footer")


def test_a_paper_lists_what_it_cites_and_what_cites_it_as_far_as_a_page_goes(site: httpx.Client) -> None:
    read = page(site, f"/id/paper/{TERN.key}")
    assert read.texts("h2")[-3:-1] == ["Cites 1", f"Cited by showing {CITED} of {CITED + 1}"]
    assert {f"/id/paper/{OLDER.key}", f"/id/paper/{CITING[-1].key}"} <= set(read.links)
    assert "and 1 work that the graph does not have" in read.texts("p")
    assert f"/id/paper/{TERN.key}" in page(site, f"/id/paper/{OLDER.key}").links


def test_a_long_list_of_authors_is_cut_and_leads_to_all(site: httpx.Client) -> None:
    read = page(site, f"/id/paper/{CROWD.key}")
    assert read.texts("ul", class_="authors")[0].endswith("5 more")
    address = next(link for link in read.links if link.startswith("/queries/authors-of"))
    assert f"A{AUTHORS + 4}" in page(site, address).texts("td")


def test_metadata_of_a_hostile_source_is_text(site: httpx.Client) -> None:
    read = page(site, f"/id/paper/{HOSTILE.key}")
    assert not [link for link in read.links if link.startswith("javascript")]
    assert {"</dd><script>x</script>", "<b>", "javascript:alert(1)", "{{ 7*7 }}"} <= set(read.texts("dd"))


def test_a_paper_is_searched_for_by_who_wrote_it(site: httpx.Client) -> None:
    assert f"/id/paper/{TERN.key}" in page(site, "/search", q="Zoe Tern").links


def test_an_author_has_a_plain_page_and_a_paper_its_authors_as_data(site: httpx.Client) -> None:
    turtle = site.get(f"/id/paper/{TERN.key}", params={"format": "ttl"}).text
    assert 'schema:name "Zoë Tern"' in turtle
    author = turtle.partition("dcterms:creator author:")[2][:16]
    assert "schema:Person" in page(site, f"/id/author/{author}").texts("main")[0]
