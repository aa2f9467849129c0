"""`kg eval`: how well extraction does against a gold file, as the gold guidelines score it, or against an annotated corpus."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli import output
from kg.cli.extract import paper_json
from kg.cli.options import DEFAULT_STORE, Extractor, Quiet, Store, Verbose
from kg.errors import SourceError, UsageError
from kg.evaluate import (
    Difference,
    Interval,
    Measure,
    MentionScores,
    Row,
    Scores,
    comparable,
    differences,
    documents,
    read_rows,
    score,
    score_mentions,
    sentence_of,
)
from kg.extract import DEFAULT
from kg.model import Document, Rejection

_KINDS = ("core", "entity", "untyped", "role", "relation", "link")
_WHOLE = {"mention": "mention", "untyped": "untyped", "name": "name", "relation": "Rel", "relation_typed": "Rel+"}


# Graphs


def scores_text(scores: Scores) -> str:
    """The scores as lines for people: six kinds, then a line per type, then the papers."""
    lines = [f"{kind:9s} {_prf(getattr(scores, kind), scores.intervals.get(kind))}" for kind in _KINDS]
    for name, (p, r, f1, tp, fp, fn) in scores.types.items():
        lines.append(f"  {name:13s} {_prf((p, r, f1), scores.type_intervals[name])}  (tp {tp}, fp {fp}, fn {fn})")
    lines.append(f"papers {len(scores.papers)}, without an error {scores.perfect}, macro F1 {scores.macro_f1:.3f}")
    return "\n".join(lines)


def _prf(prf: tuple[float, float, float], interval: Interval | None) -> str:
    """Precision, recall, F1 and its 95 % interval."""
    spread = f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
    return "P {:.3f}  R {:.3f}  F1 {:.3f}".format(*prf) + spread


def papers_text(scores: Scores) -> str:
    """A line per paper: F1, precision, recall, counts, title."""
    return "\n".join(
        f"{paper.prf[2]:5.2f}  P {paper.prf[0]:4.2f} R {paper.prf[1]:4.2f}  tp {paper.tp:2d} fp {paper.fp:2d} fn {paper.fn:2d}  {paper.title[:80]}"
        for paper in scores.papers
    )


def scores_json(scores: Scores) -> dict[str, Any]:
    """The scores as JSON holds them; a paper is [title, precision, recall, F1, tp, fp, fn], an interval [lower, upper] of F1."""
    whole = dataclasses.asdict(dataclasses.replace(scores, papers=(), mistakes=()))
    del whole["mistakes"]
    whole["papers"] = [[paper.title, *paper.prf, paper.tp, paper.fp, paper.fn] for paper in scores.papers]
    return {**whole, "errors": list(scores.errors)}


def quoted_mistakes(scores: Scores, texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Each mistake with the sentence it concerns, "" where none is known.

    Args:
        scores: with the mistakes.
        texts: `Document.text` by the title's comparable form.
    """
    return [
        {"paper": mistake.paper, "error": mistake.text, "sentence": sentence_of(mistake, texts.get(comparable(mistake.paper), ""))}
        for mistake in scores.mistakes
    ]


def predictions(papers: Iterable[Document], extractor: str) -> Iterator[Row]:
    """What the extractor of this name finds in `papers`, in the gold format; papers that it fails at are told on standard error."""
    from kg.extract import checked, load

    reader = load(extractor)
    for document in papers:
        found = checked.extract(reader, document)
        if isinstance(found, Rejection):
            output.say(output.refusal(found), level=-1)
        else:
            yield paper_json(document, found)


def _wanted(rows: Sequence[Row], texts: Path) -> list[Document]:
    """The papers of `texts` that the gold names; refused and missing ones are told on standard error."""
    titles = {comparable(row["paper"]) for row in rows}
    found: list[Document] = []
    for document in documents(texts):
        if isinstance(document, Rejection):
            output.say(output.refusal(document), level=-1)
        elif comparable(document.source_title) in titles:
            found.append(document)
    missing = len(titles - {comparable(document.source_title) for document in found})
    if missing:
        output.say(f"{missing} of {len(titles)} papers are not in {texts}; they count as if nothing were found in them", level=-1)
    return found


