"""Which things are one: candidates for each thing by its names, and the one it is linked to, or itself.

A curated entry ("=…") and what a paper introduces ("!…") stay what they are: two papers that introduce a "Curator" have two. A thing
that is only called by a name ("~scm") is linked to the one thing that has this name beside a fuller one, where there is just one;
where there are several, it stays by itself and all are noted as open. Candidates always rank higher (curated, introduced, longer
name first), so that links form no circle, and things are linked from the highest rank down.

The cost of `settle` grows with what changed: only things whose names, candidates or candidates' homes changed are looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from kg.model import EntityType
from kg.resolve.authority import is_form
from kg.resolve.decided import Decided, Same
from kg.resolve.forms import abbreviates, alike, may_be_misspelt
from kg.resolve.register import Register
from kg.resolve.tables import Thing

# Why things may be the same, as `open` notes it; the scores and words are in `kg.resolve.candidates`.
AMBIGUOUS = "ambiguous"  # the name stands for several things
HOMONYM = "homonym"  # two papers each introduce a thing of this name
NEAR = "near"  # the names differ in one letter
HINT = "hint"  # a paper gives both names to one thing, without a sign that they are one name


SPELLED = 8  # letters of a name from which another that differs in one letter may be a misspelling; as in `forms.similar`


@dataclass(frozen=True, slots=True)
class Settled:
    """What linking changed."""

    roots: set[Thing]  # of all that may be called otherwise now, or be another thing
    moved: set[Thing]  # things that are part of another root now


def settle(register: Register, things: Iterable[Thing], decided: Decided, *, all_of_them: bool = False) -> Settled:
    """Link the things again whose uses changed, and all that depends on them.

    Args:
        register: the uses, as they are now.
        things: those whose uses changed.
        decided: what people decided; all joins by people are made anew.
        all_of_them: `things` are all that there are, so that nothing else depends on them.
    """
    linker = _Linker(register, decided, all_of_them=all_of_them)
    changed = list(things)
    for thing in changed:
        linker.touch(thing)
    register.sweep(changed)
    linker.run()
    linker.unite()
    return Settled(linker.touched, linker.moved)


class _Linker:
    def __init__(self, register: Register, decided: Decided, *, all_of_them: bool) -> None:
        self._register = register
        self._decided = decided
        self._all_wait = all_of_them
        self._heap: list[tuple[tuple[int, int, str], Thing]] = []
        self._waiting: set[Thing] = set()
        self.touched: set[Thing] = set()  # roots
        self.moved: set[Thing] = set()
        self._homes_changed: set[Thing] = set()  # homes that got or lost things

    def touch(self, thing: Thing) -> None:
        """The uses of a thing changed: it, and what is called as it is or was, must be looked at."""
        type, name = thing
        self._wait(thing)
        if self._all_wait:
            return
        home = self._register.home(type, name)
        if home is not None:
            self.touched.add((type, home[1]))
        self._wait_for_near(thing)  # whether a person parted two depends on the names of both
        names = {n for use in self._register.all_uses(type, name) for n in (*use.names, *use.hints)}
        self._wait_for_names(type, names)

    def run(self) -> None:
        """Look at all that waits, highest rank first."""
        while self._heap:
            _, thing = heapq.heappop(self._heap)
            self._waiting.discard(thing)
            self._look(thing)

    def unite(self) -> None:
        """Join the homes that people decided to be one; the highest in rank becomes the root of all."""
        groups = _Groups()
        for same in self._decided.same:
            homes = sorted(self._homes(same), key=lambda thing: _rank(thing[1]))
            for home in homes[1:]:
                groups.join(homes[0], home)
        roots = groups.roots()
        before = self._register.united()
        if not roots and not before:
            return
        for home in {*roots, *before, *self._homes_changed}:
            root = roots.get(home, home)
            for part in self._register.at_home(*home):
                old = self._register.home(home[0], part)
                if old is not None and old[1] != root[1]:
                    self._register.set_home(home[0], part, home[1], root[1])
                    self.touched |= {(home[0], old[1]), root}
                    self.moved.add((home[0], part))
        self._register.set_united(roots)

    def _wait(self, thing: Thing) -> None:
        if thing not in self._waiting:
            self._waiting.add(thing)
            heapq.heappush(self._heap, (_rank(thing[1]), thing))

    def _wait_for_names(self, type: str, names: Iterable[str]) -> None:
        """Things that one of these names may lead to, or that share it."""
        for name in names:
            for other in self._register.called(type, name):
                self._wait((type, other))

    def _look(self, thing: Thing) -> None:
        """Find the home of a thing anew; where it is another, what depends on it waits."""
        type, name = thing
        old = self._register.home(type, name)
        if not self._register.is_used(type, name):
            if old is not None:
                self._register.forget(type, name)
                self._changed(thing, old, None)
                self._wait_for_near(thing)
            return
        if old is None and len(spelled(thing)) >= SPELLED:
            self._register.spell(type, name, spelled(thing))
            self._wait_for_near(thing)
        home, others = self._find(type, name)
        if self._register.set_open(type, name, others):
            self._note_open(type, name, home, others)
        if old is None or old[0] != home:
            self._register.set_home(type, name, home, home)
            self._changed(thing, old, home)
            self._wait_for_lower(thing)

    def _wait_for_near(self, thing: Thing) -> None:
        """Things of lower rank that are spelled almost as this one."""
        for other in () if self._all_wait else self._near(thing):
            if _rank(other) > _rank(thing[1]):
                self._wait((thing[0], other))

    def _near(self, thing: Thing) -> list[str]:
        """Things whose names differ from this one's in one letter."""
        name = spelled(thing)
        if len(name) < SPELLED:
            return []
        found = [other for other, near in self._register.near(thing[0], name) if may_be_misspelt(near, name)]
        return [other for other in found if not other[0] == thing[1][0] == "="]  # a curator told them apart

    def _changed(self, thing: Thing, old: tuple[str, str] | None, home: str | None) -> None:
        type, _ = thing
        self.moved.add(thing)
        for root in (*(old or ()), home):
            if root is not None:
                self.touched.add((type, root))
                self._homes_changed.add((type, root))

    def _note_open(self, type: str, name: str, home: str, others: Iterable[str]) -> None:
        """What may be the same as another thing now, or no longer, is told with both."""
        for other in (home, *others):
            known = self._register.home(type, other)
            self.touched.add((type, known[1] if known is not None else other))

    def _wait_for_lower(self, thing: Thing) -> None:
        """Things of lower rank that a name of this one may lead to it."""
        type, name = thing
        for keyed in () if self._all_wait else self._register.names(type, name):
            for other in self._register.called(type, keyed):
                if _rank(other) > _rank(name):
                    self._wait((type, other))

    def _find(self, type: str, thing: str) -> tuple[str, dict[str, str]]:
        """The home of a thing, and the things that it may be the same as, with the reason."""
        near = {other: NEAR for other in self._near((type, thing)) if _rank(other) < _rank(thing) and not self._parted(type, thing, other)}
        if not thing.startswith("~"):
            return thing, near | self._homonyms(type, thing)
        name = fullest(thing)
        named = {*self._register.called(type, name), *self._fuller(type, thing)}
        higher = [other for other in named if _rank(other) < _rank(thing) and _fits(thing, other)]
        guarded = {other for other in higher if other.startswith("=") and is_form(EntityType(type), name, other[1:])}
        named = {*higher, *self._alike(type, thing)} - guarded
        candidates = [other for other in named if not self._parted(type, thing, other)]
        homes = {self._home(type, other) for other in candidates}
        if len(homes) == 1 and not self._is_torn(type, named - {*candidates}, homes):
            return homes.pop(), {}
        hinted = {*self._register.hinted(type, name)} - {thing}
        hints = {other: HINT for other in hinted if not self._parted(type, thing, other)}
        doubts = {other: AMBIGUOUS for other in homes | guarded if not self._parted(type, thing, other)}
        return thing, near | hints | doubts

    def _fuller(self, type: str, thing: str) -> list[str]:
        """Things whose fullest name is another, longer name of this one: "swintransformer" of "Swin transformer", called "swin" too."""
        longer = [name for name in self._register.names(type, thing) if len(name) > len(fullest(thing))]
        return [other for name in longer for other in self._register.called(type, name) if other[0] in "!~" and fullest(other) == name]

    def _home(self, type: str, thing: str) -> str:
        known = self._register.home(type, thing)
        return known[0] if known is not None else thing

    def _homonyms(self, type: str, thing: str) -> dict[str, str]:
        """The first of the other things that papers introduce by a fullest name that is this one's too."""
        if not thing.startswith("!"):
            return {}
        name = fullest(thing)
        named = [other for other in self._register.called(type, name) if other.startswith("!") and not self._parted(type, thing, other)]
        same = [other for other in named if fullest(other) == name and other < thing]
        shorter = [other for other in named if fullest(other) != name]
        return dict.fromkeys((*same[:1], *shorter[:1]), HOMONYM)

    def _alike(self, type: str, thing: str) -> list[str]:
        """Things of higher rank whose fullest name is spelled almost so, and that share a short form with this one."""
        name = fullest(thing)
        shorts = [keyed for keyed in self._register.names(type, thing) if abbreviates(keyed, name)]
        found = []
        for short in shorts:
            for other in self._register.called(type, short):
                if _rank(other) < _rank(thing) and _fits(thing, other):
                    longs = [fullest(other)] if not other.startswith("=") else self._register.names(type, other)
                    if any(abbreviates(short, long) and alike(name, long) for long in longs):
                        found.append(other)
        return found

    def _parted(self, type: str, one: str, other: str) -> bool:
        return self._decided.parts_things(EntityType(type), self._register.names, self._register.used_by, one, other)

    def _is_torn(self, type: str, parted: Iterable[str], homes: set[str]) -> bool:
        """Whether a name would still stand for several things but for a person's decision: that it is not this one says not which it is."""
        meant = {self._home(type, other) for other in parted if not self._decided.sets_apart(EntityType(type), other)}
        return not meant <= homes

    def _homes(self, same: Same) -> set[Thing]:
        """The homes of the things that a decision joins."""
        type, found = str(same.type), set()
        for name, paper in (same.one, same.other):
            for thing in self._register.called(type, name):
                if not paper or self._register.used_by(type, thing, [paper]):
                    found.add((type, self._home(type, thing)))
        return found


