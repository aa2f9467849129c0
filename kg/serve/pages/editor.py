"""`/editor?query=`: a SPARQL editor in the browser; without scripts a form whose answer is made here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.serve import security
from kg.serve.pages import drawing
from kg.serve.pages.addresses import prefixes
from kg.serve.pages.asking import Failure, ask
from kg.serve.pages.rendering import error_page, page
from kg.serve.pages.results import SHOWN
from kg.serve.protocol import MOST_QUERY, RefusedError, body

if TYPE_CHECKING:
    from kg.serve.site import Site

# CodeMirror and DataTables, which YASGUI is made of, set style attributes. No other page may.
POLICY = security.POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
_BODY = 4 * MOST_QUERY  # bytes of a form: escapes take three for one

EXAMPLE = """# Methods and the data that papers train them on
SELECT ?methodLabel ?datasetLabel ?method ?dataset WHERE {
  ?method kg:trainedOn ?dataset ; skos:prefLabel ?methodLabel .
  ?dataset skos:prefLabel ?datasetLabel .
} ORDER BY ?methodLabel ?datasetLabel LIMIT 50
"""
_USED = ("kg", "skos", "dcterms", "rdf", "rdfs", "prov", "schema")  # prefixes that a new query declares


def declared(query: str, base: str) -> str:
    """The example with the prefixes that it and most questions use."""
    known = prefixes(base)
    return "".join(f"PREFIX {prefix}: <{known[prefix]}>\n" for prefix in _USED) + query


async def _sent(request: Request) -> tuple[str, bool] | None:
    """The query that was sent and whether it is to be run; None where it is too long to be read."""
    if request.method != "POST":
        return request.query_params.get("query", ""), "run" in request.query_params
    try:
        content = await body(request, _BODY)
    except RefusedError as refusal:
        if refusal.status == 413:
            return None
        raise
    form = parse_qs(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return form.get("query", [""])[0], True


def routes(site: Site) -> list[BaseRoute]:
    """`/editor`."""

    async def editor(request: Request) -> Response:
        try:
            sent = await _sent(request)
        except ValueError:  # more fields than a form of ours has
            sent = None
        if sent is None or len(sent[0].encode("utf-8", "replace")) > MOST_QUERY:
            return error_page(
                413, "The query is too long", f"A query may have {MOST_QUERY >> 10} KB.", "Shorten it, or run it with `kg query FILE`."
            )
        query, run = sent
        base = await site.read(lambda snapshot: snapshot.base)
        came = await ask(site, request, query, base) if run and query.strip() else None
        failure = came if isinstance(came, Failure) else None
        return page(
            "editor.html.j2", status=failure.status if failure else 200,
            headers={"Content-Security-Policy": POLICY, **(failure.headers if failure else {})},
            query=query or declared(EXAMPLE, base), prefixes=json.dumps(prefixes(base)), base=base,
            table=None if failure else came, failure=failure, shown=SHOWN, limits=site.settings.limits,
            draw=await drawing.link(site, came, query),
        )  # fmt: skip

    return [Route("/editor", editor, methods=["GET", "POST"])]
