"""`kg extract`: one JSON object per paper on standard output, without a store."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from kg.cli import output
from kg.cli.options import InputFormat, Quiet, Verbose
from kg.model import Document, EntityClaim, Extraction, Rejection


def paper_json(document: Document, extraction: Extraction) -> dict[str, Any]:
    """What was found in one paper, in the gold format with `id`, and with score, span, rule and evidence of each finding.

    Spans are [start, end) in characters of title, blank line, abstract. `relations` holds bare triples of names, as the
    gold format has it; `relation_details` tells of each, in the same order.
    """
    names = [entity.name for entity in extraction.entities]
    text = document.text
    details = [
        {
            "subject": names[relation.subject],
            "predicate": str(relation.predicate),
            "object": names[relation.object],
            "score": relation.score,
            "span": [relation.evidence[0].object.start, relation.evidence[0].object.end],
            "rule": relation.rule,
            "evidence": relation.evidence[0].sentence.of(text),
        }
        for relation in extraction.relations
    ]
    return {
        "paper": document.source_title,
        "id": document.key,
        "entities": [_entity_json(entity, text) for entity in extraction.entities],
        "relations": [[detail["subject"], detail["predicate"], detail["object"]] for detail in details],
        "relation_details": details,
        "links": [
            {
                "url": link.url,
                "kind": str(link.kind),
                "score": link.score,
                "span": [link.evidence[0].object.start, link.evidence[0].object.end],
                "rule": link.rule,
            }
            for link in extraction.links
        ],
    }


def _entity_json(entity: EntityClaim, text: str) -> dict[str, Any]:
    first = entity.mentions[0].span
    counted = {} if entity.count is None else {"count": entity.count}
    return {
        "name": entity.name,
        "type": str(entity.type),
        "role": str(entity.role),
        **counted,
        "aliases": list(entity.aliases),
        "evidence": entity.evidence[0].sentence.of(text),
        "score": entity.score,
        "span": [first.start, first.end],
        "rule": entity.rule,
    }


def extracted(paths: Sequence[str], *, format: str | None = None) -> Iterator[dict[str, Any] | Rejection]:
    """Read, clean and extract each paper of `paths` ("-" is standard input), one at a time, in input order."""
    from kg import extract, sources, text

    extractor = extract.load()
    for record in sources.read(paths, format=format, stdin=sys.stdin.buffer):
        document = record if isinstance(record, Rejection) else text.clean(record)
        yield document if isinstance(document, Rejection) else paper_json(document, extractor.extract(document))


def _extract_cli(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders or - for standard input.", show_default=False)],
    format: InputFormat = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print what papers say, one JSON object per paper, without a store."""
    refused = 0
    for paper in extracted(paths, format=format):
        if isinstance(paper, Rejection):
            refused += 1
            output.say(output.refusal(paper), level=-1)
        else:
            output.emit(json.dumps(paper, ensure_ascii=False))
            sys.stdout.flush()
    if refused:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("extract")(_extract_cli)
