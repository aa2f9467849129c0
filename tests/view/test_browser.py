"""The page in Debian's Chromium, without a network: what a reader sees and does."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import vocab
from kg.view import page

pytestmark = pytest.mark.browser

MakeStore = Callable[[list[Any]], ox.Store]
Open = Callable[..., Any]

INK = """() => {
  const canvas = document.querySelector("#canvas canvas");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set(); let inked = 0;
  for (let k = 0; k < pixels.length; k += 4) {
    if (pixels[k + 3]) { inked++; colours.add(pixels.slice(k, k + 3).join()); }
  }
  return { share: inked / (pixels.length / 4), colours: colours.size };
}"""

MARKED = """() => [...document.querySelectorAll("blockquote")].flatMap(
  quote => [...quote.querySelectorAll("mark.object")].map(mark => [quote.textContent, mark.textContent]))"""


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens HTML from a file; afterwards there must have been no request, no error and no complaint in any page."""
    problems: list[str] = []
    opened = []

    def opener(
        html: str, *, width: int = 1280, height: int = 800, scheme: str = "light", motion: str = "reduce", fragment: str = ""
    ) -> Any:
        file = tmp_path / f"page-{len(opened)}.html"
        file.write_text(html, encoding="utf-8", newline="\n")
        tab = chromium.new_page()
        opened.append(tab)
        tab.set_viewport_size({"width": width, "height": height})
        tab.emulate_media(color_scheme=scheme, reduced_motion=motion)
        tab.on("pageerror", lambda error: problems.append(f"error: {error}"))
        tab.on("console", lambda said: problems.append(f"console: {said.text}") if said.type in {"error", "warning"} else None)
        tab.on(
            "request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else problems.append(f"request: {asked.url}")
        )
        tab.goto(file.as_uri() + fragment)
        tab.wait_for_function("document.documentElement.dataset.ready")
        return tab

    yield opener
    for tab in opened:
        tab.close()
    assert problems == []


@pytest.fixture
def whole(open_page: Open, store: ox.Store) -> Any:
    return open_page(page(store))


def number(tab: Any, name: str) -> int:
    return tab.evaluate("name => __view.data.nodes.findIndex(node => node.name === name)", name)


def edge(tab: Any, subject: str, relation: str, object: str) -> int:
    ends = [number(tab, subject), relation, number(tab, object)]
    return tab.evaluate("([s, r, o]) => __view.data.network.edges.findIndex(e => e.from === s && e.relation === r && e.to === o)", ends)


def drawn_names(tab: Any) -> set[str]:
    return set(tab.evaluate("__view.drawn().map(i => __view.data.nodes[i].name)"))


def marks(tab: Any, sentence: str) -> list[str]:
    return tab.locator("blockquote", has_text=sentence).first.locator("mark").all_inner_texts()


def test_the_canvas_shows_the_graph(whole: Any) -> None:
    ink = whole.evaluate(INK)
    assert 0.01 < ink["share"] < 0.6
    assert ink["colours"] > 50


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 800, "dark"), (390, 844, "light"), (390, 844, "dark")])
def test_it_draws_in_every_theme_and_width(open_page: Open, store: ox.Store, width: int, height: int, scheme: str) -> None:
    tab = open_page(page(store), width=width, height=height, scheme=scheme)
    assert tab.evaluate(INK)["share"] > 0.01
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_labels_are_readable_and_never_meet(open_page: Open, make_store: MakeStore, many_papers: list[Any]) -> None:
    tab = open_page(page(make_store(many_papers)))
    labels = tab.evaluate("__view.labels()")
    assert len(labels) > 30
    assert min(label["size"] for label in labels) >= 11
    for k, a in enumerate(labels):
        for b in labels[:k]:
            across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
            down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
            assert across <= 0 or down <= 0


def test_a_click_on_a_mark_shows_its_sentences(whole: Any) -> None:
    at = whole.evaluate("i => __view.at(i)", number(whole, "GroveSet"))
    whole.mouse.click(at["x"], at["y"])
    whole.locator("#panel h2", has_text="GroveSet").wait_for()
    panel = whole.locator("#panel").text_content()
    for expected in ("introduced by", "training data of", "used to evaluate", "in 2 papers", "rule introduces.test", "score 0.90"):
        assert expected in panel
    assert marks(whole, "LeafNet is trained on GroveSet") == ["GroveSet"]


