"""Which block of a listing is a title, which an abstract, and which is page chrome.

Each block has a score for every label from its shape, each pair of neighbours a score for the change of label (`kg.sources.scores`), and
dynamic programming (Viterbi) finds the labelling with the highest sum. So a doubtful block is settled by what surrounds it: what
stands above a long paragraph is its title, a sentence between two paragraphs is text, a short line that no abstract follows is chrome.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kg.sources.blocks import Block
from kg.sources.scores import NEVER, TEXT, TITLES, Label, Layout, change, emissions, layout_of, lonely

__all__ = ["Label", "label"]

# The labels that may stand above each, in groups that score alike.
_ABOVE: tuple[tuple[Label, tuple[tuple[Label, ...], ...]], ...] = (
    (Label.OUTSIDE, ((Label.OUTSIDE,), TEXT)),
    (Label.TITLE, ((Label.OUTSIDE,), (*TITLES, Label.INSIDE), TEXT)),
    (Label.TITLE_MORE, (TITLES,)),
    (Label.INSIDE, ((*TITLES, Label.INSIDE),)),
    (Label.ABSTRACT, ((*TITLES, Label.INSIDE),)),
    (Label.ABSTRACT_MORE, (TEXT,)),
    (Label.PARAGRAPH, (TEXT,)),
)


def label(blocks: Sequence[Block], width: int) -> list[Label]:
    """The labelling with the highest score of blocks wrapped at `width` (0: not wrapped); time grows with their number only."""
    if not blocks:
        return []
    layout = layout_of(blocks, width)
    first = emissions(blocks[0], layout)
    best = [first[this] if this in (Label.OUTSIDE, Label.TITLE) else NEVER for this in Label]
    came: list[list[Label]] = []
    for above, block in pairwise(blocks):
        best, origins = _step(best, above, block, layout)
        came.append(origins)
    for this in (*TITLES, Label.INSIDE):
        best[this] -= lonely(layout) / 2  # the last title's abstract may be cut off
    labels = [max(Label, key=lambda this: (best[this], -this))]
    for origins in reversed(came):
        labels.append(origins[labels[-1]])
    return labels[::-1]


def _step(best: list[float], above: Block, block: Block, layout: Layout) -> tuple[list[float], list[Label]]:
    """The best scores up to `block` by its label, and for each the label above."""
    own = emissions(block, layout)
    scores: list[float] = []
    origins: list[Label] = []
    for this, groups in _ABOVE:
        top, origin = NEVER * 2, Label.OUTSIDE
        for group in groups:
            before = group[0] if len(group) == 1 else max(group, key=best.__getitem__)
            score = best[before] + change(before, this, above, block, layout)
            if score > top:
                top, origin = score, before
        scores.append(top + own[this])
        origins.append(origin)
    return scores, origins
