"""The page in Debian's Chromium, without a network: what a reader sees and does."""

import re
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest
from explorer import INK, drawn, edge, go, marks, number, select, settled, until

from kg import vocab
from kg.view import page

pytestmark = pytest.mark.browser

MakeStore = Callable[[list[Any]], ox.Store]
Open = Callable[..., Any]
TWIGNET = ox.NamedNode(vocab.BASE + "method/twignet")
GROVESET = ox.NamedNode(vocab.BASE + "dataset/groveset")
BAUME = "Bäume zählen with TwigNet 🌲 and friends"

MARKED = """() => [...document.querySelectorAll("#panel blockquote")].flatMap(
  quote => [...quote.querySelectorAll("mark.object")].map(mark => [quote.textContent, mark.textContent]))"""


@pytest.fixture
def twignet(open_page: Open, store: ox.Store) -> Any:
    """The page round one method."""
    return open_page(page(store, focus=[TWIGNET]))


def test_the_canvas_shows_the_graph(twignet: Any) -> None:
    ink = twignet.evaluate(INK)
    assert 0.01 < ink["share"] < 0.6
    assert ink["colours"] > 50


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 800, "dark"), (390, 844, "light"), (390, 844, "dark"), (640, 400, "light")])
def test_it_draws_in_every_theme_and_width(open_page: Open, store: ox.Store, width: int, height: int, scheme: str) -> None:
    tab = open_page(page(store, focus=[TWIGNET]), width=width, height=height, scheme=scheme)  # the last: 1280 × 800 at a zoom of 200 %
    assert tab.evaluate(INK)["share"] > 0.01
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_labels_are_readable_and_never_meet(open_page: Open, make_store: MakeStore, many_papers: list[Any]) -> None:
    tab = open_page(page(make_store(many_papers), kind="dataset"))
    labels = tab.evaluate("__view.labels()")
    assert len(labels) > 25
    assert min(label["size"] for label in labels) >= 11
    for k, a in enumerate(labels):
        for b in labels[:k]:
            across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
            down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
            assert across <= 0 or down <= 0


def test_a_click_on_a_mark_shows_its_sentences(twignet: Any) -> None:
    at = twignet.evaluate("i => __view.at(i)", number(twignet, "GroveSet"))
    twignet.mouse.click(at["x"], at["y"])
    twignet.locator("#panel h2", has_text="GroveSet").wait_for()
    panel = settled(twignet).locator("#panel").text_content()
    for expected in ("introduced by", "training data of", "used to evaluate", "in 2 papers", "rule introduces.test", "score 0.90"):
        assert expected in panel
    assert marks(twignet, "LeafNet is trained on GroveSet") == ["GroveSet"]


def test_a_click_on_a_line_shows_what_it_rests_on(open_page: Open, store: ox.Store) -> None:
    tab = open_page(page(store, focus=[ox.NamedNode(vocab.BASE + "organisation/forest-institute")]))
    tab.evaluate("__view.select(null)")
    ends = tab.evaluate("[...__view.picture().marks.keys()].map(__view.at)")
    settled(tab).mouse.click((ends[0]["x"] + ends[1]["x"]) / 2, (ends[0]["y"] + ends[1]["y"]) / 2)
    assert settled(tab).evaluate("__view.chosen()") == {"edge": edge(tab, BAUME, "affiliatedWith", "Forest Institute")}
    assert tab.locator("#panel blockquote").all_inner_texts() == ["The 🌲 Forest Institute runs TwigNet on 2 Pinecone P2 boards."]
    assert tab.locator("#panel mark").all_inner_texts() == ["Forest Institute"]


def test_a_relation_between_entities_marks_both_ends(twignet: Any) -> None:
    select(twignet, edge=edge(twignet, "LeafNet", "trainedOn", "GroveSet"))
    assert marks(twignet, "LeafNet is trained on GroveSet") == ["LeafNet", "GroveSet"]


