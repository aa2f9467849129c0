"""Building keeps its promises: same bytes in any order, step by step as at once, whole papers only, nothing lost silently."""

from __future__ import annotations

import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from kg import derivation
from kg.build import Pace, build, rebuild, remove
from kg.derivation import derive
from kg.errors import SourceError, StoreError, UsageError
from kg.export import turtle
from kg.log import Log
from kg.model import BuildReport, Document, EntityClaim, EntityType, Evidence, Extraction, Mention, Role, Span
from kg.store import open_snapshot

ROOT = Path(__file__).parents[1]


class CapitalWords:
    """A toy extractor: every word of two or more capitals is a method; "BREAK" breaks it."""

    def __init__(self, version: str = "capitals-1", delay: float = 0.0, error: Exception | None = None) -> None:
        self.version = version
        self.delay = delay
        self.error = error or LookupError("no rule for this")
        self.seen: list[str] = []

    def extract(self, document: Document) -> Extraction:
        time.sleep(self.delay)
        self.seen.append(document.key)
        places: dict[str, list[Span]] = {}
        for found in re.finditer(r"\b[A-Z]{2,}[\w-]*", document.text):
            if found[0] == "BREAK":
                raise self.error
            places.setdefault(found[0], []).append(Span(found.start(), found.end()))
        return Extraction(tuple(self.claim(document.text, name, spans) for name, spans in places.items()))

    def claim(self, text: str, name: str, spans: list[Span]) -> EntityClaim:
        mentions = tuple(Mention(span, name, EntityType.METHOD, "capitals", 0.5) for span in spans)
        end = text.find("\n\n")
        evidence = tuple(Evidence(Span(0, end) if span.end <= end else Span(end + 2, len(text)), span) for span in spans)
        return EntityClaim(name, EntityType.METHOD, (), mentions, Role.USES, evidence, "capitals", 0.5)


NAMES = [("ABLE", "BAKER"), ("BAKER", "CHARLIE"), ("CHARLIE", "ABLE"), ("DELTA-2", "ABLE"), ("DELTA-3", "ECHO")]
PAPERS = [
    {"id": f"2401.{n:05d}", "title": f"On {name} and the weather", "abstract": f"We use {name} with {other}. It rains."}
    for n, (name, other) in enumerate(NAMES)
]


def write(path: Path, papers: Sequence[dict[str, str]]) -> str:
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    return str(path)


def run(store: Path, *paths: str, **options: object) -> BuildReport:
    return build(list(paths), store=store, **{"extractor": CapitalWords(), **options})


def content(store: Path) -> bytes:
    """The published graph as Turtle, and what the name index says."""
    with open_snapshot(store) as snapshot:
        names = json.dumps([snapshot.names.of(iri) is not None and [iri, label] for iri, label in sorted(snapshot.names.labels().items())])
        return turtle([quad.triple for quad in snapshot.store]) + names.encode()


def keys(store: Path) -> tuple[str, ...]:
    with Log(store / "log.sqlite", readonly=True) as log:
        return log.keys()


def test_a_build_stores_and_a_second_one_changes_nothing(tmp_path: Path) -> None:
    store, source = tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS)
    report = run(store, source)
    assert (report.stored, report.updated, report.unchanged, report.papers) == (5, 0, 0, 5)
    assert report.detected == ((source, "jsonl", 5),)
    before, snapshots, extractor = content(store), list((store / "snapshots").iterdir()), CapitalWords()
    again = run(store, source, extractor=extractor)
    assert (again.stored, again.updated, again.unchanged, again.papers) == (0, 0, 5, 5)
    assert extractor.seen == []
    assert (content(store), list((store / "snapshots").iterdir())) == (before, snapshots)


def test_the_order_of_the_input_changes_nothing(tmp_path: Path) -> None:
    contents = set()
    for number, order in enumerate(list(permutations(PAPERS))[::29]):
        store = tmp_path / f"store{number}"
        run(store, write(tmp_path / "a.jsonl", order))
        contents.add(content(store))
    assert len(contents) == 1


