"""What people decided, in the keys that resolution compares names by.

Decisions win over rules: names that a person parted are never joined by a rule, names that a person joined are one thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from kg.model import Decision, DecisionKind, EntityType, Role
from kg.resolve.forms import core, key

_Name = tuple[str, str]  # key of a name, and of the paper whose use of it is meant, or ""


@dataclass(frozen=True, slots=True)
class Same:
    """Two names that a person joined."""

    type: EntityType
    one: _Name
    other: _Name
    note: str


class Decided:
    """The decisions, ready to be asked; empty by default."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self.decisions = tuple(decisions)
        self.same: list[Same] = []
        self.same_by_name: defaultdict[tuple[EntityType, str], list[Same]] = defaultdict(list)
        self.names: set[tuple[EntityType, str]] = set()  # keys of all names that a decision is about
        self._parted: set[tuple[EntityType, frozenset[str]]] = set()
        self._apart: set[tuple[EntityType, str, str]] = set()
        self._wrong: defaultdict[tuple[EntityType, str], set[str]] = defaultdict(set)
        self._renamed: dict[tuple[EntityType, str, str], str] = {}
        self._unsaid: set[tuple[str, ...]] = set()
        for decision in self.decisions:
            self._take(decision)

    @staticmethod
    def key(name: str, type: EntityType) -> str:
        """The key by which a decision means a name: that of its core."""
        return key(core(name, type), type)

    def parted(self, type: EntityType, one: str, other: str) -> bool:
        """Whether a person said that two forms, or keys of them, are not one thing."""
        return bool(self._parted) and (type, frozenset((self.key(one, type), self.key(other, type)))) in self._parted

    def parts_things(self, type: EntityType, names_of: Callable[[str, str], Set[str]], one: str, other: str) -> bool:
        """Whether a person parted a name of one thing from a name of another; `names_of` gives the names of a thing."""
        pairs = [pair for kind, pair in self._parted if kind is type]
        if not pairs:
            return False
        first, second = names_of(str(type), one), names_of(str(type), other)
        return any((a in first and b in second) or (b in first and a in second) for a, b in (sorted(pair) for pair in pairs))

    def is_apart(self, type: EntityType, names: Set[str], paper: str) -> bool:
        """Whether a person said that this paper means a thing of its own by one of these names."""
        return bool(self._apart) and any((type, name, paper) in self._apart for name in names)

    def is_wrong(self, type: EntityType, names: Set[str], paper: str) -> bool:
        """Whether a person said that these names name no thing of this type, everywhere or in this paper, or that it mentions none."""
        wrong = bool(self._wrong) and any(not {"", paper}.isdisjoint(self._wrong.get((type, name), ())) for name in names)
        return wrong or self.unsaid(paper, [""], Role.MENTIONS, [f"{type} {name}" for name in names])

    def canonical(self, type: EntityType, names: Iterable[str], papers: Set[str]) -> str | None:
        """The name that a person gave to the thing with these names in these papers; the last decision stands."""
        found = None
        if self._renamed:
            wanted = set(names)
            for (kind, name, paper), other in self._renamed.items():
                if kind is type and name in wanted and (not paper or paper in papers):
                    found = other
        return found

    def renaming_papers(self, type: EntityType) -> set[str]:
        """The papers that decisions on names of this type are tied to."""
        return {paper for kind, _, paper in self._renamed if kind is type and paper}

    def strikes(self, paper: str) -> bool:
        """Whether a person struck out any statement of this paper."""
        return any(struck[0] == paper for struck in self._unsaid)

    def unsaid(self, paper: str, subjects: Iterable[str], predicate: str, objects: Iterable[str]) -> bool:
        """Whether a person said that the paper does not say this; ends as "Type key", the subject "" for the paper itself."""
        if not self._unsaid:
            return False
        ends = set(objects)
        return any((paper, subject, predicate, object) in self._unsaid for subject in subjects for object in ends)

    def _take(self, decision: Decision) -> None:
        type, kind = decision.type, decision.kind
        if kind is DecisionKind.WRONG_STATEMENT:
            subject, object = (self._end(*end) for end in ((type, decision.name), (decision.other_type, decision.other)))
            self._unsaid.add((decision.paper, subject, decision.predicate, object))
        elif type is not None:  # as all other kinds have
            self._take_names(decision, type)

    def _end(self, type: EntityType | None, name: str) -> str:
        """An end of a statement: "Type key", "" for the paper itself."""
        return "" if type is None else f"{type} {self.key(name, type)}"

    def _take_names(self, decision: Decision, type: EntityType) -> None:
        kind = decision.kind
        name = self.key(decision.name, type)
        self.names.add((type, name))
        if kind is DecisionKind.WRONG_ENTITY:
            self._wrong[type, name].add(decision.paper)
        elif kind is DecisionKind.RENAME:
            self._renamed.pop((type, name, decision.paper), None)
            self._renamed[type, name, decision.paper] = decision.other
        else:
            other = self.key(decision.other, type)
            self.names.add((type, other))
            if kind is DecisionKind.SAME:
                same = Same(type, (name, decision.paper), (other, decision.other_paper), decision.note)
                self.same.append(same)
                for end in (name, other):
                    self.same_by_name[type, end].append(same)
            elif decision.paper or decision.other_paper:  # this paper means a thing of its own
                self._apart |= {(type, n, p) for n, p in ((name, decision.paper), (other, decision.other_paper)) if p}
            elif name != other:
                self._parted.add((type, frozenset((name, other))))


def changed(before: Sequence[Decision], after: Sequence[Decision]) -> list[Decision]:
    """The decisions by which two lists differ, sorted; all that rename where those come in another order."""
    renames = [[d for d in decisions if d.kind is DecisionKind.RENAME] for decisions in (before, after)]
    return sorted(({*before} ^ {*after}) | ({*renames[0], *renames[1]} if renames[0] != renames[1] else set()))
