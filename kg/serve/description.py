"""What the service and its data are, as RDF: a SPARQL 1.1 Service Description and VoID."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Triple, serialize
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg import vocab
from kg.engine.results import GRAPHS
from kg.serve import negotiation
from kg.serve.site import Site
from kg.store import Snapshot


async def described(site: Site, request: Request) -> Response:
    """The description of the service."""
    from kg import describe

    return await _written(site, request, describe.service_description)


async def void(site: Site, request: Request) -> Response:
    """The description of the data."""
    from kg import describe

    return await _written(site, request, describe.void_description)


async def _written(site: Site, request: Request, describing: Callable[[Snapshot, str], list[Triple]]) -> Response:
    """What `describing` says, in the RDF format that the client likes best."""
    accept = ",".join(request.headers.getlist("accept"))
    format = negotiation.choose(accept, negotiation.GRAPHS) or ("ttl" if "text/html" in accept else None)
    if format is None:
        return PlainTextResponse("none of the formats that are asked for is at hand; there is text/turtle\n", 406)
    address = str(request.base_url)
    triples = await site.read(lambda snapshot: describing(snapshot, address))
    body = serialize(triples, format=GRAPHS[format], prefixes=dict(vocab.NAMESPACES) if format == "ttl" else None)
    return Response(body, media_type=negotiation.media_type(format, negotiation.GRAPHS), headers={"Vary": "Accept"})
