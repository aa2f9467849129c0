import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pyoxigraph as ox
import pytest

from kg import vocab
from kg.errors import UsageError
from kg.view import KINDS, page

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


def carried(html: str) -> Any:
    return json.loads(next(text for attrs, text in Outline(html).scripts if attrs.get("id") == "data"))


def drawn(html: str) -> list[str]:
    data = carried(html)
    return [data["nodes"][i]["name"] for i in data["start"]["drawn"]]


def test_the_page_carries_all_of_the_graph(store: ox.Store) -> None:
    data = carried(page(store, max_nodes=3))
    assert len(data["start"]["drawn"]) == 3
    assert {node["name"] for node in data["nodes"]} >= {
        "LeafNet",
        "TwigNet",
        "GroveSet",
        "Pinecone P2",
        "leaf counting",
        "Forest Institute",
    }
    quotes = [q for claims in [*data["claims"], *(link["claims"] for link in data["links"])] for claim in claims for q in claim["quotes"]]
    assert len(quotes) == sum(1 for _ in store.quads_for_pattern(None, vocab.RDF_TYPE, vocab.ANNOTATION, None))


def test_what_is_drawn_first_follows_the_arguments(store: ox.Store) -> None:
    assert drawn(page(store, focus=[TWIGNET], depth=0)) == ["TwigNet"]
    assert set(drawn(page(store, kind="organisation"))) == {"Forest Institute", "Bäume zählen with TwigNet 🌲 and friends"}
    assert set(drawn(page(store, nodes=[TWIGNET, ox.NamedNode(vocab.BASE + "dataset/groveset")]))) == {"TwigNet", "GroveSet"}
    assert carried(page(store, focus=[TWIGNET]))["start"]["focus"] == [
        carried(page(store))["nodes"].index({"id": "method/twignet", "name": "TwigNet"})
    ]


def test_the_page_says_what_it_leaves_out(store: ox.Store) -> None:
    assert carried(page(store, min_score=0.5))["words"]["notes"] == ["1 claims that score under 0.5 are left out of this page."]
    assert carried(page(store))["words"]["notes"] == []


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
    (note,) = carried(page(store, min_precision=0.9))["words"]["notes"]
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
    assert drawn(page(ox.Store())) == []
    assert drawn(page(store, nodes=[])) == []


def test_another_base_is_left_out_of_ids(store: ox.Store) -> None:
    assert {n["id"].split("/")[0] for n in carried(page(store))["nodes"]} == {
        "paper",
        "method",
        "dataset",
        "hardware",
        "organisation",
        "task",
    }
    assert all(n["id"].startswith("https://") for n in carried(page(store, base="https://example.org/"))["nodes"])


def test_nothing_in_the_page_reaches_out(store: ox.Store) -> None:
    html = page(store)
    outline = Outline(html)
    assert outline.reaching == []
    assert set(outline.elements).isdisjoint({"link", "iframe", "img", "object", "embed", "base", "form"})
    assert len(outline.scripts) == 3


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
    assert len(outline.scripts) == 3
    assert "\u2028" not in next(text for attrs, text in outline.scripts if attrs.get("id") == "data")
    assert evil in carried(html)["sentences"][0][1]


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
    assert b"Shared set 3" in made.pop()


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
