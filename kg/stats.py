"""Counts and quality signs of a store. In: the log, which has every paper, and the snapshot published from it. Out: `Stats`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean

from pyoxigraph import Literal, NamedNode, Store

from kg import vocab
from kg.log import Log
from kg.model import Decision, EntityType, Knowledge, Role
from kg.resolve import resolve
from kg.store import Snapshot

TOP = 5  # most used entities that are named per type
_LINKS = ("codeRepository", "url")


@dataclass(frozen=True, slots=True)
class Stats:
    """What a store holds and how good it looks; pairs in the order of the model, zeros included."""

    papers: int
    papers_with_evidence: int  # with at least one statement that has a sentence
    entities: int
    entities_by_type: tuple[tuple[str, int], ...]
    statements: int  # different triples between papers, entities and links
    statements_by_predicate: tuple[tuple[str, int], ...]
    claims: int  # statements counted once per paper that says them
    evidence: int  # sentences behind claims, counted once per claim
    links: int  # different addresses
    triples: int  # of the published graph
    rejected: int | None  # documents in quarantine; None where there is no log
    most_used: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]  # type → (name, papers), at most `TOP`
    single_paper_entities: int  # named by one paper only
    mean_score: tuple[tuple[str, float], ...]  # role → mean score of its claims, in [0, 1]; roles without claims are left out
    papers_without_hardware: int
    papers_without_dataset: int
    quotes: int  # evidence sentences in the published graph
    exact_quotes: int | None  # those that are the very characters of their paper's text in the log; None where there is none

    def rows(self) -> list[tuple[str, str]]:
        """All figures as (name, value), for a table; names are stable."""
        one: list[tuple[str, object]] = [
            ("papers", self.papers), ("papers with evidence", self.papers_with_evidence), ("entities", self.entities),
            *((f"entities: {type}", count) for type, count in self.entities_by_type),
            ("statements", self.statements), *((f"statements: {name}", count) for name, count in self.statements_by_predicate),
            ("claims", self.claims), ("evidence", self.evidence), ("links", self.links), ("triples", self.triples),
            *([("rejected", self.rejected)] if self.rejected is not None else []),
            ("entities named by one paper only", self.single_paper_entities),
            ("papers without hardware", self.papers_without_hardware), ("papers without dataset", self.papers_without_dataset),
            *((f"mean score: {role}", f"{score:.3f}") for role, score in self.mean_score),
            ("evidence texts that are exact slices", f"{'unknown' if self.exact_quotes is None else self.exact_quotes} of {self.quotes}"),
            *((f"most used: {type}", ", ".join(f"{name} ({papers})" for name, papers in top)) for type, top in self.most_used if top),
        ]  # fmt: skip
        return [(name, str(value)) for name, value in one]


def stats(log: Log, snapshot: Snapshot, decisions: Iterable[Decision] = ()) -> Stats:
    """Counts over all papers of the log, and a check of every sentence in the snapshot against them.

    Args:
        log: has every paper.
        snapshot: was published from it.
        decisions: what people decided.
    """
    known = resolve(log.papers(), decisions)
    quotes, exact = verify(snapshot.store, snapshot.base, {d.key: d.text for d in known.documents})
    return _figures(known, snapshot.manifest.triples, len(log.rejections()), quotes, exact)


def graph_stats(known: Knowledge, snapshot: Snapshot) -> Stats:
    """Counts over what a graph without a log tells: all but what was refused, and whether sentences are exact.

    Args:
        known: as `kg.files.knowledge` reads it from the graph.
        snapshot: the graph.
    """
    quotes = sum(1 for _ in snapshot.store.quads_for_pattern(None, vocab.HAS_TARGET, None))
    return _figures(known, snapshot.manifest.triples, None, quotes, None)


def _figures(known: Knowledge, triples: int, rejected: int | None, quotes: int, exact: int | None) -> Stats:
    users = _users(known)
    said = {(s.subject, s.predicate, s.object) for s in known.statements}
    predicates = Counter(predicate for _, predicate, _ in said)
    types = Counter(str(entity.type) for entity in known.entities)
    return Stats(
        papers=len(known.documents),
        papers_with_evidence=len({statement.paper for statement in known.statements if statement.evidence}),
        entities=len(known.entities),
        entities_by_type=tuple((str(type), types[type]) for type in EntityType),
        statements=len(said),
        statements_by_predicate=tuple((name, predicates[name]) for name in vocab.PROPERTIES),
        claims=len(known.statements),
        evidence=sum(len(statement.evidence) for statement in known.statements),
        links=len({object for _, predicate, object in said if predicate in _LINKS}),
        triples=triples,
        rejected=rejected,
        most_used=tuple((str(type), _top(known, users, type)) for type in EntityType),
        single_paper_entities=sum(len(users[entity.id]) == 1 for entity in known.entities),
        mean_score=tuple(_mean_scores(known)),
        papers_without_hardware=_papers_without(known, EntityType.HARDWARE),
        papers_without_dataset=_papers_without(known, EntityType.DATASET),
        quotes=quotes,
        exact_quotes=exact,
    )


def verify(store: Store, base: str, texts: Mapping[str, str]) -> tuple[int, int]:
    """How many evidence sentences the graph quotes, and how many are the very slice of their paper's text that they claim to be.

    Args:
        store: the graph.
        base: where its data IRIs begin.
        texts: paper key → text in which offsets count.
    """
    quotes = exact = 0
    for quad in store.quads_for_pattern(None, vocab.HAS_TARGET, None):
        values: dict[NamedNode, str] = {}
        source = ""
        for found in store.quads_for_pattern(quad.object, None, None):  # type: ignore[arg-type]  # a target is a node
            if found.predicate == vocab.HAS_SOURCE and isinstance(found.object, NamedNode):
                source = found.object.value
            elif found.predicate == vocab.HAS_SELECTOR:
                values |= dict(_literals(store, found.object))
        quotes += 1
        text = texts.get(source.removeprefix(f"{base}paper/"), "")
        start, end = int(values.get(vocab.START, -1)), int(values.get(vocab.END, -1))
        exact += 0 <= start < end and text[start:end] == values.get(vocab.EXACT)
    return quotes, exact


def _literals(store: Store, node: object) -> Iterator[tuple[NamedNode, str]]:
    if isinstance(node, NamedNode):
        for quad in store.quads_for_pattern(node, None, None):
            if isinstance(quad.object, Literal):
                yield quad.predicate, quad.object.value


def _users(known: Knowledge) -> defaultdict[str, set[str]]:
    """Identifier of an entity → the papers that state something of it."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    for statement in known.statements:
        users[statement.subject].add(statement.paper)
        users[statement.object].add(statement.paper)
    return users


def _top(known: Knowledge, users: Mapping[str, set[str]], type: EntityType) -> tuple[tuple[str, int], ...]:
    counts = sorted((-len(users.get(entity.id, ())), entity.name, entity.id) for entity in known.entities if entity.type is type)
    return tuple((name, -count) for count, name, _ in counts[:TOP])


def _mean_scores(known: Knowledge) -> Iterator[tuple[str, float]]:
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for statement in known.statements:
        scores[statement.predicate].append(statement.score)
    yield from ((str(role), fmean(scores[role])) for role in Role if scores[role])


def _papers_without(known: Knowledge, type: EntityType) -> int:
    """Papers that state nothing of any entity of a type."""
    of_type = {entity.id for entity in known.entities if entity.type is type}
    having = {s.paper for s in known.statements if s.subject in of_type or s.object in of_type}
    return len(known.documents) - len(having)
