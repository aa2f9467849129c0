"""Addresses, marked sentences, tables of answers, and pages of hubs: what pages are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.derivation.names import name_rows
from kg.engine.pool import Answer
from kg.graph import to_triples
from kg.graph.terms import entity_iri
from kg.lookup import End, Quote
from kg.model import Document, Entity, EntityType, Evidence, Kind, Knowledge, Span, Statement
from kg.queries import library
from kg.serve.pages import addresses
from kg.serve.pages.describing import CLAIMS, describe
from kg.serve.pages.home import HIGHLIGHTS
from kg.serve.pages.marking import annotated, sentence
from kg.serve.pages.results import SHOWN, table
from kg.serve.pages.statements import FIRST, PAGE
from kg.serve.pages.values import BELOW, thing_page
from kg.store import Snapshot, create_or_open, open_snapshot
from kg.vocab import BASE, own

PAPER = End("paper/p", "A paper", "Paper")
METHOD = End("method/owlnet", "OwlNet", "Method")
DATA = End("dataset/dusk", "Dusk", "Dataset")


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20))
def test_the_address_of_any_name_leads_back_to_its_iri(name: str) -> None:
    iri = entity_iri(f"method/{name}").value
    address = addresses.page_address(iri.removeprefix(BASE))
    assert address.isascii()
    assert not set(address) & set('<>"` ?#\\')
    assert iri in [BASE + path for path in addresses.paths(address.removeprefix(addresses.ROOT))]


def test_escapes_of_an_iri_stay_and_other_letters_travel_as_utf_8() -> None:
    assert addresses.page_address("paper/doi-10.5%2Fodd") == "/id/paper/doi-10.5%2Fodd"
    assert addresses.page_address("dataset/日本") == "/id/dataset/%E6%97%A5%E6%9C%AC"
    assert addresses.paths("dataset/%E6%97%A5%E6%9C%AC")[1] == "dataset/日本"


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", "vbscript:x", "file:///etc/passwd", "https:x", " https://a"]
)
def test_only_http_is_linked(iri: str) -> None:
    assert addresses.link(iri, BASE) == ""


@pytest.mark.parametrize(
    ("scheme", "value", "href"),
    [
        ("arxiv", "2401.00001", "https://arxiv.org/abs/2401.00001"),
        ("arxiv", "hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001"),
        ("arxiv", "javascript:alert(1)", ""),
        ("doi", "10.1234/a<b>", "https://doi.org/10.1234/a%3Cb%3E"),
        ("doi", "x", ""),
        ("url", "https://example.org/x", "https://example.org/x"),
        ("url", "javascript:alert(1)", ""),
        ("pmid", "77", ""),
    ],
)
def test_identifiers_lead_where_they_are_known(scheme: str, value: str, href: str) -> None:
    assert addresses.identifier_link(scheme, value) == href


def quote(text: str, start: int, object: tuple[int, int], subject: tuple[int, int] | None = None) -> Quote:
    return Quote(METHOD, "trainedOn", DATA, PAPER, text, object, subject, start, 0.9, "rule", "x-1")


def test_a_sentence_is_cut_at_both_names() -> None:
    cut = sentence(quote("OwlNet is trained on Dusk.", 0, (21, 25), (0, 6)))
    assert [(piece.text, piece.role) for piece in cut] == [("OwlNet", "subject"), (" is trained on ", ""), ("Dusk", "object"), (".", "")]


@given(st.text(max_size=30), st.tuples(st.integers(-3, 40), st.integers(-3, 40)), st.tuples(st.integers(-3, 40), st.integers(-3, 40)))
def test_pieces_are_the_sentence_whatever_is_marked(text: str, one: tuple[int, int], other: tuple[int, int]) -> None:
    assert "".join(piece.text for piece in sentence(quote(text, 0, one, other))) == text


def test_an_abstract_is_marked_where_the_sentence_stands() -> None:
    found = annotated("Title", "So. OwlNet eats Dusk.", [quote("OwlNet eats Dusk.", 11, (12, 16), (0, 6)), quote("Not here.", 11, (0, 3))])
    assert [(piece.text, piece.end) for piece in found if piece.end] == [("OwlNet", METHOD), ("Dusk", DATA)]
    assert "".join(piece.text for piece in found) == "So. OwlNet eats Dusk."


def answered(names: list[str], rows: list[dict[str, dict[str, str]]], truncated: bool = False) -> Answer:
    body = json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()
    return Answer(BytesIO(body), "json", len(body), len(rows), truncated)


def test_a_label_is_the_link_of_what_it_names() -> None:
    row = {
        "paper": {"type": "uri", "value": f"{BASE}paper/p"},
        "paperLabel": {"type": "literal", "value": "<b>A paper</b>"},
        "count": {"type": "literal", "value": "8", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
        "link": {"type": "uri", "value": "javascript:alert(1)"},
        "kind": {"type": "uri", "value": f"{own('Method').value}"},
    }
    shown = table(answered(["paperLabel", "count", "paper", "link", "kind", "empty"], [row]), BASE)
    assert shown.columns == ("paper", "count", "link", "kind", "empty")
    cells = [(cell.text, cell.href, cell.kind) for cell in shown.rows[0]]
    assert cells[0] == ("<b>A paper</b>", "/id/paper/p", "")
    assert cells[1] == ("8", "", "number")
    assert cells[2] == ("javascript:alert(1)", "", "")
    assert cells[3] == ("kg:Method", own("Method").value, "")
    assert cells[4] == ("", "", "")


def test_a_table_shows_the_first_rows_and_says_how_many_there_are() -> None:
    rows = [{"n": {"type": "literal", "value": str(n)}} for n in range(SHOWN + 1)]
    shown = table(answered(["n"], rows, truncated=True), BASE)
    assert (len(shown.rows), shown.total, shown.truncated) == (SHOWN, SHOWN + 1, True)


def test_the_home_page_names_questions_that_there_are() -> None:
    assert set(HIGHLIGHTS) <= library().keys()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """One method that 120 papers use, and a kind with 70 devices under it."""
    documents, said = [], []
    for n in range(120):
        document = Document(f"arxiv-24{n // 10 + 10}.{n:05d}", "s", "p", f"Study {n}", f"Study {n}", "We use Hub here.")
        documents.append(document)
        start = document.text.index("We use")
        evidence = Evidence(Span(start, start + 16), Span(start + 7, start + 10))
        said.append(Statement(document.key, f"paper/{document.key}", "uses", "method/hub", (evidence,), "x-1", "rule", 0.5 + n / 400))
    devices = [Entity(f"hardware/d{n}", EntityType.HARDWARE, f"D{n}", broader="kind/board") for n in range(70)]
    entities = (*devices, Entity("method/hub", EntityType.METHOD, "Hub"))
    known = Knowledge(tuple(documents), entities, tuple(said), kinds=(Kind("kind/board", "Board", ()),))
    path: Path = tmp_path_factory.mktemp("hub") / "store"
    with create_or_open(path) as writer:
        writer.publish(to_triples(known), name_rows(known), fingerprint="f", base=BASE)
    with open_snapshot(path) as snapshot:
        yield snapshot


def page_of(snapshot: Snapshot, path: str, group: str = "", number: int = 1):
    page = thing_page(snapshot, NamedNode(BASE + path), group, number)
    assert page is not None
    return page


def test_a_page_of_a_hub_shows_the_first_statements_of_all(hub: Snapshot) -> None:
    page = page_of(hub, "method/hub")
    assert [(group.key, len(group.statements), group.total, group.pages) for group in page.groups] == [("in-uses", FIRST, 120, 10)]
    assert page.groups[0].statements[0].other.iri == "paper/arxiv-2421.00119"  # the newest
    assert page.papers == 120


def test_the_pages_of_a_group_hold_each_statement_once(hub: Snapshot) -> None:
    pages = [page_of(hub, "method/hub", "in-uses", number).groups[0] for number in (1, 2, 3)]
    assert [len(page.statements) for page in pages] == [PAGE, PAGE, 20]
    assert len({statement.other.iri for page in pages for statement in page.statements}) == 120
    assert page_of(hub, "method/hub", "in-uses", 99).groups[0].page == 3


def test_the_page_of_a_hub_reads_no_more_than_it_shows(hub: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.lookup.reading import Reader

    read = []
    quotes = Reader.quotes
    monkeypatch.setattr(Reader, "quotes", lambda reader, claim: read.append(claim) or quotes(reader, claim))
    page_of(hub, "method/hub")
    assert len(read) == FIRST


def test_a_kind_lists_what_lies_under_it_up_to_a_bound(hub: Snapshot) -> None:
    page = page_of(hub, "kind/board")
    assert (len(page.below), page.more_below) == (BELOW, True)


def test_the_picture_of_a_hub_says_how_many_neighbours_it_leaves_out(hub: Snapshot) -> None:
    picture = page_of(hub, "method/hub", "in-uses").picture
    assert picture is not None
    assert (len(picture.nodes), picture.more) == (12, PAGE - 12)


def test_a_description_of_a_hub_comes_in_pages(hub: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.serve.pages.describing.CLAIMS", 50)
    node = NamedNode(f"{BASE}method/hub")
    pages = [describe(hub, node, number) for number in (1, 2, 3, 4)]
    assert [further for _, further in pages] == [True, True, False, False]
    uses = {triple.subject for triples, _ in pages for triple in triples if triple.predicate == own("uses")}
    assert len(uses) == 120
    assert CLAIMS == 200
