"""A graph is read into the same corpus whatever the order of its triples; names and years are those that the graph has."""

from __future__ import annotations

import pytest
from conftest import KNOWLEDGE, fill
from hypothesis import given, settings
from hypothesis import strategies as st
from made_corpora import corpus
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from kg import analyse, vocab
from kg.analyse.corpus import BIT, WORK, read
from kg.graph import to_triples

TRIPLES = to_triples(KNOWLEDGE)


def named(store: Store, paper: str) -> dict[str, int]:
    found = read(store)
    place = [p.id for p in found.papers].index(paper)
    span = range(found.starts[place], found.starts[place + 1])
    return {found.entities[found.things[i]].name: found.masks[i] for i in span}


def test_papers_have_title_and_year_and_name_things_in_roles(store: Store) -> None:
    found = read(store)
    assert [(paper.id, paper.year) for paper in found.papers] == [
        ("paper/arxiv-2401.00001", 2024), ("paper/doi-10.5%2Fodd", None), ("paper/lampnet-lights-duskset-0a1b2c3d", None),
    ]  # fmt: skip
    assert found.papers[0].title == "OwlNet: Night Vision for Small Drones"
    assert found.undated == 2
    assert named(store, "paper/arxiv-2401.00001") == {
        "OwlNet": BIT["introduces"], "LampNet": BIT["comparesWith"], "DuskSet": BIT["uses"], "Nimbus X2": BIT["runsOn"],
        "Harbour University": BIT["affiliatedWith"], "night vision": BIT["addresses"],
    }  # fmt: skip


def test_entities_have_type_and_name(store: Store) -> None:
    found = {entity.id: (entity.type, entity.name) for entity in read(store).entities}
    assert found["dataset/duskset"] == ("Dataset", "DuskSet")
    assert len(found) == len(KNOWLEDGE.entities)


def test_what_builds_on_what_has_the_papers_that_say_so(store: Store) -> None:
    found = read(store)
    (said,) = found.relations
    assert (found.entities[said.subject].name, said.relation, found.entities[said.object].name) == ("OwlNet", "basedOn", "LampNet")
    assert [found.papers[paper].id for paper in said.papers] == ["paper/arxiv-2401.00001"]


def test_earlier_papers_and_those_without_a_year_are_left_out_with_what_only_they_say(store: Store) -> None:
    assert [paper.id for paper in read(store, since=2024).papers] == ["paper/arxiv-2401.00001"]
    later = read(store, since=2025)
    assert (later.papers, later.relations, len(later.things)) == ((), (), 0)


def test_a_relation_that_no_claim_describes_is_kept_without_papers(store: Store) -> None:
    store.add(Quad(NamedNode(f"{vocab.BASE}method/lampnet"), vocab.own("derivedFrom"), NamedNode(f"{vocab.BASE}method/owlnet")))
    assert [said.papers for said in read(store).relations if said.relation == "derivedFrom"] == [()]


def test_things_of_several_classes_and_names_have_one_of_each(store: Store) -> None:
    thing = NamedNode(f"{vocab.BASE}dataset/duskset")
    store.add(Quad(thing, vocab.RDF_TYPE, vocab.CLASSES[analyse.corpus.EntityType.METHOD][0]))
    store.add(Quad(thing, vocab.PREF_LABEL, Literal("A Dusk\nSet")))
    assert [(e.type, e.name) for e in read(store).entities if e.id == "dataset/duskset"] == [("Method", "A Dusk Set")]


@pytest.mark.parametrize(
    ("property", "value", "year"),
    [
        (vocab.ISSUED, "2019", 2019), (vocab.ISSUED, "2019-05-06", 2019), (vocab.ISSUED, "in 2019", None), (vocab.ISSUED, "20191", None),
        (vocab.ARXIV_ID, "1706.03762", 2017), (vocab.ARXIV_ID, "0704.0001", 2007), (vocab.ARXIV_ID, "2407.12854v2", 2024),
        (vocab.ARXIV_ID, "hep-th/9901001", 1999), (vocab.ARXIV_ID, "math.GT/0309136", 2003), (vocab.ARXIV_ID, "2413.00001", None),
    ],
)  # fmt: skip
def test_the_year_is_that_of_issue_else_that_of_the_arxiv_identifier(property: NamedNode, value: str, year: int | None) -> None:
    paper = NamedNode(f"{vocab.BASE}paper/x")
    assert read(fill([Triple(paper, vocab.RDF_TYPE, vocab.RESEARCH_PAPER), Triple(paper, property, Literal(value))])).papers[0].year == year


def test_issue_wins_over_the_identifier() -> None:
    paper = NamedNode(f"{vocab.BASE}paper/x")
    triples = [Triple(paper, vocab.RDF_TYPE, vocab.RESEARCH_PAPER), Triple(paper, vocab.ARXIV_ID, Literal("1706.03762"))]
    assert read(fill([*triples, Triple(paper, vocab.ISSUED, Literal("2018-01-01"))])).papers[0].year == 2018


def test_an_empty_graph_is_an_empty_corpus() -> None:
    found = read(Store())
    assert (found.papers, found.entities, found.relations, list(found.starts)) == ((), (), (), [0])


@settings(max_examples=25, deadline=None)
@given(st.permutations(TRIPLES))
def test_the_order_of_the_triples_changes_nothing(triples: list[Triple]) -> None:
    assert read(fill(triples)) == read(fill(TRIPLES))


THINGS = ["m:a", "m:b", "m:c", "d:d", "d:e", "t:f"]
PAPERS = st.lists(st.tuples(st.integers(2018, 2022), st.sets(st.sampled_from(THINGS))), max_size=60)


@settings(max_examples=40, deadline=None)
@given(PAPERS, st.randoms(use_true_random=False))
def test_figures_depend_on_papers_and_not_on_their_order(papers: list[tuple[int, set[str]]], random: object) -> None:
    """Papers get other identifiers in another order; all figures that tell of things stay the same."""
    shuffled = [*papers]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = corpus(papers), corpus(shuffled)
    for name in ("standing", "trends"):
        assert analyse.compute(one, name) == analyse.compute(other, name)
    assert analyse.pairs(one) == analyse.pairs(other)
    ends = [[(gap.method, gap.other, gap.probability, gap.adjusted) for gap in analyse.gaps(made).rows] for made in (one, other)]
    assert ends[0] == ends[1]


@settings(max_examples=40, deadline=None)
@given(PAPERS)
def test_users_are_the_papers_that_name_a_thing(papers: list[tuple[int, set[str]]]) -> None:
    made = corpus(papers)
    for thing, users in made.users(WORK).items():
        assert users == [paper for paper in range(len(made.papers)) if thing in made.named(paper)]
