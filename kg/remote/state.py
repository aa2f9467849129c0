"""What a store says of the graphs of papers that it holds: which state, and who writes it.

Beside the graph lies a named graph `<base>log`. It holds the rows of the log, and of itself two marks: `remote:state` says what the graph
amounts to and whether a push is under way, `remote:writer` who builds it.
"""

from __future__ import annotations

import getpass
import json
import os
import secrets
import socket
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import UTC, datetime
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import StoreError, UsageError
from kg.remote import texts
from kg.remote.failures import plain
from kg.remote.store import DEFAULT, RemoteStore

STATE = NamedNode("https://w3id.org/paper-kg/remote#state")
WRITER = NamedNode("https://w3id.org/paper-kg/remote#writer")
FORMAT = 1  # raised when marks or rows change their meaning
CLEAR = "KG_CLEAR_WRITER"
_OTHER_VERSION = "use the version of kg that pushed it"


@dataclass(frozen=True, slots=True)
class State:
    """What the graph below one base amounts to."""

    base: str
    graph: str = ""  # digest of the triples, as a manifest has it; "" before the first push
    triples: int = 0
    rows: str = ""  # digest of the rows of the log
    place: str = ""  # IRI of the graph that the triples lie in; "" for the default one
    pushing: bool = False  # the figures are those of before, and what is there lies somewhere between
    format: int = FORMAT

    @property
    def log(self) -> str:
        """IRI of the graph that holds the log."""
        return log_iri(self.base)


@dataclass(frozen=True, slots=True)
class WriterMark:
    """Who builds a graph."""

    token: str  # 8 hex digits
    home: str  # of the work folder, so that a killed build goes on
    who: str
    since: str  # ISO 8601, UTC


_Mark = TypeVar("_Mark", State, WriterMark)


@dataclass(frozen=True, slots=True)
class Marks:
    """All that is said in the log of one base."""

    base: str
    states: tuple[State, ...] = ()  # one, unless two writers came in each other's way
    writers: tuple[WriterMark, ...] = ()

    @property
    def state(self) -> State | None:
        """The one state; None where there is none, or no one knows which."""
        return self.states[0] if len(self.states) == 1 else None


def log_iri(base: str) -> str:
    """IRI of the graph that holds the log of the graph below `base`."""
    return f"{base}log"


def read(store: RemoteStore) -> dict[str, Marks]:
    """The marks by base.

    Raises:
        StoreError: a mark cannot be read, or is of another version.
    """
    states: defaultdict[str, list[State]] = defaultdict(list)
    writers: defaultdict[str, list[WriterMark]] = defaultdict(list)
    found = store.query(texts.text("marks"))
    if found.variables != ("log", "property", "value"):
        raise StoreError(f"{store.address} answers another question than it was asked", hint="check the address after --store")
    for log, property, value in found.rows:
        iri = getattr(log, "value", "")
        base = iri.removesuffix("log")
        if iri != log_iri(base):
            continue
        if property == STATE:
            states[base].append(_state(getattr(value, "value", ""), base))
        else:
            writers[base].append(_parsed(WriterMark, getattr(value, "value", "")))
    return {base: Marks(base, tuple(states[base]), tuple(writers[base])) for base in sorted({*states, *writers})}


def only(marks: Mapping[str, Marks], base: str | None, address: str) -> Marks | None:
    """The marks of the graph that is meant; None where there is no such graph.

    Raises:
        UsageError: there are several, and no base says which.
    """
    if base is not None:
        return marks.get(base)
    if len(marks) > 1:
        raise UsageError(
            f"{address} holds {len(marks)} graphs of papers: {plain(', '.join(marks))}", hint="give --base, or `kg.open(…, base=…)`"
        )
    return next(iter(marks.values()), None)


def triple(mark: State | WriterMark, log: str) -> Triple:
    """What the log says of itself."""
    property = STATE if isinstance(mark, State) else WRITER
    return Triple(NamedNode(log), property, _literal(mark))


