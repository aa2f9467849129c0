"""Whether a store is as it should be: each thing looked at is a finding, in words, with what to do where it is wrong.

Nothing is changed by looking. A store folder is looked at file by file; of a file or a remote store, what can be read is told.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg import decisions
from kg.derivation import FILE as REGISTER_FILE
from kg.derivation import figures_fault, is_current, register_fault
from kg.errors import KgError
from kg.log import Log
from kg.opening import Kind, Location, open_graph
from kg.store import Snapshot, layout, open_snapshot
from kg.store.checking import differing

_MANY = 300_000  # triples whose recount takes long enough to say so
_SPARE = 20_000_000  # bytes that should be free beside what the next snapshot may take


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    fine: bool
    subject: str  # one or two words: "log", "snapshot", …
    words: str  # how it is
    remedy: str = ""  # what to do, where something is to be done


def examine(location: Location, version: str, on_long: Callable[[str], None] | None = None) -> Iterator[Finding]:
    """What there is to say of a store, in an order in which earlier findings explain later ones.

    Args:
        location: of the store.
        version: of the extractor that would read papers now.
        on_long: called with words before something that takes long.
    """
    if location.kind is Kind.FOLDER:
        yield from _folder(location.path, version, on_long)
        return
    try:
        with open_graph(location) as snapshot:
            yield Finding(True, "graph", f"{location.text}: {snapshot.manifest.triples:,} triples, base {snapshot.base}")
    except KgError as error:
        yield _wrong("graph", error)


def _folder(path: Path, version: str, on_long: Callable[[str], None] | None) -> Iterator[Finding]:
    try:
        layout.check_format(path)
    except KgError as error:
        yield _wrong("format", error)
        return
    yield Finding(True, "format", layout.FORMAT)
    held = _holder(path / layout.LOCK_FILE, fcntl.LOCK_SH)
    yield Finding(True, "lock", f"process {held} is writing the store" if held else "nobody writes the store")
    yield _writable(path)
    yield from _log(path, version)
    yield _decisions(path)
    yield from _snapshot(path, on_long)
    yield from _current(path, writing=held is not None)
    yield from _left_over(path, writing=held is not None)
    yield _room(path)


def _holder(lock_file: Path, mode: int) -> str | None:
    """What stands in a lock file that another process holds so that it cannot be locked in `mode`; None where nobody does."""
    try:
        lock = os.open(lock_file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(lock, 20).decode("ascii", "replace").strip() or "unknown"
    else:
        return None
    finally:
        os.close(lock)


def _writable(path: Path) -> Finding:
    snapshots = path / layout.SNAPSHOTS  # a build makes it where it is absent
    if os.access(path, os.W_OK) and (os.access(snapshots, os.W_OK) or not snapshots.exists()):
        return Finding(True, "folder", "may be written")
    words = f"{path} may not be written: reading works, `kg build` does not"
    return Finding(False, "folder", words, "allow writing to the folder, or build into another with --store")


def _log(path: Path, version: str) -> Iterator[Finding]:
    try:
        with Log(path / layout.LOG_FILE, readonly=True) as log:
            log.check()
            versions = Counter(paper.extractor for paper in log.papers())
            refused = len(log.rejections())
    except KgError as error:
        yield _wrong("log", error)
        return
    yield Finding(True, "log", f"{versions.total()} papers, all of which can be read")
    others = sorted(name for name in versions if name != version)
    if others:
        words = f"{sum(versions[name] for name in others)} papers were read by {', '.join(others)}, not by {version}"
        yield Finding(True, "extractor", words, "`kg build` on the same papers reads them anew; --extractor chooses another reader")
    elif versions:
        yield Finding(True, "extractor", f"all papers were read by {version}")
    remedy = "`kg quarantine list` tells why; `kg quarantine retry` reads them again" if refused else ""
    yield Finding(True, "quarantine", f"{refused} documents refused", remedy)


def _decisions(path: Path) -> Finding:
    try:
        return Finding(True, "decisions", f"{len(decisions.load(path))} decisions of people")
    except KgError as error:
        return _wrong("decisions", error)


def _snapshot(path: Path, on_long: Callable[[str], None] | None) -> Iterator[Finding]:
    try:
        with open_snapshot(path) as snapshot:
            yield Finding(True, "snapshot", f"number {snapshot.number}, {snapshot.manifest.triples:,} triples, base {snapshot.base}")
            yield from _content(snapshot, on_long)
    except KgError as error:
        yield _wrong("snapshot", error)


def _content(snapshot: Snapshot, on_long: Callable[[str], None] | None) -> Iterator[Finding]:
    """Whether triples and names are those that the manifest tells of."""
    if on_long is not None and snapshot.manifest.triples > _MANY:
        on_long(f"counting {snapshot.manifest.triples:,} triples, which takes a while …")
    try:
        wrong = differing(snapshot)
    except KgError as error:
        yield _wrong("content", error)
        return
    if not wrong:
        yield Finding(True, "content", "triples and names are those that the manifest tells of")
    else:
        words = f"{snapshot.path} holds other triples or names than its manifest tells of ({', '.join(wrong)})"
        yield Finding(False, "content", words, f"remove {snapshot.path.parent.parent / layout.CURRENT_FILE}, then {layout.REDERIVE}")


def _current(path: Path, *, writing: bool) -> Iterator[Finding]:
    """Whether the graph has all of the log and the decisions, and the register with which the next build goes on is sound."""
    fault = register_fault(path)
    if fault is not None:
        yield Finding(False, "register", f"{path / REGISTER_FILE}: {fault}", layout.REDERIVE)
        return
    yield Finding(True, "register", "can be read")
    fault = figures_fault(path)
    if fault is not None:
        remedy = f"remove {path / REGISTER_FILE}, then {layout.REDERIVE}"
        yield Finding(False, "figures", f"those kept beside the snapshot {fault}", remedy)
    else:
        yield Finding(True, "figures", "are the sums of what the papers state")
    try:
        with Log(path / layout.LOG_FILE, readonly=True) as log:
            current = is_current(path, log)
    except KgError:
        return  # said already, of the log or the decisions
    if current:
        yield Finding(True, "graph", "has all of the log and the decisions")
    elif writing:
        yield Finding(True, "graph", "is older than the log; a build is running and will publish")
    else:
        yield Finding(False, "graph", "is older than the log, the decisions or this version of kg", layout.REDERIVE)


def _left_over(path: Path, *, writing: bool) -> Iterator[Finding]:
    """Files of killed runs; while somebody writes they are what is being made."""
    if writing:
        return
    found = [path / f"{layout.CURRENT_FILE}.tmp", path / f"{REGISTER_FILE}.new", *(path / layout.SNAPSHOTS).glob("*.tmp"), *_orphans(path)]
    found = [entry for entry in found if entry.exists()]
    if found:
        size = sum(_size(entry) for entry in found) / 1e6
        words = f"{len(found)} files or folders of killed runs, {size:.1f} MB: {', '.join(str(entry) for entry in found[:3])}"
        yield Finding(False, "leftovers", words, "the next `kg build` clears them away; they do no harm")
    else:
        yield Finding(True, "leftovers", "none of killed runs")


def _orphans(path: Path) -> Iterator[Path]:
    """Snapshots that CURRENT does not name and nobody reads, and files of a bulk load that was killed."""
    try:
        pointer = layout.read_current(path)
    except KgError:  # said already
        return
    for entry in (path / layout.SNAPSHOTS).glob("*"):  # a folder that is absent has none
        if not entry.name.isdecimal():
            continue
        if pointer is not None and int(entry.name) == pointer.number:
            yield from (entry / layout.RDF).glob("bulk-*.sst")
        elif _holder(entry / layout.LOCK_FILE, fcntl.LOCK_EX) is None:
            yield entry


def _room(path: Path) -> Finding:
    """Whether the disk has room for the next snapshot: at most all files of one anew, beside the old."""
    free, size = shutil.disk_usage(path).free, _size(path)
    words = f"{free / 1e6:,.0f} MB free; the store takes {size / 1e6:,.1f} MB"
    if free < size + _SPARE:
        return Finding(False, "disk", words, "make room: a build needs as much again while it publishes")
    return Finding(True, "disk", words)


def _size(path: Path) -> int:
    """Bytes of a file or of all files below a folder; hard links count once."""
    files = [path] if path.is_file() else [Path(folder, name) for folder, _, names in os.walk(path) for name in names]
    sizes: dict[int, int] = {}
    for file in files:
        with suppress(FileNotFoundError):  # a writer may drop it meanwhile
            found = file.lstat()
            sizes[found.st_ino] = found.st_size
    return sum(sizes.values())


def _wrong(subject: str, error: KgError) -> Finding:
    return Finding(False, subject, str(error), error.hint)
