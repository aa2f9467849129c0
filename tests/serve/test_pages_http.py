"""Every page over HTTP: what it says, what it links to, and that names from papers never become markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from conftest import KNOWLEDGE, fill
from serve.conftest import serving
from serve.page_reader import Page, unsafe

import kg
from kg.derivation.names import name_rows
from kg.engine.pool import Limits
from kg.export import turtle
from kg.graph import to_triples
from kg.opening import locate
from kg.queries import library
from kg.serve.current import Current
from kg.serve.site import Settings
from kg.store import create_or_open
from kg.vocab import BASE

SHARED = Path(__file__).parents[3] / "shared"
HOSTILE = SHARED / "inputs" / "own" / "names" / "hostile-titles.jsonl"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that serves the graph of `KNOWLEDGE`."""
    path: Path = tmp_path_factory.mktemp("pages") / "store"
    with create_or_open(path) as writer:
        writer.publish(to_triples(KNOWLEDGE), name_rows(KNOWLEDGE), fingerprint="f", base=BASE)
    with serving(Current(locate(path))) as address, httpx.Client(base_url=address, headers=HTML, timeout=30) as client:
        yield client


def page(site: httpx.Client, path: str, status: int = 200, **params: str) -> Page:
    answer = site.get(path, params=params or None)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    read = Page(answer.text)
    assert unsafe(read) == []
    assert len(read.all("h1")) == len(read.all("main")) == 1
    return read


def test_the_home_page_counts_and_leads_on(site: httpx.Client) -> None:
    home = page(site, "/")
    assert home.texts("dd")[:3] == ["3", "8", "14"]
    assert {"/id/method/owlnet", "/id/dataset/duskset", "/queries", "/editor", "/.well-known/void"} <= set(home.links)
    assert home.all("form", action="/search", role="search")


@pytest.mark.parametrize(
    ("text", "type", "heading", "first"),
    [
        ("OwlNet", "", "2 things", "/id/method/owlnet"),
        ("owlnt", "", "Nothing has exactly this name. Did you mean:", "/id/method/owlnet"),
        ("2401.00001", "", "1 thing", "/id/paper/arxiv-2401.00001"),
        (f"{BASE}method/owlnet", "", "1 thing", "/id/method/owlnet"),
        ("OwlNet", "Dataset", "No dataset is called so. Of other types:", "/id/method/owlnet"),
        ("日本語コーパス", "", "1 thing", "/id/dataset/%E6%97%A5%E6%9C%AC%E8%AA%9E%E3%82%B3%E3%83%BC%E3%83%91%E3%82%B9"),
        ("nimbus x2 gpus", "Hardware", "1 thing", "/id/hardware/nimbus-x2"),
    ],
)
def test_search_finds(site: httpx.Client, text: str, type: str, heading: str, first: str) -> None:
    found = page(site, "/search", q=text, type=type)
    assert found.texts("h2") == [heading]
    assert next(element.attributes["href"] for element in found.all("a", class_="end")) == first


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), '"><script>', "x" * 5000, "{{7*7}}", "%", "../.."],
)
def test_any_text_may_be_searched(site: httpx.Client, text: str) -> None:
    found = page(site, "/search", q=text, type="nonsense")
    assert "49" not in found.texts("main")[0]


def test_the_page_of_an_entity_tells_who_says_what_in_which_words(site: httpx.Client) -> None:
    owl = page(site, "/id/method/owlnet")
    assert owl.texts("h1") == ["OwlNet"]
    assert [heading.split()[0] for heading in owl.texts("h2")] == ["May", "Based", "Introduced", "Next"]
    assert "/id/paper/arxiv-2401.00001" in owl.links
    quotes = owl.texts("blockquote")
    assert quotes[0].startswith("We propose OwlNet, built on LampNet.")
    assert [(mark.text, mark.attributes["class"]) for mark in owl.all("mark")][:2] == [("OwlNet", "subject"), ("LampNet", "object")]


def test_the_page_of_a_paper_has_facts_devices_and_a_marked_abstract(site: httpx.Client) -> None:
    paper = page(site, "/id/paper/arxiv-2401.00001")
    assert {"https://arxiv.org/abs/2401.00001", "https://doi.org/10.1234/owl.1", "https://example.org/owl?a=1&b=(2)"} <= set(paper.links)
    assert all(e.attributes.get("rel") == "noopener" for e in paper.all("a") if e.attributes.get("href", "").startswith("http"))
    assert "8 devices" in paper.texts("span", class_="device")
    assert [mention.text for mention in paper.all("a") if "mention" in mention.attributes.get("class", "")][:2] == ["OwlNet", "LampNet"]
    assert paper.texts("p", class_="abstract")[0].startswith("We propose OwlNet, built on LampNet. It is trained")


