"""A file as a snapshot: its quads bulk loaded into a temporary folder, which is gone when the snapshot is closed.

```
<temporary folder>/paper-kg-<user id>/lock     held while a folder is made or swept
<temporary folder>/paper-kg-<user id>/N/       rdf/ (as the file has it), plain/ (all graphs as one, where there are named ones),
                                               names.sqlite (made when first asked for), manifest.json, lock (held by its reader)
```
What a killed process left behind is swept by the next one that opens a file: nobody holds its lock any more.
"""

from __future__ import annotations

import errno
import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, Store

from kg import vocab
from kg.errors import KgError, StoreError
from kg.files.content import open_content
from kg.files.naming import base_of, count, name_rows
from kg.files.reading import address, quads
from kg.resources import STDIN
from kg.store import Manifest, Pointer, Snapshot, layout
from kg.store.snapshot import write_manifest

__all__ = ["STDIN", "open_file"]

_BATCH = 500_000  # quads loaded at a time, as in `kg.store.rdf`: 450 MB at the peak; pyoxigraph's own bulk load takes 880 and no less time


def open_file(path: Path, *, base_iri: str | None = None) -> Snapshot:
    """The graph in an RDF file, or in standard input where the path is "-"; to be closed by the caller.

    Args:
        path: the file, in any format and packing that `kg.files` knows.
        base_iri: what relative IRIs in it are relative to, where the file does not say; its own address by default.

    Raises:
        SourceError: the file cannot be opened, unpacked or parsed; says at which line.
        StoreError: the temporary folder cannot be written, or has no room.
    """
    home, lock = _place()
    try:
        fingerprint = _load(path, home, base_iri or address(path))
        return Snapshot(home, Pointer(0, fingerprint), lock, name_rows=name_rows)
    except BaseException:
        gc.collect()  # a traceback may hold the store, and the store its files
        os.close(lock)
        shutil.rmtree(home, ignore_errors=True)
        raise


def _load(path: Path, home: Path, base_iri: str) -> str:
    """Fill the folder of a snapshot; the digest of the file."""
    with _reported(home):
        with open_content(path) as content:
            named = _fill(home / layout.RDF, quads(content, base_iri))
            digest = content.digest
        if named:
            _fill(home / layout.PLAIN, (Quad(*quad.triple) for quad in Store.read_only(str(home / layout.RDF))))
        plain = Store.read_only(str(home / (layout.PLAIN if named else layout.RDF)))
        papers, entities, statements = count(plain)
        base = base_of(plain) or vocab.BASE
        write_manifest(home, Manifest(base, len(plain), names="", graph="", papers=papers, entities=entities, statements=statements))
        return digest


def _fill(folder: Path, found: Iterable[Quad]) -> bool:
    """Make an RDF store of quads, closed when this returns; whether some stand in named graphs."""
    named = False

    def seen() -> Iterator[Quad]:
        nonlocal named
        for quad in found:
            if not named and not isinstance(quad.graph_name, DefaultGraph):
                named = True
            yield quad

    store = Store(str(folder))
    stream = seen()
    for first in stream:
        store.bulk_extend(chain((first,), islice(stream, _BATCH - 1)))
    store.flush()
    return named


def _place() -> tuple[Path, int]:
    """A new folder for a snapshot, with its lock held; what dead processes left is swept."""
    with _reported(Path(tempfile.gettempdir())):
        root = _root()
        with _locked(root / layout.LOCK_FILE):
            _sweep(root)
            home = Path(tempfile.mkdtemp(dir=root, prefix=""))
            lock = os.open(home / layout.LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_SH)
        return home, lock


def _root() -> Path:
    """The folder below which snapshots of files lie, of this user alone."""
    root = Path(tempfile.gettempdir()) / f"paper-kg-{os.getuid()}"
    with suppress(FileExistsError):
        root.mkdir(mode=0o700)
    found = root.lstat()
    if root.is_symlink() or not root.is_dir() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StoreError(f"{root} belongs to someone else, or others may write there", hint="set TMPDIR to a folder of your own")
    return root


def _sweep(root: Path) -> None:
    """Remove the folders whose process is gone."""
    for home in root.iterdir():
        if home.is_dir() and not _held(home / layout.LOCK_FILE):
            shutil.rmtree(home, ignore_errors=True)


def _held(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Alone among processes that make or sweep folders."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _reported(folder: Path) -> Iterator[None]:
    """Turn what the system says of the temporary folder into one line with a way out."""
    try:
        yield
    except KgError:
        raise
    except (OSError, RuntimeError) as error:
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        full = full or any(words in str(error) for words in ("No space left", "File too large", "quota"))
        what = "has no room for the graph" if full else f"cannot be used: {str(error).splitlines()[0]}"
        raise StoreError(f"the temporary folder {folder} {what}", hint="set TMPDIR to a folder with room that may be written") from error
