"""What the explorer asks for, over HTTP: parts of the graph in columns, claims with their sentences, scenes, answers, and plain refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import httpx
import pytest
from conftest import KNOWLEDGE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Triple
from serve.conftest import serving
from serve.page_reader import Page
from view.conftest import knowledge

from kg.derivation.names import name_rows
from kg.engine.pool import Limits
from kg.graph import to_triples
from kg.opening import locate
from kg.serve.current import Current
from kg.serve.site import Settings
from kg.store import create_or_open
from kg.view.scenes import SCENES
from kg.vocab import BASE, PROPERTIES

OWLNET, DUSKSET, OWL, ODD = "method/owlnet", "dataset/duskset", "paper/arxiv-2401.00001", "paper/doi-10.5%2Fodd"
LABELLED = "SELECT ?thing ?thingLabel WHERE { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?thingLabel } ORDER BY ?thing"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that serves the graph of `KNOWLEDGE`."""
    path: Path = tmp_path_factory.mktemp("explore") / "store"
    with create_or_open(path) as writer:
        writer.publish(to_triples(KNOWLEDGE), name_rows(KNOWLEDGE), fingerprint="f", base=BASE)
    with serving(Current(locate(path))) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def asked(site: httpx.Client, path: str, params: Any = None, status: int = 200) -> dict[str, Any]:
    answer = site.get(f"/explore/{path}", params=params)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert "Access-Control-Allow-Origin" not in answer.headers
    read: dict[str, Any] = answer.json()
    assert set(read) == {"error", "hint"} if status >= 400 else {"nodes", "edges"} <= set(read) or path == "start"
    return read