def test_a_thing_shows_its_names_its_ladder_and_what_lies_under_it(site: httpx.Client) -> None:
    board = page(site, "/id/hardware/nimbus-x2")
    assert {"/id/kind/nimbus-gpu", "/id/kind/gpu"} <= set(board.links)
    assert any("in the list of known hardware" in cell for cell in board.texts("td"))
    assert "/id/hardware/nimbus-x2" in page(site, "/id/kind/gpu").links
    assert "NGC" in page(site, "/id/dataset/日本語コーパス").texts("dd")


@pytest.mark.parametrize("name", ["doi-10.5%2Fodd", "doi-10.5%2fodd"])
def test_a_name_with_an_escaped_slash_has_one_page(site: httpx.Client, name: str) -> None:
    status = 200 if name.endswith("%2Fodd") else 404  # IRIs are compared letter by letter
    assert site.get(f"/id/paper/{name}").status_code == status


def test_iris_are_shown_here_whatever_their_base(tmp_path: Path) -> None:
    base = "http://library.example/id/"
    with create_or_open(tmp_path / "store") as writer:
        writer.publish(to_triples(KNOWLEDGE, base=base), name_rows(KNOWLEDGE), fingerprint="f", base=base)
    with serving(Current(locate(tmp_path / "store"))) as address, httpx.Client(base_url=address, headers=HTML) as client:
        assert "/id/dataset/duskset" in page(client, "/id/method/lampnet").links
        assert f"<{base}method/lampnet>" in client.get("/id/method/lampnet?format=nt").text


def test_other_nodes_have_a_plain_page(site: httpx.Client) -> None:
    owl = site.get("/id/method/owlnet", params={"format": "nt"}).text
    claim = re.search(rf"<{BASE}(claim/\w+)>", owl)
    assert claim is not None
    plain = page(site, f"/id/{claim[1]}")
    assert plain.texts("caption") == ["What is said of it", "What points to it"]
    assert "/id/method/owlnet" in plain.links


FORMATS = {
    "text/turtle": ("ttl", ox.RdfFormat.TURTLE),
    "application/ld+json": ("jsonld", ox.RdfFormat.JSON_LD),
    "application/n-triples": ("nt", ox.RdfFormat.N_TRIPLES),
    "application/rdf+xml": ("rdf", ox.RdfFormat.RDF_XML),
}


@pytest.mark.parametrize("media", FORMATS)
@pytest.mark.parametrize(
    "path",
    ["method/owlnet", "paper/arxiv-2401.00001", "kind/gpu", "dataset/%E6%97%A5%E6%9C%AC%E8%AA%9E%E3%82%B3%E3%83%BC%E3%83%91%E3%82%B9"],
)
def test_a_thing_is_described_in_rdf(site: httpx.Client, media: str, path: str) -> None:
    name, format = FORMATS[media]
    answer = site.get(f"/id/{path}", headers={"Accept": media})
    assert answer.headers["Content-Type"].startswith(media)
    assert answer.headers["Vary"] == "Accept"
    assert f'</id/{path}?format={name}>; rel="alternate"; type="{media}"' in answer.headers["Link"]
    assert site.get(f"/id/{path}", params={"format": name}).content == answer.content
    described = {quad.triple for quad in ox.parse(answer.content, format=format)}
    whole = set(to_triples(KNOWLEDGE))
    assert described <= whole
    assert described == {quad.triple for quad in ox.parse(site.get(f"/id/{path}?format=nt").content, format=ox.RdfFormat.N_TRIPLES)}


def test_the_description_of_an_entity_has_its_claims_with_evidence_and_the_names_of_its_neighbours(site: httpx.Client) -> None:
    text = site.get("/id/method/owlnet?format=ttl").text
    for part in (
        "We propose OwlNet, built on LampNet.",
        "kg:basedOn",
        "kg:introduces",
        '"LampNet"',
        "Night Vision for Small Drones",
        "kg:Candidate",
    ):
        assert part in text
    assert "Nimbus" not in text.replace("Nimbus X2 GPUs at Harbour", "")


def test_the_description_of_a_paper_is_its_export(site: httpx.Client) -> None:
    from kg.export.selection import select

    triples = select(fill(to_triples(KNOWLEDGE)), "arxiv-2401.00001", BASE)
    assert site.get("/id/paper/arxiv-2401.00001?format=ttl").content == turtle(triples, base=BASE)


def test_an_address_that_leads_nowhere_says_what_is_like_it(site: httpx.Client) -> None:
    assert "/id/method/owlnet" in page(site, "/id/method/owl-net", status=404).links
    assert page(site, "/id/", status=404)
    assert page(site, "/resource?iri=x", status=404)
    assert site.get("/id/method/owl-net", headers={"Accept": "text/turtle"}).status_code == 404


