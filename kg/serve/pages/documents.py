"""What describes the graph as a whole: `/.well-known/void` and the ontology at `/schema`, by content negotiation."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Triple, parse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.resources import folder
from kg.serve import negotiation
from kg.serve.description import void
from kg.serve.pages.describing import FORMATS, serialise
from kg.serve.pages.rendering import error_page

if TYPE_CHECKING:
    from kg.serve.site import Site


@cache
def ontology() -> tuple[Triple, ...]:
    """The triples of schema/ontology.ttl."""
    return tuple(quad.triple for quad in parse(_turtle(), format=RdfFormat.TURTLE))


def routes(site: Site) -> list[BaseRoute]:
    """`/.well-known/void` and `/schema`."""

    async def data(request: Request) -> Response:
        return await void(site, request)

    async def schema(request: Request) -> Response:
        stated = request.query_params.get("format", "")
        accepted = negotiation.choose(",".join(request.headers.getlist("accept")), negotiation.GRAPHS)
        format = stated or accepted or "ttl"  # Turtle for a browser, which names none of them
        if format not in FORMATS:
            return error_page(400, "No such format", f"There is no format {format!r}.", f"Use one of {', '.join(FORMATS)}.")
        body = _turtle() if format == "ttl" else serialise(list(ontology()), format, "")
        headers = {"Vary": "Accept", "Cache-Control": "public, max-age=3600"}
        return Response(body, 200, headers, negotiation.media_type(format, negotiation.GRAPHS))

    return [Route("/.well-known/void", data), Route("/schema", schema)]


def _turtle() -> bytes:
    return (folder("schema") / "ontology.ttl").read_bytes()
