"""The label space of our own gold: type and role in one class, required names apart from common terms; begin, inside, outside per word."""

from __future__ import annotations

from kg.model import EntityType, Relation, Role

ROLES_OF: dict[EntityType, tuple[Role, ...]] = {
    EntityType.METHOD: (Role.INTRODUCES, Role.COMPARES_WITH, Role.USES, Role.MENTIONS),
    EntityType.DATASET: (Role.INTRODUCES, Role.EVALUATES_ON, Role.USES, Role.MENTIONS),
    EntityType.HARDWARE: (Role.RUNS_ON, Role.MENTIONS),
    EntityType.ORGANISATION: (Role.AFFILIATED_WITH, Role.MENTIONS),
    EntityType.TASK: (Role.ADDRESSES, Role.MENTIONS),
}

# "Method:introduces" for a name that a good graph must have, "Method:optional" for a term in common words.
CLASSES: tuple[str, ...] = tuple(
    f"{type_.value}:{part}" for type_, roles in ROLES_OF.items() for part in (*(role.value for role in roles), "optional")
)

# What a pair of entities may be: no relation first.
RELATIONS: tuple[str, ...] = ("none", *(relation.value for relation in Relation))
TYPES: tuple[str, ...] = tuple(type_.value for type_ in EntityType)
ROLES: tuple[str, ...] = tuple(role.value for role in Role)


def bio(classes: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of words: "O", then "B-" and "I-" of each class in order."""
    return ("O", *(f"{mark}-{name}" for name in classes for mark in "BI"))
