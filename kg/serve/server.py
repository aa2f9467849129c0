"""The HTTP server that carries the application: uvicorn with h11, bounded in what one connection may hold, and ended at once."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.serve.security import HEADERS

_MOST_HEAD = 256 << 10  # bytes of a request's first line and headers: a query of 64 KB is three times as long when it is escaped
_MOST_CONNECTIONS = 1000
_HEAD = 10.0  # seconds in which the head of a request must have come
_STALL = 60.0  # seconds in which a client must take some of an answer
_GRACE = 1  # seconds that answers on their way have when the server ends


class Connection(H11Protocol):
    """A connection that is closed where the client neither asks nor takes its answer, and whose errors bind the browser too."""

    _asking: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came."""
        super().connection_made(transport)
        self._since = self.loop.time()
        if len(self.connections) > _MOST_CONNECTIONS:
            self._refuse(503, b"Service Unavailable", "there are too many connections at the moment", {"Retry-After": "2"})
        else:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left."""
        for timer in (self._asking, self._taking):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """The answer is sent."""
        self._since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client takes nothing at the moment."""
        self._taking = self.loop.call_later(_STALL, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        """The client took what was sent."""
        if self._taking is not None:
            self._taking.cancel()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Tell a client that what it sent is no request."""
        self._refuse(400, b"Bad Request", msg, {})

    def _refuse(self, status: int, reason: bytes, words: str, more: Mapping[str, str]) -> None:
        headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close", **HEADERS, **more}
        with suppress(h11.LocalProtocolError):  # an answer is on its way already
            for event in (
                h11.Response(status_code=status, headers=[*headers.items()], reason=reason),
                h11.Data(data=f"{words}\n".encode()),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        """Close a connection that did not send the head of its request in time; those that sent all of one are not looked at."""
        is_waiting = self.cycle is None or self.cycle.response_complete
        left = self._since + _HEAD - self.loop.time() if is_waiting else _HEAD
        if left <= 0:
            self.transport.close()
        else:
            self._asking = self.loop.call_later(left, self._watch)


class Server(uvicorn.Server):
    """A server whose end by a signal is a usual one."""

    def __init__(self, app: ASGIApp, *, at_start: Callable[[], None] = lambda: None, at_end: Callable[[], None] = lambda: None) -> None:
        """`at_start` is called when the server answers, `at_end` when it begins to end."""
        config = uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            lifespan="on",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=_MOST_HEAD,
            timeout_graceful_shutdown=_GRACE,
        )
        super().__init__(config)
        self._at_start, self._at_end = at_start, at_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin."""
        await super().startup(sockets)
        if self.started:
            self._at_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        self._at_end()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End at SIGINT and SIGTERM, which are not raised again afterwards."""
        try:
            before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        except ValueError:  # in a thread, which gets no signals
            before = {}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
