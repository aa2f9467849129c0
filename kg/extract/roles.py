"""The paper's role towards what it names, read from the words around each mention."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.reading import Reading
from kg.extract.words import (
    ARTICLES,
    BREAKERS,
    COMPARE_WORDS,
    EVALUATE_WORDS,
    INTRODUCE_VERBS,
    NAMING_WORDS,
    THING_NOUNS,
    TRAIN_WORDS,
    USE_WORDS,
    words,
)
from kg.model import EntityType, Role

_AUTHORS = words("we paper work study article authors our i thesis report survey letter here")
_NEW = words("novel new first")
_BETTER = words(
    "improve improves improvement improvements improving gain gains advantage advantages better superior superiority "
    "speedup reduction faster"
)
_CLAUSE_END = frozenset([";", ".", "!", "?"])
_PRESENTED = words("proposed introduced presented developed")
_OPENERS = NAMING_WORDS | {",", "(", "—"}
_INDEFINITE = words("a an")
_NEW_CLAUSE = words("on by while when we using for which that")
_DRAWN = words("on from using")


@dataclass(frozen=True, slots=True)
class Sign:
    """One mention's sign of a role."""

    role: Role
    weight: float
    rule: str


def signs(reading: Reading, start: int, end: int) -> list[Sign]:
    """All role signs of the mention over tokens [start, end), strongest kinds first; empty where nothing speaks."""
    first, last = reading.sentence(start)
    return [
        sign
        for rule in (_introduced, _named, _appositive, _ours, _indefinite, _compared, _trained, _used, _evaluated)
        if (sign := rule(reading, start, end, first, last)) is not None
    ]


