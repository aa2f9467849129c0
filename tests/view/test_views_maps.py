"""Start, what is used together, and everything in groups, in Debian's Chromium: where a click leads and what the numbers say."""

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest
from explorer import drawn, go, number, settled

from kg.view import page

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
MakeStore = Callable[[list[Any]], ox.Store]

HOSTILE = "<img src=x onerror=\"window.__x=1\"> &amp; '${1}'"


def paper(title: str, year: int | None, *things: tuple[str, str, str]) -> Any:
    """A paper that has a sentence for each thing it names."""
    abstract = " ".join(f"Here {name} is named." for _, _, name in things)
    return {"title": title, "abstract": abstract, "says": list(things), **({"issued": f"{year}-05-01"} if year else {})}


def leaf(n: int) -> Any:
    """One of eight fields, each with a method and two data sets of its own in four papers."""
    field, year = n // 4, 2030 + n % 4
    things = [("introduces" if n % 4 == 0 else "uses", "Method", f"Leaf {field}"), ("evaluatesOn", "Dataset", f"Grove {field}")]
    return paper(f"Leaves {n}", year, *things, ("uses", "Dataset", f"Bark {field}"), ("addresses", "Task", f"counting {n}"))


@pytest.fixture(scope="module")
def html(make_store: MakeStore) -> str:
    return page(make_store([*(leaf(n) for n in range(32)), paper("Old and lone", None, ("runsOn", "Hardware", "Acorn"))]))


def texts(tab: Any, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in tab.locator(selector).all_inner_texts()]


def test_start_counts_and_begins_with_the_newest_papers(open_page: Open, html: str) -> None:
    tab = open_page(html)
    assert texts(tab, ".tally li") == ["33 papers", "8 methods", "16 datasets", "1 hardware", "32 tasks"]
    newest = texts(tab, ".start section:has(> h2:text-is('Newest papers')) li")
    assert newest[0] == "Leaves 11 2033"
    assert [line[-4:] for line in newest] == ["2033"] * 8 + ["2032"] * 4
    tab.get_by_role("button", name="All 33 papers").click()
    settled(tab)
    assert tab.evaluate("[__view.state().view, [...__view.state().hidden.types].length]") == ["table", 6]


def test_starting_points_tell_how_many_papers_work_with_them_and_a_click_opens_one(open_page: Open, html: str) -> None:
    tab = open_page(html)
    assert texts(tab, ".start section:has(> h3:text-is('Methods')) li")[-1] == "Leaf 5 4 papers: uses 3, introduces 1"
    assert texts(tab, ".start section:has(> h3:text-is('Hardware')) li") == ["Acorn 1 paper: runs on"]
    tab.get_by_role("button", name="Leaf 5", exact=True).click()
    settled(tab)
    assert tab.evaluate("[__view.state().view, __view.state().nodes]") == ["entity", ["method/leaf-5"]]


def test_the_search_of_start_opens_what_it_finds(open_page: Open, html: str) -> None:
    tab = open_page(html)
    tab.get_by_label("Which paper, method").fill("grove 3")
    tab.keyboard.press("Enter")
    tab.wait_for_timeout(100)
    settled(tab)
    assert tab.evaluate("__view.state().nodes") == ["dataset/grove-3"]


@pytest.mark.parametrize("way", ["map", "list"])
def test_a_group_of_start_opens_in_everything(open_page: Open, html: str, way: str) -> None:
    tab = open_page(html)
    assert tab.locator(".groupmap > circle").count() == 9
    if way == "map":
        circle = tab.locator(".groupmap > circle", has_text="Bark 2")
        circle.click(position={"x": circle.bounding_box()["width"] / 2, "y": 4})  # inside its edge: nodes may stand in the middle
    else:
        tab.locator(".groups button", has_text="Bark 2").click()
    settled(tab)
    assert tab.locator("#title").inner_text() == "Bark 2, Grove 2, Leaf 2"
    assert drawn(tab) == {"Bark 2", "Grove 2", "Leaf 2"} | {f"{what} {n}" for n in range(8, 12) for what in ("Leaves", "counting")}
    assert tab.evaluate("__view.state().view") == "everything"


