"""How far scores would move with other documents of the same sort: percentile bootstrap over documents.

Tallies of whole documents are drawn again, with replacement; nothing is scored anew.

Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.evaluate.tally import Counts

Interval = tuple[float, float]  # lower and upper end of an F1, each in [0, 1]

RESAMPLES = 1000  # the ends move by less than a point with another seed
CONFIDENCE = 0.95
_SEED = 13


def intervals(documents: Sequence[Counts], *, resamples: int = RESAMPLES, seed: int = _SEED) -> dict[str, Interval]:
    """The middle 95 % of the F1 of each thing measured, over `resamples` draws of as many documents as there are.

    The order of the documents does not matter: they are sorted by their tallies first. No documents give no intervals.
    """
    import numpy as np  # here, for a quick `kg --help`

    kinds = sorted({kind for counts in documents for kind in counts})
    rows = sorted(_row(counts, kinds) for counts in documents)
    if not rows or not kinds:
        return {}
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(kinds), 2)  # (n_documents, n_kinds, [2 tp, 2 tp + fp + fn])
    chance = np.random.default_rng(seed)
    sums = np.empty((resamples, len(kinds), 2), dtype=np.int64)
    for i in range(resamples):
        drawn = np.bincount(chance.integers(0, len(rows), len(rows)), minlength=len(rows))  # how often each document is drawn
        sums[i] = np.tensordot(drawn, table, axes=1)
    upper, lower = sums[:, :, 0], sums[:, :, 1]
    f1 = np.where(lower == 0, 1.0, upper / np.maximum(lower, 1))  # as Tally.prf: 1.0 where there was nothing to get wrong
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(f1, [tail, 1 - tail], axis=0)
    return {kind: (float(low[k]), float(high[k])) for k, kind in enumerate(kinds)}


def _row(counts: Counts, kinds: Sequence[str]) -> list[int]:
    """The two sides of each F1's fraction, 2 tp / (2 tp + fp + fn)."""
    row = []
    for kind in kinds:
        one = counts.get(kind)
        row += [2 * one.tp, 2 * one.tp + one.fp + one.fn] if one else [0, 0]
    return row
