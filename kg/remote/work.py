"""The local side of a remote store: a folder per address, in which it is built, and what is remembered of the last push.

```
<data>/remotes/<host>-<hash of the address>/
    lock, identity  held by the one command that writes there; by which the store's marks know this folder
    work/           an ordinary store folder: log, decisions, snapshots
    pushed.json     the state that the last whole push left in the store
    pushed-<digest> the graph of that state (hard links)
    merged.json     keys of the rows, and the decisions, that the store's log is known to have held
<cache>/remotes/<the same>/   an ordinary store folder with what was last read from the store
```
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import Store

from kg.errors import StoreError
from kg.names import digest
from kg.remote.address import checked
from kg.remote.state import State
from kg.store import layout

_APP = "paper-kg"
_NO_NAME = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Merged:
    """What we know that the store's log held, when it was last merged with ours."""

    keys: frozenset[str] = frozenset()  # of the rows
    digest: str = ""  # of these keys
    decisions: tuple[str, ...] = ()  # rows of the table


@dataclass(frozen=True, slots=True)
class Home:
    """The local side of one remote store."""

    path: Path
    mirror: Path  # store folder of what was read

    def identity(self) -> str:
        """By which a mark in the store knows this folder and no other, on whichever machine; made when first asked for."""
        file = self.path / "identity"
        if not file.is_file():
            layout.replace_file(file, secrets.token_hex(16))
        return file.read_text(encoding="ascii")

    @property
    def work(self) -> Path:
        """The store folder in which is built."""
        return self.path / "work"

    def pushed(self) -> State | None:
        """What the last whole push from here left in the store; None where nobody knows: then all is compared."""
        try:
            state = State(**json.loads((self.path / "pushed.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        return state if self._graph(state).is_dir() else None

    def pushed_graph(self, state: State) -> Store:
        """The graph of the last push."""
        with layout.reported(self.path):
            return Store.read_only(str(self._graph(state)))

    def remember(self, state: State, graph: Path) -> None:
        """Keep what was pushed: the RDF folder of its snapshot."""
        with layout.reported(self.path):
            target = self._graph(state)
            if not target.is_dir():
                side = target.with_name("pushed.tmp")
                shutil.rmtree(side, ignore_errors=True)
                Store.read_only(str(graph)).backup(str(side))
                side.rename(target)
            layout.replace_file(self.path / "pushed.json", json.dumps(asdict(state), sort_keys=True) + "\n")
            for entry in self.path.glob("pushed-*"):
                if entry != target:
                    shutil.rmtree(entry)

    def merged(self) -> Merged:
        """What the last merge of logs was with; nothing where there was none, so that no row counts as taken out."""
        try:
            found = json.loads((self.path / "merged.json").read_text(encoding="utf-8"))
            return Merged(frozenset(found["keys"]), found["digest"], tuple(found["decisions"]))
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return Merged()

    def remember_rows(self, merged: Merged) -> None:
        """Keep what a merge was with."""
        found = {"keys": sorted(merged.keys), "digest": merged.digest, "decisions": merged.decisions}
        with layout.reported(self.path):
            layout.replace_file(self.path / "merged.json", json.dumps(found, indent=0) + "\n")

    def _graph(self, state: State) -> Path:
        return self.path / f"pushed-{state.graph}"

    @contextmanager
    def mirroring(self) -> Iterator[None]:
        """Be the only command that renews the mirror; waits for another to end."""
        with layout.reported(self.mirror):
            self.mirror.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(f"{self.mirror}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only command that writes here.

        Raises:
            StoreError: another one does, or the folder cannot be written.
        """
        with layout.reported(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock(lock, self.path)
            yield
        finally:
            os.close(lock)


def _lock(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
        hint = f"wait for it to end, or stop it with `kill {holder}`; reading works meanwhile"
        raise StoreError(f"process {holder} on this machine is writing the store (its work folder is {path})", hint=hint) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)


def place(address: str, environment: Mapping[str, str] = os.environ) -> Home:
    """The local side of the store at an address; nothing is made yet."""
    url = checked(address)
    name = f"{_NO_NAME.sub('-', url.host)}-{digest(str(url))[:12]}"
    shared = environment.get("KG_HOME")
    data = Path(shared) if shared else Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local/share") / _APP
    cache = Path(shared) / "cache" if shared else Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / _APP
    return Home(data / "remotes" / name, cache / "remotes" / name)
