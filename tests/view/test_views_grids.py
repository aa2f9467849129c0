"""Papers beside things, years and lineage in Debian's Chromium: what is drawn where, what lights up, which keys lead where."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pyoxigraph as ox
import pytest
from explorer import drawn, edge, go, marks, number, select, settled, until

from kg.view import page

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
MakeStore = Callable[[list[Any]], ox.Store]

HOSTILE = "<img src=x onerror=\"window.__x=1\"> &amp; '${1}'"


def paper(title: str, says: list[tuple[Any, ...]], *, year: int | None = None, relations: list[tuple[str, str, str]] | None = None) -> Any:
    """A paper that has a sentence for each thing it names and each relation that it states."""
    sentences = [f"Here {name} is named." for _, _, name in dict.fromkeys(says)] + [f"{s} builds on {o}." for s, _, o in relations or []]
    return {
        "title": title, "abstract": " ".join(sentences), "says": says, "relations": relations or [], **({"issued": f"{year}-05-01"} if year else {})
    }  # fmt: skip


# A point of a curve, near its right end, on the screen.
ON_LINE = """path => {
  const { x, y } = path.getPointAtLength(0.8 * path.getTotalLength()).matrixTransform(path.getScreenCTM());
  return [x, y];
}"""

GROVE = [
    paper("Leaves from the air", [("introduces", "Dataset", "GroveSet"), ("uses", "Dataset", "GroveSet"), ("uses", "Dataset", "BarkSet")]),
    paper("Twigs on the ground", [("evaluatesOn", "Dataset", "GroveSet")]),
    paper("Mosses of the north", [("uses", "Dataset", "MossSet")]),
]
# year, method, what it builds on
TREE = [
    (2016, "SeedNet", []), (2018, "RootNet", []), (2019, "StemNet", ["RootNet"]), (2021, "LeafNet", ["StemNet"]), (2021, "TwigNet", ["LeafNet", "RootNet"]),
    (2023, "BudNet", ["SeedNet"]),
]  # fmt: skip


@pytest.fixture
def tree(make_store: MakeStore) -> str:
    """Six methods over the years, most of which build on others, and a paper without a date."""
    papers = []
    for year, name, bases in TREE:
        says = [("introduces", "Method", name), *(("uses", "Method", base) for base in bases)]
        papers.append(paper(f"{name} of {year}", says, year=year, relations=[(name, "basedOn", base) for base in bases]))
    return page(make_store([*papers, paper("Some day", [("runsOn", "Hardware", "Acorn")])]))


@pytest.fixture
def grove(open_page: Open, make_store: MakeStore) -> Any:
    return open_page(page(make_store(GROVE)), fragment="#v=grid-dataset")


def lit(tab: Any) -> set[str]:
    return set(tab.locator("#sheet button.node.lit").all_inner_texts())


def test_papers_stand_beside_their_datasets_with_a_line_for_each_role(grove: Any) -> None:
    lists = [group.locator("button").all_inner_texts() for group in grove.locator(".grid ul").all()]
    assert lists == [["Leaves from the air", "Twigs on the ground", "Mosses of the north"], ["BarkSet", "GroveSet", "MossSet"]]
    assert sorted(line.get_attribute("aria-label") for line in grove.locator(".lines g").all()) == [
        "Leaves from the air introduces GroveSet", "Leaves from the air uses BarkSet", "Leaves from the air uses GroveSet",
        "Mosses of the north uses MossSet", "Twigs on the ground evaluates on GroveSet",
    ]  # fmt: skip
    starts = grove.locator(".lines g .stroke").evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
    assert len(set(starts)) == 5  # the two between the same two lie side by side


def test_lines_lie_between_the_lists_and_rows_on_no_other(grove: Any) -> None:
    left, middle, right = [grove.locator(f".grid-body > :nth-child({k})").bounding_box() for k in (1, 2, 3)]
    assert left["x"] + left["width"] <= middle["x"]
    assert middle["x"] + middle["width"] <= right["x"]
    for side in (1, 3):
        boxes = [item.bounding_box() for item in grove.locator(f".grid-body > :nth-child({side}) li").all()]
        assert all(above["y"] + above["height"] <= below["y"] for above, below in pairwise(boxes))


def test_a_click_on_a_line_shows_the_sentence_that_says_it(grove: Any) -> None:
    j = edge(grove, "Leaves from the air", "uses", "BarkSet")
    grove.mouse.click(*grove.locator(f".lines [data-edge='{j}'] .stroke").evaluate(ON_LINE))
    settled(grove)
    assert grove.evaluate("__view.chosen()") == {"edge": j}
    assert marks(grove, "Here BarkSet is named.") == ["BarkSet"]
    assert grove.locator(f".lines [data-edge='{j}']").get_attribute("aria-current") == "true"
    assert lit(grove) == {"Leaves from the air", "BarkSet"}


def test_a_row_lights_its_lines_when_pointed_at_focused_or_selected(grove: Any) -> None:
    grove.hover("text=GroveSet")
    assert lit(grove) == {"GroveSet", "Leaves from the air", "Twigs on the ground"}
    assert grove.locator(".lines g.lit").count() == 3
    grove.mouse.move(640, 30)
    assert lit(grove) == set()
    grove.locator(".grid button", has_text="Mosses of the north").focus()
    assert lit(grove) == {"Mosses of the north", "MossSet"}
    grove.evaluate("document.activeElement.blur()")
    select(grove, node=number(grove, "BarkSet"))
    assert lit(grove) == {"BarkSet", "Leaves from the air"}


def test_arrow_keys_go_along_rows_and_lines(grove: Any) -> None:
    grove.locator(".grid button", has_text="Leaves").focus()
    said = []
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp"):
        grove.keyboard.press(key)
        said.append(grove.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"))
    assert said == ["Twigs on the ground", "Twigs on the ground evaluates on GroveSet", "GroveSet", "BarkSet"]
    grove.keyboard.press("ArrowLeft")
    grove.keyboard.press("Enter")
    assert settled(grove).evaluate("__view.chosen()") == {"edge": edge(grove, "Leaves from the air", "uses", "BarkSet")}


def test_the_legend_takes_lines_and_bare_rows_away(grove: Any) -> None:
    grove.locator("#relations label", has_text="uses").click()
    assert settled(grove).locator(".grid button").all_inner_texts() == ["Leaves from the air", "Twigs on the ground", "GroveSet"]
    grove.locator("#types label", has_text="Datasets").click()
    assert "The legend hides all that this view draws" in settled(grove).locator("#sheet").inner_text()


def test_the_picture_is_a_file_of_its_own(grove: Any) -> None:
    text = grove.evaluate("__view.svg()")
    words = [element.text for element in ET.fromstring(text).iter() if element.tag.endswith("text")]
    assert words[0] == "Papers and their datasets"
    assert {"GroveSet", "BarkSet", "MossSet", "Twigs on the ground"} <= set(words)
    assert "var(" not in text


@pytest.fixture
def matrix(open_page: Open, make_store: MakeStore) -> Any:
    """Fifty papers that share three methods."""
    many = [
        paper(f"Paper {n:02d}", [("uses", "Method", f"Net {n % 3}"), *([("comparesWith", "Method", "Net 0")] if n == 3 else [])])
        for n in range(50)
    ]
    return open_page(page(make_store(many)), fragment="#v=grid-method", width=900, height=700)


def test_above_forty_rows_it_is_a_table_with_headings(matrix: Any) -> None:
    assert matrix.locator("table.matrix th[scope=col]").all_inner_texts() == ["Net 0", "Net 1", "Net 2"]
    assert matrix.locator("table.matrix th[scope=row]").count() == 50
    assert matrix.locator("button.cell").count() == 51
    assert "C compares with, U uses" in matrix.locator("table.matrix caption").inner_text()


def test_a_cell_holds_a_button_for_each_role_that_shows_its_sentences(matrix: Any) -> None:
    matrix.get_by_label("Paper 03 compares with Net 0").click()
    assert settled(matrix).evaluate("__view.chosen()") == {"edge": edge(matrix, "Paper 03", "comparesWith", "Net 0")}
    assert marks(matrix, "Here Net 0 is named.") == ["Net 0"]


def test_headings_stay_in_sight_when_the_table_is_scrolled(matrix: Any) -> None:
    matrix.locator(".grid.scroller").evaluate("box => box.scrollTo(0, 600)")
    assert matrix.locator("table.matrix th[scope=col]").first.bounding_box()["y"] >= matrix.locator(".grid.scroller").bounding_box()["y"]


def test_arrow_keys_go_from_cell_to_cell_and_to_headings(matrix: Any) -> None:
    first = matrix.locator("table.matrix tbody tr").first
    first.locator("button.cell").focus()
    matrix.keyboard.press("ArrowLeft")
    assert matrix.evaluate("document.activeElement.textContent") == first.locator("th").inner_text()
    matrix.keyboard.press("ArrowRight")
    matrix.keyboard.press("ArrowDown")
    below = matrix.evaluate("document.activeElement.getAttribute('aria-label')")
    assert below.endswith(first.locator("button.cell").get_attribute("aria-label")[-5:])  # the same method


def test_the_timeline_puts_things_at_the_year_that_introduced_them(open_page: Open, tree: str) -> None:
    tab = open_page(tree, fragment="#v=timeline")
    heads = [head.split()[0] for head in tab.locator("table.timeline thead th").all_inner_texts()]
    assert heads == ["2016", "2018", "2019", "2021", "2023", "no"]
    row = tab.locator("table.timeline tbody tr", has_text="Methods")
    assert [cell.locator("button").all_inner_texts() for cell in row.locator("td").all()] == [
        ["SeedNet"], ["RootNet"], ["StemNet"], ["LeafNet", "TwigNet"], ["BudNet"], []
    ]  # fmt: skip
    assert tab.locator("table.timeline thead th.gap").count() == 3  # before 2018, 2021 and 2023
    assert "What rises or falls cannot be told: 6 papers with a year" in tab.locator(".trends").inner_text()


def test_in_the_timeline_a_thing_lights_what_it_builds_on_and_its_paper(open_page: Open, tree: str) -> None:
    tab = open_page(tree, fragment="#v=timeline")
    select(tab, node=number(tab, "StemNet"))
    assert lit(tab) == {"StemNet", "StemNet of 2019", "RootNet", "LeafNet"}
    tab.locator("table.timeline button", has_text="RootNet").last.focus()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.textContent") == "StemNet"
    tab.keyboard.press("Enter")
    assert settled(tab).evaluate("__view.chosen()") == {"node": number(tab, "StemNet")}


def test_what_a_cell_has_no_room_for_is_counted_and_one_click_away(open_page: Open, make_store: MakeStore) -> None:
    crowd = [
        paper(f"Paper {n}", [("introduces", "Method", f"Net {n}"), ("uses", "Dataset", f"Set {n}")], year=2000 + n % 20) for n in range(200)
    ]
    tab = open_page(page(make_store(crowd)), fragment="#v=timeline")
    more = tab.get_by_label("methods of 2003: open the table").first
    assert more.inner_text().endswith(" more")
    more.click()
    assert settled(tab).evaluate("__view.state().view") == "table"
    assert tab.locator("#sheet tbody tr").count() == 200


def test_what_rises_is_told_with_its_share_over_the_years(open_page: Open, make_store: MakeStore) -> None:
    crowd = [
        paper(f"Paper {y} {k}", [("uses", "Method", "New" if y > 2009 else "Old")], year=y) for y in range(2000, 2020) for k in range(2)
    ]
    tab = open_page(page(make_store(crowd)), fragment="#v=timeline")
    trends = tab.locator(".trends").inner_text()
    assert trends.index("Rising") < trends.index("New") < trends.index("Falling") < trends.index("Old")
    assert tab.locator(".spark").first.get_attribute("aria-label") == "from 2000 to 2019, at most 100 % of a year's papers"
    assert "rank-sum" in tab.locator(".trends details").text_content()


def test_lineage_goes_from_left_to_right_by_year(open_page: Open, tree: str) -> None:
    tab = open_page(tree, fragment="#v=lineage")
    assert drawn(tab) == {name for _, name, _ in TREE} | {"2016", "2018", "2019", "2021", "2023"}
    at = {name: tab.evaluate("i => __view.at(i)", number(tab, name)) for _, name, _ in TREE}
    assert at["SeedNet"]["x"] < at["RootNet"]["x"] < at["StemNet"]["x"] < at["LeafNet"]["x"] < at["TwigNet"]["x"] < at["BudNet"]["x"]
    shown = tab.evaluate("__view.picture().edges.map(j => __view.graph.relation[j])")
    assert shown == ["basedOn"] * 5
    select(tab, edge=edge(tab, "TwigNet", "basedOn", "RootNet"))
    assert marks(tab, "TwigNet builds on RootNet.") == ["TwigNet", "RootNet"]


def test_lineage_of_one_thing_holds_what_it_builds_on_and_what_builds_on_it(open_page: Open, tree: str) -> None:
    tab = open_page(tree, fragment="#v=lineage&n=method%2Fstemnet")
    assert drawn(tab) == {"RootNet", "StemNet", "LeafNet", "TwigNet"}
    assert "1 thing it builds on, 2 things that build on it" in tab.locator("#panel").inner_text()
    tab.get_by_role("button", name="of all things").click()
    assert "BudNet" in drawn(settled(tab))
    tab.locator("#chips input").fill("budnet")
    until(tab, "document.querySelectorAll('#chips [role=option]').length > 0")
    tab.keyboard.press("Enter")
    until(tab, "__view.state().nodes[0] === 'method/budnet'")
    assert drawn(settled(tab)) == {"SeedNet", "BudNet"}


def test_a_thing_without_lineage_says_so_and_an_unknown_one_shows_all(open_page: Open, tree: str) -> None:
    tab = open_page(tree, fragment="#v=lineage&n=hardware%2Facorn")
    assert "No paper says what" in tab.locator("#sheet").inner_text()
    assert "BudNet" in drawn(go(tab, "#v=lineage&n=method%2Fnone"))


def test_a_ring_is_drawn_like_any_lineage(open_page: Open, make_store: MakeStore) -> None:
    ring = [
        paper(
            "Round",
            [("uses", "Method", name) for name in "ABC"],
            relations=[("A", "basedOn", "B"), ("B", "basedOn", "C"), ("C", "basedOn", "A")],
        )
    ]
    html = page(make_store(ring))
    for fragment in ("#v=lineage", "#v=lineage&n=method%2Fa"):
        tab = open_page(html, fragment=fragment)
        assert drawn(tab) == {"A", "B", "C"}
        assert tab.evaluate("new Set([...__view.picture().marks.values()].map(({x}) => x)).size") == 3


@pytest.mark.parametrize("view", ["grid-dataset", "grid-method", "timeline", "lineage"])
def test_names_are_text_and_never_markup(open_page: Open, make_store: MakeStore, view: str) -> None:
    says = [("introduces", "Method", HOSTILE), ("uses", "Method", "Base"), ("uses", "Dataset", f"{HOSTILE}!")]
    tab = open_page(page(make_store([paper(HOSTILE, says, year=2020, relations=[(HOSTILE, "basedOn", "Base")])])), fragment=f"#v={view}")
    for button in tab.locator("#sheet button").all():
        button.hover()
        button.click()
    assert HOSTILE in (tab.locator("#sheet").text_content() + " ".join(drawn(tab)))
    assert HOSTILE[:8] in "".join(ET.fromstring(tab.evaluate("__view.svg()")).itertext())  # cut to its room
    assert tab.evaluate("window.__x") is None
    assert tab.locator("#sheet img").count() == 0


@pytest.mark.parametrize("view", ["grid-dataset", "grid-method", "grid-hardware", "timeline", "lineage"])
def test_a_view_without_anything_to_draw_says_why_and_what_to_do(open_page: Open, make_store: MakeStore, view: str) -> None:
    tab = open_page(page(make_store([paper("Of nothing", [("addresses", "Task", "idling")])])), fragment=f"#v={view}")
    words = tab.locator("#sheet").inner_text()
    assert "paper" in words
    assert "kg build" in words
