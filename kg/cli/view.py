"""`kg view`: the graph, or a part of it, as one page that needs no network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, MinPrecision, MinScore, Quiet, Store, Verbose
from kg.errors import UsageError
from kg.viewing import write


def write_page(page: str, path: Path) -> None:
    """Write a page to a file, or to standard output for "-"; raises `KgError` where the file cannot be written."""
    if str(path) == "-":
        output.emit(page)
    else:
        write(page, path)


def _listed(papers: list[str]) -> list[str]:
    """Names of papers; one that is a text file stands for its lines."""
    names: list[str] = []
    for given in papers:
        path = Path(given)
        if not path.is_file():
            names.append(given)
            continue
        try:
            names += [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"cannot read names from {given}: {error}", hint="give a UTF-8 text file with one name per line") from error
    return names


def _view_cli(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Papers or entities to begin with; an overview if none.")
    ] = None,
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The page to write; - for standard output.")] = Path(
        "graph.html"
    ),
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="TYPE", help="Begin with one type: Method, Dataset, Hardware, Organisation, Task or Paper."),
    ] = None,
    query: Annotated[str | None, typer.Option("--query", metavar="NAME|FILE|SPARQL", help="Begin with what a query answers.")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", metavar="K=V", help="A parameter of the query; may be repeated.")] = None,
    depth: Annotated[int, typer.Option("--depth", help="How many edges around the named things.")] = 1,
    min_score: MinScore = None,
    min_precision: MinPrecision = None,
    papers: Annotated[
        list[str] | None,
        typer.Option("--papers", metavar="NAME|FILE", help="Only this paper, or those that a file lists; may be repeated."),
    ] = None,
    since: Annotated[int | None, typer.Option("--since", metavar="YEAR", help="Only papers of this year and later.")] = None,
    max_nodes: Annotated[
        int | None, typer.Option("--max-nodes", help="Most nodes drawn at once, 1 to 300; else what each view bears.")
    ] = None,
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api

    if param and not query:
        raise UsageError("--param without --query", hint="give the query that the parameter belongs to")
    with api.open(store) as graph:
        page = graph.view(
            *(names or []),
            kind=kind,
            query=query,
            params=output.pairs(param or []),
            papers=_listed(papers) if papers else None,
            since=since,
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
