"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from kg.cli.output import Form, on_terminal, pairs, verbosity
from kg.errors import UsageError

DEFAULT_STORE = "./kg-store"


def _quieter(value: bool) -> bool:
    if value:
        verbosity.set(-1)
    return value


def _louder(value: bool) -> bool:
    if value:
        verbosity.set(1)
    return value


Store = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="KG_STORE",
        metavar="PATH|URL",
        help="Folder of the store, an RDF file to read, or http(s)://…",
        show_default=DEFAULT_STORE,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.", callback=_quieter)]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="More words on what is done.", callback=_louder)]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File to write; - for standard output.")]
InputFormat = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="NAME", help="How to read the inputs: listing, text, markdown, jsonl, csv, bibtex, …; found out if not given."
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=COLUMN",
        help="Which column holds what in tables that have it, such as title=Titel; may be repeated. Fields: title, abstract, doi, date, …",
        show_default=False,
    ),
]
MinScore = Annotated[
    float | None,
    typer.Option("--min-score", metavar="X", help="Leave out what scores less, 0 to 1; nothing by default.", show_default=False),
]
MinPrecision = Annotated[
    float | None,
    typer.Option(
        "--min-precision",
        metavar="P",
        help="Leave out what scores too low for this share of right answers, such as 0.9, as held-out papers gave it.",
        show_default=False,
    ),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="table, tsv, csv or json; a table on a terminal if not given.", show_default=False),
]


def columns(given: list[str] | None) -> dict[str, str]:
    """The columns that --map names, by field; raises `UsageError` for what is not of the form FIELD=COLUMN."""
    return pairs(given or [], "--map", "title=Titel")


def choice(wanted: str | None, other: Form) -> Form:
    """The form asked for, else a table on a terminal and `other` for a program; raises `UsageError` for an unknown one."""
    forms: tuple[Form, ...] = get_args(Form)
    for form in forms:
        if form == wanted:
            return form
    if wanted is None:
        return "table" if on_terminal() else other
    raise UsageError(f"unknown format {wanted!r}", hint=f"--format takes {', '.join(forms)}")
