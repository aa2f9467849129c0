"""The rows of a log travel as lines: the same on every machine, and merged so that nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kept import some, write
from toy_papers import Guillemets

from kg import vocab
from kg.build import build
from kg.log import Log
from kg.remote import rows


def store(path: Path, *numbers: int) -> Path:
    build([str(write(path.parent, some(*numbers)))], store=path, extractor=Guillemets())
    return path


def test_the_same_papers_are_the_same_lines_whatever_run_read_them(tmp_path: Path) -> None:
    one = store(tmp_path / "one", 1, 2)
    before = [*rows.lines(one)]
    store(one, 1, 2)
    assert [*rows.lines(one)] == before
    assert {json.loads(line)["table"] for line in before} == {"paper", "source"}


def test_lines_make_the_same_log_elsewhere(tmp_path: Path) -> None:
    one = store(tmp_path / "one", 1, 2, 3)
    (tmp_path / "two").mkdir()
    rows.merge_log(tmp_path / "two" / "log.sqlite", rows.lines(one), frozenset(), vocab.BASE)
    assert [*rows.lines(tmp_path / "two")] == [*rows.lines(one)]
    with Log(tmp_path / "two" / "log.sqlite") as log:
        assert len(log.changes()) == 3


def test_a_merge_adds_and_takes_out_and_keeps_what_is_ours(tmp_path: Path) -> None:
    ours, theirs = store(tmp_path / "ours", 1, 2), store(tmp_path / "theirs", 3)
    gone = frozenset(rows.key(line) for line in rows.lines(ours) if '"arxiv-2401.00002"' in line)
    rows.merge_log(ours / "log.sqlite", rows.lines(theirs), gone, vocab.BASE)
    with Log(ours / "log.sqlite") as log:
        assert log.keys() == ("arxiv-2401.00001", "arxiv-2401.00003")
        assert log.sources("arxiv-2401.00002") == ()


@pytest.mark.parametrize(
    "line",
    [
        '{"table": "paper"}',
        '{"table": "sqlite_schema", "name": "x"}',
        '{"table": "meta", "name": "run", "value": "9"}',
        '{"table": "meta", "name": "base", "value": "https://else.example/"}',
        "no json",
    ],
)
def test_a_line_that_is_no_row_changes_nothing(tmp_path: Path, line: str) -> None:
    ours = store(tmp_path / "ours", 1)
    before = [*rows.lines(ours)]
    with pytest.raises(ValueError, match=r"."):
        rows.merge_log(ours / "log.sqlite", [*rows.lines(store(tmp_path / "theirs", 3)), line], frozenset(), vocab.BASE)
    assert [*rows.lines(ours)] == before


def test_decisions_are_one_line_in_their_order() -> None:
    line = rows.decided_line(["same\tMethod\tB\t\t\t\tA", "same\tMethod\tA\t\t\t\tC"])
    assert rows.decided_of('{"table": "paper"}') is None
    with pytest.raises(ValueError, match="no decisions"):
        rows.decided_of('{"table": "decisions", "rows": [1]}')
    assert json.loads(line)["rows"][0].endswith("A")
