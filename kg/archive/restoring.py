"""An archive into a new store: checked whole, then loaded, then its graph derived anew and held against the one in the archive."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import kg
from kg import decisions
from kg.archive import members
from kg.archive.manifest import Archive, parse
from kg.archive.migration import finish
from kg.archive.place import beside
from kg.derivation import publish
from kg.errors import SourceError, StoreError
from kg.log import Log
from kg.log.rows import Row, from_line, load
from kg.store import Writer, create_or_open, layout, open_snapshot, ordering
from kg.store.change import hexed, mark

_LARGEST_MANIFEST = 1 << 16  # bytes; ours have 1,000
_LARGEST_TABLE = 1 << 26  # bytes of decisions

# What deriving a graph raises where the log of an archive, made by whoever, says what no extractor says. As in kg.build, neither OSError
# nor MemoryError.
_MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of restoring."""

    archive: Archive
    papers: int
    triples: int
    missing: int = 0  # triples that only the graph in the archive has
    added: int = 0  # triples that only the graph derived now has
    reason: str = ""  # why they differ; "" where they do not


def restore(file: str | Path | BinaryIO, store: str | Path) -> Restored:
    """Make a store of an archive that `backup` wrote; how its graph compares with the one in the archive.

    The store has the log and the decisions of the archive, and the graph that this program derives from them. Killed at any moment, the
    store is whole or absent.

    Args:
        file: a path, or a binary stream, which is copied to a file first.
        store: a folder that is absent or empty.

    Raises:
        SourceError: the file cannot be read.
        StoreError: the folder holds something, or the archive is cut, damaged, of another version or no archive; nothing is made then.
        DecisionError: the decisions in the archive have a mistake.
    """
    target = Path(store).resolve()
    with layout.reported(target):
        finish(target)
    _check_empty(target)
    name = str(file) if isinstance(file, str | Path) else "the archive"
    with _opened(file, target.parent) as stream, _placing(target):
        with members.told(name):
            archive = _check(stream)
        with beside(target) as side:
            with create_or_open(side) as folder, members.told(name):
                _fill(folder, stream, name)
                restored = _compare(folder.path, stream, archive)
            _check_empty(target)
            side.rename(target)
            layout.sync(target.parent)
    return restored


def _check(stream: BinaryIO) -> Archive:
    """Read all of an archive once; raises `ValueError` where it is not what its manifest says."""
    found: dict[str, dict[str, object]] = {}
    archive, marks = None, 0
    stream.seek(0)
    for member in members.reading(stream):
        if member.name == members.MANIFEST:
            archive = parse(member.content(_LARGEST_MANIFEST))
            continue
        if member.name == members.GRAPH:
            marks = _marks(member.lines())
        elif member.name == members.LOG:
            for _ in _rows(member):
                pass
        member.skip()
        found[member.name] = {"bytes": member.size, "sha256": member.sha256}
    if archive is None or members.GRAPH not in found or members.LOG not in found:
        raise ValueError("it has no graph, no log or no manifest")
    for name in sorted({*found, *archive.members}):
        if found.get(name) != archive.members.get(name):
            raise ValueError(f"{name} is not what was written")
    if hexed(marks) != archive.graph:
        raise ValueError("its graph is not the one that was published")
    return archive


def _marks(lines: Iterable[bytes]) -> int:
    """The sum of the marks of all triples, whose lines ascend."""
    marks, before = 0, b""
    for line in lines:
        if line <= before or not line.endswith(ordering.END):
            raise ValueError(f"{members.GRAPH} is not sorted N-Quads of one graph")
        marks += mark(line[: -len(ordering.END)].decode())
        before = line
    return marks


def _rows(member: members.Member) -> Iterator[Row]:
    for number, line in enumerate(member.lines(), 1):
        try:
            yield from_line(line)
        except ValueError as error:
            raise ValueError(f"line {number} of {members.LOG}: {error}") from None


def _fill(folder: Writer, stream: BinaryIO, name: str) -> None:
    """Bring log and decisions into a new store, and derive its graph."""
    with Log(folder.log_path):
        pass
    stream.seek(0)
    for member in members.reading(stream):
        if member.name == members.DECISIONS:
            _decide(folder.path / decisions.FILE, member.content(_LARGEST_TABLE), f"{members.DECISIONS} in {name}")
        elif member.name == members.LOG:
            load(folder.log_path, _rows(member))
    with Log(folder.log_path) as log:
        try:
            publish(folder, log)
        except _MISTAKES as error:
            raise ValueError(f"no graph can be derived from its log: {type(error).__name__}: {error}") from error


def _decide(path: Path, content: bytes, where: str) -> None:
    decisions.parse(content.decode(), where)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _compare(store: Path, stream: BinaryIO, archive: Archive) -> Restored:
    """How the graph derived now compares with the one in the archive."""
    with open_snapshot(store) as snapshot:
        manifest = snapshot.manifest
        if manifest.graph == archive.graph:
            return Restored(archive, manifest.papers, manifest.triples)
        derived = (ordering.to_line(str(quad.triple)) for quad in snapshot.store)
        with ordering.sort(derived, store) as lines:
            missing, added = _differences(stream, lines)
    return Restored(archive, manifest.papers, manifest.triples, missing, added, _reason(archive))


def _differences(stream: BinaryIO, derived: ordering.Sorted) -> tuple[int, int]:
    """How many triples only the graph in the archive has, and only the derived one."""
    stream.seek(0)
    for member in members.reading(stream):
        if member.name == members.GRAPH:
            sides = Counter(is_derived for _, is_derived in ordering.told_apart(member.lines(), derived.lines()))
            return sides[False], sides[True]
    raise EOFError


def _reason(archive: Archive) -> str:
    if archive.pending:
        return f"its log was {archive.pending} papers ahead of its graph"
    if archive.kg != kg.__version__:
        return f"kg {archive.kg} made it, and this is kg {kg.__version__}"
    return "it was made by another build of kg, or its decisions were ahead of its graph"


def _check_empty(target: Path) -> None:
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.exists():
        raise StoreError(f"{target} is not empty", hint="name a new or empty folder with --store, or move this one away")


@contextmanager
def _opened(file: str | Path | BinaryIO, near: Path) -> Iterator[BinaryIO]:
    """The archive as a file in which one can go back."""
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(file).open("rb")) if isinstance(file, str | Path) else file
        except OSError as error:
            raise SourceError(f"cannot read {file}: {error.strerror}", hint="name an archive that `kg backup` wrote") from error
        if not (isinstance(file, str | Path) and stream.seekable()):
            near.mkdir(parents=True, exist_ok=True)
            copy = stack.enter_context(tempfile.TemporaryFile(dir=near))
            shutil.copyfileobj(stream, copy, 1 << 20)
            stream = copy
        yield stream


@contextmanager
def _placing(target: Path) -> Iterator[None]:
    """Turn what the system says of making the store into one line with a way out."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.EXDEV):
            hint = "name a folder inside it with --store: a disk mounted at this very place cannot be replaced"
            raise StoreError(f"{target}: {error.strerror}", hint=hint) from error
        with layout.reported(target):
            raise
