"""The stages composed: papers are read into the log, all of it is resolved, and the graph is published.

    read → clean → (skip what has not changed) → extract → log → publish

Every input document ends as stored, updated, unchanged or rejected. The log takes whole papers, some at a time in one transaction; the
graph is derived from the log while the build runs and once more at the end, so that readers see what is there, and a kill or Ctrl-C
loses nothing that was reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from kg import extract, sources, text, vocab
from kg.build.commits import Commits, Pace
from kg.build.extraction import extract_each, extract_one, extracted
from kg.build.limits import SECONDS
from kg.build.papers import find
from kg.build.processes import loaded
from kg.build.tally import Tally
from kg.build.workers import Pool
from kg.derivation import publish
from kg.errors import MISTAKES, SourceError, StoreError, UsageError, place_of
from kg.extract import Extractor
from kg.log import Log
from kg.model import BuildReport, Document, Record, Rejection
from kg.sources import Position
from kg.stopwatch import Stopwatch
from kg.store import Writer, create_or_open

_PACE = Pace()


def build(
    paths: Sequence[str],
    *,
    store: str | Path,
    extractor: Extractor | str = extract.DEFAULT,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    enrich: Sequence[str] = (),
    base: str | None = None,
    jobs: int = 1,
    stdin: BinaryIO | None = None,
    position: Position | None = None,
    on_progress: Callable[[int], None] | None = None,
    on_commit: Callable[[int], None] | None = None,
    on_input: Callable[[str, str], None] | None = None,
    on_refusal: Callable[[Rejection], None] | None = None,
    pace: Pace = _PACE,
    document_seconds: float = SECONDS,
    watch: Stopwatch | None = None,
) -> BuildReport:
    """Read papers into the store's log and bring its graph up to date, now and then while it reads and at the end.

    Args:
        paths: files, folders, or "-" for standard input; none where a store is there and `enrich` names something.
        store: the store folder; made where it is absent.
        extractor: what reads the papers, by name or as it is. With `jobs` every process loads the name anew, or gets a pickled copy.
        format: how to read the sources; found out from each by default.
        columns: which column of a table holds what; see `kg.sources.read`.
        enrich: files and folders read after the others, of which only texts of papers that are in the store then are taken.
        base: where data IRIs begin; the store keeps it, and another one than before renames everything.
        jobs: processes that extract; the result is the same for any number.
        stdin: where "-" is read from.
        position: told how far reading is.
        on_progress: called with the number of documents done so far.
        on_commit: called with the number of documents done that are on disk and published, whatever happens next.
        on_input: called with source and format at the first paper that is read of a source in a format.
        on_refusal: called with each refusal that is kept: of a source the first thousand, then one for all others.
        pace: how often that is; the graph is the same for any.
        document_seconds: that extracting 100,000 characters may take; a document that takes longer is refused.
        watch: told what the stages take.

    Raises:
        UsageError: no path is given, `jobs` is below 1, or no extractor has the name.
        ExtractorError: the package that has the name gives no extractor.
        SourceError: none of the paths exists.
        StoreError: the store is locked, of another version, or cannot be written; or absent where there are no `paths`.
    """
    check_call(paths, jobs, enrich)
    if not paths and not Path(store).is_dir():
        raise StoreError(f"there is no store at {store} to enrich", hint="create it with `kg build PATH…`")
    watch = watch or Stopwatch()
    with watch.stage("start"):
        reader = loaded(extractor)
    with create_or_open(store) as folder, _log(folder) as log:
        if base is not None and base != log.meta("base"):
            log.set_meta("base", vocab.checked_base(base))
        tally = Tally(log, on_refusal)
        commits = Commits(log, lambda: publish(folder, log, watch=watch), pace, on_commit, empty=folder.published() is None)
        try:
            with log.batch(), Pool(reader, extractor, jobs, extract_each, document_seconds, watch) as pool:
                given = sources.read(paths, format=format, stdin=stdin, columns=columns, position=position)
                for read in (
                    _documents(given, log, tally, on_input, watch),
                    _known(_documents(sources.read(enrich), log, tally, on_input, watch), log, tally),
                ):
                    for item in extracted(read, log, pool, watch):
                        with watch.stage("log"):
                            tally.add(*item, pool.version)
                            commits.step(tally.done)
                        if on_progress is not None:
                            on_progress(tally.done)
                with watch.stage("log"):
                    log.end()
        except KeyboardInterrupt:
            tally.interrupted = True
        with watch.stage("log"):
            tally.end()
            commits.finish(tally.done)
            return tally.report()


def rebuild(store: str | Path, *, extractor: Extractor | None = None, on_progress: Callable[[int], None] | None = None) -> BuildReport:
    """Derive the graph from the log again, all files anew; no source is read.

    Args:
        store: the store folder.
        extractor: when given, papers that another version extracted are extracted again, from the text in the log.
        on_progress: called with the number of papers extracted again.

    Raises:
        StoreError: there is no store, or it is locked, of another version, or cannot be written.
    """
    if not Path(store).is_dir():
        raise StoreError(f"there is no store at {store}", hint="create it with `kg build PATH…`")
    with create_or_open(store) as folder, _log(folder) as log:
        updated, unchanged, rejections = 0, 0, []
        for document, version in list(log.texts()):
            if extractor is None or version == extractor.version:
                unchanged += 1
                continue
            result = extract_one(extractor, document)
            if isinstance(result, Rejection):
                log.reject(result)
                rejections.append(result)
                continue
            log.renew(document, result, extractor.version)
            updated += 1
            if on_progress is not None:
                on_progress(updated)
        publish(folder, log, anew=True)
        refused = Counter((rejection.source, rejection.code) for rejection in rejections)
        counts = tuple((source, code, documents) for (source, code), documents in refused.items())
        return BuildReport(updated=updated, unchanged=unchanged, rejections=tuple(rejections), papers=log.count(), refused=counts)


def remove(papers: Iterable[str], *, store: str | Path) -> tuple[str, ...]:
    """Take papers out of the store with all that only they say; the keys that were removed, sorted.

    Args:
        papers: each by key, IRI, identifier (arXiv, DOI, …) or exact title.
        store: the store folder.

    Raises:
        UsageError: one of them names no paper; then nothing is removed.
        StoreError: there is no store, or it is locked, of another version, or cannot be written.
    """
    if not Path(store).is_dir():
        raise StoreError(f"there is no store at {store}", hint="create it with `kg build PATH…`")
    with create_or_open(store) as folder, _log(folder) as log:
        documents = tuple(log.documents())
        keys = {find(name, documents, log.meta("base") or vocab.BASE) for name in papers}
        removed = log.remove(keys)
        publish(folder, log)
        return removed


def _documents(
    read: Iterable[Record | Rejection], log: Log, tally: Tally, on_input: Callable[[str, str], None] | None, watch: Stopwatch
) -> Iterator[Document | Rejection]:
    """Clean documents and rejections in reading order; notes which sources were read, and how."""
    for item in watch.each("read", read):
        if isinstance(item, Rejection):
            yield item
            continue
        log.begin(item.source)
        with watch.stage("clean"):
            document = cleaned(item)
        if isinstance(document, Document):
            if on_input is not None and (item.source, item.format) not in tally.detected:
                on_input(item.source, item.format)
            tally.detected[item.source, item.format] += 1
        yield document


def _known(documents: Iterable[Document | Rejection], log: Log, tally: Tally) -> Iterator[Document | Rejection]:
    """Those documents that are texts of papers in the log, and all rejections; the others are counted."""
    for item in documents:
        if isinstance(item, Rejection) or log.knows(item):
            yield item
        else:
            tally.passed_over += 1


def cleaned(record: Record) -> Document | Rejection:
    """The document that a record gives, or why it gives none; a mistake in cleaning costs this paper alone."""
    try:
        document = text.clean(record)
        if isinstance(document, Document):
            _ = document.content_hash  # what has one can be written
    except MISTAKES as error:
        message = f"cleaning failed with {place_of(error)}: please report this paper; the others are not affected"
        return Rejection(record.source, record.place, "clean", "cleaning-failed", message)
    return document


def _log(folder: Writer) -> Log:
    """The log of a store, new where the store is; a graph without its log is left alone, as it would be derived from nothing."""
    if not folder.log_path.exists() and folder.published(opened=False) is not None:
        raise StoreError(
            f"{folder.log_path} is missing: the graph was made of it and can be read, but not built on",
            hint="restore the store folder from a backup, or build a new store from your papers with --store",
        )
    return Log(folder.log_path)


def check_call(paths: Sequence[str], jobs: int, enrich: Sequence[str] = ()) -> None:
    """Pass where there is something to read and somebody to extract; raises `UsageError` and `SourceError` as `build` does."""
    named = [*paths, *enrich]
    if not named:
        raise UsageError("no papers are named", hint="name files or folders: `kg build papers/`")
    if jobs < 1:
        raise UsageError(f"{jobs} processes cannot work", hint="use --jobs 1 or more")
    if not any(path == "-" or Path(path).exists() for path in named):
        raise SourceError(f"there is no {' and no '.join(named[:3])}", hint="check the path; nothing was read or written")
