"""What a build would do, without doing it: the inputs are read and held against the log, and a few papers are extracted to tell the time.

Papers are read to the end of the inputs or to a bound; beyond it, figures grow with the share of bytes that was read.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from kg import extract, sources
from kg.build.building import check_call, cleaned
from kg.build.extraction import extract_one
from kg.build.processes import loaded
from kg.extract import Extractor
from kg.log import Log
from kg.model import Document, Rejection
from kg.sources import Position

MAX_PAPERS = 20_000  # read and counted,
MAX_SECONDS = 20.0  # and no longer than this
MAX_TITLES = 5
MAX_REJECTIONS = 1000  # kept in the plan; all are counted
_SAMPLE = 10  # papers that are extracted; one more before them, which loads what is loaded late
_POOL = 500  # that these are taken from, evenly
_PUBLISHING = 0.012  # seconds for each paper of the store, measured with 2,000 abstracts
_BYTES = 35_000  # of a store for each paper, measured with 600 abstracts


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build would do. `papers` and the counts of kinds are of what was read; `share` says how much that is."""

    papers: int  # read and not refused
    new: int
    updated: int  # in the store with another text, or by another extractor
    unchanged: int  # in the store already, or the same paper once more in the inputs
    formats: tuple[tuple[str, int, int], ...]  # (format, inputs, papers), the most papers first
    refused: tuple[tuple[str, str, int], ...]  # (source, code, documents)
    rejections: tuple[Rejection, ...]  # the first of these
    titles: tuple[str, ...]  # of the first papers
    complete: bool  # whether all inputs were read to their ends
    share: float | None  # of the bytes of all inputs that was read, in (0, 1]; None where that is not known
    seconds_per_paper: float | None  # that extracting takes, measured; None where nothing is to be extracted
    seconds: float | None  # that the build would take; None where it cannot be told
    disk: int | None  # bytes that the store would grow by; None likewise

    @property
    def refusals(self) -> int:
        """How many documents would be refused, of those read."""
        return sum(documents for _, _, documents in self.refused)

    def in_all(self, count: int) -> int | None:
        """About how many there are in all inputs, where there were `count` in what was read."""
        return None if self.share is None else round(count / self.share)


@dataclass
class _Seen:
    """What reading has found so far."""

    papers: int = 0
    refusals: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    inputs: dict[str, dict[str, int]] = field(default_factory=dict)  # format → source → papers
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    to_extract: list[Document] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)  # key → content hash

    def refuse(self, rejection: Rejection) -> None:
        self.refusals += 1
        self.refused[rejection.source, rejection.code] += 1
        if len(self.rejections) < MAX_REJECTIONS:
            self.rejections.append(rejection)

    def add(self, document: Document, format: str, log: Log | None, version: str) -> None:
        self.papers += 1
        of_format = self.inputs.setdefault(format, {})
        of_format[document.source] = of_format.get(document.source, 0) + 1
        if len(self.titles) < MAX_TITLES:
            self.titles.append(document.title)
        kind = self._kind(document, log, version)
        self.kinds[kind] += 1
        self.keys[document.key] = document.content_hash
        if kind != "unchanged" and len(self.to_extract) < _POOL:
            self.to_extract.append(document)

    def _kind(self, document: Document, log: Log | None, version: str) -> str:
        if self.keys.get(document.key) == document.content_hash or (log is not None and log.has(document, version)):
            return "unchanged"
        return "updated" if document.key in self.keys or (log is not None and document.key in log) else "new"


def plan(
    paths: Sequence[str],
    *,
    log: Path | None,
    extractor: Extractor | str = extract.DEFAULT,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    jobs: int = 1,
    stdin: BinaryIO | None = None,
) -> Plan:
    """What `build` would do with the same arguments; nothing is written.

    Args:
        paths: files, folders, or "-" for standard input.
        log: the extraction log of the store; None where there is no store yet.
        extractor: what would read the papers, by name or as it is.
        format: how to read the sources; found out from each by default.
        columns: which column of a table holds what.
        jobs: processes that would extract.
        stdin: where "-" is read from.

    Raises:
        UsageError, ExtractorError, SourceError: as of `build`.
        StoreError: the log is damaged, or of another version.
    """
    check_call(paths, jobs)
    reader = loaded(extractor)
    position, seen = Position(), _Seen()
    if log is None:
        share = _read(
            sources.read(paths, format=format, stdin=stdin, columns=columns, position=position), position, seen, None, reader.version
        )
        return _plan(seen, share, reader, jobs, (0, _BYTES))
    with Log(log, readonly=True) as kept:
        share = _read(
            sources.read(paths, format=format, stdin=stdin, columns=columns, position=position), position, seen, kept, reader.version
        )
        papers = kept.count()
    return _plan(seen, share, reader, jobs, (papers, _folder_bytes(log.parent) // papers if papers else _BYTES))


def _read(read: sources.Found, position: Position, seen: _Seen, log: Log | None, version: str) -> tuple[bool, float | None]:
    """Read until the bound; whether that was all, and the share of the bytes that it was."""
    end = time.monotonic() + MAX_SECONDS
    for item in read:
        document = item if isinstance(item, Rejection) else cleaned(item)
        if isinstance(document, Rejection):
            seen.refuse(document)
        elif not isinstance(item, Rejection):
            seen.add(document, item.format, log, version)
        if seen.papers + seen.refusals >= MAX_PAPERS or time.monotonic() > end:
            share = position.done / position.total if position.total and position.done else None
            return (True, 1.0) if next(read, None) is None else (False, share)
    return True, 1.0


def _plan(seen: _Seen, read: tuple[bool, float | None], reader: Extractor, jobs: int, store: tuple[int, int]) -> Plan:
    complete, share = read
    work = seen.kinds["new"] + seen.kinds["updated"]
    pace = _seconds_per_paper(seen.to_extract, reader)
    before, bytes_per_paper = store
    seconds = disk = None
    if share is not None:
        stored = before + seen.kinds["new"] / share
        seconds = (pace or 0.0) * work / share / min(jobs, os.cpu_count() or 1) + _PUBLISHING * stored
        disk = round(bytes_per_paper * seen.kinds["new"] / share)
    formats = sorted(((name, len(found), sum(found.values())) for name, found in seen.inputs.items()), key=lambda one: (-one[2], one[0]))
    return Plan(
        papers=seen.papers,
        new=seen.kinds["new"],
        updated=seen.kinds["updated"],
        unchanged=seen.kinds["unchanged"],
        formats=tuple(formats),
        refused=tuple((source, code, documents) for (source, code), documents in seen.refused.items()),
        rejections=tuple(seen.rejections),
        titles=tuple(seen.titles),
        complete=complete,
        share=share,
        seconds_per_paper=pace,
        seconds=seconds,
        disk=disk,
    )


def _seconds_per_paper(documents: Sequence[Document], reader: Extractor) -> float | None:
    if not documents:
        return None
    step = max(1, len(documents) // _SAMPLE)
    chosen = documents[::step][:_SAMPLE]
    extract_one(reader, chosen[0])
    started = time.perf_counter()
    for document in chosen:
        extract_one(reader, document)
    return (time.perf_counter() - started) / len(chosen)


def _folder_bytes(folder: Path) -> int:
    """Bytes of the files of a store; those of several names count once."""
    found = {(state.st_dev, state.st_ino): state.st_size for path in folder.rglob("*") if path.is_file() and (state := path.stat())}
    return sum(found.values())