def test_everything_is_groups_and_the_address_brings_an_opened_one_back(open_page: Open, html: str) -> None:
    tab = open_page(html, fragment="#v=everything")
    assert len(drawn(tab)) == 9
    assert {"Bark 7, Grove 7, Leaf 7", "Old and lone"} <= drawn(tab)
    at = tab.evaluate("__view.at([...__view.picture().marks.keys()][3])")
    tab.mouse.click(at["x"], at["y"])
    inside = drawn(settled(tab))
    assert len(inside) == 11
    assert drawn(open_page(html, fragment=tab.evaluate("__view.address()"))) == inside
    tab.get_by_role("button", name="← All groups").click()
    assert len(drawn(settled(tab))) == 9


def test_groups_are_reached_with_keys_and_as_a_list(open_page: Open, html: str) -> None:
    tab = open_page(html, fragment="#v=everything")
    tab.get_by_role("button", name="list of the groups").press("Enter")
    settled(tab)
    assert texts(tab, ".groups li")[-1] == "Old and lone 1 paper and 1 thing"
    tab.locator(".groups button").last.press("Enter")
    assert drawn(settled(tab)) == {"Old and lone", "Acorn"}


def test_what_papers_share_is_inside_and_what_one_names_is_beyond_it(open_page: Open, html: str) -> None:
    tab = go(open_page(html), "#v=everything&n=dataset%2Fbark-2")
    far = {
        name: tab.evaluate("i => { const { x, y } = __view.picture().marks.get(i); return Math.hypot(x / 1.5, y); }", number(tab, name))
        for name in ("Bark 2", "Leaf 2", "Leaves 8", "Leaves 9", "counting 8", "counting 9")
    }
    assert max(far["Bark 2"], far["Leaf 2"]) < min(far["Leaves 8"], far["Leaves 9"])
    assert max(far["Leaves 8"], far["Leaves 9"]) < min(far["counting 8"], far["counting 9"])


def test_a_large_group_opens_with_150_and_says_how_many_more_there_are(open_page: Open, make_store: MakeStore) -> None:
    many = [paper(f"Twigs {n}", 2030, ("uses", "Dataset", "Grove"), ("introduces", "Method", f"Twig {n}")) for n in range(100)]
    tab = go(open_page(page(make_store(many))), "#v=everything&n=dataset%2Fgrove")
    assert len(drawn(tab)) == 150
    assert tab.locator("#more").inner_text() == "51 more not drawn"
    tab.locator("#more").click()
    assert "holds 100 papers and 101 things" in tab.locator("#panel").inner_text()
    assert texts(tab, "#panel h3") == ["Next 51"]


def portion(tab: Any) -> list[str]:
    """The nodes that are drawn of a group, in its order."""
    return list(tab.evaluate("__view.made().rows.map(i => __view.graph.id[i])"))


def press(tab: Any, words: str) -> Any:
    tab.get_by_role("button", name=words, exact=True).click()
    return settled(tab)


def test_all_of_a_large_group_is_reached_portion_by_portion(open_page: Open, make_store: MakeStore) -> None:
    many = [paper(f"Twigs {n}", 2030, ("uses", "Dataset", "Grove"), ("introduces", "Method", f"Twig {n}")) for n in range(200)]
    html = page(make_store([*many, paper("Old and lone", None, ("runsOn", "Hardware", "Acorn"))]))
    tab = go(open_page(html), "#v=everything&n=dataset%2Fgrove")
    first = portion(tab)
    second = portion(press(tab, "Next 150"))
    assert tab.locator("#title").inner_text().startswith("Grove")
    assert texts(tab, "#chips .count")[0] == "151–300 of 401"
    assert tab.locator("#more").inner_text() == "251 more not drawn"
    tab.locator("#more").click()
    assert texts(tab, "#panel h3") == ["Next 101", "150 before"]
    last = portion(press(tab, "Next 101"))
    assert tab.get_by_role("button", name="Next").count() == 0
    assert len(drawn(tab)) == 101
    assert portion(open_page(html, fragment=tab.evaluate("__view.address()"))) == last
    assert portion(go(open_page(html), f"#v=everything&n={last[50].replace('/', '%2F')}")) == last  # whichever of it is named
    assert portion(press(tab, "150 before")) == second
    assert portion(press(tab, "150 before")) == first
    reached = [*first, *second, *last, *portion(go(tab, "#v=everything&n=hardware%2Facorn"))]
    assert sorted(reached) == sorted(tab.evaluate("__view.graph.id"))


