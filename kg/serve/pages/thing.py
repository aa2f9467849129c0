"""`/id/<folder>/<name>`: a page per paper, entity and kind, a plain one for other nodes, and the same in RDF for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.serve import negotiation
from kg.serve.pages.addresses import ROOT, paths
from kg.serve.pages.describing import FORMATS, describe, serialise
from kg.serve.pages.rendering import error_page, page
from kg.serve.pages.values import NodePage, ThingPage, exists, node_page, thing_page
from kg.store import Hit, Snapshot

if TYPE_CHECKING:
    from kg.serve.site import Site

_OFFERS = {"html": ("text/html", "application/xhtml+xml"), **negotiation.GRAPHS}
_VARY = {"Vary": "Accept"}
_SUGGESTIONS = 6
_LAST_PAGE = 1_000_000


def located(snapshot: Snapshot, raw: str) -> NamedNode | None:
    """The node of the graph that an address means, given what stands after `/id/` as it was sent; None where the graph has none."""
    for path in paths(raw):
        try:
            node = NamedNode(snapshot.base + path)
        except ValueError:
            continue
        if exists(snapshot, node):
            return node
    return None


def suggestions(snapshot: Snapshot, raw: str) -> list[Hit]:
    """Things with a name like that in an address that leads nowhere."""
    words = unquote(raw.rpartition("/")[2], errors="replace").replace("-", " ").strip()[:200]
    return snapshot.names.search(words, limit=_SUGGESTIONS) if words else []


def alternates(path: str) -> str:
    """The Link header that names the description in every format, and the page."""
    links = [f'<{path}?format={ending}>; rel="alternate"; type="{media}"' for ending, media in FORMATS.items()]
    return ", ".join(links)


def _sent_path(request: Request) -> str:
    """What stands after `/id/` as it was sent, with its escapes."""
    raw = request.scope.get("raw_path") or quote(request.url.path).encode()
    return str(raw.decode("latin-1").split("?", 1)[0].partition(ROOT)[2])


def _page_number(request: Request) -> int:
    stated = request.query_params.get("page", "1")
    return min(max(int(stated), 1), _LAST_PAGE) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1


def routes(site: Site) -> list[BaseRoute]:
    """`/id/…`."""

    async def thing(request: Request) -> Response:
        raw = _sent_path(request)
        stated = request.query_params.get("format", "")
        if stated and stated not in _OFFERS:
            return error_page(400, "No such format", f"There is no format {stated!r}.", f"Use one of {', '.join(_OFFERS)}.")
        format = stated or negotiation.choose(",".join(request.headers.getlist("accept")), _OFFERS)
        if format is None:
            types = ", ".join(types[0] for types in _OFFERS.values())
            return error_page(406, "No such form", "This thing is not kept in any form that was asked for.", f"There are {types}.")
        return await (_html(site, request, raw) if format == "html" else _rdf(site, request, raw, format))

    return [Route(ROOT + "{path:path}", thing)]


async def _html(site: Site, request: Request, raw: str) -> Response:
    group, number = request.query_params.get("group", ""), _page_number(request)

    def work(snapshot: Snapshot) -> ThingPage | NodePage | list[Hit]:
        node = located(snapshot, raw)
        if node is None:
            return suggestions(snapshot, raw)
        return thing_page(snapshot, node, group, number) or node_page(snapshot, node)

    found = await site.read(work)
    if isinstance(found, list):
        return error_page(404, "Nothing has this address", "The graph knows no such thing.", "Search for it by name.", suggestions=found)
    path = ROOT + quote(raw, safe="%/:@!$&'()*+,;=-._~")
    headers = {**_VARY, "Link": alternates(path)}
    if isinstance(found, NodePage):
        return page("node.html.j2", headers=headers, node=found, path=path, formats=FORMATS)
    return page("thing.html.j2", headers=headers, thing=found, path=path, formats=FORMATS, group=group)


async def _rdf(site: Site, request: Request, raw: str, format: str) -> Response:
    number = _page_number(request)

    def work(snapshot: Snapshot) -> tuple[bytes, bool] | None:
        node = located(snapshot, raw)
        if node is None:
            return None
        triples, further = describe(snapshot, node, number)
        return serialise(triples, format, snapshot.base), further

    found = await site.read(work)
    if found is None:
        return Response("The graph knows no such thing.\n", 404, _VARY, "text/plain")
    path = ROOT + quote(raw, safe="%/:@!$&'()*+,;=-._~")
    links = alternates(path) + (f', <{path}?format={format}&page={number + 1}>; rel="next"' if found[1] else "")
    return Response(
        found[0], 200, {**_VARY, "Link": links, "Cache-Control": "no-cache"}, negotiation.media_type(format, negotiation.GRAPHS)
    )
