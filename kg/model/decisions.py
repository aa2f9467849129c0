"""What people decided about things and statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering

from kg.model.vocabulary import EntityType, Relation, Role


class DecisionKind(StrEnum):
    """What a person decides about the things of the graph; the value stands in the column "decision"."""

    SAME = "same"  # `name` and `other` are one thing
    DIFFERENT = "different"  # they are not; with one name on both sides, `paper` means another thing by it than the rest
    RENAME = "rename"  # the thing known as `name` has the canonical name `other`
    WRONG_ENTITY = "wrong-entity"  # `name` is no thing of this type: it leaves the graph with its statements
    WRONG_STATEMENT = "wrong-statement"  # `paper` does not say subject, predicate, object


# For each kind the fields that must be filled and those that may be; the others stay empty. `note` may always be filled.
DECISION_FIELDS: dict[DecisionKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    DecisionKind.SAME: (("type", "name", "other"), ("paper", "other_paper")),
    DecisionKind.DIFFERENT: (("type", "name", "other"), ("paper", "other_paper")),
    DecisionKind.RENAME: (("type", "name", "other"), ("paper",)),
    DecisionKind.WRONG_ENTITY: (("type", "name"), ("paper",)),
    DecisionKind.WRONG_STATEMENT: (("paper", "predicate", "other_type", "other"), ("type", "name")),
}
# What would break a line, turn the direction of a terminal's text, or cannot be written as UTF-8.
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class FieldError(ValueError):
    """What is wrong with one field of a decision."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@total_ordering
@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a thing or a statement; wins over every rule. Ordered by `cells`.

    A paper beside a name means: only as that paper uses the name.
    """

    kind: DecisionKind
    type: EntityType | None = None  # of `name`, and of `other` where both are one type
    name: str = ""  # any name of the thing; "" where the subject of a statement is the paper itself
    paper: str = ""  # key of the paper whose use of `name` is meant, or whose statement is
    predicate: str = ""  # a value of `Role` where the subject is the paper, else of `Relation`
    other_type: EntityType | None = None  # of the object of a statement
    other: str = ""  # the other thing, the new name, or the object of a statement
    other_paper: str = ""
    note: str = ""  # why, for people

    def __post_init__(self) -> None:
        _check_fields(self)
        if self.kind is DecisionKind.WRONG_STATEMENT:
            _check_statement(self)
        elif self.name == self.other and self.kind is not DecisionKind.RENAME:
            _check_one_name(self)

    @property
    def cells(self) -> tuple[str, ...]:
        """The fields in their order as text, "" for None."""
        first = (self.kind, self.type or "", self.name, self.paper, self.predicate)
        return (*map(str, first), str(self.other_type or ""), self.other, self.other_paper, self.note)

    def __lt__(self, other: Decision) -> bool:
        return self.cells < other.cells


def _check_fields(decision: Decision) -> None:
    needed, optional = DECISION_FIELDS[decision.kind]
    for name, value in zip(decision.__slots__, decision.cells, strict=True):
        if _NO_TEXT.search(value) or value != value.strip():
            raise FieldError(name, f"{value!r} holds a tab, a line break, a control character or a space at one end")
        if name in needed and not value:
            raise FieldError(name, f"a decision {str(decision.kind)!r} needs {name}")
        if value and name not in (*needed, *optional, "kind", "note"):
            raise FieldError(name, f"a decision {str(decision.kind)!r} has no {name}, here it is {value!r}")


def _check_one_name(decision: Decision) -> None:
    if not decision.paper:
        raise FieldError("paper", f"{decision.name!r} stands on both sides: whose use of it is meant?")
    if decision.paper == decision.other_paper:
        raise FieldError("other_paper", f"both sides are {decision.name!r} of one paper")


def _check_statement(decision: Decision) -> None:
    if bool(decision.type) != bool(decision.name):
        raise FieldError("name" if decision.type else "type", "a subject has type and name; both are empty where it is the paper itself")
    allowed = [p.value for p in (Relation if decision.name else Role)]
    if decision.predicate not in allowed:
        subject = "a thing" if decision.name else "the paper itself"
        raise FieldError("predicate", f"{decision.predicate!r} does not lead from {subject} to a thing")
