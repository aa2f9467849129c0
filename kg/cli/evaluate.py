"""`kg eval`: how well the extractor does against a gold file, as the gold guidelines score it."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli import output
from kg.cli.extract import extracted, paper_json
from kg.cli.options import DEFAULT_STORE, Quiet, Store, Verbose
from kg.errors import SourceError, UsageError
from kg.evaluate import Row, Scores, comparable, score
from kg.model import Rejection

GOLD_FORMAT = 'one JSON object per line with "paper" (the title) and "entities", each with "name", "type" and "role"'


def read_rows(path: Path) -> list[Row]:
    """The papers of a file in the gold format; raises `SourceError` where it is not one."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}", hint=f"give a file of {GOLD_FORMAT}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8", hint=f"give a file of {GOLD_FORMAT}") from error
    rows = [_row(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not rows:
        raise SourceError(f"{path} holds no paper", hint=f"give a file of {GOLD_FORMAT}")
    return rows


def _row(path: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise SourceError(f"{path}, line {number}: not JSON: {error.msg}", hint=f"give a file of {GOLD_FORMAT}") from error
    if not _is_row(row):
        raise SourceError(f"{path}, line {number}: not in the gold format", hint=f"it is {GOLD_FORMAT}")
    return dict(row)


def _is_row(row: Any) -> bool:  # noqa: ANN401 (whatever JSON held)
    if not isinstance(row, dict) or not isinstance(row.get("paper"), str) or not isinstance(row.get("entities"), list):
        return False
    return all(isinstance(entity, dict) and {"name", "type", "role"} <= entity.keys() for entity in row["entities"])


def scores_text(scores: Scores) -> str:
    """The scores as lines for people: six kinds, then a line per type, then the papers."""
    lines = []
    for kind in ("core", "entity", "untyped", "role", "relation", "link"):
        p, r, f1 = getattr(scores, kind)
        lines.append(f"{kind:9s} P {p:.3f}  R {r:.3f}  F1 {f1:.3f}")
    for name, (p, r, f1, tp, fp, fn) in scores.types.items():
        lines.append(f"  {name:13s} P {p:.3f}  R {r:.3f}  F1 {f1:.3f}  (tp {tp}, fp {fp}, fn {fn})")
    lines.append(f"papers {len(scores.papers)}, without an error {scores.perfect}, macro F1 {scores.macro_f1:.3f}")
    return "\n".join(lines)


def papers_text(scores: Scores) -> str:
    """A line per paper: F1, precision, recall, counts, title."""
    return "\n".join(
        f"{paper.prf[2]:5.2f}  P {paper.prf[0]:4.2f} R {paper.prf[1]:4.2f}  tp {paper.tp:2d} fp {paper.fp:2d} fn {paper.fn:2d}  {paper.title[:80]}"
        for paper in scores.papers
    )


def scores_json(scores: Scores) -> dict[str, Any]:
    """The scores as JSON holds them; a paper is [title, precision, recall, F1, tp, fp, fn]."""
    whole = dataclasses.asdict(scores)
    whole["papers"] = [[paper.title, *paper.prf, paper.tp, paper.fp, paper.fn] for paper in scores.papers]
    return whole


def predictions(gold: Iterable[Row], texts: Path) -> Iterator[Row]:
    """What the extractor finds in those papers of `texts` that `gold` names; refused ones are told on standard error."""
    wanted = {comparable(row["paper"]) for row in gold}
    for paper in extracted([str(texts)]):
        if isinstance(paper, Rejection):
            output.say(output.refusal(paper), level=-1)
        elif comparable(paper["paper"]) in wanted:
            yield paper


def _stored(gold: Iterable[Row], store: str) -> Iterator[Row]:
    """What the store's log holds of the papers that `gold` names."""
    from kg import api

    wanted = {comparable(row["paper"]) for row in gold}
    for logged in api.open(store).papers():
        if comparable(logged.document.source_title) in wanted:
            yield paper_json(logged.document, logged.extraction)


def _eval_cli(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Papers in the gold format (JSONL).", show_default=False)],
    texts: Annotated[
        Path | None, typer.Option("--texts", metavar="FILE", help="The papers' texts; else GOLD with the ending .txt, else the store.")
    ] = None,
    predicted: Annotated[
        Path | None, typer.Option("--predicted", metavar="FILE", help="Score this file in the gold format; extract nothing.")
    ] = None,
    papers: Annotated[bool, typer.Option("--papers", help="A line per paper.")] = False,
    errors: Annotated[bool, typer.Option("--errors", help="A line per error.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The scores as JSON.")] = False,
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Score the extractor against a gold file: precision, recall and F1."""
    if texts and predicted:
        raise UsageError("--texts and --predicted exclude each other", hint="give the texts to extract from, or what was extracted")
    rows = read_rows(gold)
    beside = gold.with_suffix(".txt")
    if predicted:
        found: Iterable[Row] = read_rows(predicted)
    elif texts or beside.is_file():
        found = predictions(rows, texts or beside)
    else:
        output.say(f"no texts given and no {beside.name} beside the gold file: scoring what {store} holds")
        found = _stored(rows, store)
    scores = score(rows, found)
    if as_json:
        output.emit(output.json_text(scores_json(scores)))
        return
    if papers:
        output.emit(papers_text(scores))
    if errors and scores.errors:
        output.emit("\n".join(scores.errors))
    output.emit(scores_text(scores))
    sys.stdout.flush()


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("eval")(_eval_cli)
