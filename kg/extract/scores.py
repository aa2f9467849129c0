"""How sure a rule is: its share of right answers on annotated abstracts, from precision.tsv beside this module.

`tests/bench/calibrate.py` makes the file again. A rule that the file does not hold gets the share of its family ("uses.*"), else of all.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

Kind = Literal["entity", "role", "relation"]


def precision(kind: Kind, rule: str) -> float:
    """The share of right answers of `rule`, in [0, 1], two decimals.

    For a role the share among right entities, for a relation among right pairs of ends: multiply by those.
    """
    table = _table()
    for key in (rule, f"{rule.split('.')[0]}.*", "*"):
        if (kind, key) in table:
            return table[kind, key]
    return 0.5  # a file without a single row of this kind


@cache
def _table() -> dict[tuple[str, str], float]:
    text = (files("kg.extract") / "precision.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.rstrip("\n").split("\n")[1:])
    return {(kind, rule): float(share) for kind, rule, _, _, share in rows}
