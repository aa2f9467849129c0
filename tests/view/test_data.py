import math

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import vocab
from kg.extract.threshold import Thresholds, limits
from kg.view.data import Graph, name_of, read


def named(graph: Graph, name: str) -> int:
    return next(i for i, node in enumerate(graph.nodes) if node.name == name)


def said(graph: Graph, subject: str, predicate: str, object: str) -> list[tuple[str, str, str | None]]:
    """(sentence, words marked as object, words marked as subject) behind one edge."""
    key = (named(graph, subject), predicate, named(graph, object))
    edge = next(e for e in graph.edges if (e.subject, e.predicate, e.object) == key)
    out = []
    for quote in (q for claim in edge.claims for q in claim.quotes):
        units = graph.sentences[quote.sentence].text.encode("utf-16-le")
        words = [units[2 * r[0] : 2 * r[1]].decode("utf-16-le") if r else None for r in (quote.object, quote.subject)]
        out.append((graph.sentences[quote.sentence].text, words[0] or "", words[1]))
    return out


def test_nodes_carry_type_name_and_what_a_paper_knows_of_itself(store: ox.Store) -> None:
    graph = read(store)
    types = {node.name: node.type for node in graph.nodes}
    assert types["LeafNet"] == "method"
    assert types["GroveSet"] == "dataset"
    assert types["Forest Institute"] == "organisation"
    paper = graph.nodes[named(graph, "LeafNet: Counting leaves from the air")]
    assert (paper.type, paper.issued, paper.identifiers) == ("paper", "2031-03-02", (("arxiv", "3103.00001"), ("pmid", "42")))
    assert paper.abstract.startswith("We propose LeafNet")


def test_an_edge_keeps_every_sentence_with_the_words_that_name_its_ends(store: ox.Store) -> None:
    graph = read(store)
    assert said(graph, "LeafNet", "trainedOn", "GroveSet") == [("LeafNet is trained on GroveSet and beats TwigNet.", "GroveSet", "LeafNet")]


def test_marks_count_as_javascript_does(store: ox.Store) -> None:
    graph = read(store)  # the tree before the institute's name is one code point and two UTF-16 units
    title = "Bäume zählen with TwigNet 🌲 and friends"
    assert said(graph, title, "affiliatedWith", "Forest Institute") == [
        ("The 🌲 Forest Institute runs TwigNet on 2 Pinecone P2 boards.", "Forest Institute", None)
    ]


def test_parallel_relations_are_all_kept(store: ox.Store) -> None:
    graph = read(store)
    twig, grove = named(graph, "TwigNet"), named(graph, "GroveSet")
    assert {e.predicate for e in graph.edges if (e.subject, e.object) == (twig, grove)} == {"evaluatedOn", "trainedOn"}


def test_urls_are_links_and_not_nodes(store: ox.Store) -> None:
    graph = read(store)
    assert [link.url for link in graph.links] == ["https://example.org/leafnet"]
    assert not any("example.org" in node.name for node in graph.nodes)


def test_every_evidence_of_the_store_is_there(store: ox.Store) -> None:
    stored = sum(1 for _ in store.quads_for_pattern(None, vocab.RDF_TYPE, vocab.ANNOTATION, None))
    assert stored > 20
    assert read(store).evidence == stored


def test_claims_that_score_too_little_are_left_out_and_counted(store: ox.Store) -> None:
    graph = read(store, kept=limits(0.5, None))
    assert graph.left_out == 1
    assert len(graph.edges) == len(read(store).edges) - 1
    assert all(claim.score >= 0.5 for edge in graph.edges for claim in edge.claims)
    assert graph.unsaid == frozenset()  # another paper speaks of leaf counting


def test_entities_that_only_poor_claims_name_are_no_nodes_and_papers_stay(store: ox.Store) -> None:
    whole, graph = read(store), read(store, kept=limits(0.97, None))
    gone = {node.name for node in whole.nodes} - {node.name for node in graph.nodes}
    assert gone
    assert {node.id for node in whole.nodes if node.name in gone} == graph.unsaid
    assert not any(whole.nodes[named(whole, name)].type == "paper" for name in gone)
    spoken = {end for edge in graph.edges for end in (edge.subject, edge.object)}
    assert all(number in spoken for number, node in enumerate(graph.nodes) if node.type != "paper")


def test_role_and_relation_of_one_name_have_thresholds_of_their_own(store: ox.Store) -> None:
    kept = Thresholds(0.0, {("role", "runsOn"): math.inf})
    graph = read(store, kept=lambda _: kept)
    assert {graph.nodes[edge.subject].name for edge in graph.edges if edge.predicate == "runsOn"} == {"LeafNet", "TwigNet"}


def test_device_counts_stay_with_their_paper(store: ox.Store) -> None:
    graph = read(store)
    hardware = named(graph, "Pinecone P2")
    counts = {graph.nodes[c.paper].name: c.count for e in graph.edges if e.object == hardware for c in e.claims if c.count}
    assert sorted(counts.values()) == [2, 8]


def test_an_empty_store_is_an_empty_graph() -> None:
    assert read(ox.Store()) == Graph((), (), (), ())


def test_a_broken_claim_is_passed_over(store: ox.Store) -> None:
    broken = ox.Store()
    broken.extend(store)
    claim = ox.NamedNode(vocab.BASE + "claim/0000")
    broken.add(ox.Quad(claim, vocab.PREDICATE, vocab.own("uses")))
    broken.add(ox.Quad(claim, vocab.SCORE, ox.Literal("NaN")))
    assert read(broken) == read(store)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("two\nlines\tand  more", "two lines and more"),
        ("nul\x00and\x1bescape", "nul and escape"),
        ("עברית", "עברית"),
    ],
)
def test_names_are_one_visible_line(raw: str, shown: str) -> None:
    assert name_of(raw) == shown


@given(st.text())
def test_making_a_name_visible_twice_changes_nothing(text: str) -> None:
    assert name_of(name_of(text)) == name_of(text)


def test_kinds_merges_and_candidates_are_no_nodes(triples: list[ox.Triple]) -> None:
    """The graph of tests/conftest.py has all three; the page shows papers and entities only."""
    filled = ox.Store()
    filled.extend(ox.Quad(*triple) for triple in triples)
    graph = read(filled)
    assert {node.type for node in graph.nodes} == {"paper", "method", "dataset", "hardware", "organisation", "task"}
    assert sum(len(claim.quotes) for edge in graph.edges for claim in edge.claims) == 13
    assert not [sentence for sentence in graph.sentences if "(NGC)" in sentence.text]
