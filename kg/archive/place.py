"""Folders beside a store: one to make a new store in, and two that change places in one step."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreError

_HERE = -100  # AT_FDCWD of fcntl.h: paths are as the process sees them
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux (renameat2(2)), RENAME_SWAP of macOS (renamex_np(2))
_UNABLE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV)  # of a disk or kernel that cannot exchange two names


def side_of(target: Path) -> Path:
    """The folder beside `target` in which what will take its place is made."""
    return _beside(target, "new")


def ready_of(target: Path) -> Path:
    """The folder beside `target` in which what will take its place lies finished."""
    return _beside(target, "ready")


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` to make a store in, what a killed run left in it cleared away; gone afterwards unless renamed.

    Raises:
        StoreError: another process makes one there.
    """
    side = side_of(target)
    side.mkdir(parents=True, exist_ok=True)
    lock = os.open(side, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _hold(lock, side, target)
        for entry in side.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        try:
            yield side
        finally:
            if _is(lock, side):
                shutil.rmtree(side, ignore_errors=True)
    finally:
        os.close(lock)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot, and then nothing is done."""
    system = ctypes.CDLL(None, use_errno=True)
    try:
        if sys.platform == "darwin":
            failed = system.renamex_np(os.fsencode(one), os.fsencode(other), _EXCHANGE)
        else:
            failed = system.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    except AttributeError:  # a C library without the call
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(one))


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name[:200]}.kg-{what}")


def _hold(lock: int, side: Path, target: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held = True
    else:
        held = not _is(lock, side)
    if held:
        raise StoreError(f"another process makes a store for {target}", hint="wait for it to end, then run the same command again")


def _is(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
