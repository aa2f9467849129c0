"""A remote store as a replica with a local work folder: fetched before it is changed, pushed afterwards.

    take the writer's mark → merge the remote log into ours → (build, remove, decide in the work folder) → push → give the mark back

Two logs are merged against what was last pushed from here: what either side added stays, what either took out goes. So nothing is lost,
whichever machine builds next and whatever was killed in between.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Store

from kg import decisions, vocab
from kg.derivation import publish
from kg.errors import StoreError, UsageError
from kg.log import Log
from kg.remote import mirror, push, rows, state
from kg.remote.failures import RemoteError
from kg.remote.push import Held, Wanted
from kg.remote.state import Marks, State, log_iri
from kg.remote.store import DEFAULT, RemoteStore, connect
from kg.remote.work import Home, Merged, place
from kg.store import create_or_open, layout, open_snapshot


@contextmanager
def writing(address: str, *, base: str | None = None, environment: Mapping[str, str] = os.environ) -> Iterator[Path]:
    """The store folder to build in; what was changed in it is pushed at the end, also on Ctrl-C, not after an error.

    Args:
        address: of the store.
        base: where data IRIs begin, for a new graph.
        environment: credentials, places, and whether to clear a stale mark.

    Raises:
        UsageError: the graph has another base, or there are several.
        RemoteError: the store cannot be reached or refuses.
        StoreError: somebody else writes it; what lies there is not ours; or the work folder cannot be written.
    """
    home = place(address, environment)
    with home.locked(), connect(address, environment=environment) as store:
        mark, marks = state.claim(store, _marks(store, home, state.read(store), base), home.identity(), environment)
        try:
            known = known_state(store, marks)
            _fetch(store, home, marks)
            yield home.work
            if (home.work / layout.CURRENT_FILE).is_file():
                _push(store, home, known, marks)
        finally:
            state.release(store, marks.base, mark)


def synced(address: str, *, base: str | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """The work folder, brought up to date with the log in the store, to read papers and decisions from; nothing is written there.

    Raises:
        UsageError, RemoteError, StoreError: as `writing` does.
    """
    home = place(address, environment)
    with connect(address, environment=environment) as store:
        marks = state.only(state.read(store), base, address)
        known = None if marks is None else marks.state
        if marks is None or (known is not None and not known.pushing and known.rows == home.merged().digest):
            return home.work
        with home.locked():
            _fetch(store, home, marks)
            with create_or_open(home.work) as folder, Log(folder.log_path) as log:
                publish(folder, log)
    return home.work


def _marks(store: RemoteStore, home: Home, found: Mapping[str, Marks], base: str | None) -> Marks:
    """The marks of the graph to write; empty ones for a new graph."""
    own = _base(home.work)
    if base is not None and own is not None and base != own:
        raise UsageError(
            f"the graph in {store.address} has the base {own}", hint="leave --base out, or name another store for the new base"
        )
    wanted = base or own
    return state.only(found, wanted, store.address) or Marks(wanted or vocab.BASE)


def _base(work: Path) -> str | None:
    """The base that the log of a work folder is built with; None where nothing was built."""
    if not (work / layout.LOG_FILE).is_file():
        return None
    with Log(work / layout.LOG_FILE, readonly=True) as log:
        return (log.meta("base") or vocab.BASE) if log.count() else log.meta("base")


def known_state(store: RemoteStore, marks: Marks) -> State:
    """What the store says of the graph; for a new one, where it shall lie.

    Raises:
        StoreError: triples below the base are there that no build pushed.
    """
    if marks.states:
        return marks.states[0]
    where = f"{marks.base}graph" if state.is_united(store, marks.base) else DEFAULT
    if push.count(store, marks.base, where):
        raise StoreError(
            f"{store.address} holds triples below {marks.base} that no `kg build` pushed, and no log of their papers",
            hint="give another --base, or take them out first: they would be lost",
        )
    return State(marks.base, place=where)


def _fetch(store: RemoteStore, home: Home, marks: Marks) -> None:
    """Merge the log in the store into ours; its rows are not asked for where they are those of the last merge."""
    before, known = home.merged(), marks.state
    if not marks.states or (known is not None and not known.pushing and known.rows == before.digest):
        if marks.base != vocab.BASE and _base(home.work) is None:
            _set_base(home, marks.base)
        return
    incoming = home.path / "incoming.jsonl"
    mine = {rows.key(line) for line in rows.lines(home.work)}
    theirs, decided = _download(store, log_iri(marks.base), incoming, mine | before.keys)
    # Rows that are gone there count as taken out only where the log is whole: of one that a push was cut off in nothing is lost.
    whole = known is not None and not known.pushing and rows.digest(theirs) == known.rows
    gone = (mine & before.keys) - theirs if whole else frozenset()
    try:
        with create_or_open(home.work) as folder, incoming.open(encoding="ascii", newline="\n") as file:
            rows.merge_log(folder.log_path, (line.rstrip("\n") for line in file), gone, marks.base)
    except ValueError as error:
        raise _damaged(store) from error
    finally:
        incoming.unlink(missing_ok=True)
    if whole or decided:
        _decide(home, decided, before.decisions)
    keys = frozenset(theirs if whole else theirs | before.keys)
    home.remember_rows(Merged(keys, rows.digest(keys), tuple(decided)))


def _download(store: RemoteStore, log: str, incoming: Path, known: Set[str]) -> tuple[set[str], list[str]]:
    """Write the rows of the store's log that we never had to a file; the keys of all of them, and the decisions."""
    theirs: set[str] = set()
    decided: list[str] = []
    with layout.reported(incoming.parent), incoming.open("w", encoding="ascii", newline="\n") as file:
        for line in mirror.lines(store, log):
            key = rows.key(line)
            theirs.add(key)
            taken = _decided(store, line)
            if taken is not None:
                decided = taken
            elif key not in known:
                file.write(line + "\n")
    return theirs, decided


