"""`kg validate`, `kg stats`, `kg eval` and `kg doctor`: whether the graph and the store are as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from kg import __version__
from kg.cli import evaluate, output
from kg.cli.options import DEFAULT_STORE, Format, Quiet, Store, Verbose, choice

if TYPE_CHECKING:
    from kg.doctor import Finding

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


def _stats_cli(
    store: Store = DEFAULT_STORE,
    format: Format = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read every sentence of the graph, whether it is in its paper's text.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api

    form = choice(format, "tsv")
    with api.open(store) as graph:
        output.emit(output.rows_text(("figure", "value"), graph.stats(verify=verify, on_long=output.say).rows(), form))


def _installation(version_: str) -> Iterator[Finding]:
    """Whether what the program needs is there."""
    from kg.doctor import Finding
    from kg.store import layout

    yield Finding(True, "program", f"kg {__version__}, {layout.FORMAT}, extractor {version_}")
    for library in LIBRARIES:
        try:
            yield Finding(True, "library", f"{library} {version(library)}")
        except PackageNotFoundError:
            yield Finding(False, "library", f"{library} is not installed", "pip install paper-kg")


def _line(finding: Finding) -> str:
    """A finding in a line for people, and another on what to do."""
    state = "fine " if finding.fine else "wrong"
    line = f"{state}  {output.one_line(f'{finding.subject}: {finding.words}')}"
    return f"{line}\n       → {output.one_line(finding.remedy)}" if finding.remedy else line


def _doctor_cli(store: Store = DEFAULT_STORE, format: Format = None, quiet: Quiet = False, verbose: Verbose = False) -> None:
    from kg.doctor import examine
    from kg.extract import load
    from kg.opening import locate

    form = None if format is None else choice(format, "tsv")
    reader = load().version
    found = []
    for finding in chain(_installation(reader), examine(locate(store), reader, output.say)):
        found.append(finding)
        if form is None:
            output.emit(_line(finding))
    if form is not None:
        rows = [("fine" if f.fine else "wrong", f.subject, f.words, f.remedy) for f in found]
        output.emit(output.rows_text(("state", "subject", "words", "remedy"), rows, form))
    if not all(finding.fine for finding in found):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("validate")(_validate_cli)
    app.command("stats")(_stats_cli)
    app.command("doctor")(_doctor_cli)
    evaluate.register(app)
