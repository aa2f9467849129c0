"""A run of the Spark engine: inputs → log and refusals → graph → manifest, in a folder of parts.

What takes longest, extraction, is done once: a run that was ended goes on behind it where input, extractor and program are the same.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from kg import __version__, parts, vocab
from kg.errors import SourceError, StoreError, UsageError
from kg.extract import DEFAULT
from kg.model import BuildReport, Decision, Rejection
from kg.names import digest
from kg.spark import graph, inputs
from kg.spark.extraction import REFUSED, SCHEMA, TEXT, Extracting, refused_row
from kg.spark.graph import Written
from kg.spark.inputs import File
from kg.spark.reading import Piece, pieces
from kg.spark.session import Settings, SparkError, session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

RUN_FILE = "run.json"  # of a folder of parts: what the run reads, by which another one knows that it can go on
_STAGING = "extracted"
_KEPT = 1000  # refusals of one source that are told one by one
_LOG = ", ".join(f"{name} string" for name in (*parts.LOG_COLUMNS, "format"))


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done."""

    paths: Sequence[str]  # as of `kg.spark.inputs.found`
    extractor: str = DEFAULT  # by name: each worker loads its own
    format: str | None = None  # one of `kg.spark.inputs.FORMATS`; None tells each file by its content
    columns: Mapping[str, str] = field(default_factory=dict)  # as of `kg.sources.read`
    base: str = vocab.BASE
    decided: Sequence[Decision] = ()  # decisions under which the graph is made


def run(work: Work, out: Path, settings: Settings, on_step: Callable[[str], None] = lambda _: None) -> BuildReport:
    """Write the parts of a graph into the folder `out`, its manifest last.

    Args:
        work: what is to be read, and how.
        out: a new or empty folder, or that of a run of the same work that did not end; workers must see it under the same path.
        settings: of Spark.
        on_step: told in words what is begun.

    Returns:
        What became of all documents; the first thousand refusals.

    Raises:
        UsageError: the format or the extractor is none that Spark can use; `out` holds other files.
        SourceError: there is nothing to read.
        DependencyError: pyspark or Java is not there.
        SparkError: Spark does not start, or a task failed at all its tries.
    """
    check_call(work, out)
    with session(settings) as spark:
        try:
            return within(spark, work, out, on_step)
        except Exception as error:
            raise _reported(error) from error


def check_call(work: Work, out: Path) -> None:
    """Pass where Spark can do this work, and `out` is a place for it; raises `UsageError` else."""
    if not work.paths:
        raise UsageError("no papers are named", hint="name files or folders: `kg build papers/ --engine spark`")
    if "-" in work.paths:
        raise UsageError("Spark cannot read standard input", hint="name files, folders or URLs")
    if work.format is not None and work.format not in inputs.FORMATS:
        hint = f"Spark reads {', '.join(inputs.FORMATS)}; leave out --engine spark for all others"
        raise UsageError(f"Spark does not read {work.format!r}", hint=hint)
    if (out / parts.MANIFEST_FILE).exists():
        raise UsageError(
            f"{out} holds the parts of a run that has ended", hint=f"bring them into a store with `kg load {out}`, or name another folder"
        )
    if out.exists() and not (out / RUN_FILE).exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty", hint="name a new folder with --out")


def within(spark: SparkSession, work: Work, out: Path, on_step: Callable[[str], None] = lambda _: None) -> BuildReport:
    """As `run`, in a session that is there; errors are Spark's own."""
    found = list(inputs.found(work.paths, spark, work.format))
    files = [one for one in found if isinstance(one, File)]
    rejections = [one for one in found if isinstance(one, Rejection)]
    if not files:
        why = f"{rejections[0].source}: {rejections[0].message}" if rejections else "no file is found"
        raise SourceError(f"there is nothing that Spark can read: {why}", hint="see `kg build --help`")
    out.mkdir(parents=True, exist_ok=True)
    if _goes_on(out, _fingerprint(work, files)):
        on_step("the log of the run before is taken over")
    else:
        on_step(f"extracting from {len(files):,} files on {spark.sparkContext.master}")
        extract(spark, work, files, rejections, out)
    log = spark.read.schema(_LOG).parquet(str(out / parts.LOG))
    on_step("resolving, and writing the graph")
    return _finish(
        work, out, log, {file.path: file.source for file in files}, graph.write(spark, log, str(out), base=work.base, decided=work.decided)
    )


def _fingerprint(work: Work, files: Iterable[File]) -> str:
    """What a log is made of: where it is equal, so is the log."""
    stated = [repr((file.source, file.path, file.kind, file.size, file.modified)) for file in files]
    return digest(__version__, work.extractor, work.format or "", repr(sorted(work.columns.items())), *stated, length=32)


def _goes_on(out: Path, fingerprint: str) -> bool:
    """Whether the folder holds the log of this very work, else it is emptied for it.

    Raises:
        UsageError: it holds what is of another work.
    """
    state = out / RUN_FILE
    if state.exists():
        try:
            known = json.loads(state.read_text(encoding="utf-8"))["fingerprint"]
        except (ValueError, KeyError, TypeError):
            known = ""
        if known != fingerprint:
            raise UsageError(f"{out} holds an unfinished run of other papers", hint="remove it, or name another folder with --out")
        if (out / parts.LOG).is_dir():
            shutil.rmtree(out / parts.GRAPH, ignore_errors=True)
            return True
    state.write_text(json.dumps({"fingerprint": fingerprint}) + "\n", encoding="utf-8")
    for name in (_STAGING, parts.REFUSED, parts.GRAPH):
        shutil.rmtree(out / name, ignore_errors=True)
    return False