def _literal(mark: State | WriterMark) -> Literal:
    return Literal(json.dumps(asdict(mark), sort_keys=True))


def claim(store: RemoteStore, marks: Marks, home: str, environment: Mapping[str, str] = os.environ) -> tuple[WriterMark, Marks]:
    """Become the one writer; the mark that says so, and what the store says since: a build may have ended after it was asked before.

    Args:
        store: where.
        marks: what it said just now.
        home: name of the work folder; its own mark, which a killed build left, is taken over.
        environment: KG_CLEAR_WRITER in it names the mark of somebody else that is stale.

    Raises:
        StoreError: somebody else writes it; says who and since when.
    """
    log = log_iri(marks.base)
    stale = tuple(mark for mark in marks.writers if mark.home == home or mark.token == environment.get(CLEAR))
    if stale:
        store.update(texts.change([(log, triple(mark, log)) for mark in stale], ()))
    ours = WriterMark(secrets.token_hex(4), home, _who(), datetime.now(UTC).isoformat(timespec="seconds"))
    store.update(texts.text("claim", log=NamedNode(log), mark=_literal(ours)))
    claimed = read(store).get(marks.base, Marks(marks.base))
    holders = claimed.writers
    if holders == (ours,):
        return ours, claimed
    if ours in holders:
        release(store, marks.base, ours)
    others = [mark for mark in holders if mark != ours]
    if not others:
        raise StoreError(
            f"{store.address} took an update and shows nothing of it", hint="let KG_UPDATE_URL name the place for updates of that store"
        )
    raise StoreError(
        f"{store.address} is written by {plain(others[0].who)} since {plain(others[0].since)}",
        hint=f"wait for that build to end; if it is dead, set {CLEAR}={plain(others[0].token)} and run the same command again",
    )


def release(store: RemoteStore, base: str, mark: WriterMark) -> None:
    """Give up being the writer."""
    log = log_iri(base)
    store.update(texts.change([(log, triple(mark, log))], ()))


def set_state(store: RemoteStore, base: str, old: tuple[State, ...], new: State) -> None:
    """Replace what the log says of the graph; the new comes first, so that a store that dies in between says two things, not nothing."""
    log = log_iri(base)
    gone = [(log, triple(state, log)) for state in old if state != new]
    store.update(" ;\n".join(part for part in (texts.change((), [(log, triple(new, log))]), texts.change(gone, ())) if part))


def is_united(store: RemoteStore, base: str) -> bool:
    """Whether the default graph is the union of all, so that ours needs a name; known while a writer's mark is there."""
    return store.query(texts.text("united", log=NamedNode(log_iri(base)))).boolean is True


def _state(text: str, base: str) -> State:
    state = _parsed(State, text)
    if state.format != FORMAT:
        raise StoreError(f"the graph below {base} is of format {state.format}, this kg reads {FORMAT}", hint=_OTHER_VERSION)
    if state.base != base or state.place not in (DEFAULT, f"{base}graph"):
        raise StoreError(f"the store says of the graph below {plain(base)} that it lies elsewhere", hint=_OTHER_VERSION)
    return state


def _parsed(kind: type[_Mark], text: str) -> _Mark:
    """A mark from its text.

    Raises:
        StoreError: it is none.
    """
    try:
        found = json.loads(text)
        known = {field.name: type(field.default) if field.default is not MISSING else str for field in fields(kind)}
        if found.keys() != known.keys() or any(type(found[name]) is not type_ for name, type_ in known.items()):
            raise ValueError("other fields")  # noqa: TRY301 (as one that is no JSON)
        return kind(**found)
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise StoreError(
            f"the store says of its graph what cannot be read: {plain(text)}", hint="use the version of kg that pushed it"
        ) from error


def _who() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # nobody has this user id
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}, process {os.getpid()}"