def test_a_click_on_a_line_shows_what_it_rests_on(whole: Any) -> None:
    j = edge(whole, "Bäume zählen with TwigNet 🌲 and friends", "affiliatedWith", "Forest Institute")
    whole.evaluate("__view.choose(null)")
    ends = whole.evaluate("j => [__view.data.network.edges[j].from, __view.data.network.edges[j].to].map(__view.at)", j)
    whole.mouse.click((ends[0]["x"] + ends[1]["x"]) / 2, (ends[0]["y"] + ends[1]["y"]) / 2)
    assert whole.evaluate("__view.selected()") == {"edge": j}
    assert whole.locator("blockquote").all_inner_texts() == ["The 🌲 Forest Institute runs TwigNet on 2 Pinecone P2 boards."]
    assert whole.locator("mark").all_inner_texts() == ["Forest Institute"]


def test_a_relation_between_entities_marks_both_ends(whole: Any) -> None:
    whole.evaluate("j => __view.choose({edge: j})", edge(whole, "LeafNet", "trainedOn", "GroveSet"))
    assert marks(whole, "LeafNet is trained on GroveSet") == ["LeafNet", "GroveSet"]


def test_marks_that_lie_in_each_other_or_cross_are_all_shown(open_page: Open, make_store: MakeStore) -> None:
    names = [("uses", "Method", name) for name in ("alpha beta", "beta gamma", "gamma")]
    relations = [("alpha beta", "basedOn", "beta gamma"), ("gamma", "partOf", "beta gamma")]
    store = make_store([{"title": "Greek", "abstract": "See alpha beta gamma here.", "says": names, "relations": relations}])
    tab = open_page(page(store))
    tab.evaluate("j => __view.choose({edge: j})", edge(tab, "gamma", "partOf", "beta gamma"))
    assert tab.locator("mark").all_inner_texts() == ["beta gamma", "gamma"]
    tab.evaluate("j => __view.choose({edge: j})", edge(tab, "alpha beta", "basedOn", "beta gamma"))
    assert tab.locator("mark").all_inner_texts() == ["alpha beta", "beta gamma"]
    assert tab.locator("blockquote").all_inner_texts() == ["See alpha beta gamma here."] * 2


def test_every_stored_span_is_marked_as_stored(whole: Any, store: ox.Store) -> None:
    def texts(predicate: ox.NamedNode) -> dict[Any, str]:
        return {q.subject: q.object.value for q in store.quads_for_pattern(None, predicate, None, None)}

    start, end, exact, position = texts(vocab.OBJECT_START), texts(vocab.OBJECT_END), texts(vocab.EXACT), texts(vocab.START)
    stored = set()
    for evidence in start:
        sentence = exact[ox.NamedNode(f"{evidence.value}/quote")]
        offset = int(position[ox.NamedNode(f"{evidence.value}/position")])
        stored.add((sentence, sentence[int(start[evidence]) - offset : int(end[evidence]) - offset]))
    shown = set()
    for i in range(whole.evaluate("__view.data.nodes.length")):
        whole.evaluate("i => __view.goTo(i)", i)
        found = whole.evaluate(MARKED)
        shown |= {(sentence, mark) for sentence, mark in found}
    assert shown == stored
    assert len(stored) > 10


def test_search_finds_what_is_not_drawn(open_page: Open, store: ox.Store) -> None:
    tab = open_page(page(store, max_nodes=2))
    assert "Forest Institute" not in drawn_names(tab)
    tab.keyboard.press("/")
    tab.keyboard.type("forest inst")
    assert tab.locator("#hits [role=option]").count() == 1
    tab.keyboard.press("Enter")
    assert "Forest Institute" in drawn_names(tab)
    assert tab.locator("#panel h2").inner_text() == "Forest Institute"


@pytest.mark.parametrize(
    ("query", "first"),
    [("BAUME zahlen", "Bäume zählen with TwigNet 🌲 and friends"), ("pinecone-p2", "Pinecone P2"), ("twignet", "TwigNet")],
)
def test_search_folds_case_marks_and_punctuation(whole: Any, query: str, first: str) -> None:
    whole.locator("#search").fill(query)
    assert whole.locator("#hits [role=option] bdi").first.inner_text() == first


def test_search_goes_with_arrows_and_says_when_nothing_is_found(whole: Any) -> None:
    whole.locator("#search").fill("leaf")
    whole.keyboard.press("ArrowDown")
    assert whole.locator("#search").get_attribute("aria-activedescendant") == "hit-1"
    second = whole.locator("#hit-1 bdi").inner_text()
    whole.keyboard.press("Enter")
    assert whole.locator("#panel h2").inner_text() == second
    whole.locator("#search").fill("zzzz")
    assert "Nothing found" in whole.locator("#hits").inner_text()