def extract(spark: SparkSession, work: Work, files: Sequence[File], rejections: Sequence[Rejection], out: Path) -> None:
    """Write log and refusals, which appear in their places when all of them are written."""
    names = {file.source: file.path for file in files}
    names |= {one.source: os.path.abspath(one.source) for one in rejections if "://" not in one.source}  # noqa: PTH100 (a name as it is)
    refused = list(rejections)
    frames: list[DataFrame] = []
    for piece in pieces(spark, files, work.format, work.columns):
        if isinstance(piece, Piece):
            frames.append(piece.frame.mapInArrow(Extracting(piece.reader, work.extractor, names), SCHEMA))
        else:
            refused.append(piece)
    if refused:
        frames.append(spark.createDataFrame([refused_row(one, names) for one in refused], SCHEMA).coalesce(1))
    staging = out / _STAGING
    reduce(lambda one, other: one.unionAll(other), frames).write.mode("overwrite").partitionBy("kind").parquet(str(staging))
    for kind, name in ((REFUSED, parts.REFUSED), (TEXT, parts.LOG)):  # the log last: where it is, so are the refusals
        written = staging / f"kind={kind}"
        if written.is_dir():
            written.rename(out / name)
        else:
            (out / name).mkdir()
    shutil.rmtree(staging)


def _finish(work: Work, out: Path, log: DataFrame, sources: Mapping[str, str], written: Written) -> BuildReport:
    """Write the manifest, and tell what became of all documents; `sources` has the names of files by their paths."""
    detected = tuple(sorted((sources.get(s, s), format, count) for s, format, count in log.groupBy("source", "format").count().collect()))
    distinct = log.select("key", "hash").distinct().count()
    extractors = sorted(row.extractor for row in log.select("extractor").distinct().collect())
    tables = {name: tuple(_tables(out, name)) for name in (parts.LOG, parts.REFUSED)}
    rejections, refused = _refusals(out)
    manifest = parts.manifest_of(
        base=work.base,
        extractor=", ".join(extractors),
        papers=written.papers,
        log=tables[parts.LOG],
        refusals=tables[parts.REFUSED],
        graph=written.files,
        decided=work.decided,
    )
    parts.write_manifest(out, manifest)
    stored = min(written.papers, distinct)
    return BuildReport(
        stored=stored,
        unchanged=sum(count for _, _, count in detected) - distinct,
        rejections=tuple(replace(one, source=sources.get(one.source, one.source)) for one in rejections),
        papers=written.papers,
        detected=detected,
        refused=tuple((sources.get(source, source), code, documents) for source, code, documents in refused),
        joined=distinct - stored,
    )


def _tables(out: Path, name: str) -> Iterator[parts.PartFile]:
    """The tables of a folder, without what Hadoop's file system left beside them."""
    import pyarrow.parquet

    for left in sorted((out / name).glob(".*.crc")):
        left.unlink()
    for file in sorted((out / name).glob("*.parquet")):
        yield parts.part_file(out, f"{name}/{file.name}", pyarrow.parquet.read_metadata(file).num_rows)


def _refusals(out: Path) -> tuple[tuple[Rejection, ...], tuple[tuple[str, str, int], ...]]:
    """The first refusals of each source, and how many there are: (source, code, documents); sorted by source, and by place as people count."""
    import pyarrow.parquet

    kept: dict[str, list[Rejection]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for file in sorted((out / parts.REFUSED).glob("*.parquet")):
        for batch in pyarrow.parquet.ParquetFile(file).iter_batches(columns=list(parts.REFUSED_COLUMNS)):
            for row in batch.to_pylist():
                rejection = Rejection(**row)
                counts[rejection.source, rejection.code] += 1
                of_source = kept.setdefault(rejection.source, [])
                of_source.append(rejection)
                if len(of_source) > 2 * _KEPT:
                    kept[rejection.source] = sorted(of_source, key=_place)[:_KEPT]
    first = [one for source in sorted(kept) for one in sorted(kept[source], key=_place)[:_KEPT]]
    return tuple(first), tuple((source, code, documents) for (source, code), documents in sorted(counts.items()))


def _place(rejection: Rejection) -> tuple[list[int], str]:
    """Orders places of one source: "line 9" before "line 10"."""
    return [int(number) for number in re.findall(r"\d+", rejection.place)], rejection.place


def _reported(error: Exception) -> Exception:
    """An error of Spark as one for people; any other as it is."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    if not isinstance(error, PySparkException | Py4JError):
        return error
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = next((line for line in reversed(lines) if "Error: " in line or "Exception: " in line), lines[0] if lines else "")
    if "No space left" in str(error):
        return StoreError("no space is left on a disk", hint="make room, and run the same command again: it goes on")
    return SparkError(f"Spark gave up: {said[:300]}", hint="run the same command again, with -v to see what Spark says")