def test_the_hash_seed_changes_nothing(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", PAPERS)
    script = f"""
import sys; sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]
from pathlib import Path
from test_build import content, run
run(Path(sys.argv[1]), {source!r})
sys.stdout.buffer.write(content(Path(sys.argv[1])))
"""
    outputs = set()
    for seed in ("0", "1", "4711"):
        command = [sys.executable, "-c", script, str(tmp_path / f"store{seed}")]
        outputs.add(subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, check=True).stdout)
    assert len(outputs) == 1
    assert b"kg:uses" in outputs.pop()


@pytest.mark.parametrize("split", range(1, 5))
def test_step_by_step_equals_at_once_and_removing_goes_back(tmp_path: Path, split: int) -> None:
    first, second = write(tmp_path / "a.jsonl", PAPERS[:split]), write(tmp_path / "b.jsonl", PAPERS[split:])
    steps, whole, part = tmp_path / "steps", tmp_path / "whole", tmp_path / "part"
    run(steps, first)
    run(steps, second)
    run(whole, second, first)
    run(part, first)
    assert content(steps) == content(whole)
    removed = remove([f"arxiv-{paper['id']}" for paper in PAPERS[split:]], store=whole)
    assert len(removed) == 5 - split
    assert content(whole) == content(part)


def eager(documents: int) -> Pace:
    """Publish after so many documents, whatever it costs."""
    return Pace(documents, seconds=3600, rests=0, keeps_up=0)


@pytest.mark.parametrize("documents", [1, 2, 3, 4])
def test_the_pace_of_publications_changes_nothing(tmp_path: Path, documents: int) -> None:
    newer = {**PAPERS[1], "id": "2401.00001v2", "abstract": "We use DELTA-3 (ABLE)."}
    source = write(tmp_path / "a.jsonl", [*PAPERS, newer, PAPERS[2]])
    counts: list[int] = []
    report = run(tmp_path / "paced", source, pace=eager(documents), on_commit=counts.append)
    assert counts == [*range(documents, 7, documents), 7]
    assert report == run(tmp_path / "once", source)
    assert content(tmp_path / "paced") == content(tmp_path / "once")


def test_readers_see_whole_batches_while_a_build_runs(tmp_path: Path) -> None:
    store, seen = tmp_path / "store", []

    def look(done: int) -> None:
        with open_snapshot(store) as snapshot:
            seen.append((done, snapshot.manifest.papers, len(keys(store))))

    run(store, write(tmp_path / "a.jsonl", PAPERS), pace=eager(2), on_commit=look)
    assert seen == [(2, 2, 2), (4, 4, 4), (5, 5, 5)]


def test_a_build_of_nothing_new_publishes_and_acknowledges_once(tmp_path: Path) -> None:
    store, source, counts = tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS), []
    run(store, source)
    before = (store / "CURRENT").read_bytes()
    run(store, source, pace=eager(1), on_commit=counts.append)
    assert counts == [5]
    assert (store / "CURRENT").read_bytes() == before


def test_versions_of_a_paper_stand_in_any_order(tmp_path: Path) -> None:
    old = {"id": "2401.00009v1", "title": "On ZULU", "abstract": "We use ABLE, at length, for a very long time. Really."}
    new = {"id": "2401.00009v2", "title": "On ZULU", "abstract": "We use BAKER."}
    contents = set()
    for number, order in enumerate(permutations([old, new, PAPERS[0]])):
        store = tmp_path / f"store{number}"
        report = run(store, write(tmp_path / "a.jsonl", order))
        assert (report.stored, report.joined, report.updated, report.unchanged) == (2, 1, 0, 0)
        assert report.papers == 2
        contents.add(content(store))
    assert len(contents) == 1


def test_an_edited_file_replaces_its_paper(tmp_path: Path) -> None:
    store, fresh, path = tmp_path / "store", tmp_path / "fresh", tmp_path / "a.jsonl"
    run(store, write(path, PAPERS))
    edited = [{**PAPERS[0], "abstract": "We use ZULU."}, *PAPERS[1:]]
    report = run(store, write(path, edited))
    assert (report.stored, report.updated, report.unchanged) == (0, 1, 4)
    run(fresh, write(path, edited))
    assert content(store) == content(fresh)


