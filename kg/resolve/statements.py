"""What one paper says, lifted from its own entities to the resolved ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg.model import EntityClaim, Evidence, LinkKind, LoggedPaper, Role, Statement, is_stated
from kg.resolve.decided import Decided
from kg.stated import STATED_BY

_STRENGTH = {role: place for place, role in enumerate(Role)}  # strongest first
_SCHEMES = ("http://", "https://")

_Said = tuple[float, str, tuple[Evidence, ...]]  # score, rule, evidence of one claim
_Figures = tuple[int | None, float | None, float | None]  # devices, gigabytes of one, wall-clock hours


def state(paper: LoggedPaper, ids: Mapping[int, str], decided: Decided) -> list[Statement]:
    """The statements of one paper, each once, sorted by subject, predicate and object; without what a person struck out.

    Args:
        paper: the paper as the log has it.
        ids: index of the claim → identifier of the entity; absent where the claim names nothing.
        decided: what people decided.
    """
    key = paper.document.key
    said = sorted(
        [*_roles(paper, key, ids), *_relations(paper, key, ids), *_links(paper, key)],
        key=lambda statement: (statement.subject, statement.predicate, statement.object),
    )
    return _without_unsaid(said, paper, ids, decided) if decided.strikes(key) else said


def _without_unsaid(said: list[Statement], paper: LoggedPaper, ids: Mapping[int, str], decided: Decided) -> list[Statement]:
    """The statements that no person struck out; a role that was is a mention now: the paper does name the thing."""
    called: defaultdict[str, set[str]] = defaultdict(set)
    for index, path in ids.items():
        claim = paper.extraction.entities[index]
        called[path].update(f"{claim.type} {decided.key(form, claim.type)}" for form in (claim.name, *claim.aliases))
    called[f"paper/{paper.document.key}"] = {""}
    kept = []
    for statement in said:
        if not decided.unsaid(statement.paper, called[statement.subject], statement.predicate, called[statement.object]):
            kept.append(statement)
        elif statement.subject.startswith("paper/"):
            kept.append(replace(statement, predicate=str(Role.MENTIONS), count=None, memory=None, hours=None))
    return sorted(kept, key=lambda statement: (statement.subject, statement.predicate, statement.object))


def _roles(paper: LoggedPaper, key: str, ids: Mapping[int, str]) -> Iterable[Statement]:
    """One role per entity: the strongest, where claims that were brought together differ; its evidence alone."""
    claims: defaultdict[str, list[EntityClaim]] = defaultdict(list)
    for index, claim in enumerate(paper.extraction.entities):
        if index in ids:
            claims[ids[index]].append(claim)
    for entity, found in claims.items():
        role = min((claim.role for claim in found), key=_STRENGTH.__getitem__)
        said = [claim for claim in found if claim.role is role]
        statement = _statement(paper, f"paper/{key}", role, entity, [(c.score, c.rule, c.evidence) for c in said])
        count, memory, hours = _figures(found)
        yield replace(statement, count=count, memory=memory, hours=hours)


def _figures(claims: Sequence[EntityClaim]) -> _Figures:
    """Count, memory and hours of the best claim that states a count, else of the best that states any.

    What this claim leaves open is taken from others only where no figure is stated twice differently: the count of one sentence and
    the memory of another belong together where the paper states one of each.
    """
    figures = [(claim.count, claim.memory, claim.hours) for claim in sorted(claims, key=_by_score)]
    counts, memories, hours = ([value for value in values if value is not None] for values in zip(*figures, strict=True))
    if any(len(set(values)) > 1 for values in (counts, memories, hours)):
        some = [one for one in figures if any(value is not None for value in one)]
        return next((one for one in some if one[0] is not None), some[0])
    return next(iter(counts), None), next(iter(memories), None), next(iter(hours), None)


def _by_score(claim: EntityClaim) -> tuple[float, ...]:
    return (-claim.score, -(claim.count or 0), -(claim.memory or 0), -(claim.hours or 0))


def _relations(paper: LoggedPaper, key: str, ids: Mapping[int, str]) -> Iterable[Statement]:
    """Relations between resolved entities; those of a thing to itself, or to what is none, fall away."""
    claims: defaultdict[tuple[str, str, str], list[_Said]] = defaultdict(list)
    for claim in paper.extraction.relations:
        subject, object = ids.get(claim.subject), ids.get(claim.object)
        if subject is not None and object is not None and subject != object:
            claims[subject, claim.predicate, object].append((claim.score, claim.rule, claim.evidence))
    for (subject, predicate, object), said in claims.items():
        yield _statement(paper, subject, predicate, object, said)


def _links(paper: LoggedPaper, key: str) -> Iterable[Statement]:
    """Links to code and to other pages; only http and https."""
    claims: defaultdict[tuple[str, str], list[_Said]] = defaultdict(list)
    for link in paper.extraction.links:
        if link.url.casefold().startswith(_SCHEMES):
            predicate = "codeRepository" if link.kind is LinkKind.CODE else "url"
            claims[predicate, link.url].append((link.score, link.rule, link.evidence))
    for (predicate, url), said in claims.items():
        yield _statement(paper, f"paper/{key}", predicate, url, said)


def _statement(paper: LoggedPaper, subject: str, predicate: str, object: str, said: list[_Said]) -> Statement:
    """One statement of what several places say: best score with its rule, all evidence, that of the best score first."""
    ordered = sorted(said, key=lambda claim: (-claim[0], claim[1], [_order(evidence) for evidence in claim[2]]))
    evidence = tuple(dict.fromkeys(evidence for _, _, found in ordered for evidence in found))
    score, rule, _ = ordered[0]
    by = STATED_BY if is_stated(rule) else paper.extractor
    return Statement(paper.document.key, subject, str(predicate), object, evidence, by, rule, score)


def _order(evidence: Evidence) -> tuple[object, ...]:
    subject = (evidence.subject.start, evidence.subject.end) if evidence.subject is not None else ()
    return (evidence.sentence, evidence.object, subject)
