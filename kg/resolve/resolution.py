"""The steps of resolution composed: papers in, things of their own with names and identifiers out, and what of them is news.

    uses → things → homes → names and paths

`Resolution.update` brings changed papers in; its work grows with what they touch. Filling an empty register with all papers is
the same work, so that step by step equals at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.model import Candidate, Entity, EntityType, Kind, LoggedPaper, Merge
from kg.resolve import kinds, naming
from kg.resolve.candidates import candidates
from kg.resolve.decided import Decided
from kg.resolve.linking import fullest, settle
from kg.resolve.merges import merges, reasons
from kg.resolve.register import Register
from kg.resolve.tables import Counted, Placed, Thing
from kg.resolve.uses import Definition, definitions, uses


@dataclass(frozen=True, slots=True)
class News:
    """What an update changed."""

    paths: frozenset[str] = frozenset()  # of entities and kinds that are told otherwise now, are new or gone
    papers: frozenset[str] = frozenset()  # whose statements have other ends now; those that were put or taken not among them


@dataclass(frozen=True, slots=True)
class Under:
    """What a thing lies under, as far as it can be told without the things of other components."""

    type: EntityType
    entries: tuple[str, ...]  # names of curated entries, nearest first
    otherwise: str  # path of the kind or thing that it is where no paper names one of them, or ""

    def path(self, curated: Mapping[tuple[str, str], str]) -> str:
        """Path of what it lies under, "" where nothing is known.

        Args:
            curated: type and name of every curated entry that papers name → its path.
        """
        return next((curated[self.type, name] for name in self.entries if (self.type, name) in curated), self.otherwise)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A thing of its own, but for what other components and texts of papers tell of it."""

    entity: Entity  # without what it lies under, and without the evidence of its merges
    under: Under
    curated: str = ""  # name of the entry that it is, "" for others
    pairs: tuple[
        tuple[str, str, tuple[str, str]], ...
    ] = ()  # (form, paper, pair) where the evidence of the merge of a form is, for `shown`


