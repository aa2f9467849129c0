"""The paper's role towards what it names, read from the words around each mention."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from kg.extract.words import (
    BREAKERS,
    COMPARE_WORDS,
    DATASET_NOUNS,
    EVALUATE_WORDS,
    INTRODUCE_VERBS,
    METHOD_NOUNS,
    NAMING_WORDS,
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


@dataclass(frozen=True, slots=True)
class Sign:
    """One mention's sign of a role."""

    role: Role
    weight: float
    rule: str


def signs(doc: Doc, start: int, end: int) -> list[Sign]:
    """All role signs of the mention over tokens [start, end), strongest kinds first; empty where nothing speaks."""
    sentence = doc[start].sent
    return [
        sign
        for read in (_introduced, _named, _appositive, _ours, _indefinite, _compared, _trained, _used, _evaluated)
        if (sign := read(doc, start, end, sentence.start, sentence.end)) is not None
    ]


def _introduced(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "we propose X", "this paper presents a system, X", "X is introduced"; not "we propose a method based on X"."""
    i = start - 1
    while i >= first and start - i <= 16 and doc[i].text not in _CLAUSE_END:
        word = doc[i].lower_
        if word in INTRODUCE_VERBS and word not in NAMING_WORDS:
            reach = 5 if word.endswith("ed") else 14  # "we seek to narrow this gap and present X"
            subject = {t.lower_ for t in doc[max(first, i - reach) : i]}
            told = subject & _AUTHORS and not _modifies(doc, i + 1, start, end, last)
            return Sign(Role.INTRODUCES, 1.5, "introduces.we-propose") if told else None
        if word in BREAKERS or (word == "," and doc[i + 1].lower_ in ("a", "an", "the")):
            break
        i -= 1
    after = [t.lower_ for t in doc[end : min(last, end + 4)]]
    if after[:1] in (["is"], ["are"], ["was"]) and {"proposed", "introduced", "presented", "developed"} & set(after[1:3]):
        return Sign(Role.INTRODUCES, 1.2, "introduces.passive")
    return None


def _modifies(doc: Doc, phrase: int, start: int, end: int, last: int) -> bool:
    """Whether the mention only says what kind of thing is introduced: "a novel CSKR framework, K-DeCore, …"."""
    if not {"a", "an"} & {t.lower_ for t in doc[phrase:start]}:
        return False
    for i in range(end, min(end + 3, last - 1)):
        if doc[i].lower_ in DATASET_NOUNS | METHOD_NOUNS:
            return doc[i + 1].lower_ in NAMING_WORDS | {",", "(", "—"} and i + 2 < last and doc[i + 2].text[:1].isupper()
    return False


def _named(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "a framework called X", "a dataset (named X)"."""
    if any(t.lower_ in NAMING_WORDS for t in doc[max(first, start - 3) : start]):
        return Sign(Role.INTRODUCES, 1.4, "introduces.called")
    return None


def _appositive(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "X, a novel …", "X is a new …", "X, the first …"."""
    after = [t.lower_ for t in doc[end : min(last, end + 5)]]
    if after[:1] and after[0] in (",", "is", "(") and {"a", "an", "the"} & set(after[1:3]) and _NEW & set(after[2:5]):
        return Sign(Role.INTRODUCES, 1.2, "introduces.a-novel")
    return None


def _ours(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "our X", "the proposed X", "our method, X,", "our framework X"."""
    before = [t.lower_ for t in doc[max(first, start - 4) : start]]
    if (
        before[-1:] == ["our"]
        or before[-1:] == ["proposed"]
        or (len(before) > 1 and before[-2] == "our" and before[-1] in ("new", "proposed", "novel"))
    ):
        return Sign(Role.INTRODUCES, 1.1, "introduces.our")
    if "our" in before and before[-1:] == [","] and not BREAKERS & set(before):
        return Sign(Role.INTRODUCES, 1.1, "introduces.our-appositive")
    if before[-1:] == ["("] and "our" in before and before[-2] in DATASET_NOUNS | METHOD_NOUNS:
        return Sign(Role.INTRODUCES, 1.5, "introduces.our-parenthesis")
    return None


def _indefinite(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "a new architecture, X, designed …", "an efficient encoder model, X, which …": an indefinite phrase that X names."""
    if start - 2 < first or doc[start - 1].text != "," or doc[start - 2].lower_ not in DATASET_NOUNS | METHOD_NOUNS:
        return None
    after = doc[end].lower_ if end < last else "."
    phrase = [t.lower_ for t in doc[max(first, start - 9) : start - 1]]
    if after in (",", ".", "(", "that", "which", "to", "for") and {"a", "an"} & set(phrase) and "such" not in phrase:
        return Sign(Role.INTRODUCES, 1.2, "introduces.indefinite")
    return None


def _compared(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "outperforms X", "than X", "compared with X", "baselines such as X", "X baseline"."""
    if end < last and doc[end].lower_ in ("baseline", "baselines"):
        return Sign(Role.COMPARES_WITH, 1.0, "comparesWith.baseline-after")
    for i in range(start - 1, max(first - 1, start - 14), -1):
        word = doc[i].lower_
        if doc[i].text in _CLAUSE_END:
            break
        if word in COMPARE_WORDS and (word != "over" or _improves(doc, first, i)) and _reaches(doc, i, start):
            return Sign(Role.COMPARES_WITH, 1.0, f"comparesWith.{word}")
    return None


def _improves(doc: Doc, first: int, i: int) -> bool:
    return any(t.lower_ in _BETTER for t in doc[max(first, i - 8) : i])


def _reaches(doc: Doc, trigger: int, start: int) -> bool:
    """Whether no new verb phrase stands between a comparison word and the mention."""
    between = [t.lower_ for t in doc[trigger + 1 : start]]
    return not {"on", "by", "while", "when", "we", "using", "for", "which", "that", "and we"} & set(between)


def _trained(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    """As in "trained on X", "extracted from X", "fine-tune X": drawn from or built upon."""
    before = [t.lower_ for t in doc[max(first, start - 6) : start]]
    if TRAIN_WORDS & set(before) and {"on", "from", "using"} & set(before):
        return Sign(Role.USES, 0.8, "uses.trained-on")
    return None


def _used(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    before = [t.lower_ for t in doc[max(first, start - 5) : start]]
    word = next((w for w in reversed(before) if w in USE_WORDS), None)
    return Sign(Role.USES, 0.5, f"uses.{word}") if word else None


def _evaluated(doc: Doc, start: int, end: int, first: int, last: int) -> Sign | None:
    words = {t.lower_ for t in doc[first:last]}
    return Sign(Role.EVALUATES_ON, 0.6, "evaluatesOn.sentence") if words & EVALUATE_WORDS else None


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
