"""Paths → opened inputs: folders walked, what is no file refused."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from kg.model import Rejection
from kg.sources.decoding import HEAD_BYTES


def find(paths: Sequence[str], is_known: Callable[[str], bool]) -> Iterator[str | Rejection]:
    """The files that the paths name, folders walked in sorted order; a rejection for what cannot be read. "-" stays as it is.

    Args:
        paths: what a user named; it is read whatever its ending.
        is_known: whether a file in a folder is read, by its name.
    """
    for path in paths:
        if path == "-":
            yield path
            continue
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116 (follows links; Path would not keep a name that is not UTF-8)
        except OSError as error:
            yield refusal(path, error)
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(path, is_known, set())
        elif stat.S_ISREG(mode):
            yield path
        else:
            yield _special(path, mode)


def opened(path: str) -> tuple[BinaryIO, bytes] | Rejection:
    """The file's stream, for the caller to close, and its first bytes."""
    try:
        stream = open(path, "rb")  # noqa: PTH123, SIM115 (the caller closes it)
        return stream, stream.read(HEAD_BYTES)
    except OSError as error:
        return refusal(path, error)


def shown(path: str) -> str:
    """`path` as text that every encoding can write: bytes of a name that is not UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def refusal(path: str, error: OSError) -> Rejection:
    """Why the system did not let us read `path`."""
    if isinstance(error, FileNotFoundError):
        return _reject(path, "missing", "no such file or folder: check the path")
    if isinstance(error, PermissionError):
        return _reject(path, "unreadable", "no permission to read it: change its mode, or run as a user who may read it")
    return _reject(path, "unreadable", f"cannot be read ({error.strerror or type(error).__name__}): check the path and the disk")


def _walk(folder: str, is_known: Callable[[str], bool], seen: set[tuple[int, int]]) -> Iterator[str | Rejection]:
    """Files with a known ending below `folder`; hidden ones and folders already seen (links that loop) are left out."""
    try:
        here = os.stat(folder)  # noqa: PTH116
        if (here.st_dev, here.st_ino) in seen:
            return
        seen.add((here.st_dev, here.st_ino))
        with os.scandir(folder) as entries:
            found = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: os.fsencode(e.name))
    except OSError as error:
        yield refusal(folder, error)
        return
    for entry in found:
        yield from _entry(entry, is_known, seen)


def _entry(entry: os.DirEntry[str], is_known: Callable[[str], bool], seen: set[tuple[int, int]]) -> Iterator[str | Rejection]:
    known = is_known(entry.name)
    try:
        mode = entry.stat().st_mode
    except OSError as error:  # a link that leads nowhere
        if known:
            yield refusal(entry.path, error)
        return
    if stat.S_ISDIR(mode):
        yield from _walk(entry.path, is_known, seen)
    elif known:
        yield entry.path if stat.S_ISREG(mode) else _special(entry.path, mode)


def _special(path: str, mode: int) -> Rejection:
    kind = "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    return _reject(path, "not-a-file", f"{kind}, not a file: give its contents on standard input, with - as the path")


def _reject(path: str, code: str, message: str) -> Rejection:
    return Rejection(shown(path), "", "read", code, message)