def _introduced(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "we propose X", "this paper presents a system, X", "X is introduced"; not "we propose a method based on X"."""
    i = start - 1
    while i >= first and start - i <= 16 and reading.texts[i] not in _CLAUSE_END:
        word = reading.lowers[i]
        if word in INTRODUCE_VERBS and word not in NAMING_WORDS:
            reach = 5 if word.endswith("ed") else 14  # "we seek to narrow this gap and present X"
            told = not _AUTHORS.isdisjoint(reading.lowers[max(first, i - reach) : i]) and not _modifies(reading, i + 1, start, end, last)
            return Sign(Role.INTRODUCES, 1.5, "introduces.we-propose") if told else None
        if word in BREAKERS or (word == "," and reading.lowers[i + 1] in ARTICLES):
            break
        i -= 1
    after = reading.lowers[end : min(last, end + 4)]
    if after[:1] in (("is",), ("are",), ("was",)) and not _PRESENTED.isdisjoint(after[1:3]):
        return Sign(Role.INTRODUCES, 1.2, "introduces.passive")
    return None


def _modifies(reading: Reading, phrase: int, start: int, end: int, last: int) -> bool:
    """Whether the mention only says what kind of thing is introduced: "a novel CSKR framework, K-DeCore, …"."""
    if _INDEFINITE.isdisjoint(reading.lowers[phrase:start]):
        return False
    for i in range(end, min(end + 3, last - 1)):
        if reading.lowers[i] in THING_NOUNS:
            return reading.lowers[i + 1] in _OPENERS and i + 2 < last and reading.texts[i + 2][:1].isupper()
    return False


def _named(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "a framework called X", "a dataset (named X)"."""
    if not NAMING_WORDS.isdisjoint(reading.lowers[max(first, start - 3) : start]):
        return Sign(Role.INTRODUCES, 1.4, "introduces.called")
    return None


def _appositive(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "X, a novel …", "X is a new …", "X, the first …"."""
    after = reading.lowers[end : min(last, end + 5)]
    if not after or after[0] not in (",", "is", "(") or ARTICLES.isdisjoint(after[1:3]) or _NEW.isdisjoint(after[2:5]):
        return None
    return Sign(Role.INTRODUCES, 1.2, "introduces.a-novel")


def _ours(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "our X", "the proposed X", "our method, X,", "our framework X"."""
    before = reading.lowers[max(first, start - 4) : start]
    if before[-1:] in (("our",), ("proposed",)) or before[-2:] in (("our", "new"), ("our", "novel")):
        return Sign(Role.INTRODUCES, 1.1, "introduces.our")
    if "our" not in before:
        return None
    if before[-1] == "," and BREAKERS.isdisjoint(before):
        return Sign(Role.INTRODUCES, 1.1, "introduces.our-appositive")
    if before[-1] == "(" and before[-2] in THING_NOUNS:
        return Sign(Role.INTRODUCES, 1.5, "introduces.our-parenthesis")
    return None


def _indefinite(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "a new architecture, X, designed …", "an efficient encoder model, X, which …": an indefinite phrase that X names."""
    if start - 2 < first or reading.texts[start - 1] != "," or reading.lowers[start - 2] not in THING_NOUNS:
        return None
    after = reading.lowers[end] if end < last else "."
    phrase = reading.lowers[max(first, start - 9) : start - 1]
    if after in (",", ".", "(", "that", "which", "to", "for") and not _INDEFINITE.isdisjoint(phrase) and "such" not in phrase:
        return Sign(Role.INTRODUCES, 1.2, "introduces.indefinite")
    return None


def _compared(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "outperforms X", "than X", "compared with X", "baselines such as X", "X baseline"."""
    if end < last and reading.lowers[end] in ("baseline", "baselines"):
        return Sign(Role.COMPARES_WITH, 1.0, "comparesWith.baseline-after")
    for i in range(start - 1, max(first - 1, start - 14), -1):
        word = reading.lowers[i]
        if reading.texts[i] in _CLAUSE_END:
            break
        if word in COMPARE_WORDS and (word != "over" or _improves(reading, first, i)) and _reaches(reading, i, start):
            return Sign(Role.COMPARES_WITH, 1.0, f"comparesWith.{word}")
    return None


def _improves(reading: Reading, first: int, i: int) -> bool:
    return not _BETTER.isdisjoint(reading.lowers[max(first, i - 8) : i])


def _reaches(reading: Reading, trigger: int, start: int) -> bool:
    """Whether no new verb phrase stands between a comparison word and the mention."""
    return _NEW_CLAUSE.isdisjoint(reading.lowers[trigger + 1 : start])


def _trained(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "trained on X", "extracted from X", "fine-tune X": drawn from or built upon."""
    before = reading.lowers[max(first, start - 6) : start]
    if TRAIN_WORDS.isdisjoint(before) or _DRAWN.isdisjoint(before):
        return None
    return Sign(Role.USES, 0.8, "uses.trained-on")


def _used(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    before = reading.lowers[max(first, start - 5) : start]
    word = next((w for w in reversed(before) if w in USE_WORDS), None)
    return Sign(Role.USES, 0.5, f"uses.{word}") if word else None


def _evaluated(reading: Reading, start: int, end: int, first: int, last: int) -> Sign | None:
    return None if EVALUATE_WORDS.isdisjoint(reading.lowers[first:last]) else Sign(Role.EVALUATES_ON, 0.6, "evaluatesOn.sentence")


_DEFAULT = {
    EntityType.METHOD: Role.USES,
    EntityType.DATASET: Role.EVALUATES_ON,
    EntityType.HARDWARE: Role.RUNS_ON,
    EntityType.ORGANISATION: Role.MENTIONS,
    EntityType.TASK: Role.ADDRESSES,
}
_ALLOWED = {
    EntityType.METHOD: (Role.INTRODUCES, Role.COMPARES_WITH, Role.USES),
    EntityType.DATASET: (Role.INTRODUCES, Role.EVALUATES_ON, Role.USES),
    EntityType.HARDWARE: (),
    EntityType.ORGANISATION: (),
    EntityType.TASK: (),
}


def decide(type: EntityType, found: list[tuple[int, Sign]]) -> tuple[Role, int | None, str]:
    """Role of an entity from the signs of its mentions (mention number, sign).

    Returns the role, the number of the mention that shows it best (None: by default), and the rule. The stronger role stands.
    """
    sums: dict[Role, float] = {}
    best: dict[Role, tuple[float, int, str]] = {}
    for number, sign in found:
        if sign.role in _ALLOWED[type]:
            sums[sign.role] = sums.get(sign.role, 0.0) + sign.weight
            best[sign.role] = max(best.get(sign.role, (0.0, 0, "")), (sign.weight, -number, sign.rule))
    for role in _ALLOWED[type]:
        if sums.get(role, 0.0) >= _NEEDED[type, role]:
            return role, -best[role][1], best[role][2]
    return _DEFAULT[type], None, f"{_DEFAULT[type].value}.default"


_NEEDED = {
    (EntityType.METHOD, Role.INTRODUCES): 1.0,
    (EntityType.METHOD, Role.COMPARES_WITH): 1.0,
    (EntityType.METHOD, Role.USES): 0.5,
    (EntityType.DATASET, Role.INTRODUCES): 1.3,
    (EntityType.DATASET, Role.EVALUATES_ON): 0.6,
    (EntityType.DATASET, Role.USES): 0.5,
}