def test_marks_that_lie_in_each_other_or_cross_are_all_shown(open_page: Open, make_store: MakeStore) -> None:
    names = [("uses", "Method", name) for name in ("alpha beta", "beta gamma", "gamma")]
    relations = [("alpha beta", "basedOn", "beta gamma"), ("gamma", "partOf", "beta gamma")]
    store = make_store([{"title": "Greek", "abstract": "See alpha beta gamma here.", "says": names, "relations": relations}])
    tab = open_page(page(store))
    select(tab, edge=edge(tab, "gamma", "partOf", "beta gamma"))
    assert tab.locator("#panel mark").all_inner_texts() == ["beta gamma", "gamma"]
    select(tab, edge=edge(tab, "alpha beta", "basedOn", "beta gamma"))
    assert tab.locator("#panel mark").all_inner_texts() == ["alpha beta", "beta gamma"]
    assert tab.locator("#panel blockquote").all_inner_texts() == ["See alpha beta gamma here."] * 2


def test_every_stored_span_is_marked_as_stored(open_page: Open, store: ox.Store) -> None:
    def texts(predicate: ox.NamedNode) -> dict[Any, str]:
        return {q.subject: q.object.value for q in store.quads_for_pattern(None, predicate, None, None)}

    start, end, exact, position = texts(vocab.OBJECT_START), texts(vocab.OBJECT_END), texts(vocab.EXACT), texts(vocab.START)
    stored = set()
    for evidence in start:
        sentence = exact[ox.NamedNode(f"{evidence.value}/quote")]
        offset = int(position[ox.NamedNode(f"{evidence.value}/position")])
        stored.add((sentence, sentence[int(start[evidence]) - offset : int(end[evidence]) - offset]))
    tab, shown = open_page(page(store)), set()
    for i in range(tab.evaluate("__view.graph.id.length")):
        shown |= {(sentence, mark) for sentence, mark in select(tab, node=i).evaluate(MARKED)}
    print(f"{len(shown & stored)} of {len(stored)} stored spans are marked in the page, {len(shown - stored)} others")
    assert shown == stored
    assert len(stored) > 10


def test_search_leads_to_what_is_not_drawn(twignet: Any) -> None:
    twignet.keyboard.press("/")
    twignet.keyboard.type("forest")
    twignet.locator("#hits [role=option]").first.wait_for()
    twignet.keyboard.press("Enter")
    settled(twignet).locator("#panel h2", has_text="Forest Institute").wait_for()
    assert twignet.evaluate("__view.state().view") == "entity"
    assert "Forest Institute" in drawn(twignet)


@pytest.mark.parametrize(("query", "first"), [("BAUME zahlen", BAUME), ("pinecone-p2", "Pinecone P2"), ("twignet", "TwigNet")])
def test_search_folds_case_marks_and_punctuation(twignet: Any, query: str, first: str) -> None:
    twignet.locator("#search").fill(query)
    twignet.locator("#hits [role=option]").first.wait_for()
    assert twignet.locator("#hits [role=option] bdi").first.inner_text() == first


def test_search_goes_with_arrows_and_says_when_nothing_is_found(twignet: Any) -> None:
    twignet.locator("#search").fill("leaf")
    twignet.locator("#hits [role=option]").nth(1).wait_for()
    twignet.keyboard.press("ArrowDown")
    chosen = twignet.locator(f"#{twignet.locator('#search').get_attribute('aria-activedescendant')}")
    second = chosen.locator("bdi").inner_text()
    twignet.keyboard.press("Enter")
    settled(twignet).locator("#panel h2", has_text=second).wait_for()
    twignet.locator("#search").fill("zzzz")
    twignet.locator("#hits", has_text="Nothing found").wait_for()