def test_another_extractor_version_reads_the_papers_again(tmp_path: Path) -> None:
    store, source = tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS)
    run(store, source)
    report = run(store, source, extractor=CapitalWords("capitals-2"))
    assert (report.updated, report.unchanged) == (5, 0)
    assert b"capitals-2" in content(store)
    assert b"capitals-1" not in content(store)


def test_a_paper_twice_is_stored_once_and_counted_twice(tmp_path: Path) -> None:
    source, copy = write(tmp_path / "a.jsonl", PAPERS), write(tmp_path / "b.jsonl", PAPERS)
    report = run(tmp_path / "store", source, copy)
    assert (report.stored, report.unchanged, report.papers) == (5, 5, 5)


def test_every_input_ends_as_stored_or_refused_with_its_reason(tmp_path: Path) -> None:
    store, path = tmp_path / "store", tmp_path / "a.jsonl"
    write(path, [PAPERS[0], {**PAPERS[1], "abstract": "This will BREAK it."}, PAPERS[2]])
    with path.open("a") as file:
        file.write("{no json\n")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    report = run(store, str(path), str(tmp_path / "binary.txt"), str(tmp_path / "absent.txt"))
    assert (report.stored, report.papers) == (2, 2)
    assert sorted((r.stage, Path(r.source).name) for r in report.rejections) == [
        ("extract", "a.jsonl"),
        ("read", "a.jsonl"),
        ("read", "absent.txt"),
        ("read", "binary.txt"),
    ]
    (broken,) = [r for r in report.rejections if r.stage == "extract"]
    assert (broken.code, broken.place) == ("extraction-failed", "line 2")
    assert "LookupError: no rule for this" in broken.message
    with Log(store / "log.sqlite") as log:
        assert len(log.rejections()) == 4
    write(path, PAPERS[:3])
    report = run(store, str(path))
    assert report.rejections == ()
    with Log(store / "log.sqlite") as log:
        assert {Path(r.source).name for r in log.rejections()} == {"absent.txt", "binary.txt"}


@pytest.mark.parametrize(
    "error", [StopIteration(), RecursionError(), KeyError("x"), ZeroDivisionError(), UnicodeDecodeError("a", b"", 0, 1, "b")]
)
def test_whatever_mistake_an_extractor_makes_costs_one_paper(tmp_path: Path, error: Exception) -> None:
    papers = [PAPERS[0], {**PAPERS[1], "abstract": "This will BREAK it."}, PAPERS[2]]
    report = run(tmp_path / "store", write(tmp_path / "a.jsonl", papers), extractor=CapitalWords(error=error))
    assert (report.stored, len(report.rejections)) == (2, 1)
    assert type(error).__name__ in report.rejections[0].message


def test_what_the_graph_cannot_hold_is_refused_before_it_enters_the_log(tmp_path: Path) -> None:
    class Wrong(CapitalWords):
        def claim(self, text: str, name: str, spans: list[Span]) -> EntityClaim:
            good = super().claim(text, name, spans)
            evil = name + "\x00" if name == "BAKER" else name
            return EntityClaim(evil, good.type, (), good.mentions, good.role, good.evidence, good.rule, good.score)

    report = run(tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS), extractor=Wrong())
    assert (report.stored, len(report.rejections)) == (3, 2)
    assert len(keys(tmp_path / "store")) == 3


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    stream = io.BytesIO("".join(json.dumps(paper) + "\n" for paper in PAPERS).encode())
    assert run(tmp_path / "store", "-", stdin=stream).stored == 5


def test_paths_that_are_all_absent_make_no_store(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no") as caught:
        run(tmp_path / "store", str(tmp_path / "a"), str(tmp_path / "b"))
    assert caught.value.exit_code == 3
    assert not (tmp_path / "store").exists()
    with pytest.raises(UsageError):
        run(tmp_path / "store")
    with pytest.raises(UsageError):
        run(tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS), jobs=0)


def test_progress_counts_documents(tmp_path: Path) -> None:
    counts: list[int] = []
    run(tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS), on_progress=counts.append)
    assert counts == [1, 2, 3, 4, 5]


