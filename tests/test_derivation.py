"""The published graph after any changes of papers and decisions is, byte for byte, the one derived from nothing."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import cast
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from pyoxigraph import Quad, Store, Triple
from resolution_papers import FAMILIES, KEYS, Naming, decisions_on, papers_of
from resolution_papers import paper as paper_of

from kg import decisions, export, vocab
from kg.derivation import FILE, is_current, publish
from kg.derivation.derive import Derivation
from kg.log import Log
from kg.model import Decision, LoggedPaper
from kg.resolve import Register
from kg.store import NameRow, Writer, create_or_open, open_snapshot

Content = tuple[bytes, list[NameRow]]  # the graph as Turtle, and the rows of the name index


def content(store: Path) -> Content:
    """What is published."""
    with open_snapshot(store) as snapshot:
        return told(snapshot.store, snapshot.names.rows(), snapshot.base)


def told(graph: Store, names: Iterable[NameRow], base: str) -> Content:
    turtle = io.BytesIO()
    export.dump(graph, turtle, format="ttl", base=base)
    return turtle.getvalue(), sorted(names)


class InMemory:
    """Stands for the writer of a store."""

    content: Content

    def publish(self, triples: Iterable[Triple], names: Iterable[NameRow], *, base: str, **_: object) -> None:
        graph = Store()
        graph.extend(Quad(*triple) for triple in triples)
        self.content = told(graph, set(names), base)


def anew(papers: dict[str, LoggedPaper], decided: list[Decision]) -> Content:
    """What is derived from these papers and decisions where nothing was before."""
    folder = InMemory()
    with tempfile.TemporaryDirectory() as place, Log(Path(place) / "log.sqlite") as log, closing(Register()) as register:
        for key in sorted(papers, reverse=True):
            log.put(papers[key].document, papers[key].extraction, papers[key].extractor)
        Derivation(cast("Writer", folder), log, register, decided, vocab.BASE).all("anew", anew=True)
    return folder.content


def a_store(place: Path, papers: list[LoggedPaper]) -> Path:
    """A published store of these papers."""
    with create_or_open(place) as folder, Log(folder.log_path) as log:
        for paper in papers:
            log.put(paper.document, paper.extraction, paper.extractor)
        publish(folder, log)
    return place


@pytest.mark.parametrize("harm", ["cut", "garbled", "absent"])
def test_a_register_that_is_damaged_is_made_again(tmp_path: Path, harm: str) -> None:
    papers = [paper_of(key, ((naming, False),)) for key, naming in zip(KEYS, FAMILIES[0], strict=False)]
    store = a_store(tmp_path / "store", papers)
    register = store / FILE
    whole = register.read_bytes()
    if harm == "absent":
        register.unlink()
    else:
        register.write_bytes(whole[: len(whole) // 2] if harm == "cut" else whole[:4096] + b"x" * (len(whole) - 4096))
    added = paper_of("z", ((FAMILIES[0][0], True),))
    a_store(store, [added])
    assert content(store) == anew({paper.document.key: paper for paper in (*papers, added)}, [])


def test_what_the_register_tells_of_another_snapshot_is_not_gone_on_from(tmp_path: Path) -> None:
    papers = [paper_of(key, ((naming, False),)) for key, naming in zip(KEYS, FAMILIES[0], strict=False)]
    store = a_store(tmp_path / "store", papers[:2])
    older = (store / FILE).read_bytes()
    a_store(store, papers[2:])
    (store / FILE).write_bytes(older)  # as after a kill between publishing and keeping the register
    with Log(store / "log.sqlite") as log:
        log.remove([papers[3].document.key])
    a_store(store, [])
    assert content(store) == anew({paper.document.key: paper for paper in papers[:3]}, [])


def test_a_derivation_from_nothing_leaves_one_register_and_what_others_read_of_the_one_before(tmp_path: Path) -> None:
    papers = [paper_of(key, ((naming, False),)) for key, naming in zip(KEYS, FAMILIES[0], strict=False)]
    store = a_store(tmp_path / "store", papers[:1])
    (store / f"{FILE}.new").write_bytes(b"of a run that was killed")
    with closing(Register(store / FILE, readonly=True)) as reader:
        before = reader.count()
        a_store(store, papers[1:])  # most papers are new: all is derived again
        assert reader.count() == before
    assert sorted(path.name for path in store.glob("resolution*")) == [FILE]
    assert content(store) == anew({paper.document.key: paper for paper in papers}, [])


class Interleaved(RuleBasedStateMachine):
    """Build, remove, decide and undo in any order, published each time or now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.store = self.place / "store"
        self.papers: dict[str, LoggedPaper] = {}
        self.decided: list[Decision] = []
        self.family = FAMILIES[0]
        self.no_sync = patch("os.fsync")  # what survives a power cut is not tested here
        self.no_sync.start()

    @initialize(data=st.data(), family=st.sampled_from(FAMILIES))
    def begin(self, data: st.DataObject, family: tuple[Naming, ...]) -> None:
        self.family = family
        several = st.lists(papers_of(family), min_size=3, max_size=3, unique_by=lambda paper: paper.document.key)
        self.put(data.draw(several), published=data.draw(st.booleans()))

    @rule(data=st.data())
    def build(self, data: st.DataObject) -> None:
        self.put([data.draw(papers_of(self.family))], published=data.draw(st.booleans()))

    def put(self, papers: list[LoggedPaper], *, published: bool) -> None:
        self.papers |= {paper.document.key: paper for paper in papers}
        with create_or_open(self.store) as folder, Log(folder.log_path) as log:
            for paper in papers:
                log.put(paper.document, paper.extraction, paper.extractor)
            if published:
                publish(folder, log)

    @rule(key=st.sampled_from(KEYS))
    def remove(self, key: str) -> None:
        self.papers.pop(key, None)
        with create_or_open(self.store) as folder, Log(folder.log_path) as log:
            log.remove([key])
            publish(folder, log)

    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        decision = data.draw(decisions_on(self.family))
        if decisions.add(self.store, [decision]):
            self.decided = list(decisions.load(self.store))
            self.publish()

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        if self.decided:  # no precondition: it would throw away each third interleaving
            decisions.remove(self.store, data.draw(st.sampled_from(self.decided)))
            self.decided = list(decisions.load(self.store))
            self.publish()

    @rule()
    def lose_the_register(self) -> None:
        (self.store / FILE).write_bytes(b"no register")

    def publish(self) -> None:
        with create_or_open(self.store) as folder, Log(folder.log_path) as log:
            publish(folder, log)
            assert is_current(self.store, log)

    def teardown(self) -> None:
        try:
            if self.store.exists():
                self.publish()
                assert content(self.store) == anew(self.papers, self.decided)
        finally:
            self.no_sync.stop()
            shutil.rmtree(self.place, ignore_errors=True)


Interleaved.TestCase.settings = settings(max_examples=200, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck))
TestInterleaved = pytest.mark.slow(Interleaved.TestCase)