def test_an_address_without_a_page_says_so_to_people_and_to_programs(site: httpx.Client) -> None:
    page(site, "/nonesuch", status=404)
    assert site.get("/nonesuch", headers={"Accept": "*/*"}).text == "there is no such page\n"


@pytest.mark.parametrize("path", ["%00", "%FF", "..%2F..", "a%0Ab", "%3Cscript%3E", "http://evil.example/", "a b", "%7B%7B7*7%7D%7D"])
def test_a_hostile_address_leads_nowhere(site: httpx.Client, path: str) -> None:
    answer = site.get(f"/id/{path}")
    assert answer.status_code == 404
    assert unsafe(Page(answer.text)) == []


def test_a_form_that_nobody_has_is_refused_with_those_that_there_are(site: httpx.Client) -> None:
    assert site.get("/id/method/owlnet", headers={"Accept": "image/png"}).status_code == 406
    assert "ttl" in page(site, "/id/method/owlnet?format=doc", status=400).texts("main")[0]
    assert site.get("/id/method/owlnet", headers={"Accept": "*/*"}).headers["Content-Type"].startswith("text/html")


def test_the_library_lists_every_question(site: httpx.Client) -> None:
    assert {f"/queries/{name}" for name in library()} <= set(page(site, "/queries").links)


@pytest.mark.parametrize("name", library())
def test_every_question_has_a_form(site: httpx.Client, name: str) -> None:
    query = library()[name]
    form = page(site, f"/queries/{name}")
    labels = {label.attributes["for"] for label in form.all("label")}
    assert {f"p-{param.name}" for param in query.params} <= labels
    if not query.params:
        assert form.texts("p", class_="answer")


def test_an_answer_is_a_table_with_links_and_what_ran(site: httpx.Client) -> None:
    answer = page(site, "/queries/methods-by-dataset", dataset="dusk set", run="1")
    assert answer.texts("th", scope="col") == ["dataset", "method", "relation", "paper"]
    assert {"/id/dataset/duskset", "/id/method/lampnet"} <= set(answer.links)
    sparql = answer.all("pre")[0].text
    assert f"VALUES ?dataset {{ <{BASE}dataset/duskset> }}" in sparql
    csv = next(link for link in answer.links if link.endswith("format=csv"))
    assert site.get(csv).text.splitlines()[0] == "datasetLabel,methodLabel,relation,paperLabel,dataset,method,paper"
    assert any(link.startswith("/editor?query=") for link in answer.links)


def test_limits_are_said_on_the_page(tmp_path: Path) -> None:
    with create_or_open(tmp_path / "store") as writer:
        writer.publish(to_triples(KNOWLEDGE), name_rows(KNOWLEDGE), fingerprint="f", base=BASE)
    settings = Settings(workers=1, limits=Limits(seconds=1.0, rows=2))
    with serving(Current(locate(tmp_path / "store")), settings) as address, httpx.Client(base_url=address, headers=HTML) as client:
        assert page(client, "/queries/papers").texts("p", class_="answer") == ["2 rows — the query has more: the server stops at 2."]
        endless = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(6)) + " }"
        late = client.post("/editor", data={"query": endless})
        assert late.status_code == 503
        assert "1 s" in Page(late.text).texts("div", role="alert")[0]


def test_a_value_that_is_wrong_is_said_beside_its_field(site: httpx.Client) -> None:
    wrong = page(site, "/queries/methods-by-dataset", status=400, dataset="Dusk Sett", run="1")
    (field,) = wrong.all("input", name="dataset")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == ("Dusk Sett", "true")
    (said,) = wrong.texts("p", id=field.attributes["aria-describedby"])
    assert said == "nothing in the graph is called 'Dusk Sett': did you mean DuskSet (Dataset)?"
    assert "needs a dataset" in page(site, "/queries/methods-by-dataset", status=400, run="1").texts("p", class_="wrong")[0]
    assert "number" in page(site, "/queries/co-used-methods", status=400, minimum="two").texts("p", class_="wrong")[0]
    page(site, "/queries/nonesuch", status=404)


def test_a_value_is_a_term_and_never_sparql(site: httpx.Client) -> None:
    hostile = '"} } ; DROP ALL #'
    page(site, "/queries/evidence", status=400, subject=hostile, run="1")