def test_ctrl_c_stops_at_the_last_whole_paper_and_the_next_run_finishes(tmp_path: Path) -> None:
    store, whole, source = tmp_path / "store", tmp_path / "whole", write(tmp_path / "a.jsonl", PAPERS)

    def stop(done: int) -> None:
        if done == 2:
            signal.raise_signal(signal.SIGINT)

    report = run(store, source, on_progress=stop)
    assert report.interrupted
    assert (report.stored, report.papers) == (2, 2)
    with open_snapshot(store) as snapshot:
        assert len(snapshot.names.search("weather", ["Paper"])) == 2
    assert run(store, source).stored == 3
    run(whole, source)
    assert content(store) == content(whole)


def test_ctrl_c_within_a_publication_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, part = tmp_path / "store", tmp_path / "part"
    real = derive.Derivation.difference

    def interrupted(self: derive.Derivation, *args: object) -> None:
        monkeypatch.setattr(derive.Derivation, "difference", real)
        real(self, *args)
        signal.raise_signal(signal.SIGINT)  # published, but not yet noted in the register

    monkeypatch.setattr(derivation, "_ANEW_SHARE", 2.0)
    monkeypatch.setattr(derive.Derivation, "difference", interrupted)
    report = run(store, write(tmp_path / "a.jsonl", PAPERS), pace=eager(2))
    assert report.interrupted
    assert (report.stored, report.papers) == (4, 4)
    run(part, write(tmp_path / "b.jsonl", PAPERS[:4]))
    assert content(store) == content(part)


def test_another_base_renames_everything(tmp_path: Path) -> None:
    store, source = tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS)
    run(store, source)
    run(store, source, base="https://example.org/kb/")
    assert b"https://example.org/kb/" in content(store)
    assert b"https://w3id.org/paper-kg/id/" not in content(store)
    run(store, source)
    with open_snapshot(store) as snapshot:
        assert snapshot.base == "https://example.org/kb/"


@pytest.mark.parametrize(
    "name",
    [
        "arxiv-2401.00001",
        "2401.00001",
        "arXiv:2401.00001v3",
        "https://arxiv.org/abs/2401.00001",
        "paper/arxiv-2401.00001",
        "https://w3id.org/paper-kg/id/paper/arxiv-2401.00001",
        "On BAKER and the weather",
        "on baker, and the Weather",
    ],
)
def test_a_paper_is_removed_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    store = tmp_path / "store"
    run(store, write(tmp_path / "a.jsonl", PAPERS))
    assert remove([name], store=store) == ("arxiv-2401.00001",)
    assert len(keys(store)) == 4


