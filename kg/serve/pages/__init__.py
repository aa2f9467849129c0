"""Pages for people, and the descriptions of things for programs. In: a `Site`. Out: the routes that answer.

Every page is made on the server and needs no script. What a page reads is bounded, whatever the size of the graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount

from kg.serve.pages.documents import routes as documents
from kg.serve.pages.editor import routes as editor
from kg.serve.pages.explore import routes as explore
from kg.serve.pages.home import routes as home
from kg.serve.pages.library import routes as library
from kg.serve.pages.rendering import STATIC, CachedFiles, error_page
from kg.serve.pages.search import routes as search
from kg.serve.pages.thing import routes as thing

if TYPE_CHECKING:
    from kg.serve.site import Site

__all__ = ["error_page", "not_found", "routes"]


def routes(site: Site) -> list[BaseRoute]:
    """The routes of all pages, for an application to take in."""
    families = (home, search, thing, library, editor, documents, explore)
    found: list[BaseRoute] = [route for family in families for route in family(site)]
    return [*found, Mount("/static", CachedFiles(directory=STATIC), name="static")]


async def not_found(request: Request, _: Exception) -> Response:
    """The answer to an address that no route has: a page for people, a line for programs."""
    if "text/html" in request.headers.get("accept", ""):
        return error_page(404, "Nothing has this address", "There is no such page.", "Search by name, or look through the questions.")
    return PlainTextResponse("there is no such page\n", 404)
