"""`kg query`: a question of the library, a file, or SPARQL, answered in a process that can be stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, Quiet, Store, Verbose, choice
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.engine.runner import QueryResult

FORMATS = (*get_args(output.Form), "xml", "ttl")


def result_text(result: QueryResult, format: str, prefixes: Mapping[str, str]) -> str:
    """A query's answer as text; tables shorten IRIs by `prefixes`, json and xml are the W3C's result formats."""
    if result.triples is not None:
        return _triples_text(result, format, prefixes)
    if format == "ttl":
        raise UsageError(
            "ttl is for CONSTRUCT and DESCRIBE, and this query answers with rows", hint="--format table, csv, tsv, json or xml"
        )
    if format in ("json", "xml"):
        return _w3c_text(result, format)
    if result.boolean is not None:
        return "true\n" if result.boolean else "false\n"
    rows = [[_cell(cell, prefixes if format == "table" else {}) for cell in row] for row in result.rows]
    return output.rows_text(result.variables, rows, choice(format, "tsv"))


def _cell(cell: object, prefixes: Mapping[str, str]) -> str:
    if cell is None:
        return ""
    value = str(getattr(cell, "value", cell))
    matching = [(len(iri), f"{prefix}:{value[len(iri) :]}") for prefix, iri in prefixes.items() if value.startswith(iri)]
    return max(matching)[1] if matching else value


def _w3c_text(result: QueryResult, format: str) -> str:
    """SPARQL 1.1 results as JSON or XML, as `kg serve` writes them."""
    import io

    from kg.engine.results import write_boolean, write_rows

    out = io.BytesIO()
    if result.boolean is not None:
        write_boolean(out, format, result.boolean)
    else:
        write_rows(out, format, result.variables, result.rows)
    return out.getvalue().decode()


def _triples_text(result: QueryResult, format: str, prefixes: Mapping[str, str]) -> str:
    from pyoxigraph import RdfFormat, serialize

    triples = sorted(result.triples or (), key=str)
    if format in ("table", "ttl"):
        data = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(prefixes))
        return (data or b"").decode()
    if format in ("csv", "tsv"):
        rows = [[_cell(cell, {}) for cell in triple] for triple in triples]
        return output.rows_text(("subject", "predicate", "object"), rows, choice(format, "tsv"))
    raise UsageError(f"{format} is for rows, and this query answers with triples", hint="--format ttl, csv or tsv")


def _list_text(form: output.Form) -> str:
    from kg.queries import library

    rows = [
        (query.name, query.question, " ".join(f"{p.name}:{p.kind}" + ("" if p.required else "?") for p in query.params))
        for query in library().values()
    ]
    return output.rows_text(("name", "question", "parameters"), rows, form)


def _query_cli(
    query: Annotated[
        str | None, typer.Argument(metavar="NAME|FILE|SPARQL", help="A query of the library, a .rq file, or SPARQL.", show_default=False)
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="K=V", help="A parameter: a name, an IRI or a number; repeatable.")
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="table, csv, tsv, json, xml or ttl; a table on a terminal, else tsv.")
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="Stop the query after so long.", min=0.0)] = 30.0,
    limit: Annotated[int | None, typer.Option("--limit", help="Most rows to print.", min=0, show_default=False)] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the SPARQL that would run, and run nothing.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="The library: name, question, parameters (a ? marks optional ones).")] = False,
    union: Annotated[
        bool, typer.Option("--union", help="See all graphs of a file as one, as queries of the library do; GRAPH finds none then.")
    ] = False,
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    if format is not None and format not in FORMATS:
        raise UsageError(f"unknown format {format!r}", hint=f"--format takes {', '.join(FORMATS)}")
    if listed:
        output.emit(_list_text(choice(format, "tsv")))
        return
    if query is None:
        raise UsageError("no query is given", hint="`kg query --list` shows the library; or give a .rq file or SPARQL")
    from kg import api, vocab

    with api.open(store) as graph:
        params = output.pairs(param or [])
        if explain:
            output.emit(graph.sparql(query, params))
            return
        result = graph.query(query, params=params, timeout=timeout, limit=limit, union=union)
        prefixes = {**vocab.NAMESPACES, **vocab.data_prefixes(graph.base)}
    output.emit(result_text(result, format or ("table" if output.on_terminal() else _default(result)), prefixes))
    if result.truncated:
        output.say(f"the first {limit} only: there are more (--limit)")


def _default(result: QueryResult) -> str:
    return "ttl" if result.triples is not None else "tsv"


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("query")(_query_cli)
