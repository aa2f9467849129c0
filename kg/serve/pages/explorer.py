"""`/explore`: the page that draws the graph, its scripts and its style. What it draws it asks for below `/explore/`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from kg.serve import security
from kg.serve.pages.rendering import STATIC
from kg.view import model, shell

if TYPE_CHECKING:
    from kg.serve.site import Site

# Pictures are saved from memory, and the page may ask this server alone.
POLICY = security.POLICY.replace("img-src 'self' data:", "img-src 'self' data: blob:") + "; connect-src 'self'"
_YEAR = 365 * 24 * 3600  # seconds: the address of a file changes with its content


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the page, made once."""

    name: str
    media: str
    body: bytes

    @property
    def address(self) -> str:
        """Where it is, with what names its content."""
        return f"/explore/{self.name}?v={sha256(self.body).hexdigest()[:12]}"


@cache
def files() -> dict[str, _File]:
    """The files of the page by name; the first call takes about half a second, as the drawing library is pyvis's."""
    made = (
        ("vis-network.js", "text/javascript", shell.vis_network()),
        ("viewer.js", "text/javascript", shell.viewer("fetched")),
        ("viewer.css", "text/css", shell.style()),
    )
    return {name: _File(name, media, text.encode()) for name, media, text in made}


def _page(papers: int, things: int) -> str:
    title = "One paper as a graph" if papers == 1 else f"{papers:,} papers as a graph"
    words = shell.Words(title, f"{things:,} things that they name; behind every line the sentence that says it")
    known = files()
    links = shell.Links("/", known["viewer.css"].address, tuple(known[name].address for name in ("vis-network.js", "viewer.js")))
    counts: model.Json = {"types": {}, "relations": {}, "papers": papers}
    return shell.served(shell.head(words, counts, model.options(), (), "#v=start"), words, links)


def routes(site: Site) -> list[BaseRoute]:
    """`/explore`, its files, and the icon that browsers ask for where a page names none."""

    async def explore(_: Request) -> Response:
        manifest = await site.read(lambda snapshot: snapshot.manifest)
        html = await asyncio.to_thread(_page, manifest.papers, manifest.entities)
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})

    async def file(request: Request) -> Response:
        found = (await asyncio.to_thread(files))[request.url.path.rpartition("/")[2]]
        age = _YEAR if "v" in request.query_params else 3600
        return Response(found.body, headers={"Cache-Control": f"public, max-age={age}"}, media_type=found.media)

    async def icon(_: Request) -> Response:
        return FileResponse(STATIC / "icon.svg", headers={"Cache-Control": "public, max-age=3600"})

    names = ("vis-network.js", "viewer.js", "viewer.css")
    return [Route("/explore", explore), Route("/favicon.ico", icon), *(Route(f"/explore/{name}", file) for name in names)]
