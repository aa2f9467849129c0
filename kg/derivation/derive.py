"""The steps from the log to a snapshot, for all papers or for those that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pyoxigraph import Triple

from kg.derivation.difference import Published
from kg.derivation.figures import Sums
from kg.derivation.names import entity_rows, kind_rows, paper_rows
from kg.graph import candidate_triples, entity_triples, kind_triples, paper_triples
from kg.log import Log
from kg.model import Decision, Document, Entity, LoggedPaper, Statement
from kg.resolve import Decided, Register, Resolution, changed_decisions, state
from kg.stopwatch import Stopwatch
from kg.store import Change, NameRow, Staged, Writer, open_snapshot

_MANY = 1000  # triples and rows that are made between two looks at the clock


class Derivation:
    """One publication in the making."""

    def __init__(
        self, folder: Writer, log: Log, register: Register, wanted: Sequence[Decision], base: str, watch: Stopwatch | None = None
    ) -> None:
        self._folder = folder
        self._watch = watch or Stopwatch()
        self._log = log
        self._register = register
        self._decided = Decided(wanted)
        self._paper = lru_cache(maxsize=16)(log.paper)  # several sentences of one paper, or of two, tell why a thing's names are its names
        self._resolution = Resolution(register, self._decided, self._paper)
        self._base = base
        self._sums = Sums(register)

    def marks(self, keys: Iterable[str]) -> Iterator[str]:
        """What tells how these papers stand now."""
        for key in keys:
            paper = self._log.paper(key)
            yield f"{key} gone" if paper is None else f"{key} {paper.document.content_hash} {paper.extractor}"

    def all(self, fingerprint: str, *, anew: bool, graph: Staged | None = None) -> None:
        """Resolve and publish all papers, with a register that is empty; their triples are those of `graph` where it is given."""
        watch = self._watch
        with watch.stage("resolve"):
            self._resolution.fill(self._log.papers())
        if graph is not None:
            self._sum()
        triples = graph or watch.each("graph", self._triples(), _MANY)
        names = watch.turning("index", watch.each("names", self._names(), _MANY))
        with watch.stage("load"):
            self._folder.publish(triples, names, fingerprint=fingerprint, base=self._base, anew=anew, stated=self._grown)

    def difference(self, changes: Sequence[str], before: Sequence[Decision], fingerprint: str) -> None:
        """Resolve and publish what changed: papers, and decisions against those of `before`."""
        other = changed_decisions(before, self._decided.decisions)
        names = {name for decision in other for name in Decided([decision]).names}
        keys = {*changes, *self._papers_of(other)} | {key for type, name in names for key in self._register.papers_called(type, name)}
        gone = [key for key in sorted(keys) if key not in self._log or self._log.canonical(key) != key]  # or part of another paper now
        with self._watch.stage("resolve"):
            news = self._resolution.update(self._papers(sorted(keys)), gone, names=sorted(names))
        told = sorted({*keys, *news.papers})
        for path in (*news.paths, *(f"paper/{key}" for key in told)):
            self._sums.take(path)
        rows = {path: self._rows(path) for path in news.paths} | {f"paper/{key}": self._paper_rows(key) for key in keys}
        old = self._watch.each("graph", self._published(told, news.paths), _MANY)
        new = self._watch.each("graph", self._told(told, news.paths), _MANY)
        with self._watch.stage("load"):
            self._folder.apply(Change(removed=old, added=new, names=rows, stated=self._grown), fingerprint=fingerprint)

    def _papers(self, keys: Iterable[str]) -> Iterator[LoggedPaper]:
        """The papers with these keys that there are."""
        return (paper for key in keys if (paper := self._log.paper(key)) is not None)

    def _published(self, papers: Iterable[str], paths: Iterable[str]) -> Iterator[Triple]:
        """What is published of these papers, things and kinds; the snapshot is let go when all is read, so that it is swept."""
        with open_snapshot(self._folder.path) as snapshot:
            published = Published(snapshot.store, self._base)
            yield from published.of_papers(papers)
            yield from published.of_things(paths)

    def _told(self, papers: Iterable[str], paths: Iterable[str]) -> Iterator[Triple]:
        """What these papers state, and what these things and kinds are."""
        for paper in self._papers(papers):
            yield from self._stated(paper)
        for path in paths:
            entity, kind = self._resolution.entity(path), self._resolution.kind(path)
            yield from self._thing(entity) if entity is not None else ()
            yield from kind_triples(kind, self._base) if kind is not None else ()
            for candidate in self._resolution.candidates(path):
                yield from candidate_triples(candidate, self._base)

    def _triples(self) -> Iterator[Triple]:
        for paper in self._log.papers():
            yield from self._stated(paper)
        for entity in self._resolution.entities():
            yield from self._thing(entity)
        for candidate in self._resolution.all_candidates():
            yield from candidate_triples(candidate, self._base)
        for kind in self._resolution.kinds():
            yield from kind_triples(kind, self._base)

    def _sum(self) -> None:
        """Add up what all papers state and what is told of things, where their triples are there already."""
        for paper in self._log.papers():
            self._statements(paper)
        for entity in self._resolution.entities():
            if any(merge.evidence is not None for merge in entity.merges):
                self._thing(entity)

    def _statements(self, paper: LoggedPaper) -> list[Statement]:
        statements = state(paper, self._resolution.ids(paper.document.key), self._decided)
        self._sums.put(paper.document, statements)
        return statements

    def _stated(self, paper: LoggedPaper) -> set[Triple]:
        statements = self._statements(paper)
        return paper_triples(paper.document, statements, self._base, self._log.cited)

    def _thing(self, entity: Entity) -> list[Triple]:
        triples = list(entity_triples(entity, self._document, self._base))
        if any(merge.evidence is not None for merge in entity.merges):
            self._sums.put_thing(entity.id, triples)
        return triples

    def _grown(self) -> dict[str, int]:
        return self._sums.grown(self._resolution.lone)

    def _names(self) -> Iterator[NameRow]:
        for document in self._log.documents():
            yield from paper_rows(document)
        for entity, support in self._resolution.named():
            yield from entity_rows(entity, support)
        for kind in self._resolution.kinds():
            yield from kind_rows(kind)

    def _rows(self, path: str) -> tuple[NameRow, ...]:
        entity, kind = self._resolution.entity(path), self._resolution.kind(path)
        if entity is not None:
            return entity_rows(entity, self._resolution.support(path))
        return kind_rows(kind) if kind is not None else ()

    def _paper_rows(self, key: str) -> tuple[NameRow, ...]:
        paper = self._log.paper(key)
        return () if paper is None else paper_rows(paper.document)

    def _document(self, key: str) -> Document:
        paper = self._paper(key)
        if paper is None:
            raise KeyError(key)
        return paper.document

    def _papers_of(self, wanted: Iterable[Decision]) -> set[str]:
        """Papers that decisions are tied to, those that are in the store."""
        named = {paper for decision in wanted for paper in (decision.paper, decision.other_paper) if paper}
        return {paper for paper in named if paper in self._log}
