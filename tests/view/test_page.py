import base64
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from explorer import carried

from kg import vocab
from kg.errors import UsageError
from kg.view import KINDS, embedding, page, shell

MakeStore = Callable[[list[Any]], ox.Store]
TWIGNET = ox.NamedNode(vocab.BASE + "method/twignet")


class Outline(HTMLParser):
    """Texts of the script elements in order, and every attribute that could load or run something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.reaching: list[str] = []
        self.elements: list[str] = []
        self._inside: dict[str, str | None] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.reaching += [f"{tag} {name}={value}" for name, value in attrs if name in {"src", "srcset", "style"} or name.startswith("on")]
        if tag == "script":
            self._inside = dict(attrs)

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self.scripts.append((self._inside, data))
            self._inside = None


def started(html: str) -> dict[str, Any]:
    """What a page begins with: its address, and the names of the nodes that are placed ahead for it."""
    data = carried(html)
    names = dict(zip(data["graph"]["nodes"]["id"], data["graph"]["nodes"]["name"], strict=True))
    view = re.match(r"#v=([\w-]+)", data["head"]["start"])
    assert view
    return {"start": data["head"]["start"], "drawn": [names[id] for id in data["head"]["scenes"].get(view[1], {"nodes": []})["nodes"]]}


def drawn(html: str) -> list[str]:
    found: list[str] = started(html)["drawn"]
    return found


def names(html: str) -> set[str]:
    return set(carried(html)["graph"]["nodes"]["name"])


def test_the_page_carries_all_of_the_graph(store: ox.Store) -> None:
    data = carried(page(store, max_nodes=3))
    assert set(data["graph"]["nodes"]["name"]) >= {"LeafNet", "TwigNet", "GroveSet", "Pinecone P2", "leaf counting", "Forest Institute"}
    claims = [claim for edge in data["claims-0"]["claims"] for claim in edge]
    claims += [claim for node in data["about-0"]["nodes"] if node for _, _, said in node.get("links", []) for claim in said]
    quotes = [quote for claim in claims for quote in claim[4]]
    stored = sum(1 for _ in store.quads_for_pattern(None, vocab.RDF_TYPE, vocab.ANNOTATION, None))
    print(f"{len(quotes)} quotes in the page, {stored} in the graph")
    assert len(quotes) == stored == data["head"]["counts"]["evidence"]


def test_a_large_graph_is_carried_in_portions(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch, many_papers: list[Any]) -> None:
    monkeypatch.setattr(embedding, "PORTIONS", {"nodes": 7, "edges": 11})
    data = carried(page(make_store(many_papers)))
    nodes, edges = len(data["graph"]["nodes"]["id"]), len(data["graph"]["edges"]["to"])
    assert sum(len(block["nodes"]) for name, block in data.items() if name.startswith("about-")) == nodes > 70
    assert sum(len(block["claims"]) for name, block in data.items() if name.startswith("claims-")) == edges > 110


def test_where_it_begins_follows_the_arguments(store: ox.Store) -> None:
    assert started(page(store))["start"] == "#v=start"
    assert started(page(store, focus=[TWIGNET]))["start"] == "#v=entity&n=method%2Ftwignet&s=method%2Ftwignet"
    assert started(page(store, focus=[TWIGNET], depth=2))["start"].endswith("&d=2")
    assert drawn(page(store, focus=[TWIGNET], depth=0)) == ["TwigNet"]
    assert set(drawn(page(store, kind="organisation"))) == {"Forest Institute", "Bäume zählen with TwigNet 🌲 and friends"}
    groveset = ox.NamedNode(vocab.BASE + "dataset/groveset")
    assert set(drawn(page(store, nodes=[TWIGNET, groveset]))) == {"TwigNet", "GroveSet"}
    assert set(drawn(page(store, focus=[TWIGNET, groveset], depth=0))) == {"TwigNet", "GroveSet"}


def test_the_page_says_what_it_leaves_out(store: ox.Store) -> None:
    assert carried(page(store, min_score=0.5))["head"]["words"]["notes"] == ["1 claims that score under 0.5 are left out of this page."]
    assert carried(page(store))["head"]["words"]["notes"] == []


def test_only_some_papers_and_only_since_a_year(store: ox.Store) -> None:
    leafnet = next(q.subject for q in store.quads_for_pattern(None, vocab.ISSUED, None))
    assert isinstance(leafnet, ox.NamedNode)
    one = page(store, papers=[leafnet])
    assert names(one) == {"LeafNet: Counting leaves from the air", "LeafNet", "GroveSet", "TwigNet", "Pinecone P2", "leaf counting"}
    assert names(page(store, since=2031)) == names(one)
    assert names(page(store, since=2032)) == set()
    assert carried(page(store, since=2031))["head"]["words"]["notes"] == [
        "Only papers of 2031 and later; those without a year are left out."
    ]


def test_what_only_poor_claims_name_is_not_drawn_and_said_where_it_is_asked_for(store: ox.Store) -> None:
    forest = ox.NamedNode(vocab.BASE + "organisation/forest-institute")
    (score,) = {
        q.object.value
        for c in store.quads_for_pattern(None, vocab.OBJECT, forest)
        for q in store.quads_for_pattern(c.subject, vocab.SCORE, None)
    }
    high = float(score) + 0.01
    assert drawn(page(store, nodes=[forest, TWIGNET], min_score=float(score))) == ["TwigNet", "Forest Institute"]
    assert "Forest Institute" not in drawn(page(store, nodes=[forest, TWIGNET], min_score=high))
    with pytest.raises(UsageError, match="no claim on organisation/forest-institute scores enough"):
        page(store, focus=[forest], min_score=high)


def test_a_precision_needs_an_extractor_that_was_measured(store: ox.Store) -> None:
    (note,) = carried(page(store, min_precision=0.9))["head"]["words"]["notes"]
    assert note.endswith("claims whose scores promise less than 0.9 precision are left out of this page.")
    for quad in [*store.quads_for_pattern(None, vocab.NAME, None)]:
        store.remove(quad)
        store.add(ox.Quad(quad.subject, vocab.NAME, ox.Literal("name-list")))
    with pytest.raises(UsageError, match="were never measured") as caught:
        page(store, min_precision=0.9)
    assert "--min-score" in caught.value.hint


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "banana"}, "unknown kind 'banana'"),
        ({"depth": -1}, "depth -1"),
        ({"min_score": 1.5}, "min-score 1.5"),
        ({"min_precision": 1.5}, "min-precision 1.5"),
        ({"min_score": 0.5, "min_precision": 0.5}, "exclude each other"),
        ({"max_nodes": 0}, "max-nodes 0"),
        ({"max_nodes": 301}, "max-nodes 301"),
        ({"focus": [ox.NamedNode(vocab.BASE + "method/nowhere")]}, "method/nowhere is not"),
        ({"focus": [TWIGNET], "kind": "method"}, "exclude each other"),
    ],
)
def test_wrong_arguments_are_told(store: ox.Store, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        page(store, **arguments)
    assert caught.value.hint


def test_every_kind_makes_a_page(store: ox.Store) -> None:
    for kind in KINDS:
        assert drawn(page(store, kind=kind)) == drawn(page(store, kind=kind.title())) != []


def test_an_empty_graph_and_an_empty_result_make_pages(store: ox.Store) -> None:
    assert names(page(ox.Store())) == set()
    assert drawn(page(store, nodes=[])) == []
    assert carried(page(store, nodes=[]))["head"]["scenes"]["result"]["empty"].startswith("Nothing that was asked for")


def test_another_base_is_left_out_of_ids(store: ox.Store) -> None:
    assert {id.split("/")[0] for id in carried(page(store))["graph"]["nodes"]["id"]} == {
        "paper",
        "method",
        "dataset",
        "hardware",
        "organisation",
        "task",
    }
    assert all(id.startswith("https://") for id in carried(page(store, base="https://example.org/"))["graph"]["nodes"]["id"])


def test_nothing_in_the_page_reaches_out(store: ox.Store) -> None:
    html = page(store)
    outline = Outline(html)
    assert outline.reaching == []
    assert set(outline.elements).isdisjoint({"link", "iframe", "img", "object", "embed", "base", "form"})
    assert [attrs.get("id") for attrs, _ in outline.scripts] == ["head", "graph", "words", "members", "about-0", "claims-0", None, None]


def test_the_policy_allows_the_page_its_own_scripts_and_style_only(store: ox.Store) -> None:
    html = page(store)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    allowed = policy[1].replace("&#39;", "'")
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    blocks = [text for attrs, text in Outline(html).scripts if "type" not in attrs] + [style[1]]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in blocks]
    assert re.findall(r"'sha256-([^']*)'", allowed) == hashes
    assert "default-src 'none'" in allowed
    assert "unsafe" not in allowed
    assert "\r" not in html


def test_hostile_text_stays_data(make_store: MakeStore) -> None:
    evil = "</script><img src=x onerror=alert(1)><!--<script>\u2028 &amp; \" '"
    html = page(make_store([{"title": evil, "abstract": f"We propose {evil}.", "says": [("introduces", "Method", evil)]}]), title=evil)
    outline = Outline(html)
    assert outline.reaching == []
    assert [attrs.get("id") for attrs, _ in outline.scripts] == ["head", "graph", "words", "members", "about-0", "claims-0", None, None]
    assert "\u2028" not in next(text for attrs, text in outline.scripts if attrs.get("id") == "head")
    assert evil in carried(html)["claims-0"]["sentences"][0]


SCRIPT = """
import random, sys
import pyoxigraph as ox
from kg.view import page
store = ox.Store()
quads = sorted(ox.parse(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES), key=str)
random.Random(int(sys.argv[2])).shuffle(quads)
store.extend(quads)
sys.stdout.buffer.write(page(store).encode("utf-8"))
"""


def test_the_same_graph_gives_the_same_bytes(make_store: MakeStore, many_papers: list[Any], tmp_path: Any) -> None:
    file = tmp_path / "graph.nt"
    make_store(many_papers).dump(str(file), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    made = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": "C"}
        made.add(subprocess.run([sys.executable, "-c", SCRIPT, str(file), seed], env=environment, check=True, capture_output=True).stdout)
    assert len(made) == 1
    assert "Shared set 3" in names(made.pop().decode())


def test_pyvis_is_loaded_only_when_a_page_is_made() -> None:
    code = "import sys, kg.view; print([m for m in ('pyvis', 'IPython', 'jinja2', 'numpy', 'networkx') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_kinds_among_the_nodes_are_not_drawn_and_a_kind_as_focus_is_told(triples: list[ox.Triple]) -> None:
    filled = ox.Store()
    filled.extend(ox.Quad(*triple) for triple in triples)  # the graph of tests/conftest.py
    device, kind = (ox.NamedNode(vocab.BASE + path) for path in ("hardware/nimbus-x2", "kind/gpu"))
    assert page(filled, nodes=[device, kind]) == page(filled, nodes=[device])
    with pytest.raises(UsageError, match="kinds are not drawn"):
        page(filled, focus=[kind])


def test_the_fixed_part_of_a_page_is_small_and_no_text_of_a_script_goes_over_a_line() -> None:
    assert len(page(ox.Store()).encode()) <= 650_000
    for file in Path(shell.__file__).parent.glob("page/**/*.js"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            assert line.lstrip().startswith("//") or line.count("`") % 2 == 0, f"{file.name}, line {number}"
