"""What describes the graph as a whole: `/.well-known/void` and the ontology at `/schema`, as a page or as RDF."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Triple, parse, serialize
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.describe import PREFIXES, void_description
from kg.resources import folder
from kg.serve import negotiation
from kg.serve.pages.addresses import curie, prefixes
from kg.serve.pages.describing import FORMATS, serialise
from kg.serve.pages.rendering import error_page, page

if TYPE_CHECKING:
    from kg.serve.site import Site

_VOID = "http://rdfs.org/ns/void#"
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


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of the graph is of each class, or uses each property."""

    caption: str
    of: str  # "Class"
    counted: str  # "Things"
    rows: tuple[tuple[str, int], ...]  # CURIE, count; most first


def counts(triples: Iterable[Triple], base: str) -> tuple[Counts, ...]:
    """The class and property partitions of a VoID description, as tables for people."""
    said: dict[str, dict[str, str]] = {}
    for triple in triples:
        name, value = triple.predicate.value.removeprefix(_VOID), getattr(triple.object, "value", "")
        said.setdefault(str(triple.subject), {})[name] = value
    known, found = prefixes(base), []
    for part, counted, heading, noun in (("class", "entities", "Classes", "Things"), ("property", "triples", "Properties", "Triples")):
        rows = [(curie(values[part], known), int(values[counted])) for values in said.values() if part in values and counted in values]
        if rows:
            found.append(Counts(heading, part.capitalize(), noun, tuple(sorted(rows, key=lambda row: (-row[1], row[0])))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Document:
    """A description, in the words for its page and as RDF."""

    title: str
    lead: str
    path: str
    triples: list[Triple]
    turtle: bytes
    base: str = ""
    tables: tuple[Counts, ...] = ()


def _sent(format: str, document: _Document) -> Response:
    """A description as a page that shows its Turtle, or as RDF."""
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if format == "html":
        return page("document.html.j2", headers=headers, document=document, text=document.turtle.decode(), formats=FORMATS)
    body = document.turtle if format == "ttl" else serialise(document.triples, format, document.base)
    return Response(body, 200, headers, negotiation.media_type(format, negotiation.GRAPHS))


def routes(site: Site) -> list[BaseRoute]:
    """`/.well-known/void` and `/schema`."""

    async def data(request: Request) -> Response:
        format = _format(request)
        if isinstance(format, Response):
            return format
        address = str(request.base_url)
        triples, base = await site.count(lambda snapshot: (void_description(snapshot, address), snapshot.base))
        turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes={**prefixes(base), **PREFIXES}) or b""
        lead = "What the data set is, how large, in which vocabularies, and where to ask it: VoID and DCAT, for catalogues and crawlers."
        return _sent(format, _Document("About the data", lead, "/.well-known/void", triples, turtle, base, counts(triples, base)))

    async def schema(request: Request) -> Response:
        format = _format(request)
        if isinstance(format, Response):
            return format
        lead = "The classes and properties of the graph, and how they relate to those of others."
        return _sent(format, _Document("Ontology", lead, "/schema", list(ontology()), _turtle()))

    return [Route("/.well-known/void", data), Route("/schema", schema)]
