"""What keeps a local server from serving strangers: the Host header, and headers that bind the browser.

A page of a stranger can make a browser ask 127.0.0.1, and by a name that is bound to another address while it runs (DNS rebinding) it can
read the answer too; but then the Host header says that name.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL = ("127.0.0.1", "localhost", "[::1]")

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guarded:
    """An application that answers only requests to known hosts, and adds the headers above unless they are set already."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        """`hosts` are names without a port, in small letters; "*" allows every one."""
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        hosts = Headers(scope=scope).getlist("host")
        scope, named = _relative(scope)
        if self._knows(hosts) and (named is None or self._knows([named])):
            await self._app(scope, receive, send_guarded)
        else:
            refusal = PlainTextResponse("this server does not answer to that host name; --allow-host NAME makes it\n", 421)
            await refusal(scope, receive, send_guarded)

    def _knows(self, hosts: list[str]) -> bool:
        """Whether there is one Host header and its name is known."""
        if "*" in self._hosts:
            return True
        if len(hosts) != 1:
            return False
        name, colon, port = hosts[0].rpartition(":")
        bare = name if colon and port.isdecimal() else hosts[0]
        return bare.casefold() in self._hosts


def _relative(scope: Scope) -> tuple[Scope, str | None]:
    """The request with a path alone where it asks for a whole address, as for a proxy (RFC 9112, section 3.2.2), and that address's host."""
    scheme, separator, rest = scope["path"].partition("://")
    if not separator or scheme.casefold() not in ("http", "https"):
        return scope, None
    host, _, path = rest.partition("/")
    raw = scope["raw_path"].partition(b"://")[2].partition(b"/")[2]
    return {**scope, "path": f"/{path}", "raw_path": b"/" + raw}, host
