"""What `kg show` says of hardware, in the words that people read."""

from __future__ import annotations

import pytest

from kg.cli.explore import description_text
from kg.lookup import Description, Edge, End, Quote

PAPER = End("paper/a", "Growing Trees", "Paper")
DEVICE = End("hardware/nvidia-a100", "NVIDIA A100", "Hardware")


def told(count: int | None, memory: float | None, hours: float | None) -> str:
    quote = Quote(PAPER, "runsOn", DEVICE, PAPER, "Here.", (0, 4), None, 0, 0.95, "r", "x-1", count, memory, hours)
    return description_text(Description(PAPER, (), (), (Edge(PAPER, "runsOn", DEVICE, (quote,)),), (), ()))


@pytest.mark.parametrize(
    ("count", "memory", "hours", "words"),
    [
        (8, 80.0, 336.0, "score 0.95, 8 devices of 80 GB, 14 days, 1 paper"),
        (1, None, None, "score 0.95, 1 device, 1 paper"),
        (None, 24.0, 1.0, "score 0.95, devices of 24 GB, 1 hour, 1 paper"),
        (None, None, 36.0, "score 0.95, 36 hours, 1 paper"),
        (None, None, 24.0, "score 0.95, 1 day, 1 paper"),
        (2, None, 0.5, "score 0.95, 2 devices, 30 minutes, 1 paper"),
        (None, None, None, "score 0.95, 1 paper"),
    ],
)
def test_an_edge_says_how_many_devices_of_what_size_ran_how_long(
    count: int | None, memory: float | None, hours: float | None, words: str
) -> None:
    assert f"  runsOn → NVIDIA A100  (Hardware, {words})" in told(count, memory, hours)
