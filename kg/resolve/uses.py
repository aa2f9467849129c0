"""One paper in, how it names each thing out: the forms that it gives as names of one thing, and the key of the thing they point to.

A use says nothing of other papers. The same words in two papers make equal uses, so that all later work is per use, not per paper.
A use points to a *thing*, by a key: "=NVIDIA A100" a curated entry, "!arxiv-2405.1 scm" what this paper introduces, "~selfcontrolledmemory"
whatever has this name, "" nothing, as a person decided. Which things are one is `kg.resolve.linking`'s work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.gazetteer import Entry
from kg.model import EntityClaim, EntityType, LoggedPaper, Role, Span
from kg.names import normal_form
from kg.resolve.authority import entry_named
from kg.resolve.decided import Decided
from kg.resolve.forms import core, expands, is_end, is_part, is_short, key, says_kind, similar, spells, version, without_memory


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """How a paper names one thing."""

    type: EntityType
    name: str  # the fullest form that the paper uses
    others: tuple[str, ...]  # every other form, sorted
    pairs: tuple[tuple[str, str], ...]  # (short, long) forms that the paper defines, sorted
    thing: str  # key of the thing that it points to
    names: tuple[str, ...]  # keys of the forms that name just this thing, sorted
    hints: tuple[str, ...]  # keys of other forms that the paper gives it, too weak to join by: "motion planning" for path planning
    wider: tuple[str, ...]  # keys of the ends of its names by which the paper calls it too, the longest first: "weed detection"

    @property
    def forms(self) -> tuple[str, ...]:
        """All forms, the name first."""
        return (self.name, *self.others)


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a paper defines a short form."""

    short: Span
    long: Span
    sentence: Span


def uses(paper: LoggedPaper, decided: Decided) -> list[Use]:
    """The use behind every entity claim of a paper, in their order."""
    pairs = _defined(paper)
    claims = paper.extraction.entities
    found = [_use(paper.document.key, claim, _forms(claim, pairs, decided, paper.document.key), pairs, decided) for claim in claims]
    return _own(found, decided)


def definitions(paper: LoggedPaper) -> dict[tuple[str, str], Definition]:
    """The (short, long) forms that a paper defines, with the place; the first of each pair."""
    text = paper.document.text
    found: dict[tuple[str, str], Definition] = {}
    for a in paper.extraction.abbreviations:
        found.setdefault((a.short.of(text), a.long.of(text)), Definition(a.short, a.long, a.sentence))
    return found


def _defined(paper: LoggedPaper) -> dict[str, str]:
    """Normal form of a short form → the long form that the paper defines for it; the first definition stands."""
    pairs: dict[str, str] = {}
    for short, long in definitions(paper):
        pairs.setdefault(normal_form(short), long)
    return pairs


def _forms(claim: EntityClaim, pairs: dict[str, str], decided: Decided, paper: str) -> tuple[str, ...]:
    """Name, aliases, and what the paper's abbreviations add, without forms that a person parted from the name."""
    stated = (claim.name, *claim.aliases)
    spelled = [pairs[normal_form(form)] for form in stated if normal_form(form) in pairs]
    forms = dict.fromkeys((*stated, *spelled))
    return tuple(form for form in forms if form == claim.name or not decided.parted(claim.type, claim.name, form, paper))


def _use(paper: str, claim: EntityClaim, forms: tuple[str, ...], pairs: dict[str, str], decided: Decided) -> Use:
    type = claim.type
    joining, hints, ends = _joining(claim, forms, pairs)
    names = {keyed for form in joining for keyed in (key(form, type), key(core(form, type), type))}
    struck = decided.is_wrong(type, names, paper)
    entry = _entry(claim, joining, decided, paper)
    if entry is not None:
        names |= {key(entry.name, type), key(core(entry.name, type), type)}
    stated = tuple(sorted((form, pairs[normal_form(form)]) for form in joining if pairs.get(normal_form(form)) in joining))
    spelled = decided.spellings(type, joining)
    names |= spelled
    fullest = " ".join((_fullest(joining, type), *sorted(spelled)))
    if struck:
        thing = ""
    elif decided.is_apart(type, names, paper) or (entry is None and claim.role is Role.INTRODUCES):
        thing = f"!{paper} {fullest}"
    else:
        thing = f"={entry.name}" if entry is not None else f"~{fullest}"
    weak = {key(form, type) for form in hints} - names
    if type is EntityType.HARDWARE and entry is None:
        ends += [bare for form in joining if (bare := without_memory(core(form, type))) != core(form, type)]
    wider = sorted({key(form, type) for form in ends} - names, key=lambda keyed: (-len(keyed), keyed))
    others = tuple(sorted({*forms} - {claim.name}))
    return Use(type, claim.name, others, stated, thing, tuple(sorted(names)), tuple(sorted(weak)), tuple(wider))


