"""`kg quarantine`: the documents that were refused, and reading their sources again."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from kg.cli import output
from kg.cli.archive import bring_up
from kg.cli.build import conclude
from kg.cli.options import DEFAULT_STORE, Format, Quiet, Store, Verbose, choice
from kg.cli.progress import Progress

_HEADER = ("source", "place", "stage", "code", "message")

_commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_Source = Annotated[
    str, typer.Option("--source", metavar="TEXT", help="Only sources with this in their path; all by default.", show_default=False)
]
_Code = Annotated[
    str, typer.Option("--code", metavar="CODE", help="Only what was refused for this reason, such as bad-json.", show_default=False)
]
_Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


@_commands.command("list")
def _list_cli(
    source: _Source = "",
    code: _Code = "",
    store: Store = DEFAULT_STORE,
    format: Format = None,
    json: _Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """List the documents that were refused when their source was last read, with place and reason."""
    from kg import api
    from kg.build import chosen

    form = choice("json" if json and format is None else format, "tsv")
    with api.open(store) as graph:
        refused = graph.rejections()
    rows = [(one.source, one.place, one.stage, one.code, one.message) for one in chosen(refused, source=source, code=code)]
    if not refused:
        output.say("no document was refused")
    elif not rows:
        output.say("no refused document is of such a source and code: without --source and --code all are shown")
    output.emit(output.rows_text(_HEADER, rows, form))


@_commands.command("retry")
def _retry_cli(
    source: _Source = "",
    code: _Code = "",
    store: Store = DEFAULT_STORE,
    extractor: Annotated[
        str | None,
        typer.Option(
            "--extractor",
            envvar="KG_EXTRACTOR",
            metavar="NAME",
            help="What reads the papers; by default what read most papers of the store.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes that extract; the graph is the same for any number.", min=1)] = 1,
    json: _Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Read the sources of refused documents again: after they were mended, or with a newer kg. What is stored already is not read again."""
    from kg import api
    from kg.sources import Position

    started = time.monotonic()
    position = Position()
    progress = Progress(position)
    with api.open(store) as graph:
        bring_up(graph)
        try:
            retried = graph.retry(
                source,
                code=code,
                extractor=extractor,
                jobs=jobs,
                position=position,
                on_progress=progress.step,
                on_refusal=progress.refuse,
            )
        finally:
            progress.end()
        for name in retried.left:
            why = "standard input cannot be read again" if name == "-" else f"{name} is not there any more"
            output.say(f"{why}: its refused documents stay listed", level=-1)
        if retried.report is not None:
            conclude(graph, retried.report, store, time.monotonic() - started, json=json)
        elif not retried.left:
            output.say("no document was refused")
    if retried.left:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.add_typer(_commands, name="quarantine")
