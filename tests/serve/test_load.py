"""The endpoint under many clients, some of them hostile; `tests/bench/endpoint_load.py` runs the same for longer, on larger graphs."""

from __future__ import annotations

import time
from pathlib import Path

import loops
import pytest
from conftest import KNOWLEDGE
from load import Known, answers, run
from processes import alive
from served import questions, served

from kg import vocab
from kg.graph import to_triples
from kg.store import create_or_open, open_snapshot


@pytest.mark.slow
def test_hostile_clients_change_no_answer_and_leave_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with create_or_open(store) as writer:
        writer.publish(to_triples(KNOWLEDGE), [], fingerprint="1", base=vocab.BASE)
    with open_snapshot(store) as snapshot:
        known = Known(questions(store), snapshot.store)
    assert len({question.name for question in known.questions}) > 40
    with served(store, tmp_path / "scratch") as server:
        tally, hits = loops.run(run(server, known, clients=32, seconds=12, part=0.3))
        assert tally.wrong == []
        assert hits == 0
        assert tally.hostile.total() > 20
        assert tally.failed.total() <= tally.honest / 1000
        assert not [kind for kind, status in tally.hostile if status == 500]
        first, last = tally.memory[len(tally.memory) // 2][1], tally.memory[-1][1]
        assert last < first * 1.2 + (8 << 20)
        assert loops.run(answers(server))
        end = time.monotonic() + 15
        while server.left_over() and time.monotonic() < end:
            time.sleep(0.1)
        assert server.left_over() == []
        children = server.children()
        assert len(children) <= 8
        code, said = server.end()
        assert (code, said.strip()) == (0, "ended")
        time.sleep(0.2)
        assert alive(children) == []
