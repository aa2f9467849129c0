"""Names that the gazetteers list, found by spaCy's PhraseMatcher."""

from __future__ import annotations

from functools import cache

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from kg.extract.candidates import Candidate, Vote
from kg.extract.tokens import tokeniser
from kg.extract.words import DATASET_NOUNS, METHOD_NOUNS, ORGANISATION_NOUNS
from kg.gazetteer import Entry, entries
from kg.model import EntityType

_TYPES = (EntityType.METHOD, EntityType.DATASET, EntityType.ORGANISATION, EntityType.TASK)
_WEIGHT = {EntityType.METHOD: 2.0, EntityType.DATASET: 2.5, EntityType.ORGANISATION: 2.5, EntityType.TASK: 1.5}


@cache
def _matchers() -> tuple[PhraseMatcher, PhraseMatcher, dict[str, Entry]]:
    """Matchers by exact spelling and by lower case, and the entries behind their keys.

    Lower case serves only where it is safe: forms of several words or with no capital of their own.
    """
    nlp = tokeniser()
    exact, lower = PhraseMatcher(nlp.vocab, attr="ORTH"), PhraseMatcher(nlp.vocab, attr="LOWER")
    by_key: dict[str, Entry] = {}
    for type_ in _TYPES:
        for number, entry in enumerate(entries(type_)):
            key = f"{type_.value}:{number}"
            by_key[key] = entry
            for form in entry.forms:
                matcher = lower if _folds(form, entry) else exact
                matcher.add(key, [nlp.make_doc(variant) for variant in _variants(form, entry)])
    return exact, lower, by_key


def _folds(form: str, entry: Entry) -> bool:
    return not entry.guard and (entry.type is EntityType.TASK or form.islower() or (" " in form and entry.type is EntityType.METHOD))


def _variants(form: str, entry: Entry) -> list[str]:
    """The form and, for common nouns, its plural or singular."""
    if entry.type in (EntityType.ORGANISATION, EntityType.DATASET) or form.endswith("s"):
        return [form]
    return [form, f"{form}s"]


def find_known(doc: Doc) -> list[Candidate]:
    """Every listed name, guarded ones only with a cue beside them; generic techniques are left out."""
    exact, lower, by_key = _matchers()
    found: list[Candidate] = []
    for matcher in (exact, lower):
        for match_id, start, end in matcher(doc):
            entry = by_key[doc.vocab.strings[match_id]]
            if not entry.generic and _stands_alone(doc, start, end, entry):
                found.append(Candidate(start, end, (_vote(entry),), priority=2))
    return found


def _vote(entry: Entry) -> Vote:
    return Vote(entry.type, _WEIGHT[entry.type], f"gazetteer.{entry.type.value.lower()}s")


def _stands_alone(doc: Doc, start: int, end: int, entry: Entry) -> bool:
    """False for a maker's name inside a product's ("Apple Watch") and for an ambiguous word without a cue."""
    after = doc[end] if end < len(doc) else None
    if entry.prefix and after is not None and doc[end - 1].whitespace_ and (after.text[0].isupper() or after.text[0].isdigit()):
        return False
    return not entry.guards(doc[start:end].text) or _has_cue(doc, start, end, entry.type)


def _has_cue(doc: Doc, start: int, end: int, type_: EntityType) -> bool:
    nouns = {EntityType.DATASET: DATASET_NOUNS, EntityType.METHOD: METHOD_NOUNS, EntityType.ORGANISATION: ORGANISATION_NOUNS}.get(
        type_, frozenset()
    )
    near = [t.lower_ for t in doc[max(0, start - 4) : start]] + [t.lower_ for t in doc[end : end + 3]]
    if type_ is EntityType.ORGANISATION:
        return any(t in ("by", "at", "from", "'s", "’s") for t in (*near[-3:], *[t.lower_ for t in doc[max(0, start - 1) : start]]))
    if end < len(doc) and type_ is EntityType.METHOD and doc[end].text[:1].isdigit():
        return True
    return any(word in nouns for word in near)
