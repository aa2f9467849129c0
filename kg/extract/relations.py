"""Relations between the entities of one paper, from the sentence in which the object plays its part.

The subject is the system or data set that the paper introduces: named in the sentence, or meant by "we", "our", "it".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kg.extract.scores import precision
from kg.extract.sentences import around
from kg.model import EntityClaim, EntityType, Evidence, Relation, RelationClaim, Role, Span

_OURSELVES = re.compile(
    r"\b(we|our|ours|it|its|this (?:paper|work|method|model|framework|system|approach|dataset|benchmark)|the proposed)\b", re.IGNORECASE
)
_TRAINED = re.compile(r"\b(?:pre-?)?train(?:ed|ing|s)?\b|\bfine-?tun(?:e|ed|ing)\b", re.IGNORECASE)
_BASED = re.compile(
    r"\b(?:(?:based|buil[dt]s?|building) (?:up)?on|extend(?:s|ing)?|fine-?tun(?:e|ed|ing)|initiali[sz]ed (?:from|with)"
    r"|(?:derived|adapted) from|on top of|powered by|variant of|inspired by)\s[^.;]{0,60}$",
    re.IGNORECASE,
)


def find_relations(text: str, entities: Sequence[EntityClaim], sentences: Sequence[Span]) -> tuple[RelationClaim, ...]:
    """Relations whose sentence names the object and names or means the subject, in order of subject, predicate, object."""
    method = main_entity(entities, EntityType.METHOD)
    dataset = main_entity(entities, EntityType.DATASET)
    mains = {i: [mention.span for mention in entities[i].mentions] for i in (method, dataset) if i is not None}
    found: dict[tuple[int, Relation, int], RelationClaim] = {}
    for i, entity in enumerate(entities):
        for subject, predicate, rule in _readings(text, entity, i, method, dataset):
            evidence = relation_evidence(text, mains[subject], entity, sentences)
            if evidence:
                found.setdefault(
                    (subject, predicate, i), RelationClaim(subject, predicate, i, evidence, rule, _score(entities[subject], entity, rule))
                )
    order = list(Relation)
    return tuple(found[key] for key in sorted(found, key=lambda k: (k[0], order.index(k[1]), k[2])))


def main_entity(entities: Sequence[EntityClaim], type_: EntityType) -> int | None:
    """The entity of a type that the paper introduces; with several, the one of the title, then the most mentioned, then the first."""
    introduced = [i for i, e in enumerate(entities) if e.type is type_ and e.role is Role.INTRODUCES]
    return min(introduced, key=lambda i: (entities[i].rule != "introduces.title-head", -len(entities[i].mentions), i), default=None)


def _readings(text: str, entity: EntityClaim, i: int, method: int | None, dataset: int | None) -> Iterator[tuple[int, Relation, str]]:
    """What the object's type and role suggest: subject, predicate, rule."""
    if method is not None and i != method:
        yield from _of_method(text, entity, method)
    if dataset is not None and i != dataset:
        if entity.type is EntityType.TASK:
            yield dataset, Relation.BENCHMARK_FOR, "benchmarkFor.introduced"
        if entity.type is EntityType.DATASET and entity.role is Role.USES:
            yield dataset, Relation.DERIVED_FROM, "derivedFrom.used"


def _of_method(text: str, entity: EntityClaim, method: int) -> Iterator[tuple[int, Relation, str]]:
    before = text[entity.evidence[0].sentence.start : entity.evidence[0].object.start]
    match entity.type, entity.role:
        case EntityType.METHOD, Role.COMPARES_WITH:
            yield method, Relation.COMPARED_WITH, "comparedWith.role"
        case EntityType.METHOD, Role.USES:
            if _BASED.search(before):
                yield method, Relation.BASED_ON, "basedOn.phrase"
        case EntityType.DATASET, Role.EVALUATES_ON if not entity.rule.endswith(".default"):
            yield method, Relation.EVALUATED_ON, "evaluatedOn.role"
        case EntityType.DATASET, Role.USES:
            if _TRAINED.search(before):
                yield method, Relation.TRAINED_ON, "trainedOn.phrase"
        case EntityType.HARDWARE, Role.RUNS_ON:
            yield method, Relation.RUNS_ON, "runsOn.role"
        case EntityType.TASK, _:
            yield method, Relation.APPLIED_TO, "appliedTo.addressed"
        case _:
            return


def _score(subject: EntityClaim, object_: EntityClaim, rule: str) -> float:
    """How likely both ends and the relation between them are right."""
    return round(subject.mentions[0].score * object_.mentions[0].score * precision("relation", rule), 2)


_MOST_EVIDENCE = 2  # sentences of a relation


