"""Builds that are killed at random moments (SIGKILL), and whether what is left keeps the promises.

    python tests/bench/crash.py [--kills 100] [--papers 2000] [--batch 100] [--seed 1]

One store is carried through kills until a build finishes; then a fresh one is begun. After each kill: the log is sound and every row of it
can be read; the snapshot opens, its triples and names are those that its manifest tells, and those of an undisturbed build of so many
papers, at least as many as were acknowledged. A store that is finished exports the bytes of an undisturbed build, with the same refusals.

Everything that opens a store runs in a child process, so that no thread of it is lost in a fork, and no import is paid twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kg.build import Pace, build
from kg.export import turtle
from kg.log import Log
from kg.model import Document, EntityClaim, EntityType, Evidence, Extraction, Mention, Role, Span
from kg.store import open_snapshot
from kg.store.checking import recounted

_COUNT = struct.Struct("<q")
_SYLLABLES = ("BA", "CO", "DA", "EL", "FA", "GA", "HI", "IO", "KA", "LO", "MA", "NE", "OR", "PA", "QU", "RA", "SE", "TA", "UL", "VA")


class CapitalWords:
    """An extractor that costs nothing: every word of three or more capitals is a method."""

    version = "capitals-1"

    def extract(self, document: Document) -> Extraction:
        """Claims on the words in capitals."""
        places: dict[str, list[Span]] = {}
        for found in re.finditer(r"\b[A-Z]{3,}\b", document.text):
            places.setdefault(found[0], []).append(Span(found.start(), found.end()))
        return Extraction(tuple(_claim(document.text, name, spans) for name, spans in places.items()))


def _claim(text: str, name: str, spans: list[Span]) -> EntityClaim:
    mentions = tuple(Mention(span, name, EntityType.METHOD, "capitals", 0.5) for span in spans)
    end = text.find("\n\n")
    evidence = tuple(Evidence(Span(0, end) if span.end <= end else Span(end + 2, len(text)), span) for span in spans)
    return EntityClaim(name, EntityType.METHOD, (), mentions, Role.USES, evidence, "capitals", 0.5)


def write_papers(path: Path, number: int, chance: random.Random) -> None:
    """So many lines, of which some are refused, some name a paper again, and some bring a new version of an earlier one."""
    lines = []
    for n in range(number):
        words = ["".join(chance.choices(_SYLLABLES, k=2)) for _ in range(2)]
        paper = {"id": f"2401.{n:05d}", "title": f"On {words[0]}, number {n}", "abstract": f"We use {words[1]} here. It rains."}
        if n % 41 == 40:
            paper = {**paper, "id": f"2401.{n - 20:05d}v2", "abstract": f"We use {words[1]} now."}
        lines.append("{no json" if n % 97 == 50 else json.dumps(paper))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@dataclass
class Trial:
    """What all trials share."""

    source: Path
    batch: int
    states: dict[int, str] = field(default_factory=dict)  # documents acknowledged → manifest of that state
    final: str = ""
    seconds: float = 0.0  # of an undisturbed build at this pace


def building(store: Path, trial: Trial, acknowledged: int) -> Callable[[], None]:
    """A build that writes each count of acknowledged documents to a pipe."""
    pace = Pace(trial.batch, seconds=3600, rests=0, keeps_up=0)

    def work() -> None:
        build([str(trial.source)], store=store, extractor=CapitalWords(), pace=pace, on_commit=lambda n: _say(acknowledged, n))

    return work


def _say(pipe: int, number: int) -> None:
    os.write(pipe, _COUNT.pack(number))


def start(work: Callable[[], None]) -> int:
    """The process id of a child that does `work` and ends with 0, or with 1 and a traceback."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def done(work: Callable[[], object]) -> str:
    """What `work` returns, as text, computed in a child."""
    read, write = os.pipe()

    def told() -> None:
        os.write(write, str(work()).encode())

    child = start(told)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        text = pipe.read().decode()
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise SystemExit("a check failed, see above")
    return text


def state(store: Path) -> str:
    """What is published, counted again."""
    with open_snapshot(store) as snapshot:
        assert recounted(snapshot) == snapshot.manifest, "the snapshot is not what its manifest says"
        return str(snapshot.manifest)