def _fullest(forms: Sequence[str], type: EntityType) -> str:
    """The longest key of the forms, with the version that only another form tells after a space: "T5"."""
    longest = max((key(core(form, type), type) for form in forms), key=lambda text: (len(text), text))
    told = {version(form) for form in forms if version(form)}
    return longest if version(longest) or len(told) != 1 else f"{longest} {'.'.join(told.pop())}"


def _joining(claim: EntityClaim, forms: Sequence[str], pairs: dict[str, str]) -> tuple[list[str], list[str], list[str]]:
    """The forms that spell or abbreviate the name, or one another that does; of the rest those that are no part of one; ends of one."""
    joining, rest = [claim.name], [form for form in forms if form != claim.name]
    grown = True
    while grown:
        grown = False
        for form in list(rest):
            if any(_names_same(form, known, claim, pairs) for known in joining):
                joining.append(form)
                rest.remove(form)
                grown = True
    parts = [form for form in rest if any(is_part(form, known, claim.type) for known in joining)]
    ends = [form for form in parts if any(is_end(form, known, claim.type) for known in joining)]
    return joining, [form for form in rest if form not in parts], ends


def _names_same(form: str, known: str, claim: EntityClaim, pairs: dict[str, str]) -> bool:
    """Whether two forms in one paper are names of one thing by their wording: spelled alike, or short and long."""
    if spells(form, known, claim.type) or says_kind(form, known, claim.type):
        return True
    if is_part(form, known, claim.type):
        return False
    short, long = sorted((form, known), key=len)
    if version(short) and version(long) and version(short) != version(long):
        return False
    return (
        pairs.get(normal_form(short)) == long
        or (is_short(short) and expands(short, long))
        or similar(key(form, claim.type), key(known, claim.type))
    )


def _entry(claim: EntityClaim, forms: Iterable[str], decided: Decided, paper: str) -> Entry | None:
    """The curated entry that the name, or else another form, stands for; None where the paper itself means something else by it."""
    new = claim.role is Role.INTRODUCES
    forms = list(forms)
    for form in forms:
        entry = entry_named(claim.type, form)
        if entry is None or (version(form) != version(claim.name) and form != claim.name and not expands(form, claim.name)):
            continue
        bare = core(form, claim.type)
        if entry.guards(bare) and not version(bare) and (new or bare not in entry.forms):
            continue  # another thing with an everyday name of a known one: newly introduced, or spelled otherwise ("SPARK", "Spark")
        if decided.parted(claim.type, form, entry.name, paper):
            continue
        if not is_short(form) or _agrees(form, forms, entry, new=new):
            return entry
    return None


def _agrees(short: str, forms: Sequence[str], entry: Entry, *, new: bool) -> bool:
    """Whether the paper and the curated list can mean the same by a short form: the paper does not spell it out, or both do alike.

    Where only the paper spells it out, they can unless the thing is `new`.
    """
    here = [form for form in forms if expands(short, form)]
    known = [form for form in entry.forms if expands(short, form)]
    alike = any(spells(one, other, entry.type) or similar(key(one, entry.type), key(other, entry.type)) for one in here for other in known)
    return not here or alike or (not known and not new)


def _own(found: list[Use], decided: Decided) -> list[Use]:
    """Uses of one paper that share a name point to one thing: to what the paper introduces by it, where it does."""
    new = [use for use in found if use.thing.startswith("!")]

    def parted(one: Use, other: Use) -> bool:
        return any(decided.parted(one.type, form, known) for form in one.forms for known in other.forms)

    def own(use: Use) -> Use:
        if not use.thing.startswith("~"):
            return use
        same = (other for other in new if other.type is use.type and not {*other.names}.isdisjoint(use.names) and not parted(use, other))
        home = next(same, None)
        return use if home is None else replace(use, thing=home.thing)

    return [own(use) for use in found]
