"""The pages in Debian's Chromium: axe finds nothing serious, nothing is asked of another host, the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import KNOWLEDGE
from serve.conftest import serving

from kg.derivation.names import name_rows
from kg.engine.pool import Limits
from kg.graph import to_triples
from kg.opening import locate
from kg.serve.current import Current
from kg.serve.site import Settings
from kg.store import create_or_open
from kg.vocab import BASE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Open = Callable[..., Any]

LABELS = "SELECT ?thing ?name { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?name } ORDER BY ?name"
FAMILIES = {
    "home": "/",
    "search": "/search?q=owlnt",
    "nothing found": "/search?q=qqqqqq",
    "paper": "/id/paper/arxiv-2401.00001",
    "entity": "/id/dataset/duskset",
    "doubtful": "/id/method/owlnet",
    "kind": "/id/kind/gpu",
    "node": "/id/extractor/hand-1.0",
    "library": "/queries",
    "form": "/queries/methods-by-dataset",
    "answer": "/queries/methods-by-dataset?dataset=DuskSet&run=1",
    "wrong value": "/queries/methods-by-dataset?dataset=nonesuch&run=1",
    "editor": "/editor",
    "ontology": "/schema",
    "data": "/.well-known/void",
    "absent": "/id/method/owl-net",
}
WINDOWS = [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path: Path = tmp_path_factory.mktemp("pages") / "store"
    with create_or_open(path) as writer:
        writer.publish(to_triples(KNOWLEDGE), name_rows(KNOWLEDGE), fingerprint="f", base=BASE)
    with serving(Current(locate(path))) as found:
        yield found.rstrip("/")


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Open]:
    """Opens a page; afterwards there must have been no complaint, no error, and no request to another host."""
    problems: list[str] = []
    contexts = []

    def opener(path: str, *, scheme: str = "light", width: int = 1280, scripts: bool = True) -> Any:
        context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: problems.append(f"error: {error}"))
        tab.on(
            "console",
            lambda said: (
                problems.append(f"console: {said.text}") if said.type in {"error", "warning"} and not expected(said.text) else None
            ),
        )
        tab.on(
            "request", lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else problems.append(f"request: {asked.url}")
        )
        tab.goto(address + path)
        if path.startswith("/editor") and scripts:
            tab.wait_for_selector("#yasgui .CodeMirror")
        return tab

    yield opener
    for context in contexts:
        context.close()
    assert problems == []


def expected(text: str) -> bool:
    """Chromium notes the status of a page that says what is wrong."""
    return "status of 400" in text or "status of 404" in text


def violations(tab: Any) -> list[str]:
    """What axe finds serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]}" for one in found if one["impact"] in ("serious", "critical")]


def check_in_every_window(tab: Any) -> None:
    """Nothing serious for axe, and no sideways scrolling, in light and dark, on a desk and on a phone."""
    for scheme, width in WINDOWS:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 800})
        assert (scheme, width, violations(tab)) == (scheme, width, [])
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("family", FAMILIES)
def test_no_serious_violation_and_no_sideways_scrolling(visit: Open, family: str) -> None:
    check_in_every_window(visit(FAMILIES[family]))


def test_the_editor_answers_and_stays_readable(visit: Open) -> None:
    tab = visit(f"/editor?query={quote(LABELS)}")
    tab.click(".yasqe_queryButton")
    link = tab.wait_for_selector("#yasgui table a")
    assert link.get_attribute("href").startswith("/id/")
    assert "OwlNet" in tab.inner_text("#yasgui .yasr_results")
    check_in_every_window(tab)


def test_the_editor_says_what_is_wrong_and_offers_our_prefixes(visit: Open) -> None:
    tab = visit("/editor?query=SELECT")
    tab.evaluate("kgEditor.yasqe.query().catch(() => {})")
    assert "cannot be parsed" in tab.wait_for_selector("#yasgui .errorResult, #yasgui pre:has-text('parsed')").inner_text()
    tab.evaluate("kgEditor.yasqe.setValue('PREFIX '); kgEditor.yasqe.setCursor({ line: 0, ch: 7 }); kgEditor.yasqe.autocomplete()")
    offered = tab.wait_for_selector(".CodeMirror-hints").inner_text()
    assert "kg: <https://w3id.org/paper-kg/schema#>" in offered
    assert "foaf" not in offered


def test_what_the_editor_says_is_wrong_can_be_read_on_a_phone(visit: Open) -> None:
    tab = visit(f"/editor?query={quote('SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }')}", width=390)
    tab.evaluate("kgEditor.yasqe.query().catch(() => {})")
    said = tab.locator("#yasgui pre:has-text('load both elsewhere')")
    said.wait_for()
    assert said.evaluate("words => words.scrollWidth <= words.clientWidth && words.getBoundingClientRect().right <= innerWidth")


def test_the_editor_says_that_there_is_more_than_the_server_gives(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "many.nt"
    file.write_text("".join(f'<https://example.org/{n}> <https://example.org/p> "{n}" .\n' for n in range(30)))
    with serving(Current(locate(file)), Settings(workers=1, limits=Limits(rows=20))) as address:
        tab = chromium.new_page()
        tab.goto(f"{address}editor?query={quote('SELECT * { ?s ?p ?o }')}")
        tab.click(".yasqe_queryButton")
        assert tab.wait_for_selector("#yasgui .limited:not(:empty)").inner_text() == "The server stops here: only the first 20 of more."
        tab.close()


def test_the_keyboard_skips_to_the_content_and_reaches_the_search(visit: Open) -> None:
    tab = visit("/id/method/owlnet")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"
    tab.goto(tab.url.partition("#")[0])
    for _ in range(7):
        tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.name") == "q"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.type("dusk set")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search?q=dusk+set")
    assert tab.inner_text(".hits a") == "DuskSet"


def test_links_of_the_picture_are_no_stops_of_the_keyboard(visit: Open) -> None:
    tab = visit("/id/dataset/duskset")
    assert tab.locator("svg.picture a").count() == tab.locator(".neighbours a").count() > 3
    assert tab.evaluate("[...document.querySelectorAll('svg.picture a')].every(a => a.tabIndex < 0)")
    tab.click("svg.picture a >> nth=0")
    tab.wait_for_url("**/id/**")


@pytest.mark.parametrize("family", [family for family in FAMILIES if family != "editor"])  # which has a form then: see below
def test_pages_say_the_same_without_scripts(visit: Open, family: str) -> None:
    with_scripts, without = (visit(FAMILIES[family], scripts=scripts).inner_text("main") for scripts in (True, False))
    assert with_scripts == without


def test_without_scripts_a_form_asks_and_a_table_answers(visit: Open) -> None:
    tab = visit("/editor", scripts=False)
    tab.fill("textarea", LABELS)
    tab.click("text=Run")
    assert "OwlNet" in tab.inner_text("table")


def test_a_question_is_asked_by_its_form(visit: Open) -> None:
    tab = visit("/queries/methods-by-dataset", scripts=False)
    tab.fill("input[name=dataset]", "Dusk Set")
    tab.click("text=Ask")
    assert "dataset=Dusk+Set" in tab.url
    tab.click("table a >> text=LampNet")
    assert tab.inner_text("h1") == "LampNet"


def test_sentences_fit_a_phone_and_tables_scroll_in_a_region(visit: Open) -> None:
    tab = visit("/queries/methods-by-dataset?dataset=DuskSet&run=1", width=360)
    region = tab.locator(".scroller")
    assert region.get_attribute("tabindex") == "0"
    assert region.evaluate("part => part.scrollWidth > part.clientWidth")
