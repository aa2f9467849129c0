"""The explorer in Debian's Chromium, given by a server: it opens, finds, draws and tells; it asks no other host, and says when nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import full_paper
import pytest
from conftest import KNOWLEDGE
from serve import conftest as server
from serve.conftest import serving
from view.conftest import knowledge

from kg.derivation.names import name_rows
from kg.graph import to_triples
from kg.opening import locate
from kg.serve.app import bind
from kg.serve.current import Current
from kg.store import create_or_open
from kg.vocab import BASE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Open = Callable[..., Any]

READY = "html[data-ready=yes]"
LABELLED = "SELECT ?thing ?name { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }"
VIEWS = ("start", "grid-dataset", "grid-method", "grid-hardware", "lineage", "timeline", "co-use", "path", "compare", "table", "everything")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("explore") / "store"
    with create_or_open(path) as writer:
        writer.publish(to_triples(KNOWLEDGE), name_rows(KNOWLEDGE), fingerprint="f", base=BASE)
    return path


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    with serving(Current(locate(store))) as found:
        yield found.rstrip("/")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose graph has one group of 401 nodes."""
    papers = [
        {
            "title": f"Twigs {n}",
            "abstract": f"Grove, Twig {n}.",
            "says": [("uses", "Dataset", "Grove"), ("introduces", "Method", f"Twig {n}")],
        }
        for n in range(200)
    ]
    known = knowledge(papers)
    path: Path = tmp_path_factory.mktemp("grown") / "store"
    with create_or_open(path) as writer:
        writer.publish(to_triples(known), name_rows(known), fingerprint="f", base=BASE)
    with serving(Current(locate(path))) as found:
        yield found.rstrip("/")


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Open]:
    """Opens a page; afterwards there must have been no complaint, no error, and no request to another host."""
    problems: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 800})

    def opener(path: str, at: str = address) -> Any:
        tab = context.new_page()
        tab.on("pageerror", lambda error: problems.append(f"error: {error}"))
        tab.on("console", lambda said: problems.append(f"console: {said.text}") if said.type in {"error", "warning"} else None)
        tab.on("request", lambda asked: None if asked.url.startswith((at, "data:", "blob:")) else problems.append(asked.url))
        tab.goto(at + path)
        return tab

    yield opener
    context.close()
    assert problems == []


def drawn(tab: Any) -> set[str]:
    """The names in the picture, when it stands."""
    tab.wait_for_selector(READY, state="attached")
    return set(tab.evaluate("__view.names()"))


def test_a_search_leads_to_a_method_whose_lines_tell_their_sentences(visit: Open) -> None:
    tab = visit("/explore")
    tab.wait_for_selector(READY, state="attached")
    assert tab.inner_text("#types label[data-key=paper] .count") == "3"
    tab.keyboard.press("/")
    tab.keyboard.type("owlnt")
    tab.wait_for_selector("#hits [role=option]")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#panel blockquote")
    assert "method%2Fowlnet" in tab.url
    assert {"OwlNet", "LampNet"} <= drawn(tab)
    claim = tab.locator("#panel blockquote", has_text="We propose OwlNet, built on LampNet.").first
    assert set(claim.locator("mark").all_inner_texts()) & {"OwlNet", "LampNet"}
    assert tab.locator("#panel p.id a").get_attribute("href") == "/id/method/owlnet"


def test_a_page_of_a_paper_leads_to_its_picture_with_facts_and_links(visit: Open) -> None:
    tab = visit("/id/paper/arxiv-2401.00001")
    tab.click("main a:text-is('Explore')")
    tab.wait_for_url("**/explore#**")
    assert {"OwlNet", "LampNet", "DuskSet", "Nimbus X2", "Harbour University", "night vision"} <= drawn(tab)
    tab.evaluate("__view.select({ node: __view.find('OwlNet: Night Vision for Small Drones') })")
    tab.wait_for_selector("#panel .aliases a[href='https://arxiv.org/abs/2401.00001']")
    link = tab.locator("#panel .fact", has_text="https://example.org/owl?a=1&b=(2)").first
    assert link.locator("blockquote mark").inner_text() == "https://example.org/owl?a=1&b=(2)"


def test_an_answer_of_the_library_is_drawn(visit: Open) -> None:
    tab = visit("/queries/methods-by-dataset?dataset=DuskSet&run=1")
    tab.click("main a:text-is('Draw')")
    tab.wait_for_url("**/explore#**")
    assert "LampNet" in drawn(tab)
    tab.click("#chips button:text-is('table of the answer')")
    tab.wait_for_selector("table.answer button.node:has-text('LampNet')")


def test_nodes_of_an_answer_are_rows_in_any_order(visit: Open) -> None:
    tab = visit(f"/explore#v=result&d=2&q={quote(LABELLED)}")
    shown = drawn(tab)
    tab.click("#rows")
    tab.wait_for_selector("table.nodes")
    tab.click("table.nodes [data-sort=name]")
    tab.wait_for_selector("table.nodes th[aria-sort=ascending] [data-sort=name]")
    assert set(tab.locator("table.nodes td:first-child bdi").all_inner_texts()) == shown
    tab.click("#rows")
    tab.wait_for_selector("#sheet", state="hidden")
    assert drawn(tab) == shown
    assert tab.locator("#problem").is_hidden()


