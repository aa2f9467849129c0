"""`kg validate`, `kg stats`, `kg eval` and `kg doctor`: whether the graph and the store are as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from kg import __version__
from kg.cli import evaluate, output
from kg.cli.options import DEFAULT_STORE, Format, Quiet, Store, Verbose, choice
from kg.errors import KgError

LIBRARIES = ("networkx", "pyoxigraph", "pyshacl", "pyvis", "rdflib", "spacy", "typer")


def version_text() -> str:
    """Versions of the program, its store format and its extractor."""
    from kg.extract import load
    from kg.store import layout

    return f"kg {__version__}, {layout.FORMAT}, extractor {load().version}"


def _validate_cli(
    store: Store = DEFAULT_STORE,
    format: Format = None,
    examples: Annotated[int, typer.Option("--examples", help="Most examples per kind of finding.", min=1)] = 5,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Hold the graph against the SHACL shapes and the violation queries; exit code 1 where something is wrong."""
    from kg import api

    with api.open(store) as graph:
        report = graph.validate()
    if format is None:
        output.emit(report.text(examples))
    else:
        header = ("severity", "source", "message", "focus", "path", "value")
        rows = [(f.severity, f.source, f.message, f.focus, f.path, f.value) for f in report.findings]
        output.emit(output.rows_text(header, rows, choice(format, "tsv")))
    if not report.conforms:
        raise typer.Exit(1)


def _stats_cli(store: Store = DEFAULT_STORE, format: Format = None, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Print counts, and signs of quality."""
    from kg import api

    form = choice(format, "tsv")
    with api.open(store) as graph:
        output.emit(output.rows_text(("figure", "value"), graph.stats().rows(), form))


def findings(path: Path) -> Iterator[tuple[bool, str]]:
    """What is looked at in a store, in order: (fine, words)."""
    from kg.derivation import is_current
    from kg.log import Log
    from kg.store import layout, open_snapshot

    if not path.is_dir():
        yield False, f"no store at {path}: `kg build PATH…` makes one"
        return
    try:
        layout.check_format(path)
        yield True, f"store format: {layout.FORMAT}"
        with Log(path / "log.sqlite", readonly=True) as log, open_snapshot(path) as snapshot:
            papers, refused = len(log.keys()), len(log.rejections())
            yield True, f"log: {papers} papers, {refused} documents refused"
            yield True, f"snapshot: {len(snapshot.store)} triples, base {snapshot.base}"
            current = is_current(path, log)
            yield (
                current,
                "snapshot is up to date with the log and the decisions"
                if current
                else "snapshot is older than the log or the decisions: any `kg build` derives it again",
            )
    except KgError as error:
        yield False, f"{error}: {error.hint}"


def _doctor_cli(store: Store = DEFAULT_STORE, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Look at the installation and the store, and say what is wrong and what to do; exit code 1 where something is."""
    output.emit(f"fine   {version_text()}")
    for library in LIBRARIES:
        try:
            output.emit(f"fine   {library} {version(library)}")
        except PackageNotFoundError:
            output.emit(f"wrong  {library} is not installed: pip install paper-kg")
    wrong = 0
    for fine, words in findings(Path(store)):
        wrong += not fine
        output.emit(f"{'fine ' if fine else 'wrong'}  {words}")
    if wrong:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("validate")(_validate_cli)
    app.command("stats")(_stats_cli)
    app.command("doctor")(_doctor_cli)
    evaluate.register(app)
