"""Whether each thing that an extraction says is right by gold, with its score: what precision and calibration are counted from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.evaluate.graphs import Row, comparable, match
from kg.extract.reliability import Outcome
from kg.model import Extraction, RelationClaim


def outcomes(gold: Row, extraction: Extraction) -> Iterator[Outcome]:
    """(kind, label, score, right) for every entity, role and relation of a paper; what gold holds optional counts as right.

    An entity's score is that of its mentions; a role's and a relation's is that of the claim, which is right where its ends are right too.
    """
    matched, wrong = match(gold["entities"], entity_rows(extraction))
    for i, entity in enumerate(extraction.entities):
        if i in matched or i in wrong:
            yield "entity", entity.type.value, entity.mentions[0].score, i in matched
            yield "role", entity.role.value, entity.score, i in matched and gold["entities"][matched[i]]["role"] == entity.role.value
    for relation in extraction.relations:
        yield "relation", relation.predicate.value, relation.score, holds(gold, relation, matched)


def entity_rows(extraction: Extraction) -> list[Row]:
    """The entities in the gold format, in order."""
    return [{"name": e.name, "type": e.type.value, "aliases": list(e.aliases)} for e in extraction.entities]


def holds(gold: Row, relation: RelationClaim, matched: Mapping[int, int]) -> bool:
    """Whether gold has the relation, its ends being the gold entities that `matched` gives for the extraction's."""
    if relation.subject not in matched or relation.object not in matched:
        return False
    names = {comparable(form): comparable(e["name"]) for e in gold["entities"] for form in [e["name"], *e["aliases"]]}
    wanted = {(names.get(comparable(s), s), p, names.get(comparable(o), o)) for s, p, o in gold["relations"]}
    subject, object_ = (comparable(gold["entities"][matched[end]]["name"]) for end in (relation.subject, relation.object))
    return (subject, relation.predicate.value, object_) in wanted
