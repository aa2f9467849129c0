"""Resolution step by step: after any changes of papers and decisions it tells what resolving all of them at once tells."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import combinations, permutations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from resolution_papers import FAMILIES, KEYS, Naming, decisions_on, paper, papers_of

from kg.model import (
    Candidate,
    Decision,
    Entity,
    Kind,
    LoggedPaper,
)
from kg.resolve import Decided, Register, Resolution, changed_decisions

Told = tuple[list[Entity], list[Candidate], list[Kind], dict[str, dict[int, str]]]


def told(resolution: Resolution, keys: list[str]) -> Told:
    """All that a resolution tells."""
    ids = {key: resolution.ids(key) for key in keys}
    return sorted(resolution.entities()), resolution.all_candidates(), list(resolution.kinds()), ids


def at_once(logged: dict[str, LoggedPaper], decided: list[Decision]) -> Told:
    """What resolving these papers under these decisions from nothing tells."""
    with closing(Register()) as register:
        resolution = Resolution(register, Decided(decided), logged.get)
        resolution.fill(logged[key] for key in sorted(logged, reverse=True))  # the order makes no difference
        return told(resolution, sorted(logged))


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0][1])
def test_papers_come_and_go_in_any_order(family: tuple[Naming, ...]) -> None:
    for namings in combinations(family, 3):
        for new in (None, *namings):
            logged = {key: paper(key, ((naming, naming is new),)) for key, naming in zip("abc", namings, strict=True)}
            some = (keys for size in range(4) for keys in combinations("abc", size))
            whole = {keys: at_once({key: logged[key] for key in keys}, []) for keys in some}
            for order in permutations(logged.values()):
                come_and_go(order, whole)


def come_and_go(papers: Sequence[LoggedPaper], whole: dict[tuple[str, ...], Told]) -> None:
    """Papers come one by one, then go one by one, the first first; each time is told what is told of those that are there, at once."""
    there: dict[str, LoggedPaper] = {}
    register = Register()
    resolution = Resolution(register, Decided(), there.get)
    for put in papers:
        there[put.document.key] = put
        resolution.update([put], [])
        assert told(resolution, sorted(there)) == whole[tuple(sorted(there))]
    for gone in papers:
        del there[gone.document.key]
        resolution.update([], [gone.document.key])
        assert told(resolution, sorted(there)) == whole[tuple(sorted(there))]
    register.close()


class StepByStep(RuleBasedStateMachine):
    """Papers come, change and go, people decide and take back; each step is brought in by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.register = Register()
        self.logged: dict[str, LoggedPaper] = {}
        self.decided: list[Decision] = []
        self.family = FAMILIES[0]

    @initialize(family=st.sampled_from(FAMILIES))
    def choose(self, family: tuple[Naming, ...]) -> None:
        self.family = family

    @rule(data=st.data())
    def put(self, data: st.DataObject) -> None:
        put = data.draw(papers_of(self.family))
        self.logged[put.document.key] = put
        self.resolution.update([put], [])

    @rule(data=st.data())
    def put_more(self, data: st.DataObject) -> None:
        self.put(data)

    @rule(key=st.sampled_from(KEYS))
    def take(self, key: str) -> None:
        if self.logged.pop(key, None):
            self.resolution.update([], [key])

    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        decision = data.draw(decisions_on(self.family))
        if decision not in self.decided:
            self.bring_in([*self.decided, decision])

    @rule(place=st.integers(0, 9))
    def undo(self, place: int) -> None:
        if self.decided:
            gone = self.decided[place % len(self.decided)]
            self.bring_in([decision for decision in self.decided if decision != gone])

    def bring_in(self, after: list[Decision]) -> None:
        other = changed_decisions(self.decided, after)
        self.decided = after
        names = {name for decision in other for name in Decided([decision]).names}
        keys = {key for type, name in names for key in self.register.papers_called(type, name)}
        keys |= {key for decision in other for key in (decision.paper, decision.other_paper)}
        self.resolution.update([self.logged[key] for key in sorted(keys) if key in self.logged], [], names=sorted(names))

    @property
    def resolution(self) -> Resolution:
        return Resolution(self.register, Decided(self.decided), self.logged.get)

    @invariant()
    def tells_what_all_at_once_tells(self) -> None:
        assert told(self.resolution, sorted(self.logged)) == at_once(self.logged, self.decided)

    def teardown(self) -> None:
        self.register.close()


StepByStep.TestCase.settings = settings(
    max_examples=200, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestStepByStep = pytest.mark.slow(StepByStep.TestCase)
