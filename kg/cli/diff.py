"""`kg diff`: what one graph says that another does not, for people, as JSON, or as an RDF change set."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, Quiet, Store, Verbose
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.comparison import Claim, Difference, PaperChange, Renamed, Sentence, Thing

FORMS = ("text", "json", "ttl")
Lines = Iterator[str]


def difference_text(difference: Difference, limit: int) -> str:
    """A summary, then what differs part by part, at most `limit` entries each; how many are left out is said."""
    lines = [f"{sign} {_origin(origin)}" for sign, origin in (("-", difference.before), ("+", difference.after))]
    if difference.before.base != difference.after.base:
        lines.append("their IRIs begin otherwise: compared by what follows")
    if not difference.by_claim:
        lines.append("no claims in one of them: statements are compared without paper, score and sentence")
    if difference.untold:
        lines.append(
            "they differ only in triples that no paper, claim, name or ladder shows: other vocabularies, or the text around quotes"
        )
    sections = [*_sections(difference)]
    width = max((len(title) for title, _, _ in sections), default=0)
    lines += ["", *(f"{title:{width}}  {len(entries)}" for title, entries, _ in sections)] if sections else []
    for title, entries, tell in sections:
        lines += ["", f"{title}:"]
        for entry in entries[:limit]:
            lines += [f"  {output.one_line(line) if place == 0 else line}" for place, line in enumerate(tell(entry))]
        if len(entries) > limit:
            lines.append(f"  … and {len(entries) - limit} more: --limit {len(entries)} shows them, --format json has all")
    return "\n".join(lines) + "\n"


def _sections(d: Difference) -> Iterator[tuple[str, Sequence[Any], Callable[[Any], Iterable[str]]]]:
    """The parts of a difference that have something in them, in the order in which they are told."""
    parts: list[tuple[str, Sequence[Any], Callable[[Any], Iterable[str]]]] = [
        ("papers added", d.papers_added, lambda paper: [f"+ {paper.label}  {paper.iri}"]),
        ("papers removed", d.papers_removed, lambda paper: [f"- {paper.label}  {paper.iri}"]),
        ("papers changed", d.papers_changed, _paper_change),
        ("things merged", d.things_merged, lambda m: [f"~ {' + '.join(map(_thing, m.several))} → {_thing(m.one)}{_mentions(m.mentions)}"]),
        ("things split", d.things_split, lambda s: [f"~ {_thing(s.one)} → {' + '.join(map(_thing, s.several))}{_mentions(s.mentions)}"]),
        ("things renamed", d.things_renamed, _renamed),
        ("mentions moved", d.mentions_moved, lambda m: [f"~ {_thing(m.before)} → {_thing(m.after)}{_mentions(m.mentions)}"]),
        ("things added", d.things_added, lambda thing: [f"+ {_thing(thing)}"]),
        ("things removed", d.things_removed, lambda thing: [f"- {_thing(thing)}"]),
        ("claims added", d.claims_added, lambda claim: _claim("+", claim)),
        ("claims removed", d.claims_removed, lambda claim: _claim("-", claim)),
        ("claims changed", d.claims_changed, lambda change: _change(_said(change.after), change.before, change.after, change.fields)),
        ("claims moved with their things", d.claims_moved, _move),
        ("names changed", d.names, lambda change: [f"~ {_thing(change.thing)}: {_signed(change.added, change.removed)}"]),
        ("steps of the ladder added", d.ladder_added, lambda pair: [f"+ {_thing(pair.one)} lies under {_thing(pair.other)}"]),
        ("steps of the ladder removed", d.ladder_removed, lambda pair: [f"- {_thing(pair.one)} lies under {_thing(pair.other)}"]),
        ("questions opened", d.questions_added, lambda pair: [f"+ {_thing(pair.one)} may be {_thing(pair.other)}"]),
        ("questions closed", d.questions_removed, lambda pair: [f"- {_thing(pair.one)} may be {_thing(pair.other)}"]),
        ("reasons for names added", d.reasons_added, lambda reason: [f"+ {_thing(reason.thing)}: {reason.reason}"]),
        ("reasons for names removed", d.reasons_removed, lambda reason: [f"- {_thing(reason.thing)}: {reason.reason}"]),
    ]  # fmt: skip
    return (part for part in parts if part[1])


def _origin(origin: Any) -> str:  # noqa: ANN401 (kg.comparison is imported late)
    return f"{origin.name}  ({origin.papers:,} papers, {origin.triples:,} triples)"


def _thing(thing: Thing) -> str:
    return f"{thing.label} [{thing.type}] {thing.iri}"


def _mentions(number: int) -> str:
    return f"  ({number} mention{'s' if number != 1 else ''} moved)" if number else ""


def _signed(added: Iterable[str], removed: Iterable[str]) -> str:
    return ", ".join((*(f"+ {name}" for name in added), *(f"- {name}" for name in removed)))


def _paper_change(change: PaperChange) -> Lines:
    yield f"~ {change.after.label}  {change.after.iri}: {', '.join(change.fields)}"


def _renamed(renamed: Renamed) -> Lines:
    yield f"~ {_thing(renamed.before)} → {_thing(renamed.after)}"


def _said(claim: Claim) -> str:
    return f"{claim.subject.label} {claim.predicate} {claim.object.label}"


def _claim(sign: str, claim: Claim) -> Lines:
    from kg.lookup.wording import device_words

    score = [] if claim.score is None else [f"score {claim.score:.2f}"]
    told = ", ".join((*score, *device_words(claim)))
    yield f"{sign} {_said(claim)}{f'  ({told})' if told else ''}"
    for sentence in claim.evidence[:1]:
        yield f'    "{output.one_line(sentence.text)}"{f"  (in {output.one_line(sentence.section)})" if sentence.section else ""}'
    if claim.paper.iri and claim.paper != claim.subject:
        yield f"    — {output.one_line(claim.paper.label)}"


def _change(said: str, before: Claim, after: Claim, fields: Iterable[str]) -> Lines:
    values = [f"{name} {_value(before, name)} → {_value(after, name)}" for name in fields if name != "evidence"]
    told = ", ".join(values)
    yield f"~ {said}{f'  ({told})' if told else ''}"
    for sign, one, other in (("-", before, after), ("+", after, before)):
        for sentence in sorted({*one.evidence} - {*other.evidence}):
            yield f'    {sign} "{output.one_line(sentence.text)}"  {_place(sentence)}'
    if after.paper.iri and after.paper != after.subject:
        yield f"    — {output.one_line(after.paper.label)}"


def _move(move: Any) -> Lines:  # noqa: ANN401 (kg.comparison is imported late)
    yield from _change(f"{_said(move.before)} → {_said(move.after)}", move.before, move.after, move.fields)


def _value(claim: Claim, name: str) -> str:
    value = getattr(claim, name)
    return "none" if value is None or value == "" else f"{value:g}" if isinstance(value, float) else str(value)


def _place(sentence: Sentence) -> str:
    marked = [sentence.words(mark) for mark in (sentence.subject_mark, sentence.object_mark) if mark]
    section = f"{output.one_line(sentence.section)} " if sentence.section else ""
    return f"({section}{sentence.start}–{sentence.end}{': ' + output.one_line(' … '.join(marked)) if marked else ''})"


def difference_json(difference: Difference) -> str:
    """All of a difference, by the names of `kg.comparison.Difference`, and whether there is one."""
    return output.json_text({"different": bool(difference), **dataclasses.asdict(difference)})


def _diff_cli(
    before: Annotated[str, typer.Argument(metavar="A", help="A store folder, an RDF file, or an address.", show_default=False)],
    after: Annotated[
        str | None, typer.Argument(metavar="B", help="Another; the store of --store if not given.", show_default=False)
    ] = None,
    format: Annotated[str, typer.Option("--format", metavar="NAME", help="text, json, or ttl (a change set).")] = "text",
    limit: Annotated[int, typer.Option("--limit", help="Most entries of each kind in the text.", min=1)] = 20,
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api

    if format not in FORMS:
        raise UsageError(f"unknown format {format!r}", hint=f"--format takes {', '.join(FORMS)}")
    difference = api.diff(before, store if after is None else after)
    if format == "json":
        output.emit(difference_json(difference))
    elif format == "ttl":
        from kg.comparison import changeset
        from kg.export import turtle

        with output.binary() as stream:
            stream.write(turtle(changeset.to_triples(difference), base=difference.after.base, prefixes={"cs": changeset.CHANGESET}))
    elif difference or not difference.by_claim:
        output.emit(difference_text(difference, limit))
    if not difference:
        output.say("no difference")
        return
    raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("diff")(_diff_cli)
