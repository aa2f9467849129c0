"""Parts into a remote store: an empty one takes their graph by the Graph Store Protocol, file by file; nothing is derived or kept here.

The log goes into the work folder, from which its rows are sent. After each request a mark in the store's log, `remote:loading`, says how
far its file is, so that a load which was cut off goes on where it was, from any machine; what is sent twice changes nothing, as a graph is
a set. At the end the store's own counts are held against the parts. A store that has papers is a matter of `kg.remote.replica`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import StoreError
from kg.log import Log
from kg.parts import Loaded, OnStep, Parts, Standing, begin, obstacle, standing, verify
from kg.parts import load as load_here
from kg.remote import push, replica, rows, state, texts
from kg.remote.state import Marks, State, log_iri, set_state
from kg.remote.store import RemoteStore, connect
from kg.remote.work import Home, Merged, place
from kg.store import create_or_open
from kg.store.change import Content, hexed
from kg.store.lines import blocks
from kg.store.staging import counted

LOADING = NamedNode("https://w3id.org/paper-kg/remote#loading")
_REQUEST = 8 << 20  # bytes of the graph in one request; a store takes as long for them as for two of half the size
_ROWS_REQUEST = 4 << 20  # likewise of the log, whose rows are long literals
_LOG = "log"  # what the marks call the rows of the log


def load(
    parts: Parts,
    address: str,
    *,
    environment: Mapping[str, str] = os.environ,
    transport: httpx.BaseTransport | None = None,
    on_step: OnStep,
    on_note: Callable[[str], None],
) -> Loaded:
    """Bring parts into the store at an address.

    Args:
        parts: what was read.
        address: of the store.
        environment: credentials, places, and whether to clear a stale mark.
        transport: what carries the requests, for tests.
        on_step: told how far it is.
        on_note: told in a sentence why the graph is derived here, where it is.

    Raises:
        UsageError: several graphs of papers are there, or another base was begun.
        SourceError: the parts are damaged; nothing was sent.
        RemoteError: the store cannot be reached or refuses; what is there is a part of it, and marked so: run again.
        StoreError: somebody else writes it; what lies there is not ours; or it holds another number of triples afterwards.
    """
    size = sum(file.bytes for file in parts.files)
    verify(parts, lambda done: on_step("checking the parts", done, size))
    home = place(address, environment)
    with home.locked(), connect(address, environment=environment, transport=transport) as store:
        found = state.read(store)
        base = next(iter(found)) if len(found) == 1 else parts.manifest.base
        reason = _reason(store, home, parts, found.get(base, Marks(base)))
        if not reason:
            return _Load(store, home, parts, on_step).all(found.get(base, Marks(base)), environment)
    with replica.writing(address, base=base, environment=environment) as folder:
        return load_here(parts, folder, on_step=on_step, on_note=on_note)


def _reason(store: RemoteStore, home: Home, parts: Parts, marks: Marks) -> str:
    """Why the graph cannot be sent as it is; "" where it can."""
    if marks.base != parts.manifest.base:
        return "its base is another"
    begun = bool(_loading(store, marks.base).get(parts.digest))
    if marks.states and not (begun and marks.state is not None and marks.state.pushing):
        return "the store has papers"
    with create_or_open(home.work) as folder:
        if standing(folder, parts) is Standing.OTHER or folder.published(opened=False) is not None:
            return "the work folder has papers"
        return obstacle(folder, parts)


def _loading(store: RemoteStore, base: str) -> dict[str, dict[str, int]]:
    """How far loads are that were begun: digest of their parts → file → bytes, or rows of the log, that the store has."""
    found: dict[str, dict[str, int]] = {}
    for (said,) in store.query(texts.text("loading", log=NamedNode(log_iri(base)))).rows:
        with suppress(ValueError, TypeError, LookupError):  # a mark that is none counts for nothing
            digest, file, done = json.loads(getattr(said, "value", ""))
            of = found.setdefault(str(digest), {})
            of[str(file)] = max(int(done), of.get(str(file), 0))
    return found


@dataclass
class _Load:
    """One load into a store that has nothing else, while nobody else writes there."""

    store: RemoteStore
    home: Home
    parts: Parts
    on_step: OnStep
    done: dict[str, int] = field(default_factory=dict)  # file → bytes or rows that the store has
    base: str = ""
    log: str = ""

    def all(self, marks: Marks, environment: Mapping[str, str]) -> Loaded:
        manifest = self.parts.manifest
        content = self._counted()
        with create_or_open(self.home.work) as folder:
            if standing(folder, self.parts) is Standing.NEW:
                begin(folder, self.parts, self.on_step)
            with Log(folder.log_path) as log:
                self._check(content, log.count())
        self.base, self.log = marks.base, log_iri(marks.base)
        mark, marks = state.claim(self.store, marks, self.home.identity(), environment)
        try:
            known = replica.known_state(self.store, marks)
            begun = State(self.base, place=known.place, pushing=True)
            self.done = _loading(self.store, self.base).get(self.parts.digest, {})
            self._note("", 0)  # before the state: who finds that knows whose it is
            set_state(self.store, self.base, marks.states, begun)
            self._send_graph(known.place)
            keys = self._send_rows()
            wanted = State(self.base, hexed(content.marks), content.triples, rows.digest(keys), known.place)
            self._finish(begun, wanted, keys)
        finally:
            state.release(self.store, self.base, mark)
        return Loaded(self.store.address, manifest.papers, content.triples, manifest.texts, manifest.texts, manifest.refused, "")

    def _counted(self) -> Content:
        files = [self.parts.path(file) for file in self.parts.manifest.graph]
        return counted(files, lambda done: self.on_step("checking the graph", done, self.parts.manifest.quads))

    def _check(self, content: Content, papers: int) -> None:
        if (content.triples, content.papers) != (self.parts.manifest.quads, papers):
            raise StoreError(
                f"the graph in {self.parts.folder} has {content.papers:,} papers, and its log {papers:,}",
                hint="run again what wrote the parts, or load them into a folder, which derives the graph",
            )

    def _send_graph(self, graph: str) -> None:
        """Send what the store does not have of the graph's files."""
        total = sum(file.bytes for file in self.parts.manifest.graph)
        before = 0
        for file in self.parts.manifest.graph:
            at, known = 0, self.done.get(file.path, 0)
            for block in blocks(self.parts.path(file), _REQUEST):
                at += len(block)
                if at > known:
                    self._send(block, graph)
                    self._note(file.path, at)
                self.on_step("sending the graph", before + at, total)
            before += file.bytes

    def _send_rows(self) -> frozenset[str]:
        """Send what the store does not have of the log's rows, in their order; the keys of all."""
        keys, body, number, known = set(), bytearray(), 0, self.done.get(_LOG, 0)
        for line in rows.lines(self.home.work):
            number += 1
            keys.add(rows.key(line))
            if number > known:
                body += f"{rows.triple(self.log, line)} .\n".encode()
            if len(body) >= _ROWS_REQUEST:
                self._send(bytes(body), self.log)
                self._note(_LOG, number)
                self.on_step("sending the log", number, 0)
                body.clear()
        if body:
            self._send(bytes(body), self.log)
            self._note(_LOG, number)
        return frozenset(keys)

    def _send(self, lines: bytes, graph: str) -> None:
        if self.store.endpoints.graphs:
            self.store.post_lines(lines, graph)
            return
        triples = (quad.triple for quad in parse(lines, format=RdfFormat.N_TRIPLES))
        for some in push.batches(triples):
            self.store.update(texts.change((), ((graph, one) for one in some)))

    def _note(self, file: str, done: int) -> None:
        """Mark in the store how far a file is, in the place of the mark before."""
        old = [self._mark(file, self.done[file])] if file in self.done else []
        new = self._mark(file, done)
        self.done[file] = done
        if old != [new]:
            self.store.update(texts.change(_in(self.log, old), _in(self.log, [new])))

    def _mark(self, file: str, done: int) -> Triple:
        return Triple(NamedNode(self.log), LOADING, Literal(json.dumps([self.parts.digest, file, done])))

    def _finish(self, begun: State, wanted: State, keys: frozenset[str]) -> None:
        """Let the store say that it is whole, where its counts agree; else let the next run send all again."""
        marks = [self._mark(file, done) for file, done in self.done.items()]
        self.on_step("counting what the store has", 0, 0)
        try:
            push.check(self.store, wanted, len(keys))
        except StoreError:
            self.store.update(texts.change(_in(self.log, [one for one in marks if one != self._mark("", 0)]), ()))
            raise
        set_state(self.store, self.base, (begun,), wanted)
        self.store.update(texts.change(_in(self.log, marks), ()))
        self.home.remember_rows(Merged(keys, wanted.rows, ()))


def _in(graph: str, triples: Iterable[Triple]) -> Iterator[tuple[str, Triple]]:
    return ((graph, one) for one in triples)
