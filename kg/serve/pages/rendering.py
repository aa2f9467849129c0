"""Templates in, responses out. Everything is escaped; a name that a template lacks is an error, not a gap."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from kg.serve.pages.addresses import curie, end_link, hit_address
from kg.store import Hit

FOLDER = Path(__file__).resolve().parents[1]
STATIC = FOLDER / "static"
NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML"}
_YEAR = 365 * 24 * 3600  # seconds: the address of a file changes with its content
_HOUR = 3600


@cache
def environment() -> Environment:
    """The templates of the pages."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(static=static_address, curie=curie, encoded=_encoded, names=NAMES, end_link=end_link, hit_address=hit_address)
    made.filters.update(number=_number, plural=_plural, score=_score)
    return made


def page(template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object) -> HTMLResponse:
    """A page of the server; `no-cache`, since a build may publish at any time."""
    html = environment().get_template(template).render(values)
    return HTMLResponse(html, status, {"Cache-Control": "no-cache", **(headers or {})})


def error_page(status: int, title: str, message: str, hint: str = "", suggestions: Sequence[Hit] = ()) -> HTMLResponse:
    """A page that says what went wrong and what to do."""
    return page("error.html.j2", status=status, title=title, message=message, hint=hint, suggestions=suggestions)


class CachedFiles(StaticFiles):
    """Files that browsers may keep: for a year where the address names the content, else for an hour."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        if response.status_code < 300:
            age = _YEAR if b"v=" in scope.get("query_string", b"") else _HOUR
            response.headers["Cache-Control"] = f"public, max-age={age}"
        return response


@cache
def static_address(name: str) -> str:
    """The address of a static file, which names its content."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _encoded(values: Mapping[str, str]) -> str:
    """What stands after "?" in an address; pairs without a value are left out."""
    return urlencode({name: value for name, value in values.items() if value != ""})


def _number(value: int) -> str:
    """1234567 as "1,234,567"."""
    return f"{value:,}"


def _plural(count: int, noun: str) -> str:
    """The count with its noun: "1 paper", "2,000 papers"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _score(value: float) -> str:
    return f"{value:.2f}"
