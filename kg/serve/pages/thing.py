"""`/id/<folder>/<name>`: a page per paper, entity and kind, a plain one for other nodes, and the same in RDF for programs.

What does not lie below the base, as in graphs of others, has its page at `/resource?iri=…`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.errors import KgError
from kg.lookup import KIND, PAPER, End
from kg.serve import negotiation
from kg.serve.pages.addresses import KEPT, RESOURCE, ROOT, paths, resource_address
from kg.serve.pages.describing import FORMATS, describe, serialise
from kg.serve.pages.drawing import EXPLORE
from kg.serve.pages.rendering import error_page, page
from kg.serve.pages.values import NodePage, ThingPage, exists, node_page, thing_page
from kg.store import Hit, Snapshot

if TYPE_CHECKING:
    from kg.serve.site import Site

_OFFERS = {"html": ("text/html", "application/xhtml+xml"), **negotiation.GRAPHS}
_VARY = {"Vary": "Accept"}
_SUGGESTIONS = 6
_LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which node a request asks for."""

    iris: Callable[[str], list[str]]  # IRIs that may be meant, the likeliest first, given the base
    address: str  # to which parameters are added: ends in "?" or "&"
    words: str  # to search for where there is no such node

    def node(self, snapshot: Snapshot) -> NamedNode | None:
        """The node of the graph; None where it has none."""
        for iri in self.iris(snapshot.base):
            try:
                node = NamedNode(iri)
            except ValueError:
                continue
            if exists(snapshot, node):
                return node
        return None


def asked_by_path(request: Request) -> Asked:
    """What stands after `/id/`, with the escapes that it was sent with."""
    sent: bytes = request.scope.get("raw_path") or quote(request.url.path).encode()
    raw = sent.decode("utf-8", "replace").partition("?")[0].partition(ROOT)[2]
    words = unquote(raw.rpartition("/")[2], errors="replace").replace("-", " ")
    return Asked(lambda base: [base + path for path in paths(raw)], f"{ROOT}{quote(raw, safe=KEPT)}?", words)


def asked_by_iri(request: Request) -> Asked:
    """What the parameter `iri` says."""
    iri = request.query_params.get("iri", "")
    return Asked(lambda _: [iri], f"{resource_address(iri)}&", iri.rpartition("/")[2])


def suggestions(snapshot: Snapshot, words: str) -> list[Hit]:
    """Things with a name like that in an address that leads nowhere."""
    words = words.strip()[:200]
    return snapshot.names.search(words, limit=_SUGGESTIONS) if words else []


def alternates(address: str) -> str:
    """The Link header that names the description in every format."""
    links = [f'<{address}format={ending}>; rel="alternate"; type="{media}"' for ending, media in FORMATS.items()]
    return ", ".join(links)


def explored(thing: End) -> str:
    """The address that draws a paper or entity in the middle of its neighbours; "" for a kind."""
    if thing.type == KIND:
        return ""
    return f"{EXPLORE}#v={'paper' if thing.type == PAPER else 'entity'}&n={quote(thing.iri, safe='')}"


def _page_number(request: Request) -> int:
    stated = request.query_params.get("page", "1")
    return min(max(int(stated), 1), _LAST_PAGE) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1


def routes(site: Site) -> list[BaseRoute]:
    """`/id/…` and `/resource`."""

    async def thing(request: Request) -> Response:
        return await _answer(site, request, asked_by_path(request))

    async def resource(request: Request) -> Response:
        return await _answer(site, request, asked_by_iri(request))

    return [Route(ROOT + "{path:path}", thing), Route(RESOURCE, resource)]


async def _answer(site: Site, request: Request, asked: Asked) -> Response:
    stated = request.query_params.get("format", "")
    if stated and stated not in _OFFERS:
        return error_page(400, "No such format", f"There is no format {stated!r}.", f"Use one of {', '.join(_OFFERS)}.")
    format = stated or negotiation.choose(",".join(request.headers.getlist("accept")), _OFFERS)
    if format is None:
        types = ", ".join(types[0] for types in _OFFERS.values())
        return error_page(406, "No such form", "This thing is not kept in any form that was asked for.", f"There are {types}.")
    number = _page_number(request)
    if format == "html":
        return await _html(site, asked, request.query_params.get("group", ""), number)
    return await _rdf(site, asked, format, number)


async def _html(site: Site, asked: Asked, group: str, number: int) -> Response:
    def work(snapshot: Snapshot) -> ThingPage | NodePage | list[Hit]:
        node = asked.node(snapshot)
        if node is None:
            return suggestions(snapshot, asked.words)
        return thing_page(snapshot, node, group, number) or node_page(snapshot, node)

    found = await site.read(work)
    if isinstance(found, list):
        return error_page(404, "Nothing has this address", "The graph knows no such thing.", "Search for it by name.", suggestions=found)
    headers = {**_VARY, "Link": alternates(asked.address)}
    if isinstance(found, NodePage):
        return page("node.html.j2", headers=headers, node=found, address=asked.address, formats=FORMATS)
    return page(
        "thing.html.j2", headers=headers, thing=found, address=asked.address, formats=FORMATS, group=group, explore=explored(found.thing)
    )


async def _rdf(site: Site, asked: Asked, format: str, number: int) -> Response:
    def work(snapshot: Snapshot) -> tuple[bytes, bool] | None:
        node = asked.node(snapshot)
        if node is None:
            return None
        triples, further = describe(snapshot, node, number)
        return serialise(triples, format, snapshot.base), further

    try:
        found = await site.read(work)
    except KgError as error:  # such as a property that RDF/XML cannot name
        return Response(f"{error}\n{error.hint}\n", 406, _VARY, "text/plain")
    if found is None:
        return Response("The graph knows no such thing.\n", 404, _VARY, "text/plain")
    further = f', <{asked.address}format={format}&page={number + 1}>; rel="next"' if found[1] else ""
    headers = {**_VARY, "Link": alternates(asked.address) + further, "Cache-Control": "no-cache"}
    return Response(found[0], 200, headers, negotiation.media_type(format, negotiation.GRAPHS))