def nodes(part: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The nodes by id, from their columns."""
    columns = part["nodes"]
    assert len({len(column) for column in columns.values()}) == 1
    return {id: {name: columns[name][place] for name in columns} for place, id in enumerate(columns["id"])}


def edges(part: dict[str, Any]) -> set[tuple[str, str, str]]:
    ids, columns = part["nodes"]["id"], part["edges"]
    return {(ids[a], relation, ids[b]) for a, relation, b in zip(columns["from"], columns["relation"], columns["to"], strict=True)}


def edge(subject: str, relation: str, object: str) -> str:
    return "~".join(quote(part, safe="").replace("~", "%7E") for part in (subject, relation, object))


def test_how_much_there_is(site: httpx.Client) -> None:
    counts = asked(site, "start")
    assert counts["papers"] == counts["types"]["paper"] == 3
    assert counts["types"]["dataset"] == 2
    assert counts["relations"]["introduces"] == 3


def test_a_neighbourhood_comes_in_columns_with_figures_of_the_whole_graph(site: httpx.Client) -> None:
    part = asked(site, "ego", {"n": OWLNET})
    assert set(nodes(part)) == {OWLNET, OWL, "method/lampnet"}
    assert nodes(part)[OWLNET] == {"id": OWLNET, "name": "OwlNet", "type": "method", "year": 0, "papers": 1, "degree": 2}
    assert nodes(part)[OWL]["year"] == 2024
    assert nodes(part)["method/lampnet"]["degree"] == 4  # of which this part has three
    assert edges(part) == {(OWL, "introduces", OWLNET), (OWL, "comparesWith", "method/lampnet"), (OWLNET, "basedOn", "method/lampnet")}
    assert part["cut"] == {}


def test_a_long_neighbourhood_says_what_it_leaves_out(site: httpx.Client) -> None:
    part = asked(site, "ego", {"n": OWL, "limit": "2"})
    assert len(nodes(part)) == 3
    assert part["cut"] == {OWL: 4}


def test_nodes_are_found_by_id_and_come_with_the_edges_between_them(site: httpx.Client) -> None:
    part = asked(site, "find", [("n", DUSKSET), ("n", "method/nothing"), ("n", ODD), ("n", "kind/gpu")])
    assert part["found"] == [0, -1, 1, -1]
    assert edges(part) == {(ODD, "uses", DUSKSET)}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("OwlNet", OWLNET),
        ("owlnt", OWLNET),
        ("2401.00001", OWL),
        (f"{BASE}{DUSKSET}", DUSKSET),
        ("日本語コーパス", "dataset/日本語コーパス"),
    ],
)
def test_search_finds_papers_and_things(site: httpx.Client, text: str, first: str) -> None:
    part = asked(site, "search", {"q": text, "limit": "3"})
    assert part["nodes"]["id"][part["hits"][0]] == first
    assert len(part["hits"]) <= min(3, part["total"])


@pytest.mark.parametrize("text", ["", "qqqqqq", "GPU family", " "])
def test_search_that_finds_nothing_is_no_error(site: httpx.Client, text: str) -> None:
    part = asked(site, "search", {"q": text})
    assert (part["hits"], part["total"]) == ([], 0)


def test_a_node_tells_its_facts_and_the_sentences_of_its_links(site: httpx.Client) -> None:
    part = asked(site, "about", {"n": OWL})
    about = part["about"]
    assert about["issued"] == "2024-01-02"
    assert ["arxiv", "2401.00001", "https://arxiv.org/abs/2401.00001"] in about["identifiers"]
    assert about["abstract"].startswith("We propose OwlNet")
    assert about["page"] == "/id/paper/arxiv-2401.00001"
    [link] = about["links"]
    assert (link["relation"], link["url"]) == ("codeRepository", "https://example.org/owl?a=1&b=(2)")
    [claim] = link["claims"]
    assert part["nodes"]["id"][claim["paper"]] == OWL
    assert marked(claim["quotes"][0], "object") == link["url"]
    assert "GPU" in asked(site, "about", {"n": "hardware/nimbus-x2"})["about"]["kinds"]


def marked(said: dict[str, Any], kind: str) -> str:
    """The words of a sentence that a mark covers, whose ends count UTF-16 code units."""
    units = said["text"].encode("utf-16-le")
    return next(units[2 * m["from"] : 2 * m["to"]].decode("utf-16-le") for m in said["marks"] if m["kind"] == kind)


def test_edges_tell_their_claims_in_the_order_asked_with_the_words_marked(site: httpx.Client) -> None:
    wanted = [
        edge(OWLNET, "basedOn", "method/lampnet"),
        edge(OWL, "uses", "method/lampnet"),
        edge(ODD, "mentions", "dataset/日本語コーパス"),
    ]
    part = asked(site, "claims", [("e", each) for each in [*wanted, edge(OWL, "runsOn", "hardware/nimbus-x2")]])
    based, none, mentions, runs = part["claims"]
    assert none == []
    assert (marked(based[0]["quotes"][0], "object"), marked(based[0]["quotes"][0], "subject")) == ("LampNet", "OwlNet")
    assert (based[0]["score"], based[0]["rule"], based[0]["count"]) == (0.75, "basedOn.by-hand", None)
    assert part["nodes"]["id"][based[0]["paper"]] == OWL
    assert marked(mentions[0]["quotes"][0], "object") == "日本語コーパス"
    assert runs[0]["count"] == 8


@pytest.mark.parametrize("view", SCENES)
def test_every_scene_comes_with_its_nodes_and_the_edges_between_them(site: httpx.Client, view: str) -> None:
    part = asked(site, f"scene/{view}")
    scene, known = part["scene"], set(part["nodes"]["id"])
    assert scene["view"] == view
    assert set(scene["nodes"]) <= known
    assert {id for group in scene["groups"] for id in group["nodes"]} <= known
    assert asked(site, f"scene/{view}") == part


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server whose graph has one group of 201 nodes beside a paper that stands alone."""
    papers = [
        {
            "title": f"Twigs {n}",
            "abstract": f"Grove, Twig {n}.",
            "says": [("uses", "Dataset", "Grove"), ("introduces", "Method", f"Twig {n}")],
        }
        for n in range(100)
    ]
    known = knowledge([*papers, {"title": "Alone", "abstract": ""}])
    path: Path = tmp_path_factory.mktemp("grown") / "store"
    with create_or_open(path) as writer:
        writer.publish(to_triples(known), name_rows(known), fingerprint="f", base=BASE)
    with serving(Current(locate(path))) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def test_all_of_a_large_group_is_reached_piece_by_piece(grown: httpx.Client) -> None:
    scene = asked(grown, "scene/everything")["scene"]
    assert scene["facts"]["sizes"] == [201, 1]
    assert len(scene["groups"][0]["nodes"]) == 150
    pieces = [asked(grown, "members", {"group": group, "from": start}) for group, start in ((0, 0), (0, 150), (1, 0))]
    first, last, alone = (list(nodes(piece)) for piece in pieces)
    assert first == scene["groups"][0]["nodes"]
    assert (len(last), alone) == (51, scene["groups"][1]["nodes"])
    assert [(piece["group"], piece["from"], piece["total"]) for piece in pieces] == [(0, 0, 201), (0, 150, 201), (1, 0, 1)]
    assert sorted(first + last + alone) == sorted(id for start in (0, 200) for id in nodes(asked(grown, "list", {"from": start})))
    assert nodes(pieces[0])["dataset/grove"]["papers"] == 100
    assert list(nodes(asked(grown, "members", {"group": 0, "from": 201}))) == []
    assert list(nodes(asked(grown, "members", {"view": "everything", "group": 0, "from": 149, "limit": 2}))) == [first[149], last[0]]
    assert len(nodes(asked(grown, "members", {"group": 0, "limit": 9999}))) == 150


def test_a_node_leads_to_its_piece_of_its_group(grown: httpx.Client) -> None:
    last = asked(grown, "members", {"group": 0, "from": 150})
    assert asked(grown, "members", {"n": last["nodes"]["id"][20]}) == last
    one = asked(grown, "members", {"n": last["nodes"]["id"][20], "limit": 1})
    assert (one["group"], one["from"], one["nodes"]["id"]) == (0, 170, [last["nodes"]["id"][20]])


def test_a_whole_iri_means_the_node_below_the_base(site: httpx.Client, grown: httpx.Client) -> None:
    for path in ("about", "find", "ego"):
        assert asked(site, path, {"n": BASE + OWLNET}) == asked(site, path, {"n": OWLNET})
    said = asked(site, "claims", {"e": edge(BASE + OWLNET, "basedOn", BASE + "method/lampnet")})["claims"]
    assert [len(claims) for claims in said] == [1]
    assert asked(grown, "members", {"n": BASE + "dataset/grove"})["from"] == 0


def test_what_has_no_class_is_told_like_any_node(tmp_path: Path) -> None:
    loose = NamedNode(BASE + "method/loose")
    triples = [*to_triples(KNOWLEDGE), Triple(NamedNode(BASE + OWLNET), PROPERTIES["basedOn"], loose)]
    with create_or_open(tmp_path / "store") as writer:
        writer.publish(triples, name_rows(KNOWLEDGE), fingerprint="f", base=BASE)
    with serving(Current(locate(tmp_path / "store"))) as address, httpx.Client(base_url=address, timeout=5) as client:
        assert asked(client, "about", {"n": "method/loose"})["about"]["aliases"] == []


def test_the_list_of_all_nodes_comes_in_pieces_in_any_order(site: httpx.Client) -> None:
    whole = asked(site, "list", {"sort": "papers"})
    assert whole["total"] == len(whole["nodes"]["id"]) == 11
    assert whole["nodes"]["id"][0] == DUSKSET
    assert asked(site, "list", {"sort": "papers", "from": "2", "limit": "3"})["nodes"]["id"] == whole["nodes"]["id"][2:5]
    methods = asked(site, "list", [("sort", "name"), ("up", "1"), ("type", "method")])
    assert methods["nodes"]["name"] == ["LampNet", "OwlNet", "=SUM(A1)"]  # as it is searched for: "sum a1"


def test_an_answer_of_the_library_is_a_table_and_nodes(site: httpx.Client) -> None:
    part = asked(site, "result", {"name": "methods-by-dataset", "dataset": "DuskSet"})
    scene = part["scene"]
    assert (scene["view"], scene["empty"]) == ("result", "")
    assert {"node": "method/lampnet"} in [cell for row in scene["facts"]["rows"] for cell in row]
    assert scene["nodes"][0] in nodes(part)
    assert len(scene["facts"]["columns"]) == len(scene["facts"]["rows"][0])


def test_an_answer_to_sparql_is_a_table_and_nodes_with_the_edges_between_them(site: httpx.Client) -> None:
    part = asked(site, "result", {"query": LABELLED})
    assert part["scene"]["facts"]["columns"] == ["thing"]
    assert {OWLNET, DUSKSET} <= set(part["scene"]["nodes"])
    assert ("method/lampnet", "evaluatedOn", DUSKSET) in edges(part)
    texts = [cell for row in part["scene"]["facts"]["rows"] for cell in row if isinstance(cell, str)]
    assert "GPU" in texts  # a kind is no node


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ASK {}", "“yes”"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "triples"),
        ("SELECT * { <x:y> ?p ?o }", "no answer"),
        ("SELECT (1 AS ?one) {}", "nothing to draw"),
    ],
)
def test_an_answer_that_cannot_be_drawn_says_why(site: httpx.Client, query: str, words: str) -> None:
    assert words in asked(site, "result", {"query": query})["scene"]["empty"]


