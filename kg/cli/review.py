"""`kg review`: open questions whether two things are one, and what people decided."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import asking, output
from kg.cli.archive import bring_up
from kg.cli.explain import Note, decision_line, question_text, quoted
from kg.cli.options import DEFAULT_STORE, Format, Quiet, Store, Verbose, choice
from kg.errors import DecisionError, UsageError

if TYPE_CHECKING:
    from kg.explanation import Question
    from kg.model import Decision

_HELP = """On a terminal it asks about each pair: same, different, renamed, wrong. Elsewhere, and after --list, it prints the pairs.
What is decided goes into decisions.tsv in the store folder, and into the graph at once.
"""

_Thing = Annotated[str, typer.Argument(metavar="NAME", help="Any name or IRI of a thing.", show_default=False)]
_Other = Annotated[str, typer.Argument(metavar="OTHER", help="Any name or IRI of another.", show_default=False)]
_Type = Annotated[
    str | None, typer.Option("--type", metavar="TYPE", help="What both are: Method, Dataset, …; not needed if clear.", show_default=False)
]
_review = typer.Typer(help=_HELP, invoke_without_command=True, rich_markup_mode=None)


def _print_questions(questions: Iterable[Question], format: output.Form) -> None:
    if format == "table":
        output.emit("\n".join(question_text(question) for question in questions))
    elif format == "json":
        output.emit(output.json_text([dataclasses.asdict(question) for question in questions]))
    else:
        header = ("score", "type", "one", "papers", "other", "other papers", "reason", "sentence", "other sentence", "id", "other id")
        output.emit(output.rows_text(header, map(_row, questions), format))


def _row(question: Question) -> tuple[str, ...]:
    one, other = question.one, question.other
    sentences = (quoted(side.quotes[0]) if side.quotes else "" for side in (one, other))
    counts = [str(len(side.papers)) for side in (one, other)]
    names = (one.thing.label, counts[0], other.thing.label, counts[1], question.reason)
    return (f"{question.score:g}", one.thing.type, *names, *sentences, one.thing.iri, other.thing.iri)


def _print_decided(decisions: Iterable[Decision], format: output.Form) -> None:
    from kg.decisions import COLUMNS

    numbered = [(str(number), decision) for number, decision in enumerate(decisions, 1)]
    if format == "table":
        output.emit("".join(f"{number:>4}  {decision_line(decision)}\n" for number, decision in numbered))
    else:
        output.emit(output.rows_text(("number", *COLUMNS), [(number, *decision.cells) for number, decision in numbered], format))


def say_decided(store: str, added: Iterable[Decision]) -> None:
    """Tell what was decided, and what of all decisions contradicts another now."""
    from kg import api
    from kg.decisions import check

    told = [f"decided: {decision_line(decision)}" for decision in added]
    for line in told or ["nothing new: that is decided already"]:
        output.say(line)
    for line in check(api.open(store).review.decisions()):
        output.say(f"contradiction: {output.one_line(line)}", level=-1)


def _from_file(store: str, file: str) -> None:
    from kg import api
    from kg.decisions import parse

    try:
        text = (sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()).decode()
    except OSError as error:
        raise DecisionError(f"{file}: {error.strerror or error}", hint="name a file in the format of decisions.tsv") from error
    except UnicodeDecodeError as error:
        raise DecisionError(f"{file}: not UTF-8", hint="save the file as UTF-8 text, cells parted by tabs") from error
    say_decided(store, api.open(store).review.decide(*parse(text, "standard input" if file == "-" else file)))


def _undo(store: str, numbers: Iterable[int]) -> None:
    from kg import api

    graph = api.open(store)
    known = graph.review.decisions()
    wrong = [number for number in numbers if not 1 <= number <= len(known)]
    if wrong:
        raise UsageError(f"there is no decision {wrong[0]}", hint="`kg review --decided` numbers them")
    gone = [known[number - 1] for number in dict.fromkeys(numbers)]
    graph.review.undecide(*gone)
    for decision in gone:
        output.say(f"taken back: {decision_line(decision)}")


def _check(store: str) -> None:
    from kg import api
    from kg.decisions import check

    found = check(api.open(store).review.decisions())
    output.emit("".join(f"{output.one_line(line)}\n" for line in found)) if found else output.say("no decision contradicts another")
    if found:
        raise typer.Exit(1)


@_review.callback()
def _review_cli(
    context: typer.Context,
    type: Annotated[list[str] | None, typer.Option("--type", metavar="TYPE", help="Only this type; may be repeated.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="Most pairs to print or ask about.", min=1)] = 20,
    listed: Annotated[bool, typer.Option("--list", help="Print the pairs, on a terminal too.")] = False,
    file: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="Take the decisions of a file, all or nothing; - for standard input.")
    ] = None,
    decided: Annotated[bool, typer.Option("--decided", help="List what was decided, numbered.")] = False,
    undo: Annotated[
        list[int] | None, typer.Option("--undo", metavar="N", help="Take back decision N of --decided; may be repeated.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Print decisions that contradict each other; exit code 1 if any do.")] = False,
    store: Store = DEFAULT_STORE,
    format: Format = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api
    from kg.opening import folder_of, locate

    if context.invoked_subcommand is not None:
        context.default_map = {context.invoked_subcommand: {"store": store}}
        return
    if sum((listed, file is not None, decided, bool(undo), check)) > 1:
        raise UsageError("--list, --from, --decided, --undo and --check exclude each other", hint="run the command once for each")
    folder_of(locate(store), "write decisions into")
    asked = not listed and format is None and output.on_terminal() and output.on_terminal(sys.stdin)
    if file is not None or undo or (asked and not check and not decided):
        bring_up(api.open(store))
    form = choice(format, "tsv")
    if file is not None:
        _from_file(store, file)
    elif undo:
        _undo(store, undo)
    elif check:
        _check(store)
    elif decided:
        _print_decided(api.open(store).review.decisions(), form)
    elif asked:
        asking.ask(api.open(store), type, limit)
    else:
        questions = api.open(store).review.candidates(type, limit=limit)
        if not questions:
            output.say("no question is open")
        _print_questions(questions, form)


def _decide(store: str, kind: str, names: tuple[str, ...], note: str, *, type: str | None = None, paper: str | None = None) -> None:
    from kg import api
    from kg.deciding import word
    from kg.opening import Reader, locate

    bring_up(api.open(store))
    folder = Reader(locate(store)).folder("write decisions into")
    say_decided(store, api.open(store).review.decide(*word(folder, kind, names, type=type, paper=paper, note=note)))


@_review.command("same")
def _same_cli(
    name: _Thing,
    other: _Other,
    type: _Type = None,
    note: Note = "",
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Decide that two things are one."""
    _decide(store, "same", (name, other), note, type=type)


