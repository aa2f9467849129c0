"""`kg backup` and `kg restore`: a whole store as one file and back; and what is said where a store of an older format is brought to today's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, Quiet, Store, Verbose
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.api import Graph

STREAM = "-"  # standard output or input in place of a file


def bring_up(graph: Graph) -> None:
    """Bring a store of an older format to today's before it is written, and say so."""
    kept = graph.migrate()
    if kept is not None:
        output.say(f"{graph.path} was of an older format and is of today's now; the old store is kept in {kept}")


def _backup_cli(
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write; - for standard output.", show_default=False)],
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg.archive import backup
    from kg.opening import locate, log_folder

    if file == STREAM and output.on_terminal():
        raise UsageError("an archive is no text for a terminal", hint="name a file, or send it on: `kg backup - | ssh …`")
    archive = backup(log_folder(locate(store), "make a backup of"), sys.stdout.buffer if file == STREAM else file)
    counts = archive.counts
    output.say(f"wrote {counts['papers']} papers, {counts['triples']:,} triples and {counts['paper rows']} texts to {file}")
    if archive.pending:
        output.say(f"{archive.pending} papers are in the log and not in the graph yet: a restored store has them in both")


def _restore_cli(
    file: Annotated[str, typer.Argument(metavar="FILE", help="File that `kg backup` wrote; - for standard input.", show_default=False)],
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg.archive import restore
    from kg.opening import folder_of, locate

    place = locate(store)
    if place.is_remote:
        hint = "restore into a folder, and build into the remote store from your papers"
        raise UsageError(f"{store} is an address, and a backup is restored into a folder", hint=hint)
    restored = restore(sys.stdin.buffer if file == STREAM else file, folder_of(place, "restore"))
    output.say(f"restored {restored.papers} papers, {restored.triples:,} triples in {store}")
    if restored.reason:
        output.say(
            f"the graph derived now lacks {restored.missing:,} triples of the one in {file} and has {restored.added:,} others: "
            f"{restored.reason}; nothing that was extracted or decided is lost"
        )


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("backup")(_backup_cli)
    app.command("restore")(_restore_cli)
