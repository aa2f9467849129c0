"""What every extraction promises, held against each one before it goes on: an extractor of another package may err at any paper.

A document and an extraction come in, the extraction or the refusal of the paper goes out. `broken` says in words what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from functools import cache
from math import inf
from operator import attrgetter
from types import MappingProxyType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from kg.errors import ExtractorError
from kg.extract import Extractor
from kg.extract.joining import joined
from kg.extract.passages import passages
from kg.model import Document, EntityClaim, EntityType, Evidence, Extraction, LinkClaim, Rejection, Relation, RelationClaim, Role, Span

CODE = "bad-extraction"

_M, _D, _H, _O, _T = EntityType.METHOD, EntityType.DATASET, EntityType.HARDWARE, EntityType.ORGANISATION, EntityType.TASK
_WORKS = frozenset({_M, _D})  # kg:MethodOrDataset

# The types that a role or a relation may join: domains and ranges of schema/ontology.ttl, to which a test holds these two tables.
ROLE_TYPES: Mapping[Role, frozenset[EntityType]] = MappingProxyType(
    {
        Role.INTRODUCES: _WORKS,
        Role.COMPARES_WITH: frozenset({_M}),
        Role.EVALUATES_ON: frozenset({_D}),
        Role.USES: _WORKS,
        Role.RUNS_ON: frozenset({_H}),
        Role.AFFILIATED_WITH: frozenset({_O}),
        Role.ADDRESSES: frozenset({_T}),
        Role.MENTIONS: frozenset(EntityType),
    }
)
RELATION_TYPES: Mapping[Relation, tuple[frozenset[EntityType], frozenset[EntityType]]] = MappingProxyType(
    {
        Relation.BASED_ON: (frozenset({_M}), frozenset({_M})),
        Relation.PART_OF: (_WORKS, _WORKS),
        Relation.TRAINED_ON: (frozenset({_M}), frozenset({_D})),
        Relation.EVALUATED_ON: (frozenset({_M}), frozenset({_D})),
        Relation.COMPARED_WITH: (frozenset({_M}), frozenset({_M})),
        Relation.RUNS_ON: (frozenset({_M}), frozenset({_H})),
        Relation.APPLIED_TO: (frozenset({_M}), frozenset({_T})),
        Relation.DERIVED_FROM: (frozenset({_D}), frozenset({_D})),
        Relation.BENCHMARK_FOR: (frozenset({_D}), frozenset({_T})),
        Relation.DEPLOYED_BY: (frozenset({_M}), frozenset({_O})),
    }
)


def extract(extractor: Extractor, document: Document) -> Extraction | Rejection:
    """What the extractor finds in the document, or the refusal of the paper where a plug-in fails or a promise is broken.

    A full text is read passage by passage; what its source states beside the text is not read.
    """
    found = []
    for passage in passages(document):
        try:
            extraction = extractor.extract(passage.document)
        except ExtractorError as error:
            return _refuse(document, f"{error}: {error.hint}")
        problems = broken(passage.document, extraction)
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            return _refuse(
                document, f"{extractor.version} gives what cannot be kept: {problems[0]}{more}; the other papers are not affected"
            )
        found.append((passage, extraction))
    return joined(found, document.text)


def broken(document: Document, extraction: object) -> list[str]:
    """The promises that an extraction of the document breaks, in words; empty if it keeps all."""
    problems: list[str] = []
    if not _test(Extraction)(extraction):
        problems += [f"the extraction{place} is {what}" for place, what in _misfits(extraction, Extraction)]
    if problems or not isinstance(extraction, Extraction):
        return problems
    text = document.text
    entities = [_Named(claim, frozenset(mention.span for mention in claim.mentions)) for claim in extraction.entities]
    problems += [f"entity {e.claim.name[:60]!r}: {what}" for e in entities for what in _of_entity(text, e)]
    for number, relation in enumerate(extraction.relations):
        problems += [f"relation {number} ({relation.predicate}): {what}" for what in _of_relation(text, relation, entities)]
    problems += [f"link {link.url[:60]!r}: {what}" for link in extraction.links for what in _of_link(text, link)]
    ends = [span for a in extraction.abbreviations for span in (a.short, a.long, a.sentence)]
    problems += [f"abbreviation: {what}" for span in ends for what in _outside(text, span)]
    return problems


def _refuse(document: Document, message: str) -> Rejection:
    return Rejection(document.source, document.place, "extract", CODE, message)


@cache
def _test(wanted: Any) -> Callable[[Any], bool]:  # noqa: ANN401 (a type as get_type_hints gives it)
    """Whether a value has a type, with all within it: what `_misfits` says in words, in a third of the time."""
    if get_origin(wanted) is tuple:
        test_of_item = _test(get_args(wanted)[0])
        return lambda value: type(value) is tuple and all(map(test_of_item, value))
    if isinstance(wanted, UnionType):
        test_of_some = _test(get_args(wanted)[0])
        return lambda value: value is None or test_of_some(value)
    if not is_dataclass(wanted):
        return lambda value: _fits(value, wanted)
    names, types = zip(*_fields(cast("Hashable", wanted)), strict=True)
    parts, tests = attrgetter(*names), [_test(type_) for type_ in types]
    if len(tests) == 1:
        return lambda value: type(value) is wanted and tests[0](parts(value))
    return lambda value: type(value) is wanted and all(test(part) for test, part in zip(tests, parts(value), strict=True))


def _misfits(value: object, wanted: Any) -> list[tuple[str, str]]:  # noqa: ANN401 (a type as get_type_hints gives it)
    """Where in a value, and how, it is of another type than kg.model gives it: what looks alike (a list, a NumPy integer) does not survive the log."""
    if get_origin(wanted) is tuple:
        if type(value) is not tuple:
            return [("", f"{_kind(value)}, not a tuple")]
        (item_type, _) = get_args(wanted)
        within = ((f"[{number}]", item, item_type) for number, item in enumerate(value))
    elif isinstance(wanted, UnionType):
        return [] if value is None else _misfits(value, get_args(wanted)[0])
    elif not _fits(value, wanted):
        return [("", f"{_kind(value)}, not {wanted.__name__}")]
    elif is_dataclass(wanted):
        within = ((f".{name}", getattr(value, name), hint) for name, hint in _fields(cast("Hashable", wanted)))
    else:
        return []
    return [(f"{place}{inner}", what) for place, part, type_ in within for inner, what in _misfits(part, type_)]


def _fits(value: object, wanted: type) -> bool:
    if wanted is float:
        return isinstance(value, float) or type(value) is int
    if wanted is int or is_dataclass(wanted):
        return type(value) is wanted  # bool is an int, and JSON knows no other kinds of int
    return isinstance(value, wanted)


def _kind(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")


@cache
def _fields(of: Hashable) -> tuple[tuple[str, Any], ...]:
    return tuple(get_type_hints(of).items())


@dataclass(frozen=True, slots=True)
class _Named:
    """An entity of an extraction, with the places of its mentions: each relation asks for them."""

    claim: EntityClaim
    places: frozenset[Span]


def _of_entity(text: str, named: _Named) -> Iterator[str]:
    entity = named.claim
    surfaces = {mention.surface for mention in entity.mentions}
    for mention in entity.mentions:
        yield from _outside(text, mention.span)
        if mention.span.of(text) != mention.surface:
            yield f"a mention is {mention.surface[:60]!r}, and the text has {mention.span.of(text)[:60]!r} at its place"
        if mention.type is not entity.type:
            yield f"it is a {entity.type}, and a mention of it a {mention.type}"
        yield from _bad_rule(mention.rule)
    for name in (entity.name, *entity.aliases):
        if name not in surfaces:
            yield f"no mention has its name or alias {name[:60]!r}"
    if not entity.name.strip():
        yield "its name is blank"
    if entity.type not in ROLE_TYPES[entity.role]:
        yield f"{entity.role} is no role of a {entity.type}"
    yield from _bad_figures(entity)
    yield from _bad_rule(entity.rule)
    for evidence in entity.evidence:
        yield from _bad_evidence(text, evidence, named, None)


def _bad_figures(entity: EntityClaim) -> Iterator[str]:
    for what, value in (("number of devices", entity.count), ("memory", entity.memory), ("hours", entity.hours)):
        if value is not None and not (0 < value < inf and entity.type is EntityType.HARDWARE):
            yield f"{value} is no {what} of a {entity.type}"


def _of_relation(text: str, relation: RelationClaim, entities: Sequence[_Named]) -> Iterator[str]:
    ends = (relation.subject, relation.object)
    if not all(0 <= end < len(entities) for end in ends):
        yield f"its ends are {ends}, and there are {len(entities)} entities"
        return
    subject, object_ = (entities[end] for end in ends)
    domain, range_ = RELATION_TYPES[relation.predicate]
    if subject.claim.type not in domain or object_.claim.type not in range_:
        yield f"it cannot join a {subject.claim.type} to a {object_.claim.type}"
    yield from _bad_rule(relation.rule)
    for evidence in relation.evidence:
        yield from _bad_evidence(text, evidence, object_, subject)


def _of_link(text: str, link: LinkClaim) -> Iterator[str]:
    if not 0.0 <= link.score <= 1.0:
        yield f"score {link.score} is outside [0, 1]"
    if not link.url or not link.url.isprintable() or " " in link.url:
        yield "it is no URL"
    if not link.evidence:
        yield "it has no evidence"
    yield from _bad_rule(link.rule)
    for evidence in link.evidence:
        yield from _bad_evidence(text, evidence, None, None)


def _bad_evidence(text: str, evidence: Evidence, object_: _Named | None, subject: _Named | None) -> Iterator[str]:
    """What is wrong with a sentence and its marks; a mark must touch a mention of the entity that it stands for."""
    yield from _outside(text, evidence.sentence)
    for mark, entity, name in ((evidence.object, object_, "object"), (evidence.subject, subject, "subject")):
        if mark is None:
            continue
        if not evidence.sentence.covers(mark):
            yield f"the sentence {_words(evidence.sentence)} does not hold the {name} {_words(mark)}"
        if entity is not None and not _touches(mark, entity):
            yield f"the {name} of its evidence {_words(mark)} is no mention of {entity.claim.name[:60]!r}"


def _touches(mark: Span, entity: _Named) -> bool:
    return mark in entity.places or any(mark.overlaps(place) for place in entity.places)


def _outside(text: str, span: Span) -> Iterable[str]:
    return () if span.end <= len(text) else (f"{_words(span)} lies outside the text, which has {len(text)} characters",)


def _bad_rule(rule: str) -> Iterable[str]:
    return () if rule.strip() and rule.isprintable() else (f"{rule[:60]!r} is no name of a rule",)


def _words(span: Span) -> str:
    return f"[{span.start}, {span.end})"
