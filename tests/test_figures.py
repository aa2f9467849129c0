"""The figures kept beside a snapshot are, after any changes of papers and decisions, those that counting anew gives."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from resolution_papers import FAMILIES, KEYS, Naming, decisions_on, papers_of

from kg import decisions
from kg.derivation import publish
from kg.files import knowledge
from kg.log import Log
from kg.model import LinkClaim, LinkKind, LoggedPaper, Relation, RelationClaim
from kg.stats import graph_stats, is_counted, recount, stats
from kg.store import create_or_open, open_snapshot
from kg.store.checking import differing

URLS = ("https://x.org/a b", "https://x.org/a%20b", "HTTPS://x.org/", "https://y.org/", "https://[no address", "ftp://x.org/")


@st.composite
def papers_with_links(draw: st.DrawFn, family: tuple[Naming, ...]) -> LoggedPaper:
    """Papers that name things of a family, relate the first two, and link to addresses that others link to as well, written otherwise."""
    paper = draw(papers_of(family))
    said = paper.extraction.entities
    if not said:
        return paper
    links = draw(st.lists(st.builds(LinkClaim, st.sampled_from(URLS), st.sampled_from(LinkKind), st.just(said[0].evidence),
                                    st.just("t"), st.sampled_from((0.51234, 0.9))), max_size=3))  # fmt: skip
    relations = (RelationClaim(0, Relation.BASED_ON, 1, said[1].evidence, "t", draw(st.sampled_from((0.3, 0.66666)))),) if said[1:] else ()
    return replace(paper, extraction=replace(paper.extraction, links=tuple(links), relations=relations))


class Kept(RuleBasedStateMachine):
    """Build, remove, decide and undo in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.store = self.place / "store"
        self.family = FAMILIES[0]
        self.no_sync = patch("os.fsync")
        self.no_sync.start()

    @initialize(data=st.data(), family=st.sampled_from(FAMILIES))
    def begin(self, data: st.DataObject, family: tuple[Naming, ...]) -> None:
        self.family = family
        papers = st.lists(papers_with_links(family), min_size=4, max_size=4, unique_by=lambda paper: paper.document.key)
        self.publish(put=data.draw(papers))

    @rule(data=st.data())
    def build(self, data: st.DataObject) -> None:
        self.publish(put=[data.draw(papers_with_links(self.family))])

    @rule(key=st.sampled_from(KEYS))
    def remove(self, key: str) -> None:
        self.publish(removed=[key])

    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        decisions.add(self.store, [data.draw(decisions_on(self.family))])
        self.publish()

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        if decided := decisions.load(self.store):
            decisions.remove(self.store, data.draw(st.sampled_from(decided)))
            self.publish()

    def publish(self, put: list[LoggedPaper] = [], removed: list[str] = []) -> None:  # noqa: B006 (only read)
        with create_or_open(self.store) as folder, Log(folder.log_path) as log:
            for paper in put:
                log.put(paper.document, paper.extraction, paper.extractor)
            log.remove(removed)
            publish(folder, log)
            with open_snapshot(self.store) as snapshot:
                kept = stats(log, snapshot)
                assert is_counted(snapshot)
                assert not differing(snapshot)
                assert kept == recount(log, snapshot, decisions.load(self.store))
                of_graph = graph_stats(knowledge(snapshot.store, snapshot.base), snapshot)
        assert replace(kept, rejected=None, exact_quotes=None) == of_graph

    def teardown(self) -> None:
        self.no_sync.stop()
        shutil.rmtree(self.place, ignore_errors=True)


Kept.TestCase.settings = settings(max_examples=15, stateful_step_count=5, deadline=None, suppress_health_check=list(HealthCheck))
TestKept = Kept.TestCase
