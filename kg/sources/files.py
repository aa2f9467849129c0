"""Paths → opened inputs: folders walked, what is no file refused, long lines cut out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kg.model import Rejection
from kg.sources.decoding import HEAD_BYTES

ENDINGS = (".txt", ".md", ".jsonl", ".json", ".ndjson")  # what a folder is searched for; a path that is named is read whatever its ending
MAX_FILE_BYTES = 64 * 1024 * 1024  # of a file that has to be read whole: with its lines and blocks some 400 MB of memory
MAX_LINE_BYTES = 16 * 1024 * 1024  # of a JSON line: a full text with its parse has 0.1–2 MB; a line of 256 MB is a bomb
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Input:
    """An opened input: its first bytes, read already, and the rest."""

    source: str  # the path as the user gave it, or as found below a folder; "-" for standard input
    head: bytes  # the first HEAD_BYTES, or all
    rest: BinaryIO

    @property
    def ending(self) -> str:
        """The ending of its name in lower case, "" without one."""
        return Path(self.source).suffix.lower()

    def all_bytes(self) -> bytes | None:
        """Everything, or None where it is longer than MAX_FILE_BYTES."""
        rest = self.rest.read(MAX_FILE_BYTES + 1 - len(self.head))
        return None if len(self.head) + len(rest) > MAX_FILE_BYTES else self.head + rest

    def lines(self) -> Iterator[tuple[int, bytes | None]]:
        """(number from 1, line without its end), streamed; None in place of a line over MAX_LINE_BYTES."""
        kept: list[bytes] = []
        number, size = 1, 0
        for chunk in self._chunks():
            *ended, tail = chunk.split(b"\n")
            for part in ended:
                size += len(part)
                yield number, (None if size > MAX_LINE_BYTES else b"".join([*kept, part]) if kept else part)
                number, kept, size = number + 1, [], 0
            size += len(tail)
            if size <= MAX_LINE_BYTES:
                kept.append(tail)
            else:
                kept = []
        if size:
            yield number, None if size > MAX_LINE_BYTES else b"".join(kept)

    def _chunks(self) -> Iterator[bytes]:
        yield self.head
        while chunk := self.rest.read(_CHUNK_BYTES):
            yield chunk


def find(paths: Sequence[str]) -> Iterator[str | Rejection]:
    """The files that the paths name, folders walked in sorted order; a rejection for what cannot be read. "-" stays as it is."""
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
            yield from _walk(path, set())
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


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[str | Rejection]:
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
        yield from _entry(entry, seen)


def _entry(entry: os.DirEntry[str], seen: set[tuple[int, int]]) -> Iterator[str | Rejection]:
    known = entry.name.lower().endswith(ENDINGS)
    try:
        mode = entry.stat().st_mode
    except OSError as error:  # a link that leads nowhere
        if known:
            yield refusal(entry.path, error)
        return
    if stat.S_ISDIR(mode):
        yield from _walk(entry.path, seen)
    elif known:
        yield entry.path if stat.S_ISREG(mode) else _special(entry.path, mode)


def _special(path: str, mode: int) -> Rejection:
    kind = "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    return _reject(path, "not-a-file", f"{kind}, not a file: give its contents on standard input, with - as the path")


def _reject(path: str, code: str, message: str) -> Rejection:
    return Rejection(shown(path), "", "read", code, message)