class Resolution:
    """All that papers name, resolved; kept in a register."""

    def __init__(self, register: Register, decided: Decided, paper: Callable[[str], LoggedPaper | None]) -> None:
        """Resolve into a register.

        Args:
            register: what was resolved so far, under the same decisions.
            decided: what people decided.
            paper: looks up a paper that is in the register, by key.
        """
        self._register = register
        self._decided = decided
        self._paper = paper
        self._definitions = lru_cache(maxsize=4096)(self._defined)
        self.lone = 0  # by how many things more only one paper names, since this was made

    def fill(self, papers: Iterable[LoggedPaper]) -> None:
        """Resolve all papers at once; the register is empty before."""
        touched: set[Thing] = set()
        for paper in papers:
            touched |= self._register.put(paper.document.key, uses(paper, self._decided))
        self._fill(touched)

    def fill_uses(self, uses: Iterable[tuple[str, Sequence[tuple[str, int]]]]) -> None:
        """Resolve what lies in whole components (`kg.resolve.ties`), and nothing else; the register is empty before.

        Args:
            uses: each once, as `kg.resolve.tables.encode` writes it, with the papers that have it and the places of their claims.
        """
        self._fill({self._register.enter(body, members) for body, members in uses})

    def _fill(self, things: set[Thing]) -> None:
        self._place(settle(self._register, sorted(things), self._decided, all_of_them=True).roots, set(), all_of_them=True)

    def update(self, put: Iterable[LoggedPaper], taken: Iterable[str], *, names: Iterable[tuple[EntityType, str]] = ()) -> News:
        """Bring papers in, in place of what the register has of them, and take others out.

        Args:
            put: new and changed papers.
            taken: keys of papers that are gone.
            names: keys of names about which other decisions hold now than before; the papers that use them are to be put again.
        """
        touched: set[Thing] = set()
        for key in taken:
            touched |= self._register.take(key)
        for paper in put:
            key = paper.document.key
            touched |= self._register.take(key) | self._register.put(key, uses(paper, self._decided))
        touched |= {(str(type), thing) for type, name in names for thing in self._register.called(type, name)}
        settled = settle(self._register, sorted(touched), self._decided)
        paths, renamed = self._place(settled.roots, settled.moved)
        papers = {key for thing in settled.moved for key in self._register.papers_with(*thing)}
        papers |= {key for root in renamed for key in self._register.papers_of(*root)}
        return News(frozenset(paths), frozenset(papers))

    # What the register tells

    def ids(self, paper: str) -> dict[int, str]:
        """Index of the claim → path of the entity, for all that a paper names; what a person struck out is absent."""
        return self._register.paths(paper)

    def entities(self) -> Iterator[Entity]:
        """All things of their own, by type and path."""
        for placed in self._register.all_placed():
            yield self._entity(placed)

    def named(self) -> Iterator[tuple[Entity, int]]:
        """All things of their own, without why their forms are theirs, and how many papers name each; by type and path."""
        for placed in self._register.all_placed():
            yield self._entity_of(placed, self._uses(placed.type, placed.root), ()), placed.papers

    def unplaced(self) -> Iterator[Unplaced]:
        """All things of their own, where only whole components are in the register: without what tells of other components."""
        for placed in self._register.all_placed():
            counted = self._uses(placed.type, placed.root)
            why = reasons(EntityType(placed.type), placed.name, counted, self._decided)
            pairs = tuple((one.merge.form, one.merge.paper, one.pair) for one in why if one.pair is not None)
            entity = replace(self._entity_of(placed, counted, tuple(one.merge for one in why)), broader="")
            entries, kind = _above(placed)
            end = "" if placed.curated or kind else self._end_of(placed)
            under = Under(entity.type, entries, kind or end)
            yield Unplaced(entity, under, placed.root[1:] if placed.curated else "", pairs)

    def entity(self, path: str) -> Entity | None:
        """The thing with this path; None where there is none."""
        placed = self._register.at(path)
        return None if placed is None else self._entity(placed)

    def support(self, path: str) -> int:
        """How many papers name the thing with this path."""
        placed = self._register.at(path)
        return 0 if placed is None else placed.papers

    def candidates(self, path: str) -> list[Candidate]:
        """The open questions about the thing with this path."""
        placed = self._register.at(path)
        return [] if placed is None else candidates(self._register, placed)

    def all_candidates(self) -> list[Candidate]:
        """All open questions, sorted."""
        homes = ((type, self._register.home(type, thing)) for type, thing, _ in self._register.all_open())
        roots = {(type, home[1]) for type, home in homes if home is not None}
        placed = [self._register.placed(*root) for root in sorted(roots)]
        return sorted({candidate for thing in placed if thing is not None for candidate in candidates(self._register, thing)})

    def kinds(self) -> Iterator[Kind]:
        """All kinds that something lies under, by path."""
        yield from kinds.all_above(self._register.ends())

    def kind(self, path: str) -> Kind | None:
        """The kind with this path; None where nothing lies under it."""
        found = kinds.named_by_path().get(path)
        return kinds.kind_at(*found) if found is not None and self._has_below(*found) else None

    def _entity(self, placed: Placed) -> Entity:
        type = EntityType(placed.type)
        counted = self._uses(placed.type, placed.root)
        return self._entity_of(placed, counted, merges(type, placed.name, counted, self._decided, self._definitions))

    def _entity_of(self, placed: Placed, counted: Sequence[Counted], why: tuple[Merge, ...]) -> Entity:
        forms = {form for c in counted for form in c.use.forms}
        short = naming.short_form(placed.name, counted)
        return Entity(placed.path, EntityType(placed.type), placed.name, tuple(sorted(forms - {placed.name})), short, placed.wider, why)

    def _uses(self, type: str, root: str) -> list[Counted]:
        return [counted for part in self._register.parts(type, root) for counted in self._register.counted(type, part)]

    def _defined(self, key: str) -> Mapping[tuple[str, str], Definition]:
        paper = self._paper(key)
        return {} if paper is None else definitions(paper)

    # Names and paths

    def _place(self, roots: Iterable[Thing], things: Iterable[Thing], *, all_of_them: bool = False) -> tuple[set[str], set[Thing]]:
        """Name what may be called otherwise now; the paths that are told otherwise, and the roots whose path is another.

        Args:
            roots: of all that may be called otherwise.
            things: that are part of another root now.
            all_of_them: `roots` are all that there are.
        """
        paths: set[str] = set()
        stems: set[tuple[str, str]] = set()
        retold = set(roots)
        for root in sorted(retold):
            old, new = self._register.placed(*root), self._named(*root)
            self.lone += _is_lone(new) - _is_lone(old)
            for known in (old, new):
                if known is not None:
                    stems.add((known.type, known.stem))
                    paths.add(known.path)
            if new is not None:
                self._register.place(new)
            elif old is not None:
                self._register.displace(*root)
                paths |= {*kinds.ladder_of_path(old.wider)}
        moved: set[Thing] = set()
        for type, stem in sorted(stems):
            for before, after in self._paths(type, stem):
                if before.path != after.path:
                    self._register.place(after)
                    moved.add((after.type, after.root))
                    paths |= {before.path, after.path}
        narrower = set() if all_of_them else self._narrower(retold | moved, moved, things)
        paths |= self._widen(retold | moved | narrower)
        self._register.renamed.clear()
        return paths - {""}, moved

    def _paths(self, type: str, stem: str) -> list[tuple[Placed, Placed]]:
        before = {thing.root: thing for thing in self._register.of_stem(type, stem)}
        return [(before[thing.root], thing) for thing in naming.place(before.values())]

    def _named(self, type: str, root: str) -> Placed | None:
        """A root as it is called now, with the path it had; None where no paper names it."""
        counted = self._uses(type, root)
        if not counted:
            return None
        old = self._register.placed(type, root)
        papers = counted[0].papers if len(counted) == 1 else self._register.count_papers(type, root)
        tied = self._decided.renaming_papers(EntityType(type))
        known = (
            {paper for part in self._register.parts(type, root) for paper in self._register.used_by(type, part, tied)} if tied else set()
        )
        name = naming.canonical_name(EntityType(type), counted, self._decided, known)
        path, wider = (old.path, old.wider) if old is not None else ("", "")
        return Placed(type, root, naming.stem(name), root.startswith("="), papers, path, name, wider)

    def _widen(self, roots: set[Thing]) -> set[str]:
        """Find what things lie under anew; the paths of those that lie elsewhere now, and of kinds that got or lost a thing."""
        paths: set[str] = set()
        for type, root in sorted(roots):
            placed = self._register.placed(type, root)
            wider = "" if placed is None else self._wider(placed)
            if placed is not None and wider != placed.wider:
                self._register.place(replace(placed, wider=wider))
                paths.add(placed.path)
                paths |= {step for end in (placed.wider, wider) for step in kinds.ladder_of_path(end)}
        return paths

    def _narrower(self, roots: set[Thing], moved: set[Thing], things: Iterable[Thing]) -> set[Thing]:
        """Roots of what may lie under one of these, or under something else now that names or things changed hands."""
        found = {(type, f"={name}") for type, root in roots if root.startswith("=") for name in kinds.narrower(EntityType(type), root[1:])}
        names = set(self._register.renamed)
        names |= {(type, name) for type, thing in things for name in self._register.names(type, thing)}
        names |= {
            (type, name) for type, root in moved for part in self._register.parts(type, root) for name in self._register.names(type, part)
        }
        for type, name in names:
            homes = (self._register.home(type, thing) for thing in self._register.ended(type, name))
            found |= {(type, home[1]) for home in homes if home is not None}
        return found

    def _wider(self, placed: Placed) -> str:
        """Path of the next wider thing that the graph has, or kind; "" where none is known."""
        entries, kind = _above(placed)
        known = (self._register.placed(placed.type, f"={name}") for name in entries)
        found = next((thing.path for thing in known if thing is not None), kind)
        return found or ("" if placed.curated else self._end_of(placed))

    def _end_of(self, placed: Placed) -> str:
        """Path of the thing that a name of this one ends in, as a paper calls it too; the longest such name that one thing has.

        What is not curated lies only under shorter names, so that nothing lies under itself.
        """
        names = {name for counted in self._uses(placed.type, placed.root) for name in counted.use.wider}
        for name in sorted(names, key=lambda name: (-len(name), name)):
            homes = [self._register.home(placed.type, thing) for thing in self._register.called(placed.type, name)]
            roots = {home[1] for home in homes if home is not None}
            if len(roots) == 1 and (root := roots.pop()) != placed.root:
                other = self._register.placed(placed.type, root)
                if other is not None and (other.curated or len(fullest(root)) < len(fullest(placed.root))):
                    return other.path
        return ""

    def _has_below(self, type: EntityType, name: str) -> bool:
        below = kinds.below(type, name)
        return self._register.has_narrower(kinds.path(name)) or any(self._has_below(type, kind) for kind in below)


def _is_lone(placed: Placed | None) -> bool:
    """Whether only one paper names a thing."""
    return placed is not None and placed.papers == 1


def _above(placed: Placed) -> tuple[tuple[str, ...], str]:
    """The curated entries and the kind that a thing may lie under, as `kinds.above` gives them."""
    return kinds.above(EntityType(placed.type), placed.root[1:] if placed.curated else placed.name, curated=placed.curated)
