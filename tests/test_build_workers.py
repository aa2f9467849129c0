"""Several processes extract: what kills one of them costs one document, and where the time went can be told."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from toy_papers import Guillemets

from kg.build import build
from kg.errors import KgError
from kg.model import Document, Extraction
from kg.stopwatch import Stopwatch


class Killed(Guillemets):
    """A text with "poison" kills the process that reads it, as a fault in a library would."""

    def extract(self, document: Document) -> Extraction:
        if "poison" in document.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().extract(document)


class Starved(Guillemets):
    """A text with "hungry" kills the first two processes that read it, as a system does that is short of memory for a while."""

    def __init__(self, marks: Path) -> None:
        self.marks = marks

    def extract(self, document: Document) -> Extraction:
        if "hungry" in document.text and len([*self.marks.iterdir()]) < 2:
            (self.marks / str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().extract(document)


class Unloadable(Guillemets):
    """Kills every process that it is sent to."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (1,)


class TwoSteps(Guillemets):
    """Notes what is read ahead and what is extracted, by title; a text with "torn" cannot be read ahead."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []

    def read_ahead(self, document: Document) -> None:
        self.steps.append(("ahead", document.title))
        if "torn" in document.text:
            raise ValueError("torn")

    def extract(self, document: Document) -> Extraction:
        self.steps.append(("extract", document.title))
        return super().extract(document)


def papers(path: Path, texts: list[str]) -> str:
    rows = [{"id": f"2401.{n:05d}", "title": f"On owls {n}", "abstract": text} for n, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_a_document_that_kills_its_process_is_refused_and_the_others_are_stored(tmp_path: Path) -> None:
    texts = [f"We use «Owl{n}»." for n in range(40)]
    path = papers(tmp_path / "a.jsonl", [*texts[:9], "poison", *texts[9:30], "poison too", *texts[30:]])
    report = build([path], store=tmp_path / "store", extractor=Killed(), jobs=2)
    assert (report.stored, report.refused) == (40, ((path, "extraction-killed", 2),))
    assert [(one.place, one.stage) for one in report.rejections] == [("line 10", "extract"), ("line 32", "extract")]


def test_a_document_that_killed_its_process_alone_is_read_once_more(tmp_path: Path) -> None:
    (tmp_path / "marks").mkdir()
    path = papers(tmp_path / "a.jsonl", ["We use «Owl».", "hungry for «Mice»", "We use «Owls»."])
    report = build([path], store=tmp_path / "store", extractor=Starved(tmp_path / "marks"), jobs=2)
    assert (report.stored, report.rejections) == (3, ())
    assert len([*(tmp_path / "marks").iterdir()]) == 2


def test_what_reads_ahead_reads_a_few_documents_ahead_of_those_that_it_extracts(tmp_path: Path) -> None:
    titles = [f"On owls {n}" for n in range(11)]
    extractor = TwoSteps()
    path = papers(tmp_path / "a.jsonl", [*["We use «Owl»."] * 9, "We use «Mice» which are torn.", "We use «Owls»."])
    report = build([path], store=tmp_path / "store", extractor=extractor)
    assert report.stored == 11  # what cannot be read ahead is extracted all the same
    groups = [titles[:8], titles[8:]]
    assert extractor.steps == [(step, title) for group in groups for step in ("ahead", "extract") for title in group]


def test_a_text_longer_than_abstracts_are_is_not_read_ahead(tmp_path: Path) -> None:
    extractor = TwoSteps()
    path = papers(tmp_path / "a.jsonl", ["We use «Owl».", "We use «Owl»." * 2000])
    build([path], store=tmp_path / "store", extractor=extractor)
    assert extractor.steps == [("ahead", "On owls 0"), ("extract", "On owls 0"), ("extract", "On owls 1")]


def test_processes_that_die_before_they_read_anything_end_the_build(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="as it began"):
        build([papers(tmp_path / "a.jsonl", ["We use «Owl»."])], store=tmp_path / "store", extractor=Unloadable(), jobs=2)


def test_stages_add_up_to_the_whole_and_workers_are_counted(tmp_path: Path) -> None:
    watch = Stopwatch()
    build([papers(tmp_path / "a.jsonl", ["We use «Owl»."] * 20)], store=tmp_path / "store", extractor=Guillemets(), jobs=2, watch=watch)
    profile = watch.profile()
    stages = {stage.name: stage for stage in profile.stages}
    assert set(stages) == {"start", "read", "clean", "log", "extract", "resolve", "load", "graph", "index", "names"}
    assert sum(stage.wall for stage in profile.stages) + profile.other.wall == pytest.approx(profile.total.wall)
    assert 0 <= profile.other.wall < profile.total.wall / 2
    assert stages["extract"].cpu > 0.1  # two processes began


def test_a_stage_within_another_stops_its_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("kg.stopwatch.time.perf_counter", lambda: now)
    watch = Stopwatch()
    with watch.stage("outer"):
        now = 1.0
        with watch.stage("inner"):
            now = 3.0
        now = 3.5
        for _ in watch.turning("second half", ["x"]):
            now = 7.5
    now = 8.0
    profile = watch.profile()
    assert {one.name: one.wall for one in (*profile.stages, profile.other, profile.total)} == {
        "outer": 1.5, "inner": 2.0, "second half": 4.0, "other": 0.5, "total": 8.0
    }  # fmt: skip