def test_the_editor_works_without_a_script(site: httpx.Client) -> None:
    query = "SELECT ?name { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?name } ORDER BY ?name"
    editor = page(site, "/editor", query=query)
    assert editor.all("textarea")[0].text == query
    assert "a query may run 10 seconds and give 10,000 rows" in editor.texts("main")[0]
    answer = Page(site.post("/editor", data={"query": query}).text)
    assert "OwlNet" in answer.texts("td")
    assert Page(site.post("/editor", data={"query": "ASK { ?s ?p ?o }"}).text).texts("strong") == ["yes"]
    assert "owlnet" in Page(site.post("/editor", data={"query": f"DESCRIBE <{BASE}method/owlnet>"}).text).texts("pre")[0]
    refused = site.post("/editor", data={"query": "DROP ALL"})
    assert refused.status_code == 400
    assert Page(refused.text).all("div", role="alert")
    assert site.post("/editor", data={"query": "SELECT" + " " * 70_000}).status_code == 413
    assert site.post("/editor", content=b"x" * 400_000).status_code == 413
    assert site.post("/editor", content=b"&".join(b"a=1" for _ in range(100))).status_code == 413


def test_the_editor_takes_a_query_as_text(site: httpx.Client) -> None:
    hostile = '</textarea><script>alert(1)</script>" onfocus="x'
    read = Page(site.get("/editor", params={"query": hostile}).text)
    assert unsafe(read) == []
    assert read.all("textarea")[0].text == hostile
    assert json.loads(read.all("textarea")[0].attributes["data-prefixes"])["kg"] == "https://w3id.org/paper-kg/schema#"


def test_only_the_editor_may_set_styles_in_place(site: httpx.Client) -> None:
    assert "unsafe-inline" not in site.get("/").headers["Content-Security-Policy"]
    policy = site.get("/editor").headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy


@pytest.mark.parametrize("path", ["/schema", "/.well-known/void"])
def test_the_ontology_and_the_description_of_the_data_come_as_page_and_as_rdf(site: httpx.Client, path: str) -> None:
    assert "@prefix" in page(site, path).all("pre")[0].text
    sizes = set()
    for media, (name, format) in FORMATS.items():
        answer = site.get(path, headers={"Accept": media})
        assert answer.headers["Content-Type"].startswith(media)
        assert site.get(path, params={"format": name}).content == answer.content
        sizes.add(len({quad.triple for quad in ox.parse(answer.content, format=format)}))
    assert len(sizes) == 1  # blank nodes have other names in each
    assert min(sizes) > 10
    assert site.get(path, params={"format": "x"}).status_code == 400


def test_the_description_of_the_data_counts_classes_and_properties_for_people(site: httpx.Client) -> None:
    about = page(site, "/.well-known/void")
    assert about.texts("h2")[:2] == ["Classes", "Properties"]
    rows = dict(zip(about.texts("th", scope="row"), about.texts("td"), strict=True))
    assert (rows["kg:Method"], rows["kg:introduces"]) == ("3", "3")


def test_static_files_are_kept_by_browsers_as_long_as_their_address_names_them(site: httpx.Client) -> None:
    style = page(site, "/").all("link", rel="stylesheet")[0].attributes["href"]
    assert site.get(style).headers["Cache-Control"] == "public, max-age=31536000"
    assert site.get(style.partition("?")[0]).headers["Cache-Control"] == "public, max-age=3600"
    assert site.get("/static/../app.py").status_code == 404
    assert site.get("/static/%2e%2e/app.py").status_code == 404


def test_a_graph_of_others_has_plain_pages(tmp_path: Path) -> None:
    file = tmp_path / "others.ttl"
    file.write_text(
        "@prefix ex: <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'ex:a a ex:Thing ; rdfs:label "<b>odd</b> one" ; ex:see <javascript:alert(1)> ; ex:part [ ex:of ex:a ] .\n'
    )
    with serving(Current(locate(file))) as address, httpx.Client(base_url=address, headers=HTML) as client:
        page(client, "/")
        (link,) = [link for link in page(client, "/search", q="odd one").links if link.startswith("/resource")]
        assert link == "/resource?iri=https%3A%2F%2Fexample.org%2Fa"
        plain = page(client, link)
        assert "<b>odd</b> one" in plain.texts("td")
        assert "javascript:alert(1)" in plain.texts("td")
        assert '"<b>odd</b> one"' in client.get(f"{link}&format=ttl").text


@pytest.mark.gold
@pytest.mark.slow
@pytest.mark.skipif(not HOSTILE.exists(), reason="needs the shared inputs beside the repository")
def test_hostile_titles_are_text_on_every_page(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with kg.open(store) as graph:
        graph.build(HOSTILE)
    titles = {f"arxiv-{json.loads(line)['id']}": json.loads(line)["title"] for line in HOSTILE.read_text().splitlines()}
    with serving(Current(locate(store))) as address, httpx.Client(base_url=address, headers=HTML, timeout=30) as client:
        page(client, "/")
        page(client, "/queries/papers", limit="1")
        for key, title in titles.items():
            paper = page(client, f"/id/paper/{key}")
            assert not re.search(r"\b49\b", " ".join(paper.texts("h1")))
            page(client, "/search", q=title)
            for link in paper.links:
                if link.startswith("/id/") and "?" not in link:
                    page(client, link)
