"""Kinds and families of things, from kinds.tsv, and the ladder from an entry to the widest kind it lies under.

One step up goes, in this order: to the `broader` of the row itself; to the kind row of its kind code and maker ("gpu" by NVIDIA →
"NVIDIA GPU"); to the kind row of its code alone ("GPU"). An entry that has the name of a kind is that kind, seen by extraction, and
goes where the kind goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kg.gazetteer.entries import FOLDER, Entry, entries, parted, rows
from kg.model import EntityType
from kg.names import normal_form


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind ("GPU", "NVIDIA GPU") or family ("GPT-4 family"): a row of kinds.tsv."""

    name: str
    type: EntityType
    kind: str  # code of the entry files that leads here; "" for families and wider kinds, which only `broader` leads to
    maker: str  # with a kind code: only this maker's things lie here; "" for those of any
    broader: str  # name of the next wider row; "" at the top
    aliases: tuple[str, ...]
    source: str

    @property
    def forms(self) -> tuple[str, ...]:
        """The name, then the aliases."""
        return (self.name, *self.aliases)


@cache
def kinds(type: EntityType) -> tuple[Kind, ...]:
    """Return the kinds and families of a type, in the order of the file, which is sorted by name."""
    found = (row for row in rows(FOLDER / "kinds.tsv") if row["type"] == type.value)
    return tuple(Kind(row["name"], type, row["kind"], row["maker"], row["broader"], parted(row["aliases"]), row["source"]) for row in found)


def kind_named(type: EntityType, surface: str) -> Kind | None:
    """Find the kind or family of a type that `surface` names ("graphics cards" → GPU), compared by normal form; None where none has it."""
    return _by_form(type).get(normal_form(surface))


def maker_kind(kind: str, maker: str) -> Kind | None:
    """Return the hardware kind of a kind code made by one maker: ("gpu", "NVIDIA") → NVIDIA GPU; None where the file has no such row."""
    return _by_code(EntityType.HARDWARE).get((kind, maker)) if maker else None


@cache
def broader(type: EntityType, name: str) -> str | None:
    """Name of the next wider entry, family or kind of the entry or kind called exactly `name`.

    Returns None at the top of the ladder and for a name that neither list has.
    """
    kind = _kinds_by_name(type).get(name)
    if kind is not None:
        return kind.broader or None
    entry = _entries_by_name(type).get(name)
    return None if entry is None else _above(entry)


@cache
def ancestors(type: EntityType, name: str) -> tuple[str, ...]:
    """Names of all that lie above the entry or kind called exactly `name`, nearest first; empty at the top or for an unknown name.

    "NVIDIA A100 40GB" lies under NVIDIA A100, NVIDIA Ampere, NVIDIA GPU, GPU, accelerator.
    """
    above: list[str] = []
    wider = broader(type, name)
    while wider is not None and wider not in above:  # the test holds the file to no cycle; a reader must end all the same
        above.append(wider)
        wider = broader(type, wider)
    return tuple(above)


def _above(entry: Entry) -> str | None:
    if entry.broader:
        return entry.broader
    codes = _by_code(entry.type)
    kind = codes.get((entry.kind, entry.maker)) or codes.get((entry.kind, ""))
    return kind.name if kind else None


@cache
def _kinds_by_name(type: EntityType) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds(type)}


@cache
def _entries_by_name(type: EntityType) -> dict[str, Entry]:
    return {entry.name: entry for entry in entries(type)}


@cache
def _by_code(type: EntityType) -> dict[tuple[str, str], Kind]:
    return {(kind.kind, kind.maker): kind for kind in kinds(type) if kind.kind}


@cache
def _by_form(type: EntityType) -> dict[str, Kind]:
    """Names go before aliases."""
    forms = {normal_form(form): kind for kind in kinds(type) for form in kind.aliases}
    return forms | {normal_form(kind.name): kind for kind in kinds(type)}
