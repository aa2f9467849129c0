"""`kg extract`: one JSON object per paper on standard output, without a store."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from kg.cli import output
from kg.cli.extractor import Extractor
from kg.cli.options import InputFormat, Map, MinPrecision, MinScore, Quiet, Verbose, columns
from kg.extract import DEFAULT
from kg.model import Document, EntityClaim, Extraction, Metadata, Rejection, Span


def paper_json(document: Document, extraction: Extraction) -> dict[str, Any]:
    """What was found in one paper, in the gold format with `id`, and with score, span, rule and evidence of each finding.

    Spans are [start, end) in characters of title, blank line, abstract, and of what follows these in a full text
    (`Document.text`). `relations` holds bare triples of names, as the gold format has it; `relation_details` tells of each, in the same
    order. Of a full text an entity has the `section` of its evidence too, where that is not title or abstract; what the source states of
    the paper stands under `metadata`.
    """
    names = [entity.name for entity in extraction.entities]
    text, places = document.text, document.places
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
        **({"metadata": _metadata_json(document.metadata)} if document.metadata else {}),
        "entities": [_entity_json(entity, text, places) for entity in extraction.entities],
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


def _metadata_json(metadata: Metadata) -> dict[str, Any]:
    """What is stated, under the names of its fields; cited works as "scheme:value"."""
    stated = {name: value for name, value in asdict(metadata).items() if value}
    if metadata.cites:
        stated["cites"] = [[f"{one.scheme}:{one.value}" for one in work] for work in metadata.cites]
    return stated


def _entity_json(entity: EntityClaim, text: str, places: Sequence[tuple[str, Span]]) -> dict[str, Any]:
    first = entity.mentions[0].span
    section = next((name for name, place in places if place.covers(entity.evidence[0].sentence)), "")
    figures = {"count": entity.count, "memory": entity.memory, "hours": entity.hours}  # of hardware
    return {
        "name": entity.name,
        "type": str(entity.type),
        "role": str(entity.role),
        **{name: value for name, value in figures.items() if value is not None},
        "aliases": list(entity.aliases),
        "evidence": entity.evidence[0].sentence.of(text),
        **({"section": section} if section else {}),
        "score": entity.score,
        "span": [first.start, first.end],
        "rule": entity.rule,
    }


def extracted(
    paths: Sequence[str],
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    extractor: str = DEFAULT,
    min_score: float | None = None,
    min_precision: float | None = None,
) -> Iterator[dict[str, Any] | Rejection]:
    """Read, clean and extract each paper of `paths` ("-" is standard input), one at a time, in input order.

    What scores less than `min_score`, or too low for `min_precision`, is left out; see `kg.extract.threshold`.
    """
    from kg import extract, sources, text
    from kg.build import extract_one
    from kg.extract import threshold
    from kg.stated import complete

    limits = threshold.limits(min_score, min_precision)
    reader = extract.load(extractor)
    kept = limits(threshold.extractor_name(reader.version)) if limits else threshold.Thresholds()
    if kept.unreached():
        output.say(f"no score is high enough for {', '.join(kept.unreached())}: none of these is kept")
    for record in sources.read(paths, format=format, columns=columns):
        document = record if isinstance(record, Rejection) else text.clean(record)
        found = document if isinstance(document, Rejection) else extract_one(reader, document)
        if isinstance(found, Rejection):
            yield found
        elif isinstance(document, Document):
            yield paper_json(document, threshold.keep(complete(document, found), kept))


def _extract_cli(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders or - for standard input.", show_default=False)],
    format: InputFormat = None,
    map: Map = None,
    extractor: Extractor = DEFAULT,
    min_score: MinScore = None,
    min_precision: MinPrecision = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    refused = 0
    chosen = columns(map)
    for paper in extracted(paths, format=format, columns=chosen, extractor=extractor, min_score=min_score, min_precision=min_precision):
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
