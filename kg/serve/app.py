"""The application of one site: endpoint and pages, guarded."""

from __future__ import annotations

import resource
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from kg.errors import KgError, StoreError, UsageError
from kg.opening import Location
from kg.serve import pages, protocol
from kg.serve.current import Current
from kg.serve.security import LOCAL, Guarded
from kg.serve.site import Settings, Site

_FILES = 4096
_EXPOSED = ("KG-Rows", "KG-Truncated", "Retry-After")


def make_app(current: Current, settings: Settings) -> ASGIApp:
    """The ASGI application that serves what `current` gives; closes it at its end."""
    return _app(Site(current, settings))


def _app(site: Site) -> ASGIApp:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with site:
            yield

    settings, middleware = site.settings, []
    if settings.origins:
        middleware.append(
            Middleware(CORSMiddleware, allow_origins=settings.origins, allow_methods=["GET", "POST"], expose_headers=_EXPOSED)
        )
    app = Starlette(
        routes=[*protocol.routes(site), *pages.routes(site)],
        middleware=middleware,
        exception_handlers={StoreError: _unreadable, protocol.RefusedError: _refused, 404: pages.not_found},
        lifespan=lifespan,
    )
    return Guarded(app, (*LOCAL, *(host.casefold() for host in settings.hosts)))


def _unreadable(request: Request, error: Exception) -> Response:
    """What is said where the graph cannot be read: it was moved or damaged while it is served."""
    words = f"the graph cannot be read at the moment: {error}"
    hint = "try again; `kg doctor` looks at the store"
    if "text/html" in request.headers.get("accept", ""):
        answer: Response = pages.error_page(503, "The graph cannot be read", words, hint)
    else:
        answer = PlainTextResponse(f"{words}\n{hint}\n", 503)
    answer.headers["Retry-After"] = "2"
    return answer


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, protocol.RefusedError)  # noqa: S101 (it handles no other)
    return error.response()


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any free one.

    Raises:
        UsageError: the host is no address of this machine, or the port is not one that may be used.
        KgError: somebody listens there already.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named so that asyncio knows it for TCP and sends small packets at once; else every answer waits 40 ms for an acknowledgement.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(256)
    except OSError as error:
        opened.close()
        reason = (error.strerror or str(error)).lower()
        raise KgError(
            f"cannot listen on {host}, port {port}: {reason}", hint="choose another with --port, or 0 for any free one"
        ) from error
    except OverflowError as error:
        opened.close()
        raise UsageError(f"there is no port {port}", hint="ports are 0 to 65535") from error
    return opened


def serve(location: Location, settings: Settings, listening: socket.socket, *, at_start: Callable[[], None] = lambda: None) -> None:
    """Serve until the process is told to end (SIGINT, SIGTERM); `at_start` is called when it answers.

    Raises:
        StoreError: there is nothing to serve.
    """
    from kg.serve.server import Server

    _allow_files()
    site = Site(Current(location), settings)
    Server(_app(site), at_start=at_start, at_end=site.end).run(sockets=[listening])


def _allow_files() -> None:
    """Let the process open as many files as it may; a connection is one, and a running query four."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
