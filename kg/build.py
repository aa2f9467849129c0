"""The stages composed: papers are read into the log, all of it is resolved, and the graph is published.

    read → clean → (skip what has not changed) → extract → log → publish

Every input document ends as stored, updated, unchanged or rejected. The log takes paper by paper, so that a kill or Ctrl-C
loses nothing that was reported; the graph is derived from the log at the end, in one step.
"""

from __future__ import annotations

import signal
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Self

from kg import extract, sources, text, vocab
from kg.derivation import publish
from kg.errors import KgError, SourceError, StoreError, UsageError
from kg.extract import Extractor, checked
from kg.graph import paper_triples
from kg.log import Log
from kg.model import BuildReport, Document, Extraction, Identifier, LoggedPaper, Record, Rejection
from kg.names import normal_form
from kg.resolve import Decided, state, uses
from kg.store import create_or_open
from kg.text.identity import identifiers
from kg.text.identity import key as paper_key
from kg.vocab import FOLDER

_AHEAD = 4  # documents per worker that are extracted ahead of the one that is logged next

# What a mistake in an extractor raises for one paper. Not BaseException, and neither OSError nor MemoryError: those are about
# this machine and would come again with the next paper.
_MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError)

_Result = Extraction | Rejection


def build(
    paths: Sequence[str],
    *,
    store: str | Path,
    extractor: Extractor | str = extract.DEFAULT,
    format: str | None = None,
    base: str | None = None,
    jobs: int = 1,
    stdin: BinaryIO | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> BuildReport:
    """Read papers into the store's log and bring its graph up to date.

    Args:
        paths: files, folders, or "-" for standard input.
        store: the store folder; made where it is absent.
        extractor: what reads the papers, by name or as it is. With `jobs` every process loads the name anew, or gets a pickled copy.
        format: how to read the sources; found out from each by default.
        base: where data IRIs begin; the store keeps it, and another one than before renames everything.
        jobs: processes that extract; the result is the same for any number.
        stdin: where "-" is read from.
        on_progress: called with the number of documents done so far.

    Raises:
        UsageError: no path is given, `jobs` is below 1, or no extractor has the name.
        ExtractorError: the package that has the name gives no extractor.
        SourceError: none of the paths exists.
        StoreError: the store is locked, of another version, or cannot be written.
    """
    _check_call(paths, jobs)
    reader = _loaded(extractor)
    with create_or_open(store) as folder, Log(folder.log_path) as log:
        if base is not None and base != log.meta("base"):
            log.set_meta("base", base)
        tally = _Tally(log)
        try:
            with _Pool(reader, extractor, jobs) as pool:
                for item in _extracted(_documents(sources.read(paths, format=format, stdin=stdin), log, tally), log, pool):
                    tally.add(*item, pool.version)
                    if on_progress is not None:
                        on_progress(tally.done)
        except KeyboardInterrupt:
            tally.interrupted = True
        log.commit()
        publish(folder, log)
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
    with create_or_open(store) as folder, Log(folder.log_path) as log:
        papers = list(log.papers())
        updated, rejections = 0, []
        for paper in papers:
            if extractor is None or paper.extractor == extractor.version:
                continue
            result = _extract(extractor, paper.document)
            if isinstance(result, Rejection):
                log.reject(result)
                rejections.append(result)
                continue
            log.renew(paper.document, result, extractor.version)
            updated += 1
            if on_progress is not None:
                on_progress(updated)
        publish(folder, log, anew=True)
        unchanged = len(papers) - updated - len(rejections)
        return BuildReport(updated=updated, unchanged=unchanged, rejections=tuple(rejections), papers=len(papers))


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
    with create_or_open(store) as folder, Log(folder.log_path) as log:
        documents = tuple(log.documents())
        keys = {_find(name, documents, log.meta("base") or vocab.BASE) for name in papers}
        removed = log.remove(keys)
        publish(folder, log)
        return removed


@dataclass
class _Tally:
    """Logs what comes out of extraction, in the order of the input, and counts it."""

    log: Log
    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    detected: Counter[tuple[str, str]] = field(default_factory=Counter)
    interrupted: bool = False

    @property
    def done(self) -> int:
        return self.stored + self.updated + self.unchanged + len(self.rejections)

    def add(self, document: Document | None, result: _Result | None, version: str) -> None:
        """Log one document with its result; None as result where it was in the log already."""
        if isinstance(result, Rejection):
            self.log.reject(result)
            self.rejections.append(result)
        elif document is not None and result is not None:
            known = document.key in self.log
            self.log.put(document, result, version)
            self.updated += known
            self.stored += not known
        elif document is not None:
            self.log.touch(document)
            self.unchanged += 1

    def report(self) -> BuildReport:
        detected = tuple((source, format, papers) for (source, format), papers in self.detected.items())
        papers = self.log.count()
        return BuildReport(self.stored, self.updated, self.unchanged, tuple(self.rejections), self.interrupted, papers, detected)


class _Pool:
    """Extracts documents, in this process or in several; a context manager that ends them."""

    def __init__(self, extractor: Extractor, source: Extractor | str, jobs: int) -> None:
        """Extract with `extractor` here, or with what processes make of `source`, its name or itself."""
        self._extractor = extractor
        self.version = extractor.version
        self.ahead = 0 if jobs == 1 else jobs * _AHEAD
        self._workers: ProcessPoolExecutor | None = None
        if jobs > 1:
            import multiprocessing

            spawn = multiprocessing.get_context("spawn")  # a fork would copy locks and threads of whoever calls us
            self._workers = ProcessPoolExecutor(jobs, spawn, initializer=_start_worker, initargs=(source,))

    def submit(self, document: Document) -> Future[_Result]:
        """The result to come for a document."""
        if self._workers is not None:
            return self._workers.submit(_extract_in_worker, document)
        future: Future[_Result] = Future()
        future.set_result(_extract(self._extractor, document))
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._workers is not None:
            self._workers.shutdown(wait=True, cancel_futures=True)


_of_worker: list[Extractor] = []  # the extractor of a worker process, loaded once


def _start_worker(source: Extractor | str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which lets us finish the paper at hand
    _of_worker.append(_loaded(source))


def _loaded(extractor: Extractor | str) -> Extractor:
    return extract.load(extractor) if isinstance(extractor, str) else extractor


def _extract_in_worker(document: Document) -> _Result:
    return _extract(_of_worker[0], document)


def _extract(extractor: Extractor, document: Document) -> _Result:
    """The extraction of a document, or why there is none.

    An extraction that breaks a promise does not enter the log, whoever made it. One paper that the extractor, or the graph made of it,
    cannot cope with must not stop thousands of others; so mistakes in the code are caught here, at the border of one paper, and end in
    quarantine with their place.
    """
    try:
        extraction = checked.extract(extractor, document)
        if isinstance(extraction, Rejection):
            return extraction
        _check_publishable(LoggedPaper(document, extraction, extractor.version))
    except _MISTAKES as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        message = f"extraction failed with {what} ({where}): please report this paper; the others are not affected"
        return Rejection(document.source, document.place, "extract", "extraction-failed", message)
    return extraction


def _check_publishable(paper: LoggedPaper) -> None:
    """Pass where a graph can be made of a paper: what enters the log can be published."""
    found = uses(paper, Decided())
    ids = {index: f"{FOLDER[use.type]}/{index}" for index, use in enumerate(found)}
    paper_triples(paper.document, state(paper, ids, Decided()))


def _documents(read: Iterable[Record | Rejection], log: Log, tally: _Tally) -> Iterator[Document | Rejection]:
    """Clean documents and rejections in reading order; notes which sources were read, and how."""
    for item in read:
        if isinstance(item, Rejection):
            yield item
            continue
        log.begin(item.source)
        document = text.clean(item)
        if isinstance(document, Document):
            tally.detected[item.source, item.format] += 1
        yield document


def _extracted(items: Iterable[Document | Rejection], log: Log, pool: _Pool) -> Iterator[tuple[Document | None, _Result | None]]:
    """Documents with what was found in them (None where the log has it already), in input order; rejections pass through."""
    waiting: deque[tuple[Document | Rejection, Future[_Result] | None]] = deque()
    pending: dict[tuple[str, str], Future[_Result]] = {}

    def first() -> tuple[Document | None, _Result | None]:
        item, future = waiting.popleft()
        if isinstance(item, Rejection):
            return None, item
        if future is None or log.has(item, pool.version):
            return item, None
        try:
            result = future.result()
        except BrokenProcessPool as error:
            hint = "run the same command again, with --jobs 1 if memory is short; what was stored so far is kept"
            raise KgError("an extraction process was killed", hint=hint) from error
        pending.pop((item.key, item.content_hash), None)
        if isinstance(result, Rejection):  # the same text may have been submitted from another place
            result = replace(result, source=item.source, place=item.place)
        return item, result

    for item in items:
        future = None
        if isinstance(item, Document) and not log.has(item, pool.version):
            identity = (item.key, item.content_hash)
            future = pending.get(identity) or pool.submit(item)
            pending[identity] = future
        waiting.append((item, future))
        while len(waiting) > pool.ahead:
            yield first()
    while waiting:
        yield first()


def _check_call(paths: Sequence[str], jobs: int) -> None:
    if not paths:
        raise UsageError("no papers are named", hint="name files or folders: `kg build papers/`")
    if jobs < 1:
        raise UsageError(f"{jobs} processes cannot work", hint="use --jobs 1 or more")
    if not any(path == "-" or Path(path).exists() for path in paths):
        raise SourceError(f"there is no {' and no '.join(paths[:3])}", hint="check the path; nothing was read or written")


def _find(name: str, documents: Sequence[Document], base: str) -> str:
    """The key of the paper that `name` stands for."""
    bare = name.strip().removeprefix(base).removeprefix("paper/").removeprefix("paper:")
    wanted = identifiers([Identifier("", bare)])[0]
    tests: tuple[Callable[[Document], bool], ...] = (
        lambda d: d.key == bare,
        lambda d: d.key == paper_key(wanted, bare) or any(i in d.identifiers for i in wanted),
        lambda d: bare in (d.title, d.source_title),
        lambda d: normal_form(d.title) == normal_form(bare) != "",
    )
    for test in tests:
        found = [document.key for document in documents if test(document)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{len(found)} papers are called {name!r}", hint=f"use the key: {', '.join(found[:5])}")
    raise UsageError(f"there is no paper {name!r} in the store", hint=_near(bare, documents))


def _near(name: str, documents: Sequence[Document]) -> str:
    from rapidfuzz import fuzz, process

    titles = {document.key: document.title for document in documents}
    close = process.extract(name, titles, scorer=fuzz.token_set_ratio, limit=5, score_cutoff=50)
    if not close:
        return "`kg search` finds papers by words of their title"
    return "did you mean: " + "; ".join(f"{title} ({key})" for title, _, key in close)
