"""Readers in processes of their own: what they answer, and what becomes of those that die, stop or are asked by others."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.sources.child import DiedError, Worker
from kg.sources.inputs import RefusedError

READER = """
import os, sys, time
from kg.sources.child import request, tell

read = 0
while (data := request(sys.stdin.buffer)) is not None:
    read += 1
    if data == b"die" or (data == b"die if old" and read > 1):
        os._exit(3)
    if data == b"sleep":
        time.sleep(60)
    if data == b"refuse":
        tell({"refused": ["damaged", "cut: copy it again"]})
    else:
        tell({"length": len(data), "read": read, "process": os.getpid()})
    sys.stdout.flush()
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    (tmp_path / "kg_test_reader.py").write_text(READER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])]))
    worker = Worker("kg_test_reader")
    yield worker
    worker.close()


def test_one_process_reads_many_inputs(worker: Worker) -> None:
    answers = [worker.ask(b"x" * size, 30) for size in (0, 3, 5_000_000)]
    assert [answer["length"] for answer in answers] == [0, 3, 5_000_000]
    assert [answer["read"] for answer in answers] == [1, 2, 3]


def test_a_refusal_is_raised_and_the_process_goes_on(worker: Worker) -> None:
    with pytest.raises(RefusedError, match="copy it again") as caught:
        worker.ask(b"refuse", 30)
    assert caught.value.code == "damaged"
    assert worker.ask(b"next", 30)["read"] == 2


def test_a_process_that_dies_costs_one_input(worker: Worker) -> None:
    with pytest.raises(DiedError) as caught:
        worker.ask(b"die", 30)
    assert not caught.value.late
    assert worker.ask(b"next", 30)["read"] == 1


def test_what_a_process_leaves_behind_is_no_input_s_fault(worker: Worker) -> None:
    worker.ask(b"first", 30)
    assert worker.ask(b"die if old", 30)["read"] == 1


def test_a_process_that_takes_too_long_is_killed(worker: Worker) -> None:
    first = worker.ask(b"first", 30)["process"]
    with pytest.raises(DiedError) as caught:
        worker.ask(b"sleep", 0.3)
    assert caught.value.late
    assert worker.ask(b"next", 30)["process"] != first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_a_process_that_is_killed_between_two_inputs_is_started_again(worker: Worker) -> None:
    os.kill(worker.ask(b"first", 30)["process"], signal.SIGKILL)
    assert worker.ask(b"next", 30)["length"] == 4


def test_threads_take_turns(worker: Worker) -> None:
    answers: list[int] = []
    threads = [threading.Thread(target=lambda size=size: answers.append(worker.ask(b"x" * size, 30)["length"])) for size in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(20))


def test_a_forked_process_starts_its_own(worker: Worker) -> None:
    mine = worker.ask(b"first", 30)["process"]
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, str(worker.ask(b"next", 30)["process"]).encode())
            worker.close()
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    theirs = int(os.read(reading, 100))
    os.close(reading)
    assert theirs != mine
    assert worker.ask(b"next", 30)["process"] == mine
