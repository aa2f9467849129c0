"""Resolving a component at a time gives what resolving all at once gives: the ties between things leave nothing out."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from resolution_papers import FAMILIES, decisions_on, papers_of

from kg.model import Candidate, Decision, DecisionKind, Entity, EntityType, Kind, LoggedPaper
from kg.resolve import Decided, Register, Resolution, kinds, uses
from kg.resolve.forms import may_be_misspelt
from kg.resolve.linking import SPELLED
from kg.resolve.merges import shown
from kg.resolve.tables import encode
from kg.resolve.ties import blocks, components, near, spelling, ties
from kg.resolve.uses import Use, definitions

sys.path.append(str(Path(__file__).parents[1] / "bench"))
from synthetic_papers import papers as synthetic


@dataclass(frozen=True)
class Resolved:
    ids: dict[str, dict[int, str]]
    entities: list[Entity]
    candidates: list[Candidate]
    kinds: list[Kind]


def at_once(papers: Sequence[LoggedPaper], decided: Decided) -> Resolved:
    by_key = {paper.document.key: paper for paper in papers}
    resolution = Resolution(Register(), decided, by_key.get)
    resolution.fill(papers)
    ids = {key: resolution.ids(key) for key in by_key}
    return Resolved(ids, sorted(resolution.entities()), resolution.all_candidates(), list(resolution.kinds()))


def by_component(papers: Sequence[LoggedPaper], decided: Decided) -> Resolved:
    by_key = {paper.document.key: paper for paper in papers}
    members: defaultdict[Use, list[tuple[str, int]]] = defaultdict(list)
    for key, paper in by_key.items():
        for place, use in enumerate(uses(paper, decided)):
            if use.thing:
                members[use].append((key, place))
    ids: dict[str, dict[int, str]] = {key: {} for key in by_key}
    unplaced, candidates = [], []
    for component in parted(members, decided):
        resolution = Resolution(Register(), decided, {}.get)
        resolution.fill_uses((encode(use), members[use]) for use in component)
        unplaced += resolution.unplaced()
        candidates += resolution.all_candidates()
        for key in {key for use in component for key, _ in members[use]}:
            ids[key] |= resolution.ids(key)
    curated = {(str(thing.entity.type), thing.curated): thing.entity.id for thing in unplaced if thing.curated}
    entities = []
    for thing in unplaced:
        evidence = {form: shown(pair, definitions(by_key[paper])) for form, paper, pair in thing.pairs}
        merges = tuple(replace(merge, evidence=evidence.get(merge.form)) for merge in thing.entity.merges)
        entities.append(replace(thing.entity, broader=thing.under.path(curated), merges=merges))
    return Resolved(ids, sorted(entities), sorted(candidates), list(kinds.all_above(entity.broader for entity in entities)))


def parted(found: Iterable[Use], decided: Decided) -> list[list[Use]]:
    """The uses by the component of their things."""
    found = list(found)
    edges: list[tuple[object, object]] = []
    spelled: defaultdict[str, set[tuple[object, str]]] = defaultdict(set)
    for use in found:
        thing = (use.type, use.thing)
        edges += [(thing, tie) for tie in ties(use, decided)]
        for block in blocks(use.type, spelling(use)) if spelling(use) else ():
            spelled[block].add((thing, spelling(use)))
    edges += [pair for block in spelled.values() for pair in near(block)]
    label = components(edges)
    grouped: defaultdict[object, list[Use]] = defaultdict(list)
    for use in found:
        grouped[label[use.type, use.thing]].append(use)
    return list(grouped.values())


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[LoggedPaper], list[Decision]]:
    """Papers of several families, so that there are several components, and decisions on them."""
    families = draw(st.lists(st.sampled_from(FAMILIES), min_size=1, max_size=3, unique=True))
    papers = [paper for family in families for paper in draw(st.lists(papers_of(family), max_size=6))]
    decisions = [draw(decisions_on(draw(st.sampled_from(families)))) for _ in range(draw(st.integers(0, 3)))]
    keyed: dict[str, LoggedPaper] = {}
    for number, one in enumerate(papers):
        key = one.document.key if one.document.key not in keyed else f"{one.document.key}{number}"  # those that decisions name, and more
        keyed[key] = replace(one, document=replace(one.document, key=key))
    return list(keyed.values()), decisions


@settings(max_examples=60, deadline=None)
@given(cases())
def test_resolving_by_component_equals_resolving_at_once(case: tuple[list[LoggedPaper], list[Decision]]) -> None:
    papers, decided = case[0], Decided(case[1])
    assert by_component(papers, decided) == at_once(papers, decided)


@pytest.mark.parametrize("seed", [1, 2])
def test_so_it_does_where_names_meet_by_chance_and_people_decided(seed: int) -> None:
    papers = list(synthetic(400, seed))
    decided = Decided(some_decisions(papers))
    assert by_component(papers, decided) == at_once(papers, decided)


def some_decisions(papers: Sequence[LoggedPaper]) -> list[Decision]:
    """Things of different papers joined, parted and renamed."""
    claims = [(paper.document.key, claim) for paper in papers for claim in paper.extraction.entities if claim.type is EntityType.METHOD]
    (_, a), (two, b), (_, c), (four, d), (_, e), *_ = claims[:: len(claims) // 6]
    return [
        Decision(DecisionKind.SAME, EntityType.METHOD, a.name, other=b.name, other_paper=two),
        Decision(DecisionKind.DIFFERENT, EntityType.METHOD, c.name, other=d.name, other_paper=four),
        Decision(DecisionKind.RENAME, EntityType.METHOD, e.name, other=a.name),
        Decision(DecisionKind.WRONG_ENTITY, EntityType.METHOD, c.name),
    ]


def test_the_ties_part_papers_that_have_nothing_in_common() -> None:
    used = {use: [] for paper in synthetic(400) for use in uses(paper, Decided()) if use.thing}
    assert len(parted(used, Decided())) > 600
    assert max(map(len, parted(used, Decided()))) < 20


@st.composite
def misspellings(draw: st.DrawFn) -> tuple[str, str]:
    """Two keys that differ in one letter, or in two that stand side by side."""
    one = draw(st.text("abcdefg1", min_size=9, max_size=13))
    at = draw(st.integers(1, len(one) - 3))
    letter = draw(st.sampled_from(["", "h", "i"]))
    swapped = one[:at] + one[at : at + 2][::-1] + one[at + 2 :]
    return one, draw(st.sampled_from([one[:at] + letter + one[at:], one[:at] + letter + one[at + 1 :], swapped]))


@settings(max_examples=400)
@given(misspellings())
def test_whatever_may_be_misspelt_is_found_by_its_halves(pair: tuple[str, str]) -> None:
    one, other = pair
    assume(min(len(one), len(other)) >= SPELLED and may_be_misspelt(one, other))
    register = Register()
    register.spell("Method", "~one", one)
    register.spell("Method", "~far", "quite another")
    assert register.near("Method", other) == [("~one", one)]
    assert set(blocks(EntityType.METHOD, one)) & set(blocks(EntityType.METHOD, other))
    register.close()