def test_an_answer_of_the_editor_is_drawn(visit: Open) -> None:
    tab = visit(f"/editor?query={quote(LABELLED)}")
    tab.click(".yasqe_queryButton")
    tab.click("#yasgui .take a:text-is('Draw')")
    tab.wait_for_url("**/explore#**")
    assert {"OwlNet", "LampNet", "DuskSet"} <= drawn(tab)
    tab.goto(f"{tab.url.partition('/explore')[0]}/editor?query={quote('SELECT (1 AS ?one) {}')}")
    tab.click(".yasqe_queryButton")
    tab.wait_for_selector("#yasgui .yasr_results table")
    assert tab.locator("#yasgui .take a").count() == 0


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_from_what_it_fetches(visit: Open, view: str) -> None:
    tab = visit(f"/explore#v={view}&n=paper%2Farxiv-2401.00001,dataset%2Fduskset" if view in ("path", "compare") else f"/explore#v={view}")
    tab.wait_for_selector(READY, state="attached")
    assert tab.locator("#problem").is_hidden()
    assert tab.evaluate("__view.state().view") == view
    assert tab.inner_text("#sheet").strip() or drawn(tab)


def test_all_of_a_large_group_is_reached_portion_by_portion(visit: Open, grown: str) -> None:
    tab = visit("/explore#v=everything&n=dataset%2Fgrove", grown)
    first = drawn(tab)
    assert (len(first), tab.inner_text("#more")) == (150, "251 more not drawn")
    tab.click("#chips button:has-text('Next 150')")
    second = drawn(tab)
    assert tab.inner_text("#chips .count >> nth=0") == "151–300 of 401"
    tab.click("#rows")
    tab.wait_for_selector(f"{READY} table.nodes")
    assert set(tab.locator("table.nodes td:first-child bdi").all_inner_texts()) == second
    tab.click("#rows")
    tab.wait_for_selector(f"{READY} #sheet", state="hidden")
    assert drawn(tab) == second
    tab.click("#chips button:has-text('Next 101')")
    last = drawn(tab)
    assert len(first | second | last) == len(first) + len(second) + len(last) == 401
    tab.reload()
    assert drawn(tab) == last
    tab.click("#more")
    assert tab.locator("#panel h3").all_inner_texts() == ["150 before"]
    tab.click("#chips button:has-text('150 before')")
    assert drawn(tab) == second


def test_what_an_address_names_and_the_graph_lacks_is_said(visit: Open) -> None:
    tab = visit("/explore#v=entity&n=method%2Fnothing&s=a~b~c&x=method%2Fnone")
    tab.wait_for_selector(READY, state="attached")
    assert "does not hold method/nothing" in tab.inner_text("#sheet")


def test_a_wrong_query_is_told_in_the_words_of_the_server(chromium: Any, address: str) -> None:
    tab = chromium.new_page()
    tab.goto(f"{address}/explore#v=result&q={quote('SELECT * {')}")
    tab.wait_for_selector("#problem:not([hidden])")
    assert "cannot be parsed" in tab.inner_text("#problem")
    tab.close()


def test_a_server_that_is_gone_is_told_and_asked_again(chromium: Any, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = chromium.new_page()
    with serving(Current(locate(store))) as address:
        tab.goto(f"{address}explore")
        tab.wait_for_selector(READY, state="attached")
    tab.click("#menu [data-view=table]")
    tab.wait_for_selector("#problem:not([hidden])")
    assert "The server does not answer" in tab.inner_text("#problem")
    port = int(address.rstrip("/").rpartition(":")[2])
    monkeypatch.setattr(server, "bind", lambda host, _: bind(host, port))
    with serving(Current(locate(store))):
        tab.click("#problem button:text-is('Try again')")
        tab.wait_for_selector("#sheet table.nodes button.node:has-text('OwlNet')")
        assert tab.locator("#problem").is_hidden()
    tab.close()


def test_only_the_newest_search_is_answered(chromium: Any, address: str) -> None:
    tab = chromium.new_page()
    ended: list[str] = []
    tab.on("requestfailed", lambda asked: ended.append(asked.url))
    tab.goto(f"{address}/explore")
    tab.wait_for_selector(READY, state="attached")
    tab.evaluate("window.__found = Promise.all([__view.source.search('lamp', 5), __view.source.search('owl', 5)])")
    lamp, owl = tab.evaluate("window.__found.then((all) => all.map(({ hits }) => hits.map((i) => __view.graph.id[i])))")
    assert (lamp, "method/owlnet" in owl) == ([], True)
    assert len(ended) == 1
    assert "q=lamp" in ended[0]
    assert tab.locator("#problem").is_hidden()
    tab.close()


def test_a_sentence_of_a_section_says_where_it_stands(visit: Open, tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as writer:
        writer.publish(full_paper.triples(), name_rows(full_paper.KNOWLEDGE), fingerprint="f", base=BASE)
    with serving(Current(locate(tmp_path / "store"))) as found:
        tab = visit("/explore#v=entity&n=dataset%2Fbirdset&s=dataset%2Fbirdset", found.rstrip("/"))
        tab.wait_for_selector("#panel blockquote")
        assert "in 4.1 Training" in tab.locator("#panel .place").all_inner_texts()
