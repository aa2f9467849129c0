"""The address of a store, and who we are to it. Nothing is sent."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

import httpx

from kg.errors import UsageError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are, as the environment says; never printed."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)


def credentials(environment: Mapping[str, str]) -> Credentials:
    """What KG_USER and KG_PASSWORD, or KG_TOKEN, say.

    Raises:
        UsageError: a token and a user are both given.
    """
    found = Credentials(environment.get("KG_USER", ""), environment.get("KG_PASSWORD", ""), environment.get("KG_TOKEN", ""))
    if found.user and found.token:
        raise UsageError("both KG_USER and KG_TOKEN are set", hint="unset one of them: stores take one or the other")
    return found


def checked(text: str) -> httpx.URL:
    """An http(s) address without user, query and fragment, and without "/" at its end.

    Raises:
        UsageError: it is none, or holds a user or password, which would end up in histories and logs.
    """
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise UsageError("the address after --store cannot be read", hint="write it as http://host:port/path") from error
    if url.userinfo:
        raise UsageError(
            "the address after --store holds a user or password", hint="set KG_USER and KG_PASSWORD instead; they are not kept"
        )
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"{text} is no address of a store", hint="write it as http://host:port/path")
    if url.query or url.fragment:
        raise UsageError(
            f"{text}: an address of a store has no ? or #", hint="leave out what follows; KG_UPDATE_URL names another place for updates"
        )
    return url.copy_with(path=url.path.rstrip("/") or "/")


def below(url: httpx.URL, path: str) -> str:
    """The address of `path` below another."""
    return str(url.copy_with(path=url.path.rstrip("/") + path))


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """What two addresses of one server share."""
    return url.scheme, url.host, url.port


def is_loopback(url: httpx.URL) -> bool:
    """Whether the address is on this machine, so that no proxy leads there."""
    return url.host in _LOOPBACK


class Login(httpx.Auth):
    """Tells a store who we are when it asks, in the way that it asks for: bearer at once, digest or basic after a challenge."""

    def __init__(self, known: Credentials) -> None:
        self._known = known
        self._scheme: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """As httpx asks for it: requests out, answers in."""
        if self._known.token:
            request.headers["Authorization"] = f"Bearer {self._known.token}"
            yield request
            return
        if self._scheme is not None:
            yield from self._scheme.auth_flow(request)
            return
        response = yield request
        if response.status_code != 401 or not self._known.user:
            return
        asked = response.headers.get("www-authenticate", "").casefold()
        user, password = self._known.user, self._known.password
        if "digest" in asked:
            digest = httpx.DigestAuth(user, password)
            flow = digest.auth_flow(request)
            next(flow)  # it would send the request once more only to be asked again
            try:
                yield _answer(flow, response)
            except StopIteration:
                return
            self._scheme = digest
        elif "basic" in asked:
            self._scheme = httpx.BasicAuth(user, password)
            yield from self._scheme.auth_flow(request)


def _answer(flow: Generator[httpx.Request, httpx.Response, None], response: httpx.Response) -> httpx.Request:
    """The request that answers a challenge.

    Raises:
        ProtocolError: the challenge is none, or of a kind that httpx does not know, for which it has no errors of its own.
    """
    try:
        return flow.send(response)
    except (LookupError, ValueError, NotImplementedError) as error:
        raise httpx.RemoteProtocolError("it asks for a password in a way that we do not know") from error
