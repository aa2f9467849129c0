"""Decisions of people on things of a store: put into words, brought into the file and the graph in one step, and taken back.

names as people type them → things → decisions → file and graph
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kg import decisions, lookup
from kg.derivation import publish
from kg.errors import StoreError, UsageError
from kg.explanation import Explanation, explain
from kg.log import Log
from kg.model import Decision, DecisionKind, EntityType, FieldError
from kg.store import Snapshot, create_or_open, open_snapshot
from kg.wording import Speaker

_THINGS = tuple(str(type) for type in EntityType)


@dataclass(frozen=True, slots=True)
class Split:
    """What came of parting a thing."""

    before: Explanation
    after: tuple[Explanation, ...]  # the things that it became, that of most papers first; one where no paper calls a thing just so
    decisions: tuple[Decision, ...]  # by which it was parted


def decide(store: str | Path, add: Iterable[Decision] = (), remove: Iterable[Decision] = ()) -> tuple[Decision, ...]:
    """Bring decisions into the store's file, take others out, and bring the graph up to date, all or nothing.

    Args:
        store: the store folder.
        add: those that hold already are passed over.
        remove: each must be in the file.

    Returns:
        What was added: those of `add` that did not hold before.

    Raises:
        UsageError: one of `remove` is not in the file.
        DecisionError: the file has a mistake, or cannot be written.
        StoreError: there is no store, or it is locked, of another version, or cannot be written.
    """
    if not Path(store).is_dir():
        raise StoreError(f"there is no store at {store}", hint="create it with `kg build PATH…`")
    with create_or_open(store) as folder, Log(folder.log_path) as log, _kept(folder.path / decisions.FILE):
        for decision in remove:
            if not decisions.remove(folder.path, decision):
                raise UsageError(f"nobody decided {said(decision)}", hint="`kg review --decided` lists what was decided")
        before = {*decisions.load(folder.path)}
        decisions.add(folder.path, add)
        publish(folder, log)
        return tuple(decision for decision in decisions.load(folder.path) if decision not in before)


def said(decision: Decision) -> str:
    """A decision as one line for people."""
    name, other = _words(decision.type, decision.name, decision.paper), _words(None, decision.other, decision.other_paper)
    match decision.kind:
        case DecisionKind.SAME:
            return f"{name} is the same as {other}"
        case DecisionKind.DIFFERENT:
            return f"{name} is not {other}"
        case DecisionKind.RENAME:
            return f"{name} is called {decision.other}"
        case DecisionKind.WRONG_ENTITY:
            return f"{name} is no {decision.type}"
        case DecisionKind.WRONG_STATEMENT:
            subject = decision.name or "it"
            return f"{decision.paper} does not say that {subject} {decision.predicate} {decision.other} ({decision.other_type})"


def _words(type: EntityType | None, name: str, paper: str) -> str:
    return f"{f'{type} ' if type else ''}{name}{f' of {paper}' if paper else ''}"


@contextmanager
def _kept(path: Path) -> Iterator[None]:
    """Put the file back as it was where something fails."""
    before = path.read_bytes() if path.is_file() else None
    try:
        yield
    except BaseException:
        if before is not None:
            side = path.with_name(f"{path.name}.tmp")
            side.write_bytes(before)
            side.replace(path)  # in one step: the file may be all that there is of people's work
        else:
            with suppress(FileNotFoundError):
                path.unlink()
        raise


def word(
    store: str | Path, kind: str, names: tuple[str, ...], *, type: str | None = None, paper: str | None = None, note: str = ""
) -> tuple[Decision, ...]:
    """The decisions that say something of things, by any names that the graph finds them by.

    Args:
        store: the store folder.
        kind: a value of `DecisionKind`.
        names: "same", "different": the two things; "rename": the thing and its new name; "wrong-entity": the thing; "wrong-statement":
            subject, predicate, object.
        type: a value of EntityType to look for things among; None for all.
        paper: of a wrong statement, the one that does not say it; None for every paper that does.
        note: why.

    Raises:
        UsageError: a name stands for nothing or for several things, no paper says the statement, or it cannot be put into words.
        StoreError: there is no store, or its graph is not up to date.
    """
    types = _THINGS if type is None else (type,)
    with open_snapshot(store) as snapshot, Speaker(store) as speaker, _worded():
        if kind == DecisionKind.WRONG_STATEMENT:
            return _unsaid(snapshot, speaker, names, paper, note)
        things = [lookup.find(snapshot, name, types).iri for name in names[: 1 if kind == DecisionKind.RENAME else 2]]
        match DecisionKind(kind):
            case DecisionKind.SAME:
                return speaker.same(things[0], things[1], note)
            case DecisionKind.DIFFERENT:
                return speaker.different(things[0], things[1], note)
            case DecisionKind.RENAME:
                return speaker.rename(things[0], names[1], note)
            case _:
                return speaker.wrong_entity(things[0], note)


def split(store: str | Path, name: str, *, form: str | None = None, paper: str | None = None, note: str = "") -> Split:
    """Part a thing: a form that is no name of it, or what one paper means by its names.

    Args:
        store: the store folder.
        name: any name of the thing.
        form: one of its names, which is another thing's.
        paper: a paper that means another thing: title, key or identifier. Just one of `form` and `paper` is given.
        note: why.

    Raises:
        UsageError: a name stands for nothing or for several things, the thing has no such form or paper, or other decisions hold them together.
        StoreError: there is no store, its graph is not up to date, or it cannot be written.
    """
    if (form is None) == (paper is None):
        raise UsageError("give one of a name to part and --paper", hint="`kg split NAME FORM`, or `kg split NAME --paper PAPER`")
    with open_snapshot(store) as snapshot, Speaker(store) as speaker, _worded():
        before = explain(snapshot, name)
        path = before.thing.iri
        places = speaker.places(path)
        key = None if paper is None else lookup.find(snapshot, paper, [lookup.PAPER]).iri.removeprefix("paper/")
        parting = speaker.split_form(path, form, note) if form is not None else speaker.split_paper(path, key or "", note)
    decide(store, add=parting)
    with open_snapshot(store) as snapshot, Speaker(store) as speaker:
        after = tuple(explain(snapshot, thing) for thing in speaker.things(places))
    held = next((one for one in after if form is not None and one.thing.label != form and form in {f.form for f in one.forms}), None)
    if held is not None or (paper is not None and len(after) < 2):
        decide(store, remove=parting)
        raise UsageError(
            f"decisions hold {form or paper} and {name} together", hint="`kg review --decided` lists them, `--undo N` takes one back"
        )
    return Split(before, after, parting)


@contextmanager
def _worded() -> Iterator[None]:
    """Tell what cannot stand in a cell of the file."""
    try:
        yield
    except FieldError as error:
        raise UsageError(str(error), hint="decisions are lines of a table: give names and notes on one line, without tabs") from error


def _unsaid(snapshot: Snapshot, speaker: Speaker, names: tuple[str, ...], paper: str | None, note: str) -> tuple[Decision, ...]:
    subject, object = (lookup.find(snapshot, name).iri for name in (names[0], names[2]))
    quotes = lookup.why(snapshot, subject, names[1], object)
    only = None if paper is None else lookup.find(snapshot, paper, [lookup.PAPER]).iri
    said = {(quote.predicate, quote.paper.iri) for quote in quotes if only in (None, quote.paper.iri)}
    if not said:
        raise UsageError("no paper says that", hint="`kg why SUBJECT PREDICATE OBJECT` prints what papers say")
    return tuple(speaker.wrong_statement(subject, predicate, object, key.removeprefix("paper/"), note) for predicate, key in sorted(said))
