"""Where a sentence stands, in the picture's panel: the section, or that the source of the paper states it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest
from explorer import carried
from full_paper import HARBOUR, TERN, triples

from kg import vocab
from kg.graph import paper_iri
from kg.view import page
from kg.view.data import read

PLACES = """() => [...document.querySelectorAll("#panel .claim")].map(
  claim => [claim.querySelector("blockquote").textContent, claim.querySelector(".place")?.textContent ?? ""])"""


@pytest.fixture(scope="module")
def full() -> ox.Store:
    """The graph of a paper with sections and metadata."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples())
    return store


def test_every_sentence_knows_its_section(full: ox.Store) -> None:
    found = {sentence.text: sentence.section for sentence in read(full).sentences}
    assert found["We propose TernNet."] == ""
    assert found["TernNet is trained on BirdSet."] == "4.1 Training"
    assert found[HARBOUR.text] == "Affiliations"


def test_a_page_carries_sections_only_where_there_are_some(full: ox.Store, store: ox.Store) -> None:
    told = carried(page(full))["claims-0"]
    assert dict(zip(told["sentences"], told["sections"], strict=True))["TernNet is trained on BirdSet."] == "4.1 Training"
    assert [told["sentences"][place] for place in told["stated"]] == [HARBOUR.text]
    assert carried(page(store))["claims-0"].keys() == {"claims", "rules", "sentences"}


def test_authors_and_citations_are_no_nodes(full: ox.Store) -> None:
    assert {node.type for node in read(full).nodes} == {"paper", "method", "dataset", "hardware", "organisation"}


@pytest.mark.browser
def test_the_panel_tells_where_a_sentence_stands(open_page: Callable[..., Any], full: ox.Store) -> None:
    tab = open_page(page(full, focus=[paper_iri(TERN.key)]))
    tab.locator("#panel blockquote").first.wait_for()
    places = dict(tab.evaluate(PLACES))
    assert places["We propose TernNet."] == ""
    assert places["TernNet is trained on BirdSet."] == "in 4.1 Training"
    assert places[HARBOUR.text] == places["https://git.example.org/tern"] == "stated by the source, not extracted"
    assert vocab.BASE not in tab.inner_text("#panel")