def result(store: Path) -> str:
    """Digest of all that a finished store says: the export, and the refusals."""
    import hashlib

    with open_snapshot(store) as snapshot, Log(store / "log.sqlite") as log:
        refused = [(r.place, r.code) for r in log.rejections()]
        return hashlib.sha256(turtle(quad.triple for quad in snapshot.store) + str(refused).encode()).hexdigest()


def check(store: Path, trial: Trial, acknowledged: int) -> str:
    """Whether a store that a kill left keeps its promises; how many documents are published."""
    if (store / "log.sqlite").exists():
        with closing(sqlite3.connect(store / "log.sqlite")) as db:
            assert db.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        with Log(store / "log.sqlite") as log:
            logged = sum(1 for _ in log.papers())
    else:
        logged = 0
    if not (store / "CURRENT").exists():
        assert acknowledged == 0, f"{acknowledged} documents were acknowledged, and nothing is published"
        return "0"
    found = state(store)
    (published,) = [number for number, known in trial.states.items() if known == found] or [-1]
    assert published >= 0, "what is published is no state of an undisturbed build"
    assert published >= acknowledged, f"{acknowledged} documents were acknowledged, {published} are published"
    with open_snapshot(store) as snapshot:
        assert logged >= snapshot.manifest.papers
    return str(published)


def prepare(folder: Path, trial: Trial) -> None:
    """Build undisturbed: at once, for the bytes of the export, and at the pace of the trials, for the states in between."""
    at_once, paced = folder / "at-once", folder / "paced"
    done(lambda: build([str(trial.source)], store=at_once, extractor=CapitalWords()))
    trial.final = done(lambda: result(at_once))
    states = done(lambda: json.dumps(_states(paced, trial)))
    trial.states = {int(number): text for number, text in json.loads(states).items()}
    assert done(lambda: result(paced)) == trial.final
    begun = time.monotonic()
    shutil.rmtree(paced)
    read, write = os.pipe()
    os.waitpid(start(building(paced, trial, write)), 0)
    trial.seconds = time.monotonic() - begun
    os.close(read)
    os.close(write)


def _states(store: Path, trial: Trial) -> dict[int, str]:
    states: dict[int, str] = {}

    def keep(number: int) -> None:
        with open_snapshot(store) as snapshot:
            states[number] = str(snapshot.manifest)

    build([str(trial.source)], store=store, extractor=CapitalWords(), pace=Pace(trial.batch, 3600, 0, 0), on_commit=keep)
    return states


def killed(store: Path, trial: Trial, delay: float) -> tuple[bool, int]:
    """Build, and kill after so many seconds; whether it was killed, and how many documents it had acknowledged."""
    read, write = os.pipe()
    child = start(building(store, trial, write))
    os.close(write)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(read, "rb") as pipe:
        counts = [number for (number,) in _COUNT.iter_unpack(pipe.read())]
    if code not in (0, -signal.SIGKILL):
        raise SystemExit("a build failed, see above")
    return code != 0, max(counts, default=0)


def main() -> None:
    """Print a line for each kill."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("--kills", 100), ("--papers", 2000), ("--batch", 100), ("--seed", 1)):
        parser.add_argument(name, type=int, default=default)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trial = Trial(folder / "papers.jsonl", options.batch)
        write_papers(trial.source, options.papers, chance)
        prepare(folder, trial)
        print(f"undisturbed: {trial.seconds:.1f} s, {len(trial.states)} publications", flush=True)
        kills = finished = published = acknowledged = 0
        store = folder / "store0"
        while kills < options.kills:
            remaining = trial.seconds * max(0.3, 1 - published / options.papers)  # the last publication may have to derive all
            delay = chance.random() * remaining
            was_killed, said = killed(store, trial, delay)
            acknowledged = max(acknowledged, said)
            if was_killed:
                kills += 1
                published = int(done(lambda: check(store, trial, acknowledged)))  # noqa: B023 (called at once)
                print(f"{kills:4} killed after {delay:5.2f} s: {acknowledged} acknowledged, {published} published", flush=True)
                continue
            finished += 1
            assert done(lambda: result(store)) == trial.final, "a finished build differs"  # noqa: B023 (called at once)
            shutil.rmtree(store)
            store, published, acknowledged = folder / f"store{finished}", 0, 0
        done(lambda: building(store, trial, os.open(os.devnull, os.O_WRONLY))())
        assert done(lambda: result(store)) == trial.final, "a finished build differs"
        print(f"{kills} kills, {finished + 1} builds finished with the same bytes: all promises kept")


if __name__ == "__main__":
    main()
