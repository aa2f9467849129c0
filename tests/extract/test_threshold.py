"""What is left out of an extraction by score and by precision."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from kg.cli.extract import extracted
from kg.errors import UsageError
from kg.extract import load
from kg.extract.checked import broken
from kg.extract.reliability import threshold
from kg.extract.threshold import Thresholds, by_precision, extractor_name, keep, limits
from kg.model import Document, EntityType, Extraction, Relation, Role

TITLE = "OwlNet: Night Vision for Small Drones"
ABSTRACT = (
    "We propose OwlNet, a network for night vision. OwlNet is trained on the DuskSet dataset and outperforms LampNet on the "
    "NightBench benchmark. We train OwlNet on 8 NVIDIA A100 GPUs. Code: https://example.org/owlnet"
)
PAPER = Document("k", "-", "paper 1", TITLE, TITLE, ABSTRACT)


@pytest.fixture(scope="module")
def found() -> Extraction:
    return load("rules").extract(PAPER)


def test_nothing_is_left_out_by_default(found: Extraction) -> None:
    assert limits(None, None) is None
    assert keep(found, Thresholds()) == found


@pytest.mark.parametrize("score", [0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
def test_by_score_all_that_scores_enough_stays_and_relations_find_their_ends(found: Extraction, score: float) -> None:
    chosen = limits(score, None)
    assert chosen is not None
    kept = keep(found, chosen("any"))
    assert kept.entities == tuple(entity for entity in found.entities if entity.score >= score)
    assert broken(PAPER, kept) == []

    def said(extraction: Extraction) -> set[tuple[str, str, str]]:
        names = [entity.name for entity in extraction.entities]
        return {(names[r.subject], str(r.predicate), names[r.object]) for r in extraction.relations if r.score >= score}

    names = {entity.name for entity in kept.entities}
    assert said(kept) == {(s, p, o) for s, p, o in said(found) if {s, o} <= names}
    assert len(kept.relations) == len(said(kept))
    assert kept.links == tuple(link for link in found.links if link.score >= score)


def test_the_fixture_has_something_to_leave_out(found: Extraction) -> None:
    assert len({entity.score for entity in found.entities}) > 2
    assert len(found.relations) > 1


def test_each_kind_has_its_own_threshold(found: Extraction) -> None:
    def without(kind: str, label: str) -> Extraction:
        return keep(found, Thresholds(0.0, MappingProxyType({(kind, label): math.inf})))

    assert all(entity.role is not Role.COMPARES_WITH for entity in without("role", "comparesWith").entities)
    assert all(entity.type is not EntityType.HARDWARE for entity in without("entity", "Hardware").entities)
    fewer = without("relation", "comparedWith")
    assert fewer.entities == found.entities
    assert {r.predicate for r in found.relations} - {r.predicate for r in fewer.relations} == {Relation.COMPARED_WITH}


def test_an_entity_is_judged_by_its_best_mention(found: Extraction) -> None:
    first = found.entities[0]
    low = replace(first.mentions[0], score=0.1)
    mixed = Extraction((replace(first, mentions=(low, replace(first.mentions[0], score=0.9))),))
    poor = Extraction((replace(first, mentions=(low,)),))
    asked = Thresholds(0.0, MappingProxyType({("entity", str(first.type)): 0.5}))
    assert keep(mixed, asked) == mixed
    assert keep(poor, asked) == Extraction()


def test_precision_takes_its_thresholds_from_the_table() -> None:
    chosen = by_precision(0.8, "rules")
    assert chosen.of("role", "introduces") == threshold("role", "introduces", 0.8, extractor="rules")
    assert chosen.of("entity", "Dataset") == threshold("entity", "Dataset", 0.8, extractor="rules")
    assert chosen.of("link", "code") == 0.0
    assert set(chosen.unreached()) == {label for (_, label), score in chosen.lowest.items() if score == math.inf}


def test_a_property_is_a_role_where_the_paper_is_its_subject() -> None:
    chosen = Thresholds(0.1, MappingProxyType({("role", "runsOn"): 0.2, ("relation", "runsOn"): 0.3}))
    assert chosen.of_property("runsOn", by_paper=True) == 0.2
    assert chosen.of_property("runsOn", by_paper=False) == 0.3
    assert chosen.of_property("codeRepository", by_paper=True) == chosen.of_property("url", by_paper=True) == 0.1


@pytest.mark.parametrize(
    ("score", "precision", "words"),
    [
        (0.5, 0.9, "--min-score and --min-precision exclude each other"),
        (0.0, 0.9, "exclude each other"),
        (-0.1, None, "min-score -0.1 is outside"),
        (1.1, None, "min-score 1.1 is outside"),
        (math.nan, None, "min-score nan is outside"),
        (None, 0.0, "min-precision 0.0 is not between"),
        (None, 1.0, "min-precision 1.0 is not between"),
        (None, math.nan, "min-precision nan is not between"),
    ],
)
def test_wrong_numbers_are_told(score: float | None, precision: float | None, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        limits(score, precision)
    assert caught.value.hint


def test_a_plug_in_has_scores_and_no_promised_precision() -> None:
    by_score, by_share = limits(0.5, None), limits(None, 0.9)
    assert by_score is not None
    assert by_share is not None
    assert by_score("name-list").claim == 0.5
    with pytest.raises(UsageError, match="'name-list'"):
        by_share("name-list")


def test_an_extractors_name_is_its_version_without_the_number() -> None:
    assert extractor_name(load("rules").version) == "rules"
    assert extractor_name("name-list-1.0") == "name-list"
    assert extractor_name("odd") == "odd"


def test_extract_leaves_out_and_says_which_kinds_never_were_so_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "paper.jsonl"
    path.write_text(json.dumps({"title": TITLE, "abstract": ABSTRACT}) + "\n", encoding="utf-8")
    (whole,), (part,), (sure,) = (
        list(extracted([str(path)], extractor="rules", **asked)) for asked in ({}, {"min_score": 0.7}, {"min_precision": 0.8})
    )
    assert isinstance(whole, dict)
    assert isinstance(part, dict)
    assert isinstance(sure, dict)
    assert [e for e in whole["entities"] if e["score"] >= 0.7] == part["entities"] != whole["entities"]
    assert "OwlNet" in {e["name"] for e in sure["entities"]}
    assert len(sure["entities"]) < len(whole["entities"])
    assert "no score is high enough for " in capsys.readouterr().err
