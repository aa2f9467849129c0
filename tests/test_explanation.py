"""Why names are one thing, as the graph tells it: rules, scores, papers, sentences; doubts; what people decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from toy_papers import PAPERS, make

import kg
from kg.cli.explain import explanation_text, marked, question_text
from kg.deciding import decide, word
from kg.errors import UsageError
from kg.explanation import explain, pairs, question
from kg.model import Decision, DecisionKind, EntityType
from kg.store import open_snapshot

HOSTILE = "Evil\u202eNet"  # shown backwards by a terminal that obeys


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    papers = PAPERS | {"2401.00030": f"We use «{HOSTILE}».", "2401.00031": f"We use «{HOSTILE}» twice."}
    return make(tmp_path_factory.mktemp("explanation") / "store", papers)


@pytest.fixture(scope="module")
def graph(store: Path) -> kg.Graph:
    return kg.open(store)


def test_a_short_form_is_explained_by_the_sentence_that_defines_it(graph: kg.Graph) -> None:
    explanation = graph.explain("Self-Controlled Memory")
    (form,) = explanation.forms
    assert (form.form, form.rule, form.score) == ("SCM", "abbreviation", 0.97)
    assert form.reason == "'SCM' is defined as short for 'Self-Controlled Memory'"
    assert form.paper is not None
    assert form.paper.label == "Paper 01"
    assert marked(form.sentence, form.marks) == "We propose «[Self-Controlled Memory]» («[SCM]») for long talks."


def test_every_form_has_its_reason(graph: kg.Graph) -> None:
    (form,) = graph.explain("lantern").forms
    assert (form.form, form.rule, form.paper, form.sentence) == ("lantern", "spelling", None, "")


def test_what_it_may_be_the_same_as_is_told_from_both_sides(graph: kg.Graph) -> None:
    assert [doubt.other.label for doubt in graph.explain("method/scm").doubts] == ["Self-Controlled Memory", "Structural Causal Model"]
    (doubt,) = graph.explain("Structural Causal Model").doubts
    assert (doubt.other.iri, doubt.score) == ("method/scm", 0.5)


def test_the_ladder_of_kinds_is_climbed_to_its_top(tmp_path: Path) -> None:
    ladder = kg.open(make(tmp_path / "s", {"2401.00001": "We use «ResNet-50»."})).explain("ResNet-50").ladder
    assert len(ladder) > 1
    assert ladder[-1].type == "Kind"
    assert len({step.iri for step in ladder}) == len(ladder)


def test_decisions_that_touch_the_thing_are_told_and_no_others(store: Path) -> None:
    rename = Decision(DecisionKind.RENAME, EntityType.METHOD, "LANTERN", other="Lamp")  # by any spelling
    unsaid = Decision(DecisionKind.WRONG_STATEMENT, None, "", "p", "uses", EntityType.METHOD, "Lantern")
    others = [
        Decision(DecisionKind.RENAME, EntityType.DATASET, "Lantern", other="Lamp"),
        Decision(DecisionKind.SAME, EntityType.METHOD, "Torch", other="Beacon"),
    ]
    with open_snapshot(store) as snapshot:
        assert explain(snapshot, "Lantern", [rename, *others, unsaid]).decisions == (rename, unsaid)


def test_any_name_finds_the_thing_and_a_misspelt_one_is_told(graph: kg.Graph) -> None:
    assert graph.explain("lantern").thing == graph.explain("method/lantern").thing
    with pytest.raises(UsageError) as caught:
        graph.explain("Lanturn")
    assert "Lantern" in caught.value.hint
    with pytest.raises(UsageError):
        graph.explain("Paper 01")  # papers are no things that have forms


def test_a_question_that_was_decided_is_open_no_more(tmp_path: Path) -> None:
    store = make(tmp_path / "s", wanted=("09", "10"))
    with open_snapshot(store) as snapshot:
        (pair,) = pairs(snapshot)
        assert question(snapshot, pair) is not None
    decide(store, word(store, "same", ("Path Finder", "Way Seeker")))
    with open_snapshot(store) as snapshot:
        assert question(snapshot, pair) is None


def test_text_for_people_has_all_of_it_in_plain_lines(graph: kg.Graph) -> None:
    text = explanation_text(graph.explain("Self-Controlled Memory"))
    assert text.startswith("Self-Controlled Memory [Method] method/self-controlled-memory\n")
    assert "\n  SCM\n      0.97  abbreviation: " in text
    assert "\nmay be the same as\n  SCM [Method] method/scm\n" in text
    assert explanation_text(graph.explain("Dusk Filter")).count("papers write 'Dusk Filter' alike") == 1


def test_nothing_that_a_terminal_obeys_is_in_the_text(graph: kg.Graph) -> None:
    (node,) = [path for path in (hit.iri for hit in graph.search("Evil")) if path.startswith("method/")]
    text = explanation_text(graph.explain(node))
    assert "EvilNet" in text
    assert "\u202e" not in text
    assert all("\u202e" not in question_text(question) for question in graph.review.candidates(limit=None))
    assert "\x1b" not in marked("a \x1b[31mred\x1b[0m name", [(2, 7)])


def test_an_explanation_is_plain_data(graph: kg.Graph) -> None:
    import dataclasses

    data = json.loads(json.dumps(dataclasses.asdict(graph.explain("Self-Controlled Memory"))))
    assert data["forms"][0]["paper"]["label"] == "Paper 01"
