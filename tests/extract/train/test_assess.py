"""What was right of an extraction, and that each paper is judged by what other papers taught."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import pytest

pytest.importorskip("torch", reason="the networks are made with it")
pytest.importorskip("tokenizers", reason="cuts words into pieces")
pytest.importorskip("onnx", reason="writes the layers")

import numpy as np

from kg.extract.decisions import Decisions, load
from kg.extract.draft import Draft
from kg.extract.logistic import Model
from kg.extract.reliability import Outcome
from kg.extract.train import assess
from kg.extract.train.assess import outcomes, scores, to_row, write
from kg.extract.train.decisions import Labelled
from kg.model import EntityClaim, EntityType, Evidence, Extraction, LinkClaim, LinkKind, Mention, Relation, RelationClaim, Role, Span

EVIDENCE = (Evidence(Span(0, 20), Span(0, 6)),)


def claim(name: str, type_: EntityType, role: Role, *aliases: str, sure: float = 0.9, score: float = 0.7) -> EntityClaim:
    """A claim whose mention is `sure` and whose role has `score`."""
    mention = Mention(Span(0, len(name)), name, type_, "made-up", sure)
    return EntityClaim(name, type_, aliases, (mention,), role, EVIDENCE, "made-up", score)


def relation(subject: int, predicate: Relation, object_: int, score: float = 0.6) -> RelationClaim:
    return RelationClaim(subject, predicate, object_, EVIDENCE, "made-up", score)


def gold(name: str, type_: str, role: str, *aliases: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, "role": role, "aliases": list(aliases), **more}


M, D = EntityType.METHOD, EntityType.DATASET
OAK = gold("OakNet", "Method", "introduces", "ON")
ELM = gold("ElmNet", "Method", "comparesWith")
LEAF = gold("LeafBench", "Dataset", "evaluatesOn", "LeafBench v2")
PRUNING = gold("pruning", "Method", "uses", "tree pruning", required=False)
ROW = {
    "paper": "On trees",
    "entities": [OAK, ELM, LEAF, PRUNING],
    "relations": [["OakNet", "comparedWith", "ElmNet"], ["OakNet", "evaluatedOn", "LeafBench"], ["OakNet", "basedOn", "pruning"]],
    "links": [{"url": "https://example.org/oak", "kind": "code"}],
}


def judged(*entities: EntityClaim, relations: Sequence[RelationClaim] = ()) -> list[Outcome]:
    return list(outcomes([(ROW, Extraction(entities, tuple(relations)))]))


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (claim("OakNet", M, Role.INTRODUCES), [("entity", "Method", 0.9, True), ("role", "introduces", 0.7, True)]),
        (claim("OakNet", M, Role.USES), [("entity", "Method", 0.9, True), ("role", "uses", 0.7, False)]),
        # A role of a wrong entity is wrong, whatever it says.
        (claim("OakNet", D, Role.INTRODUCES), [("entity", "Dataset", 0.9, False), ("role", "introduces", 0.7, False)]),
        (claim("PineNet", M, Role.USES), [("entity", "Method", 0.9, False), ("role", "uses", 0.7, False)]),
        # By aliases on either side, and by the form names are compared in.
        (claim("ON", M, Role.INTRODUCES), [("entity", "Method", 0.9, True), ("role", "introduces", 0.7, True)]),
        (claim("Oak", M, Role.INTRODUCES, "oak-net"), [("entity", "Method", 0.9, True), ("role", "introduces", 0.7, True)]),
        # Optional counts as right: it is no mistake to find it.
        (claim("pruning", M, Role.USES), [("entity", "Method", 0.9, True), ("role", "uses", 0.7, True)]),
    ],
)
def test_entities_and_roles(entity: EntityClaim, expected: list[Outcome]) -> None:
    assert judged(entity) == expected


def test_a_second_form_counts_against_a_required_entity_and_not_at_all_for_an_optional_one() -> None:
    found = judged(claim("LeafBench", D, Role.EVALUATES_ON), claim("LeafBench v2", D, Role.EVALUATES_ON))
    assert [right for kind, _, _, right in found if kind == "entity"] == [True, False]
    found = judged(claim("pruning", M, Role.USES), claim("tree pruning", M, Role.USES))
    assert [right for kind, _, _, right in found if kind == "entity"] == [True]


ENDS = (
    claim("OakNet", M, Role.INTRODUCES),
    claim("ElmNet", M, Role.COMPARES_WITH),
    claim("LeafBench v2", D, Role.EVALUATES_ON),
    claim("pruning", M, Role.USES),
    claim("PineNet", M, Role.USES),
)


@pytest.mark.parametrize(
    ("stated", "right"),
    [
        (relation(0, Relation.COMPARED_WITH, 1), True),
        (relation(0, Relation.EVALUATED_ON, 2), True),  # found by an alias
        (relation(0, Relation.BASED_ON, 3), True),  # an optional end
        (relation(0, Relation.BASED_ON, 1), False),  # another predicate
        (relation(1, Relation.COMPARED_WITH, 0), False),  # the other way round
        (relation(3, Relation.BASED_ON, 0), False),
        (relation(0, Relation.COMPARED_WITH, 4), False),  # an end that gold does not have
        (relation(4, Relation.COMPARED_WITH, 1), False),
    ],
)
def test_relations(stated: RelationClaim, right: bool) -> None:
    found = [one for one in judged(*ENDS, relations=[stated]) if one[0] == "relation"]
    assert found == [("relation", stated.predicate.value, 0.6, right)]


def test_nothing_found_has_no_outcome() -> None:
    assert judged() == []


def test_an_extraction_in_the_gold_format() -> None:
    link = LinkClaim("https://example.org/oak", LinkKind.CODE, EVIDENCE, "made-up", 0.9)
    extraction = Extraction((claim("OakNet", M, Role.INTRODUCES, "ON"), ENDS[1]), (relation(0, Relation.COMPARED_WITH, 1),), (link,))
    assert to_row("On trees", extraction) == {
        "paper": "On trees",
        "entities": [OAK, ELM],
        "relations": [["OakNet", "comparedWith", "ElmNet"]],
        "links": [{"url": "https://example.org/oak", "kind": "code"}],
    }


def test_scores() -> None:
    whole = Extraction(ENDS[:3], (relation(0, Relation.COMPARED_WITH, 1), relation(0, Relation.EVALUATED_ON, 2)))
    found = scores([(ROW, whole)])
    assert (found.core[2], found.role[2], found.relation[2]) == (1.0, 1.0, 1.0)
    half = scores([(ROW, Extraction((ENDS[0], ENDS[4])))])
    assert half.core[:2] == (pytest.approx(1 / 2), pytest.approx(1 / 3))
    assert half.relation[2] == 0.0


def test_decisions_come_back_from_their_file(tmp_path) -> None:
    model = Model(("none", "Method:required"), {"bias": 0, "tag.any": 1}, np.array([[0.25, -0.25], [-1.5, 1.5]]))
    decisions = Decisions({"entity": model, "calibration:role": Model(("right", "wrong"), {"odds": 0}, np.array([[0.5, -0.5]]))})
    path = tmp_path / "decisions.json"
    write(decisions, path)
    again = load(path)
    features = {"bias": 1.0, "tag.any": 0.4}
    assert again.models["entity"].probabilities(features) == pytest.approx(model.probabilities(features))
    assert again.calibrated("role", "uses", 0.8) == decisions.calibrated("role", "uses", 0.8) == 0.8
    first = path.read_bytes()
    write(again, path)
    assert path.read_bytes() == first
    assert b"\r" not in first


def paper(number: int) -> Labelled:
    """A paper whose draft is its title, and of which one entity with the score `number` / 10 is found."""
    title = f"Paper {number}"
    return Labelled(cast("Draft", title), {"paper": title, "entities": [], "relations": []})


def learnt_from(titles: Iterable[str]) -> Model:
    """A model that remembers what it was learnt from, as its classes."""
    return Model(tuple(sorted(titles)), {}, np.zeros((0, 0)))


def test_each_paper_is_judged_by_what_other_folds_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    folds = [[paper(1), paper(2)], [paper(3)], [paper(4), paper(5)]]
    all_titles = {one.row["paper"] for fold in folds for one in fold}
    fold_of = {one.row["paper"]: {other.row["paper"] for other in fold} for fold in folds for one in fold}

    def learn(papers: Sequence[Labelled]) -> Decisions:
        return Decisions({"names": learnt_from(one.row["paper"] for one in papers)})

    def learn_calibration(found: Iterable[Outcome]) -> Mapping[str, Model]:
        return {"calibration": learnt_from({f"Paper {score * 10:.0f}" for kind, _, score, _ in found if kind == "entity"})}

    def decide_all(title: str, decisions: Decisions) -> Extraction:
        for model in decisions.models.values():
            assert set(model.classes) == all_titles - fold_of[title]
        return Extraction((claim("PineNet", M, Role.USES, sure=int(title.split()[1]) / 10),))

    for function in (learn, learn_calibration, decide_all):
        monkeypatch.setattr(assess, function.__name__, function)
    found = assess.assess(folds)
    assert [row["paper"] for row, _ in found.judged] == sorted(all_titles)
    assert found.calibration["calibration"].classes == tuple(sorted(all_titles))  # what ships is learnt on all
