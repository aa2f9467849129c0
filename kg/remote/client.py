"""HTTP to one store: requests out, answers in, tried again where that may help, and every failure in one line.

All that is sent may be sent twice: queries, and updates whose bodies are ground triples or conditions.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

import httpx

from kg.errors import UsageError
from kg.remote import failures
from kg.remote.address import Login, checked, credentials, is_loopback, origin

ATTEMPTS = 5
PATIENCE = 60.0  # seconds that all attempts at one request may wait in sum, whatever Retry-After says
_FIRST_PAUSE = 0.25  # seconds; doubled by every attempt, give or take a quarter
_AGAIN = frozenset({429, 502, 503, 504})
_CONNECT = 10.0  # seconds
READ = 60.0  # seconds between two pieces of an answer
WRITE = 600.0  # seconds until a store has taken what was sent
_BEGINNING = 4096  # bytes of a failure that are read


class Client:
    """Requests to the servers that the user named, and to no other; a context manager that closes the connections."""

    def __init__(
        self,
        *addresses: str,
        environment: Mapping[str, str] = os.environ,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """A client of the servers of `addresses`; sends nothing yet.

        Raises:
            UsageError: one of them is no address, or the credentials in the environment contradict each other.
        """
        urls = [checked(address) for address in addresses]
        self._origins = {origin(url) for url in urls}
        self._known = credentials(environment)
        self._sleep = sleep
        here = all(map(is_loopback, urls))
        self._http = httpx.Client(
            auth=Login(self._known), transport=transport, follow_redirects=False,
            timeout=httpx.Timeout(READ, connect=_CONNECT), trust_env=not here,
            verify=not (here and all(url.scheme == "http" for url in urls)),  # no certificate is ever met then; reading ours takes 0.1 s
            headers={"User-Agent": "paper-kg"},
        )  # fmt: skip

    @property
    def is_known(self) -> bool:
        """Whether we can say who we are."""
        return bool(self._known)

    @contextmanager
    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        patience: float | None = READ,
    ) -> Iterator[httpx.Response]:
        """A successful answer, whose body is read by the caller.

        Args:
            method: GET, POST, PUT or DELETE.
            url: of one of the servers that the client was made for.
            params: added to the address.
            form: the body, as a web form.
            content: the body, as it is.
            headers: besides our own.
            patience: seconds between two pieces of the answer; None waits for ever.

        Raises:
            RemoteError: there is no answer, or it is no success, after all attempts.
        """
        if origin(httpx.URL(url)) not in self._origins:
            raise UsageError(f"{url} lies on another server than the store", hint="name it in KG_UPDATE_URL or KG_GRAPHS_URL")
        waited = 0.0
        for attempt in range(1, ATTEMPTS + 1):
            request = self._http.build_request(
                method, url, params=params, data=form, content=content, headers=headers, timeout=httpx.Timeout(patience, connect=_CONNECT)
            )
            response, failure, pause = self._try(request, attempt)
            if response is not None:
                break
            waited += pause or 0.0
            if pause is None or attempt == ATTEMPTS or waited > PATIENCE:
                raise failure
            self._sleep(pause)
        assert response is not None  # noqa: S101 (for the type checker: the last attempt returned or raised)
        with _closing(response):
            yield response

    def _try(self, request: httpx.Request, attempt: int) -> tuple[httpx.Response | None, failures.RemoteError, float | None]:
        """The answer of one attempt; else why there is none, and the seconds after which to try again, None where that is no use."""
        shown = str(request.url.copy_with(query=None))
        try:
            response = self._http.send(request, stream=True)
        except httpx.TransportError as error:
            failure = failures.of_transport(error, shown)
            failure.__cause__ = error
            return None, failure, _pause(attempt) if failures.may_pass(error) else None
        if response.is_success:
            return response, failures.cut(request.url, ""), None
        with _closing(response):
            failure = failures.of_status(response, _beginning(response), known=self.is_known)
            again = response.status_code in _AGAIN
            return None, failure, max(_pause(attempt), _asked_for(response)) if again else None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _closing(response: httpx.Response) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise failures.cut(response.url, "it stopped in the middle") from error
    except (httpx.TransportError, httpx.DecodingError, httpx.StreamError) as error:
        raise failures.cut(response.url, str(error)) from error
    finally:
        response.close()


def _beginning(response: httpx.Response) -> bytes:
    """The first bytes of a failure, as far as they can be read."""
    found = b""
    try:
        for chunk in response.iter_bytes():
            found += chunk
            if len(found) >= _BEGINNING:
                break
    except (httpx.TransportError, httpx.DecodingError):
        pass
    return found[:_BEGINNING]


def _pause(attempt: int) -> float:
    return _FIRST_PAUSE * float(2 ** (attempt - 1)) * random.uniform(0.75, 1.25)  # noqa: S311 (spreads attempts; no secret)


def _asked_for(response: httpx.Response) -> float:
    """Seconds that Retry-After asks for, written as a number or as a date (RFC 9110, section 10.2.3)."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said[:6])
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
