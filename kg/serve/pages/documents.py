"""What describes the graph as a whole: `/.well-known/void` and the ontology at `/schema`, as a page or as RDF."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Triple, parse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.resources import folder
from kg.serve import negotiation
from kg.serve.pages.describing import FORMATS, serialise
from kg.serve.pages.rendering import error_page, page

if TYPE_CHECKING:
    from kg.serve.site import Site

_OFFERS = {"html": ("text/html", "application/xhtml+xml"), **negotiation.GRAPHS}


@cache
def ontology() -> tuple[Triple, ...]:
    """The triples of schema/ontology.ttl."""
    return tuple(quad.triple for quad in parse(_turtle(), format=RdfFormat.TURTLE))


def _turtle() -> bytes:
    return (folder("schema") / "ontology.ttl").read_bytes()


def _format(request: Request) -> str | Response:
    """The format that a request wants, or why it gets none."""
    stated = request.query_params.get("format", "")
    if stated and stated not in _OFFERS:
        return error_page(400, "No such format", f"There is no format {stated!r}.", f"Use one of {', '.join(_OFFERS)}.")
    format = stated or negotiation.choose(",".join(request.headers.getlist("accept")), _OFFERS)
    return format or error_page(406, "No such form", "It is not kept in any form that was asked for.", f"Use one of {', '.join(_OFFERS)}.")


def _document(format: str, title: str, lead: str, path: str, triples: list[Triple], base: str, turtle: bytes | None = None) -> Response:
    """A description as a page that shows its Turtle, or as RDF."""
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    body = turtle if turtle is not None and format in ("html", "ttl") else serialise(triples, "ttl" if format == "html" else format, base)
    if format == "html":
        text = body.decode()
        return page("document.html.j2", headers=headers, title=title, lead=lead, path=path, text=text, formats=FORMATS)
    return Response(body, 200, headers, negotiation.media_type(format, negotiation.GRAPHS))


def routes(site: Site) -> list[BaseRoute]:
    """`/.well-known/void` and `/schema`."""

    async def data(request: Request) -> Response:
        from kg.describe import void_description

        format = _format(request)
        if isinstance(format, Response):
            return format
        address = str(request.base_url)
        triples, base = await site.read(lambda snapshot: (void_description(snapshot, address), snapshot.base))
        lead = "What the data set is, how large, by which vocabularies, and where to ask it: in VoID and DCAT, for catalogues and crawlers."
        return _document(format, "About the data", lead, "/.well-known/void", triples, base)

    async def schema(request: Request) -> Response:
        format = _format(request)
        if isinstance(format, Response):
            return format
        lead = "The classes and properties of the graph, and how they relate to those of others."
        return _document(format, "Ontology", lead, "/schema", list(ontology()), "", _turtle())

    return [Route("/.well-known/void", data), Route("/schema", schema)]