def test_the_legend_hides_types_and_relations(whole: Any) -> None:
    assert {"TwigNet", "GroveSet"} <= drawn_names(whole)
    whole.locator("#types label", has_text="Methods").click()
    assert "TwigNet" not in drawn_names(whole)
    assert "GroveSet" in drawn_names(whole)
    relations = "[...new Set(__view.drawnEdges().map(j => __view.data.network.edges[j].relation))]"
    assert "uses" in whole.evaluate(relations)
    whole.locator("#relations label", has_text=re.compile(r"^uses")).click()
    assert "uses" not in whole.evaluate(relations)
    whole.locator("#home").click()
    assert "TwigNet" in drawn_names(whole)


def test_with_every_type_hidden_the_canvas_is_empty(whole: Any) -> None:
    for row in whole.locator("#types label").all():
        row.click()
    whole.wait_for_timeout(100)
    assert whole.evaluate(INK)["share"] < 0.005


def test_expanding_draws_neighbours_and_says_what_is_left(open_page: Open, store: ox.Store) -> None:
    tab = open_page(page(store, focus=[ox.NamedNode(vocab.BASE + "method/twignet")], depth=0))
    assert drawn_names(tab) == {"TwigNet"}
    assert "1 of 10 nodes" in tab.locator("#status").inner_text()
    tab.locator("#expand").click()
    assert len(drawn_names(tab)) == 7
    assert "7 of 10 nodes" in tab.locator("#status").inner_text()


def test_double_click_expands(open_page: Open, store: ox.Store) -> None:
    tab = open_page(page(store, focus=[ox.NamedNode(vocab.BASE + "method/twignet")], depth=0))
    at = tab.evaluate("i => __view.at(i)", number(tab, "TwigNet"))
    tab.mouse.dblclick(at["x"], at["y"])
    assert len(drawn_names(tab)) == 7


def test_only_its_neighbours_and_back_to_the_start(whole: Any) -> None:
    before = drawn_names(whole)
    whole.evaluate("i => __view.goTo(i)", number(whole, "Forest Institute"))
    whole.locator("#alone").click()
    assert drawn_names(whole) == {"Forest Institute", "Bäume zählen with TwigNet 🌲 and friends"}
    whole.locator("#home").click()
    assert drawn_names(whole) == before


def test_never_more_than_300_are_drawn(open_page: Open, make_store: MakeStore) -> None:
    names = [("uses", "Method", f"Thing number {n}") for n in range(320)]
    store = make_store([{"title": "A catalogue", "abstract": " ".join(f"{name}." for _, _, name in names), "says": names}])
    tab = open_page(page(store, max_nodes=2))
    tab.evaluate("i => __view.goTo(i)", number(tab, "A catalogue"))
    tab.locator("#expand").click()
    assert len(drawn_names(tab)) == 300
    assert "No room for 21 neighbours" in tab.locator("#status").inner_text()
    assert tab.locator("#panel .fact").count() == 25
    tab.locator("#panel .more").click()
    assert tab.locator("#panel .fact").count() == 50


def test_the_keyboard_walks_the_picture(whole: Any) -> None:
    whole.locator("#canvas").focus()
    whole.keyboard.press("ArrowRight")
    first = whole.evaluate("__view.selected().node")
    whole.keyboard.press("ArrowLeft")
    assert whole.evaluate("__view.selected().node") != first
    whole.keyboard.press("Escape")
    assert whole.evaluate("__view.selected()") is None
    scale = whole.evaluate("__view.network.getScale()")
    whole.keyboard.press("+")
    assert whole.evaluate("__view.network.getScale()") > scale