def test_an_unknown_paper_removes_nothing_and_says_what_is_near(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(store, write(tmp_path / "a.jsonl", PAPERS))
    before = content(store)
    with pytest.raises(UsageError) as caught:
        remove(["2401.00002", "On BAKRE and the weather"], store=store)
    assert "On BAKER and the weather" in caught.value.hint
    assert content(store) == before
    with pytest.raises(StoreError, match="no store"):
        remove(["x"], store=tmp_path / "nowhere")


def test_the_graph_is_derived_again_from_the_log(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(store, write(tmp_path / "a.jsonl", PAPERS))
    before = content(store)
    (snapshot,) = (store / "snapshots").iterdir()
    for file in (snapshot / "rdf").glob("*.sst"):
        file.write_bytes(b"damage" * 100)
    report = rebuild(store)
    assert (report.unchanged, report.papers) == (5, 5)
    assert content(store) == before
    assert rebuild(store, extractor=CapitalWords("capitals-2")).updated == 5
    run(tmp_path / "fresh", str(tmp_path / "a.jsonl"), extractor=CapitalWords("capitals-2"))
    assert content(store) == content(tmp_path / "fresh") != before


def test_a_graph_whose_log_is_missing_is_left_alone(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(store, write(tmp_path / "a.jsonl", PAPERS[:3]))
    before = content(store)
    for path in store.glob("log.sqlite*"):
        path.unlink()
    with pytest.raises(StoreError, match="is missing") as caught:
        run(store, write(tmp_path / "b.jsonl", PAPERS[3:]))
    assert "backup" in caught.value.hint
    assert content(store) == before
    assert not list(store.glob("log.sqlite*"))


def test_a_damaged_pointer_is_mended_by_the_next_build(tmp_path: Path) -> None:
    store, source = tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS)
    run(store, source)
    before = content(store)
    (store / "CURRENT").write_text("???")
    assert run(store, source).unchanged == 5
    assert content(store) == before


def test_a_changed_derivation_is_published_without_reading_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, source = tmp_path / "store", write(tmp_path / "a.jsonl", PAPERS)
    run(store, source)
    monkeypatch.setattr(derivation, "code", lambda: "another")
    monkeypatch.setattr(derive, "paper_rows", lambda document: ())
    assert run(store, source).unchanged == 5
    with open_snapshot(store) as snapshot:
        assert snapshot.names.search("weather", ["Paper"]) == []


KILLED = f"""
import sys; sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]
from pathlib import Path
from test_build import CapitalWords, eager, run
print("ready", flush=True)
for before, source in zip((0, 20, 40), sys.argv[2:]):
    said = lambda done: print(before + done, flush=True)
    run(Path(sys.argv[1]), source, extractor=CapitalWords(delay=0.004), pace=eager(7), on_commit=said)
"""


@pytest.mark.slow
def test_killed_while_building_whole_papers_stand_and_running_again_finishes(tmp_path: Path) -> None:
    chance = random.Random(20241124)
    papers = [{"id": f"2402.{n:05d}", "title": f"On N{n % 9}X and WORD{n}", "abstract": f"We use METHOD{n}."} for n in range(60)]
    sources = [write(tmp_path / f"{part}.jsonl", papers[part * 20 : part * 20 + 20]) for part in range(3)]
    whole = tmp_path / "whole"
    run(whole, *sources)
    expected = content(whole)
    for attempt in range(8):  # tests/test_crash.py kills more often
        store = tmp_path / f"store{attempt}"
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(store), *sources], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.random() * 1.2)
        process.send_signal(signal.SIGKILL)
        reported = max([0, *map(int, process.stdout.read().split())])
        process.wait()
        process.stdout.close()
        if (store / "log.sqlite").exists():
            with Log(store / "log.sqlite") as log:
                logged = list(log.papers())  # opens, and every row can be read
            assert len(logged) >= reported
        if (store / "CURRENT").exists():
            with open_snapshot(store) as snapshot:
                assert len(snapshot.store) == snapshot.manifest.triples
                assert snapshot.manifest.papers >= reported
        run(store, *sources)
        assert content(store) == expected
        assert len(list((store / "snapshots").iterdir())) == 1


@pytest.mark.slow
def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    papers = [*PAPERS, PAPERS[0], {"id": "2401.00077", "title": "We present NOVA, a system", "abstract": "NOVA runs on 8 A100 GPUs."}]
    source = write(tmp_path / "a.jsonl", papers)
    reports = [build([source], store=tmp_path / f"store{jobs}", jobs=jobs) for jobs in (1, 3)]
    assert reports[0] == reports[1]
    assert (reports[0].stored, reports[0].unchanged) == (6, 1)
    assert content(tmp_path / "store1") == content(tmp_path / "store3")


@pytest.mark.slow
def test_processes_that_extract_end_with_a_build_that_is_killed(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", [PAPERS[0] | {"id": f"2402.{n:05d}", "title": f"On ABLE, part {n}"} for n in range(100)])
    script = f"""
import sys, time
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from test_build import CapitalWords
from kg.build import build
if __name__ == "__main__":
    build([{source!r}], store={str(tmp_path / "store")!r}, extractor=CapitalWords(delay=0.2), jobs=2, on_progress=lambda n: print(n, flush=True))
"""
    (tmp_path / "builds.py").write_text(script, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "builds.py")]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, process_group=0) as process:
        assert process.stdout is not None
        assert process.stdout.readline()  # the processes work now
        process.kill()
    assert is_gone(process.pid)


def is_gone(group: int) -> bool:
    """Whether all processes of a group end within ten seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
