"""The writer: takes the store's lock, publishes snapshots beside the current one, clears away what killed runs left.

A snapshot is made in a side folder: anew from a stream, or of the current one, whose files are taken over by hard links and never written
again, with a change applied. What is new in it is flushed to disk, then CURRENT is moved by a rename. Whatever happens before that rename
leaves the old state; whatever happens after leaves the new one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from pyoxigraph import Triple

from kg.errors import StoreError
from kg.store import layout, rdf
from kg.store.change import Change, Content, hexed
from kg.store.figures import Figures, figures_of, read_figures, write_figures
from kg.store.layout import Pointer
from kg.store.namefiles import VERSION, build_index, extend_delta, is_large, version
from kg.store.nameindex import NameIndex
from kg.store.names import NameRow
from kg.store.snapshot import Manifest, read_manifest, write_manifest


class Writer:
    """The one writer of a store folder; a context manager that gives the lock back."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock: int | None = lock

    @property
    def log_path(self) -> Path:
        """Where the extraction log lies."""
        return self.path / layout.LOG_FILE

    def published(self, *, opened: bool = True) -> Pointer | None:
        """What is published now; None where there is nothing, or nothing that can be opened.

        Args:
            opened: try to open it, which takes some 20 ms; else whoever opens it next finds out.
        """
        pointer = _sound_pointer(self.path)
        manifest = None if pointer is None else self._manifest(pointer)
        if pointer is None or manifest is None or not _is_whole(self._home(pointer.number), opened=opened):
            return None
        return pointer

    def publish(
        self,
        triples: Iterable[Triple] | rdf.Staged,
        names: Iterable[NameRow],
        *,
        fingerprint: str,
        base: str,
        anew: bool = False,
        stated: Callable[[], Mapping[str, int] | None] = lambda: None,
    ) -> Pointer:
        """Make `triples` and `names` the newest snapshot, all files anew; none is made where that is what is published already.

        Args:
            triples: the whole graph; read once, in any order, also with duplicates. Or what `kg.store.staging` loaded of it.
            names: the rows of the name index; likewise.
            fingerprint: what the graph was made from; `published()` gives it back.
            base: base of the data IRIs.
            anew: keep the new files also where what is published says the same.
            stated: gives `Figures.stated` when all triples were read.

        Returns:
            What is published now.

        Raises:
            StoreError: the disk is full or may not be written; the published state stays as it was.
        """
        with layout.reported(self.path), self._side() as side:
            with rdf.loading(side / layout.RDF, triples) as content:
                marks = build_index(side / layout.NAMES_FILE, names)
            counts = (content.papers, content.entities, content.statements)
            manifest = Manifest(base, content.triples, hexed(marks), hexed(content.marks), *counts)
            return self._settle(side, manifest, figures_of(content, stated()), fingerprint, None if anew else self.published())

    def apply(self, change: Change, *, fingerprint: str) -> Pointer:
        """Publish the current snapshot with a change applied; costs what the change does, not what the store holds.

        Applying a change twice is fine: what is there is not added again, what is gone not removed.

        Args:
            change: what to remove and add.
            fingerprint: what the graph is made from now.

        Returns:
            What is published now: the same snapshot where the change changes nothing.

        Raises:
            StoreError: nothing sound is published that could be changed: then `publish` the whole; or the disk is full or may not be
                written. The published state stays as it was.
        """
        with layout.reported(self.path):
            pointer = self.published(opened=False)
            if pointer is None:
                raise StoreError(f"nothing is published in {self.path} that could be changed", hint=layout.REDERIVE)
            old = self._home(pointer.number)
            with self._side() as side:
                content = _applied(old, side, change)
                marks = _renamed(old, side, change)
                manifest = _changed(read_manifest(old), content, marks)
                figures = _figures(old).plus(content, change.stated())
                return self._settle(side, manifest, figures, fingerprint, pointer, flushed=layout.files_below(old))

    @contextmanager
    def _side(self) -> Iterator[Path]:
        """An empty folder to make a snapshot in, which is dropped unless it was renamed."""
        side = self._home(1 + max([0, *_numbers(self.path)])).with_suffix(".tmp")
        shutil.rmtree(side, ignore_errors=True)
        side.mkdir(parents=True)
        try:
            yield side
        finally:
            shutil.rmtree(side, ignore_errors=True)

    def _settle(
        self, side: Path, manifest: Manifest, figures: Figures, fingerprint: str, pointer: Pointer | None, flushed: Collection[int] = ()
    ) -> Pointer:
        """Let CURRENT name what was made in `side`, or what is published where that says the same; all on disk when this returns."""
        if pointer is not None and self._manifest(pointer) == manifest and read_figures(self._home(pointer.number)) == figures:
            if pointer.fingerprint != fingerprint:
                pointer = Pointer(pointer.number, fingerprint)
                layout.write_current(self.path, pointer)
            return pointer
        write_manifest(side, manifest)
        write_figures(side, figures)
        (side / layout.LOCK_FILE).touch()
        layout.sync_tree(side, flushed)
        pointer = Pointer(int(side.stem), fingerprint)
        side.rename(self._home(pointer.number))
        layout.sync(self.path / layout.SNAPSHOTS)
        layout.write_current(self.path, pointer)
        self.sweep()
        return pointer

    def sweep(self) -> None:
        """Drop snapshots that are not the current one and that no reader holds, and what killed runs left behind."""
        pointer = _sound_pointer(self.path)
        if pointer is None:
            return
        for entry in sorted((self.path / layout.SNAPSHOTS).iterdir()):
            if entry.is_dir() and entry.name != str(pointer.number):
                _drop(entry)
        (self.path / f"{layout.CURRENT_FILE}.tmp").unlink(missing_ok=True)

    def close(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _home(self, number: int) -> Path:
        return self.path / layout.SNAPSHOTS / str(number)

    def _manifest(self, pointer: Pointer) -> Manifest | None:
        try:
            return read_manifest(self._home(pointer.number))
        except StoreError:
            return None


def create_or_open(path: str | Path) -> Writer:
    """The writer of the store in the folder `path`, which is made where it is absent.

    Raises:
        StoreError: another process writes it; the folder holds other files, is of another version, or may not be written.
    """
    folder = Path(path)
    with layout.reported(folder):
        _check_place(folder)
        (folder / layout.SNAPSHOTS).mkdir(parents=True, exist_ok=True)
        lock = take_lock(folder)
        try:
            if not (folder / layout.FORMAT_FILE).exists():
                layout.replace_file(folder / layout.FORMAT_FILE, layout.FORMAT + "\n")
            writer = Writer(folder, lock)
            writer.sweep()
        except BaseException:
            os.close(lock)
            raise
    return writer


def _check_place(folder: Path) -> None:
    """Pass where the folder is a store, or absent, or empty but for decisions and what a killed first run leaves."""
    if not folder.exists():
        return
    if folder.is_dir() and not (folder / layout.FORMAT_FILE).exists():
        ours = {layout.LOCK_FILE, layout.SNAPSHOTS, f"{layout.FORMAT_FILE}.tmp", "decisions.tsv"}
        if not {entry.name for entry in folder.iterdir()} - ours:
            return
        raise StoreError(f"{folder} holds other files and is not a store", hint="name a new or empty folder with --store")
    layout.check_format(folder)


def take_lock(folder: Path) -> int:
    """A descriptor that holds the writer's lock of a store folder, with our process id written in it; to be closed.

    Raises:
        StoreError: another process holds it.
    """
    lock = os.open(folder / layout.LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _check_same(lock, folder / layout.LOCK_FILE)
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
    except BlockingIOError:
        holder = os.read(lock, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise StoreError(
            f"{folder} is locked: process {holder} is writing it",
            hint=f"wait for it to end, or stop it with `kill {holder}`; reading works meanwhile",
        ) from None
    except BaseException:
        os.close(lock)
        raise
    return lock


def _check_same(lock: int, path: Path) -> None:
    """Pass where the opened lock still lies at its path: another process may have put another store there meanwhile."""
    if not os.path.samestat(os.fstat(lock), path.stat()):
        raise BlockingIOError


def _sound_pointer(path: Path) -> Pointer | None:
    """What CURRENT says, None where it is absent, damaged, or names no snapshot."""
    try:
        pointer = layout.read_current(path)
    except StoreError:
        return None
    return pointer if pointer is not None and (path / layout.SNAPSHOTS / str(pointer.number)).is_dir() else None


def _numbers(path: Path) -> list[int]:
    """Numbers of all snapshot folders, also of those that were never finished."""
    stems = (entry.name.split(".")[0] for entry in (path / layout.SNAPSHOTS).iterdir())
    return [int(stem) for stem in stems if stem.isdecimal()]


def _is_whole(home: Path, *, opened: bool) -> bool:
    """Whether a snapshot has this version's files and can be `opened`; else all of it is made anew from the log."""
    names = home / layout.NAMES_FILE
    whole = names.is_file() and (home / layout.LOCK_FILE).is_file() and version(names) == VERSION and read_figures(home) is not None
    return whole and (not opened or rdf.is_readable(home / layout.RDF))


def _applied(old: Path, side: Path, change: Change) -> Content:
    """Make the RDF folder of a new snapshot of the old one's; by how much it grew."""
    try:
        return rdf.apply(old / layout.RDF, side / layout.RDF, change)
    except (OSError, RuntimeError) as error:
        if rdf.is_readable(old / layout.RDF):
            raise
        raise StoreError(f"nothing is published in {old.parent.parent} that could be changed", hint=layout.REDERIVE) from error


def _figures(old: Path) -> Figures:
    figures = read_figures(old)
    if figures is None:  # somebody took the file away since it was looked for
        raise StoreError(f"nothing is published in {old.parent.parent} that could be changed", hint=layout.REDERIVE)
    return figures


def _changed(old: Manifest, content: Content, marks: int) -> Manifest:
    """The manifest after a change by so much."""
    graph, names = hexed(int(old.graph, 16) + content.marks), hexed(int(old.names, 16) + marks)
    counts = (old.papers + content.papers, old.entities + content.entities, old.statements + content.statements)
    return Manifest(old.base, old.triples + content.triples, names, graph, *counts)


def _renamed(old: Path, side: Path, change: Change) -> int:
    """Make the name index of a new snapshot of the old one's; by how much the sum of marks grew."""
    base, delta = side / layout.NAMES_FILE, side / layout.DELTA_FILE
    layout.link(old / layout.NAMES_FILE, base)
    if (old / layout.DELTA_FILE).exists():
        shutil.copyfile(old / layout.DELTA_FILE, delta)
    marks = extend_delta(base, delta, change.names)
    if is_large(base, delta):
        with closing(NameIndex(old_base := base.rename(side / "names-old.sqlite"), delta)) as index:
            build_index(base, index.rows())
        old_base.unlink()
        delta.unlink()
    return marks


def _drop(entry: Path) -> None:
    """Remove a snapshot folder unless a reader holds it."""
    try:
        lock = os.open(entry / layout.LOCK_FILE, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        shutil.rmtree(entry)  # never finished: no reader can have opened it
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        (entry / layout.LOCK_FILE).unlink()  # from here on a reader that opened the file sees that it is gone
        shutil.rmtree(entry)
    finally:
        os.close(lock)
