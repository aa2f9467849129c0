"""One process that answers queries, seen from a program that waits for many."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.engine.failures import death
from kg.engine.request import COMMAND, Request, environment

_REUSED = 500  # queries that one process answers before a fresh one takes its place
_CHUNK = 1 << 16  # bytes read at once


class Worker:
    """A process in a group of its own, so that the terminal's Ctrl-C does not reach it; to be killed, then awaited by `gone`."""

    def __init__(self) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `gone`); what it says when it dies: a pipe would fill up
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # noqa: S603 (ours)
            COMMAND, stdin=pipe, stdout=pipe, stderr=self._words, bufsize=0, process_group=0, env=environment()
        )
        assert self._process.stdin is not None  # noqa: S101 (a pipe was asked for)
        os.set_blocking(self._process.stdin.fileno(), False)
        self._answered = 0
        self._niceness = 0

    @property
    def is_fresh(self) -> bool:
        """Whether it may answer one more query."""
        return self._process.poll() is None and not self._niceness and self._answered < _REUSED

    async def ask(self, request: Request) -> list[Any]:
        """The line that it answers.

        Raises:
            QueryError: it died.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018 (pipes were asked for)
        with suppress(BrokenPipeError):  # it died before: what it said tells why
            view = memoryview(request.line())
            while view:
                written = stdin.write(view)
                if written is None:  # the pipe is full: a long query, and the process is only starting
                    await _room(stdin.fileno())
                view = view[written or 0 :]
        line = await _line(stdout.fileno())
        if not line.endswith(b"\n"):
            code = self._process.wait()
            self._words.seek(0)
            raise death(code, self._words.read().decode("utf-8", "replace"), request.memory)
        self._answered += 1
        found: list[Any] = json.loads(line)
        return found

    def seconds(self) -> float | None:
        """Seconds of a processor that it took so far; None where the platform does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        fields = status.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def step_back(self, niceness: int) -> None:
        """Let others go first from now on; it is not used again, for only the administrator could take this back."""
        if niceness != self._niceness:
            self._niceness = niceness
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, niceness)

    def kill(self) -> None:
        """Let it end at once."""
        self._process.kill()

    async def gone(self) -> None:
        """Wait until the killed process is gone."""
        await asyncio.to_thread(self._process.wait)
        for stream in (self._process.stdin, self._process.stdout, self._words):
            if stream is not None:
                stream.close()


async def _room(descriptor: int) -> None:
    """Wait until a pipe takes more."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_writer(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(descriptor)


async def _line(descriptor: int) -> bytes:
    """What comes up to a line's end, or up to the end of all."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bytes] = loop.create_future()
    parts: list[bytes] = []

    def take() -> None:
        part = os.read(descriptor, _CHUNK)
        parts.append(part)
        if (not part or part.endswith(b"\n")) and not done.done():
            done.set_result(b"".join(parts))

    loop.add_reader(descriptor, take)
    try:
        return await done
    finally:
        loop.remove_reader(descriptor)
