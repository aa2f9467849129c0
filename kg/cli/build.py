"""`kg build` and `kg remove`: what goes into the store and what comes out."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import __version__
from kg.cli import output, summary
from kg.cli.archive import bring_up
from kg.cli.dryrun import tell
from kg.cli.options import DEFAULT_STORE, Extractor, InputFormat, Map, Quiet, Store, Verbose, columns
from kg.cli.progress import Progress
from kg.errors import KgError, UsageError
from kg.extract import DEFAULT
from kg.model import BuildReport, Rejection
from kg.stopwatch import Profile, Stopwatch

if TYPE_CHECKING:
    from kg.api import Graph


class StoppedError(KgError):
    """Ctrl-C during a build, which then ended at the last whole paper."""

    exit_code = 130  # as after any other Ctrl-C


def _build_cli(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH...", help="Files, folders or - for standard input.", show_default=False)
    ] = None,
    store: Store = DEFAULT_STORE,
    base: Annotated[
        str | None, typer.Option("--base", metavar="IRI", help="Where data IRIs begin, for a new store.", show_default=False)
    ] = None,
    format: InputFormat = None,
    map: Map = None,
    enrich: Annotated[
        list[str] | None,
        typer.Option(
            "--enrich", metavar="PATH", help="Files of which only what tells more of papers in the store is taken.", show_default=False
        ),
    ] = None,
    extractor: Extractor = DEFAULT,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes that extract; the graph is the same for any number.", min=1)] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and how long it would take; write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The summary as one JSON object on standard output.")] = False,
    profile: Annotated[bool, typer.Option("--profile", help="Say at the end how many seconds each stage took.")] = False,
    log_file: Annotated[
        Path | None,
        typer.Option("--log-file", metavar="FILE", help="Append what happens to a file, a JSON object per line.", show_default=False),
    ] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Read papers, extract what they say, resolve names over all papers, and store the graph."""
    started, clock = time.monotonic(), Stopwatch()
    with clock.stage("start"):
        from kg import api
        from kg.sources import Position
    chosen, paths, enrich = columns(map), paths or [], enrich or []
    check_log_file(log_file, [*paths, *enrich])
    with api.open(store, base=base) as graph, summary.RunLog(log_file) as log:
        log.write(
            "started", version=__version__, paths=paths, store=store, base=base, format=format, map=chosen, enrich=enrich, extractor=extractor, jobs=jobs, dry_run=dry_run
        )  # fmt: skip
        if dry_run:
            tell(graph.plan(*paths, extractor=extractor, format=format, columns=chosen, jobs=jobs), jobs, log, json=json)
            return
        bring_up(graph)
        position = Position()
        watch = _Watch(Progress(position), log)
        try:
            report = graph.build(
                *paths,
                extractor=extractor,
                format=format,
                columns=chosen,
                enrich=enrich,
                jobs=jobs,
                position=position,
                on_progress=watch.progress.step,
                on_commit=watch.committed,
                on_input=log.input,
                on_refusal=watch.refused,
                watch=clock,
            )
        finally:
            watch.progress.end()
        seconds = time.monotonic() - started
        log.write("finished", **summary.counts(report, store, seconds))
        conclude(graph, report, store, seconds, json=json, profile=clock.profile() if profile else None)


def check_log_file(log_file: Path | None, inputs: Sequence[str]) -> None:
    """Pass where a log file is none of the inputs, and would not be found in one of their folders; raises `UsageError` else."""
    if log_file is None:
        return
    from kg.sources import registry

    target = Path(os.path.realpath(log_file))
    for path in inputs:
        read = Path(os.path.realpath(path))
        is_same = target == read or (target.exists() and read.exists() and target.samefile(read))
        if path != "-" and (is_same or (read in target.parents and registry.load().is_known(target.name))):
            raise UsageError(f"{log_file} is among the papers to read", hint="name another file for the log, such as run.log")


class _Watch:
    """Where a build tells of itself while it runs."""

    def __init__(self, progress: Progress, log: summary.RunLog) -> None:
        self.progress = progress
        self._log = log

    def committed(self, papers: int) -> None:
        """So many documents are on disk and published."""
        self._log.committed(papers)
        output.say(f"committed: {papers} papers", level=1)

    def refused(self, rejection: Rejection) -> None:
        """A document was refused."""
        self._log.refused(rejection)
        self.progress.refuse(rejection)


def conclude(graph: Graph, report: BuildReport, store: str, seconds: float, *, json: bool, profile: Profile | None = None) -> None:
    """Say what a build did, what its stages took and what can be done next, and leave with its exit code."""
    for source, kind, papers in report.detected:
        output.say(f"{source}: read as {kind}, {papers} papers", level=1)
    if report.detected:
        output.say(f"inputs read: {summary.detected(report)}")
    summary.say_refusals(report.rejections, report.refusals)
    output.say(summary.in_words(report, store, seconds))
    if json:
        told = {} if profile is None else {"profile": summary.profile_json(profile)}
        output.emit(output.json_text(summary.as_json(report, store, seconds) | told))
    if profile is not None:
        output.say(summary.profile_table(profile))
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


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("build")(_build_cli)
    app.command("remove")(_remove_cli)
