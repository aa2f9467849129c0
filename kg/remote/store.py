"""One store behind http(s): questions, updates and whole graphs, by SPARQL 1.1 Protocol and Graph Store Protocol.

The graph of papers is the store's default graph, or a named one where the default graph is the union of all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

import httpx
from pyoxigraph import Literal, RdfFormat, Triple, serialize

from kg.engine.runner import QueryResult
from kg.errors import QueryError
from kg.queries.tokens import Kind, tokenise
from kg.remote import answers, failures, texts
from kg.remote.address import checked
from kg.remote.answers import Limits
from kg.remote.client import WRITE, Client
from kg.remote.layout import GRAPHS, UPDATES, Endpoints, Product, discover

DEFAULT = ""  # the default graph, where a graph is named

_MISTAKE_OF_VIRTUOSO = "Virtuoso 37000 Error"  # with status 500: a query that it cannot parse or compile
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_LONG_QUERY = 2000  # characters; longer ones are sent by POST, since servers bound addresses
_PART = 100_000  # triples in one request of the Graph Store Protocol: some 15 MB


class RemoteStore:
    """A store that was found to answer; speaks through a client that its opener closes."""

    def __init__(self, client: Client, endpoints: Endpoints, address: str) -> None:
        self.endpoints = endpoints
        self.address = address
        self._client = client

    def query(
        self,
        sparql: str,
        *,
        graph: str = DEFAULT,
        timeout: float | None = WRITE,
        limit: int | None = None,
    ) -> QueryResult:
        """The store's answer.

        Args:
            sparql: SELECT, ASK, CONSTRUCT or DESCRIBE; what it may do is for the caller to check.
            graph: IRI of the graph that it looks at.
            timeout: seconds until we stop waiting; None waits for ever.
            limit: most rows or triples to take.

        Raises:
            QueryError: the store finds the query wrong, time ran out, or the answer is too large.
            RemoteError: there is no answer, or half of one.
        """
        limits = Limits(None if timeout is None else time.monotonic() + timeout, timeout)
        try:
            with self._asking(sparql, graph, _accepted(sparql), patience=timeout) as response:
                return answers.read(response, limit=limit, limits=limits)
        except failures.RemoteError as error:
            if timeout is not None and _timed_out(error):
                raise answers.late(timeout) from error
            if error.said and (error.status == 400 or _MISTAKE_OF_VIRTUOSO in error.said):
                raise QueryError(
                    f"the store refuses the query: {error.said}", hint="change the query; `--explain` prints it as it was sent"
                ) from error
            raise

    def count(self, sparql: str, graph: str = DEFAULT) -> int:
        """The one number that a query gives.

        Raises:
            RemoteError: the store gives something else.
        """
        match self.query(sparql, graph=graph).rows:
            case ((Literal(value=number),),) if number.isascii() and number.isdecimal():
                return int(number)
        raise failures.cut(checked(self.endpoints.query), "it has no number where one was asked for")

    def triples(self, sparql: str, expected: int, graph: str = DEFAULT) -> Iterator[Triple]:
        """The triples that a CONSTRUCT gives, in parts where the store gives no more at once.

        Args:
            sparql: the query, without LIMIT.
            expected: how many there are, each of which comes once.
            graph: IRI of the graph that it looks at.

        Raises:
            RemoteError: there are fewer or more, after all.
        """
        limits, got, most = Limits(size=None), 0, 0
        while True:
            before, text = got, texts.page(sparql, most, got) if most else sparql
            with self._asking(text, graph, answers.TRIPLES, patience=WRITE) as response:
                for triple in answers.triples(response, limits):
                    got += 1
                    yield triple
            most = most or got
            if got >= expected or got == before:
                break
        if got != expected:
            url = checked(self.endpoints.query)
            raise failures.cut(url, f"{got} triples of {expected}; or somebody changed the graph meanwhile")

    def update(self, sparql: str) -> None:
        """Change the store; one request, and one transaction where the store has them.

        Raises:
            RemoteError: it cannot be changed; says why.
        """
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        try:
            with self._client.send("POST", self.endpoints.update, content=sparql.encode(), headers=headers, patience=WRITE):
                return
        except failures.RemoteError as error:
            if error.status in (404, 415) or (error.status == 400 and self.endpoints.update == self.endpoints.query):
                raise failures.read_only(self.endpoints.update) from error
            raise

    def post(self, triples: Iterable[Triple], graph: str = DEFAULT) -> Iterator[int]:
        """Add triples by the Graph Store Protocol, in parts; how many are there after each of them."""
        stream, sent = iter(triples), 0
        while part := tuple(islice(stream, _PART)):
            self.post_lines(serialize(part, format=RdfFormat.N_TRIPLES) or b"", graph)
            sent += len(part)
            yield sent

    def post_lines(self, lines: bytes, graph: str = DEFAULT) -> None:
        """Add triples, given as N-Triples, by the Graph Store Protocol in one request; those that are there already do no harm."""
        with self._graph("POST", graph, content=lines, headers={"Content-Type": "application/n-triples"}):
            return

    @contextmanager
    def _graph(self, method: str, graph: str, *, content: bytes | None = None, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """A request of the Graph Store Protocol."""
        url = self.endpoints.graphs or ""
        bulk = {"no_transaction": ""} if self.endpoints.product is Product.OXIGRAPH else {}  # 4 times as fast there
        params = {"graph": graph} if graph else {"default": ""}
        with self._client.send(method, url, params=params | bulk, content=content, headers=headers, patience=WRITE) as response:
            yield response

    @contextmanager
    def _asking(self, sparql: str, graph: str, accept: str, *, patience: float | None) -> Iterator[httpx.Response]:
        form = {"query": sparql} | ({"default-graph-uri": graph} if graph else {})
        url, headers = self.endpoints.query, {"Accept": accept}
        seconds = None if patience is None else max(patience, 0.001)
        short = len(sparql) < _LONG_QUERY
        method = "GET" if short else "POST"
        with self._client.send(
            method, url, params=form if short else None, form=None if short else form, headers=headers, patience=seconds
        ) as response:
            yield response


def _accepted(sparql: str) -> str:
    """What is asked for by the form of a query; Virtuoso would give the triples of a CONSTRUCT as rows where it may choose."""
    words = (token.text.upper() for token in tokenise(sparql) if token.kind is Kind.WORD)
    form = next((word for word in words if word in _FORMS), "")
    return answers.TRIPLES if form in ("CONSTRUCT", "DESCRIBE") else answers.ASKED


def _timed_out(error: failures.RemoteError) -> bool:
    return isinstance(error.__cause__, httpx.TimeoutException)


@contextmanager
def connect(
    address: str, *, environment: Mapping[str, str] = os.environ, transport: httpx.BaseTransport | None = None
) -> Iterator[RemoteStore]:
    """The store at an address, for as long as the connection is needed.

    Raises:
        UsageError: it is no address, or it holds a password.
        RemoteError: nothing there answers SPARQL; says why.
    """
    others = [environment[name] for name in (UPDATES, GRAPHS) if environment.get(name)]
    with Client(address, *others, environment=environment, transport=transport) as client:
        yield RemoteStore(client, discover(client, address, environment), str(checked(address)))
