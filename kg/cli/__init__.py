"""The command line: `kg COMMAND`, and the one place where an error becomes words and an exit code.

Exit codes: 0 fine, 1 checked and found wrong or some documents refused, 2 wrong usage, 3 could not run,
130 stopped by Ctrl-C, 141 nobody reads the output any more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from kg.cli import options, output
from kg.cli.commands import COMMANDS, Later
from kg.errors import KgError

INTERRUPTED = 130  # 128 + SIGINT, as shells say it
PIPE_CLOSED = 141  # 128 + SIGPIPE
COULD_NOT_RUN = 3


class _Commands(TyperGroup):
    """The group of commands; ends quietly where the reader of the output has gone, as in `kg query … | head -1`."""

    def __init__(self, **attrs: Any) -> None:  # noqa: ANN401 (Typer's own)
        super().__init__(**attrs)
        for command in COMMANDS:
            self.add_command(Later(command))

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 (Typer keeps the type of its context to itself)
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is left in the buffer has no reader either; without this the interpreter complains when it closes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from None
        return result


app = typer.Typer(
    cls=_Commands,
    name="kg",
    help="Papers to a knowledge graph of methods, datasets, hardware and organisations, with the sentence behind every edge.",
    no_args_is_help=True,
    rich_markup_mode=None,  # drawing help with rich takes longer than all else of `kg --help`
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from kg.cli import check

        output.emit(check.version_text())
        raise typer.Exit


@app.callback()
def _kg(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help="Versions of the program, its stores and its extractor."),
    ] = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Papers to a knowledge graph of methods, datasets, hardware and organisations, with the sentence behind every edge."""


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code; named as the entry point in pyproject.toml."""
    sys.exit(run(args))


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line; every error that a user can meet ends here as one line and a hint, never as a traceback."""
    try:
        code = app(args, prog_name="kg", standalone_mode=False)
    except KgError as error:
        output.complain(str(error), error.hint)
        _say_cause(error)
        _let_go()
        return error.exit_code
    except typer.TyperException as error:
        return _wrong_usage(error)
    except typer.Abort:
        output.complain("no answer on standard input", "give the input as an argument")
        return COULD_NOT_RUN
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        output.complain(
            f"{error.strerror or error}{where}", "check that the path exists, may be read and written, and that the disk has room"
        )
        _let_go()
        return COULD_NOT_RUN
    if code == INTERRUPTED:
        output.complain("stopped by Ctrl-C", "")
    return code if isinstance(code, int) else 0


def _let_go() -> None:
    """Give up what standard output does not take any more: the interpreter would fail on it when it closes, and with a code of its own."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _wrong_usage(error: typer.TyperException) -> int:
    """Words for what Typer found wrong with the arguments; `kg` alone shows the help instead."""
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if context is not None and message == context.get_help():
        sys.stderr.write(message + "\n")
    else:
        path = context.command_path if context is not None else "kg"
        output.complain(message.rstrip("."), f"`{path} --help` shows how it is used")
    return error.exit_code


def _say_cause(error: KgError) -> None:
    if error.__cause__ is not None:
        output.say(f"cause: {type(error.__cause__).__name__}: {output.one_line(str(error.__cause__))}", level=1)
