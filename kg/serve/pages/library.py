"""`/queries` and `/queries/<name>`: the library of questions, a form for each, and what comes out.

A form is sent by GET, so that every answer has an address. Values are read as `kg query --param` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg import parameters
from kg.errors import UsageError
from kg.lookup import TYPES
from kg.queries import Param, Query, library
from kg.serve.pages import drawing
from kg.serve.pages.asking import Failure, ask
from kg.serve.pages.rendering import error_page, page
from kg.serve.pages.results import SHOWN
from kg.store import Snapshot

if TYPE_CHECKING:
    from kg.serve.site import Site

DOWNLOADS = ("csv", "tsv", "json", "xml")
_OFFERED = 60  # names that a field offers
_LONGEST = 500  # characters of a value
_SEARCH = "the search above finds things by part of their name"  # in the place of a hint for the command line
_KIND_WORDS = {
    "Entity": "any method, dataset, hardware, organisation or task",
    "Thing": "any paper or entity",
    "Kind": "a kind, or a thing that others lie under",
    "Property": "a property, such as trainedOn",
    "IRI": "an IRI",
    "string": "words",
    "integer": "a whole number",
    "decimal": "a number, such as 0.5",
}


@cache
def questions() -> Mapping[str, Query]:
    """The library, read once: it does not change while a server runs, and reading it takes 0.1 s."""
    return library()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    words: str  # what it takes, for people
    required: bool
    value: str  # as it was given
    default: str
    offers: tuple[str, ...]  # names to choose from
    error: str = ""  # what is wrong with the value, and what to do
    number: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a query as it was filled in, and the SPARQL that it makes."""

    fields: tuple[Field, ...]
    sparql: str  # "" where a value is missing or wrong
    base: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Questions that ask about one kind of thing."""

    title: str
    queries: tuple[Query, ...]


def shelves() -> tuple[Shelf, ...]:
    """The library by what its questions are asked of: the kind of the first parameter that must be given."""
    by_kind: dict[str, list[Query]] = {}
    for query in questions().values():
        kind = next((param.kind for param in query.params if param.required), "")
        by_kind.setdefault(kind, []).append(query)
    order = ("", "Entity", "Thing", *TYPES)
    ranked = sorted(by_kind.items(), key=lambda pair: (order.index(pair[0]) if pair[0] in order else len(order), pair[0]))
    return tuple(Shelf(_title(kind), tuple(found)) for kind, found in ranked)


def _title(kind: str) -> str:
    if not kind:
        return "Of the whole graph"
    return f"Of {_words(kind)}"


def _words(kind: str) -> str:
    article = "an" if kind[:1] in "AEIOU" else "a"
    return _KIND_WORDS.get(kind, f"{article} {kind.lower()}" if kind != "Hardware" else "hardware")


def filled(snapshot: Snapshot, query: Query, given: Mapping[str, str]) -> Form:
    """The form of a query with the values given, each looked up; what is wrong stands beside its field."""
    fields, terms = [], {}
    for param in query.params:
        value, error = given.get(param.name, "").strip()[:_LONGEST], ""
        if value:
            try:
                terms[param.name] = parameters.term(snapshot, param, value)
            except UsageError as wrong:
                error = f"{wrong}: {_SEARCH if wrong.hint.startswith('`') else wrong.hint}"
        elif param.required and given:
            error = f"this question needs {_words(param.kind)}"
        fields.append(_field(snapshot, param, value, error))
    whole = not any(field.error for field in fields) and all(param.name in terms for param in query.params if param.required)
    return Form(tuple(fields), query.bind(terms) if whole else "", snapshot.base)


def _field(snapshot: Snapshot, param: Param, value: str, error: str) -> Field:
    hits = [hit for type in param.types[:2] for hit in snapshot.names.leading(type, _OFFERED)]
    most = sorted(hits, key=lambda hit: (-hit.support, hit.label))[:_OFFERED]
    offers = tuple(dict.fromkeys(hit.label for hit in most))
    return Field(param.name, _words(param.kind), param.required, value, param.default, offers, error, param.kind in ("integer", "decimal"))


def routes(site: Site) -> list[BaseRoute]:
    """`/queries` and `/queries/<name>`."""

    async def every(_: Request) -> Response:
        return page("queries.html.j2", shelves=shelves())

    async def one(request: Request) -> Response:
        query = questions().get(request.path_params["name"])
        if query is None:
            return error_page(
                404, "No such question", "The library has no question of this name.", "The list of all questions is at /queries."
            )
        given = dict(request.query_params)
        form = await site.read(lambda snapshot: filled(snapshot, query, given))
        runs = form.sparql and (given or not query.params)
        came = await ask(site, request, form.sparql, form.base, library=True) if runs else None
        failure = came if isinstance(came, Failure) else None
        draw = await drawing.link(site, came, query.name, given)
        wrong = any(field.error for field in form.fields)
        return page(
            "query.html.j2", status=failure.status if failure else 400 if wrong else 200, headers=failure.headers if failure else None,
            query=query, form=form, table=None if failure else came, failure=failure, downloads=DOWNLOADS, shown=SHOWN, draw=draw,
        )  # fmt: skip

    return [Route("/queries", every), Route("/queries/{name}", one)]