def test_the_legend_hides_types_and_relations_and_shows_one_alone(twignet: Any) -> None:
    relations = "[...new Set(__view.picture().edges.map(j => __view.graph.relation[j]))]"
    assert {"GroveSet", "LeafNet"} <= drawn(twignet)
    twignet.locator("#types label", has_text="Datasets").click()
    assert "GroveSet" not in drawn(settled(twignet))
    twignet.locator("#types label", has_text="Datasets").click()
    assert "uses" in settled(twignet).evaluate(relations)
    twignet.locator("#relations label", has_text=re.compile(r"^uses")).click()
    assert "uses" not in settled(twignet).evaluate(relations)
    twignet.get_by_label("Only compares with", exact=True).click()
    assert settled(twignet).evaluate(relations) == ["comparesWith"]
    twignet.get_by_label("Only compares with", exact=True).click()
    assert "uses" in settled(twignet).evaluate(relations)


def test_with_every_type_hidden_the_canvas_is_empty(twignet: Any) -> None:
    for row in twignet.locator("#types label").all():
        row.click()
    assert settled(twignet).evaluate(INK)["share"] < 0.005


def test_hiding_pinning_and_undoing(twignet: Any) -> None:
    select(twignet, node=number(twignet, "GroveSet"))
    twignet.locator("#hide").click()
    assert "GroveSet" not in drawn(settled(twignet))
    twignet.locator("#unhide", has_text="Show 1 hidden").click()
    assert "GroveSet" in drawn(settled(twignet))
    at = twignet.evaluate("i => __view.at(i)", number(twignet, "GroveSet"))
    twignet.mouse.move(at["x"], at["y"])
    twignet.mouse.down()
    twignet.mouse.move(at["x"] - 60, at["y"] + 40, steps=4)
    twignet.mouse.up()
    assert "p=dataset%2Fgroveset@" in settled(twignet).evaluate("location.hash")
    twignet.locator("#back").click()
    until(twignet, "!location.hash.includes('p=') || !location.hash")


def test_expanding_draws_neighbours_and_says_what_is_left(open_page: Open, make_store: MakeStore) -> None:
    names = [("uses", "Method", f"Thing number {n}") for n in range(320)]
    store = make_store([{"title": "A catalogue", "abstract": " ".join(f"{name}." for _, _, name in names), "says": names}])
    tab = open_page(page(store, focus=[ox.NamedNode(vocab.BASE + "method/thing-number-7")]))
    assert drawn(tab) == {"Thing number 7", "A catalogue"}
    select(tab, node=number(tab, "A catalogue"))
    tab.locator("#expand", has_text="Draw 40 of 319 more neighbours").click()
    assert len(drawn(settled(tab))) == 42
    tab.locator("#more", has_text="279 more not drawn").click()
    assert tab.locator("#panel .names").count() == 50
    select(tab, node=number(tab, "A catalogue"))
    assert tab.locator("#panel .fact").count() == 25
    tab.locator("#panel .more").click()
    assert tab.locator("#panel .fact").count() == 50


def test_never_more_than_300_are_drawn(open_page: Open, make_store: MakeStore) -> None:
    names = [("uses", "Method", f"Thing number {n}") for n in range(350)]
    store = make_store([{"title": "A catalogue", "abstract": " ".join(f"{name}." for _, _, name in names), "says": names}])
    tab = open_page(page(store, kind="method", max_nodes=300))
    assert len(drawn(tab)) == 300
    assert tab.locator("#more").inner_text() == "51 more not drawn"
    select(tab, node=number(tab, "A catalogue"))
    tab.evaluate("i => __view.expand(i)", number(tab, "A catalogue"))
    assert len(drawn(settled(tab))) == 300


