"""Readers in processes of their own: libraries that a spoiled file can end, or keep busy for ever, work there.

A reader is a module with a `main`, run by `python -m`; it answers in lines of JSON, {"refused": [code, message]} among them. `started` reads
one input; `Workers` read many, for a process takes longer to start than a file to read, and begin with the next one before it is asked for.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import json
import os
import resource
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import IO, Any

from kg.sources.inputs import RefusedError

_PIPE_BYTES = 1024**2  # what Linux lets everybody have at most; a paper has 0.2 to 2 MB
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_REUSED = 500  # inputs that one process reads before a fresh one takes its place: what it leaks stays small


def started(module: str, *arguments: str, stdin: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """The process that runs `module`; its standard output is a pipe.

    It stands in a group of its own, so that Ctrl-C ends the caller at a paper's end, and not the reader at any place.
    """
    # -P: the folder in which kg runs may hold any file, and none of them shall be imported.
    command = [sys.executable, "-P", "-m", module, *arguments]
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0)  # noqa: S603 (our own program)


def limit_memory(most: int) -> None:
    """Let this process take `most` bytes of address space."""
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def keep_freed_memory() -> None:
    """Let this process keep up to 64 MB that it frees for the next input, where the C library can: to give it back and fetch it anew takes time.

    Source: mallopt(3) of glibc; numbers of its options from malloc.h.
    """
    if hasattr(library := ctypes.CDLL(None), "mallopt"):
        for option, size in ((_TRIM_THRESHOLD, 64 * 1024**2), (_MMAP_THRESHOLD, 32 * 1024**2)):
            library.mallopt(option, size)


def tell(what: dict[str, object]) -> None:
    """Answer with a line."""
    sys.stdout.write(json.dumps(what, default=str) + "\n")


def told(line: bytes, *, place: str = "") -> dict[str, Any]:
    """What a reader answered.

    Raises:
        RefusedError: it refused its input, at `place` where that is damaged.
    """
    answer: dict[str, Any] = json.loads(line)
    if "refused" in answer:
        code, message = answer["refused"]
        raise RefusedError(code, message, place=place if code == "damaged" else "")
    return answer


class DiedError(Exception):
    """A worker ended in the middle of an input, by itself or because its time was over."""

    def __init__(self, *, late: bool) -> None:
        """Keep whether its time was over."""
        super().__init__()
        self.late = late


class Worker:
    """A process that reads one input after the other; it is started when the first one comes, and again when it died.

    `main` of its module serves by `requests`. Threads may share a worker, and take turns; a forked process starts one of its own.
    """

    def __init__(self, module: str) -> None:
        """Nothing is started yet."""
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._answered = 0
        self._begun: bytes | None = None  # the input whose answer nobody has taken yet
        self._lock = threading.Lock()
        atexit.register(self.close)

    def begin(self, data: bytes) -> None:
        """Let the reader begin with an input; `ask` takes its answer."""
        with self._lock:
            self._send(self._free(), data)
            self._begun = data

    def ask(self, data: bytes, seconds: float) -> dict[str, Any]:
        """What the reader answers to an input; where it has begun with another one, that is given up.

        Raises:
            RefusedError: it refuses the input.
            DiedError: it died, or took more than `seconds`; a process that had read others before is not blamed: a fresh one tries again.
        """
        with self._lock:
            try:
                return told(self._asked(data, seconds))
            except DiedError as error:
                if error.late or not self._answered:
                    raise
                return told(self._asked(data, seconds))
            finally:
                if self._process is None:
                    self._answered = 0

    def close(self) -> None:
        """End the process, if there is one of ours."""
        process, self._process, self._begun = self._process, None, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not written yet cannot be any more
                    pipe.close()

    def _asked(self, data: bytes, seconds: float) -> bytes:
        is_begun = self._begun is data and self._process is not None and self._owner == os.getpid()
        process = self._process if is_begun and self._process else self._free()
        self._begun = None
        assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        line = b""
        try:
            if not is_begun:
                self._send(process, data)
            line = process.stdout.readline()
        finally:
            timer.cancel()
            if not line.endswith(b"\n"):  # it died, or we are interrupted and its answer would be taken for that to the next input
                self.close()
        if not line.endswith(b"\n"):
            raise DiedError(late=late.is_set())
        self._answered += 1
        return line

    def _send(self, process: subprocess.Popen[bytes], data: bytes) -> None:
        assert process.stdin is not None  # noqa: S101 (a pipe was asked for)
        with suppress(BrokenPipeError):  # it died: reading its answer tells
            process.stdin.write(len(data).to_bytes(8, "big"))
            process.stdin.write(data)
            process.stdin.flush()

    def _free(self) -> subprocess.Popen[bytes]:
        """The process, with no input begun."""
        if self._begun is not None:
            self.close()
        return self._running()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._owner != os.getpid() or self._answered >= _REUSED or self._process.poll() is not None):
            self.close()
        if self._process is None:
            self._process = started(self._module, stdin=subprocess.PIPE)
            _widen(self._process.stdin)
            self._owner, self._answered = os.getpid(), 0
        return self._process


def _widen(pipe: IO[bytes] | None) -> None:
    """Let a pipe hold a whole paper where the system can, so that writer and reader need not take turns; Linux holds 64 kB by default."""
    if pipe is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class Task:
    """An input that a worker has begun with; its answer is taken, or it is dropped."""

    def __init__(self, data: bytes, worker: Worker, idle: deque[Worker]) -> None:
        """Made by `Workers`."""
        self._data, self._worker, self._idle = data, worker, idle

    def answer(self, seconds: float) -> dict[str, Any]:
        """What the reader answers; raises as `Worker.ask`."""
        try:
            return self._worker.ask(self._data, seconds)
        finally:
            self._idle.append(self._worker)

    def drop(self) -> None:
        """Its answer is not wanted."""
        self._worker.close()
        self._idle.append(self._worker)


class Workers:
    """Two processes of one reader: one of them reads the next input while the other one's answer is awaited or used."""

    def __init__(self, module: str) -> None:
        """Nothing is started yet."""
        self._module = module
        self._idle = deque([Worker(module), Worker(module)])

    def begin(self, data: bytes) -> Task | None:
        """Begin with an input that is asked for later; None where all are busy."""
        try:
            worker = self._idle.pop()
        except IndexError:
            return None
        worker.begin(data)
        return Task(data, worker, self._idle)

    def ask(self, data: bytes, seconds: float) -> dict[str, Any]:
        """What a reader answers to an input, one more where all are busy, as for many threads; raises as `Worker.ask`."""
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = Worker(self._module)
        return Task(data, worker, self._idle).answer(seconds)


def request(stream: IO[bytes]) -> bytes | None:
    """The next input that a worker is asked to read, from its standard input; None where there is no more."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    return stream.read(int.from_bytes(head, "big"))
