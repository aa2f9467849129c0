"""Readers: the newest snapshot of a store, held by a shared lock so that the writer does not drop it meanwhile."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from pyoxigraph import NamedNode, Store

from kg.errors import StoreError
from kg.store import layout
from kg.store.figures import Figures, read_figures
from kg.store.namefiles import build_index
from kg.store.nameindex import NameIndex
from kg.store.names import NameRow

_ATTEMPTS = 200  # times a reader looks again when the writer drops the snapshot it was about to open
_PAUSE = 0.005  # seconds between them

NameRows = Callable[[Store, str], Iterable[NameRow]]  # (graph, base) → the rows of its name index


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself."""

    base: str  # base of the data IRIs
    triples: int
    names: str  # digest of the rows of the name index
    graph: str  # digest of the triples, whatever their order
    papers: int
    entities: int
    statements: int  # different triples that papers state


class Snapshot:
    """One published state of the graph; a context manager that lets go of it."""

    def __init__(self, path: Path, pointer: layout.Pointer, lock: int, *, name_rows: NameRows | None = None) -> None:
        """What lies in the folder `path`; with `name_rows` it is temporary: gone when closed, its names made when first asked for."""
        self.path = path
        self.number = pointer.number
        self.fingerprint = pointer.fingerprint
        self._index: NameIndex | None = None
        self._store: Store | None = None
        self.manifest = read_manifest(path)
        self._name_rows = name_rows
        self._remove = weakref.finalize(self, _drop, path, os.getpid()) if name_rows is not None else None
        self._lock: int | None = lock  # ours to give back only when nothing can fail any more

    @property
    def base(self) -> str:
        """Base of the data IRIs."""
        return self.manifest.base

    @property
    def rdf_path(self) -> Path:
        """The folder of the RDF store, with named graphs where it is of a file that has them."""
        return self.path / layout.RDF

    @property
    def plain_path(self) -> Path:
        """The folder of an RDF store that has all graphs as its default graph, every triple once; the same where there are no others."""
        plain = self.path / layout.PLAIN
        return plain if plain.exists() else self.rdf_path

    @property
    def store(self) -> Store:
        """The plain graph, read-only; opened on first use. Drop what was taken from it before the snapshot is closed."""
        if self._store is None:
            with layout.reported(self.plain_path):
                self._store = Store.read_only(str(self.plain_path))
        return self._store

    @property
    def figures(self) -> Figures | None:
        """How much of what it holds; None where that was not counted when it was made."""
        return read_figures(self.path)

    @property
    def names(self) -> NameIndex:
        """The index of all names, opened on first use."""
        if self._index is None:
            self._make_names()
            self._index = NameIndex(self.path / layout.NAMES_FILE, self.path / layout.DELTA_FILE)
        return self._index

    def _make_names(self) -> None:
        file = self.path / layout.NAMES_FILE
        if self._name_rows is not None and not file.exists():
            descriptor, side = tempfile.mkstemp(dir=self.path)
            os.close(descriptor)
            build_index(Path(side), self._name_rows(self.store, self.base))
            Path(side).replace(file)  # another thread may have made the same

    def iri(self, path: str) -> NamedNode:
        """The IRI of a path such as "method/biomedclip"; an absolute IRI stays itself."""
        return NamedNode(path if ":" in path.split("/", 1)[0] else self.base + path)

    def local(self, iri: str) -> str:
        """The path of a data IRI below the base; any other IRI stays itself."""
        return iri.removeprefix(self.base)

    def close(self) -> None:
        """Let go of the snapshot; the writer may drop it afterwards."""
        self._store = None
        if self._index is not None:
            self._index.close()
            self._index = None
        if self._remove is not None:
            self._remove()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_lock", None) is not None:
            self.close()


def _drop(path: Path, process: int) -> None:
    """Remove a temporary snapshot, unless this is a fork of the process that made it."""
    if os.getpid() == process:
        shutil.rmtree(path, ignore_errors=True)


def open_snapshot(path: str | Path) -> Snapshot:
    """The newest snapshot of the store in the folder `path`.

    Raises:
        StoreError: there is no store or snapshot, it is of another version, damaged, or may not be read.
    """
    folder = Path(path)
    layout.check_format(folder)
    with layout.reported(folder):
        for _ in range(_ATTEMPTS):
            pointer = layout.read_current(folder)
            if pointer is None:
                raise StoreError(f"nothing is published in {folder} yet", hint="run `kg build PATH…` again: it finishes what was begun")
            home = folder / layout.SNAPSHOTS / str(pointer.number)
            lock = _share(home)
            if lock is not None:
                return _snapshot(home, pointer, lock)
            time.sleep(_PAUSE)
    raise StoreError(f"{folder}: the snapshot that {layout.CURRENT_FILE} names is absent", hint=layout.REDERIVE)


def _snapshot(home: Path, pointer: layout.Pointer, lock: int) -> Snapshot:
    try:
        return Snapshot(home, pointer, lock)
    except BaseException:
        os.close(lock)
        raise


def _share(home: Path) -> int | None:
    """A descriptor that holds the shared lock of a snapshot; None where it is gone or being dropped."""
    try:
        descriptor = os.open(home / layout.LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), (home / layout.LOCK_FILE).stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def read_manifest(home: Path) -> Manifest:
    """What the snapshot in the folder `home` says of itself.

    Raises:
        StoreError: the file is absent or damaged.
    """
    try:
        return Manifest(**json.loads((home / layout.MANIFEST_FILE).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError) as error:
        raise StoreError(f"{home / layout.MANIFEST_FILE} is damaged", hint=layout.REDERIVE) from error


def write_manifest(home: Path, manifest: Manifest) -> None:
    """Write the manifest of a snapshot that is being made."""
    layout.replace_file(home / layout.MANIFEST_FILE, json.dumps(asdict(manifest), sort_keys=True) + "\n")