def test_double_click_and_enter_put_a_node_in_the_centre_and_back_leads_back(twignet: Any) -> None:
    at = twignet.evaluate("i => __view.at(i)", number(twignet, "GroveSet"))
    twignet.mouse.dblclick(at["x"], at["y"])
    twignet.locator("#title", has_text="GroveSet").wait_for()
    assert settled(twignet).evaluate("__view.state().nodes") == ["dataset/groveset"]
    select(twignet, node=number(twignet, "LeafNet"))
    twignet.locator("#canvas").focus()
    twignet.keyboard.press("Enter")
    twignet.locator("#title", has_text="LeafNet").wait_for()
    twignet.keyboard.press("Backspace")
    twignet.keyboard.press("Backspace")
    twignet.locator("#title", has_text="GroveSet").wait_for()


def test_the_keyboard_walks_the_picture(twignet: Any) -> None:
    twignet.locator("#canvas").focus()
    twignet.keyboard.press("ArrowRight")
    first = settled(twignet).evaluate("__view.chosen().node")
    twignet.keyboard.press("ArrowLeft")
    assert settled(twignet).evaluate("__view.chosen().node") != first
    twignet.keyboard.press("h")
    assert settled(twignet).evaluate("__view.state().out.length") == 1
    twignet.keyboard.press("Escape")
    assert settled(twignet).evaluate("__view.chosen()") is None
    scale = twignet.evaluate("__view.network.getScale()")
    twignet.keyboard.press("+")
    assert twignet.evaluate("__view.network.getScale()") > scale
    assert "c=" in twignet.evaluate("location.hash")


def test_two_steps_reach_what_neighbours_lead_to(twignet: Any) -> None:
    assert "Forest Institute" not in drawn(twignet)
    twignet.locator("#chips button", has_text="two steps").click()
    assert "Forest Institute" in drawn(settled(twignet))


def test_what_so_many_papers_name_stands_above_the_picture(open_page: Open, make_store: MakeStore) -> None:
    papers = [
        {
            "title": f"Paper {n}",
            "abstract": f"Fine-tuning of M{n}.",
            "says": [("uses", "Method", "Fine-tuning"), ("introduces", "Method", f"M{n}")],
        }
        for n in range(60)
    ]
    tab = open_page(page(make_store(papers), focus=[ox.NamedNode(vocab.BASE + "method/m7")]))
    go(tab, f"#v=paper&n={tab.evaluate('encodeURIComponent(__view.graph.id[__view.find(`Paper 7`)])')}")
    assert drawn(tab) == {"Paper 7", "M7"}
    tab.locator("#chips button", has_text="Fine-tuning").click()
    settled(tab).locator("#panel h2", has_text="Fine-tuning").wait_for()


def test_two_steps_tell_what_is_not_drawn_once(open_page: Open, make_store: MakeStore) -> None:
    hubs = [("uses", "Method", "Common method")]
    own = [("addresses", "Task", f"task {n}") for n in range(60)]
    papers = [
        {"title": f"Paper {n}", "abstract": ".", "says": [*hubs, ("uses", "Dataset", f"Set {n % 10}"), *(own if n < 6 else ())]}
        for n in range(60)
    ]
    tab = open_page(page(make_store(papers)))
    tab.evaluate("i => __view.open(i)", number(tab, "Paper 1"))
    assert settled(tab).locator("#chips [data-node] bdi").all_inner_texts() == ["Common method"]
    tab.locator("#chips button", has_text="two steps").click()
    assert settled(tab).locator("#chips [data-node] bdi").all_inner_texts() == ["Common method"]
    names = tab.evaluate("__view.made().left.map(i => __view.graph.name[i])")
    assert len(names) == len(set(names)) > 0
    assert drawn(tab).isdisjoint(names)
    assert tab.locator("#more").inner_text() == f"{len(names)} more not drawn"


def test_all_shortest_ways_are_counted(open_page: Open, make_store: MakeStore) -> None:
    ones, others = ([("uses", "Method", f"{word} {n}") for n in range(many)] for word, many in (("left", 7), ("right", 9)))
    papers = [{"title": title, "abstract": ".", "says": says} for title, says in (("A", ones), ("M", ones + others), ("B", others))]
    tab = open_page(page(make_store(papers)))
    ends = tab.evaluate("['A', 'B'].map(name => encodeURIComponent(__view.graph.id[__view.find(name)])).join()")
    assert go(tab, f"#v=path&n={ends}").locator(".paths h2").inner_text() == "63 shortest ways of 4 steps"
    assert tab.locator("#more").inner_text() == "60 more not drawn"


