"""`/search?q=&type=`: things by name, misspelt too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.errors import UsageError
from kg.lookup import TYPES, find, search
from kg.serve.pages.rendering import page
from kg.store import Hit, Snapshot

if TYPE_CHECKING:
    from kg.serve.site import Site

LIMIT = 50  # hits on the page
_LONGEST = 300  # characters of a search that are read


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    text: str
    type: str  # of TYPES; "" for all
    hits: tuple[Hit, ...]
    close: bool  # nothing has the name: these are only like it
    elsewhere: bool  # nothing of the type is like it, these are of other types


def found(snapshot: Snapshot, text: str, type: str) -> Found:
    """The things whose name is `text` or like it; identifiers and IRIs are read too."""
    text = " ".join(text.split())[:_LONGEST]
    types = [type] if type in TYPES else None
    hits = search(snapshot, text, types, limit=LIMIT) if text else []
    if text and not hits:
        try:
            hits = [find(snapshot, text, types)]
        except UsageError:
            hits = []
    elsewhere = not hits and types is not None
    if text and elsewhere:
        hits = search(snapshot, text, limit=LIMIT)
    close = bool(hits) and all(hit.how == "close" for hit in hits)
    return Found(text, type if types else "", tuple(hits), close, elsewhere and bool(hits))


def routes(site: Site) -> list[BaseRoute]:
    """`/search`."""

    async def answer(request: Request) -> Response:
        text, type = request.query_params.get("q", ""), request.query_params.get("type", "")
        result = await site.read(lambda snapshot: found(snapshot, text, type))
        return page("search.html.j2", found=result, types=TYPES, limit=LIMIT)

    return [Route("/search", answer)]