def test_what_comes_next_is_listed_and_opens(open_page: Open, make_store: MakeStore) -> None:
    many = [paper(f"Twigs {n}", 2030, ("uses", "Dataset", "Grove"), ("introduces", "Method", f"Twig {n}")) for n in range(100)]
    tab = go(open_page(page(make_store(many))), "#v=everything&n=dataset%2Fgrove")
    tab.locator("#more").click()
    shown = set(texts(tab, "#panel .names"))
    tab.locator("#panel button.more").click()
    assert len(shown) == 50
    assert {*shown, *texts(tab, "#panel .names")}.isdisjoint(drawn(tab))
    assert len(texts(tab, "#panel .names")) == 51
    tab.locator("#panel .names button").first.click()
    assert tab.evaluate("__view.state().view") in ("paper", "entity")


def test_an_unknown_group_shows_them_all(open_page: Open, html: str) -> None:
    assert len(drawn(open_page(html, fragment="#v=everything&n=method%2Fnowhere"))) == 9


def test_things_used_together_are_tied_and_a_click_on_the_tie_shows_the_papers_that_use_both(open_page: Open, html: str) -> None:
    tab = open_page(html, fragment="#v=co-use")
    assert drawn(tab) == {f"{what} {n}" for n in range(8) for what in ("Leaf", "Grove", "Bark")}
    ends = sorted(number(tab, name) for name in ("Leaf 4", "Grove 4"))
    one, other = tab.evaluate("ends => ends.map(i => __view.at(i))", ends)
    tab.mouse.click((one["x"] + other["x"]) / 2, (one["y"] + other["y"]) / 2)
    settled(tab)
    assert "in 4 papers" in tab.locator("#panel .kind").inner_text()
    assert tab.locator("#panel h3").all_inner_texts() == [f"Leaves {n}" for n in (19, 18, 17, 16)]
    assert tab.locator("#panel mark").all_inner_texts()[:2] in (["Grove 4", "Leaf 4"], ["Leaf 4", "Grove 4"])


def test_a_community_comes_before_the_camera(open_page: Open, html: str) -> None:
    tab = open_page(html, fragment="#v=co-use")
    tab.locator("#chips button", has_text="Bark 0").click()
    settled(tab)
    at = tab.evaluate("i => __view.at(i)", number(tab, "Bark 0"))
    assert 232 < at["x"] < 900
    assert tab.evaluate("__view.network.getScale()") > 0.9


def test_what_is_never_together_is_listed_with_method_and_number_of_papers(open_page: Open, make_store: MakeStore) -> None:
    fields = [[("uses", "Method", f"Net {k}"), ("evaluatesOn", "Dataset", f"Set {k}")] for k in range(2)]
    tab = open_page(page(make_store([paper(f"Paper {n}", 2030, *fields[n % 2]) for n in range(20)])), fragment="#v=co-use")
    tab.get_by_role("button", name="never together").click()
    settled(tab)
    assert texts(tab, "table.gaps tbody tr")[0].split(" Path")[0] == "Net 0 10 papers Set 1 10 papers 5.0 5.4e-6 surprising"
    assert "over 20 papers that work with both kinds" in tab.locator("table.gaps caption").inner_text()
    assert "N: papers that work with a method" in tab.locator("#panel").inner_text()
    tab.get_by_role("button", name="Path between").first.click()
    settled(tab)
    assert tab.evaluate("[__view.state().view, __view.state().nodes]") == ["path", ["method/net-0", "dataset/set-1"]]


@pytest.mark.parametrize("view", ["start", "co-use", "everything"])
def test_hostile_names_stay_text(open_page: Open, make_store: MakeStore, view: str) -> None:
    things = [("uses", "Method", HOSTILE), ("uses", "Dataset", f"{HOSTILE} set")]
    html = page(make_store([paper(HOSTILE, 2030, *things), paper(f"Again {HOSTILE}", 2031, *things)]))
    tab = open_page(html, fragment=f"#v={view}")
    if view == "everything":
        go(tab, "#v=everything&q=list")
    tab.wait_for_timeout(50)
    assert tab.evaluate("window.__x") is None
    assert tab.locator("img").count() == 0


@pytest.mark.parametrize("view", ["start", "co-use", "everything"])
def test_a_phone_scrolls_down_only(open_page: Open, html: str, view: str) -> None:
    tab = open_page(html, width=390, height=844, fragment=f"#v={view}")
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
