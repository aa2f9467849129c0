"""Groups of claims in, entities with a canonical name, an identifier and the reasons for the group out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from kg.model import Entity, EntityType, Role
from kg.names import digest, normal_form, slug
from kg.resolve.forms import core, expands
from kg.resolve.groups import Group, Member
from kg.vocab import FOLDER


def name_entities(type: EntityType, groups: Iterable[Group]) -> list[tuple[Entity, tuple[Member, ...]]]:
    """The entity of every group with its members; identifiers are unique within the type."""
    by_slug: defaultdict[str, list[tuple[Group, str]]] = defaultdict(list)
    for group in groups:
        name = canonical_name(group.members)
        by_slug[slug(name)].append((group, name))
    named = []
    for stem, things in by_slug.items():
        things.sort(key=lambda thing: _prominence(*thing))
        for place, (group, name) in enumerate(things):
            first = group.members[0]
            content = digest(type, first.paper, first.claim.name, length=8)
            local = "-".join(part for part in (stem, content if place or not stem else "") if part)
            aliases = sorted({form for member in group.members for form in member.forms} - {name})
            entity = Entity(f"{FOLDER[type]}/{local}", type, name, tuple(aliases), reasons(group))
            named.append((entity, group.members))
    return named


def canonical_name(things: Sequence[Member]) -> str:
    """The name of a thing: the curated one, else that of papers that introduce it, else the commonest, else the longest.

    Ties are broken by how many papers use the name, then by having no word for its kind ("SPARK", not "SPARK benchmark"), by
    length, and at last by text.
    """
    curated = Counter(name for name, _ in {(m.entry.name, m.paper) for m in things if m.entry is not None})
    if curated:
        return min(curated, key=lambda name: (-curated[name], name))
    used = Counter(name for name, _ in {(form, member.paper) for member in things for form in member.forms})
    introduced = Counter(member.claim.name for member in things if member.claim.role is Role.INTRODUCES)
    names = introduced or Counter(member.claim.name for member in things)
    return min(names, key=lambda name: (-names[name], -used[name], core(name, things[0].claim.type) != name, -len(name), name))


def reasons(group: Group) -> tuple[str, ...]:
    """Why the forms of a group are one thing, one line each, sorted; empty where one paper uses one form."""
    lines = {_shared(key, papers) for key, papers in group.keys}
    forms = {normal_form(form) for member in group.members for form in member.forms}
    pairs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for member in group.members:
        known = member.entry
        if known is not None:
            curated = {normal_form(alias) for alias in known.forms} - {normal_form(known.name)}
            lines.update(f"gazetteer: '{form}' is '{known.name}'" for form in member.forms if normal_form(form) in curated)
        for form in member.forms:
            if normal_form(form) != normal_form(member.claim.name):
                pairs[form, member.claim.name].append(member.paper)
        bare = core(member.claim.name, member.claim.type)
        if bare != member.claim.name and normal_form(bare) in forms:
            lines.add(f"'{member.claim.name}' is '{bare}' and a word for its kind")
    lines.update(_stated(short, long, papers) for (short, long), papers in pairs.items())
    return tuple(sorted(lines))


def _shared(key: str, papers: int) -> str:
    kind, _, what = key.partition(": ")
    shared = "entry of the gazetteer" if kind == "gazetteer" else "normal form"
    return f"same {shared} '{what}' in {papers} papers"


def _stated(form: str, name: str, papers: Sequence[str]) -> str:
    short, long = (name, form) if expands(name, form) else (form, name)
    verb = "defines" if expands(short, long) else "uses"
    preposition = "as" if verb == "defines" else "for"
    more = f" (and {len(papers) - 1} more)" if len(papers) > 1 else ""
    return f"paper {min(papers)}{more} {verb} '{short}' {preposition} '{long}'"


def _prominence(group: Group, name: str) -> tuple[object, ...]:
    """The order in which things of the same slug get it: curated first, then by how many papers name them."""
    curated = any(member.entry is not None for member in group.members)
    first = group.members[0]
    return (not curated, -len({member.paper for member in group.members}), first.paper, first.claim.name, first.index)