def relation_evidence(text: str, subject: Sequence[Span], object_: EntityClaim, sentences: Sequence[Span]) -> tuple[Evidence, ...]:
    """Sentences of the object that name the subject, else those where the authors speak of their own work; best first.

    Args:
        text: of the document.
        subject: the mentions of the subject, in text order and apart from each other.
        object_: the other entity.
        sentences: of that text, in order.
    """
    named: list[Evidence] = []
    meant: list[Evidence] = []
    for mention in object_.mentions:
        sentence = around(sentences, mention.span)
        near = _nearest(subject, sentence, mention.span)
        if near:
            named.append(Evidence(sentence, mention.span, near))
            if len(named) == _MOST_EVIDENCE:
                break
        elif len(meant) < _MOST_EVIDENCE and _is_ours(sentence.of(text)):
            meant.append(Evidence(sentence, mention.span))
    return tuple(dict.fromkeys([*named, *meant]))[:_MOST_EVIDENCE]


@lru_cache(maxsize=1 << 8)  # every mention asks for its sentence
def _is_ours(sentence: str) -> bool:
    return _OURSELVES.search(sentence) is not None


def _nearest(mentions: Sequence[Span], sentence: Span, place: Span) -> Span | None:
    """The mention in the sentence that begins nearest to `place` and shares no character with it; the earlier one of two."""
    first, last = bisect_left(mentions, sentence.start, key=_start), bisect_right(mentions, sentence.end, key=_end)
    middle = max(first, bisect_left(mentions, place.start, key=_start))
    sides = (range(min(middle, last) - 1, first - 1, -1), range(middle, last))
    near = (next((mentions[i] for i in side if not mentions[i].overlaps(place)), None) for side in sides)
    return min((one for one in near if one is not None), key=lambda one: abs(one.start - place.start), default=None)


def _start(span: Span) -> int:
    return span.start


def _end(span: Span) -> int:
    return span.end


# Words by which a sentence says how two things relate; read before the object and between subject and object.
_CUES = {
    "trained": re.compile(
        r"\b(?:pre-?)?train(?:ed|ing|s)?\b|\bfine-?tun(?:e|ed|ing|es)\b|\blearn(?:ed|t|s|ing)?\s+(?:from|on)\b", re.IGNORECASE
    ),
    "based": re.compile(
        r"\b(?:based|buil[dt]s?|building|relies|top)\s+(?:up)?o[nf]\b|\bextend(?:s|ed|ing)?\b|\binitiali[sz]ed\b|\badapt(?:s|ed|ing)?\b|\bvariants?\b|\binspired\b",
        re.IGNORECASE,
    ),
    "compared": re.compile(
        r"\b(?:outperform|surpass|exceed|beat|improv|compar)\w*|\b(?:than|versus|vs|against|over|relative|baselines?)\b", re.IGNORECASE
    ),
    "evaluated": re.compile(
        r"\b(?:evaluat|experiment|benchmark|test|validat|demonstrat|assess)\w*|\b(?:results?|performance|accuracy)\b", re.IGNORECASE
    ),
    "used": re.compile(
        r"\b(?:us(?:e|es|ed|ing)|with|via|through|leverag\w+|employ\w*|adopt\w*|appl(?:y|ies|ied|ying)|utili[sz]\w+)\b", re.IGNORECASE
    ),
    "part": re.compile(
        r"\b(?:consist|compris|includ|contain|integrat|combin|incorporat)\w*|\b(?:components?|modules?|equipped|composed|called|named)\b",
        re.IGNORECASE,
    ),
    "drawn": re.compile(r"\b(?:deriv|collect|extract|sampl|curat|annotat|construct|sourc)\w*|\bfrom\b", re.IGNORECASE),
    "meant": re.compile(r"\b(?:for|of|tasks?|problems?|address\w*|solv\w*|aim\w*|toward?s?|challeng\w*)\b", re.IGNORECASE),
    "deployed": re.compile(r"\b(?:deploy|serv|launch|production|adopted)\w*", re.IGNORECASE),
    "ran": re.compile(r"\b(?:run|ran|runs|running|hours?|days?|single|speed\w*|throughput|latency|implement\w*)\b", re.IGNORECASE),
}
_BEFORE = 70  # characters before the object that are read for cues: some twelve words


def cues_before(text: str, start: int, end: int) -> frozenset[str]:
    """The cues in the characters before `end`, back to `start` at most and not over a semicolon."""
    return _cues_in(text[max(start, end - _BEFORE) : end].rsplit(";", 1)[-1])


@lru_cache(maxsize=1 << 12)  # every pair with the same object reads the same words
def _cues_in(words: str) -> frozenset[str]:
    return frozenset(name for name, cue in _CUES.items() if cue.search(words))


def find_cues(text: str, evidence: Sequence[Evidence]) -> frozenset[str]:
    """Which cues stand before the object ("before.trained") and between the two ends ("between.trained", "reversed.trained")."""
    found: set[str] = set()
    for one in evidence:
        found |= {f"before.{name}" for name in cues_before(text, one.sentence.start, one.object.start)}
        if one.subject is not None and not one.subject.overlaps(one.object):
            side = "between" if one.subject.start < one.object.start else "reversed"
            middle = text[min(one.subject.end, one.object.end) : max(one.subject.start, one.object.start)]
            found |= {f"{side}.{name}" for name in _cues_in(middle)}
    return frozenset(found)
