"""What was found in the passages of one paper, as one extraction: one claim per thing, with the strongest role that a passage may give.

Title and abstract say what a paper does. Each section is believed in what it is for: an introduction where the authors speak of
themselves; a method in all, but in what it would introduce only where the words say so; experiments in all but that; acknowledgements in
organisations and hardware; all of them in tasks only where the authors speak of themselves. Related work mentions things and says
nothing of the paper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.extract.citations import is_of_cited_author
from kg.extract.evidence import MOST
from kg.extract.passages import Passage, in_whole
from kg.extract.words import words
from kg.model import EntityClaim, EntityType, Evidence, Extraction, LinkClaim, RelationClaim, Role, SectionKind
from kg.names import normal_form

_STRENGTH = {role: place for place, role in enumerate(Role)}  # strongest first
_AUTHORS = words("we our us")
_THANKED = frozenset({EntityType.ORGANISATION, EntityType.HARDWARE})
_SILENT = frozenset({SectionKind.RELATED_WORK, SectionKind.ACKNOWLEDGEMENTS})  # in them no relation is this paper's finding


_GUESSED = f"{Role.INTRODUCES.value}.tagger"  # of a role that no pattern shows: in a section, what is named first is not what is new


@dataclass(frozen=True, slots=True)
class _Said:
    """A claim of one passage, with the offsets of the whole text."""

    passage: int
    index: int  # of the claim in its passage
    claim: EntityClaim


def joined(found: Sequence[tuple[Passage, Extraction]], text: str) -> Extraction:
    """The extraction of a document; of one passage, its own.

    Args:
        found: what each passage gave, in text order, the first of title and abstract.
        text: of the whole document.
    """
    if len(found) == 1:
        return found[0][1]
    whole = [in_whole(passage, extraction) for passage, extraction in found]
    kinds = [passage.kind for passage, _ in found]
    said = [
        _Said(passage, index, replace(claim, role=_role(claim, kinds[passage], text)))
        for passage, extraction in enumerate(whole)
        for index, claim in enumerate(extraction.entities)
        if _is_of(claim, kinds[passage], text)
    ]
    things = sorted(_without_doubles(_things(said)), key=lambda thing: min(one.claim.mentions[0].span for one in thing))
    number = {(one.passage, one.index): n for n, thing in enumerate(things) for one in thing}
    told = [replace(extraction, relations=_believed(extraction.relations, kinds[n], text)) for n, extraction in enumerate(whole)]
    return Extraction(
        tuple(_entity([one.claim for one in thing]) for thing in things),
        tuple(_relations(told, number)),
        tuple(_links(whole)),
        tuple(dict.fromkeys(one for extraction in whole for one in extraction.abbreviations)),
    )


def _is_of(claim: EntityClaim, kind: SectionKind | None, text: str) -> bool:
    """Whether a section of this kind can be believed in the claim at all."""
    if kind is SectionKind.ACKNOWLEDGEMENTS and claim.type not in _THANKED:
        return False
    return kind is None or not is_of_cited_author(claim, text)


def _role(claim: EntityClaim, kind: SectionKind | None, text: str) -> Role:
    """The role that a claim of a section of this kind may give; MENTIONS where that is not what the section is for."""
    if kind is None or claim.role is Role.MENTIONS:
        return claim.role
    if kind is SectionKind.RELATED_WORK:
        return Role.MENTIONS
    if (kind is SectionKind.INTRODUCTION or claim.type is EntityType.TASK) and not _is_of_authors(claim.evidence[0], text):
        return Role.MENTIONS
    if claim.role is Role.INTRODUCES and (kind is SectionKind.EXPERIMENTS or claim.rule == _GUESSED):
        return Role.USES
    return claim.role


def _believed(relations: tuple[RelationClaim, ...], kind: SectionKind | None, text: str) -> tuple[RelationClaim, ...]:
    """The relations that a section of this kind can tell."""
    if kind in _SILENT:
        return ()
    if kind is SectionKind.INTRODUCTION:
        return tuple(one for one in relations if _is_of_authors(one.evidence[0], text))
    return relations


def _is_of_authors(evidence: Evidence, text: str) -> bool:
    return not _AUTHORS.isdisjoint(evidence.sentence.of(text).casefold().replace(",", " ").split())


def _things(said: Sequence[_Said]) -> list[list[_Said]]:
    """The claims that name one thing together: of one type, with a surface form in common; each thing's in text order."""
    groups: dict[tuple[EntityType, str], list[_Said]] = {}
    for one in said:
        known = {id(group): group for form in _forms(one.claim) if (group := groups.get(form)) is not None}
        together = max(known.values(), key=len, default=[])  # the others move, so that a claim moves seldom
        moved = [one, *(other for group in known.values() if group is not together for other in group)]
        together += moved
        for member in moved:
            groups |= dict.fromkeys(_forms(member.claim), together)
    things = {id(group): group for group in groups.values()}.values()
    return [sorted(thing, key=lambda one: (one.passage, one.index)) for thing in things]


