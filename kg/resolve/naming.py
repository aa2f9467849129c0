"""How a thing is called: its canonical name, its short form, all other forms, and its identifier among things of the same slug."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.model import EntityType
from kg.names import digest, slug
from kg.resolve.decided import Decided
from kg.resolve.forms import core, expands, is_short
from kg.resolve.tables import Counted, Placed
from kg.vocab import FOLDER


def canonical_name(type: EntityType, uses: Sequence[Counted], decided: Decided, papers: Iterable[str] = ()) -> str:
    """The name of a thing: decided by a person, else curated, else that of papers that introduce it, else the commonest.

    Ties are broken by how many papers use the name, then by having no word for its kind ("SPARK", not "SPARK benchmark"), by
    length, the longest first, and at last by text.

    Args:
        type: of the thing.
        uses: all uses of it, at least one.
        decided: what people decided.
        papers: those among the papers that name it which decisions are tied to.
    """
    given = decided.canonical(type, {name for counted in uses for name in counted.use.names}, set(papers))
    if given is not None:
        return given
    curated: Counter[str] = Counter()
    named: Counter[str] = Counter()
    introduced: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for counted in uses:
        use, papers_ = counted.use, counted.papers
        named[use.name] += papers_
        for form in {*use.forms}:
            used[form] += papers_
        if use.thing.startswith("="):
            curated[use.thing[1:]] += papers_
        elif use.thing.startswith("!"):
            introduced[use.name] += papers_
    if curated:
        return min(curated, key=lambda name: (-curated[name], name))
    names = introduced or named
    return min(names, key=lambda name: (-names[name], -used[name], core(name, type) != name, -len(name), name))


def short_form(name: str, uses: Sequence[Counted]) -> str:
    """The short form of a thing that most papers use, "" where none is known; never the canonical name itself."""
    used: Counter[str] = Counter()
    for counted in uses:
        for form in {*counted.use.forms} - {name}:
            if is_short(form) and (expands(form, name) or any(form == short for short, _ in counted.use.pairs)):
                used[form] += counted.papers
    return min(used, key=lambda form: (-used[form], form)) if used else ""


def stem(name: str) -> str:
    """The slug that identifiers of things with this name begin with."""
    return slug(name)


def place(things: Iterable[Placed]) -> list[Placed]:
    """Things of one slug with their paths: the most prominent has the slug alone, others a suffix that only depends on themselves.

    Curated things go first, then those that most papers name.
    """
    ordered = sorted(things, key=lambda thing: (not thing.curated, -thing.papers, thing.root))
    return [replace(thing, path=_path(thing, first=number == 0)) for number, thing in enumerate(ordered)]


def _path(thing: Placed, *, first: bool) -> str:
    suffix = "" if first and thing.stem else digest(thing.type, thing.root, length=8)
    return f"{FOLDER[EntityType(thing.type)]}/{'-'.join(part for part in (thing.stem, suffix) if part)}"
