"""The writer: takes the store's lock, publishes snapshots beside the current one, clears away what killed runs left.

Publishing copies the current snapshot by hard links, applies the difference to the copy, flushes it to disk and then moves
CURRENT by a rename. Whatever happens before that rename leaves the old state; whatever happens after leaves the new one.
"""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pyoxigraph import Quad, Store, Triple

from kg.errors import StoreError
from kg.store import layout
from kg.store.layout import Pointer
from kg.store.names import NameRow, build_index, rows_digest
from kg.store.snapshot import Manifest, read_manifest, write_manifest

_REBUILD_SHARE = 0.5  # above this share of changed triples a fresh bulk load is made: 3.2x faster than transactions (STORE.md, 2)


class Writer:
    """The one writer of a store folder; a context manager that gives the lock back."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock: int | None = lock

    @property
    def log_path(self) -> Path:
        """Where the extraction log lies."""
        return self.path / layout.LOG_FILE

    def published(self) -> Pointer | None:
        """What is published now; None where there is nothing, or nothing that can be opened."""
        pointer = _sound_pointer(self.path)
        if pointer is None or self._manifest(pointer) is None or not _is_readable(self._home(pointer.number)):
            return None
        return pointer

    def publish(
        self, triples: list[Triple], names: Iterable[NameRow], *, fingerprint: str, base: str, anew: bool = False
    ) -> tuple[int, int]:
        """Make `triples` and `names` the newest snapshot; nothing is copied where they are what is published already.

        Args:
            triples: the whole graph, without duplicates.
            names: the rows of the name index, in any order.
            fingerprint: what the graph was made from; `published()` gives it back.
            base: base of the data IRIs.
            anew: make all files again, also where what is published seems to say the same.

        Returns:
            How many triples were added and removed.

        Raises:
            StoreError: the disk is full or may not be written; the published state stays as it was.
        """
        rows = sorted(set(names))
        with layout.reported(self.path):
            pointer = None if anew else self.published()
            old = None if pointer is None else self._home(pointer.number)
            added, removed = _difference(old, triples)
            manifest = Manifest(base, len(triples), rows_digest(rows))
            if pointer is not None and not added and not removed and self._manifest(pointer) == manifest:
                if pointer.fingerprint != fingerprint:
                    layout.write_current(self.path, Pointer(pointer.number, fingerprint))
                return 0, 0
            number = 1 + max([0, *_numbers(self.path)])
            side = self._home(number).with_suffix(".tmp")
            try:
                _fill(side, None if _is_large(added, removed, triples) else old, added, removed, triples)
                build_index(side / layout.NAMES_FILE, rows)
                write_manifest(side, manifest)
                (side / layout.LOCK_FILE).touch()
                layout.sync_tree(side)
                side.rename(self._home(number))
            except BaseException:
                shutil.rmtree(side, ignore_errors=True)
                raise
            layout.sync(self.path / layout.SNAPSHOTS)
            layout.write_current(self.path, Pointer(number, fingerprint))
            self.sweep()
        return len(added), len(removed)

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
        lock = _take_lock(folder)
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
    """Pass where the folder is a store, or absent, or empty but for what a killed first run leaves."""
    if not folder.exists():
        return
    if folder.is_dir() and not (folder / layout.FORMAT_FILE).exists():
        ours = {layout.LOCK_FILE, layout.SNAPSHOTS, f"{layout.FORMAT_FILE}.tmp"}
        if not {entry.name for entry in folder.iterdir()} - ours:
            return
        raise StoreError(f"{folder} holds other files and is not a store", hint="name a new or empty folder with --store")
    layout.check_format(folder)


def _take_lock(folder: Path) -> int:
    """A descriptor that holds the writer's lock, with our process id written in it."""
    lock = os.open(folder / layout.LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
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


def _difference(old: Path | None, triples: list[Triple]) -> tuple[list[Triple], list[Triple]]:
    """Triples to add to the snapshot `old` and to remove from it, so that it says exactly `triples`."""
    if old is None:
        return triples, []
    store = Store.read_only(str(old / layout.RDF))
    wanted = set(triples)
    removed = [quad.triple for quad in store if quad.triple not in wanted]
    if len(store) - len(removed) == len(wanted):
        return [], removed
    return [triple for triple in triples if Quad(*triple) not in store], removed


def _is_readable(home: Path) -> bool:
    """Whether a snapshot can be opened; else all of it is made anew from the log."""
    try:
        Store.read_only(str(home / layout.RDF))
    except (OSError, RuntimeError):
        return False
    return (home / layout.NAMES_FILE).is_file() and (home / layout.LOCK_FILE).is_file()


def _is_large(added: list[Triple], removed: list[Triple], triples: list[Triple]) -> bool:
    return len(added) + len(removed) > _REBUILD_SHARE * len(triples)


def _fill(side: Path, old: Path | None, added: list[Triple], removed: list[Triple], triples: list[Triple]) -> None:
    """Make the RDF folder of a new snapshot in `side`: the old one with the difference applied, or all of it anew."""
    if side.exists():
        shutil.rmtree(side)
    side.mkdir(parents=True)
    work = side / "work"
    if old is None:
        _load(work, triples, [])
    else:
        Store.read_only(str(old / layout.RDF)).backup(str(work))
        _load(work, added, removed)
    gc.collect()
    # A second copy by hard links leaves the write-ahead log and other files behind that a reader need not carry.
    Store.read_only(str(work)).backup(str(side / layout.RDF))
    gc.collect()
    shutil.rmtree(work)


def _load(path: Path, added: list[Triple], removed: list[Triple]) -> None:
    store = Store(str(path))
    for triple in removed:
        store.remove(Quad(*triple))
    store.bulk_extend(Quad(*triple) for triple in added)
    store.flush()


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
