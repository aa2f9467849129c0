"""`kg search`, `kg show` and `kg why`: things by name, what is said of them, and the sentences that say it."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli import output
from kg.cli.options import DEFAULT_STORE, Format, Quiet, Store, Verbose, choice

KIND = "Kind"  # as `kg.lookup.KIND`, which is imported late

if TYPE_CHECKING:
    from kg.api import Graph
    from kg.lookup import Author, Description, Edge, Quote

SHOWN_QUOTES = 2  # sentences under each statement of `kg show`; `kg why` prints all
SHOWN_CITED = 20  # papers that a paper cites, and that cite it; `kg query citations` lists all
SHOWN_BELOW = 60  # things under a kind that `kg show` lists; `kg query narrower` lists all


def _marked(quote: Quote) -> str:
    """The sentence with its mentions in [brackets]."""
    text = quote.sentence
    for start, end in sorted((mark for mark in (quote.object_mark, quote.subject_mark) if mark), reverse=True):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return output.one_line(text)


def _edge_lines(edges: Sequence[Edge], *, outgoing: bool) -> Iterator[str]:
    from kg.lookup.wording import device_words, place_words

    for edge in edges:
        other = edge.object if outgoing else edge.subject
        arrow = f"{edge.predicate} →" if outgoing else f"← {edge.predicate}"
        devices = "".join(f", {words}" for words in device_words(edge))
        papers = len(edge.papers)
        yield f"  {arrow} {other.label}  ({other.type or 'link'}, score {edge.score:.2f}{devices}, {_papers(papers)})"
        for quote in edge.quotes[:SHOWN_QUOTES]:
            place = output.one_line(place_words(quote))
            yield f'      "{_marked(quote)}"{f"  ({place})" if place else ""}'
            if quote.paper not in (edge.subject, edge.object):
                yield f"      — {quote.paper.label}"


def _papers(number: int) -> str:
    return f"{number} paper{'s' if number != 1 else ''}"


def _place_lines(description: Description) -> Iterator[str]:
    """What a thing lies under, and what it may be the same as."""
    if description.ladder:
        yield f"lies under: {' → '.join(wider.label for wider in description.ladder)}"
    for doubt in description.doubts:
        yield f"may be the same as: {doubt.other.label}  ({doubt.other.iri}, score {doubt.score:.2f}: {doubt.reason})"


def _below_lines(description: Description) -> Iterator[str]:
    """What lies under a thing, indented by steps: all of it under a kind, what lies right under it for an entity."""
    steps = 1 if description.thing.type != KIND else max((row.depth for row in description.below), default=0)
    rows = [row for row in description.below if row.depth <= steps]
    if rows:
        yield from ("", "under it")
    for row in rows[:SHOWN_BELOW]:
        yield f"{'  ' * row.depth}{row.thing.label}  ({row.thing.type}, {_papers(row.papers)})"
    if len(rows) > SHOWN_BELOW:
        yield f"  … and {len(rows) - SHOWN_BELOW} more: kg query narrower --param thing={description.thing.iri.replace('/', ':', 1)}"


def _author_lines(authors: Sequence[Author]) -> Iterator[str]:
    """Who wrote a paper, with ORCID and affiliations."""
    for author in authors:
        details = "; ".join(part for part in (author.orcid, *author.affiliations) if part)
        yield output.one_line(f"author: {author.name}{f' ({details})' if details else ''}")


def _citation_lines(description: Description) -> Iterator[str]:
    """What a paper cites of the papers here, how many others it cites, and what cites it."""
    here = [paper for paper in description.cites if paper.type]
    for words, papers in (("cites", here), ("cited by", description.cited_by)):
        yield from (f"{words}: {output.one_line(paper.label)}  ({paper.iri})" for paper in papers[:SHOWN_CITED])
        if len(papers) > SHOWN_CITED:
            more = f"{len(papers) - SHOWN_CITED} more"
            yield f"{words}: {more}: kg query citations --param paper={description.thing.iri.replace('/', ':', 1)}"
    others = len(description.cites) - len(here)
    if others:
        yield f"cites: {_papers(others)} that the graph does not have"


def description_text(description: Description) -> str:
    """All that is said of one thing, as lines for people."""
    thing = description.thing
    lines = [f"{thing.label}  [{thing.type}]  {thing.iri}"]
    if description.aliases:
        lines.append(f"also called: {', '.join(description.aliases)}")
    if description.short:
        lines.append(f"short form: {description.short}")
    lines += _place_lines(description)
    lines += _author_lines(description.authors)
    lines += [f"{name}: {output.one_line(value)}" for name, value in description.facts]
    lines += _citation_lines(description)
    lines += _below_lines(description)
    for heading, edges, outgoing in (
        ("says", description.outgoing, True),
        ("said of it", description.incoming, False),
    ):
        if edges:
            lines += ["", heading if thing.type == "Paper" or not outgoing else "its relations", *_edge_lines(edges, outgoing=outgoing)]
    if description.stated:
        lines += ["", "says of others"]
        lines += [f"  {e.subject.label} {e.predicate} {e.object.label}  (score {e.score:.2f})" for e in description.stated]
    return "\n".join(lines) + "\n"


def _search_cli(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A name or a part of one; misspelt is fine.", show_default=False)],
    type: Annotated[list[str] | None, typer.Option("--type", metavar="TYPE", help="Only this type; may be repeated.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="Most things to print.", min=1)] = 20,
    store: Store = DEFAULT_STORE,
    format: Format = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api

    form = choice(format, "tsv")
    with api.open(store) as graph:
        hits = graph.search(text, type, limit=limit)
    if not hits:
        output.say(f"nothing is called anything like {text!r}")
    rows = [(hit.label, hit.type, hit.matched, str(hit.support), hit.how, hit.iri) for hit in hits]
    output.emit(output.rows_text(("name", "type", "found as", "papers", "how", "id"), rows, form))


def _show_cli(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, identifier or IRI of a paper, entity or kind.", show_default=False)],
    store: Store = DEFAULT_STORE,
    format: Annotated[str | None, typer.Option("--format", metavar="NAME", help="table (lines for people) or json.")] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api

    with api.open(store) as graph:
        description = graph.show(name)
    json_wanted = choice(format, "table") == "json"
    output.emit(output.json_text(dataclasses.asdict(description)) if json_wanted else description_text(description))


def _quote_row(quote: Quote) -> dict[str, Any]:
    return {
        "subject": quote.subject.label, "predicate": quote.predicate, "object": quote.object.label, "paper": quote.paper.label,
        "sentence": quote.sentence, "start": str(quote.start), "score": f"{quote.score:g}", "count": "" if quote.count is None else str(quote.count),
        "memory": "" if quote.memory is None else f"{quote.memory:g}", "hours": "" if quote.hours is None else f"{quote.hours:g}",
        "rule": quote.rule, "extractor": quote.extractor, "section": quote.section,
    }  # fmt: skip


def _instead(graph: Graph, subject: str | None, predicate: str | None, object: str | None) -> Iterator[str]:
    """Where nothing is said, what is: the other way round, or by other properties."""
    if subject is None and object is None:
        return
    if graph.why(object, predicate, subject):
        turned = " ".join(shlex.quote(part or "-") for part in (object, predicate, subject))
        yield f"the other way round one does: kg why {turned}"
    if predicate is not None:
        said = sorted({quote.predicate for quote in graph.why(subject, None, object)})
        if said:
            yield f"what papers say there is {', '.join(said)}"


def _why_cli(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="Name or IRI; - for any.", show_default=False)],
    predicate: Annotated[str, typer.Argument(metavar="PREDICATE", help="introduces, runsOn, …; - for any.")] = "-",
    object: Annotated[str, typer.Argument(metavar="OBJECT", help="Name or IRI; - for any.")] = "-",
    store: Store = DEFAULT_STORE,
    format: Format = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    from kg import api
    from kg.lookup.wording import device_words, place_words

    form = choice(format, "tsv")
    ends = (None if subject == "-" else subject, None if predicate == "-" else predicate, None if object == "-" else object)
    with api.open(store) as graph:
        quotes = graph.why(*ends)
        if not quotes:
            output.say("no paper says that")
            for words in _instead(graph, *ends):
                output.say(words)
            raise typer.Exit(1)
    if form == "table":
        for quote in quotes:
            said = (f"score {quote.score:.2f}", *device_words(quote), quote.rule)
            output.emit(f"{quote.subject.label} {quote.predicate} {quote.object.label}  ({', '.join(said)})")
            source = ", ".join(part for part in (quote.paper.label, place_words(quote)) if part)
            output.emit(f'    "{_marked(quote)}"\n    — {output.one_line(source)}')
        return
    rows = [_quote_row(quote) for quote in quotes]
    output.emit(output.rows_text(list(rows[0]), [list(row.values()) for row in rows], form))


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("search")(_search_cli)
    app.command("show")(_show_cli)
    app.command("why")(_why_cli)
