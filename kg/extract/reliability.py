"""How often findings of a score were right on held-out papers, from reliability.tsv beside this module.

The file holds counts by extractor, kind, label and bin of the score (0.05 wide, half-open, the last one closed). An entity's score is
that of its mentions, its label the type; a role's and a relation's is that of the claim, which is right when its ends are right too.
`tests/bench/calibrate.py` makes the rows of the rules again, `python -m kg.extract.train shipped` those of the trained extractors; both
judge every paper by what was learnt on the others.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg.errors import UsageError
from kg.extract import DEFAULT

Outcome = tuple[str, str, float, bool]  # kind ("entity", "role" or "relation"), label, score in [0, 1], whether it was right

TABLE = Path(__file__).parent / "reliability.tsv"
HEADER = ("extractor", "kind", "label", "low", "high", "seen", "right")
BINS = 20
ALL = "*"  # the label of all findings of a kind together

FEWEST = 30  # findings below which a label says too little by itself, and all of its kind speak for it: the usual small-sample bound
_Z = 1.2816  # normal quantile of 90 %, one-sided


@dataclass(frozen=True, slots=True)
class Bin:
    """Findings whose scores lie in [low, high), or [low, 1] for the last bin."""

    low: float
    high: float
    seen: int
    right: int


def share(kind: str, label: str, score: float, *, extractor: str = DEFAULT) -> float | None:
    """The share of right answers among held-out findings of such a score, in [0, 1].

    Where fewer than 30 of the label were seen in the bin, all of the kind speak for it; None where none of these was seen either.
    """
    place = bin_of(score)
    for name, fewest in ((label, FEWEST), (ALL, 1)):
        for one in _of(extractor, kind, name):
            if bin_of(one.low) == place and one.seen >= fewest:
                return one.right / one.seen
    return None


def threshold(kind: str, label: str, precision: float, *, extractor: str = DEFAULT) -> float:
    """The lowest score from which on findings are right often enough; infinite where no score is.

    From it on, the lower bound of the share of right answers among held-out findings, at 90 % one-sided confidence, is at least `precision`:
    few findings have to be all the better. Where fewer than 30 of the label were seen in all, all of the kind speak for it.

    Args:
        kind: "entity", "role" or "relation".
        label: a type, a role or a relation, or "*".
        precision: the share asked for, above 0 and below 1.
        extractor: name of the extractor, without its version.

    Raises:
        UsageError: the table has no row of this extractor.

    Source of the bound: Wilson 1927, doi:10.1080/01621459.1927.10502953; for small counts after Brown, Cai & DasGupta 2001,
    doi:10.1214/ss/1009213286.
    """
    bins = _of(extractor, kind, label)
    if sum(one.seen for one in bins) < FEWEST:
        bins = _of(extractor, kind, ALL)
    lowest, seen, right = math.inf, 0, 0
    for one in reversed(bins):
        seen, right = seen + one.seen, right + one.right
        if lower_bound(right, seen) >= precision:
            lowest = one.low
    return lowest


def ece(kind: str, label: str = ALL, *, extractor: str = DEFAULT) -> float:
    """Expected calibration error in [0, 1]: the mean distance of the share of right answers from the score, weighted by findings.

    The middle of a bin stands for the scores in it, which is off by less than 0.025. NaN where nothing was seen.

    Source: Naeini, Cooper & Hauskrecht, AAAI 2015, doi:10.1609/aaai.v29i1.9602.
    """
    bins = _of(extractor, kind, label)
    seen = sum(one.seen for one in bins)
    return sum(abs(one.right - one.seen * (one.low + one.high) / 2) for one in bins) / seen if seen else math.nan


def lower_bound(right: int, seen: int) -> float:
    """Wilson's lower bound of a share, at 90 % one-sided confidence; 0 where nothing was seen."""
    if not seen:
        return 0.0
    p, z2 = right / seen, _Z * _Z
    middle = p + z2 / (2 * seen)
    half = _Z * math.sqrt(p * (1 - p) / seen + z2 / (4 * seen * seen))
    return (middle - half) / (1 + z2 / seen)


def bin_of(score: float) -> int:
    """The number of the bin that a score in [0, 1] lies in, 0 to 19."""
    return min(int(score * BINS + 1e-9), BINS - 1)  # 0.15 * 20 is 3.0000000000000004, 0.55 * 20 is 11.000000000000002


def extractors() -> tuple[str, ...]:
    """The extractors that the table has rows of, sorted."""
    return tuple(sorted(_table()))


def rows(extractor: str, outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Lines of the table for one extractor, in order; every label also counts for all of its kind."""
    seen: Counter[tuple[str, str, int]] = Counter()
    right: Counter[tuple[str, str, int]] = Counter()
    for kind, label, score, is_right in outcomes:
        for name in (label, ALL):
            seen[kind, name, bin_of(score)] += 1
            right[kind, name, bin_of(score)] += is_right
    for kind, name, place in sorted(seen):
        counts = (seen[kind, name, place], right[kind, name, place])
        yield "\t".join((extractor, kind, name, f"{place / BINS:.2f}", f"{(place + 1) / BINS:.2f}", *map(str, counts)))


def replace_rows(extractor: str, outcomes: Iterable[Outcome], path: Path = TABLE) -> None:
    """Write one extractor's rows of the table anew; those of the others stay."""
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    kept = [line for line in lines[1:] if line and line.split("\t")[0] != extractor]
    table = ["\t".join(HEADER), *kept, *rows(extractor, outcomes)]
    path.write_text("\n".join(table) + "\n", encoding="utf-8", newline="\n")


def _of(extractor: str, kind: str, label: str) -> tuple[Bin, ...]:
    """The bins of a label that hold findings, lowest first."""
    table = _table()
    if extractor not in table:
        raise UsageError(
            f"the scores of the extractor {extractor!r} were never measured",
            hint=f"use --min-score, or one of {', '.join(table)}",
        )
    return table[extractor].get((kind, label), ())


@cache
def _table() -> Mapping[str, Mapping[tuple[str, str], tuple[Bin, ...]]]:
    found: dict[str, dict[tuple[str, str], list[Bin]]] = {}
    for line in TABLE.read_text(encoding="utf-8").split("\n")[1:]:
        if line:
            extractor, kind, label, low, high, seen, right = line.split("\t")
            found.setdefault(extractor, {}).setdefault((kind, label), []).append(Bin(float(low), float(high), int(seen), int(right)))
    return MappingProxyType(
        {name: {key: tuple(sorted(bins, key=lambda b: b.low)) for key, bins in kinds.items()} for name, kinds in sorted(found.items())}
    )
