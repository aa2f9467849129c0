"""The home page: what this graph is, what is most used in it, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.lookup import PAPER
from kg.model import EntityType
from kg.queries import Query
from kg.serve.pages.library import questions
from kg.serve.pages.rendering import page
from kg.store import Hit, Manifest, Snapshot
from kg.view.style import TYPE_STYLES

if TYPE_CHECKING:
    from kg.serve.site import Site

_LEADING = 8  # things that are named per type
HIGHLIGHTS = (
    "papers-by-hardware", "methods-by-dataset", "who-introduced", "baselines", "hardware-and-data", "code-by-method", "most-used-datasets", "similar-papers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shelf:
    """The things of one type that most papers name."""

    type: str
    label: str  # "Datasets"
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a graph holds."""

    manifest: Manifest
    shelves: tuple[Shelf, ...]


def overview(snapshot: Snapshot) -> Overview:
    """What the home page tells of a graph: entities by type, then papers."""
    shelves = (Shelf(type, TYPE_STYLES[type.lower()].label, tuple(snapshot.names.leading(type, _LEADING))) for type in (*EntityType, PAPER))
    return Overview(snapshot.manifest, tuple(shelf for shelf in shelves if shelf.hits))


def highlights() -> list[Query]:
    """The questions of the library that the home page names."""
    known = questions()
    return [known[name] for name in HIGHLIGHTS if name in known]


def routes(site: Site) -> list[BaseRoute]:
    """`/`."""

    async def home(_: Request) -> Response:
        return page("home.html.j2", overview=await site.read(overview), highlights=highlights())

    return [Route("/", home)]