def test_empty_graphs_and_lone_papers_say_what_to_do(open_page: Open, store: ox.Store) -> None:
    assert "Nothing that was asked for" in open_page(page(store, nodes=[])).locator("#sheet").inner_text()
    tab = open_page(page(store))
    select(tab, node=number(tab, "A paper that says nothing"))
    assert "Nothing else in the graph" in tab.locator("#panel").inner_text()
    go(tab, "#v=paper")
    tab.locator("#sheet input").fill("leafnet")
    tab.locator("#sheet [role=option]").first.click()
    tab.locator("#title", has_text="LeafNet").wait_for()
    assert "does not hold" in go(tab, "#v=entity&n=method/nowhere").locator("#sheet").inner_text()


def test_links_leave_the_page_only_over_http(open_page: Open, store: ox.Store) -> None:
    tab = open_page(page(store))
    select(tab, node=number(tab, "LeafNet: Counting leaves from the air"))
    found = tab.evaluate("[...document.querySelectorAll('#panel a')].map(a => [a.getAttribute('href'), a.rel])")
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
    assert tab.locator(".name").inner_text() == PAYLOADS[0]
    for i in range(tab.evaluate("__view.graph.id.length")):
        select(tab, node=i)
        assert tab.locator("#panel h2").text_content() == tab.evaluate("i => __view.graph.name[i]", i)
    for j in range(tab.evaluate("__view.graph.from.length")):
        select(tab, edge=j)
    first = tab.evaluate("__view.graph.id.filter((_, i) => __view.graph.type[i] === 'paper').slice(0, 3).map(encodeURIComponent).join()")
    for view in tab.evaluate("Object.keys(__view.views)"):
        go(tab, f"#v={view}&n={first}")
        for i in tab.evaluate("[...__view.picture().marks.keys()].slice(0, 4)"):
            at = tab.evaluate("i => __view.at(i)", i)
            tab.mouse.move(at["x"], at["y"])
            tab.mouse.click(at["x"], at["y"])
        go(tab, f"#v={view}&n={first}&t=1")
        tab.evaluate("__view.csv()")
    for payload in PAYLOADS:
        tab.locator("#search").fill(payload)
        go(
            tab,
            f"#v={payload}&n={payload}&h=t.{payload}&x={payload}&o={payload}&p={payload}@1@2&s={payload}~{payload}~x&d={payload}&c={payload}&q={payload}",
        )
    assert tab.evaluate("window.__x") is None
    assert tab.evaluate("document.querySelectorAll('img, iframe, script:not([type]), [onerror], [onload]').length") == 2  # the page's own
    assert tab.evaluate("[...document.querySelectorAll('a')].every(a => /^https?:|^#(panel|stage)$/.test(a.getAttribute('href')))")


def test_the_page_embeds_in_a_notebook(open_page: Open, store: ox.Store, tmp_path: Any) -> None:
    from kg.viewing import Page

    cell = f"<!doctype html><html lang='en'><title>Notebook</title>{Page(page(store, focus=[TWIGNET]))._repr_html_()}<script>document.documentElement.dataset.ready = 1</script>"
    tab = open_page(cell)
    frame = tab.frames[1]
    settled(frame)
    assert "TwigNet" in frame.evaluate("__view.names()")
    frame.locator("#types label", has_text="Datasets").click()
    until(frame, "!__view.names().includes('GroveSet')")
    frame.locator("#back").click()
    until(frame, "__view.names().includes('GroveSet')")


