"""A store into an archive: what is published, all of the log, and the decisions, as they stood at one moment."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import kg
from kg import decisions
from kg.archive import members
from kg.archive.manifest import FORMAT, Archive
from kg.errors import KgError, StoreError, UsageError
from kg.log.rows import Moment, moment, to_line
from kg.store import Snapshot, layout, open_snapshot, ordering
from kg.store.change import hexed, mark

_ATTEMPTS = 20  # times that log and snapshot are opened again because a writer published between the two


@dataclass(frozen=True, slots=True)
class _State:
    """A store at one moment."""

    snapshot: Snapshot
    log: Moment
    decided: bytes | None  # the file as it is


def backup(store: str | Path, file: str | Path | BinaryIO) -> Archive:
    """Write a store to one archive: `graph.nq`, `log.jsonl`, `decisions.tsv` where there is one, `manifest.json`; what it says of itself.

    The same state of a store gives the same bytes. A writer may go on meanwhile: the graph is the newest snapshot, the log is read in one
    transaction, after it. So the log may have papers that the graph has not; `pending` counts them, and a restored store has them in both.

    Args:
        store: the store folder; only read.
        file: a path, written to a side file and renamed, or a binary stream.

    Raises:
        UsageError: the folder of the file is absent.
        DecisionError: the decisions have a mistake, with which no graph could be derived again.
        StoreError: there is no store or snapshot, it is of another version, or damaged.
        KgError: the file cannot be written.
    """
    store = Path(store)
    if not isinstance(file, str | Path):
        with tempfile.TemporaryDirectory(prefix="kg-backup-") as side:
            return _write(store, Path(side), file)
    target = Path(file)
    if not target.parent.is_dir():
        raise UsageError(f"no such folder: {target.parent}", hint="create it, or choose another place for the file")
    if target.exists() and not target.is_file() and not target.is_dir():  # a device or pipe: a file must not take its place
        raise UsageError(f"{target} is no file that can be replaced", hint="use - for standard output")
    layout.check_format(store)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent) as side:
            whole = Path(side) / "archive"
            with whole.open("wb") as stream:
                archive = _write(store, Path(side), stream)
                stream.flush()
                os.fsync(stream.fileno())
            whole.replace(target)
        layout.sync(target.parent)
    except OSError as error:
        raise KgError(f"cannot write {target}: {error.strerror or error}", hint="check the disk and the rights on the folder") from error
    return archive


def _write(store: Path, side: Path, stream: BinaryIO) -> Archive:
    with _state(store) as state, (side / "log").open("w+b") as log:
        rows: Counter[str] = Counter()
        for row in state.log.rows():
            rows[row[0]] += 1
            log.write(to_line(row))
        pending, manifest = state.log.pending(), state.snapshot.manifest
        counts = {"papers": manifest.papers, "entities": manifest.entities, "statements": manifest.statements, "triples": manifest.triples}
        counts |= {f"{table} rows": rows[table] for table in ("meta", "paper", "rejection", "source")}
        written: dict[str, tuple[int, str]] = {}
        with members.writing(stream) as archive:
            if state.decided is not None:
                written[members.DECISIONS] = members.add(archive, members.DECISIONS, len(state.decided), [state.decided])
            with _graph(state.snapshot, side) as graph:
                written[members.GRAPH] = members.add(archive, members.GRAPH, graph.size, graph.lines())
            size = log.tell()
            log.seek(0)
            written[members.LOG] = members.add(archive, members.LOG, size, iter(lambda: log.read(1 << 20), b""))
            digests = {name: {"bytes": size, "sha256": sha256} for name, (size, sha256) in written.items()}
            found = Archive(FORMAT, kg.__version__, layout.FORMAT, manifest.base, manifest.graph, counts, pending, digests)
            content = found.to_json()
            members.add(archive, members.MANIFEST, len(content), [content])
    return found


@contextmanager
def _state(store: Path) -> Iterator[_State]:
    """A store at one moment: the log is not older than the snapshot, and not newer than the one after it."""
    for attempt in range(1, _ATTEMPTS + 1):
        with ExitStack() as stack:
            snapshot = stack.enter_context(open_snapshot(store))
            log = stack.enter_context(moment(store / layout.LOG_FILE))
            pointer = layout.read_current(store)
            if attempt == _ATTEMPTS or (pointer is not None and pointer.number == snapshot.number):
                yield _State(snapshot, log, _decided(store))
                return


def _decided(store: Path) -> bytes | None:
    try:
        content = (store / decisions.FILE).read_bytes()
    except FileNotFoundError:
        return None
    decisions.load(store)
    return content


@contextmanager
def _graph(snapshot: Snapshot, side: Path) -> Iterator[ordering.Sorted]:
    """The published triples as sorted N-Quads; raises `StoreError` where they are not what the snapshot says it holds."""
    marks = 0

    def lines() -> Iterator[bytes]:
        nonlocal marks
        with layout.reported(snapshot.rdf_path):
            for quad in snapshot.store:
                text = str(quad.triple)
                marks += mark(text)
                yield ordering.to_line(text)

    with ordering.sort(lines(), side) as found:
        if hexed(marks) != snapshot.manifest.graph:
            raise StoreError(f"{snapshot.path} is damaged: its triples are not those that were published", hint=layout.REDERIVE)
        yield found
