"""`kg view`: the graph, or a part of it, as one page that needs no network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, MinPrecision, MinScore, Quiet, Store, Verbose
from kg.errors import KgError, UsageError


def write_page(page: str, path: Path) -> None:
    """Write a page to a file, or to standard output for "-"; raises `KgError` where the file cannot be written."""
    if str(path) == "-":
        output.emit(page)
        return
    side = path.with_name(f".{path.name[:200]}.part")
    try:
        side.write_text(page, encoding="utf-8", newline="\n")
        side.replace(path)
    except OSError as error:
        side.unlink(missing_ok=True)
        raise KgError(f"cannot write {path}: {error.strerror}", hint="name a file in a folder that exists and may be written") from error


def _view_cli(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Papers or entities; the whole graph if none.")] = None,
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The page to write; - for standard output.")] = Path(
        "graph.html"
    ),
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="TYPE", help="Draw one type: Method, Dataset, Hardware, Organisation, Task or Paper.")
    ] = None,
    query: Annotated[str | None, typer.Option("--query", metavar="NAME|FILE|SPARQL", help="Draw what a query answers.")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", metavar="K=V", help="A parameter of the query; may be repeated.")] = None,
    depth: Annotated[int, typer.Option("--depth", help="How many edges around the named things.")] = 1,
    min_score: MinScore = None,
    min_precision: MinPrecision = None,
    max_nodes: Annotated[int, typer.Option("--max-nodes", help="Most nodes drawn at first.")] = 150,
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Draw the graph, or what lies around some names, as one offline page."""
    from kg import api

    if param and not query:
        raise UsageError("--param without --query", hint="give the query that the parameter belongs to")
    with api.open(store) as graph:
        page = graph.view(
            *(names or []),
            kind=kind,
            query=query,
            params=output.pairs(param or []),
            depth=depth,
            min_score=min_score,
            min_precision=min_precision,
            max_nodes=max_nodes,
        )
    write_page(page, out)
    if str(out) != "-":
        output.say(f"wrote {out} ({len(page) / 1e6:.1f} MB): open it in a browser, it needs no network")
    sys.stdout.flush()


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("view")(_view_cli)
