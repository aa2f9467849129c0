"""`kg build --engine spark`: papers through Spark into parts, and these into a store."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import typer

from kg import decisions, parts, vocab
from kg.cli import output, summary
from kg.cli.archive import bring_up
from kg.cli.build import StoppedError, conclude
from kg.errors import UsageError
from kg.log import Log
from kg.model import BuildReport
from kg.opening import Kind, locate
from kg.spark.run import Work, run
from kg.spark.session import MASTER, Settings
from kg.store import layout

_PARTS = ".parts"  # ending of the folder beside a store in which the parts lie until the store has them


def build_on_spark(
    paths: Sequence[str],
    *,
    store: str,
    out: Path | None,
    master: str | None,
    conf: Sequence[str],
    extractor: str,
    format: str | None,
    columns: Mapping[str, str],
    base: str | None,
    log: summary.RunLog,
    json: bool,
) -> None:
    """Build parts in `out`, or where it is None the store `store`; say what was done, and leave with the exit code of `kg build`.

    Raises:
        UsageError: what is asked for is none that Spark can do.
        DependencyError: pyspark or Java is not there.
        SparkError, SourceError, StoreError: as of `kg.spark.run.run` and `kg.parts.load`.
    """
    started = time.monotonic()
    settings = Settings(master or MASTER, output.pairs(list(conf), "--conf", "spark.driver.memory=8g"), verbose=output.verbosity.get() > 0)
    checked = None if base is None else vocab.checked_base(base)
    work = Work(paths, extractor, format, columns, checked or vocab.BASE)
    try:
        if out is not None:
            report = run(work, out, settings, _say)
            _conclude(report, out, time.monotonic() - started, log, json=json)
        else:
            _into_store(work, store, checked, settings, started, log, json=json)
    except KeyboardInterrupt:
        hint = "run the same command again; what was extracted is kept where extraction had ended"
        raise StoppedError("stopped by Ctrl-C", hint=hint) from None


def _into_store(work: Work, store: str, base: str | None, settings: Settings, started: float, log: summary.RunLog, *, json: bool) -> None:
    """Build parts beside the store, under its base and decisions, and load them."""
    from kg import api

    if locate(store).kind is not Kind.FOLDER:
        raise UsageError(f"Spark cannot build into {store}", hint="write parts with --out DIR, then `kg load DIR --store …`")
    folder = Path(store)
    with api.open(store, base=base) as graph:
        bring_up(graph)
        had, own_base = _standing(folder)
        own = replace(work, base=base or own_base or vocab.BASE, decided=decisions.load(folder) if folder.is_dir() else ())
        beside = folder.with_name(folder.name + _PARTS)
        (beside / parts.MANIFEST_FILE).unlink(missing_ok=True)  # of a run that was ended while it loaded: its log is taken over
        report = run(own, beside, settings, _say)
        loaded = parts.load(beside, folder, on_note=lambda note: output.say(note, level=1))
        shutil.rmtree(beside, ignore_errors=True)
        seconds = time.monotonic() - started
        report = _of_store(report, had, loaded)
        log.write("finished", **summary.counts(report, store, seconds))
        conclude(graph, report, store, seconds, json=json)


def _standing(folder: Path) -> tuple[int, str | None]:
    """How many papers a store has, and its base; 0 and None where it is not there."""
    path = folder / layout.LOG_FILE
    if not path.is_file():
        return 0, None
    with Log(path, readonly=True) as log:
        return log.count(), log.meta("base")


def _of_store(report: BuildReport, had: int, loaded: parts.Loaded) -> BuildReport:
    """What was made of all documents, counted as of a store that had so many papers."""
    texts = report.stored + report.joined
    added = min(loaded.added, texts)
    stored = min(max(loaded.papers - had, 0), added)
    return replace(report, stored=stored, joined=added - stored, unchanged=report.unchanged + texts - added, papers=loaded.papers)


def _conclude(report: BuildReport, out: Path, seconds: float, log: summary.RunLog, *, json: bool) -> None:
    log.write("finished", **summary.counts(report, str(out), seconds))
    if report.detected:
        output.say(f"inputs read: {summary.detected(report)}")
    summary.say_refusals(report.rejections, report.refusals)
    output.say(summary.in_words(report, str(out), seconds))
    if json:
        output.emit(output.json_text(summary.as_json(report, str(out), seconds)))
    output.say(f"next: `kg load {out} --store …` brings them into a store, on this machine or behind an address")
    if report.refusals:
        raise typer.Exit(1)


def _say(step: str) -> None:
    output.say(step)
