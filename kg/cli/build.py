"""`kg build`, `kg remove` and `kg quarantine`: what goes into the store and what comes out."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import output
from kg.cli.archive import bring_up
from kg.cli.options import DEFAULT_STORE, Extractor, Format, InputFormat, Quiet, Store, Verbose, choice
from kg.errors import KgError
from kg.extract import DEFAULT
from kg.model import BuildReport, Rejection

if TYPE_CHECKING:
    from kg.api import Graph

SHOWN_REFUSALS = 10  # lines of refused documents that a summary shows; all of them after -v, or by `kg quarantine list`


class StoppedError(KgError):
    """Ctrl-C during a build, which then ended at the last whole paper."""

    exit_code = 130  # as after any other Ctrl-C


def summary(report: BuildReport, store: str, seconds: float) -> str:
    """What a build did, in lines for people."""
    parts = [f"{report.stored} stored", f"{report.updated} updated", f"{report.unchanged} unchanged", f"{report.refusals} refused"]
    return f"{', '.join(parts)}; {report.papers} papers in {store} ({seconds:.1f} s)"


def detected(report: BuildReport) -> str:
    """How many inputs were read, by format, in a line for people; "" if none was."""
    formats = Counter(format for _, format, _ in report.detected)
    return ", ".join(f"{count} as {format}" for format, count in sorted(formats.items(), key=lambda one: (-one[1], one[0])))


def _say_refusals(rejections: tuple[Rejection, ...]) -> None:
    shown = rejections if output.verbosity.get() > 0 else rejections[:SHOWN_REFUSALS]
    for rejection in shown:
        output.say(output.refusal(rejection), level=-1)
    if len(shown) < len(rejections):
        output.say(f"… and {len(rejections) - len(shown)} more: `kg quarantine list` shows all", level=-1)


def _build_cli(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders or - for standard input.", show_default=False)],
    store: Store = DEFAULT_STORE,
    base: Annotated[
        str | None, typer.Option("--base", metavar="IRI", help="Where data IRIs begin, for a new store.", show_default=False)
    ] = None,
    format: InputFormat = None,
    extractor: Extractor = DEFAULT,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes that extract; the graph is the same for any number.", min=1)] = 1,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Read papers, extract what they say, resolve names over all papers, and store the graph."""
    from kg import api

    started = time.monotonic()
    progress = output.Progress("papers read:")

    def committed(papers: int) -> None:
        if output.verbosity.get() > 0:
            progress.end()
            output.say(f"committed: {papers} papers", level=1)

    with api.open(store, base=base) as graph:
        bring_up(graph)
        try:
            report = graph.build(*paths, extractor=extractor, format=format, jobs=jobs, on_progress=progress.step, on_commit=committed)
        finally:
            progress.end()
        _conclude(graph, report, store, started)


def _conclude(graph: Graph, report: BuildReport, store: str, started: float) -> None:
    """Say what a build did and what can be done next, and leave with its exit code."""
    for source, kind, papers in report.detected:
        output.say(f"{source}: read as {kind}, {papers} papers", level=1)
    if report.detected:
        output.say(f"inputs read: {detected(report)}")
    _say_refusals(report.rejections)
    output.say(summary(report, store, time.monotonic() - started))
    if report.papers:
        entities, statements = graph.size()
        output.say(f"the graph has {entities} entities and {statements} statements")
    if report.interrupted:
        raise StoppedError("stopped by Ctrl-C at the last whole paper", hint="run the same command again to go on")
    if report.papers:
        output.say("next: `kg view -o graph.html` draws it, `kg query --list` shows what can be asked")
    if report.refusals:
        raise typer.Exit(1)


def _remove_cli(
    papers: Annotated[list[str], typer.Argument(metavar="PAPER...", help="Titles, keys or IRIs of papers.", show_default=False)],
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Take papers out, with all that only they say."""
    from kg import api

    with api.open(store) as graph:
        bring_up(graph)
        for key in graph.remove(*papers):
            output.say(f"removed {key}")


_quarantine = typer.Typer(help="Documents that were refused.", no_args_is_help=True, rich_markup_mode=None)


@_quarantine.command("list")
def _quarantine_list_cli(store: Store = DEFAULT_STORE, format: Format = None, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """List the documents that were refused when their source was last read, with place and reason."""
    from kg import api

    form = choice(format, "tsv")
    with api.open(store) as graph:
        rows = [(r.source, r.place, r.stage, r.code, r.message) for r in graph.rejections()]
    if not rows:
        output.say("no document was refused")
    output.emit(output.rows_text(("source", "place", "stage", "code", "message"), rows, form))


@_quarantine.command("retry")
def _quarantine_retry_cli(
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Only sources with this in their path; all by default.", show_default=False)
    ] = "",
    store: Store = DEFAULT_STORE,
    extractor: Extractor = DEFAULT,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Read the sources of refused documents again: after they were mended, or with a newer kg."""
    from kg import api

    started = time.monotonic()
    progress = output.Progress("papers read:")
    with api.open(store) as graph:
        bring_up(graph)
        try:
            retried = graph.retry(source, extractor=extractor, on_progress=progress.step)
        finally:
            progress.end()
        for name in retried.left:
            why = "standard input cannot be read again" if name == "-" else f"{name} is not there any more"
            output.say(f"{why}: its refused documents stay listed", level=-1)
        if retried.report is not None:
            _conclude(graph, retried.report, store, started)
        elif not retried.left:
            output.say("no document was refused")
    if retried.left:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("build")(_build_cli)
    app.command("remove")(_remove_cli)
    app.add_typer(_quarantine, name="quarantine")
