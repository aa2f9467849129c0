"""The curated names, looked up by the keys that resolution compares names by."""

from __future__ import annotations

from functools import lru_cache

from kg import gazetteer
from kg.gazetteer import Entry
from kg.model import EntityType
from kg.resolve.forms import core, key, makers


@lru_cache(maxsize=1 << 17)
def entry_named(type: EntityType, form: str) -> Entry | None:
    """The entry that a form names, whatever its spelling; None where no entry has that name.

    Where several have it ("SPARK" and "Spark" differ only in case) the one with exactly this spelling, else the first of the file.
    A form whose core alone is a name of an entry names it too ("ImageNet dataset"), and one that is a name of an entry after its maker
    ("Google Gemini"); but a name as it stands goes before its core.
    """
    known = _index(type)
    found = known.get(key(form, type)) or known.get(key(core(form, type), type)) or known.get(_without_maker(form, type)) or ()
    return next((entry for entry in found if form in entry.forms), found[0] if found else None)


def _without_maker(form: str, type: EntityType) -> str:
    """The key of a form without the maker's name before it; "" where there is none."""
    maker, _, rest = core(form, type).partition(" ")
    if type not in (EntityType.METHOD, EntityType.HARDWARE, EntityType.DATASET):
        return ""
    return key(rest, type) if rest and maker.removesuffix("'s").casefold() in makers() else ""


def is_form(type: EntityType, name: str, entry: str) -> bool:
    """Whether a key is one of the names of the curated entry called `entry`."""
    return any(known.name == entry for known in _index(type).get(name, ()))


@lru_cache(maxsize=8)
def _index(type: EntityType) -> dict[str, tuple[Entry, ...]]:
    index: dict[str, tuple[Entry, ...]] = {}
    for by_core in (False, True):  # what an entry is called goes before what is left of another's name
        for entry in _listed(type):
            for keyed in {key(core(form, type) if by_core else form, type): None for form in entry.forms}:
                if entry not in index.get(keyed, ()) and not (by_core and keyed in index and index[keyed][0] is not entry):
                    index[keyed] = (*index.get(keyed, ()), entry)
    return index


def _listed(type: EntityType) -> tuple[Entry, ...]:
    """The entries of a type; of hardware also the nouns for kinds of device: "drone", "GPU"."""
    return (*gazetteer.entries(type), *(gazetteer.device_words() if type is EntityType.HARDWARE else ()))


def forget() -> None:
    """Read the curated names anew when they are asked for next."""
    entry_named.cache_clear()
    _index.cache_clear()
