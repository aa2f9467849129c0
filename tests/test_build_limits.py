"""What a document and an input may cost: none holds up the others, or fills the quarantine."""

from __future__ import annotations

import json
import signal
import threading
import time
from pathlib import Path

import pytest
from toy_papers import Guillemets

from kg.build import build, extract_one, limits
from kg.build.limits import TooSlowError, at_most
from kg.log import Log
from kg.model import BuildReport, Document, Extraction, Rejection


class Slow(Guillemets):
    """Takes for ever over a text with "slow" in it, in Python code or in a regular expression."""

    def extract(self, document: Document) -> Extraction:
        while "slow" in document.text:
            try:
                time.sleep(0.01)
            except Exception:
                continue
        return super().extract(document)


def document(text: str) -> Document:
    return Document("k", "a.txt", "paper 1", "Owls", "Owls", text)


def paper(n: int, text: str) -> str:
    return json.dumps({"id": f"2401.{n:05d}", "title": f"On owls {n}", "abstract": text}) + "\n"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_document_that_takes_too_long_is_refused_and_the_others_are_stored(tmp_path: Path, jobs: int) -> None:
    (tmp_path / "a.jsonl").write_text(paper(1, "We use «Owl».") + paper(2, "A slow one.") + paper(3, "We use «Bat»."), encoding="utf-8")
    report = build([str(tmp_path / "a.jsonl")], store=tmp_path / "store", extractor=Slow(), jobs=jobs, document_seconds=0.5)
    assert (report.stored, report.refused) == (2, ((str(tmp_path / "a.jsonl"), "too-slow", 1),))
    (rejection,) = report.rejections
    assert (rejection.place, rejection.stage, rejection.code) == ("line 2", "extract", "too-slow")


def test_longer_documents_have_more_time() -> None:
    assert limits.allowed(document("x")) == limits.SECONDS
    assert limits.allowed(document("x " * 150_000)) == 4 * limits.SECONDS


@pytest.mark.parametrize("text", ["x" * 10_001, "(" * 100_000, "We. " * 50_001, "a b " * 300_000])
def test_a_document_that_is_too_large_is_refused_before_it_is_extracted(text: str) -> None:
    refused = extract_one(Slow(), document(f"slow {text}"))
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.stage) == ("too-long", "extract")


def test_a_caller_s_own_alarm_goes_off_afterwards() -> None:
    rung: list[float] = []
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic()))
    before, interval = signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        started = time.monotonic()
        with pytest.raises(TooSlowError), at_most(0.1):
            time.sleep(5)
        assert not rung
        with at_most(0.2):
            pass
        time.sleep(0.5)
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, before, interval)
    assert 0.25 < rung[0] - started < 0.5


def test_without_a_main_thread_nothing_is_limited() -> None:
    done: list[object] = []

    def work() -> None:
        with at_most(0.01):
            time.sleep(0.1)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def kept(store: Path) -> list[tuple[str, str]]:
    with Log(store / "log.sqlite", readonly=True) as log:
        return [(rejection.code, rejection.message) for rejection in log.rejections()]


def refusing(tmp_path: Path, lines: int) -> BuildReport:
    (tmp_path / "a.jsonl").write_text(paper(1, "We use «Owl».") + "{broken\n" * lines, encoding="utf-8")
    (tmp_path / "b.jsonl").write_text("{broken\n", encoding="utf-8")
    return build([str(tmp_path / name) for name in ("a.jsonl", "b.jsonl")], store=tmp_path / "store", extractor=Guillemets())


def test_of_many_refusals_the_first_thousand_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    report = refusing(tmp_path, 5000)
    assert (report.stored, report.refusals) == (1, 5001)
    assert report.refused == ((str(tmp_path / "a.jsonl"), "bad-json", 5000), (str(tmp_path / "b.jsonl"), "bad-json", 1))
    rows = kept(tmp_path / "store")
    assert [code for code, _ in rows] == ["bad-json"] * 1000 + ["more-refused", "bad-json"]
    assert rows[1000][1].startswith("4,000 more")
    assert len(report.rejections) == 1002
    assert [code for code, _ in kept(tmp_path / "store")] == [
        rejection.code for rejection in sorted(report.rejections, key=lambda r: r.source)
    ]


def test_a_thousand_refusals_are_all_kept(tmp_path: Path) -> None:
    assert refusing(tmp_path, 1000).refusals == 1001
    assert {code for code, _ in kept(tmp_path / "store")} == {"bad-json"}


def test_a_mistake_in_cleaning_costs_one_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg import text

    clean = text.clean
    monkeypatch.setattr("kg.text.clean", lambda record: {}["x"] if "2" in record.title else clean(record))
    (tmp_path / "a.jsonl").write_text(paper(1, "We use «Owl».") + paper(2, "We use «Bat»."), encoding="utf-8")
    report = build([str(tmp_path / "a.jsonl")], store=tmp_path / "store", extractor=Guillemets())
    assert (report.stored, [rejection.code for rejection in report.rejections]) == (1, ["cleaning-failed"])
    assert "KeyError" in report.rejections[0].message
