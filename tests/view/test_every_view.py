"""Every view of the explorer, on the same few papers: its address brings it back, everybody can use it, its labels can be read."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from explorer import go, number, select, settled

from kg.view import page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Open = Callable[..., Any]
_FILES = Path(page.__code__.co_filename).parent.glob("page/views/*.js")
VIEWS = sorted(name for file in _FILES for name in re.findall(r"""^views(?:\.|\[")([\w-]+)""", file.read_text(), re.MULTILINE))
NODES = {
    "paper": ["Paper 3 of twenty, on leaves"],
    "entity": ["Method 3"],
    "path": ["Method 3", "Method 9"],
    "compare": ["Paper 3 of twenty, on leaves", "Paper 4 of twenty, on leaves"],
}


def _twenty() -> list[Any]:
    """Papers over five years that share data sets and devices, each method built on the one before."""
    papers = []
    for n in range(20):
        says = [("introduces", "Method", f"Method {n}"), ("runsOn", "Hardware", f"Device {n % 4}"), ("addresses", "Task", f"task {n % 3}")]
        says += [("evaluatesOn", "Dataset", f"Set {(n // 5 * 2 + k) % 8}") for k in range(3)] + [
            ("comparesWith", "Method", f"Method {(n + 7) % 20}")
        ]
        says += [("uses", "Method", f"Method {n - 1}")] if n else []
        relations = [(f"Method {n}", "basedOn", f"Method {n - 1}")] if n else []
        names = [name for _, _, name in says]
        abstract = " ".join([*(f"Here {name} stands." for name in names), *(f"{s} is based on {o}." for s, _, o in relations)])
        papers.append(
            {
                "title": f"Paper {n} of twenty, on leaves",
                "abstract": abstract,
                "issued": f"{2030 + n // 4}-01-02",
                "says": says,
                "relations": relations,
            }
        )
    return papers


@pytest.fixture(scope="module")
def html(make_store: Callable[[list[Any]], ox.Store]) -> str:
    return page(make_store(_twenty()))


def address(tab: Any, view: str) -> str:
    """The address of a view, of some nodes where it needs them."""
    ids = [tab.evaluate("i => encodeURIComponent(__view.graph.id[i])", number(tab, name)) for name in NODES.get(view, [])]
    return f"#v={view}" + (f"&n={','.join(ids)}" if ids else "")


def test_there_are_the_views_that_the_menu_names(open_page: Open, html: str) -> None:
    tab = open_page(html)
    menu = tab.locator("#menu button").evaluate_all("buttons => buttons.map(button => button.dataset.view)")
    assert menu == [
        "start",
        "paper",
        "entity",
        "grid-dataset",
        "grid-method",
        "grid-hardware",
        "lineage",
        "timeline",
        "co-use",
        "path",
        "compare",
        "table",
        "everything",
    ]
    assert set(VIEWS) == {*menu, "result", "kind"}


@pytest.mark.parametrize("view", VIEWS)
def test_the_address_brings_back_the_same_picture(open_page: Open, html: str, view: str) -> None:
    first = open_page(html)
    go(first, address(first, view))
    rows = first.evaluate("__view.made().rows")
    if rows:
        select(first, node=rows[0])
    first.get_by_label("Only Hardware", exact=True).click()
    settled(first).get_by_label("Only Hardware", exact=True).click()
    settled(first).locator("#types label", has_text="Tasks").click()
    settled(first)
    if first.locator("#canvas").is_visible():
        first.locator("#canvas").focus()
        first.keyboard.press("+")
        first.mouse.move(640, 400)
        first.mouse.wheel(0, -120)
        first.wait_for_timeout(300)
    shown = settled(first).evaluate("location.hash")
    before = _picture(first)
    again = open_page(html, fragment=shown)
    assert again.evaluate("__view.address()") == first.evaluate("__view.address()")
    assert _picture(again) == before


def _picture(tab: Any) -> bytes:
    tab.evaluate("document.activeElement.blur()")
    tab.mouse.move(2, 2)
    tab.evaluate(
        "document.body.hidden = true"
    )  # rounded corners of what was painted bit by bit differ in a pixel from what is painted at once
    tab.evaluate("document.body.offsetHeight; document.body.hidden = false")
    tab.wait_for_timeout(120)
    found: bytes = tab.locator("main").screenshot()  # "Back", above it, knows what a new page does not
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_use_it(open_page: Open, html: str, view: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    html = re.sub(r"<meta http-equiv=[^>]*>", "", html)  # axe is a script that the page's policy would not let in
    tab = open_page(html)
    go(tab, address(tab, view))
    if rows := tab.evaluate("__view.made().rows"):
        select(tab, node=rows[-1])
    for width, height in ((1280, 800), (390, 844)):
        tab.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
            found = Axe().run(tab, options={"runOnly": tags, "resultTypes": ["violations"]}).response
            assert [(v["id"], [node["html"][:150] for node in v["nodes"]][:3]) for v in found["violations"]] == [], (width, scheme)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


SMALL = """() => [...document.querySelectorAll("#sheet *, #panel *, #legend *, #strip *, #chips *")].filter(e =>
  e.childNodes.length && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length
  && parseFloat(getComputedStyle(e).fontSize) < (e.closest("svg") ? 11 : 12)).map(e => e.outerHTML.slice(0, 120))"""
LOW = """() => [...document.querySelectorAll("button, input:not([type=checkbox]), select, summary")].filter(e => {
  const { width, height } = e.getBoundingClientRect(); return width && height && height < 29.5; }).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("view", VIEWS)
def test_its_labels_can_be_read_and_do_not_meet(open_page: Open, html: str, view: str) -> None:
    tab = open_page(html)
    go(tab, address(tab, view))
    marks = tab.evaluate("__view.picture().marks.size")
    assert marks <= 150
    assert tab.evaluate(SMALL) == []
    assert tab.evaluate(LOW) == []
    labels = tab.evaluate("__view.labels()") if marks else []
    assert all(label["size"] >= 11 for label in labels)
    meeting = [(a["lines"], b["lines"]) for k, a in enumerate(labels) for b in labels[:k] if _meet(a, b)]
    assert len(meeting) <= 0.02 * len(labels)


def _meet(a: Any, b: Any) -> bool:
    across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    return bool(across > 0 and down > 0)


@pytest.mark.parametrize("view", VIEWS)
def test_it_can_be_taken_away(open_page: Open, html: str, view: str, tmp_path: Path) -> None:
    tab = open_page(html)
    go(tab, address(tab, view))
    for kind in ("png", "svg", "csv"):
        button = tab.locator(f"#{kind}")
        if not button.is_enabled():
            continue
        with tab.expect_download() as offered:
            button.click()
        file = tmp_path / offered.value.suggested_filename
        offered.value.save_as(file)
        data = file.read_bytes()
        assert len(data) > 60
        assert data.startswith({"png": b"\x89PNG", "svg": b"<svg", "csv": b"\xef\xbb\xbf"}[kind])
        if kind == "svg":
            import xml.etree.ElementTree as ET

            assert ET.fromstring(data).tag.endswith("svg")


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_graph_says_what_to_do(open_page: Open, view: str) -> None:
    tab = open_page(page(ox.Store()), fragment=f"#v={view}")
    assert tab.locator("#problem").is_hidden()
    assert len(tab.locator("#sheet").inner_text()) > 20