@pytest.mark.parametrize(
    ("path", "params", "status", "words"),
    [
        ("ego", {}, 400, "0 nodes"),
        ("ego", {"n": "method/nothing"}, 404, "no method/nothing"),
        ("ego", [("n", str(n)) for n in range(41)], 400, "41 nodes"),
        ("find", [("n", str(n)) for n in range(301)], 400, "301 nodes"),
        ("about", [("n", OWL), ("n", OWLNET)], 400, "2 nodes"),
        ("about", {"n": "x" * 2001}, 400, "too long"),
        ("claims", {"e": "a~b"}, 400, "cannot be read"),
        ("claims", [("e", "a~b~c")] * 101, 400, "101 edges"),
        ("list", {"sort": "beauty"}, 400, "beauty"),
        ("scene/nonesuch", {}, 404, "nonesuch"),
        ("members", {"view": "nonesuch", "group": "0"}, 404, "nonesuch"),
        ("members", {}, 404, "no such group"),
        ("members", {"group": "1000"}, 404, "no such group"),
        ("members", {"group": "-1"}, 404, "no such group"),
        ("members", {"n": "method/nothing"}, 404, "no method/nothing"),
        ("members", [("n", OWL), ("n", OWLNET)], 400, "2 nodes"),
        ("result", {}, 400, "one query"),
        ("result", {"name": "papers", "query": "ASK {}"}, 400, "one query"),
        ("result", {"name": "nonesuch"}, 404, "nonesuch"),
        ("result", {"name": "methods-by-dataset"}, 400, "needs a dataset"),
        ("result", {"name": "methods-by-dataset", "dataset": "nonesuch"}, 400, "nonesuch"),
        ("result", {"query": "SELECT * {"}, 400, "cannot be parsed"),
        ("result", {"query": "SELECT * { SERVICE <x:y> { ?s ?p ?o } }"}, 400, "SERVICE"),
        ("result", {"query": "CLEAR ALL"}, 400, "CLEAR"),
        ("result", {"query": "ASK {} #" + "x" * 16_000}, 413, "16,000"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(site: httpx.Client, path: str, params: Any, status: int, words: str) -> None:
    told = asked(site, path, params, status)
    assert words in told["error"]
    assert told["hint"]


def test_a_query_meets_the_limits_of_the_server(tmp_path: Path) -> None:
    path = tmp_path / "graph.nt"
    path.write_text("".join(f"{triple} .\n" for triple in to_triples(KNOWLEDGE)), encoding="utf-8")
    with (
        serving(Current(locate(path)), Settings(workers=1, limits=Limits(seconds=0.5, rows=3))) as address,
        httpx.Client(base_url=address, timeout=30) as site,
    ):
        assert asked(site, "result", {"query": LABELLED})["scene"]["notes"] == ["The server stops a query at 3 rows; this one has more."]
        long = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        assert "0.5" in asked(site, "result", {"query": long}, 503)["error"]


names = st.one_of(
    st.sampled_from(["n", "e", "q", "limit", "from", "sort", "up", "type", "query", "name", "dataset", "run", "view", "group"]),
    st.text(max_size=4),
)
values = st.one_of(
    st.sampled_from([
        OWLNET, OWL, ODD, "kind/gpu", edge(OWLNET, "basedOn", "method/lampnet"), "0", "everything", "~", "~~", "a~uses~b", "%7E~%~%zz", "-1", "9" * 30, "1e9", "٣", "papers",
        "methods-by-dataset", "DuskSet", "SELECT * { ?s ?p ?o }", "SELECT * {", "DESCRIBE <x:y>", "SELECT * { SERVICE <x:y> {} }", "\x00", "\ud7ff",
        "<script>", "../../etc/passwd", "x" * 3000, "http://[", "_:b", "a b", "",
    ]),
    st.text(max_size=30),
)  # fmt: skip
paths = st.sampled_from(
    ["start", "scene/start", "scene/co-use", "scene/x", "ego", "find", "search", "about", "claims", "list", "members", "result"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths, st.lists(st.tuples(names, values), max_size=5), st.sampled_from(["", "*", '"x"', "W/\xff"]))
def test_whatever_is_asked_is_answered_or_refused_in_json(site: httpx.Client, path: str, params: list[tuple[str, str]], known: str) -> None:
    target = f"/explore/{path}?{urlencode(params, errors='replace')}"
    answer = site.get(target, headers={"If-None-Match": known.encode("latin-1")})
    assert answer.status_code in (200, 400, 404, 406, 413), (target, answer.text)
    told = answer.json()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.status_code == 200 or (told["error"] and told["hint"])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths, st.binary(max_size=40))
def test_bytes_that_are_no_parameters_are_answered_or_refused(site: httpx.Client, path: str, sent: bytes) -> None:
    assert site.get(f"/explore/{path}?n={quote(sent, safe='&=~')}&e={quote(sent, safe='~')}").status_code in (200, 400, 404)


def test_an_answer_that_the_client_has_is_not_sent_again(site: httpx.Client) -> None:
    for path in ("ego?n=method/owlnet", "scene/start", "list", "members?group=0", f"result?query={quote(LABELLED)}"):
        first = site.get(f"/explore/{path}")
        again = site.get(f"/explore/{path}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert site.get(f"/explore/{path}", headers={"If-None-Match": '"older"'}).status_code == 200
    assert "ETag" not in site.get("/explore/result", params={"query": "SELECT (RAND() AS ?x) {}"}).headers


def test_a_new_state_of_the_graph_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.serve.current._LOOK", 0.0)
    path = tmp_path / "store"
    with create_or_open(path) as writer:
        writer.publish([], [], fingerprint="empty", base=BASE)
    with serving(Current(locate(path))) as address, httpx.Client(base_url=address, timeout=30) as site:
        assert asked(site, "list")["total"] == 0
        assert asked(site, "scene/start")["scene"]["empty"]
        before = site.get("/explore/scene/start").headers["ETag"]
        with create_or_open(path) as writer:
            writer.publish(to_triples(KNOWLEDGE), name_rows(KNOWLEDGE), fingerprint="full", base=BASE)
        assert asked(site, "list")["total"] == 11
        assert asked(site, "scene/start")["scene"]["nodes"]
        assert site.get("/explore/scene/start", headers={"If-None-Match": before}).status_code == 200


def drawn_by(page: Page) -> list[str]:
    """The queries that links of a page draw."""
    return [unquote(link.partition("&q=")[2]) for link in page.links if link.startswith("/explore#v=result&d=2&q=")]


def test_an_answer_of_the_library_can_be_drawn(site: httpx.Client) -> None:
    page = Page(site.get("/queries/methods-by-dataset", params={"dataset": "DuskSet", "run": "1"}).text)
    assert drawn_by(page) == ["name=methods-by-dataset&dataset=DuskSet"]
    assert page.all("table")
    assert asked(site, f"result?{drawn_by(page)[0]}")["scene"]["nodes"]


def test_an_answer_of_the_editor_can_be_drawn(site: httpx.Client) -> None:
    page = Page(site.post("/editor", data={"query": LABELLED}).text)
    assert drawn_by(page) == [LABELLED]


@pytest.mark.parametrize(
    "query", ["ASK {}", "SELECT (1 AS ?one) {}", "SELECT ?p { ?s ?p ?o } LIMIT 9", f"SELECT (<{BASE}{OWLNET}> AS ?one) {{}}", "SELECT * {"]
)
def test_an_answer_with_nodes_in_less_than_two_rows_has_no_picture(site: httpx.Client, query: str) -> None:
    assert drawn_by(Page(site.post("/editor", data={"query": query}).text)) == []


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/", "/explore"),
        (f"/id/{OWLNET}", "/explore#v=entity&n=method%2Fowlnet"),
        (f"/id/{ODD}", "/explore#v=paper&n=paper%2Fdoi-10.5%252Fodd"),
    ],
)
def test_pages_lead_to_the_picture_of_what_they_tell(site: httpx.Client, path: str, address: str) -> None:
    assert address in Page(site.get(path, headers={"Accept": "text/html"}).text).links


def test_a_kind_has_no_picture(site: httpx.Client) -> None:
    links = Page(site.get("/id/kind/gpu", headers={"Accept": "text/html"}).text).links
    assert not [link for link in links if link.startswith("/explore#")]
