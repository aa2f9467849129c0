"""What a `--store` argument names, and the published graph that is read from it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kg.errors import StoreError, UsageError
from kg.resources import STDIN
from kg.store import Snapshot, layout, open_snapshot


class Kind(StrEnum):
    """What keeps a graph."""

    FOLDER = "folder"  # of kg, which can be read and written
    FILE = "file"  # of RDF, or standard input; read only
    REMOTE = "remote"  # a SPARQL 1.1 store behind http(s)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a graph is kept."""

    kind: Kind
    text: str  # the path or address as it was given

    @property
    def is_remote(self) -> bool:
        """Whether another computer may have to be asked."""
        return self.kind is Kind.REMOTE

    @property
    def path(self) -> Path:
        """The path of a folder or file."""
        return Path(self.text)


def locate(store: str | Path) -> Location:
    """What a path or address names; nothing is opened.

    Raises:
        UsageError: it is an address that is not http(s).
    """
    text = str(store)
    scheme, separator, _ = text.partition("://")
    if isinstance(store, str) and separator:
        if scheme.casefold() not in ("http", "https"):
            raise UsageError(f"{text} is no address of a store", hint="name a folder, a file, or http(s)://… with --store")
        return Location(Kind.REMOTE, text)
    path = Path(text)
    return Location(Kind.FILE if text == STDIN or _is_file(path) else Kind.FOLDER, text)


def _is_file(path: Path) -> bool:
    """Whether a file is there, or one is meant where nothing is."""
    if path.exists():
        return not path.is_dir()
    from kg.files import names_a_file

    return names_a_file(path)


def folder_of(location: Location, act: str) -> Path:
    """The folder of a store that is to be written.

    Raises:
        UsageError: it is a file.
    """
    if location.kind is Kind.FILE:
        raise UsageError(
            f"{location.text} is a file, which is only read: kg cannot {act} it", hint="`kg build PATH… --store FOLDER` makes a store"
        )
    return location.path


def writing(location: Location, act: str, base: str | None = None) -> AbstractContextManager[Path]:
    """The folder of a store to write in; of a remote store its work folder, from which what changed is pushed at the end.

    Args:
        location: of the store.
        act: what is to be done, for words.
        base: where data IRIs begin, for a new remote graph, or of the one that is meant where there are several.

    Raises:
        UsageError: it is a file, or a remote graph has another base.
        StoreError: a remote store cannot be reached, refuses, or is written by somebody else.
    """
    if location.kind is Kind.REMOTE:
        from kg import remote

        return remote.writing(location.text, base=base)
    return nullcontext(folder_of(location, act))


def log_folder(location: Location, act: str, base: str | None = None) -> Path:
    """The folder with the log and the decisions of a graph; of a remote store its work folder, after a look at the log there.

    Raises:
        UsageError, StoreError: as `writing` does.
    """
    if location.kind is Kind.REMOTE:
        from kg import remote

        return remote.synced(location.text, base=base)
    return folder_of(location, act)


def open_graph(location: Location, base: str | None = None) -> Snapshot:
    """The newest published state of a graph, to be closed by the caller.

    Args:
        location: where it is.
        base: of the graph that is meant, where a remote store holds several.

    Raises:
        UsageError: nothing can be read there.
        SourceError: the file cannot be opened or parsed; says at which line.
        StoreError: there is no store or snapshot, it is of another version, damaged, or may not be read.
    """
    if location.kind is Kind.FILE:
        from kg.files import open_file

        return open_file(location.path)
    if location.kind is Kind.REMOTE:
        from kg import remote

        return remote.open_mirror(location.text, base=base)
    return open_snapshot(location.path)


class Reader:
    """Opens a graph whenever it is asked; a file is loaded once and kept until it is another, or until `close`."""

    def __init__(self, location: Location, base: str | None = None) -> None:
        self.location = location
        self._base = base  # of the graph that is meant, where a remote store holds several
        self._lock = threading.Lock()
        self._kept: Snapshot | None = None
        self._state: object = None
        self._readers = 0

    @contextmanager
    def open(self) -> Iterator[Snapshot]:
        """The newest published state, to be used inside the `with`; errors as in `open_graph`."""
        if self.location.kind is not Kind.FILE:
            with open_graph(self.location, self._base) as snapshot:
                yield snapshot
            return
        with self._lock:
            snapshot = self._file()
            self._readers += 1
        try:
            yield snapshot
        finally:
            with self._lock:
                self._readers -= 1

    @contextmanager
    def writing(self, act: str) -> Iterator[Path]:
        """The folder of a store that is written, of today's format; errors as in `writing`."""
        self.migrate()
        with writing(self.location, act, self._base) as folder:
            yield folder

    def migrate(self) -> Path | None:
        """Bring a store folder of an older format to today's; where the old one is kept, None if nothing was to do."""
        from kg.archive import migrate

        return migrate(self.location.path) if self.location.kind is Kind.FOLDER else None

    def folder(self, act: str = "find the log of a build in") -> Path:
        """The folder with log and decisions; of a remote store its work folder, after a look at the log there.

        Raises:
            UsageError: the graph is a file, of which kg cannot do what `act` says.
            StoreError: there is no store.
        """
        folder = log_folder(self.location, act, self._base)
        if not folder.is_dir():
            raise self._absent()
        return folder

    def log(self) -> Path:
        """The file of the extraction log; errors as in `folder`."""
        log = self.folder() / layout.LOG_FILE
        if not log.is_file():
            raise self._absent()
        return log

    def _absent(self) -> StoreError:
        return StoreError(f"no store at {self.location.text}", hint="`kg build PATH…` makes one; --store names another folder")

    def close(self) -> None:
        """Let go of what is kept; a later `open` loads the file again."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
            self._kept = None

    def _file(self) -> Snapshot:
        state = _state(self.location)
        if self._kept is not None and state != self._state and not self._readers:
            self._kept.close()
            self._kept = None
        if self._kept is None:
            self._kept, self._state = open_graph(self.location), state
        return self._kept


def _state(location: Location) -> object:
    """What tells whether a file is still the one that was loaded; None where it cannot be told."""
    if location.text == STDIN or not location.path.is_file():
        return None
    found = location.path.stat()
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def has_moved_on(location: Location, snapshot: Snapshot) -> bool:
    """Whether a newer state than this snapshot is published where it was opened.

    Raises:
        StoreError: what is there cannot be read.
    """
    if location.kind is Kind.REMOTE:
        from kg import remote

        return remote.has_moved_on(location.text, snapshot)
    if location.kind is Kind.FILE:
        return False
    pointer = layout.read_current(location.path)
    # A store that was restored in the place of another counts its snapshots anew.
    return pointer is not None and (pointer.number, pointer.fingerprint) != (snapshot.number, snapshot.fingerprint)
