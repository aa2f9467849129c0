"""What a person gives for a query, its parameters or the ends of an edge, as the query and the nodes that they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kg.queries import Param, Query, is_named, load_file, named, parse, parse_iri, parse_term

if TYPE_CHECKING:
    from kg.store import Snapshot


def find_query(query: str | Path) -> Query:
    """A query of the library by name, of a file by path, else SPARQL as it stands."""
    if isinstance(query, Path):
        return load_file(query)
    if any(c.isspace() or c in "{?" for c in query):
        return parse(query)
    if is_named(query):
        return named(query)
    return load_file(Path(query)) if query.endswith(".rq") or "/" in query else named(query)


def term(snapshot: Snapshot, param: Param | None, value: str) -> NamedNode | Literal:
    """The term that a parameter's value stands for: IRIs and numbers as they are, names looked up among the kind's types."""
    if param is None:
        return parse_term(value, "string")  # `bind` refuses the unknown parameter by name
    types = param.types
    if not types:
        return parse_term(value, param.kind, base=snapshot.base)
    iri = parse_iri(value, base=snapshot.base)
    if iri is not None:
        return iri
    from kg import lookup

    return snapshot.iri(lookup.find(snapshot, value, types=types).iri)


def end(snapshot: Snapshot, name: str) -> str:
    """The path of the thing that an end of an edge names; a link's address is itself."""
    if name.startswith(("http://", "https://")) and not name.startswith(snapshot.base):
        return name
    from kg import lookup

    return lookup.find(snapshot, name).iri
