"""What the service is, as RDF: a SPARQL 1.1 Service Description."""

from __future__ import annotations

from pyoxigraph import serialize
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg.describe import PREFIXES, service_description
from kg.engine.results import GRAPHS
from kg.serve import negotiation
from kg.serve.site import Site


async def described(site: Site, request: Request) -> Response:
    """The description of the service, in the RDF format that the client likes best."""
    format = negotiation.choose(",".join(request.headers.getlist("accept")), negotiation.GRAPHS)
    if format is None:
        return PlainTextResponse("none of the formats that are asked for is at hand; there is text/turtle\n", 406)
    address = str(request.base_url)
    triples = await site.count(lambda snapshot: service_description(snapshot, address))
    body = serialize(triples, format=GRAPHS[format], prefixes=dict(PREFIXES) if format == "ttl" else None)
    return Response(body, media_type=negotiation.media_type(format, negotiation.GRAPHS), headers={"Vary": "Accept"})