def catalogue(make_store: MakeStore, things: int) -> Any:
    """A page of one paper that uses so many methods."""
    names = [("uses", "Method", f"Thing number {n}") for n in range(things)]
    return page(make_store([{"title": "A catalogue", "abstract": " ".join(f"{name}." for _, _, name in names), "says": names}]))


def test_what_expanding_draws_is_no_longer_told_as_missing(open_page: Open, make_store: MakeStore) -> None:
    tab = open_page(catalogue(make_store, 60))
    tab.evaluate("i => __view.open(i)", number(tab, "A catalogue"))
    assert settled(tab).locator("#more").inner_text() == "21 more not drawn"
    tab.locator("#expand", has_text="Draw 21 more neighbours").click()
    assert len(drawn(settled(tab))) == 61
    assert tab.locator("#more").is_hidden()


def test_the_table_lists_the_nodes_of_the_picture(twignet: Any) -> None:
    tab = twignet
    select(tab, node=number(tab, "GroveSet"))
    tab.locator("#hide").click()
    tab.evaluate("i => __view.expand(i)", number(settled(tab), "LeafNet"))
    tab.locator("#types label", has_text="Hardware").click()
    names = drawn(settled(tab))
    assert "GroveSet" not in names
    assert {name for name in names if f",{name}," in tab.evaluate("__view.csv()").replace('"', "")} == names
    tab.locator("#rows").click()
    assert set(settled(tab).locator("table.nodes td:first-child bdi").all_inner_texts()) == names
    assert tab.evaluate("__view.csv()").count("\r\n") == len(names) + 1


def test_what_is_selected_while_a_view_is_drawn_does_not_stop_the_drawing(twignet: Any) -> None:
    twignet.evaluate("() => { const drawing = __view.navigate({ view: 'timeline' }); __view.select(null); return drawing; }")
    until(twignet, "document.querySelector('#sheet table.timeline') !== null", 3)
    assert settled(twignet).locator("#title").inner_text() == "When things came up"


def test_a_node_is_compared_once(twignet: Any) -> None:
    go(twignet, "#v=compare&n=method%2Ftwignet,method%2Fleafnet")
    select(twignet, node=number(twignet, "LeafNet"))
    twignet.locator("#compare").click()
    assert settled(twignet).locator("table.compared thead th").count() == 2


def test_keys_of_nodes_leave_groups_alone(open_page: Open, store: ox.Store) -> None:
    tab = go(open_page(page(store)), "#v=everything")
    tab.locator("#canvas").focus()
    tab.keyboard.press("ArrowRight")
    assert isinstance(tab.evaluate("__view.chosen().node"), str)
    for key in "ehp":
        tab.keyboard.press(key)
    assert settled(tab).evaluate("__view.address()") == "#v=everything"


def test_back_never_leaves_the_page(twignet: Any) -> None:
    twignet.keyboard.press("Backspace")
    twignet.wait_for_timeout(300)
    assert twignet.url.startswith("file:")


def test_a_page_that_may_not_write_its_address_goes_back_all_the_same(twignet: Any) -> None:
    twignet.evaluate("() => { history.pushState = history.replaceState = () => { throw new Error('no'); }; }")
    go_to = "view => { __view.navigate({ view }); }"
    for view in ("timeline", "table"):
        twignet.evaluate(go_to, view)
        settled(twignet)
    for view in ("timeline", "entity"):
        twignet.locator("#back").click()
        until(twignet, f"__view.state().view === '{view}'", 3)
        settled(twignet)
    assert twignet.locator("#back").is_disabled()


def test_more_rows_come_once_and_are_counted(open_page: Open, make_store: MakeStore) -> None:
    tab = go(open_page(catalogue(make_store, 500)), "#v=table")
    assert tab.locator("#more").inner_text() == "301 more not drawn"
    tab.evaluate("() => { const more = document.querySelector('#sheet .more'); more.click(); more.click(); }")
    until(tab, "document.querySelectorAll('table.nodes tbody tr').length >= 400", 3)
    tab.wait_for_timeout(100)
    assert tab.locator("table.nodes tbody tr").count() == 400
    assert tab.locator("#more").inner_text() == "101 more not drawn"


