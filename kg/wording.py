"""What a person says of things of the graph, put into the words of decisions.

A person means things as the graph shows them. A decision names things as papers do: by a name that a paper uses and, where other
things have that name too, the paper whose use of it is meant. `Speaker` finds these words in the register that resolution keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.derivation import FILE as REGISTER_FILE
from kg.derivation import is_current
from kg.errors import StoreError, UsageError
from kg.log import Log
from kg.model import Decision, DecisionKind, EntityType, Relation, Role
from kg.resolve import Decided, Register
from kg.resolve.tables import Counted, Placed
from kg.resolve.uses import Use


@dataclass(frozen=True, slots=True)
class _Call:
    """One way in which papers call a thing."""

    form: str
    key: str  # by which decisions compare it
    thing: str  # what the papers that use it point to: a part of the thing
    counted: Counted


class Speaker:
    """Puts into decisions what is said of things by their paths; a context manager that reads a store's register."""

    def __init__(self, store: str | Path) -> None:
        """Open the register of a store.

        Raises:
            StoreError: there is none that tells of the published graph.
        """
        folder = Path(store)
        with Log(folder / "log.sqlite", readonly=True) as log:
            if not is_current(folder, log):
                raise StoreError(f"the graph in {folder} is not up to date", hint="run `kg build` on any of your papers first")
        self._register = Register(folder / REGISTER_FILE, readonly=True)

    def __enter__(self) -> Speaker:
        return self

    def __exit__(self, *_: object) -> None:
        self._register.close()

    def same(self, one: str, other: str, note: str = "") -> tuple[Decision, ...]:
        """The decision that two things are one."""
        type = self._one_type(one, other)
        (name, paper), (other_name, other_paper) = self.name(one), self.name(other)
        return (Decision(DecisionKind.SAME, type, name, paper, other=other_name, other_paper=other_paper, note=note),)

    def different(self, one: str, other: str, note: str = "") -> tuple[Decision, ...]:
        """The decisions that two things are not one, nor any parts of them that may be."""
        type = self._one_type(one, other)
        first, second = self._placed(one), self._placed(other)
        if first == second:
            raise UsageError(f"both are {first.name}", hint="`kg split` takes a name or a paper out of a thing")
        parts = [{*self._register.parts(placed.type, placed.root)} for placed in (first, second)]
        asked = {(a, b) for kind, a, b in self._register.all_open() if kind == first.type}
        between = sorted({(a, b) for a, b in asked | {(b, a) for a, b in asked} if a in parts[0] and b in parts[1]})
        found = (self._parting(type, (one, a), (other, b), note) for a, b in between or [("", "")])
        return tuple(dict.fromkeys(decision for several in found for decision in several))

    def rename(self, path: str, name: str, note: str = "") -> tuple[Decision, ...]:
        """The decision that a thing has this canonical name."""
        known, paper = self.name(path)
        return (Decision(DecisionKind.RENAME, self.type(path), known, paper, other=name, note=note),)

    def wrong_entity(self, path: str, note: str = "") -> tuple[Decision, ...]:
        """The decisions by which a thing leaves the graph whole: one for each name, or paper, that it is known by alone."""
        type, found, left = self.type(path), list[Decision](), self._calls(path)
        while left:
            call = left[0]
            alone = self._is_alone(path, call.key)
            papers = [""] if alone else sorted(self._papers(type, call))
            found += [Decision(DecisionKind.WRONG_ENTITY, type, call.form, paper, note=note) for paper in papers]
            left = [other for other in left if other.counted != call.counted and (not alone or call.key not in other.counted.use.names)]
        return tuple(found)

    def wrong_statement(self, subject: str, predicate: str, object: str, paper: str, note: str = "") -> Decision:
        """The decision that a paper does not say this.

        Args:
            subject: path of the thing, or of the paper itself.
            predicate: "uses", "trainedOn", …
            object: path of the thing.
            paper: key of the paper.
            note: why.
        """
        if predicate not in (*Role, *Relation):
            raise UsageError(f"{predicate!r} does not lead to a thing of a type", hint="links cannot be struck out")
        type, name = (None, "") if subject.startswith("paper/") else (self.type(subject), self._name_in(subject, paper))
        other = self._name_in(object, paper)
        return Decision(DecisionKind.WRONG_STATEMENT, type, name, paper, predicate, self.type(object), other, note=note)

    def split_form(self, path: str, form: str, note: str = "") -> tuple[Decision, ...]:
        """The decisions that a form is no name of a thing: parted from every name that a paper gives beside it, and from the canonical one.

        Raises:
            UsageError: the thing has no such form, or no other.
        """
        type, placed = self.type(path), self._placed(path)
        keyed = Decided.key(form, type)
        uses = [call.counted.use for call in self._calls(path, every=True)]
        calling = [use for use in uses if any(Decided.key(known, type) == keyed for known in use.forms)]
        beside = {known for use in calling for known in use.forms}
        if not beside:
            forms = sorted({known for use in uses for known in use.forms} - {placed.name})
            raise UsageError(f"no paper calls {placed.name} {form!r}", hint=f"it is called {', '.join(forms[:12]) or 'nothing else'}")
        own = {call.form for call in self._calls(path) if Decided.key(call.form, type) != keyed}
        others = {known for known in beside | own | {placed.name} if Decided.key(known, type) != keyed}
        if placed.root.startswith("="):
            others.add(placed.root[1:])
        if not others:
            others = {known for use in uses for known in use.forms if known != form}  # one key: the spelling must tell
        if not others:
            raise UsageError(f"{form!r} is the only name of {placed.name}", hint="`--paper` says that one paper means another thing by it")
        first = {Decided.key(known, type) if Decided.key(known, type) != keyed else known: known for known in sorted(others, reverse=True)}
        return tuple(Decision(DecisionKind.DIFFERENT, type, form, other=known, note=note) for known in sorted(first.values()))

    def split_paper(self, path: str, paper: str, note: str = "") -> tuple[Decision, ...]:
        """The decisions that a paper means another thing by the names that it uses for a thing.

        Raises:
            UsageError: the paper does not name the thing, or no other paper does.
        """
        type, placed = self.type(path), self._placed(path)
        here = [*self._uses_in(placed, paper)]
        if not here:
            raise UsageError(f"{paper} does not name {placed.name}", hint=f"`kg show {path}` lists the papers that do")
        if self._register.papers_of(placed.type, placed.root) == {paper}:
            raise UsageError(f"only {paper} names {placed.name}", hint="there is nothing to part it from")
        names = {Decided.key(use.name, type): use.name for use in here}
        return tuple(Decision(DecisionKind.DIFFERENT, type, name, paper, other=name, note=note) for name in sorted(names.values()))

    def places(self, path: str) -> tuple[tuple[str, int], ...]:
        """Where papers name a thing: key of the paper, index of its claim; sorted."""
        placed = self._placed(path)
        parts, papers = {*self._register.parts(placed.type, placed.root)}, self._register.papers_of(placed.type, placed.root)
        uses = ((paper, place, use) for paper in sorted(papers) for place, use in self._register.uses_of(paper))
        return tuple((paper, place) for paper, place, use in uses if str(use.type) == placed.type and use.thing in parts)

    def things(self, places: Iterable[tuple[str, int]]) -> tuple[str, ...]:
        """Paths of the things that papers name there now, those named most often first."""
        found = Counter(path for paper, place in places if (path := self._register.paths(paper).get(place)) is not None)
        return tuple(sorted(found, key=lambda path: (-found[path], path)))

    # Words for things

    def type(self, path: str) -> EntityType:
        """The type of a thing."""
        return EntityType(self._placed(path).type)

    def name(self, path: str, part: str = "") -> tuple[str, str]:
        """A name by which papers call a thing, and "" where no other thing has it, else the key of a paper that means this one by it.

        The canonical name goes first, then what most papers use.

        Args:
            path: of the thing.
            part: key of a part of it that must be so called; "" for any.

        Raises:
            UsageError: every paper that names it means another thing by the same name too.
        """
        placed = self._placed(path)
        calls = [call for call in self._calls(path) if part in ("", call.thing)]
        for call in calls:
            if self._is_alone(path, call.key):
                return call.form, ""
        for call in calls:
            for paper in sorted(self._papers(self.type(path), call)):
                homes = self._register.called(placed.type, call.key)
                if self._roots(placed.type, (thing for thing in homes if self._register.used_by(placed.type, thing, [paper]))) == {
                    placed.root
                }:
                    return call.form, paper
        raise UsageError(f"no name of {path} means it alone, in any paper", hint="`kg explain` shows its names")

    def _parting(self, type: EntityType, one: tuple[str, str], other: tuple[str, str], note: str) -> Iterator[Decision]:
        """The decisions that part a part of one thing from a part of another."""
        ends = sorted((self._placed(path).root[0] == "=", self.name(path, part), path) for path, part in (one, other))
        (_, (name, paper), path), (_, (other_name, other_paper), _) = ends  # what is curated stays what it is: the other is set apart
        if Decided.key(name, type) == Decided.key(other_name, type) and not self._placed(path).root.startswith("!"):
            yield from self._setting_apart(type, path, name, note)
        else:
            yield Decision(DecisionKind.DIFFERENT, type, name, paper, other=other_name, other_paper=other_paper, note=note)

    def _setting_apart(self, type: EntityType, path: str, name: str, note: str) -> Iterator[Decision]:
        """The decisions that all papers of a thing mean another by its name than the rest, and one thing."""
        placed = self._placed(path)
        papers = sorted(self._register.papers_of(placed.type, placed.root))
        for paper in papers:
            yield Decision(DecisionKind.DIFFERENT, type, name, paper, other=name, note=note)
            if paper != papers[0]:
                yield Decision(DecisionKind.SAME, type, name, papers[0], other=name, other_paper=paper, note=note)

    def _one_type(self, one: str, other: str) -> EntityType:
        types = {self.type(path) for path in (one, other)}
        if len(types) > 1:
            raise UsageError(f"{one} and {other} are of different types", hint="only things of one type can be one")
        return types.pop()

    def _placed(self, path: str) -> Placed:
        placed = self._register.at(path)
        if placed is None:
            raise UsageError(f"{path} is none of the things that papers name", hint="decisions are on methods, datasets, and the like")
        return placed

    def _calls(self, path: str, *, every: bool = False) -> list[_Call]:
        """How papers call a thing: the forms that name just it, or `every` form; the canonical name first, then the commonest."""
        placed, type = self._placed(path), self.type(path)
        found = [
            _Call(form, Decided.key(form, type), thing, counted)
            for thing in self._register.parts(placed.type, placed.root)
            for counted in self._register.counted(placed.type, thing)
            for form in counted.use.forms
            if every or Decided.key(form, type) in counted.use.names
        ]
        return sorted(found, key=lambda call: (call.form != placed.name, -call.counted.papers, call.form, call.thing, call.counted.use))

    def _is_alone(self, path: str, key: str) -> bool:
        """Whether no other thing has this name."""
        placed = self._placed(path)
        return self._roots(placed.type, self._register.called(placed.type, key)) == {placed.root}

    def _roots(self, type: str, things: Iterable[str]) -> set[str]:
        homes = (self._register.home(type, thing) for thing in things)
        return {home[1] for home in homes if home is not None}

    def _papers(self, type: EntityType, call: _Call) -> Collection[str]:
        """The papers that call the thing so."""
        papers = self._register.papers_with(str(type), call.thing)
        return {paper for paper in papers if any(use == call.counted.use for _, use in self._register.uses_of(paper))}

    def _uses_in(self, placed: Placed, paper: str) -> Iterator[Use]:
        """How one paper names a thing."""
        parts = {*self._register.parts(placed.type, placed.root)}
        return (use for _, use in self._register.uses_of(paper) if str(use.type) == placed.type and use.thing in parts)

    def _name_in(self, path: str, paper: str) -> str:
        placed = self._placed(path)
        name = next((use.name for use in self._uses_in(placed, paper)), None)
        if name is None:
            raise UsageError(f"{paper} does not name {placed.name}", hint=f"`kg show {path}` lists the papers that do")
        return name
