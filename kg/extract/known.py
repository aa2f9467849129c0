"""Names that the gazetteers list."""

from __future__ import annotations

from functools import cache

from kg.extract.candidates import Candidate, Vote
from kg.extract.phrases import Forms, forms
from kg.extract.reading import Reading
from kg.extract.words import DATASET_NOUNS, METHOD_NOUNS, words
from kg.gazetteer import Entry, entries
from kg.model import EntityType

_TYPES = (EntityType.METHOD, EntityType.DATASET, EntityType.ORGANISATION, EntityType.TASK)
_WEIGHT = {EntityType.METHOD: 2.0, EntityType.DATASET: 2.5, EntityType.ORGANISATION: 2.5, EntityType.TASK: 1.5}

# What stands beside a name whose word means other things as well.
_CUES = {EntityType.DATASET: DATASET_NOUNS, EntityType.METHOD: METHOD_NOUNS}
_PLACE_WORDS = words("by at from 's ’s")


@cache
def _listed() -> Forms[Entry]:
    """Listed names; case makes no difference only where that is safe: forms of several words or with no capital of their own."""
    listed = [entry for type_ in _TYPES for entry in entries(type_) if not entry.generic]
    return forms((variant, entry, _folds(form, entry)) for entry in listed for form in entry.forms for variant in _variants(form, entry))


def _folds(form: str, entry: Entry) -> bool:
    return not entry.guard and (entry.type is EntityType.TASK or form.islower() or (" " in form and entry.type is EntityType.METHOD))


def _variants(form: str, entry: Entry) -> list[str]:
    """The form and, for common nouns, its plural or singular."""
    if entry.type in (EntityType.ORGANISATION, EntityType.DATASET) or form.endswith("s"):
        return [form]
    return [form, f"{form}s"]


def find_known(reading: Reading) -> list[Candidate]:
    """Every listed name, guarded ones only with a cue beside them; generic techniques are left out."""
    return [
        Candidate(start, end, (_vote(entry),), priority=2)
        for start, end, entry in _listed().find(reading)
        if _stands_alone(reading, start, end, entry)
    ]


def _vote(entry: Entry) -> Vote:
    return Vote(entry.type, _WEIGHT[entry.type], f"gazetteer.{entry.type.value.lower()}s")


def _stands_alone(reading: Reading, start: int, end: int, entry: Entry) -> bool:
    """False for a maker's name inside a product's ("Apple Watch") and for an ambiguous word without a cue."""
    if entry.prefix and end < len(reading.texts) and reading.is_apart(end):
        initial = reading.texts[end][0]
        if initial.isupper() or initial.isdigit():
            return False
    return not entry.guards(reading.surface(start, end)) or _has_cue(reading, start, end, entry.type)


def _has_cue(reading: Reading, start: int, end: int, type_: EntityType) -> bool:
    near = reading.lowers[max(0, start - 4) : start] + reading.lowers[end : end + 3]
    if type_ is EntityType.ORGANISATION:
        return not _PLACE_WORDS.isdisjoint((*near[-3:], *reading.lowers[max(0, start - 1) : start]))
    if end < len(reading.texts) and type_ is EntityType.METHOD and reading.texts[end][0].isdigit():
        return True
    return not _CUES.get(type_, frozenset()).isdisjoint(near)
