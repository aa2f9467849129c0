"""What one graph says that another does not: on stores with and without decisions, on exports, and on graphs made up of parts."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from conftest import KNOWLEDGE, fill
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Store
from toy_papers import make

import kg
from kg.comparison import Claim, Difference, changeset, compare
from kg.deciding import decide, word
from kg.export import turtle
from kg.graph import to_triples
from kg.model import Decision, DecisionKind, EntityType, Knowledge, Span, Statement
from kg.store import Snapshot

METHOD = EntityType.METHOD
SAME = Decision(DecisionKind.SAME, METHOD, "Path Finder", other="Way Seeker")
DIFFERENT = Decision(DecisionKind.DIFFERENT, METHOD, "Lantern", other="lantern")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("built") / "store")


@pytest.fixture
def store(tmp_path: Path, built: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "store"))


def spoken(claim: Claim) -> str:
    return f"{claim.subject.label} {claim.predicate} {claim.object.label}"


# Decisions of people


def test_stores_that_say_the_same_do_not_differ(built: Path, store: Path) -> None:
    found = kg.diff(built, store)
    assert not found
    assert (found.before.papers, found.after.triples) == (10, found.before.triples)


def test_things_that_a_person_joined_are_merged_and_their_claims_move(built: Path, store: Path) -> None:
    decide(store, add=[SAME])
    found = kg.diff(built, store)
    assert [([thing.label for thing in merged.several], merged.one.label) for merged in found.things_merged] == [
        (["Path Finder", "Way Seeker"], "Way Seeker")
    ]
    assert [(spoken(move.before), spoken(move.after)) for move in found.claims_moved] == [
        ("Paper 09 uses Path Finder", "Paper 09 uses Way Seeker")
    ]
    assert found.claims_added == found.claims_removed == found.things_removed == found.things_added == ()
    assert [(pair.one.label, pair.other.label) for pair in found.questions_removed] == [("Path Finder", "Way Seeker")]
    assert "decided: 'Path Finder' is 'Way Seeker'" in [reason.reason for reason in found.reasons_added]


def test_taking_the_decision_back_is_the_mirror_of_it(built: Path, store: Path) -> None:
    decide(store, add=[SAME])
    back = kg.diff(store, built)
    assert [(split.one.label, [thing.label for thing in split.several]) for split in back.things_split] == [
        ("Way Seeker", ["Path Finder", "Way Seeker"])
    ]
    assert back.things_merged == ()


def test_a_thing_that_a_person_parted_is_split(built: Path, store: Path) -> None:
    decide(store, add=[DIFFERENT])
    (split,) = kg.diff(built, store).things_split
    assert (split.one.label, [thing.label for thing in split.several], split.mentions) == ("Lantern", ["Lantern", "lantern"], 1)


def test_mentions_move_between_things_that_keep_others(store: Path, tmp_path: Path) -> None:
    """SCM of paper 4 is one thing at first and another then; both have other mentions throughout."""
    names = ("Structural Causal Model", "Self-Controlled Memory")
    boat, hill = "arxiv-2401.00003", "arxiv-2401.00004"
    apart = Decision(DecisionKind.DIFFERENT, METHOD, "SCM", boat, other="SCM", other_paper=hill)
    said = [Decision(DecisionKind.SAME, METHOD, "SCM", hill, other=name) for name in names]
    decide(store, add=[apart, said[0]])
    before = Path(shutil.copytree(store, tmp_path / "before"))
    decide(store, add=[said[1]], remove=[said[0]])
    found = kg.diff(before, store)
    assert [(spoken(move.before), spoken(move.after)) for move in found.claims_moved] == [
        (f"Paper 04 uses {names[0]}", f"Paper 04 uses {names[1]}")
    ]
    assert [(moved.before.label, moved.after.label, moved.mentions) for moved in found.mentions_moved] == [(*names, 1)]
    assert found.claims_added == found.claims_removed == found.things_merged == found.things_split == ()


def test_a_thing_that_a_person_renamed_is_one_thing(built: Path, store: Path) -> None:
    decide(store, add=word(store, "rename", ("Dusk Filter", "Twilight Filter"), type="Method"))
    found = kg.diff(built, store)
    assert [(renamed.before.label, renamed.after.label) for renamed in found.things_renamed] == [("Dusk Filter", "Twilight Filter")]
    assert {(spoken(move.before), spoken(move.after)) for move in found.claims_moved} >= {
        ("Lantern comparedWith Dusk Filter", "Lantern comparedWith Twilight Filter")
    }
    assert [(change.added, change.removed) for change in found.names] == [(("Twilight Filter",), ())]


def test_an_iri_that_went_from_one_thing_to_another_is_told_by_the_moves(store: Path, tmp_path: Path) -> None:
    """Each of two papers introduces a Kurator; which of them has the plain path follows from the papers there are."""
    both = make(tmp_path / "both", wanted=["05", "06"])
    decide(both, add=[Decision(DecisionKind.RENAME, METHOD, "Kurator", "arxiv-2401.00005", other="Zed")])
    found = kg.diff(make(tmp_path / "plain", wanted=["05", "06"]), both)
    assert [(renamed.before.iri, renamed.after.iri) for renamed in found.things_renamed] == [
        ("method/kurator", "method/zed"), ("method/kurator-b56e9c55", "method/kurator"),
    ]  # fmt: skip
    assert [(spoken(move.before), spoken(move.after)) for move in found.claims_moved] == [
        ("Paper 05 introduces Kurator", "Paper 05 introduces Zed"),
        ("Paper 06 introduces Kurator", "Paper 06 introduces Kurator"),
    ]
    assert found.claims_changed == found.claims_added == found.claims_removed == ()


def test_a_claim_that_a_person_found_wrong_is_removed_and_what_stands_for_it_added(built: Path, store: Path) -> None:
    decide(store, add=word(store, "wrong-statement", ("Paper 10", "uses", "Way Seeker")))
    found = kg.diff(built, store)
    assert [spoken(claim) for claim in found.claims_removed] == ["Paper 10 uses Way Seeker"]
    assert [spoken(claim) for claim in found.claims_added] == ["Paper 10 mentions Way Seeker"]
    assert found.claims_moved == found.things_removed == ()


def test_papers_come_with_their_claims(tmp_path: Path) -> None:
    few, more = make(tmp_path / "few", wanted=["07"]), make(tmp_path / "more", wanted=["07", "10"])
    found = kg.diff(few, more)
    assert [paper.label for paper in found.papers_added] == ["Paper 10"]
    assert [spoken(claim) for claim in found.claims_added] == ["Paper 10 uses Way Seeker"]
    assert [thing.label for thing in found.things_added] == ["Way Seeker"]
    assert kg.diff(more, few).papers_removed == found.papers_added


def test_a_paper_that_was_written_anew_tells_which_sentences_are_others(tmp_path: Path) -> None:
    text = {"2401.00008": "We use «lantern» and «Dusk Filter»."}
    old, new = make(tmp_path / "old", text), make(tmp_path / "new", {"2401.00008": "We like «lantern» and «Dusk Filter»."})
    found = kg.diff(old, new)
    assert [(change.after.label, change.fields) for change in found.papers_changed] == [("Paper 08", ("abstract",))]
    assert {change.fields for change in found.claims_changed} == {("evidence",)}
    assert [sentence.text for change in found.claims_changed[:1] for sentence in (*change.before.evidence, *change.after.evidence)] == [
        "We use «lantern» and «Dusk Filter».", "We like «lantern» and «Dusk Filter».",
    ]  # fmt: skip


def test_a_quotation_that_differs_at_the_same_place_is_a_change_of_evidence(tmp_path: Path) -> None:
    old, new = (make(tmp_path / word, {"2401.00008": f"We {word} «lantern»."}) for word in ("use", "ape"))
    assert {change.fields for change in kg.diff(old, new).claims_changed} == {("evidence",)}


# Exports as one side


def test_an_export_is_the_store_that_it_was_written_from(built: Path, tmp_path: Path) -> None:
    kg.open(built).export(tmp_path / "graph.ttl")
    assert not kg.diff(built, tmp_path / "graph.ttl")


def test_without_claims_statements_are_compared_as_triples(built: Path, store: Path, tmp_path: Path) -> None:
    kg.open(built).export(tmp_path / "plain.ttl", evidence=False)
    same = kg.diff(tmp_path / "plain.ttl", built)
    assert not same
    assert not same.by_claim
    decide(store, add=[SAME])
    found = kg.diff(tmp_path / "plain.ttl", store)
    assert [merged.one.label for merged in found.things_merged] == ["Way Seeker"]  # by the names, as there are no sentences
    assert [(spoken(move.before), spoken(move.after)) for move in found.claims_moved] == [
        ("Paper 09 uses Path Finder", "Paper 09 uses Way Seeker")
    ]


def test_graphs_of_other_vocabularies_are_at_least_told_apart(tmp_path: Path) -> None:
    for name, object in (("one", "b"), ("other", "c"), ("same", "b")):
        (tmp_path / f"{name}.ttl").write_text(f"@prefix : <https://example.org/> . :a :knows :{object} .", encoding="utf-8")
    assert kg.diff(tmp_path / "one.ttl", tmp_path / "other.ttl").untold
    assert not kg.diff(tmp_path / "one.ttl", tmp_path / "same.ttl")


def test_what_nothing_here_tells_of_is_still_no_equality(built: Path, tmp_path: Path) -> None:
    kg.open(built).export(tmp_path / "graph.ttl")
    foreign = "\n<https://example.org/x> <https://example.org/likes> <https://example.org/y> .\n"
    (tmp_path / "more.ttl").write_text((tmp_path / "graph.ttl").read_text(encoding="utf-8") + foreign, encoding="utf-8")
    found = kg.diff(built, tmp_path / "more.ttl")
    assert found.untold
    assert found


# The change set


def test_the_change_set_is_turtle_that_others_read_without_blank_nodes(built: Path, store: Path) -> None:
    decide(store, add=[SAME, DIFFERENT])
    found = kg.diff(built, store)
    text = turtle(changeset.to_triples(found), prefixes={"cs": changeset.CHANGESET})
    assert text == turtle(reversed(changeset.to_triples(kg.diff(built, store))), prefixes={"cs": changeset.CHANGESET})
    graph = rdflib.Graph().parse(data=text)
    cs, rdf = rdflib.Namespace(changeset.CHANGESET), rdflib.RDF
    (node,) = graph.subjects(rdf.type, cs.ChangeSet)
    assert {str(claim).rpartition("/id/")[2] for claim in graph.objects(node, cs.removal)} >= {m.before.iri for m in found.claims_moved}
    assert {str(claim).rpartition("/id/")[2] for claim in graph.objects(node, cs.addition)} >= {m.after.iri for m in found.claims_moved}
    for statement in (*graph.objects(node, cs.removal), *graph.objects(node, cs.addition)):
        assert all(graph.value(statement, part) is not None for part in (rdf.subject, rdf.predicate, rdf.object))
    assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)
    thing = rdflib.URIRef("https://w3id.org/paper-kg/id/method/path-finder")
    assert graph.value(thing, rdflib.DCTERMS.isReplacedBy) == rdflib.URIRef("https://w3id.org/paper-kg/id/method/way-seeker")


def test_no_difference_is_an_empty_change_set(built: Path, store: Path) -> None:
    assert changeset.to_triples(kg.diff(built, store)) == []


# Properties, on graphs of parts of one small graph


class Published:
    """As much of a snapshot as a comparison reads, in memory."""

    def __init__(self, known: Knowledge, *, backwards: bool = False) -> None:
        triples = to_triples(known)
        self.store: Store = fill(triples[::-1] if backwards else triples)
        self.base = "https://w3id.org/paper-kg/id/"
        self.manifest = type("Manifest", (), {"graph": "", "triples": len(triples), "papers": len(known.documents), "base": self.base})

        self.names = type("NoNames", (), {"of": staticmethod(lambda _: None)})

    iri, local = Snapshot.iri, Snapshot.local


def _varied(statement: Statement, score: float, count: int, shift: int) -> Statement:
    evidence = tuple(replace(e, sentence=Span(e.sentence.start, e.sentence.end - shift)) for e in statement.evidence)
    shown = tuple(
        e if e.sentence.end > max(e.object.end, e.subject.end if e.subject else 0) else old
        for e, old in zip(evidence, statement.evidence, strict=True)
    )
    return replace(statement, score=score, count=count or None, evidence=shown)


@st.composite
def graphs(draw: st.DrawFn) -> Knowledge:
    """Some statements of the shared graph, some with another score, count or sentence, of some of its entities under other paths."""
    chosen = draw(st.lists(st.sampled_from(KNOWLEDGE.statements), unique=True, max_size=8))
    said = [_varied(s, draw(st.sampled_from((0.5, 0.9))), draw(st.sampled_from((0, 8))), draw(st.sampled_from((0, 1)))) for s in chosen]
    ways = {entity.id: draw(st.sampled_from((entity.id, "method/lampnet", "method/zed"))) for entity in KNOWLEDGE.entities[:5]}
    said = [replace(s, subject=ways.get(s.subject, s.subject), object=ways.get(s.object, s.object)) for s in said]
    named = {end for s in said for end in (s.subject, s.object)}
    things = [entity for entity in KNOWLEDGE.entities if entity.id in named]
    zed = [replace(KNOWLEDGE.entities[4], id="method/zed", name="Zed", aliases=())] if "method/zed" in named else []
    return replace(KNOWLEDGE, statements=tuple(said), entities=(*things, *zed), candidates=())


def keys(known: Knowledge) -> set[tuple[str, str, str, str]]:
    found = compare(Published(replace(known, statements=())), Published(known))  # type: ignore[arg-type]
    return {claim.key for claim in found.claims_added}


def applied(said: set[tuple[str, str, str, str]], found: Difference) -> set[tuple[str, str, str, str]]:
    """The claims of the first graph, changed as a difference says."""
    gone = {claim.key for claim in found.claims_removed} | {move.before.key for move in found.claims_moved if move.gone}
    new = {claim.key for claim in found.claims_added} | {move.after.key for move in found.claims_moved if move.new}
    assert gone <= said
    assert not new & said
    return said - gone | new


def mirrored(found: Difference) -> Difference:
    def back(pair):
        return replace(pair, before=pair.after, after=pair.before)

    return Difference(
        found.after, found.before, found.by_claim, found.papers_removed, found.papers_added, tuple(map(back, found.papers_changed)),
        found.claims_removed, found.claims_added, tuple(map(back, found.claims_changed)),
        tuple(replace(back(move), gone=move.new, new=move.gone) for move in found.claims_moved),
        found.things_removed, found.things_added, tuple(map(back, found.things_renamed)), found.things_split, found.things_merged,
        tuple(map(back, found.mentions_moved)),
        tuple(replace(change, added=change.removed, removed=change.added) for change in found.names),
        found.ladder_removed, found.ladder_added, found.questions_removed, found.questions_added,
        found.reasons_removed, found.reasons_added, found.untold,
    )  # fmt: skip


def unordered(found: Difference) -> dict[str, object]:
    """A difference but for the order, and for the side from which a changed thing's names are shown."""
    parts = {name: getattr(found, name) for name in Difference.__slots__}
    parts["names"] = [(change.added, change.removed) for change in found.names]
    return {name: sorted(map(repr, part)) if isinstance(part, tuple | list) else part for name, part in parts.items()}


RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@RELAXED
@given(graphs())
def test_a_graph_does_not_differ_from_itself_whatever_the_order(known: Knowledge) -> None:
    assert not compare(Published(known), Published(known, backwards=True))  # type: ignore[arg-type]


@pytest.mark.slow
@RELAXED
@given(graphs(), graphs())
def test_a_difference_applied_to_one_graph_gives_the_claims_of_the_other(one: Knowledge, other: Knowledge) -> None:
    found = compare(Published(one), Published(other))  # type: ignore[arg-type]
    assert applied(keys(one), found) == keys(other)


@pytest.mark.slow
@RELAXED
@given(graphs(), graphs())
def test_the_other_way_round_is_the_mirror(one: Knowledge, other: Knowledge) -> None:
    found = compare(Published(one), Published(other), names=("A", "B"))  # type: ignore[arg-type]
    back = compare(Published(other), Published(one), names=("B", "A"))  # type: ignore[arg-type]
    assert unordered(back) == unordered(mirrored(found))


@pytest.mark.slow
@RELAXED
@given(graphs(), graphs())
def test_the_order_of_triples_leaves_no_trace(one: Knowledge, other: Knowledge) -> None:
    found = compare(Published(one), Published(other))  # type: ignore[arg-type]
    assert found == compare(Published(one, backwards=True), Published(other, backwards=True))  # type: ignore[arg-type]
    assert turtle(changeset.to_triples(found)) == turtle(changeset.to_triples(found)[::-1])
