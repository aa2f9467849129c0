"""`kg explain` and `kg split`: why the names of a thing are one thing, and taking one out that is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import output
from kg.cli.archive import bring_up
from kg.cli.options import DEFAULT_STORE, Format, Quiet, Store, Verbose, choice

if TYPE_CHECKING:
    from kg.explanation import Explanation, Form, Question, Side
    from kg.lookup import End, Quote
    from kg.model import Decision

Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; kept beside the decision.", show_default=False)]


def marked(sentence: str, marks: Iterable[tuple[int, int]]) -> str:
    """The sentence on one line, with what is marked in [brackets]."""
    for start, end in sorted(marks, reverse=True):
        sentence = f"{sentence[:start]}[{sentence[start:end]}]{sentence[end:]}"
    return output.one_line(sentence)


def quoted(quote: Quote) -> str:
    """The sentence of a quote with its mentions in [brackets]."""
    return marked(quote.sentence, (mark for mark in (quote.object_mark, quote.subject_mark) if mark))


def decision_line(decision: Decision) -> str:
    """A decision with its note, on one line."""
    from kg.deciding import said

    return output.one_line(said(decision) + (f" — {decision.note}" if decision.note else ""))


def explanation_text(explanation: Explanation) -> str:
    """Why the names of a thing are one thing, as lines for people."""
    lines = [_end(explanation.thing)]
    if explanation.ladder:
        lines.append(f"under: {' › '.join(output.one_line(step.label) for step in explanation.ladder)}")
    lines += ["", "called", *(line for form in explanation.forms for line in _form_lines(form))]
    if not explanation.forms:
        lines.append("  by one paper only, and by no other name")
    if explanation.doubts:
        lines += ["", "may be the same as"]
        lines += [f"  {_end(doubt.other)}\n      {doubt.score:.2f}  {output.one_line(doubt.reason)}" for doubt in explanation.doubts]
    if explanation.decisions:
        lines += ["", "decided by people", *(f"  {decision_line(decision)}" for decision in explanation.decisions)]
    return "\n".join(lines) + "\n"


def question_text(question: Question) -> str:
    """Two things that may be one, as lines for people."""
    sides = ((1, question.one), (2, question.other))
    lines = [f"{question.score:.2f}  {output.one_line(question.reason)}"]
    return "\n".join([*lines, *(line for number, side in sides for line in _side_lines(number, side))]) + "\n"


def _end(end: End) -> str:
    return output.one_line(f"{end.label} [{end.type}] {end.iri}")


def _form_lines(form: Form) -> Iterator[str]:
    yield f"  {output.one_line(form.form)}"
    yield f"      {form.score:.2f}  {form.rule}: {output.one_line(form.reason)}"
    if form.sentence:
        yield f'      "{marked(form.sentence, form.marks)}"'
    if form.paper is not None:
        yield f"      — {output.one_line(form.paper.label)}{f', in {output.one_line(form.section)}' if form.section else ''}"


def _side_lines(number: int, side: Side) -> Iterator[str]:
    from kg.lookup.wording import place_words

    papers = f"{len(side.papers)} paper{'s' if len(side.papers) != 1 else ''}"
    also = f"; also {', '.join(side.aliases)}" if side.aliases else ""
    yield output.one_line(f"{number} {side.thing.label} [{side.thing.type}] {papers}{also}")
    for quote in side.quotes:
        yield f'      "{quoted(quote)}"'
        yield f"      — {output.one_line(', '.join(part for part in (quote.paper.label, place_words(quote)) if part))}"


def _rows(explanation: Explanation) -> Iterator[tuple[str, ...]]:
    for form in explanation.forms:
        paper = "" if form.paper is None else form.paper.label
        yield ("name", form.form, form.rule, f"{form.score:g}", form.reason, paper, form.sentence)
    for doubt in explanation.doubts:
        yield ("maybe", doubt.other.iri, "", f"{doubt.score:g}", doubt.reason, "", "")
    for decision in explanation.decisions:
        yield ("decided", decision.name or decision.paper, str(decision.kind), "1", decision_line(decision), decision.paper, "")


def _explain_cli(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Any name or IRI of a thing; misspelt is told.", show_default=False)],
    store: Store = DEFAULT_STORE,
    format: Format = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api

    form = choice(format, "tsv")
    with api.open(store) as graph:
        explanation = graph.explain(name)
    if form == "json":
        output.emit(output.json_text(dataclasses.asdict(explanation)))
    elif form == "table":
        output.emit(explanation_text(explanation))
    else:
        header = ("what", "name", "rule", "score", "reason", "paper", "sentence")
        output.emit(output.rows_text(header, _rows(explanation), form))


def _split_cli(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Any name or IRI of a thing.", show_default=False)],
    form: Annotated[str | None, typer.Argument(metavar="FORM", help="One of its names, that is not.", show_default=False)] = None,
    paper: Annotated[
        str | None, typer.Option("--paper", metavar="PAPER", help="What this paper calls so is another thing.", show_default=False)
    ] = None,
    note: Note = "",
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api

    with api.open(store) as graph:
        bring_up(graph)
        came = graph.review.split(name, form, paper, note=note)
    for decision in came.decisions:
        output.say(f"decided: {decision_line(decision)}")
    after = "\n".join(explanation_text(explanation) for explanation in came.after)
    output.emit(f"it was\n\n{explanation_text(came.before)}\nnow there {'is' if len(came.after) == 1 else 'are'}\n\n{after}")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("explain")(_explain_cli)
    app.command("split")(_split_cli)
