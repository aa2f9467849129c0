"""What a store holds, read into local folders: its graph as a snapshot, its log as lines."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import Literal, Quad, Store, Triple

from kg import vocab
from kg.errors import StoreError
from kg.files.naming import base_of, name_rows
from kg.remote import rows, state, texts
from kg.remote.failures import RemoteError, plain
from kg.remote.push import count
from kg.remote.state import Marks, State
from kg.remote.store import DEFAULT, RemoteStore, connect
from kg.remote.work import Home, place
from kg.store import Snapshot, create_or_open, layout, open_snapshot

_BATCH = 500_000  # triples loaded at a time, as in kg.store.rdf


def open_mirror(address: str, *, base: str | None = None) -> Snapshot:
    """A local snapshot that equals the graph in the store at an address, to be closed by the caller.

    It is the work folder's where that is what the store holds, else the mirror's, else the graph is fetched. A store without marks of
    ours is fetched each time, whole: nothing tells whether it changed.

    Raises:
        UsageError: the address is none, or several graphs lie there and no base says which.
        RemoteError: the store cannot be reached, or gives half an answer.
        StoreError: a push is under way or was cut off; or the local folder cannot be written.
    """
    home = place(address)
    with connect(address) as store:
        marks = state.only(state.read(store), base, address)
        known = None if marks is None else marks.state
        if known is not None and (snapshot := _kept(home, known)) is not None:
            return snapshot
        if marks is not None and (known is None or known.pushing):
            raise _half(store, marks)
        with home.mirroring():  # another command may have fetched it while we waited
            if known is None:
                return _mirrored(store, home, State(base or vocab.BASE), marked=False)
            snapshot = _kept(home, known) or _mirrored(store, home, known, marked=True)
            if snapshot.manifest.graph != known.graph and state.read(store).get(known.base) != marks:
                snapshot.close()
                raise StoreError(f"the graph in {address} was changed while it was read", hint="run the same command again")
            return snapshot


def _kept(home: Home, known: State) -> Snapshot | None:
    """A local snapshot that is what the store holds; None where there is none."""
    found = (_same(folder, known) for folder in (home.work, home.mirror) if known.graph)
    return next((snapshot for snapshot in found if snapshot is not None), None)


def has_moved_on(address: str, snapshot: Snapshot) -> bool:
    """Whether the store holds another whole state than this snapshot, so far as its marks tell.

    Raises:
        RemoteError: the store cannot be reached.
    """
    with connect(address) as store:
        marks = state.read(store).get(snapshot.base)
    known = None if marks is None else marks.state
    return known is not None and not known.pushing and known.graph not in (snapshot.manifest.graph, snapshot.fingerprint)


def _half(store: RemoteStore, marks: Marks) -> StoreError:
    writer = f" by {plain(marks.writers[0].who)} since {plain(marks.writers[0].since)}" if marks.writers else ""
    return StoreError(
        f"{store.address} is being written{writer}: its graph is not whole now",
        hint="try again when the build ends, or finish it with `kg build`",
    )


def _same(folder: Path, known: State) -> Snapshot | None:
    """The snapshot of a store folder, where it is what the store holds."""
    if not (folder / layout.CURRENT_FILE).is_file():
        return None
    try:
        snapshot = open_snapshot(folder)
    except StoreError:
        return None
    if snapshot.base == known.base and known.graph in (snapshot.manifest.graph, snapshot.fingerprint):
        return snapshot
    snapshot.close()
    return None


def _mirrored(store: RemoteStore, home: Home, known: State, *, marked: bool) -> Snapshot:
    with (
        fetched(store, known, home.mirror.with_name(f"{home.mirror.name}.tmp"), whole=not marked) as graph,
        create_or_open(home.mirror) as folder,
    ):
        triples = (quad.triple for quad in graph)
        base = known.base if marked else base_of(graph) or known.base
        folder.publish(triples, name_rows(graph, base), fingerprint=known.graph or "no mark", base=base)
    return open_snapshot(home.mirror)


@contextmanager
def fetched(store: RemoteStore, known: State, side: Path, *, whole: bool = False) -> Iterator[Store]:
    """The graph that a store holds now, in an RDF folder that is gone afterwards.

    Args:
        store: where to read.
        known: what it says of its graph; only its base and place are used.
        side: the folder.
        whole: take all triples of the default graph, not only what lies below the base.

    Raises:
        RemoteError: the answer is not whole.
    """
    shutil.rmtree(side, ignore_errors=True)
    try:
        with layout.reported(side):
            graph = Store(str(side))
        _fill(graph, _triples(store, known, whole=whole))
        yield graph
    finally:
        graph = None  # type: ignore[assignment]  # pyoxigraph closes a store when nothing refers to it any more
        gc.collect()
        shutil.rmtree(side, ignore_errors=True)


def _fill(graph: Store, triples: Iterator[Triple]) -> None:
    quads = (Quad(*triple) for triple in triples)
    for first in quads:
        graph.bulk_extend(chain((first,), islice(quads, _BATCH - 1)))
    graph.flush()


def _triples(store: RemoteStore, known: State, *, whole: bool) -> Iterator[Triple]:
    if known.place != DEFAULT or whole:
        return store.triples(texts.text("all"), store.count(texts.text("count-all"), known.place), known.place)
    base = Literal(known.base)
    return store.triples(texts.text("below", base=base), count(store, known.base, DEFAULT))


def lines(store: RemoteStore, log: str) -> Iterator[str]:
    """The rows of the log that a store holds.

    Raises:
        RemoteError: one of them is none, or the answer is not whole.
    """
    for triple in store.triples(texts.text("rows"), store.count(texts.text("count-rows"), log), log):
        line = triple.object.value if isinstance(triple.object, Literal) else ""
        if triple.subject != rows.iri(log, rows.key(line)):
            raise RemoteError(
                f"{store.address} holds a row of the log that was changed there", hint="take it out there, or build in an empty store"
            )
        yield line
