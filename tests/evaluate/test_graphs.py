"""Our scores equal those of the gold's own script, on any pair of files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.evaluate import comparable, score

SHARED = Path(__file__).parents[2] / ".." / "shared"
SCRIPT = SHARED / "gold" / "score.py"

NAMES = st.sampled_from(["TreeNet", "tree-nets", "Bark 2.0", "BARK-2.0", "Leaf", "Leaves", "RDS+", "RDS", "α"])
ENTITY = st.fixed_dictionaries(
    {
        "name": NAMES,
        "type": st.sampled_from(["Method", "Dataset", "Task"]),
        "role": st.sampled_from(["uses", "introduces"]),
        "aliases": st.lists(NAMES, max_size=2),
        "required": st.booleans(),
    }
)
PAPER = st.fixed_dictionaries(
    {
        "paper": st.sampled_from(["One", "Two", "two", "Three"]),
        "entities": st.lists(ENTITY, max_size=5),
        "relations": st.lists(st.tuples(NAMES, st.sampled_from(["uses", "partOf"]), NAMES), max_size=4),
        "links": st.lists(st.fixed_dictionaries({"url": st.sampled_from(["http://a.b/", "https://www.A.b", "http://c.d"])}), max_size=2),
    }
)


def test_a_perfect_prediction() -> None:
    rows = [{"paper": "P", "entities": [{"name": "X", "type": "Method", "role": "uses"}], "relations": [], "links": []}]
    scores = score(rows, rows)
    assert (scores.core[2], scores.role[2], scores.perfect) == (1.0, 1.0, 1)


def test_an_optional_entity_counts_neither_for_nor_against() -> None:
    gold = [{"paper": "P", "entities": [{"name": "X", "type": "Method", "role": "uses", "required": False}]}]
    assert score(gold, gold).entity == score(gold, []).entity == (1.0, 1.0, 1.0)


def test_the_order_of_papers_does_not_matter() -> None:
    rows = [
        {"paper": title, "entities": [{"name": name, "type": "Method", "role": "uses"} for name in names]}
        for title, names in (("One", ["TreeNet"]), ("Two", ["Bark", "Leaf"]), ("Three", []), ("Four", ["Root"]))
    ]
    found = [{"paper": "One", "entities": []}, {**rows[1], "entities": rows[1]["entities"][:1]}, *rows[2:]]
    forward, backward = score(rows, found), score(rows[::-1], found)
    assert (forward.core, forward.intervals, forward.type_intervals) == (backward.core, backward.intervals, backward.type_intervals)
    assert forward.intervals["core"][0] < forward.core[2] < forward.intervals["core"][1]


def test_no_papers_give_no_intervals() -> None:
    assert score([], []).intervals == {}


def test_a_mistake_knows_what_it_is_about() -> None:
    gold = [{"paper": "P", "entities": [{"name": "TreeNet", "type": "Method", "role": "uses", "aliases": ["TN"], "evidence": "we use TN"}]}]
    found = [{"paper": "P", "entities": [{"name": "Bark", "type": "Task", "role": "addresses", "span": [4, 8]}]}]
    wrong, missed = score(gold, found).mistakes
    assert (wrong.text, wrong.names, wrong.mention) == ("P: wrong Task 'Bark'", (("Bark",),), (4, 8))
    assert (missed.text, missed.names, missed.evidence) == ("P: missed Method 'TreeNet'", (("TreeNet", "TN"),), "we use TN")


def test_a_wrong_relation_quotes_what_the_extractor_quotes() -> None:
    ends = [{"name": name, "type": "Method", "role": "uses", "aliases": []} for name in ("TreeNet", "Bark")]
    found = {
        "paper": "P", "entities": ends, "relations": [["TreeNet", "basedOn", "Bark"], ["Bark", "partOf", "TreeNet"]],
        "relation_details": [{"evidence": "first"}, {"evidence": "second"}],
    }  # fmt: skip
    (mistake,) = score([{**found, "relations": found["relations"][:1]}], [found]).mistakes
    assert (mistake.names, mistake.evidence) == ((("Bark",), ("TreeNet",)), "second")


def test_plural_case_and_hyphen_do_not_matter() -> None:
    assert comparable("Tree-Nets") == comparable("treenet")


@pytest.mark.gold
@pytest.mark.skipif(not SCRIPT.is_file(), reason="the scoring script in ../shared is not at hand")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gold=st.lists(PAPER, max_size=4), predicted=st.lists(PAPER, max_size=4))
def test_numbers_equal_the_gold_script(tmp_path: Path, gold: list[dict], predicted: list[dict]) -> None:
    for name, rows in (("gold", gold), ("predicted", predicted)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, str(SCRIPT), str(tmp_path / "gold.jsonl"), str(tmp_path / "predicted.jsonl"), "--json"]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    ours = score(gold, predicted)
    for part in ("core", "entity", "untyped", "role", "relation", "link"):
        assert list(getattr(ours, part)) == theirs[part]
    assert {k: list(v) for k, v in ours.types.items()} == theirs["types"]
    assert (ours.macro_f1, ours.perfect, list(ours.errors)) == (theirs["macro_f1"], theirs["perfect"], theirs["errors"])