def _damaged(store: RemoteStore) -> RemoteError:
    return RemoteError(f"the log in {store.address} holds a row that is none", hint="take it out there, or build in an empty store")


def _decided(store: RemoteStore, line: str) -> list[str] | None:
    try:
        return rows.decided_of(line)
    except ValueError as error:
        raise _damaged(store) from error


def _set_base(home: Home, base: str) -> None:
    with create_or_open(home.work) as folder, Log(folder.log_path) as log:
        log.set_meta("base", base)


def _decide(home: Home, theirs: list[str], before: tuple[str, ...]) -> None:
    """Merge two tables of decisions against the one that both come from: theirs in their order, then what we added."""
    mine = rows.decided_rows(home.work)
    kept = [row for row in theirs if row in mine or row not in before]
    merged = kept + [row for row in mine if row not in before and row not in kept]
    if merged != mine:
        header = decisions.render(()).rstrip("\n")
        layout.replace_file(home.work / decisions.FILE, "\n".join([header, *merged, ""]))


def _push(store: RemoteStore, home: Home, known: State, marks: Marks) -> None:
    """Send what differs, and remember what the store holds then."""
    with open_snapshot(home.work) as snapshot:
        keys = frozenset(rows.key(line) for line in rows.lines(home.work))
        manifest = snapshot.manifest
        if manifest.base != marks.base:
            raise StoreError(f"the work folder {home.work} has the base {manifest.base}", hint="leave --base out")
        wanted = State(marks.base, manifest.graph, manifest.triples, rows.digest(keys), known.place)
        if marks.states == (wanted,) and home.pushed() == wanted and home.merged().digest == wanted.rows and _is_whole(store, wanted):
            return
        with _held(store, home, known, marks) as held:
            push.push(store, held, Wanted(snapshot.store, lambda: rows.lines(home.work), wanted), marks.states)
        home.remember(wanted, snapshot.rdf_path)
        home.remember_rows(Merged(keys, wanted.rows, tuple(rows.decided_rows(home.work))))


def _is_whole(store: RemoteStore, known: State) -> bool:
    """Whether the store holds as many triples as it says."""
    return push.count(store, known.base, known.place) == known.triples


@contextmanager
def _held(store: RemoteStore, home: Home, known: State, marks: Marks) -> Iterator[Held]:
    """What the store holds: as remembered where its mark says so and the count agrees, nothing where it is new, else all of it is read."""
    pushed, merged = home.pushed(), home.merged()
    if not marks.states:
        yield Held(Store(), frozenset())
    elif marks.state is not None and marks.state == pushed and merged.digest == pushed.rows and _is_whole(store, known):
        yield Held(home.pushed_graph(pushed), merged.keys)
    else:
        theirs = frozenset(rows.key(line) for line in mirror.lines(store, known.log))
        with mirror.fetched(store, known, home.path / "remote.tmp") as graph:
            yield Held(graph, theirs)
