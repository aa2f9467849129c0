"""The label space holds every type and role that belong together, and is in step with the model's names."""

from __future__ import annotations

from kg.extract.tagger.labels import CLASSES, RELATIONS, ROLES, ROLES_OF, TYPES, bio
from kg.model import EntityType, Relation, Role


def test_every_type_has_its_roles_and_one_class_of_common_terms() -> None:
    assert set(ROLES_OF) == set(EntityType)
    assert len(CLASSES) == len(set(CLASSES)) == sum(len(roles) + 1 for roles in ROLES_OF.values())
    assert {name.split(":")[0] for name in CLASSES if name.endswith(":optional")} == set(TYPES)


def test_roles_and_relations_are_those_of_the_model() -> None:
    assert {name.split(":")[1] for name in CLASSES} - {"optional"} == set(ROLES) == {role.value for role in Role}
    assert RELATIONS[0] == "none"
    assert set(RELATIONS[1:]) == {relation.value for relation in Relation}


def test_bio() -> None:
    assert bio(("Oak", "Elm")) == ("O", "B-Oak", "I-Oak", "B-Elm", "I-Elm")
    assert bio(()) == ("O",)
