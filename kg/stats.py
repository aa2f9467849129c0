"""Counts and quality signs of a store. In: the snapshot with the figures that are kept beside it, and its log. Out: `Stats`.

Nothing is read but the sums that publishing kept (`kg.derivation.figures`, `kg.store.figures`) and the names of what is most used. Only
of a snapshot without them, such as one that an older kg published, and of an RDF file all is counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Store

from kg import vocab
from kg.derivation.figures import LINKS, UNITS, WITH, WITH_EVIDENCE, claims_of, share_of
from kg.log import Log
from kg.model import Decision, EntityType, Knowledge, Role, Statement
from kg.resolve import resolve
from kg.store import Figures, Snapshot

TOP = 5  # most used entities that are named per type

Decisions = Callable[[], Iterable[Decision]]


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
    exact_quotes: int | None  # those that are the very characters of their paper's text in the log; None where there is no log

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


def stats(log: Log, snapshot: Snapshot, decisions: Decisions = tuple, *, verified: bool = False) -> Stats:
    """What was counted when the snapshot was published; all papers are counted anew where an older kg published it.

    Args:
        log: what the snapshot was published from.
        snapshot: the published graph.
        decisions: gives what people decided, for counting anew.
        verified: look at every sentence of the graph, whether it is in its paper's text; else those count as exact that were when they
            were published, which takes no reading.
    """
    figures = snapshot.figures
    if figures is None or figures.stated is None:
        return recount(log, snapshot, decisions())
    known = _stats(_Graph.of(snapshot, figures), figures.stated, log.refused())
    if not verified:
        return known
    quotes, exact = verify(snapshot.store, snapshot.base, {document.key: document.text for document in log.documents()})
    return replace(known, quotes=quotes, exact_quotes=exact)


def is_counted(snapshot: Snapshot) -> bool:
    """Whether the figures of a snapshot are kept beside it."""
    figures = snapshot.figures
    return figures is not None and figures.stated is not None


def recount(log: Log, snapshot: Snapshot, decisions: Iterable[Decision]) -> Stats:
    """Counts over all papers of the log, resolved anew, and a check of every sentence in the snapshot against them; takes long."""
    known = resolve(log.papers(), decisions)
    quotes, exact = verify(snapshot.store, snapshot.base, {d.key: d.text for d in known.documents})
    return replace(_recounted(known, claims_of(known.statements), snapshot, log.refused()), quotes=quotes, exact_quotes=exact)


def graph_stats(known: Knowledge, snapshot: Snapshot) -> Stats:
    """Counts over what a graph without a log tells: all but what was refused, and whether sentences are exact.

    Args:
        known: as `kg.files.knowledge` reads it from the graph.
        snapshot: the graph.
    """
    quotes = sum(1 for _ in snapshot.store.quads_for_pattern(None, vocab.HAS_TARGET, None))
    return replace(_recounted(known, known.statements, snapshot, None), quotes=quotes, exact_quotes=None)


@dataclass(frozen=True, slots=True)
class _Graph:
    """What figures are of the graph as such, whoever states it."""

    papers: int
    triples: int
    quotes: int
    types: Mapping[str, int]
    predicates: Mapping[str, int]  # local name → different triples
    most_used: Mapping[str, tuple[tuple[str, int], ...]]

    @classmethod
    def of(cls, snapshot: Snapshot, figures: Figures) -> _Graph:
        """As kept beside a snapshot."""
        return cls(
            snapshot.manifest.papers,
            snapshot.manifest.triples,
            figures.properties.get(vocab.HAS_TARGET.value, 0),
            {str(type): figures.classes.get(vocab.CLASSES[type][0].value, 0) for type in EntityType},
            {name: figures.properties.get(property.value, 0) for name, property in vocab.PROPERTIES.items()},
            {str(type): tuple((hit.label, hit.support) for hit in snapshot.names.leading(type, TOP)) for type in EntityType},
        )


def _recounted(known: Knowledge, claims: Sequence[Statement], snapshot: Snapshot, rejected: int | None) -> Stats:
    users = _users(known)
    said: defaultdict[str, list[Statement]] = defaultdict(list)
    for claim in claims:
        said[claim.paper].append(claim)
    total: Counter[str] = Counter()
    for document in known.documents:
        total.update(share_of(document, said[document.key]).counts)
    total["lone"] = sum(len(users[entity.id]) == 1 for entity in known.entities)
    total["links"] = len({claim.object for claim in claims if claim.predicate in LINKS})
    graph = _Graph(
        papers=len(known.documents),
        triples=snapshot.manifest.triples,
        quotes=0,
        types=Counter(str(entity.type) for entity in known.entities),
        predicates=Counter(predicate for _, predicate, _ in {(c.subject, c.predicate, c.object) for c in claims}),
        most_used={str(type): _top(known, users, type) for type in EntityType},
    )
    return _stats(graph, total, rejected)


def _stats(graph: _Graph, stated: Mapping[str, int], rejected: int | None) -> Stats:
    """The figures, of what is kept or was counted.

    Args:
        graph: of the graph as such.
        stated: of what papers state, see `kg.derivation.figures`.
        rejected: documents in quarantine.
    """
    claims = {name: stated.get(f"claims: {name}", 0) for name in vocab.PROPERTIES}
    scores = ((str(role), stated.get(f"score: {role}", 0)) for role in Role)
    return Stats(
        papers=graph.papers,
        papers_with_evidence=stated.get(WITH_EVIDENCE, 0),
        entities=sum(graph.types.values()),
        entities_by_type=tuple((str(type), graph.types.get(type, 0)) for type in EntityType),
        statements=sum(graph.predicates.values()),
        statements_by_predicate=tuple((name, graph.predicates.get(name, 0)) for name in vocab.PROPERTIES),
        claims=sum(claims.values()),
        evidence=stated.get("evidence", 0),
        links=stated.get("links", 0),
        triples=graph.triples,
        rejected=rejected,
        most_used=tuple((str(type), graph.most_used[type]) for type in EntityType),
        single_paper_entities=stated.get("lone", 0),
        mean_score=tuple((role, score / claims[role] / UNITS) for role, score in scores if claims[role]),
        papers_without_hardware=graph.papers - stated.get(WITH["hardware/"], 0),
        papers_without_dataset=graph.papers - stated.get(WITH["dataset/"], 0),
        quotes=graph.quotes,
        exact_quotes=graph.quotes - stated.get("inexact", 0),
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
        exact += 0 <= start < end <= len(text) and text[start:end] == values.get(vocab.EXACT)
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
