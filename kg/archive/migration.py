"""A store of an older format brought to today's: its log is read by the format's own reader, a new store is made of it, the two change places.

```
kg-store              the old store, then the new one
.kg-store.kg-new      the new store while it is made; after the change of places the old one, for a moment
.kg-store.kg-ready    the new store while it waits, where the disk cannot let two folders change places in one step
kg-store.format-1     the old store, kept
```
Killed at any moment, the old store or the new one is in its place, or comes there when the next command writes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from glob import escape
from itertools import count
from pathlib import Path
from types import MappingProxyType

from kg.archive import format1
from kg.archive.place import beside, exchange, ready_of, side_of
from kg.derivation import publish
from kg.errors import StoreError
from kg.log import Log
from kg.log.rows import Moment, Row, load, moment
from kg.store import create_or_open, layout
from kg.store.folder import take_lock

_READERS: Mapping[int, Callable[[Moment], Iterator[Row]]] = MappingProxyType({1: format1.rows})
_DERIVED = ("CURRENT*", "FORMAT*", "lock", "log.sqlite*", "resolution.sqlite*", "snapshots")  # made anew; all else is people's


def migrate(store: str | Path) -> Path | None:
    """Bring a store of an older format to today's; where the old one is kept, None where there was nothing to do.

    Raises:
        StoreError: another process writes it, its log is damaged, or the disk is full or may not be written; then all is as it was.
    """
    target = Path(store).resolve()  # a link to a store stays a link
    with layout.reported(target):
        kept = finish(target)
        if _number(target) not in _READERS:
            return kept
        with _locked(target), beside(target) as side:
            number = _number(target)  # again, now that nobody else can bring it to another
            if number is None or number not in _READERS:
                return kept
            _renew(target, side, number)
            return _swap(target, side, number)


def _renew(old: Path, new: Path, number: int) -> None:
    """Make a store of today's format in an empty folder of one of an older format."""
    log = old / layout.LOG_FILE
    with create_or_open(new) as folder:
        if log.exists():  # a build that was killed at its beginning has none
            with moment(log, number) as found, Log(folder.log_path):
                try:
                    load(folder.log_path, _READERS[number](found))
                except ValueError as error:
                    hint = "use the version of kg that wrote it, or build a new store with --store"
                    raise StoreError(f"{log} is damaged: {error}", hint=hint) from error
        for entry in sorted(old.iterdir()):
            if not any(entry.match(pattern) for pattern in _DERIVED):
                _copy(entry, new / entry.name)
        with Log(folder.log_path) as renewed:
            publish(folder, renewed)
    layout.sync(new)


def _copy(entry: Path, target: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.copytree(entry, target, symlinks=True)
    else:
        shutil.copy2(entry, target, follow_symlinks=False)


def _swap(target: Path, side: Path, number: int) -> Path:
    """Put the new store in the old one's place; where the old one is now."""
    kept = _free(target, number)
    if exchange(target, side):
        side.rename(kept)
    else:
        ready = ready_of(target)
        with _locked(side):
            side.rename(ready)
            target.rename(kept)
            ready.rename(target)
    layout.sync(target.parent)
    return kept


def finish(target: Path) -> Path | None:
    """Finish a change of places that was cut short; where the old store is now, None where there was nothing to finish.

    To be called before anything is made beside `target`: the old store may lie there.
    """
    side, ready = side_of(target), ready_of(target)
    number = _number(side)
    if number is not None and number < layout.VERSION:  # a store that is made there says today's format from its beginning
        with _locked(side):
            kept = _free(target, number)
            side.rename(kept)
            return kept
    if not ready.is_dir():
        return None
    with _locked(ready):
        if target.exists():  # the old one still: it may have more by now
            shutil.rmtree(ready)
            return None
        ready.rename(target)
    found = [old for number in _READERS for old in target.parent.glob(f"{escape(target.name)}.format-{number}*")]
    return max(found, key=lambda path: path.stat().st_ctime, default=None)


def _number(folder: Path) -> int | None:
    found = layout.read_format(folder)
    return None if found is None else layout.version(found)


def _free(target: Path, number: int) -> Path:
    """The first free name for the old store."""
    names = (f"{target.name}.format-{number}{f'-{n}' if n > 1 else ''}" for n in count(1))
    return next(path for name in names if not os.path.lexists(path := target.with_name(name)))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep writers out of a store folder."""
    lock = take_lock(folder)
    try:
        yield
    finally:
        os.close(lock)
