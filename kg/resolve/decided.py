"""What people decided, in the keys that resolution compares names by.

Decisions win over rules: names that a person parted are never joined by a rule, names that a person joined are one thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import product

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
        self._parted: set[tuple[EntityType, frozenset[_Name]]] = set()
        self._spelled: set[tuple[EntityType, str]] = set()  # spellings that differ in the eyes of a person, not by their key
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

    @staticmethod
    def spelling(name: str, type: EntityType) -> str:
        """The key of a name with its spelling, for decisions on names that share the key; no key has a space."""
        return f"{Decided.key(name, type)} {name}"

    def parted(self, type: EntityType, one: str, other: str, paper: str = "") -> bool:
        """Whether a person said that two forms are not one thing, everywhere or in this paper."""
        if not self._parted:
            return False
        ends = [(self.key(form, type), self.spelling(form, type)) for form in (one, other)]
        pairs = product(product(ends[0], {"", paper}), product(ends[1], {"", paper}))
        return any(left != right and (type, frozenset((left, right))) in self._parted for left, right in pairs)

    def parts_things(
        self,
        type: EntityType,
        names_of: Callable[[str, str], Set[str]],
        used_by: Callable[[str, str, Iterable[str]], Set[str]],
        one: str,
        other: str,
    ) -> bool:
        """Whether a person parted a name of one thing from a name of another.

        Args:
            type: of both things.
            names_of: the names of a thing.
            used_by: those of some papers that point to a thing.
            one: key of a thing.
            other: key of another.
        """
        pairs = [sorted(pair) for kind, pair in self._parted if kind is type]
        if not pairs:
            return False
        names = {thing: names_of(str(type), thing) for thing in (one, other)}

        def means(end: _Name, thing: str) -> bool:
            name, paper = end
            return name in names[thing] and (not paper or bool(used_by(str(type), thing, [paper])))

        return any((means(a, one) and means(b, other)) or (means(b, one) and means(a, other)) for a, b in pairs)

    def spellings(self, type: EntityType, forms: Iterable[str]) -> set[str]:
        """Those of the forms, with their keys, whose spelling alone tells what they mean, as a person said."""
        return {told for form in forms if (type, told := self.spelling(form, type)) in self._spelled} if self._spelled else set()

    def sets_apart(self, type: EntityType, thing: str) -> bool:
        """Whether a thing is what one paper means by a name that means another thing elsewhere, as a person said."""
        paper, _, name = thing[1:].partition(" ")
        return thing.startswith("!") and (type, name, paper) in self._apart

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

    def given(self, type: EntityType, names: Set[str]) -> set[str]:
        """The names that persons gave to things with one of these names, in whatever papers."""
        return {other for (kind, name, _), other in self._renamed.items() if kind is type and name in names}

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
            else:
                self._part(type, decision, name, other)

    def _part(self, type: EntityType, decision: Decision, name: str, other: str) -> None:
        """Two names, or one as two papers use it; or two spellings of one, that each tell what is meant."""
        one, two = (name, decision.paper), (other, decision.other_paper)
        if one == two:
            one, two = ((self.spelling(form, type), decision.paper) for form in (decision.name, decision.other))
            self._spelled |= {(type, one[0]), (type, two[0])}
        elif name == other:
            self._apart.add((type, name, decision.paper or decision.other_paper))
        self._parted.add((type, frozenset((one, two))))


def changed(before: Sequence[Decision], after: Sequence[Decision]) -> list[Decision]:
    """The decisions by which two lists differ, sorted; all that rename where those come in another order."""
    renames = [[d for d in decisions if d.kind is DecisionKind.RENAME] for decisions in (before, after)]
    return sorted(({*before} ^ {*after}) | ({*renames[0], *renames[1]} if renames[0] != renames[1] else set()))