@_review.command("different")
def _different_cli(
    name: _Thing,
    other: _Other,
    type: _Type = None,
    note: Note = "",
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Decide that two things are not one; `kg split` parts what is one now."""
    _decide(store, "different", (name, other), note, type=type)


@_review.command("rename")
def _rename_cli(
    name: _Thing,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its canonical name from now on.", show_default=False)],
    type: _Type = None,
    note: Note = "",
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Decide what a thing is called."""
    _decide(store, "rename", (name, new), note, type=type)


@_review.command("wrong-entity")
def _wrong_entity_cli(
    name: _Thing, type: _Type = None, note: Note = "", store: Store = DEFAULT_STORE, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Decide that a thing is none of its type: it leaves the graph with its statements."""
    _decide(store, "wrong-entity", (name,), note, type=type)


@_review.command("wrong-statement")
def _wrong_statement_cli(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="Name or IRI of a thing or paper.", show_default=False)],
    predicate: Annotated[str, typer.Argument(metavar="PREDICATE", help="introduces, runsOn, …", show_default=False)],
    object: Annotated[str, typer.Argument(metavar="OBJECT", help="Name or IRI of a thing.", show_default=False)],
    paper: Annotated[
        str | None,
        typer.Option("--paper", metavar="PAPER", help="The paper that does not say it; all that do by default.", show_default=False),
    ] = None,
    note: Note = "",
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Decide that papers do not say this."""
    _decide(store, "wrong-statement", (subject, predicate, object), note, paper=paper)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.add_typer(_review, name="review")
