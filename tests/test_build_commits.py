"""How often a build publishes: early, then seldom enough, whatever a publication costs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from kg.build import commits
from kg.build.commits import Commits, Pace
from kg.log import Log
from kg.model import Document, Extraction


def played(
    path: Path, monkeypatch: pytest.MonkeyPatch, *, papers: int, reading: float, publishing: float, empty: bool = True
) -> list[float]:
    """When publications began, in seconds: `papers` that take `reading` seconds each to read and `publishing` to publish."""
    clock, begun = [0.0], []
    monkeypatch.setattr(commits.time, "monotonic", lambda: clock[0])
    with Log(path / "log.sqlite") as log:

        def publish() -> None:
            begun.append(clock[0])
            changes = log.changes()
            clock[0] += 0.1 + publishing * len(changes)
            log.settle(changes)

        counter = Commits(log, publish, Pace(), None, empty=empty)
        with log.batch():
            for number in range(papers):
                clock[0] += reading
                log.put(Document(f"arxiv-{number}", "a", "1", "T", "T", "A."), Extraction(), "x-1")
                counter.step(number + 1)
        counter.finish(papers)
    return begun


def test_readers_see_something_within_a_second_or_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = played(tmp_path, monkeypatch, papers=500, reading=0.01, publishing=0.012)
    assert begun[0] == pytest.approx(1.0, abs=0.1)


def test_a_store_that_readers_have_already_is_published_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = played(tmp_path, monkeypatch, papers=500, reading=0.01, publishing=0.012, empty=False)
    assert len(begun) == 1  # at the end


def test_slow_reading_is_published_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = played(tmp_path, monkeypatch, papers=1000, reading=0.3, publishing=0.012)
    gaps = [later - earlier for earlier, later in pairwise(begun)]
    assert len(begun) > 8
    assert max(gaps[:-1]) < 60
    assert sum(0.1 + 0.012 * gap / 0.3 for gap in gaps) < 0.06 * begun[-1]


def test_what_is_dear_to_publish_is_not_published_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = played(tmp_path, monkeypatch, papers=2000, reading=0.009, publishing=0.012)
    assert len(begun) == 2  # early, and at the end


def test_few_documents_are_lost_by_a_kill(tmp_path: Path) -> None:
    kept: list[int] = []
    with Log(tmp_path / "log.sqlite") as log, Log(tmp_path / "log.sqlite", readonly=True) as reader:
        note: Callable[[], None] = lambda: None  # noqa: E731 (nothing to publish here)
        counter = Commits(log, note, Pace(documents=3, seconds=3600), None, empty=False)
        with log.batch():
            for number in range(7):
                log.put(Document(f"arxiv-{number}", "a", "1", "T", "T", "A."), Extraction(), "x-1")
                counter.step(number + 1)
                kept.append(len(reader.keys()))
    assert kept == [0, 0, 3, 3, 3, 6, 6]
