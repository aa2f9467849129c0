"""The graph derived from the log and the decisions, and published: all of it, or what changed since it was last published.

    log, decisions → resolution → triples and names → snapshot

What resolution must remember between two publications lies in `resolution.sqlite` beside the log. It tells from which snapshot it
goes on; where that is not the one that is published, where code, gazetteer or base changed, or where most papers did, all is derived
anew, with the same result.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from kg import decisions, gazetteer, vocab
from kg.derivation.derive import Derivation
from kg.derivation.figures import summed
from kg.errors import StoreError
from kg.log import Log
from kg.model import Decision
from kg.names import digest
from kg.resolve import Register
from kg.stopwatch import Stopwatch
from kg.store import Pointer, Staged, Writer, layout, open_snapshot

FILE = "resolution.sqlite"

_ANEW_SHARE = 0.5  # of papers changed, from which all is derived anew


def publish(folder: Writer, log: Log, *, anew: bool = False, graph: Staged | None = None, watch: Stopwatch | None = None) -> None:
    """Bring the published graph up to date with the log and the decisions; nothing is done where it is already.

    Args:
        folder: of the store.
        log: of the store.
        anew: make all files anew, also where they would say the same.
        graph: what the log and the decisions give, where another engine derived and somebody loaded it; names are made here.
        watch: told what the stages take.

    Raises:
        DecisionError: the decisions cannot be read.
        StoreError: the disk is full or may not be written; the published state stays as it was.
    """
    watch = watch or Stopwatch()
    try:
        _publish(folder, log, watch, anew=anew, graph=graph)
    except sqlite3.DatabaseError as error:  # of the register: the log tells its own errors
        if getattr(error, "sqlite_errorname", "") not in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
            hint = "make room on the disk and allow writing to the store folder, then run the same command again; no paper is lost"
            raise StoreError(f"{folder.path / FILE}: {error}", hint=hint) from error
        _drop(folder.path / FILE)
        _publish(folder, log, watch, anew=anew)


def _publish(folder: Writer, log: Log, watch: Stopwatch, *, anew: bool, graph: Staged | None = None) -> None:
    wanted, changes = decisions.load(folder.path), log.changes()
    origin, base = digest(_base(log), code()), _base(log)

    def note(register: Register, fingerprint: str) -> None:
        register.set_meta("origin", origin)
        register.set_meta("snapshot", fingerprint)
        register.set_meta("decisions", decisions.render(wanted))
        register.commit()

    with _register(folder.path / FILE) as register:
        sound = not anew and graph is None and _goes_on(register, folder.published(), origin)
        before = _decided(register)
        if sound and not changes and before == wanted:
            return
        goes_on = sound and len(changes) <= _ANEW_SHARE * log.count()
        if goes_on:
            derivation = Derivation(folder, log, register, wanted, base, watch)
            fingerprint = digest(register.meta("snapshot") or "", *derivation.marks(changes), decisions.digest(wanted), length=32)
            derivation.difference(changes, before, fingerprint)
            note(register, fingerprint)
    if not goes_on:
        with _new_register(folder.path / FILE) as register:
            fingerprint = digest(log.fingerprint(), origin, decisions.digest(wanted), length=32)
            Derivation(folder, log, register, wanted, base, watch).all(fingerprint, anew=anew, graph=graph)
            note(register, fingerprint)
    log.settle(changes)


def is_current(folder: Path, log: Log) -> bool:
    """Whether what is published in a store folder has all of its log and decisions."""
    if not (folder / FILE).is_file() or log.changes():
        return False
    try:
        with closing(Register(folder / FILE, readonly=True)) as register:
            goes_on = _goes_on(register, layout.read_current(folder), digest(_base(log), code()))
            return goes_on and _decided(register) == decisions.load(folder)
    except sqlite3.DatabaseError:
        return False


def register_fault(folder: Path) -> str | None:
    """What is wrong with the register of a store folder, None where nothing is; one that is absent is made again."""
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with closing(Register(path, readonly=True)) as register:
            return register.fault()
    except sqlite3.DatabaseError as error:
        return str(error)


def figures_fault(folder: Path) -> str | None:
    """What is wrong with the figures kept beside the published snapshot, None where nothing is or nobody can tell."""
    try:
        with open_snapshot(folder) as snapshot, closing(Register(folder / FILE, readonly=True)) as register:
            figures, known = snapshot.figures, register.meta("snapshot") == snapshot.fingerprint
            if figures is None or figures.stated is None:
                return "are absent: `kg stats` counts all papers anew"
            return "are not the sums of what the papers state" if known and summed(register) != figures.stated else None
    except (StoreError, sqlite3.DatabaseError):
        return None  # told already, of the snapshot or the register


def _goes_on(register: Register, pointer: Pointer | None, origin: str) -> bool:
    """Whether the register tells of the published snapshot, as today's code would have made it."""
    return pointer is not None and register.meta("origin") == origin and register.meta("snapshot") == pointer.fingerprint


def _decided(register: Register) -> tuple[Decision, ...]:
    """The decisions under which the register was made."""
    return decisions.parse(register.meta("decisions") or decisions.render(()), FILE)


def _base(log: Log) -> str:
    return log.meta("base") or vocab.BASE


@cache
def code() -> str:
    """Digest of the code and curated names by which a graph follows from the log: after an upgrade it is derived again."""
    package = Path(__file__).parent.parent
    files = ["names.py", "urls.py", "vocab.py", "store/names.py", "log/identity.py", "log/merging.py"]
    files += sorted(
        f"{stage}/{path.name}" for stage in ("derivation", "graph", "model", "resolve", "stated") for path in (package / stage).glob("*.py")
    )
    total = hashlib.sha256(gazetteer.version().encode())
    for file in files:
        total.update((package / file).read_bytes())
    return total.hexdigest()[:16]


@contextmanager
def _register(path: Path) -> Iterator[Register]:
    """The register in a file, made anew where it cannot be read; what is not committed falls away."""
    try:
        register = Register(path)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") not in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
            raise
        _drop(path)
        register = Register(path)
    try:
        yield register
    finally:
        register.close()


@contextmanager
def _new_register(path: Path) -> Iterator[Register]:
    """An empty register that takes the place of the one in a file at the end of the block, unless that is left by an error."""
    side = path.with_name(f"{path.name}.new")
    _drop(side)
    try:
        with closing(Register(side, new=True)) as register:
            yield register
            register.finish()
        with side.open("rb") as written:
            os.fsync(written.fileno())
        _drop(path)  # the file before its journal: without that it may be damaged, without itself it is made again
        side.replace(path)
    finally:
        _drop(side)


def _drop(path: Path) -> None:
    """Remove the register's files: it can be made again at any time."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
