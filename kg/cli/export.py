"""`kg export`: the graph as a file."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, MinPrecision, MinScore, Quiet, Store, Verbose
from kg.errors import UsageError


def _export_cli(
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File to write; - for standard output.", show_default=False)],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="ttl, trig, nt, nq, jsonld, rdf, graphml, gexf or csv; by the ending if not given; parts for a folder that `kg load` reads.",
        ),
    ] = None,
    paper: Annotated[str | None, typer.Option("--paper", metavar="PAPER", help="Only what this paper says: title, key or IRI.")] = None,
    no_evidence: Annotated[bool, typer.Option("--no-evidence", help="Leave out claims and their evidence.")] = False,
    rdf12: Annotated[bool, typer.Option("--rdf12", help="Tie claims to their triples by RDF 1.2 triple terms.")] = False,
    min_score: MinScore = None,
    min_precision: MinPrecision = None,
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api

    if format == "parts":
        _write_parts(out, store, chosen=paper is not None or no_evidence or rdf12 or min_score is not None or min_precision is not None)
        return
    to_stream = str(out) == "-"
    with api.open(store) as graph, output.binary() if to_stream else nullcontext(out) as target:
        graph.export(
            target,
            format=format,
            paper=paper,
            evidence=not no_evidence,
            rdf12=rdf12,
            min_score=min_score,
            min_precision=min_precision,
        )
    if not to_stream:
        output.say(f"wrote {out} ({out.stat().st_size:,} bytes)")


def _write_parts(out: Path, store: str, *, chosen: bool) -> None:
    """Write the whole store as parts."""
    from kg.opening import locate, log_folder
    from kg.parts import write

    if chosen:
        raise UsageError("parts hold a whole store", hint="leave out what chooses among it, or write another format")
    manifest = write(log_folder(locate(store), "write parts of"), out)
    output.say(f"wrote {manifest.papers:,} papers, {manifest.texts:,} texts and {manifest.quads:,} triples to {out}")


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("export")(_export_cli)
