"""Entity claims of all papers in, groups of claims about one thing out.

Claims of one type are joined when they share a normal form, an entry of the gazetteer, or a form that one of them gives as an
alias. Three guards keep things apart that only look alike: a short form that papers spell out differently joins nothing by itself;
names whose numbers differ are never joined through aliases; the first words of a longer name ("BERT" of "BERT large") do not join.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from kg import gazetteer
from kg.model import EntityClaim, EntityType, LoggedPaper, Role
from kg.names import normal_form
from kg.resolve.forms import core, expands, is_short, is_variant, similar, version


@dataclass(frozen=True, slots=True)
class Member:
    """What one paper says of one entity, with the forms it uses."""

    paper: str
    index: int  # in `Extraction.entities`
    claim: EntityClaim
    forms: tuple[str, ...]  # name first, then the aliases, then what the paper's abbreviations add
    entry: gazetteer.Entry | None  # what the curated names say it is
    version: tuple[str, ...]  # the numbers that tell it from its other versions


@dataclass(frozen=True, slots=True)
class Group:
    """Claims about one thing, and the keys by which they were found to be so."""

    members: tuple[Member, ...]  # by paper and index
    keys: tuple[tuple[str, int], ...]  # key and how many papers share it, two or more; sorted


def members(papers: Sequence[LoggedPaper], type: EntityType) -> list[Member]:
    """The claims of one type, by paper and index."""
    found = []
    for paper in papers:
        pairs = _abbreviations(paper)
        for index, claim in enumerate(paper.extraction.entities):
            if claim.type is type:
                found.append(_member(paper.document.key, index, claim, pairs))
    return found


def group(all_members: Sequence[Member]) -> list[Group]:
    """Groups of members that are one thing; every member is in exactly one."""
    senses = _senses(all_members)
    buckets: defaultdict[str, list[int]] = defaultdict(list)
    for number, member in enumerate(all_members):
        for key in _keys(member, senses):
            buckets[key].append(number)
    links = _Links([member.version for member in all_members])
    for key in sorted(buckets):
        firsts: list[int] = []
        for number in buckets[key]:
            if not any(links.join(first, number) for first in firsts):
                firsts.append(number)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for number in range(len(all_members)):
        found[links.root(number)].append(number)
    keys: defaultdict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for key, numbers in buckets.items():
        for number in numbers:
            keys[links.root(number)][key].add(all_members[number].paper)
    return [
        Group(
            tuple(all_members[number] for number in numbers),
            tuple(sorted((key, len(papers)) for key, papers in keys[root].items() if len(papers) > 1)),
        )
        for root, numbers in found.items()
    ]


class _Links:
    """Disjoint sets of numbers; sets whose versions differ are not joined."""

    def __init__(self, versions: Sequence[tuple[str, ...]]) -> None:
        self._parent = list(range(len(versions)))
        self._versions = list(versions)

    def root(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, one: int, other: int) -> bool:
        """Join the sets of two numbers; False where their versions differ."""
        first, second = sorted((self.root(one), self.root(other)))
        known = {version for version in (self._versions[first], self._versions[second]) if version}
        if len(known) > 1:
            return False
        self._parent[second] = first
        self._versions[first] = next(iter(known), ())
        return True


def _abbreviations(paper: LoggedPaper) -> dict[str, str]:
    """Normal form of a short form → the long form that the paper defines for it; the first definition stands."""
    text = paper.document.text
    pairs: dict[str, str] = {}
    for pair in paper.extraction.abbreviations:
        pairs.setdefault(normal_form(pair.short.of(text)), pair.long.of(text))
    return pairs


def _member(paper: str, index: int, claim: EntityClaim, pairs: dict[str, str]) -> Member:
    stated = (claim.name, *claim.aliases)
    spelled = [pairs[normal_form(form)] for form in stated if normal_form(form) in pairs]
    forms = tuple(dict.fromkeys((*stated, *spelled)))
    entry = _entry(claim, forms)
    return Member(paper, index, claim, forms, entry, _version(claim, forms, entry))


def _entry(claim: EntityClaim, forms: tuple[str, ...]) -> gazetteer.Entry | None:
    """The curated entry that the name, or else an alias, stands for; None where the paper itself means something else by it."""
    for form in forms:
        entry = gazetteer.canonical(claim.type, form)
        if entry is None or (form != claim.name and (version(form) != version(claim.name) or is_variant(claim.name, form, claim.type))):
            continue
        if entry.guards(form) and (claim.role is Role.INTRODUCES or form not in entry.forms):
            continue  # another thing with an everyday name of a known one: newly introduced, or spelled otherwise ("SPARK", "Spark")
        if not is_short(form) or _agrees(form, forms, entry, new=claim.role is Role.INTRODUCES):
            return entry
    return None


def _agrees(short: str, forms: Iterable[str], entry: gazetteer.Entry, *, new: bool) -> bool:
    """Whether the paper and the gazetteer can mean the same by a short form: the paper does not spell it out, or both do alike.

    Where only the paper spells it out, they can unless the thing is `new`.
    """
    here = [form for form in forms if expands(short, form)]
    known = [form for form in entry.forms if expands(short, form)]
    return not here or any(similar(one, other) for one in here for other in known) or (not known and not new)


def _version(claim: EntityClaim, forms: tuple[str, ...], entry: gazetteer.Entry | None) -> tuple[str, ...]:
    """The numbers in the name that stands for the entity; those of a defined abbreviation ("T5") where the name has none."""
    if entry is not None:
        return version(entry.name)
    short = {version(form) for form in forms if version(form) and expands(form, claim.name)}
    return version(claim.name) or (short.pop() if len(short) == 1 else ())


def _keys(member: Member, senses: dict[str, dict[str, str]]) -> set[str]:
    """The keys by which a member is joined with others of its type."""
    claim, keys = member.claim, set()
    if member.entry is not None:
        keys.add(f"gazetteer: {member.entry.name}")
    for form in member.forms:
        if _joins(member, form):
            keys.update(_sense(member, wording, senses) for wording in {form, core(form, claim.type)})
    return keys or {f"form: {normal_form(claim.name) or claim.name}"}


def _joins(member: Member, form: str) -> bool:
    """Whether a form of a member may join it with others."""
    name = member.claim.name
    if form == name:
        return True
    if version(form) not in (version(name), member.version):
        return False
    return not is_variant(name, form, member.claim.type)


def _sense(member: Member, form: str, senses: dict[str, dict[str, str]]) -> str:
    """The key of a form; for a short form with several meanings, of the meaning that the member gives it."""
    normal = normal_form(form)
    if not is_short(form) or len(set(senses.get(normal, {}).values())) < 2:
        return f"form: {normal or form}"
    meanings = sorted({senses[normal][long] for long in _expansions(form, member) if long in senses[normal]})
    return f"form: {normal} = {meanings[0]}" if meanings else f"form: {normal} = ?"


def _expansions(short: str, member: Member) -> list[str]:
    """The forms of a member that spell a short form out; for a curated thing also those of its entry, or at least the entry's name."""
    stated = [form for form in member.forms if expands(short, form)]
    if member.entry is None or normal_form(short) not in {normal_form(form) for form in member.entry.forms}:
        return stated
    return stated + ([form for form in member.entry.forms if expands(short, form)] or [member.entry.name])


def _senses(all_members: Iterable[Member]) -> dict[str, dict[str, str]]:
    """Normal form of a short form → each long form that papers give it → the first of the long forms that mean the same."""
    longs: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for member in all_members:
        for form in {form for written in member.forms for form in (written, core(written, member.claim.type))}:
            if is_short(form):
                longs[normal_form(form)].add(tuple(_expansions(form, member)))
    return {short: _alike(found) for short, found in longs.items()}


def _alike(together: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Each long form → the first one that means the same: given by one member (a tuple), or like one that does."""
    pairs = {pair for longs in together for pair in combinations(longs, 2)}
    longs = sorted({long for longs in together for long in longs})
    first = {long: long for long in longs}
    for one, other in sorted(pairs | {pair for pair in combinations(longs, 2) if similar(*pair)}):
        new, old = sorted((first[one], first[other]))
        first = {long: new if stands == old else stands for long, stands in first.items()}
    return first
