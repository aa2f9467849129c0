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
    assert ordering.differences(sorted(lines[:90]), sorted(lines[20:])) == (20, 10)
    assert ordering.differences([], []) == (0, 0)
