"""`kg serve`: the graph over HTTP."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, Quiet, Store, Verbose
from kg.errors import UsageError

PORT = 8000
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")  # RFC 6454, section 6.2, of the web's schemes


def _serve_cli(
    port: Annotated[int, typer.Option("--port", metavar="N", help="Port to listen on; 0 for any free one.", min=0, max=65535)] = PORT,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on; this machine alone by default.")
    ] = "127.0.0.1",
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="A name under which others reach it; repeatable.", show_default=False),
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option("--cors", metavar="ORIGIN", help="A site whose pages may ask the endpoint; repeatable.", show_default=False),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", help="Queries that run at a time.", min=1, max=64)] = 4,
    timeout: Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="Stop a query after so long.", min=0.1)] = 10.0,
    rows: Annotated[int, typer.Option("--limit", help="Most rows or triples of an answer.", min=1)] = 10_000,
    memory: Annotated[int, typer.Option("--memory", metavar="MB", help="Memory that a query may take.", min=32)] = 512,
    cache: Annotated[
        int, typer.Option("--cache", metavar="MB", help="Keep answers that were given, up to so much; 0 asks the graph each time.", min=0)
    ] = 32,
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg.engine.pool import Limits
    from kg.opening import locate
    from kg.serve.app import bind, serve
    from kg.serve.site import Settings

    limits = Limits(seconds=timeout, rows=rows, memory=memory << 20)
    settings = Settings(tuple(allow_host or ()), tuple(_origin(site) for site in cors or ()), workers, limits, cache << 20)
    listening = bind(host, port)
    shown = f"[{host}]" if ":" in host else host
    words = f"serving {store} at http://{shown}:{listening.getsockname()[1]}/ (SPARQL at /sparql); Ctrl-C ends it"
    serve(locate(store), settings, listening, at_start=lambda: output.say(words))
    output.say("ended")


def _origin(text: str) -> str:
    """A site by its scheme, host and port, as browsers name it.

    Raises:
        UsageError: it is something else, such as "*": a page of any site could read the graph then.
    """
    if not _ORIGIN.fullmatch(text):
        raise UsageError(f"{text!r} is no site", hint="name one as in --cors https://example.org or http://localhost:3000")
    return text.casefold()


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("serve")(_serve_cli)
