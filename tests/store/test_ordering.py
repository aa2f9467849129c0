"""Lines in the order of their bytes, by way of files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.store import ordering


def test_lines_are_sorted_in_files_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "_CHUNK", 7)
    lines = [f"{n} \u00e9\U0001f989\n".encode() for n in range(100)]
    shuffled = random.Random(1).sample(lines, len(lines))
    with ordering.sort(shuffled, tmp_path) as found:
        assert found.size == sum(map(len, lines))
        assert list(found.lines()) == sorted(lines)
    assert not list(tmp_path.iterdir())
    with ordering.sort([], tmp_path) as none:
        assert (none.size, list(none.lines())) == (0, [])


def test_two_sorted_streams_are_told_apart_with_how_often_they_have_a_line() -> None:
    apart = [*ordering.told_apart([b"a", b"b", b"b", b"d"], [b"b", b"c", b"d", b"e"])]
    assert apart == [(b"a", False), (b"b", False), (b"c", True), (b"e", True)]
    assert [*ordering.told_apart([], [])] == []
    assert [*ordering.distinct([b"a", b"b", b"b", b"d"])] == [b"a", b"b", b"d"]
