"""The difference between what a store holds and what it shall hold, sent as updates; a repeat sends nothing.

A difference that fits into one update goes in one, marks included, where that is a transaction. Any other begins with a mark that a
push is under way; who finds that mark compares all that the store holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import Literal, NamedNode, Store, Triple

from kg.errors import StoreError
from kg.remote import rows, texts
from kg.remote.difference import difference
from kg.remote.layout import Product
from kg.remote.state import State, set_state, triple
from kg.remote.store import DEFAULT, RemoteStore

_BATCH = 1000  # triples in one update: 2000 pass on Virtuoso 7.2.5, 5000 fail with SP030; 100 take 3 times the server's time
_BATCH_SIZE = 1 << 20  # characters in one update
_BULK = 5000  # triples above which the Graph Store Protocol is used: no update has to be parsed
_BULK_ROWS = 100  # rows of the log above which it is: they are long
_DROPS = 50  # rows taken out in one update


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds now, so far as we know."""

    graph: Store
    rows: Set[str]  # keys


@dataclass(frozen=True, slots=True)
class Wanted:
    """What it shall hold."""

    graph: Store
    lines: Callable[[], Iterable[str]]  # reads the rows of the log; they may be larger than memory
    state: State


def push(store: RemoteStore, held: Held, wanted: Wanted, before: tuple[State, ...]) -> None:
    """Make a store hold what it shall.

    Args:
        store: where we are the writer.
        held: what is there.
        wanted: what shall be there.
        before: the states in its log.

    Raises:
        RemoteError: the store refuses, or cannot be reached; what is there is somewhere between, and marked so.
        StoreError: it holds another number of triples afterwards.
    """
    gone, come = difference(held.graph, wanted.graph)
    keys = {rows.key(line) for line in wanted.lines()}
    new, dropped = len(keys - held.rows), sorted(held.rows - keys)
    if not gone and not come and not new and not dropped:
        if before != (wanted.state,):
            set_state(store, wanted.state.base, before, wanted.state)
        return
    begun = _under_way(wanted.state, before)
    lines = (line for line in wanted.lines() if rows.key(line) not in held.rows)
    few = not dropped and len(gone) + len(come) + new <= _BATCH
    if few and store.endpoints.product is Product.OXIGRAPH:  # an update is one transaction there; Virtuoso has none over two operations
        if _push_small(store, wanted.state, gone, come, lines, before):
            _check_pushed(store, wanted.state, len(keys), begun)
            return
        lines = (line for line in wanted.lines() if rows.key(line) not in held.rows)
    if before != (begun,):
        set_state(store, wanted.state.base, before, begun)
    _push_large(store, wanted.state, gone, come)
    _push_rows(store, wanted.state.log, lines, dropped, bulk=new > _BULK_ROWS)
    check(store, wanted.state, len(keys))
    set_state(store, wanted.state.base, (begun,), wanted.state)


def _check_pushed(store: RemoteStore, wanted: State, lines: int, begun: State) -> None:
    """Compare the figures after a whole push; where they differ, let the next one compare all."""
    try:
        check(store, wanted, lines)
    except StoreError:
        set_state(store, wanted.base, (wanted,), begun)
        raise


def _under_way(wanted: State, before: tuple[State, ...]) -> State:
    """The figures of before, with the word that they do not hold."""
    old = before[0] if len(before) == 1 else State(wanted.base)
    return State(wanted.base, old.graph, old.triples, old.rows, wanted.place, pushing=True)


def _push_small(
    store: RemoteStore, wanted: State, gone: list[Triple], come: list[Triple], new: Iterable[str], before: tuple[State, ...]
) -> bool:
    """Send all of a difference in one update, which the store takes or leaves; whether it was small enough."""
    log = wanted.log
    removed = [(wanted.place, one) for one in gone] + [(log, triple(state, log)) for state in before]
    added = [(wanted.place, one) for one in come] + [(log, rows.triple(log, line)) for line in new] + [(log, triple(wanted, log))]
    update = texts.change(removed, added)
    if len(update) > _BATCH_SIZE:
        return False
    store.update(update)
    return True


def _push_large(store: RemoteStore, wanted: State, gone: list[Triple], come: list[Triple]) -> None:
    """Send a difference in parts, sorted: Virtuoso takes triples of one subject after another at twice the rate of mixed ones."""
    gone.sort(key=str)
    come.sort(key=str)
    for batch in batches(gone):
        store.update(texts.change(((wanted.place, one) for one in batch), ()))
    if store.endpoints.graphs and len(come) > _BULK:
        for _ in store.post(come, wanted.place):
            pass
        return
    for batch in batches(come):
        store.update(texts.change((), ((wanted.place, one) for one in batch)))


def _push_rows(store: RemoteStore, log: str, new: Iterable[str], dropped: list[str], *, bulk: bool) -> None:
    """Put rows in before others go, so that a log between two states has every paper of both."""
    if store.endpoints.graphs and bulk:
        for _ in store.post((rows.triple(log, line) for line in new), log):
            pass
    else:
        for batch in batches(rows.triple(log, line) for line in new):
            store.update(texts.change((), ((log, one) for one in batch)))
    keys = iter(dropped)
    while some := list(islice(keys, _DROPS)):
        store.update(" ;\n".join(texts.text("drop-row", log=NamedNode(log), row=rows.iri(log, key)) for key in some))


def batches(triples: Iterable[Triple]) -> Iterator[list[Triple]]:
    """Triples in their order, as many at a time as a store takes in one update."""
    batch: list[Triple] = []
    size = 0
    for one in triples:
        length = len(str(one))
        if batch and (len(batch) == _BATCH or size + length > _BATCH_SIZE):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += length
    if batch:
        yield batch


def count(store: RemoteStore, base: str, place: str) -> int:
    """How many triples below a base lie in a graph; all of them in a graph of our own."""
    if place != DEFAULT:
        return store.count(texts.text("count-all"), place)
    return store.count(texts.text("count-below", base=Literal(base)))


def check(store: RemoteStore, state: State, lines: int) -> None:
    """Pass where a store holds as many triples and rows as it shall.

    Raises:
        StoreError: it does not; says how many there are.
    """
    triples, found = count(store, state.base, state.place), store.count(texts.text("count-rows"), state.log)
    for held, wanted, what in ((triples, state.triples, "triples"), (found, lines, "rows of the log")):
        if held != wanted:
            raise StoreError(
                f"{store.address} holds {held} {what} after the push, not {wanted}",
                hint="run the same command again: it compares all and sends what is missing",
            )
