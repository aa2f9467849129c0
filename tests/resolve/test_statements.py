"""What several sentences of a paper state of one device becomes one statement, without mixing them."""

from __future__ import annotations

from itertools import permutations

import pytest

from kg.model import Document, EntityClaim, EntityType, Evidence, Extraction, LoggedPaper, Mention, Role, Span
from kg.resolve import resolve

Figures = tuple[int | None, float | None, float | None]


def device(score: float, figures: Figures) -> EntityClaim:
    """A claim that the paper ran on a device: score; devices, gigabytes, hours."""
    span = Span(0, 4)
    mention = Mention(span, "A100", EntityType.HARDWARE, "test", score)
    evidence = (Evidence(Span(0, 20), span),)
    return EntityClaim("A100", EntityType.HARDWARE, (), (mention,), Role.RUNS_ON, evidence, "test", score, *figures)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([(0.9, (8, 80.0, 72.0))], (8, 80.0, 72.0)),
        ([(0.9, (None, None, None)), (0.5, (None, None, 3.0))], (None, None, 3.0)),
        ([(0.9, (None, 80.0, None)), (0.5, (8, None, None))], (8, 80.0, None)),  # one sentence states each
        ([(0.9, (8, None, 72.0)), (0.8, (1, 40.0, 2.0))], (8, None, 72.0)),  # two runs: the better claim alone
        ([(0.9, (None, 40.0, None)), (0.8, (8, 80.0, None))], (8, 80.0, None)),  # the claim that states a count goes first
        ([(0.9, (8, None, None)), (0.8, (None, 40.0, None)), (0.7, (None, 80.0, None))], (8, None, None)),  # which memory is not said
        ([(0.9, (None, None, None))], (None, None, None)),
    ],
)
def test_figures_of_one_statement_belong_together(claims: list[tuple[float, Figures]], expected: Figures) -> None:
    for order in permutations(device(score, figures) for score, figures in claims):
        paper = LoggedPaper(Document("a", "-", "1", "T", "T", "Words."), Extraction(order), "test-1")
        (statement,) = resolve([paper]).statements
        assert (statement.count, statement.memory, statement.hours) == expected