def _stored(rows: Sequence[Row], store: str) -> tuple[list[Document], list[Row]]:
    """What the store's log holds of the papers that the gold names: texts, and what was extracted."""
    from kg import api

    titles = {comparable(row["paper"]) for row in rows}
    kept = [logged for logged in api.open(store).papers() if comparable(logged.document.source_title) in titles]
    return [logged.document for logged in kept], [paper_json(logged.document, logged.extraction) for logged in kept]


def _eval_graphs(
    gold: Path, texts: Path | None, predicted: Path | None, extractor: str, store: str, errors: bool
) -> tuple[Scores, dict[str, str]]:
    """The scores, and the papers' texts by comparable title; texts are read beside `predicted` only where errors are quoted."""
    rows = read_rows(gold)
    beside = texts or (gold.with_suffix(".txt") if gold.with_suffix(".txt").is_file() else None)
    papers: list[Document] = []
    found: Iterable[Row]
    if predicted:
        found = read_rows(predicted)
        papers = _wanted(rows, beside) if beside and errors else []
    elif beside:
        papers = _wanted(rows, beside)
        found = predictions(papers, extractor)
    else:
        output.say(f"no texts given and no {gold.with_suffix('.txt').name} beside the gold file: scoring what {store} holds")
        papers, found = _stored(rows, store)
    return score(rows, found), {comparable(document.source_title): document.text for document in papers}


def _print_graphs(scores: Scores, texts: Mapping[str, str], *, papers: bool, errors: bool, as_json: bool) -> None:
    mistakes = quoted_mistakes(scores, texts) if errors else []
    if as_json:
        output.emit(output.json_text({**scores_json(scores), **({"mistakes": mistakes} if errors else {})}))
        return
    if papers:
        output.emit(papers_text(scores))
    for mistake in mistakes:
        output.emit("\n    ".join(output.one_line(part) for part in (mistake["error"], mistake["sentence"]) if part))
    output.emit(scores_text(scores))


# Annotated corpora


def mention_scores_text(scores: MentionScores) -> str:
    """The scores as lines for people: mentions, a line per type, then relations where the corpus has any."""
    lines = [_measure(_WHOLE[kind], getattr(scores, kind)) for kind in ("mention", "untyped", "name")]
    lines += [f"  {_measure(name, one, 13)}" for name, one in scores.types.items()]
    if scores.relation_types:
        lines += [_measure(_WHOLE[kind], getattr(scores, kind)) for kind in ("relation", "relation_typed")]
        lines += [f"  {_measure(name, one, 14)}" for name, one in scores.relation_types.items()]
    lines.append(f"sentences {scores.sentences}, documents {scores.documents}")
    lines.append(
        f"sentences without a gold span {scores.empty_sentences}, mentions found in them {scores.false_mentions}"
        f" ({scores.false_per_1000:.0f} per 1,000)"
    )
    return "\n".join(lines)


def _measure(name: str, one: Measure, width: int = 9) -> str:
    return f"{name:{width}s} {_prf(one.prf, one.interval)}  (tp {one.tp}, fp {one.fp}, fn {one.fn})"


def mention_scores_json(scores: MentionScores) -> dict[str, Any]:
    """The scores as JSON holds them; `prf` is [precision, recall, F1], an interval [lower, upper] of F1."""
    return {**dataclasses.asdict(scores), "false_per_1000": scores.false_per_1000}


