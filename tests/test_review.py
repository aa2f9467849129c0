"""Deciding what is one thing: what each decision does to the graph, that it can be taken back, and that nothing is half done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from toy_papers import PAPERS, content, make

import kg
from kg import decisions
from kg.build import rebuild
from kg.deciding import decide, split, word
from kg.errors import DecisionError, StoreError, UsageError
from kg.model import Decision, DecisionKind, EntityType

SAME, DIFFERENT, METHOD = DecisionKind.SAME, DecisionKind.DIFFERENT, EntityType.METHOD
KURATORS = ("2401.00005", "2401.00006")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("built") / "store")


@pytest.fixture
def store(tmp_path: Path, built: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "store"))


def things(store: Path) -> dict[str, set[str]]:
    """Path of each thing → the papers that name it, by the last digits of their ids."""
    graph, found = kg.open(store), {}
    for subject, _, object in graph.query("SELECT ?p ?r ?t WHERE { ?t a kg:Method . ?p ?r ?t . ?p a fabio:ResearchPaper }").rows:
        found.setdefault(object.value.rpartition("/id/")[2], set()).add(subject.value[-2:])
    return found


def labels(store: Path) -> set[str]:
    return {row[0].value for row in kg.open(store).query("SELECT ?l WHERE { ?t a kg:Method ; skos:prefLabel ?l }").rows}


def asked(store: Path) -> set[tuple[str, str]]:
    """The open questions, by the paths of both things."""
    return {(pair.one, pair.other) for pair in kg.open(store).review.pairs()}


def called(store: Path, slug: str) -> list[list[str]]:
    """The papers of each thing whose path begins so."""
    return sorted(sorted(papers) for path, papers in things(store).items() if path.startswith(f"method/{slug}"))


def kurators(store: Path) -> list[str]:
    """The two things called Kurator."""
    return sorted(path for path in things(store) if path.startswith("method/kurator"))


# What is asked


def test_questions_come_best_first_with_both_things_and_their_sentences(store: Path) -> None:
    questions = kg.open(store).review.candidates()
    assert [question.score for question in questions] == sorted((question.score for question in questions), reverse=True)
    hint = next(question for question in questions if question.one.thing.label == "Path Finder")
    assert hint.other.thing.label == "Way Seeker"
    assert [paper.label for paper in hint.other.papers] == ["Paper 10"]
    assert [quote.sentence for quote in hint.other.quotes] == ["We use «Way Seeker» in a wood."]
    assert "nothing in the names shows" in hint.reason


def test_at_most_two_sentences_of_different_papers_are_shown(tmp_path: Path) -> None:
    more = {f"2401.000{n}": f"We use «SCM» on day {n}. It rains. Again «SCM» it was." for n in range(20, 24)}
    graph = kg.open(make(tmp_path / "s", PAPERS | more))
    side = next(question.one for question in graph.review.candidates() if question.one.thing.label == "SCM")
    assert (len(side.papers), len(side.quotes), len({quote.paper for quote in side.quotes})) == (6, 2, 2)


def test_questions_can_be_limited_and_chosen_by_type(store: Path) -> None:
    graph = kg.open(store)
    assert len(graph.review.candidates(limit=1)) == 1
    assert graph.review.candidates(["method"], limit=None) == graph.review.candidates(limit=None) != []
    assert graph.review.candidates(["Dataset"]) == []
    with pytest.raises(UsageError, match="no type"):
        graph.review.candidates(["Colour"])


# What each decision does, on the real resolver


def test_same_makes_one_of_two(store: Path) -> None:
    decide(store, word(store, "same", ("Path Finder", "Way Seeker")))
    assert things(store)["method/way-seeker"] == {"09", "10"}  # by the name that both papers use
    assert "method/path-finder" not in things(store)
    assert {form.form: form.rule for form in kg.open(store).explain("Path Finder").forms}["Path Finder"] == "decision"


def test_same_of_an_ambiguous_name_joins_the_thing_that_was_meant_and_no_other(store: Path) -> None:
    (decision,) = decide(store, word(store, "same", ("method/scm", "Self-Controlled Memory")))
    assert (decision.name, decision.paper) == ("SCM", "arxiv-2401.00003")
    assert things(store)["method/self-controlled-memory"] == {"01", "03", "04"}
    assert things(store)["method/structural-causal-model"] == {"02"}
    assert not {end for pair in asked(store) for end in pair} & {"method/self-controlled-memory", "method/structural-causal-model"}


def test_same_joins_two_things_that_have_the_same_name(store: Path) -> None:
    one, other = kurators(store)
    (decision,) = decide(store, word(store, "same", (one, other)))
    assert {decision.paper, decision.other_paper} == {f"arxiv-{id}" for id in KURATORS}
    assert things(store)["method/kurator"] == {"05", "06"}


def test_different_closes_the_question_and_keeps_both(store: Path) -> None:
    before = asked(store)
    decide(store, word(store, "different", ("method/scm", "Self-Controlled Memory")))
    assert before - asked(store) == {("method/scm", "method/self-controlled-memory")}
    assert asked(store) <= before  # nothing else is asked in its place
    assert things(store)["method/scm"] == {"03", "04"}
    assert things(store)["method/self-controlled-memory"] == {"01"}
    assert "SCM" in kg.open(store).show("Self-Controlled Memory").aliases  # the paper that says so is believed


def test_that_a_name_is_not_one_thing_does_not_say_that_it_is_the_other(store: Path) -> None:
    decide(store, word(store, "different", ("method/scm", "Self-Controlled Memory")))
    assert "method/scm" in things(store)
    decide(store, word(store, "different", ("method/scm", "Structural Causal Model")))
    assert {"method/scm", "method/structural-causal-model"} <= things(store).keys()
    assert not any("method/scm" in pair for pair in asked(store))


def test_different_of_a_hint_parts_the_names_in_the_paper_that_gives_both(store: Path) -> None:
    decide(store, word(store, "different", ("Path Finder", "Way Seeker")))
    assert kg.open(store).show("Path Finder").aliases == ()
    assert not any("method/path-finder" in pair for pair in asked(store))


def test_different_keeps_two_things_of_one_name_apart_and_asks_no_more(store: Path) -> None:
    one, other = kurators(store)
    decide(store, word(store, "different", (one, other)))
    assert kurators(store) == [one, other]
    assert (one, other) not in asked(store)
    more = PAPERS | {"2401.00011": "We propose «Kurator», which tastes wine."}
    make(store, more)
    assert len(kurators(store)) == 3
    assert (one, other) not in asked(store)
    assert [pair for pair in asked(store) if pair[0].startswith("method/kurator")] != []  # the third is a question of its own


def test_a_paper_that_means_another_thing_by_a_name_is_set_apart(store: Path) -> None:
    decide(store, [Decision(DIFFERENT, METHOD, "Lantern", "arxiv-2401.00008", other="Lantern")])
    assert called(store, "lantern") == [["07"], ["08"]]
    assert not any(path.startswith("method/lantern") for pair in asked(store) for path in pair)


def test_different_spellings_of_one_name_are_two_things_where_a_person_says_so(store: Path) -> None:
    decide(store, [Decision(DIFFERENT, METHOD, "Lantern", other="lantern")])
    assert called(store, "lantern") == [["07"], ["08"]]
    make(store, PAPERS | {"2401.00012": "We use «lantern» again."})
    assert called(store, "lantern") == [["07"], ["08", "12"]]


def test_rename_gives_a_thing_its_name_and_keeps_the_old_ones(store: Path) -> None:
    decide(store, word(store, "rename", ("Dusk Filter", "DuskFilter 1.0")))
    shown = kg.open(store).show("Dusk Filter")
    assert (shown.thing.label, shown.aliases) == ("DuskFilter 1.0", ("Dusk Filter",))


def test_rename_of_one_of_two_things_of_one_name_leaves_the_other(store: Path) -> None:
    one, _ = kurators(store)
    papers = things(store)[one]
    decide(store, word(store, "rename", (one, "Photo Kurator")))
    assert things(store)["method/photo-kurator"] == papers
    assert things(store)["method/kurator"] == {"05", "06"} - papers


def test_a_wrong_entity_leaves_the_graph_with_what_is_said_of_it(store: Path) -> None:
    decide(store, word(store, "wrong-entity", ("Lantern",)))
    assert "Lantern" not in labels(store)
    assert kg.open(store).why(None, "comparedWith") == []
    assert things(store)["method/dusk-filter"] == {"07", "08"}


def test_a_wrong_entity_of_an_ambiguous_name_leaves_the_others(store: Path) -> None:
    written = decide(store, word(store, "wrong-entity", ("method/scm",)))
    assert [decision.paper for decision in written] == ["arxiv-2401.00003", "arxiv-2401.00004"]
    assert labels(store) & {"SCM", "Self-Controlled Memory", "Structural Causal Model"} == {
        "Self-Controlled Memory",
        "Structural Causal Model",
    }


def test_a_wrong_statement_between_things_is_said_no_more(store: Path) -> None:
    decide(store, word(store, "wrong-statement", ("Lantern", "comparedWith", "Dusk Filter")))
    assert kg.open(store).why(None, "comparedWith") == []
    assert "Lantern" in labels(store)


def test_a_role_that_is_wrong_becomes_a_mention_in_the_papers_that_state_it(store: Path) -> None:
    decide(store, word(store, "wrong-statement", ("Paper 08", "uses", "Dusk Filter")))
    roles = {quote.paper.label: quote.predicate for quote in kg.open(store).why(None, None, "Dusk Filter") if quote.subject.type == "Paper"}
    assert roles == {"Paper 07": "uses", "Paper 08": "mentions"}


# Taking back


KINDS = [
    ("same", ("Path Finder", "Way Seeker")),
    ("same", ("method/scm", "Structural Causal Model")),
    ("different", ("method/scm", "Self-Controlled Memory")),
    ("different", ("Path Finder", "Way Seeker")),
    ("rename", ("Lantern", "Lamp")),
    ("wrong-entity", ("Lantern",)),
    ("wrong-entity", ("method/scm",)),
    ("wrong-statement", ("Lantern", "comparedWith", "Dusk Filter")),
    ("wrong-statement", ("Paper 08", "uses", "Dusk Filter")),
]


@pytest.mark.parametrize(("kind", "names"), KINDS)
def test_what_is_taken_back_leaves_no_trace(store: Path, kind: str, names: tuple[str, ...]) -> None:
    before = content(store)
    written = decide(store, word(store, kind, names, note="because"))
    decided = content(store)
    assert decided != before
    rebuild(store)
    assert content(store) == decided  # step by step as at once
    decide(store, remove=written)
    assert content(store) == before
    assert not (store / decisions.FILE).exists()


def test_two_things_of_one_name_are_as_before_when_their_decision_is_taken_back(store: Path) -> None:
    before = content(store)
    for kind in ("same", "different"):
        decide(store, remove=decide(store, word(store, kind, tuple(kurators(store)))))
        assert content(store) == before


def test_a_decision_that_holds_is_not_written_twice_and_taking_back_leaves_it(store: Path) -> None:
    words = word(store, "same", ("Path Finder", "Way Seeker"))
    assert decide(store, words) == words
    assert decide(store, words) == ()
    assert kg.open(store).review.decisions() == words


def test_taking_back_what_nobody_decided_is_told(store: Path) -> None:
    with pytest.raises(UsageError, match="nobody decided Method A is the same as B"):
        decide(store, remove=[Decision(SAME, METHOD, "A", other="B")])


# Nothing half done


def test_the_file_is_as_it_was_when_publishing_fails(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = word(store, "same", ("Path Finder", "Way Seeker"))
    decide(store, first)
    before, graph = (store / decisions.FILE).read_bytes(), content(store)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is full", hint="make room")

    monkeypatch.setattr("kg.deciding.publish", fail)
    with pytest.raises(StoreError):
        decide(store, word(store, "rename", ("Lantern", "Lamp")), remove=first)
    assert ((store / decisions.FILE).read_bytes(), content(store)) == (before, graph)


def test_ctrl_c_while_publishing_leaves_no_file(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    words = word(store, "rename", ("Lantern", "Lamp"))
    monkeypatch.setattr("kg.deciding.publish", stop)
    with pytest.raises(KeyboardInterrupt):
        decide(store, words)
    assert not (store / decisions.FILE).exists()


def test_there_is_nothing_to_decide_without_a_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        decide(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_things_of_two_types_or_that_are_one_are_not_decided_on(store: Path) -> None:
    with pytest.raises(UsageError, match="both are Lantern"):
        word(store, "different", ("Lantern", "lantern"))
    with pytest.raises(UsageError, match="no paper says that"):
        word(store, "wrong-statement", ("Dusk Filter", "comparedWith", "Lantern"))


def test_words_are_not_looked_for_in_a_graph_that_lags_behind(store: Path) -> None:
    (store / decisions.FILE).write_text(decisions.render([Decision(SAME, METHOD, "Lantern", other="Dusk Filter")]), encoding="utf-8")
    with pytest.raises(StoreError, match="not up to date"):
        word(store, "rename", ("Lantern", "Lamp"))


# Splitting


def test_a_form_that_is_another_thing_is_taken_out(tmp_path: Path) -> None:
    papers = {
        "2401.00001": "We use «Moonlight Transfer Engine» («MTE»).",
        "2401.00002": "We use «MTE».",
        "2401.00003": "We use «Moonlight Transfer Engine».",
    }
    store = make(tmp_path / "s", papers)
    before = content(store)
    came = split(store, "Moonlight Transfer Engine", form="MTE")
    assert (came.before.thing.label, "MTE" in {form.form for form in came.before.forms}) == ("Moonlight Transfer Engine", True)
    assert {explanation.thing.label for explanation in came.after} == {"MTE", "Moonlight Transfer Engine"}
    assert things(store) == {"method/mte": {"02"}, "method/moonlight-transfer-engine": {"01", "03"}}
    assert asked(store) == set()
    decide(store, remove=came.decisions)
    assert content(store) == before


def test_a_spelling_can_be_taken_out(store: Path) -> None:
    came = split(store, "Lantern", form="lantern")
    assert [explanation.thing.label for explanation in came.after] == ["Lantern", "lantern"]


def test_what_one_paper_means_is_taken_out(store: Path) -> None:
    before = content(store)
    came = split(store, "Dusk Filter", paper="Paper 08")
    assert [decision.cells[:4] for decision in came.decisions] == [("different", "Method", "Dusk Filter", "arxiv-2401.00008")]
    assert called(store, "dusk-filter") == [["07"], ["08"]]
    decide(store, remove=came.decisions)
    assert content(store) == before


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("Lantern", {}, "give one of"),
        ("Lantern", {"form": "lantern", "paper": "Paper 08"}, "give one of"),
        ("Lantern", {"form": "Torch"}, "no paper calls"),
        ("Way Seeker", {"paper": "Paper 07"}, "does not name"),
        ("Self-Controlled Memory", {"paper": "Paper 01"}, "only arxiv-2401.00001 names"),
        ("Lanturn", {"form": "Torch"}, "nothing in the graph"),
    ],
)
def test_what_cannot_be_split_is_told_and_nothing_is_written(store: Path, name: str, options: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        split(store, name, **options)
    assert kg.open(store).review.decisions() == ()


def test_what_decisions_hold_together_is_not_split(store: Path) -> None:
    held = decide(store, word(store, "same", ("Path Finder", "Way Seeker")))
    before = content(store)
    with pytest.raises(UsageError, match="hold Way Seeker and Path Finder together"):
        split(store, "Path Finder", form="Way Seeker")
    assert (kg.open(store).review.decisions(), content(store)) == (held, before)


# The file by hand


def test_a_build_heeds_decisions_that_lie_in_a_new_folder(tmp_path: Path) -> None:
    words = [Decision(SAME, METHOD, "Path Finder", other="Way Seeker")]
    later, first = make(tmp_path / "later"), tmp_path / "first"
    decide(later, words)
    first.mkdir()
    (first / decisions.FILE).write_text(decisions.render(words), encoding="utf-8")
    assert content(make(first)) == content(later)


def test_a_build_heeds_what_was_changed_by_hand(store: Path) -> None:
    before = content(store)
    (store / decisions.FILE).write_text(
        decisions.render([Decision(DecisionKind.RENAME, METHOD, "Lantern", other="Lamp")]), encoding="utf-8"
    )
    make(store)
    assert "Lamp" in labels(store)
    (store / decisions.FILE).unlink()
    make(store)
    assert content(store) == before


def test_a_file_with_a_mistake_stops_a_build_before_the_graph_changes(store: Path) -> None:
    before = content(store)
    (store / decisions.FILE).write_text("decision\ttype\nsame\tMethod\n", encoding="utf-8")
    with pytest.raises(DecisionError, match="line 1"):
        make(store)
    assert content(store) == before
