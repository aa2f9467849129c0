"""The table of commands, and loading one of them when it is called: `kg --help` imports none, `kg query` imports one.

To add a command: a module of this package with `register(app)`, as the others have, and a row of `COMMANDS`. The row holds the first line
of its help; what more there is to say is the docstring of the command's function, if it has one.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table."""

    name: str
    module: str  # of this package; its `register` adds the command
    help: str  # what it does, in a line
    asks: bool = False  # a process that answers queries, which is started while the command's own modules are still loading


# In the order in which `kg --help` tells them.
COMMANDS = (
    Command("build", "build", "Read papers, extract what they say, resolve names over all papers, and store the graph."),
    Command("load", "load", "Bring parts that Spark wrote, or `kg export --format parts`, into a store, here or behind an address."),
    Command("remove", "build", "Take papers out, with all that only they say."),
    Command("extract", "extract", "Print what papers say, one JSON object per paper, without a store."),
    Command("query", "query", "Answer a question: `kg query methods-by-dataset --param dataset=ImageNet`.", asks=True),
    Command("search", "explore", "Find things by name, best first."),
    Command("show", "explore", "Show all that is said of one thing, with the sentences."),
    Command(
        "why",
        "explore",
        "Print the sentences behind an edge, or behind all edges from or to a thing; exit code 1 where no paper says it.",
    ),
    Command(
        "explain",
        "explain",
        "Say why the names of a thing are one thing: by which rule, how sure, in which sentence; and what it may be the same as.",
    ),
    Command("split", "explain", "Take a name, or what one paper means by it, out of a thing; `kg review --undo` takes that back."),
    Command("view", "view", "Make one offline page that explores the graph, beginning with what is named."),
    Command("serve", "serve", "Serve a SPARQL endpoint at /sparql and pages for people; it only reads, and Ctrl-C ends it."),
    Command("export", "export", "Write the graph to a file: Turtle, and eight other formats."),
    Command("diff", "diff", "Say what B says that A does not, and the other way round; exit code 1 where they differ."),
    Command(
        "validate", "check", "Hold the graph against the SHACL shapes and the violation queries; exit code 1 where something is wrong."
    ),
    Command("stats", "check", "Print counts, and signs of quality."),
    Command(
        "doctor",
        "check",
        "Look at the installation and the store, and say what is wrong and what to do; exit code 1 where something is. Changes nothing.",
    ),
    Command("eval", "evaluate", "Score extraction against gold: precision, recall and F1, with 95 % intervals over papers."),
    Command(
        "analyse",
        "analyse",
        "Print a figure over all papers, or of one thing; how it was computed, and over how many papers, stands on standard error.",
    ),
    Command("backup", "archive", "Write the whole store to one file: the graph, all that was extracted, and what people decided."),
    Command(
        "restore",
        "archive",
        "Make a store of a backup, in a folder that is absent or empty; its graph is derived anew and compared with the one in the file.",
    ),
    Command("quarantine", "quarantine", "Documents that were refused."),
    Command("review", "review", "See which things may be one, and decide."),
)


class Later(TyperCommand):
    """A command that is known by name and help alone until it is called or asked for its own help."""

    def __init__(self, command: Command) -> None:
        super().__init__(name=command.name, help=command.help, add_help_option=False, rich_markup_mode=None)
        self._command = command

    # The one way by which Typer comes to a command's options, for a call, for its help and for what a shell completes.
    def make_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (Typer keeps the type of its context to itself)
        """The context of the command itself, whose module is imported now."""
        if self._command.asks:
            from kg.engine.kept import start_early

            start_early()
        return load(self._command).make_context(*args, **kwargs)


def load(command: Command) -> Any:  # noqa: ANN401 (Typer keeps the type of its commands to itself)
    """The command itself with its options, or the group of commands where it has some; imports its module."""
    app = typer.Typer(rich_markup_mode=None)
    importlib.import_module(f"kg.cli.{command.module}").register(app)
    loaded = typer.main.get_group(app).commands[command.name]
    loaded.help = f"{command.help}\n\n{loaded.help}" if loaded.help else command.help
    return loaded