def test_a_turned_wheel_does_not_move_the_next_view(twignet: Any) -> None:
    at = twignet.locator("#canvas").bounding_box()
    twignet.mouse.move(at["x"] + 300, at["y"] + 200)
    twignet.mouse.wheel(0, -300)
    twignet.wait_for_timeout(50)
    twignet.evaluate("i => __view.open(i)", number(twignet, "GroveSet"))
    twignet.wait_for_timeout(300)
    assert settled(twignet).evaluate("__view.state().camera") is None


def test_rows_have_an_order_of_their_own(twignet: Any) -> None:
    go(twignet, "#v=co-use&q=gaps")
    twignet.evaluate("document.querySelector('#rows').disabled = false; document.querySelector('#rows').click()")
    twignet.locator("[data-sort=name]").click()
    assert settled(twignet).evaluate("location.hash") == "#v=co-use&q=gaps&t=name+"
    assert twignet.locator("th[aria-sort=ascending]").inner_text() == "Name"


def test_the_skip_link_leads_to_the_details_and_changes_nothing(twignet: Any) -> None:
    before = twignet.evaluate("location.hash")
    twignet.locator("#skip").focus()
    twignet.keyboard.press("Enter")
    until(twignet, "document.activeElement.id === 'panel'", 3)
    twignet.wait_for_timeout(100)
    assert (settled(twignet).evaluate("location.hash"), twignet.evaluate("__view.state().view")) == (before, "entity")


def test_a_path_keeps_its_ends_when_their_types_are_hidden_and_says_when_it_leads_through_a_hub(
    open_page: Open, make_store: MakeStore
) -> None:
    papers = [
        {"title": f"Paper {n}", "abstract": f"Oak for M{n}.", "says": [("uses", "Method", "Oak"), ("uses", "Dataset", f"M{n}")]}
        for n in range(12)
    ]
    tab = open_page(page(make_store(papers)))
    ends = "n=dataset%2Fm1,dataset%2Fm2"
    assert "no way round" in go(tab, f"#v=path&{ends}").locator("#sheet").inner_text()
    assert go(tab, f"#v=path&{ends}&h=t.dataset").locator("ol.way").count() == 1
    assert tab.locator("#problem").is_hidden()
    assert "does not hold" in go(tab, "#v=path&n=method%2Fnowhere").locator("#sheet").inner_text()
    assert "does not hold" in go(tab, "#v=compare&n=method%2Fnowhere").locator("#sheet").inner_text()


def test_dragging_leaves_nothing_behind_that_an_address_does_not_say(open_page: Open, store: ox.Store) -> None:
    tab = open_page(page(store, focus=[TWIGNET]))
    at = tab.evaluate("i => __view.at(i)", number(tab, "GroveSet"))
    tab.mouse.move(at["x"], at["y"])
    tab.mouse.down()
    tab.mouse.move(at["x"] - 50, at["y"] + 30, steps=4)
    tab.mouse.up()
    tab.mouse.move(5, 5)
    shown, picture = settled(tab).evaluate("location.hash"), tab.locator("#canvas").screenshot()
    again = open_page(page(store, focus=[TWIGNET]), fragment=shown)
    assert again.locator("#canvas").screenshot() == picture


def test_the_csv_of_the_table_holds_every_row(open_page: Open, make_store: MakeStore) -> None:
    names = [("uses", "Method", f"Thing number {n}") for n in range(260)]
    store = make_store([{"title": "A catalogue", "abstract": " ".join(f"{name}." for _, _, name in names), "says": names}])
    tab = go(open_page(page(store)), "#v=table")
    assert tab.locator("#sheet tbody tr").count() == 200
    assert len(str(tab.evaluate("__view.csv()")).strip().split("\r\n")) == 262
