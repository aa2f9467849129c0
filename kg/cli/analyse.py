"""`kg analyse`: figures over all papers, each with how it was computed and over how many papers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, Format, Quiet, Store, Verbose, choice
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.analyse import Figure


def _analyse_cli(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The figure: --list tells them.", show_default=False)] = None,
    thing: Annotated[
        str | None, typer.Argument(metavar="THING", help="Only of this thing; bridges takes a paper too.", show_default=False)
    ] = None,
    type: Annotated[list[str] | None, typer.Option("--type", metavar="TYPE", help="Only this type; may be repeated.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="Most rows to print.", min=1)] = 20,
    since: Annotated[
        int | None, typer.Option("--since", metavar="YEAR", help="Only papers of this year and later.", show_default=False)
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the figures.")] = False,
    store: Store = DEFAULT_STORE,
    format: Format = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import analyse, api

    form = choice(format, "tsv")
    if list_:
        listed = [(figure, whole, of_one) for figure, (whole, of_one) in analyse.FIGURES.items()]
        output.emit(output.rows_text(("figure", "tells", "of one thing"), listed, form))
        return
    if name is None:
        raise UsageError("which figure?", hint=f"kg analyse NAME, one of {', '.join(analyse.FIGURES)}")
    with api.open(store) as graph:
        figure = graph.analyse(name, thing, types=type, since=since, limit=limit)
    if form == "json":
        output.emit(output.json_text(_json(figure, limit)))
        return
    header, rows = analyse.table(dataclasses.replace(figure, rows=figure.rows[:limit]))
    if rows or form != "table":  # a program reads the header of an empty table; a person reads why it is empty
        output.emit(output.rows_text(header, rows, form))
    _say(figure, limit)


def _json(figure: Figure[Any], limit: int) -> dict[str, object]:
    return {
        "figure": figure.name, "papers": figure.papers, "method": figure.method, "notes": list(figure.notes), "too_few": figure.too_few,
        "total": len(figure.rows), "rows": [dataclasses.asdict(row) for row in figure.rows[:limit]],
    }  # fmt: skip


def _say(figure: Figure[Any], limit: int) -> None:
    """How the figure came about, on standard error: what it does not tell goes before how it was made."""
    if figure.too_few:
        output.say(f"nothing can be said: {figure.too_few}")
    if len(figure.rows) > limit:
        output.say(f"{len(figure.rows) - limit:,} more: --limit {len(figure.rows)} prints all")
    for note in figure.notes:
        output.say(note)
    output.say(f"over {figure.papers:,} paper{'s' if figure.papers != 1 else ''}; {figure.method}")


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("analyse")(_analyse_cli)
