"""The SPARQL 1.1 Protocol at `/sparql`: queries only, by GET and both forms of POST (https://www.w3.org/TR/sparql11-protocol/).

The status is known before the body starts: an answer is whole in a file before its first byte is sent. A client that goes away ends its
query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import parse_qs

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from kg.engine.places import BusyError
from kg.engine.pool import Answer, FormatError
from kg.engine.request import WHOLE, Dataset
from kg.errors import KgError, QueryLimitError, StoreError
from kg.serve import negotiation
from kg.serve.description import described
from kg.serve.site import Site

T = TypeVar("T")

MOST_QUERY = 64 << 10  # bytes
MOST_REQUEST = 1 << 20  # bytes
_AT_ONCE = 256 << 10  # bytes of an answer that is read at once: by pieces means by threads, which take some milliseconds
_BODY = 20.0  # seconds in which the body of a request must have come
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_ALLOWED = "GET, HEAD, POST, OPTIONS"
_FIELDS = frozenset(
    {"query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri", "format", "output"}
)


class RefusedError(Exception):
    """A request that gets no answer: its status, and why."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}

    def response(self) -> Response:
        """What the client gets."""
        return PlainTextResponse(f"{self}\n", self.status, self.headers)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    query: str | None  # None where it asks for the description of the service
    dataset: Dataset = WHOLE
    format: str = ""  # by name, such as "csv", before the Accept header; "" where none is named
    values: Mapping[str, list[str]] = field(default_factory=dict)


def routes(site: Site) -> list[BaseRoute]:
    """The endpoint of a site."""

    async def sparql(request: Request) -> Response:
        try:
            return await _answered(site, request)
        except RefusedError as refusal:
            return refusal.response()

    return [Route("/sparql", sparql, methods=["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"], name="sparql")]


async def _answered(site: Site, request: Request) -> Response:
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": _ALLOWED})
    if request.method not in ("GET", "HEAD", "POST"):
        raise RefusedError(405, f"{request.method} is not how a query is asked: use GET or POST", {"Allow": _ALLOWED})
    asked = await _asked(request)
    if asked.query is None:
        # A program that can read pages too, as Comunica can, gets the description.
        accept = ",".join(request.headers.getlist("accept"))
        if negotiation.choose(accept, {**negotiation.GRAPHS, "html": ("text/html",)}) == "html":
            return RedirectResponse("editor", 303)
        return await described(site, request)
    rows, graph = _formats(request, asked)
    base = str(request.url.replace(query=""))  # the endpoint, as section 2.1.1 leaves it open
    asking = site.ask(asked.query, rows=rows, graph=graph, dataset=asked.dataset, base=base)
    answer = await until_gone(request, answered(asking))
    return _response(answer)


async def answered(answer: Awaitable[Answer]) -> Answer:
    """The answer.

    Raises:
        RefusedError: with the status that the failure has in HTTP.
    """
    try:
        return await answer
    except KgError as error:
        status, headers = status_of(error)
        raise RefusedError(status, f"{error}\n{error.hint}", headers) from error


def status_of(error: KgError) -> tuple[int, dict[str, str]]:
    """The status that a failure has in HTTP, and the headers that go with it."""
    if isinstance(error, BusyError):
        return 503, {"Retry-After": str(error.retry_after)}
    if isinstance(error, QueryLimitError | StoreError):
        return 503, {}
    return 406 if isinstance(error, FormatError) else 400, {}


