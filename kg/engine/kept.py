"""One process that answers queries, waited for until a deadline.

A new one costs a tenth of a second, so it may be asked again, and one may be started before there is a question (`start_early`).
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
import weakref
from contextlib import suppress
from typing import Any

from kg.engine.failures import death, timed_out
from kg.engine.request import COMMAND, Request, environment

_CHUNK = 1 << 18  # bytes read at once


class Kept:
    """A worker in a process group of its own, so that the terminal's Ctrl-C reaches us alone; we then end it."""

    def __init__(self) -> None:
        """Start it; `OSError` where that is not possible."""
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, process_group=0, env=environment())  # noqa: S603 (our own script)
        self._rest = b""  # what it said behind the last line that was read
        self._memory: int | None = None  # that queries may take, of all that it is asked
        self._asked = False
        self._deadline: float | None = None
        self._timeout: float | None = None
        self._owner = os.getpid()
        # Where nobody ends it, it is ended with this object, at the latest when the interpreter leaves.
        self.end = weakref.finalize(self, _end, self._process, self._owner)

    def fits(self, memory: int | None) -> bool:
        """Whether it lives, is ours and not that of the process that we were forked from, and may take so many bytes."""
        alive = self.end.alive and self._owner == os.getpid() and self._process.poll() is None
        return alive and (not self._asked or self._memory == memory)

    def ask(self, request: Request, timeout: float | None, deadline: float | None) -> None:
        """Send a request whose answer is to be here by `deadline`, in seconds of `time.monotonic`; `timeout` is for words."""
        self._asked, self._memory, self._timeout, self._deadline = True, request.memory, timeout, deadline
        assert self._process.stdin is not None  # noqa: S101 (for the type checker: a pipe was asked for)
        try:
            view = memoryview(request.line())
            while view:
                view = view[self._process.stdin.write(view) or 0 :]
        except BrokenPipeError:
            return  # it died at the start: `line` says why

    def line(self) -> list[Any]:
        """The next line that it says.

        Raises:
            QueryError: the deadline passed, or it died.
        """
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            parts.append(self._more())
        text, _, self._rest = b"".join(parts).partition(b"\n")
        line: list[Any] = json.loads(text)
        return line

    def data(self, size: int) -> bytes:
        """The next bytes, so many; errors as in `line`."""
        parts, there = [self._rest], len(self._rest)
        while there < size:
            parts.append(self._more())
            there += len(parts[-1])
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]

    def _more(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 (for the type checker: a pipe was asked for)
        left = None if self._deadline is None else self._deadline - time.monotonic()
        if left is not None and (left <= 0 or not select.select([self._process.stdout], [], [], left)[0]):
            raise timed_out(self._timeout or 0)
        chunk = os.read(self._process.stdout.fileno(), _CHUNK)
        if not chunk:
            code = self._process.wait()
            assert self._process.stderr is not None  # noqa: S101 (as above)
            raise death(code, self._process.stderr.read().decode("utf-8", "replace"), self._memory)
        return chunk


_early: list[Kept] = []  # that nobody asks yet


def start_early() -> None:
    """Let a process start that the first question of this program will find ready; where that is not possible, the question says so."""
    with suppress(OSError):
        _early.append(Kept())


def started() -> Kept:
    """A process that was started early and nobody took yet, or a new one; `OSError` where that is not possible."""
    while _early:
        early = _early.pop()
        if early.fits(None):
            return early
        early.end()
    return Kept()


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """Kill it and wait until it is gone; a fork of the process that started it lets go of the pipes alone."""
    if os.getpid() == owner:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
