"""What went wrong between us and a store, as one line with a way out."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus

import httpx

from kg.errors import StoreError

_LONGEST = 200  # characters of a store's own words that we repeat
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_TAGS = re.compile(r"<[^<>]{0,500}>")
_LATER = "try again later, or look into the store's own log"
_LOGIN = "set KG_USER and KG_PASSWORD, or KG_TOKEN"


class RemoteError(StoreError):
    """A store behind http(s) that cannot be reached, refuses, or answers wrongly."""

    def __init__(self, message: str, *, hint: str, status: int | None = None, said: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status  # of HTTP, where there was an answer
        self.said = said  # the store's own words


def of_transport(error: httpx.TransportError, url: str) -> RemoteError:
    """Why there is no answer at all."""
    causes = tuple(_causes(error))
    host = httpx.URL(url).host
    if isinstance(error, httpx.TimeoutException):
        return RemoteError(f"{url} did not answer in time", hint="try again later; a query can be given more time with --timeout")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return RemoteError(f"there is no host {host}", hint="check the address after --store, and the network")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return RemoteError(
            f"{host} could not be trusted: {plain(str(error))}", hint="name a CA file in SSL_CERT_FILE if its certificate is your own"
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes) or "refused" in str(error):
        return RemoteError(
            f"nothing answers at {url}: connection refused",
            hint="start the store there and run the same command again, or check the address after --store",
        )
    return RemoteError(f"the connection to {url} broke: {plain(str(error)) or type(error).__name__}", hint="run the same command again")


def may_pass(error: httpx.TransportError) -> bool:
    """Whether another attempt may go better: refused, reset, or cut before the answer; not a wrong name, certificate or patience."""
    if isinstance(error, httpx.TimeoutException | httpx.UnsupportedProtocol | httpx.ProxyError):
        return False
    return not any(isinstance(cause, socket.gaierror | ssl.SSLError) for cause in _causes(error))


def of_status(response: httpx.Response, body: bytes, *, known: bool) -> RemoteError:
    """What an answer that is no success means.

    Args:
        response: with status and headers.
        body: the beginning of it.
        known: whether we said who we are.
    """
    status, url, said = response.status_code, _bare(response.url), words(response, body)
    more = f": {said}" if said else ""
    match status:
        case 401 | 403:
            return _denied(status, url, more, known=known)
        case 404 | 410:
            return RemoteError(
                f"there is nothing at {url}{more}", hint="check the address after --store: some stores end in /sparql", status=status
            )
        case 405 | 501:
            return read_only(url)
        case 413:
            return RemoteError(f"{url} does not take as much at once{more}", hint="raise the limit of its requests to 16 MB", status=status)
        case _ if 300 <= status < 400:
            target = plain(response.headers.get("location", "another place"))
            return RemoteError(f"{url} sends us on to {target}", hint="give that address with --store, if you trust it", status=status)
        case _ if status >= 500 and "42000" in said:  # of Virtuoso: no right to do this
            return _denied(403, url, more, known=known)
        case _ if status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS:
            return RemoteError(f"{url} failed with {status}{more}", hint=_LATER, status=status, said=said)
    return RemoteError(f"{url} refused with {status}{more}", hint="look into the store's own log", status=status, said=said)


def read_only(url: str) -> RemoteError:
    """That a store takes no updates."""
    return RemoteError(f"{url} cannot be written: it only reads", hint="name a store that takes updates, or its KG_UPDATE_URL", status=405)


def _denied(status: int, url: str, more: str, *, known: bool) -> RemoteError:
    what = "does not allow this"
    if status == HTTPStatus.UNAUTHORIZED:
        what = "does not know this user or password" if known else "wants to know who we are"
    return RemoteError(f"{url} {what}{more}", hint=f"{_LOGIN}, of somebody who may do it", status=status)


def partial(url: httpx.URL, state: str) -> RemoteError:
    """An answer that the store itself cut short: Virtuoso says so in a header only."""
    return RemoteError(
        f"{_bare(url)} gave a part of the answer only ({plain(state)})", hint="narrow the query, or raise the store's own limit"
    )


def cut(url: httpx.URL, why: str) -> RemoteError:
    """An answer that ends before its end, or is none."""
    return RemoteError(
        f"{_bare(url)} gave half an answer: {plain(why)}", hint="run the command again, with more time (--timeout) or fewer rows"
    )


def not_rdf(response: httpx.Response, wanted: str) -> RemoteError:
    """A success that holds something else than was asked for."""
    kind = plain(response.headers.get("content-type", "nothing"))
    what = "a web page" if "html" in kind else kind
    return RemoteError(
        f"{_bare(response.url)} answers with {what}, not with {wanted}", hint="check the address after --store: some stores end in /sparql"
    )


def words(response: httpx.Response, body: bytes) -> str:
    """The store's own words as one short line; nothing of web pages."""
    if "html" in response.headers.get("content-type", ""):
        return ""
    return plain(_TAGS.sub(" ", body.decode("utf-8", "replace")))


def plain(text: str) -> str:
    """A text of somebody else as one short line without control characters."""
    text = _UNREADABLE.sub(" ", text).strip()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _bare(url: httpx.URL) -> str:
    """An address without the query's text."""
    return str(url.copy_with(query=None, fragment=None, username=None, password=None))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
