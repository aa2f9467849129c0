"""A query of a page: its answer as a table, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import Request

from kg.errors import KgError
from kg.serve.pages.results import Table, table
from kg.serve.protocol import status_of, until_gone

if TYPE_CHECKING:
    from kg.serve.site import Site


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a query has no answer."""

    message: str
    hint: str
    status: int  # of HTTP, as the endpoint has it
    headers: Mapping[str, str] = field(default_factory=dict)


async def ask(site: Site, request: Request, sparql: str, base: str, *, library: bool = False) -> Table | Failure:
    """What a query of a page gives; a client that goes away ends it.

    Raises:
        RefusedError: the client has gone.
    """
    try:
        answer = await until_gone(request, site.ask(sparql, library=library))
    except KgError as error:
        return Failure(str(error), error.hint, *status_of(error))
    return table(answer, base)
