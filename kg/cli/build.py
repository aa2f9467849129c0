"""`kg build` and `kg remove`: what goes into the store and what comes out."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import __version__
from kg.cli import output, summary
from kg.cli.archive import bring_up
from kg.cli.dryrun import tell
from kg.cli.extractor import Extractor
from kg.cli.options import DEFAULT_STORE, InputFormat, Map, Quiet, Store, Verbose, columns
from kg.cli.progress import Progress
from kg.errors import KgError, UsageError
from kg.extract import DEFAULT
from kg.model import BuildReport, Rejection
from kg.stopwatch import Profile, Stopwatch

if TYPE_CHECKING:
    from kg.api import Graph


_LOCAL, _SPARK = "local", "spark"  # engines

_Engine = Annotated[
    str, typer.Option("--engine", metavar="local|spark", help="What runs the build: this program, or Apache Spark; the graph is the same.")
]
_Master = Annotated[
    str | None,
    typer.Option("--master", metavar="URL", help="Where Spark runs: local[*,4] if not given, spark://host:7077, …", show_default=False),
]
_Conf = Annotated[
    list[str] | None,
    typer.Option(
        "--conf", metavar="KEY=VALUE", help="A setting of Spark, such as spark.driver.memory=8g; may be repeated.", show_default=False
    ),
]
_Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="With Spark: write log and graph in parts for `kg load`, and no store.", show_default=False),
]


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
    engine: _Engine = "local",
    master: _Master = None,
    conf: _Conf = None,
    out: _Out = None,
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
    started, clock = time.monotonic(), Stopwatch()
    with clock.stage("start"):
        from kg import api
        from kg.sources import Position
    chosen, paths, enrich = columns(map), paths or [], enrich or []
    check_log_file(log_file, [*paths, *enrich])
    _check_engine(
        engine, {"--master": master, "--conf": conf, "--out": out}, {"--dry-run": dry_run, "--enrich": enrich, "--jobs": jobs > 1}
    )
    with api.open(store, base=base) as graph, summary.RunLog(log_file) as log:
        log.write(
            "started", version=__version__, paths=paths, store=store, base=base, format=format, map=chosen, enrich=enrich, extractor=extractor, jobs=jobs, dry_run=dry_run,
            engine=engine
        )  # fmt: skip
        if engine == _SPARK:
            from kg.cli.sparking import build_on_spark

            build_on_spark(
                paths, store=store, out=out, master=master, conf=conf or (), extractor=extractor, format=format, columns=chosen, base=base, log=log, json=json
            )  # fmt: skip
            return
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


def _check_engine(engine: str, of_spark: Mapping[str, object], of_local: Mapping[str, object]) -> None:
    """Pass where the options given, those that are true, are of the engine; raises `UsageError` else."""
    if engine not in (_LOCAL, _SPARK):
        raise UsageError(f"unknown engine {engine!r}", hint="--engine takes local or spark")
    wrong = next((option for option, given in (of_spark if engine == _LOCAL else of_local).items() if given), None)
    if wrong == "--jobs":
        raise UsageError("--jobs is of the local engine", hint="with Spark --master says how many work: local[8,4] for eight here")
    if wrong is not None:
        other = _SPARK if engine == _LOCAL else _LOCAL
        raise UsageError(
            f"{wrong} is of the engine {other}",
            hint=f"add --engine spark, or leave out {wrong}" if engine == _LOCAL else f"leave out {wrong} or --engine spark",
        )


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
    from kg import api

    with api.open(store) as graph:
        bring_up(graph)
        for key in graph.remove(*papers):
            output.say(f"removed {key}")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("build")(_build_cli)
    app.command("remove")(_remove_cli)
