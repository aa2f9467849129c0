"""The figures of a snapshot: how much of what it holds, kept beside it so that nobody has to count.

They are part of the snapshot: published with it by one rename, and gone on from by the next. What they sum up lies in the register.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.store import layout
from kg.store.change import Content


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, by name; what there is none of is left out."""

    properties: Mapping[str, int]  # IRI → triples of the graph that have it
    classes: Mapping[str, int]  # IRI → its members
    stated: Mapping[str, int] | None  # of what papers state, see `kg.derivation.figures`; None where the graph came without its log

    def plus(self, content: Content, stated: Mapping[str, int]) -> Figures:
        """With a change more."""
        return Figures(
            _sum(self.properties, _iris(content.properties)),
            _sum(self.classes, _iris(content.classes)),
            None if self.stated is None else _sum(self.stated, stated),
        )


def figures_of(content: Content, stated: Mapping[str, int] | None) -> Figures:
    """The figures of a graph that amounts to this."""
    return Figures(_sum(_iris(content.properties)), _sum(_iris(content.classes)), None if stated is None else _sum(stated))


def read_figures(home: Path) -> Figures | None:
    """The figures of the snapshot in the folder `home`; None where an older kg made it, or the file is damaged."""
    try:
        found = json.loads((home / layout.FIGURES_FILE).read_text(encoding="utf-8"))
        parts = [found[name] for name in Figures.__slots__]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    sound = [isinstance(part, dict) and all(isinstance(number, int) for number in part.values()) for part in parts]
    return Figures(*parts) if sound[0] and sound[1] and (sound[2] or parts[2] is None) else None


def write_figures(home: Path, figures: Figures) -> None:
    """Write the figures of a snapshot that is being made."""
    layout.replace_file(home / layout.FIGURES_FILE, json.dumps(asdict(figures), sort_keys=True) + "\n")


def _sum(*parts: Mapping[str, int]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for name, number in part.items():
            total[name] = total.get(name, 0) + number
    return {name: number for name, number in total.items() if number}


def _iris(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by IRI, of those by what N-Triples writes for it."""
    return {term[1:-1]: number for term, number in counts.items() if term.startswith("<")}