def _forms(claim: EntityClaim) -> list[tuple[EntityType, str]]:
    return [(claim.type, normal_form(form) or form) for form in (claim.name, *claim.aliases)]


def _without_doubles(things: Sequence[list[_Said]]) -> Iterator[list[_Said]]:
    """The things, of those of one name but of two types the one that title and abstract have, else that with the higher scores."""
    best: dict[str, list[_Said]] = {}
    doubt = {id(thing): _doubt(thing) for thing in things}
    for thing in things:
        for name in {normal_form(one.claim.name) for one in thing}:
            best[name] = min(best.get(name, thing), thing, key=lambda thing: doubt[id(thing)])
    for thing in things:
        if all(best[normal_form(one.claim.name)] is thing for one in thing):
            yield thing


def _doubt(thing: Sequence[_Said]) -> tuple[bool, float, str]:
    return (thing[0].passage > 0, -sum(one.claim.score for one in thing), thing[0].claim.type)


def _entity(claims: Sequence[EntityClaim]) -> EntityClaim:
    """One claim of all, in text order: the strongest role with its rule, score and evidence, every mention, the first figure of each kind."""
    role = min((claim.role for claim in claims), key=_STRENGTH.__getitem__)
    best = max((claim for claim in claims if claim.role is role), key=lambda claim: claim.score)
    first = claims[0]
    name = first.name if first.role is role else best.name
    surfaces = {surface for claim in claims for surface in (claim.name, *claim.aliases)}
    ordered = [evidence for claim in (best, *(c for c in claims if c is not best and c.role is role)) for evidence in claim.evidence]
    return EntityClaim(
        name=name,
        type=best.type,
        aliases=tuple(sorted(surfaces - {name})),
        mentions=tuple(mention for claim in claims for mention in claim.mentions),
        role=role,
        evidence=tuple(dict.fromkeys(ordered))[:MOST],
        rule=best.rule if best.rule.startswith(f"{role.value}.") else f"{role.value}.section",
        score=best.score,
        count=next((claim.count for claim in claims if claim.count is not None), None),
        memory=next((claim.memory for claim in claims if claim.memory is not None), None),
        hours=next((claim.hours for claim in claims if claim.hours is not None), None),
    )


def _relations(whole: Sequence[Extraction], number: Mapping[tuple[int, int], int]) -> Iterator[RelationClaim]:
    """Each relation once, by the best claim of it, with the evidence of all; without those whose ends are gone or one thing."""
    said: defaultdict[tuple[int, str, int], list[RelationClaim]] = defaultdict(list)
    for passage, extraction in enumerate(whole):
        for relation in extraction.relations:
            subject, object = number.get((passage, relation.subject)), number.get((passage, relation.object))
            if subject is not None and object is not None and subject != object:
                said[subject, relation.predicate, object].append(replace(relation, subject=subject, object=object))
    for key in sorted(said):
        best = max(said[key], key=lambda relation: relation.score)
        ordered = [evidence for relation in (best, *said[key]) for evidence in relation.evidence]
        yield replace(best, evidence=tuple(dict.fromkeys(ordered))[:MOST])


def _links(whole: Sequence[Extraction]) -> Iterator[LinkClaim]:
    """Each address once, as it first stands."""
    seen: set[str] = set()
    for extraction in whole:
        for link in extraction.links:
            if link.url not in seen:
                seen.add(link.url)
                yield link
