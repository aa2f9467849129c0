"""Paths → opened inputs: folders walked, what is no file refused."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from kg.model import Rejection
from kg.sources.decoding import HEAD_BYTES


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files of a folder are read."""

    is_known: Callable[[str], bool]  # by its name
    may_be_known: Callable[[str], bool]  # whether one that its name does not tell is worth a look at its content
    is_told: Callable[[str], bool]  # whether the content of the file of this path tells what it is; also where it cannot be read


def find(paths: Sequence[str], choice: Choice) -> Iterator[str | Rejection]:
    """The files that the paths name, folders walked in sorted order; a rejection for what cannot be read. "-" stays as it is.

    Args:
        paths: what a user named; it is read whatever its ending.
        choice: of the files in a folder.
    """
    for path in paths:
        if path == "-":
            yield path
            continue
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116 (follows links; Path would not keep a name that is not UTF-8)
        except (OSError, ValueError) as error:
            yield refusal(path, error)
            continue
        if stat.S_ISDIR(mode):
            yield from _in_folder(path, choice)
        elif stat.S_ISREG(mode):
            yield path
        else:
            yield _special(path, mode)


def opened(path: str) -> tuple[BinaryIO, bytes] | Rejection:
    """The file's stream, for the caller to close, and its first bytes."""
    try:
        # Not blocking: a pipe that has taken the place of a file would wait for ever. Reading a file is the same either way.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        return refusal(path, error)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        return _special(path, mode)
    stream = os.fdopen(descriptor, "rb")
    try:
        return stream, stream.read(HEAD_BYTES)
    except OSError as error:
        stream.close()
        return refusal(path, error)


def shown(path: str) -> str:
    """`path` as text that every encoding can write: bytes of a name that is not UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def refusal(path: str, error: OSError | ValueError) -> Rejection:
    """Why the system did not let us read `path`; a ValueError says that it is no name of a file at all."""
    if isinstance(error, ValueError):
        return _reject(path, "missing", "no name of a file: check the path")
    if error.errno == errno.ELOOP:
        return _reject(path, "unreadable", "a link that leads back to itself: remove it, or name the file that it should lead to")
    if isinstance(error, FileNotFoundError):
        return _reject(path, "missing", "no such file or folder: check the path")
    if isinstance(error, PermissionError):
        return _reject(path, "unreadable", "no permission to read it: change its mode, or run as a user who may read it")
    return _reject(path, "unreadable", f"cannot be read ({error.strerror or type(error).__name__}): check the path and the disk")


def _in_folder(folder: str, choice: Choice) -> Iterator[str | Rejection]:
    """What `_walk` finds in a folder that a user named; a rejection where that is nothing."""
    empty = True
    for found in _walk(folder, choice):
        empty = False
        yield found
    if empty:
        yield _reject(
            folder,
            "no-papers",
            "no file in the folder is one that is read, by ending or content: name the files, or give them such an ending",
        )


def _walk(folder: str, choice: Choice) -> Iterator[str | Rejection]:
    """Files below `folder` that are chosen, and links that lead nowhere; hidden ones and folders already seen (links that loop) are left out.

    A folder that is called as a file is ("x.pdf") and holds nothing to read is told of.
    """
    seen: set[tuple[int, int]] = set()
    found = 0
    open_folders = [(_entries(folder, seen), "", 0)]  # what is left of each, its path where it is called as a file, `found` before it
    while open_folders:
        entries, file_like, before = open_folders[-1]
        entry = next(entries, None)
        if entry is None:
            open_folders.pop()
            if file_like and found == before:
                found += 1
                yield _reject(file_like, "not-a-file", "a folder without a file that is read, though it is called as one: check what it is")
            continue
        item: str | Rejection | None = entry if isinstance(entry, Rejection) else None
        if isinstance(entry, os.DirEntry):
            if _is_folder(entry):
                open_folders.append((_entries(entry.path, seen), entry.path if choice.is_known(entry.name) else "", found))
            else:
                item = _file(entry, choice)
        if item is not None:
            found += 1
            yield item


def _entries(folder: str, seen: set[tuple[int, int]]) -> Iterator[os.DirEntry[str] | Rejection]:
    """What lies in a folder, sorted; nothing where it was seen already."""
    try:
        here = os.stat(folder)  # noqa: PTH116
        if (here.st_dev, here.st_ino) in seen:
            return iter(())
        seen.add((here.st_dev, here.st_ino))
        with os.scandir(folder) as entries:
            return iter(sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: os.fsencode(e.name)))
    except OSError as error:
        return iter((refusal(folder, error),))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere or to itself
        return False


def _file(entry: os.DirEntry[str], choice: Choice) -> str | Rejection | None:
    """The file if it is chosen; a rejection for what is called as one, and for a link that may have led to one."""
    try:
        mode = entry.stat().st_mode
    except FileNotFoundError as error:
        return (
            _reject(entry.path, "missing", "a link that leads nowhere: remove it or mend it")
            if entry.is_symlink()
            else refusal(entry.path, error)
        )
    except OSError as error:
        return refusal(entry.path, error)
    if choice.is_known(entry.name):
        return entry.path if stat.S_ISREG(mode) else _special(entry.path, mode)
    told = stat.S_ISREG(mode) and choice.may_be_known(entry.name) and choice.is_told(entry.path)
    return entry.path if told else None


def _special(path: str, mode: int) -> Rejection:
    if stat.S_ISDIR(mode):
        return _reject(path, "not-a-file", "a folder has taken the place of the file: run the same command again")
    kind = "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    return _reject(path, "not-a-file", f"{kind}, not a file: give its contents on standard input, with - as the path")


def _reject(path: str, code: str, message: str) -> Rejection:
    return Rejection(shown(path), "", "read", code, message)