async def until_gone(request: Request, work: Awaitable[T]) -> T:
    """What `work` gives, unless the client goes away before: then it is cancelled.

    Raises:
        RefusedError: the client is gone; nobody reads this.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise _left()
    finally:
        leaving.cancel()
        working.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _asked(request: Request) -> Asked:
    """What the request asks for, as section 2.1 of the protocol has it."""
    sent = _fields(request.url.query)
    content = await body(request, MOST_REQUEST) if request.method == "POST" else b""
    query: list[str] = sent.get("query", [])
    if request.method == "POST":
        type = _media_type(request)
        if type == _FORM:
            form = _fields(_text(content))
            query = query + form.get("query", [])
            sent = {name: [*sent.get(name, []), *form.get(name, [])] for name in {*sent, *form}}
        elif type == _QUERY:
            query = [*query, _text(content)]
        elif type == _UPDATE:
            raise _no_updates()
        else:
            raise RefusedError(415, f"a query is sent as {_FORM} or {_QUERY}, not as {type or 'nothing'}")
    if "update" in sent:
        raise _no_updates()
    if len(query) > 1:
        raise RefusedError(400, "there is more than one query in the request")
    if not query and request.method == "POST":
        raise RefusedError(400, "there is no query in the request")
    return _checked(query[0] if query else None, sent)


def _checked(query: str | None, sent: Mapping[str, list[str]]) -> Asked:
    if query is not None and len(query.encode("utf-8", "surrogatepass")) > MOST_QUERY:
        raise RefusedError(413, f"the query is longer than {MOST_QUERY >> 10} KB")
    graphs = {name: sent[f"{name}-graph-uri"] for name in ("default", "named") if f"{name}-graph-uri" in sent}
    # A request that names graphs has no others (section 2.1.4): with named ones alone, the default graph is empty.
    dataset = Dataset(tuple(graphs.get("default", ())), tuple(graphs.get("named", ()))) if graphs else WHOLE
    format = [*sent.get("format", []), *sent.get("output", [])]
    return Asked(query, dataset, format[0] if format else "")


def _fields(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError as error:
        raise RefusedError(400, "the request is not UTF-8") from error
    except ValueError as error:
        raise RefusedError(400, f"the request cannot be read: {error}") from error


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"the request is not UTF-8 at byte {error.start}") from error


def _media_type(request: Request) -> str:
    type, *params = (part.strip().casefold() for part in request.headers.get("content-type", "").split(";"))
    charset = next((param.partition("=")[2].strip('"') for param in params if param.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise RefusedError(415, f"a request is sent in UTF-8, not in {charset}")
    return type


async def body(request: Request, most: int) -> bytes:
    """The body of a request, read up to `most` bytes and no further.

    Raises:
        RefusedError: it is larger, did not come in time, or the client is gone.
    """
    parts, size = [], 0
    try:
        async with asyncio.timeout(_BODY):
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > most:
                    raise RefusedError(413, f"the request is larger than {most >> 10} KB", {"Connection": "close"})
    except TimeoutError as error:
        raise RefusedError(408, f"the request did not come within {_BODY:g} s", {"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise _left() from error
    return b"".join(parts)


def _left() -> RefusedError:
    return RefusedError(499, "the client has gone away")  # for nobody: as nginx counts it


def _no_updates() -> RefusedError:
    return RefusedError(403, "this endpoint only reads: updates are refused; `kg build` and `kg remove` change the graph")


def _formats(request: Request, asked: Asked) -> tuple[str | None, str | None]:
    """The formats for rows and for triples that the client likes best; None where it likes none of them."""
    offers = (negotiation.ROWS, negotiation.GRAPHS)
    if asked.format:
        rows, graph = (negotiation.named(asked.format, offer) for offer in offers)
    else:
        accept = ",".join(request.headers.getlist("accept"))
        rows, graph = (negotiation.choose(accept, offer) for offer in offers)
    if rows is None and graph is None:
        types = ", ".join(types[0] for offer in offers for types in offer.values())
        raise RefusedError(406, f"none of the formats that are asked for is at hand; there are {types}")
    return rows, graph


def _response(answer: Answer) -> Response:
    offer = negotiation.ROWS if answer.format in negotiation.ROWS else negotiation.GRAPHS
    headers = {"Content-Length": str(answer.size), "Vary": "Accept", "KG-Rows": str(answer.rows)}
    if answer.truncated:
        headers["KG-Truncated"] = f"only the first {answer.rows} of more"
    type = negotiation.media_type(answer.format, offer)
    if answer.size <= _AT_ONCE:
        return Response(answer.body(), headers=headers, media_type=type)
    return StreamingResponse(answer.chunks(), headers=headers, media_type=type, background=BackgroundTask(answer.file.close))
