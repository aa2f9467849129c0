"""The option of commands that read papers; apart from the others, since it needs the values of the extraction."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.extract import DEFAULT

Extractor = Annotated[
    str,
    typer.Option(
        "--extractor",
        envvar="KG_EXTRACTOR",
        metavar="NAME",
        help="What reads the papers: accurate, fast (a smaller model), rules, or what an installed package registers.",
        show_default=DEFAULT,
    ),
]