def _eval_corpus(corpus: str, path: Path, model: Path | None, types: str | None) -> tuple[MentionScores, list[Difference]]:
    from kg import corpora

    gold = list(corpora.read(corpus, path))
    if not gold:
        raise SourceError(f"{path} holds no sentence", hint=f"give a file of {corpus}")
    from kg.extract.learned import WEIGHTS
    from kg.extract.tagger.corpus import open_sentence_tagger

    predicted = open_sentence_tagger(model or WEIGHTS, corpus).tag(gold)
    if types is not None:
        kept = [type.strip() for type in types.split(",")]
        known = sorted({span.type for sentence in [*gold, *predicted] for span in sentence.spans})
        unknown = [type for type in kept if type not in known]
        if unknown:
            raise UsageError(f"--types: {path} has no type {unknown[0]!r}", hint=f"its types are {', '.join(known)}")
        gold, predicted = ([corpora.only(sentence, kept) for sentence in sentences] for sentences in (gold, predicted))
    return score_mentions(gold, predicted), list(differences(gold, predicted))


def _print_corpus(scores: MentionScores, found: Sequence[Difference], *, errors: bool, as_json: bool) -> None:
    if as_json:
        shown = {"errors": [dataclasses.asdict(each) for each in found]} if errors else {}
        output.emit(output.json_text({**mention_scores_json(scores), **shown}))
        return
    for each in found if errors else ():
        output.emit(f"{output.one_line(f'{each.document}: {each.text}')}\n    {output.one_line(each.sentence)}")
    output.emit(mention_scores_text(scores))


def _check_options(corpus: str | None, for_graphs: Mapping[str, object], for_corpora: Mapping[str, object]) -> None:
    """Raise `UsageError` where an option stands with the other kind of file, or two options exclude each other."""
    wrong = [option for option, value in (for_graphs if corpus else for_corpora).items() if value]
    if wrong and corpus:
        raise UsageError(f"{wrong[0]} does not go with --corpus", hint="leave one of the two out")
    if wrong:
        raise UsageError(f"{wrong[0]} needs --corpus", hint="say of which corpus the file is: --corpus scier")
    if for_graphs["--texts"] and for_graphs["--predicted"]:
        raise UsageError("--texts and --predicted exclude each other", hint="give the texts to extract from, or what was extracted")


def _eval_cli(
    context: typer.Context,
    gold: Annotated[
        Path, typer.Argument(metavar="GOLD", help="Papers in the gold format (JSONL), or a file of --corpus.", show_default=False)
    ],
    corpus: Annotated[
        str | None,
        typer.Option("--corpus", metavar="NAME", help="GOLD is annotated sentences: crossner, scier, scirex, somesci or tdmsci."),
    ] = None,
    model: Annotated[Path | None, typer.Option("--model", metavar="DIR", help="With --corpus: the model; else the shipped one.")] = None,
    types: Annotated[str | None, typer.Option("--types", metavar="A,B", help="With --corpus: score these entity types only.")] = None,
    texts: Annotated[
        Path | None, typer.Option("--texts", metavar="FILE", help="The papers' texts; else GOLD with the ending .txt, else the store.")
    ] = None,
    predicted: Annotated[
        Path | None, typer.Option("--predicted", metavar="FILE", help="Score this file in the gold format; extract nothing.")
    ] = None,
    extractor: Extractor = DEFAULT,
    papers: Annotated[bool, typer.Option("--papers", help="A line per paper.")] = False,
    errors: Annotated[bool, typer.Option("--errors", help="Each error, with the sentence it concerns.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The scores as JSON.")] = False,
    store: Store = DEFAULT_STORE,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    source = context.get_parameter_source("extractor")
    asked = source is not None and source.name == "COMMANDLINE"  # the environment's choice is for other commands too
    _check_options(
        corpus,
        {"--texts": texts, "--predicted": predicted, "--extractor": asked, "--papers": papers},
        {"--model": model, "--types": types},
    )
    if corpus:
        _print_corpus(*_eval_corpus(corpus, gold, model, types), errors=errors, as_json=as_json)
    else:
        scores, found = _eval_graphs(gold, texts, predicted, extractor, store, errors)
        _print_graphs(scores, found, papers=papers, errors=errors, as_json=as_json)
    sys.stdout.flush()


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("eval")(_eval_cli)
