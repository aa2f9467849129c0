"""A part of a stored graph says what the whole graph says of it; counts are those of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from view.conftest import knowledge

from kg import vocab
from kg.analyse import read as read_corpus
from kg.derivation.names import name_rows
from kg.graph import to_triples
from kg.store import Snapshot, create_or_open, open_snapshot
from kg.view import slices
from kg.view.catalogue import SORTS, Catalogue, rows_of, sizes
from kg.view.data import Claim, Graph, read
from kg.view.selection import adjacency


def stored(papers: list[dict[str, Any]], path: Path) -> Snapshot:
    known = knowledge(papers)
    with create_or_open(path) as writer:
        writer.publish(to_triples(known), name_rows(known), fingerprint="f", base=vocab.BASE)
    return open_snapshot(path)


@pytest.fixture(scope="module")
def snapshot(papers: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with stored(papers, tmp_path_factory.mktemp("slices") / "store") as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(snapshot: Snapshot) -> Graph:
    return read(snapshot.store, base=snapshot.base)


def said(graph: Graph, claim: Claim) -> tuple[object, ...]:
    """A claim without numbers of its graph, without sentences."""
    return graph.nodes[claim.paper].id, claim.score, claim.rule, claim.count


def edges(graph: Graph, inside: set[str] | None = None) -> dict[tuple[str, str, str], list[object]]:
    """The edges, or those with both ends inside, by ids of their ends: which papers say each, and how sure that is."""
    named = {
        (graph.nodes[e.subject].id, e.predicate, graph.nodes[e.object].id): [(graph.nodes[c.paper].id, c.score) for c in e.claims]
        for e in graph.edges
    }
    return {key: claims for key, claims in named.items() if inside is None or {key[0], key[2]} <= inside}


def quotes(graph: Graph, claims: tuple[Claim, ...]) -> list[object]:
    return [(said(graph, claim), [(graph.sentences[q.sentence].text, q.object, q.subject) for q in claim.quotes]) for claim in claims]


def node(snapshot: Snapshot, id: str) -> Any:
    found = slices.node_of(snapshot, id)
    assert found is not None
    return found


def test_the_neighbourhood_of_every_node_is_that_of_the_whole_graph(snapshot: Snapshot, whole: Graph) -> None:
    links = adjacency(whole)
    degree = [sum(i in (e.subject, e.object) for e in whole.edges) for i in range(len(whole.nodes))]
    for i, centre in enumerate(whole.nodes):
        part = slices.ego(snapshot, [node(snapshot, centre.id)])
        near = {centre.id, *(whole.nodes[n.node].id for n in links.neighbours[i])}
        drawn = [part.graph.nodes[at] for at in part.nodes]
        assert drawn[0].id == centre.id
        assert {n.id for n in drawn} == near
        assert edges(part.graph, near) == edges(whole, near)
        by_id = {n.id: at for at, n in enumerate(whole.nodes)}
        for place, found in enumerate(drawn):
            same = whole.nodes[by_id[found.id]]
            assert (found.name, found.type, found.year) == (same.name, same.type, same.year)
            assert part.degree[place] == degree[by_id[found.id]]
            assert part.papers[place] == (1 if found.type == "paper" else links.papers[by_id[found.id]])
        assert part.cut == {}


def test_several_centres_come_with_the_edges_between_their_neighbours(snapshot: Snapshot, whole: Graph) -> None:
    ids = [n.id for n in whole.nodes]
    part = slices.ego(snapshot, [node(snapshot, id) for id in ids])
    assert {part.graph.nodes[at].id for at in part.nodes} == set(ids)
    assert edges(part.graph) == edges(whole)


def test_of_many_neighbours_every_relation_gives_some_and_the_rest_is_counted(tmp_path: Path) -> None:
    uses = [
        {"title": f"User {n}", "abstract": "We use Hub.", "says": [("uses", "Dataset", "Hub")], "identifiers": [("arxiv", f"2001.{n:05d}")]}
        for n in range(9)
    ]
    owner = {
        "title": "Owner", "abstract": "We propose Hub. Hub is from Source.",
        "says": [("introduces", "Dataset", "Hub"), ("uses", "Dataset", "Source")], "relations": [("Hub", "derivedFrom", "Source")],
    }  # fmt: skip
    with stored([*uses, owner], tmp_path / "store") as snapshot:
        part = slices.ego(snapshot, [node(snapshot, "dataset/hub")], limit=4)
        names = [part.graph.nodes[at].name for at in part.nodes]
        assert names[0] == "Hub"
        assert {"Owner", "Source"} <= set(names)
        assert [name for name in names if name.startswith("User")] == sorted((n for n in names if n.startswith("User")), reverse=True)
        assert len(names) == 5
        assert part.cut == {"dataset/hub": 7}
        assert part.degree[0] == 11


def test_neighbours_may_be_those_by_some_relations_alone(snapshot: Snapshot) -> None:
    part = slices.ego(snapshot, [node(snapshot, "method/leafnet")], relations=["introduces", "trainedOn"])
    names = [part.graph.nodes[at].name for at in part.nodes]
    assert names == ["LeafNet", "LeafNet: Counting leaves from the air", "GroveSet"]


def test_some_nodes_come_with_the_edges_between_them_and_no_other(snapshot: Snapshot, whole: Graph) -> None:
    ids = [n.id for n in whole.nodes if n.type in ("method", "dataset")]
    part = slices.among(snapshot, [node(snapshot, id) for id in ids])
    assert [part.graph.nodes[at].id for at in part.nodes] == ids
    assert edges(part.graph) == edges(whole, set(ids))
    assert slices.among(snapshot, []).nodes == ()


def test_every_sentence_is_reached_edge_by_edge_with_the_stored_words_marked(snapshot: Snapshot, whole: Graph) -> None:
    wanted = [(whole.nodes[e.subject].id, e.predicate, whole.nodes[e.object].id) for e in whole.edges]
    given = [(node(snapshot, s), slices.EDGES[p], node(snapshot, o)) for s, p, o in wanted]
    part = slices.quoted(snapshot, given)
    expected = {key: quotes(whole, e.claims) for key, e in zip(wanted, whole.edges, strict=True)}
    found = {(part.nodes[e.subject].id, e.predicate, part.nodes[e.object].id): quotes(part, e.claims) for e in part.edges}
    assert found == expected
    assert all(part.nodes[claim.paper].type == "paper" for e in part.edges for claim in e.claims)
    alone = slices.quoted(snapshot, given[:1])
    assert [quotes(alone, e.claims) for e in alone.edges] == [expected[wanted[0]]]


def test_of_many_claims_the_best_are_quoted(tmp_path: Path) -> None:
    papers = [
        {"title": f"Paper {n}", "abstract": "LeafNet is trained on GroveSet.", "says": [("uses", "Method", "LeafNet"), ("uses", "Dataset", "GroveSet")],
         "relations": [("LeafNet", "trainedOn", "GroveSet")]}
        for n in range(5)
    ]  # fmt: skip
    with stored(papers, tmp_path / "store") as snapshot:
        edge = node(snapshot, "method/leafnet"), slices.EDGES["trainedOn"], node(snapshot, "dataset/groveset")
        assert [len(e.claims) for e in slices.quoted(snapshot, [edge]).edges] == [5]
        assert [len(e.claims) for e in slices.quoted(snapshot, [edge], most=2).edges] == [2]


def test_one_node_has_all_its_facts_and_its_links_with_their_sentences(snapshot: Snapshot, whole: Graph) -> None:
    for i, expected in enumerate(whole.nodes):
        part = slices.alone(snapshot, node(snapshot, expected.id))
        assert next(n for n in part.nodes if n.id == expected.id) == expected
        links = [(k.predicate, k.url, quotes(whole, k.claims)) for k in whole.links if k.subject == i]
        assert [(k.predicate, k.url, quotes(part, k.claims)) for k in part.links] == links
        assert part.edges == ()
    assert whole.links


@pytest.mark.parametrize("id", ["method/nothing", "", "a b", "<x>", "kind/gpu", "extractor/rules-1.0", "http://[", "\x00", "x:y z", "_:b"])
def test_what_is_no_paper_or_entity_has_no_node(snapshot: Snapshot, id: str) -> None:
    assert slices.node_of(snapshot, id) is None


@given(st.text(max_size=30))
def test_any_text_as_id_is_a_node_or_none(snapshot: Snapshot, id: str) -> None:
    found = slices.node_of(snapshot, id)
    assert found is None or snapshot.local(found.value) == id


def test_the_catalogue_has_every_node_as_the_whole_graph_counts_it(snapshot: Snapshot, whole: Graph) -> None:
    support = {
        hit.iri: hit.support
        for type in ("Method", "Dataset", "Hardware", "Organisation", "Task")
        for hit in snapshot.names.leading(type, 99)
    }
    catalogue = Catalogue(rows_of(read_corpus(snapshot.store, base=snapshot.base), support, snapshot.store, snapshot.base))
    papers = adjacency(whole).papers
    for i, n in enumerate(whole.nodes):
        row = catalogue.row(n.id)
        assert row is not None
        assert (row.name, row.type, row.year) == (n.name, n.type, n.year)
        assert row.papers == (1 if n.type == "paper" else papers[i])
        assert row.degree == sum(i in (e.subject, e.object) for e in whole.edges)
    types, relations = sizes(snapshot.store)
    assert types == Counter(n.type for n in whole.nodes)
    assert relations == Counter(e.predicate for e in whole.edges)


@pytest.mark.parametrize("sort", SORTS)
def test_the_catalogue_is_listed_by_pieces_in_any_order(snapshot: Snapshot, whole: Graph, sort: str) -> None:
    support = {hit.iri: hit.support for hit in snapshot.names.leading("Method", 99)}
    catalogue = Catalogue(rows_of(read_corpus(snapshot.store, base=snapshot.base), support, snapshot.store, snapshot.base))
    types = {"paper", "method"}
    up, total = catalogue.listed(sort, up=True, types=types, start=0, limit=99)
    down, _ = catalogue.listed(sort, up=False, types=types, start=0, limit=99)
    assert total == len(up) == len(down) == sum(n.type in types for n in whole.nodes)
    attribute = {"relations": "degree", "year": "year"}.get(sort, sort)
    values = [getattr(row, attribute) or 0 for row in up]
    if sort != "name":
        assert values == sorted(values)
        assert [getattr(row, attribute) or 0 for row in down] == sorted(values, reverse=True)
    assert catalogue.listed(sort, up=True, types=types, start=1, limit=2)[0] == up[1:3]