def test_the_table_holds_every_node_and_sorts(whole: Any) -> None:
    whole.locator("#list").click()
    assert whole.locator("#table tbody tr").count() == whole.evaluate("__view.data.nodes.length")
    whole.locator("#table th button", has_text="Relations").click()
    counts = [int(text) for text in whole.locator("#table tbody tr td:nth-child(4)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    whole.locator("#table button.node", has_text="Forest Institute").click()
    assert whole.locator("#panel h2").inner_text() == "Forest Institute"
    assert whole.locator("#canvas").is_visible()


def test_empty_graphs_and_lone_papers_say_what_to_do(open_page: Open, store: ox.Store) -> None:
    assert "kg build" in open_page(page(ox.Store())).locator("#panel").inner_text()
    assert "Nothing that was asked for" in open_page(page(store, nodes=[])).locator("#panel").inner_text()
    tab = open_page(page(store))
    tab.evaluate("i => __view.goTo(i)", number(tab, "A paper that says nothing"))
    assert "Nothing else in the graph" in tab.locator("#panel").inner_text()


def test_links_leave_the_page_only_over_http(whole: Any) -> None:
    whole.evaluate("i => __view.goTo(i)", number(whole, "LeafNet: Counting leaves from the air"))
    found = whole.evaluate("[...document.querySelectorAll('#panel a')].map(a => [a.getAttribute('href'), a.rel])")
    assert [href for href, _ in found] == [
        "https://arxiv.org/abs/3103.00001",
        "https://pubmed.ncbi.nlm.nih.gov/42",
        "https://example.org/leafnet",
    ]
    assert {rel for _, rel in found} == {"noopener noreferrer"}


PAYLOADS = [
    "</script><img src=x onerror=__x=1>",
    "<script>__x=1</script>",
    "<img src=x onerror=__x=1>",
    "<svg onload=__x=1>",
    "\"><img src=x onerror='__x=1'>",
    "' onmouseover='__x=1' x='",
    "<!--<script>__x=1",
    "</style><script>__x=1</script>",
    "]]><script>__x=1</script>",
    "{{ 7 * 7 }}{% raw %}${__x=1}`${__x=1}`",
    "javascript:__x=1",
    '\\"};__x=1;//',
    "</title><iframe srcdoc='<script>parent.__x=1</script>'></iframe>",
    "href=<a href=javascript:__x=1>click</a>",
    "&lt;img src=x onerror=__x=1&gt;",
    "abc\u202egnp.exe \u2028\u2029 عربي 中文 🌲",
]


def hostile(payload: str) -> list[Any]:
    """A paper and things named by the payload in every field that holds text."""
    other, task = f"other {payload}", f"task {payload}"
    return [
        {
            "title": f"Title {payload}",
            "abstract": f"We propose {payload} here. We use {other} for {task}. See https://example.org/{payload.replace(' ', '')} now.",
            "issued": payload,
            "identifiers": [("arxiv", payload), ("doi", payload), ("odd", payload)],
            "says": [("introduces", "Method", payload), ("uses", "Dataset", other), ("addresses", "Task", task)],
            "relations": [],
            "aliases": {payload: [f"alias {payload}"], other: [payload]},
            "links": [("codeRepository", f"https://example.org/{payload.replace(' ', '')}")],
        }
    ]


@pytest.mark.parametrize("policy", [True, False], ids=["with-policy", "without-policy"])
def test_hostile_text_never_runs(open_page: Open, make_store: MakeStore, policy: bool) -> None:
    store = make_store([paper for payload in PAYLOADS for paper in hostile(payload)])
    html = page(store, title=PAYLOADS[0], max_nodes=300)
    if not policy:
        html, removed = re.subn(r"<meta http-equiv=[^>]*>", "", html)
        assert removed == 1
    tab = open_page(html, fragment="#</script><img src=x onerror=__x=1>")
    assert tab.locator("h1").inner_text() == PAYLOADS[0]
    for i in range(tab.evaluate("__view.data.nodes.length")):
        tab.evaluate("i => __view.goTo(i)", i)
        assert tab.locator("#panel h2").text_content() == tab.evaluate("i => __view.data.nodes[i].name", i)
    for j in range(tab.evaluate("__view.data.network.edges.length")):
        tab.evaluate("j => __view.choose({edge: j})", j)
    tab.locator("#home").click()
    for i in tab.evaluate("__view.drawn().slice(0, 10)"):
        at = tab.evaluate("i => __view.at(i)", i)
        tab.mouse.move(at["x"], at["y"])
        tab.mouse.click(at["x"], at["y"])
    for payload in PAYLOADS:
        tab.locator("#search").fill(payload)
    tab.locator("#search").fill("")
    tab.locator("#list").click()
    assert tab.evaluate("window.__x") is None
    assert tab.evaluate("document.querySelectorAll('img, iframe, script:not([type]), [onerror], [onload]').length") == 2  # the page's own
    assert tab.evaluate("[...document.querySelectorAll('a')].every(a => /^https?:|^#panel$/.test(a.getAttribute('href')))")
