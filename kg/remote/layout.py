"""Which addresses a store answers at: queries, updates, and whole graphs.

| given | queries | updates | graphs |
| --- | --- | --- | --- |
| Oxigraph, `http://host:7878` | /query | /update | /store |
| Fuseki, `http://host:3030/name` | /query | /update | /data |
| RDF4J, GraphDB, `…/repositories/name` | itself | /statements | /rdf-graphs/service |
| Virtuoso, `http://host:8890` or `…/sparql` | /sparql, with a user /sparql-auth | /sparql-auth | /sparql-graph-crud-auth |
| any other `…/sparql` | itself | itself | none |

KG_UPDATE_URL and KG_GRAPHS_URL name other places. What a store is follows from what it answers, not from its address alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import httpx

from kg.remote.address import below, checked
from kg.remote.answers import ASKED, is_answer
from kg.remote.client import Client
from kg.remote.failures import RemoteError
from kg.remote.texts import text

UPDATES, GRAPHS = "KG_UPDATE_URL", "KG_GRAPHS_URL"


class Product(StrEnum):
    """Stores that we treat otherwise than the standard asks."""

    OXIGRAPH = "oxigraph"
    VIRTUOSO = "virtuoso"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a store answers."""

    query: str
    update: str
    graphs: str | None  # SPARQL 1.1 Graph Store Protocol; None where there is none
    product: Product = Product.OTHER


def discover(client: Client, address: str, environment: Mapping[str, str]) -> Endpoints:
    """The endpoints of the store at an address, found by asking it a question that every store answers.

    Raises:
        RemoteError: nothing there answers SPARQL; says why the likeliest place does not.
    """
    refusals: list[RemoteError] = []
    for endpoints in _candidates(checked(address), client):
        try:
            product = _asked(client, endpoints.query)
        except RemoteError as refusal:
            refusals.append(refusal)
            if refusal.status is None or refusal.status in (401, 403) or refusal.status >= 500:
                break  # there is something, and other paths will not help
            continue
        found = _of_virtuoso(checked(endpoints.query), client) if product is Product.VIRTUOSO else endpoints
        return Endpoints(found.query, environment.get(UPDATES) or found.update, environment.get(GRAPHS) or found.graphs, product)
    raise next((refusal for refusal in refusals if refusal.status != 404), refusals[0])


def _asked(client: Client, query: str) -> Product:
    """Which store answers there."""
    with client.send("GET", query, params={"query": text("anything")}, headers={"Accept": ASKED}) as response:
        if not is_answer(response):
            raise RemoteError(
                f"{query} answers, but not SPARQL", hint="check the address after --store: some stores end in /sparql", status=404
            )
        return _product(response)


def _product(response: httpx.Response) -> Product:
    server = response.headers.get("server", "").casefold()
    return next((product for product in (Product.OXIGRAPH, Product.VIRTUOSO) if product in server), Product.OTHER)


def _candidates(url: httpx.URL, client: Client) -> Iterator[Endpoints]:
    """What an address may mean, likeliest first."""
    path = url.path.rstrip("/")
    parent = url.copy_with(path=path.rpartition("/")[0] or "/")
    if path.endswith("/query"):
        yield Endpoints(str(url), below(parent, "/update"), below(parent, "/data" if parent.path != "/" else "/store"))
    elif "/repositories/" in path:
        yield Endpoints(str(url), below(url, "/statements"), below(url, "/rdf-graphs/service"))
    elif path.endswith("/sparql"):
        yield Endpoints(str(url), str(url), None)
    elif path.endswith("/sparql-auth"):
        yield _of_virtuoso(url, client)
    else:
        yield Endpoints(below(url, "/query"), below(url, "/update"), below(url, "/data" if path else "/store"))
        yield Endpoints(below(url, "/sparql"), below(url, "/sparql"), None)
        if path:
            yield Endpoints(str(url), str(url), None)


def _of_virtuoso(url: httpx.URL, client: Client) -> Endpoints:
    """Virtuoso has places of its own for those who say who they are."""
    home = url.copy_with(path=url.path.rpartition("/")[0] or "/")
    graphs = below(home, "/sparql-graph-crud-auth")
    return Endpoints(below(home, "/sparql-auth" if client.is_known else "/sparql"), below(home, "/sparql-auth"), graphs, Product.VIRTUOSO)