class _Groups:
    """Disjoint sets of things; the smallest by rank stands for each."""

    def __init__(self) -> None:
        self._parent: dict[Thing, Thing] = {}

    def join(self, one: Thing, other: Thing) -> None:
        first, second = sorted((self._root(one), self._root(other)), key=lambda thing: _rank(thing[1]))
        if first != second:
            self._parent[second] = first

    def roots(self) -> dict[Thing, Thing]:
        """Each thing that was joined → its root, roots themselves left out."""
        return {thing: root for thing in self._parent if (root := self._root(thing)) != thing}

    def _root(self, thing: Thing) -> Thing:
        while thing in self._parent:
            thing = self._parent[thing]
        return thing


def fullest(thing: str) -> str:
    """The key of the fullest name of a thing that is not curated."""
    return _named(thing)[0]


def _tail(thing: str) -> str:
    """The version in a thing's key that its fullest name does not tell: "5" of T5, the "Text-to-Text Transfer Transformer"."""
    return _named(thing)[1]


def _named(thing: str) -> tuple[str, str]:
    name = thing[1:] if thing.startswith("~") else thing.partition(" ")[2]
    base, _, tail = name.partition(" ")
    return base, tail


def spelled(thing: Thing) -> str:
    """The key by which a thing is spelled: of the curated name, or the fullest."""
    type, name = thing
    return Decided.key(name[1:], EntityType(type)) if name.startswith("=") else fullest(name)


def _fits(one: str, other: str) -> bool:
    """Whether two things can be one as far as their versions go."""
    return other.startswith("=") or not _tail(one) or _tail(one) == _tail(other)


def _rank(thing: str) -> tuple[int, int, str]:
    """Smaller is higher: curated, then introduced, then by the length of the name, the longest first."""
    kind = "=!~".index(thing[0])
    return (kind, -len(thing) if kind == 2 else 0, thing)
