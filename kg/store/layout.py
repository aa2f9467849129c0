"""What lies where in a store folder, how its small files are read and replaced, and what disk errors are called."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError

VERSION = 2  # of the store; raised when what lies in the folder changes
FORMAT = f"paper-kg store {VERSION}"

FORMAT_FILE = "FORMAT"
LOCK_FILE = "lock"
LOG_FILE = "log.sqlite"
CURRENT_FILE = "CURRENT"
SNAPSHOTS = "snapshots"
RDF = "rdf"
PLAIN = "plain"  # of a file with named graphs
NAMES_FILE = "names.sqlite"
DELTA_FILE = "names-delta.sqlite"
MANIFEST_FILE = "manifest.json"
FIGURES_FILE = "figures.json"

REDERIVE = "run `kg build` on any of your papers: it derives the graph again from the log and reads nothing twice"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What the file CURRENT says: the newest snapshot and the fingerprint of what it was made from."""

    number: int
    fingerprint: str


def check_format(path: Path) -> None:
    """Pass where `path` is a store of the format that this program reads.

    Raises:
        StoreError: it is absent, no folder, no store, or of another version.
    """
    if not path.exists():
        raise StoreError(
            f"there is no store at {path}", hint=f"create it with `kg build PATH… --store {path}`, or name another with --store"
        )
    if not path.is_dir():
        raise StoreError(f"{path} is a file, not a store folder", hint="name a folder with --store")
    found = read_format(path)
    if found is None:
        raise StoreError(f"{path} is not a store: it has no file {FORMAT_FILE}", hint="name the store folder with --store")
    if found == FORMAT:
        return
    number = version(found)
    if number is not None and number < VERSION:
        raise StoreError(
            f"{path} is of an older version: {found!r}, this kg reads {FORMAT!r}",
            hint="run `kg build` on any of your papers: it brings the store to this version and keeps the old one beside it",
        )
    raise StoreError(
        f"{path} is of another version: {found[:60]!r}, this kg reads {FORMAT!r}",
        hint="install the version of kg that wrote it, or name another store with --store",
    )


def read_format(path: Path) -> str | None:
    """What the file FORMAT of a folder says; None where the folder has none."""
    with reported(path):
        try:
            return (path / FORMAT_FILE).read_text(encoding="utf-8", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None


def version(format: str) -> int | None:
    """The version that the file FORMAT names; None where it says something else."""
    found = re.fullmatch(r"paper-kg store ([1-9][0-9]{0,8})", format)
    return int(found[1]) if found else None


def read_current(path: Path) -> Pointer | None:
    """What CURRENT says; None where nothing was published yet.

    Raises:
        StoreError: the file is damaged, or cannot be read.
    """
    with reported(path):
        try:
            text = (path / CURRENT_FILE).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
    lines = text.split("\n")
    if len(lines) != 3 or not lines[0].isdecimal() or lines[2]:
        raise StoreError(f"{path / CURRENT_FILE} is damaged: it does not name a snapshot", hint=REDERIVE)
    return Pointer(int(lines[0]), lines[1])


def write_current(path: Path, pointer: Pointer) -> None:
    """Replace CURRENT in one step, on disk when this returns."""
    replace_file(path / CURRENT_FILE, f"{pointer.number}\n{pointer.fingerprint}\n")


def replace_file(path: Path, text: str) -> None:
    """Give a file new content in one step: a side file, flushed to disk, then renamed."""
    side = path.with_name(path.name + ".tmp")
    with side.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    side.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Flush one file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link(source: Path, target: Path) -> None:
    """Give a file that is never written again a second name, or copy it where the disk has no hard links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def files_below(path: Path) -> set[int]:
    """Inode numbers of all files below a folder."""
    return {Path(folder, name).stat().st_ino for folder, _, files in os.walk(path) for name in files}


def sync_tree(path: Path, flushed: Collection[int] = ()) -> None:
    """Flush all files below a folder to disk but those with the inode numbers `flushed`, then the folders, innermost first."""
    for folder, _, files in os.walk(path, topdown=False):
        for name in files:
            if Path(folder, name).stat().st_ino not in flushed:
                sync(Path(folder, name))
        sync(Path(folder))


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what the system or the RDF store says of files below `path` into one line with a way out."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {_first_line(error)}", hint=_hint(error)) from error
    except RuntimeError as error:  # what pyoxigraph raises for a corrupt store
        raise StoreError(f"{path} is damaged: {_first_line(error)}", hint=REDERIVE) from error


def _first_line(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.split("\n", 1)[0]


def _hint(error: OSError) -> str:
    text = str(error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) or "Permission denied" in text or "Read-only file" in text:
        return "allow writing to the store folder, or choose another with --store"
    full = "No space left" in text or "File too large" in text or "quota" in text
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or full:
        return "make room on the disk and run the same command again; papers stored so far are safe"
    return "run `kg doctor`, which checks the store folder"
