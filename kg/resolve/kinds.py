"""What lies under what: the next wider thing or kind of an entity, and the ladder of kinds above it.

From the curated ladder where the entity has an entry; for a device that no list holds yet, from the series or maker in its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from kg import gazetteer
from kg.model import EntityType, Kind
from kg.names import slug
from kg.resolve.forms import core

# Series of devices → kind, for those that the list does not hold. NVIDIA, AMD, Google, Intel and Apple name their products so.
_SERIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"(?i:nvidia )?(?:Jetson)\b", "NVIDIA Jetson"),
        (r"(?:NVIDIA |Nvidia )?(?:GeForce|RTX|GTX|Quadro|Titan|Tesla)\b|(?:NVIDIA |Nvidia )[A-Z]\d{1,3}\b", "NVIDIA GPU"),
        (r"(?:AMD )?(?:Radeon|Instinct|MI\d{2,3}X?)\b", "AMD GPU"),
        (r"(?:Google )?(?:Cloud )?TPU\b", "TPU"),
        (r"(?:Intel )?(?:Xeon|Core i\d)\b", "Intel CPU"),
        (r"(?:AMD )?(?:EPYC|Ryzen|Threadripper)\b", "AMD CPU"),
    )
)


def wider(type: EntityType, name: str, *, curated: bool) -> str | None:
    """Name of the next wider curated entry or kind of a thing; None where none is known.

    Args:
        type: of the thing.
        name: its canonical name; exactly that of an entry where it is `curated`.
        curated: whether the thing is an entry of the authority.
    """
    if is_kind(type, name):  # a device noun is an entry and a kind: "drone"
        return name
    if curated:
        return gazetteer.broader(type, name)
    kind = gazetteer.kind_named(type, name) or gazetteer.kind_named(type, core(name, type))
    if kind is not None:
        return kind.name
    if type is EntityType.HARDWARE:
        return next((kind for pattern, kind in _SERIES if pattern.match(name) and is_kind(type, kind)), None)
    return None


def above(type: EntityType, name: str, *, curated: bool) -> tuple[tuple[str, ...], str]:
    """What a thing lies under by the curated ladder: names of entries, nearest first, up to the first kind; and the path of that, or "".

    It lies right under the first entry that some paper names, else under the kind. Arguments as in `wider`.
    """
    entries: list[str] = []
    step = wider(type, name, curated=curated)
    while step is not None and not is_kind(type, step):
        entries.append(step)
        step = gazetteer.broader(type, step)
    return tuple(entries), "" if step is None else path(step)


def is_kind(type: EntityType, name: str) -> bool:
    """Whether a row of the kinds is called exactly so."""
    return name in _kinds(type)


def path(name: str) -> str:
    """Path of a kind below the base: "kind/nvidia-gpu"."""
    return f"kind/{slug(name)}"


def kind_at(type: EntityType, name: str) -> Kind:
    """The kind of this name as the graph tells it."""
    row = _kinds(type)[name]
    return Kind(path(name), name, tuple(sorted({*row.aliases} - {name})), path(row.broader) if row.broader else "")


def ladder(type: EntityType, name: str) -> Iterator[str]:
    """Names of a kind and all kinds above it, nearest first."""
    yield name
    yield from gazetteer.ancestors(type, name)


@cache
def named_by_path() -> dict[str, tuple[EntityType, str]]:
    """Path of every kind → its type and name."""
    return {path(name): (type, name) for type in EntityType for name in _kinds(type)}


def ladder_of_path(kind: str) -> Iterator[str]:
    """Paths of a kind and all above it; nothing for the path of an entity or ""."""
    found = named_by_path().get(kind)
    if found is not None:
        yield from (path(name) for name in ladder(*found))


def all_above(ends: Iterable[str]) -> Iterator[Kind]:
    """The kinds among these paths and all above them, by path; paths of entities and "" say nothing."""
    found = {step for end in ends for step in ladder_of_path(end)}
    yield from (kind_at(*named_by_path()[path]) for path in sorted(found))


@cache
def narrower(type: EntityType, name: str) -> tuple[str, ...]:
    """Names of the curated entries whose ladder has this entry, sorted: those of "NVIDIA A100" with a memory size, for it."""
    return tuple(sorted(entry.name for entry in gazetteer.entries(type) if name in gazetteer.ancestors(type, entry.name)))


@cache
def below(type: EntityType, name: str) -> tuple[str, ...]:
    """Names of the kinds right under a kind."""
    return tuple(sorted(row.name for row in _kinds(type).values() if row.broader == name))


@cache
def _kinds(type: EntityType) -> dict[str, gazetteer.Kind]:
    return {row.name: row for row in gazetteer.kinds(type)}
