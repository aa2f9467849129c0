"""Parts into a store folder: a new store takes log and graph over as they are; any other the texts alone, and derives its graph.

    verify → graph, loaded beside the snapshots → log → names and resolution → publish

The log's commit is the point of no return, CURRENT the end. Killed at any moment, the store opens as it was, or holds all texts (of a store
that had papers: some of them) and publishes them with the next run, of `load` or of `build`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from kg import decisions, vocab
from kg.build.extraction import check_publishable
from kg.derivation import code, is_current, publish
from kg.errors import MISTAKES, SourceError, StoreError, place_of
from kg.log import Log
from kg.log.texts import Text, create
from kg.model import Document, LoggedPaper
from kg.parts import tables
from kg.parts.reading import Parts, read, verify
from kg.stated import complete
from kg.store import Staged, Writer, create_or_open, open_snapshot
from kg.store.staging import staged

_MARK = "parts"  # setting of a log that was made of parts: their digest, and the fingerprint that the log had then
_BATCH = 500  # texts in one transaction, where there is a log already

_DERIVED = "the graph is derived here, not taken from the parts: {}"

OnStep = Callable[[str, int, int], None]  # what is done, how much of it is, and how much there is


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading parts."""

    store: str
    papers: int  # in the store now
    triples: int  # likewise
    texts: int  # in the parts
    added: int  # of them, that the store did not have from their source
    refused: int  # documents in the parts
    derived: str  # why the graph was derived here; "" where it was taken over


def load(
    parts: Parts | str | Path, store: str | Path, *, on_step: OnStep | None = None, on_note: Callable[[str], None] | None = None
) -> Loaded:
    """Bring parts into the store folder `store`, which then is what building their papers here would make it.

    Args:
        parts: a folder that `kg build --engine spark --out FOLDER` or `write` wrote.
        store: a folder, made where it is absent. What it has stays.
        on_step: told how far it is.
        on_note: told in a sentence why the graph is derived here, where it is.

    Raises:
        SourceError: the parts are unfinished, damaged or of another version; nothing was changed.
        DecisionError: the decisions in the store cannot be read.
        StoreError: the store is locked, of another version, damaged, or cannot be written.
        DependencyError: pyarrow is not installed.
    """
    tables.arrow()
    told, noted = on_step or _silent, on_note or _silent
    found = parts if isinstance(parts, Parts) else read(parts)
    size = sum(file.bytes for file in found.files)
    verify(found, lambda done: told("checking the parts", done, size))
    with create_or_open(store) as folder:
        _check_log(folder)
        match standing(folder, found):
            case Standing.DONE:
                return _report(folder, found, 0, "")
            case Standing.OTHER:
                reason, added = "the store has papers or refusals already", _add(folder, found, told)
                noted(_DERIVED.format(reason))
                _publish(folder, None)
            case other:
                reason, added = _take_over(folder, found, told, noted, new=other is Standing.NEW), found.manifest.texts
        return _report(folder, found, added, reason)


class Standing(Enum):
    """How a store stands to some parts."""

    NEW = auto()  # it holds nothing
    LOGGED = auto()  # its log is theirs, and the graph is not published yet
    DONE = auto()  # it holds them and nothing else
    OTHER = auto()


def standing(folder: Writer, parts: Parts) -> Standing:
    """How the store in a folder stands to some parts."""
    if not folder.log_path.exists():
        return Standing.NEW
    with Log(folder.log_path) as log:
        if log.meta(_MARK) == f"{parts.digest} {log.fingerprint()}":
            return Standing.DONE if folder.published() is not None and is_current(folder.path, log) else Standing.LOGGED
        empty = folder.published(opened=False) is None and not log.count() and not log.rejections()
        return Standing.NEW if empty else Standing.OTHER


def _check_log(folder: Writer) -> None:
    """Pass where a log is there or nothing is published: a graph without its log is left alone."""
    if not folder.log_path.exists() and folder.published(opened=False) is not None:
        raise StoreError(
            f"{folder.log_path} is missing: the graph was made of it and can be read, but not built on",
            hint="restore the store folder from a backup, or load into a new one with --store",
        )


def _take_over(folder: Writer, parts: Parts, told: OnStep, noted: Callable[[str], None], *, new: bool) -> str:
    """Make the log and the graph of a store those of parts; why the graph was derived here, "" where it was not."""
    reason = obstacle(folder, parts)
    with ExitStack() as stack:
        graph: Staged | None = None
        if not reason:
            files = [parts.path(file) for file in parts.manifest.graph]
            lines = parts.manifest.quads
            graph = stack.enter_context(staged(folder, files, lambda done: told("loading the graph", done, lines)))
        if new:
            begin(folder, parts, told)
        with Log(folder.log_path) as log:
            papers = log.count()
        if graph is not None and (graph.content.triples, graph.content.papers) != (parts.manifest.quads, papers):
            reason, graph = f"it has {graph.content.papers:,} papers, and their log {papers:,}", None
        if reason:
            noted(_DERIVED.format(reason))
        told("resolving names", 0, 0)
        try:
            _publish(folder, graph)
        except MISTAKES as error:
            if new:  # a log of which no graph can be made would be in the way of all that comes
                folder.log_path.unlink(missing_ok=True)
            raise SourceError(
                f"no graph can be derived from the log in {parts.folder}: {place_of(error)}", hint="run again what wrote the parts"
            ) from error
    return reason


def _base(folder: Writer) -> str | None:
    """The base that a store without papers was given; None where it was given none."""
    if not folder.log_path.exists():
        return None
    with Log(folder.log_path) as log:
        return log.meta("base")


def obstacle(folder: Writer, parts: Parts) -> str:
    """Why the graph of parts is not the one that a store without other papers would derive from their log; "" where it is."""
    manifest, base = parts.manifest, _base(folder)
    if manifest.code != code():
        return f"another build of kg made them (kg {manifest.kg})"
    if base is not None and base != manifest.base:
        return f"their base is {manifest.base}, and that of the store {base}"
    if manifest.decisions != decisions.digest(decisions.load(folder.path)):
        return "they were made under other decisions than those in the store"
    return ""


def begin(folder: Writer, parts: Parts, told: OnStep) -> None:
    """Make the log of parts that of a store without papers."""
    base = _base(folder)

    def finish(log: Log) -> None:
        if base is not None or parts.manifest.base != vocab.BASE:
            log.set_meta("base", base or parts.manifest.base)
        log.set_meta(_MARK, f"{parts.digest} {log.fingerprint()}")

    total = parts.manifest.texts
    create(folder.log_path, tables.texts(parts), tables.refusals(parts), finish, lambda done: told("bringing in the log", done, total))


def _add(folder: Writer, parts: Parts, told: OnStep) -> int:
    """Put the texts of parts into the log of a store that has others, as a build of their sources would; how many it did not have."""
    added = 0
    with Log(folder.log_path) as log, log.batch():
        for number, text in enumerate(tables.texts(parts), 1):
            document = replace(text.document, source=text.source, place=text.place)
            if log.has(document, text.extractor):
                log.touch(document)
            else:
                _check_publishable(parts, document, text)
                log.put(document, text.extraction, text.extractor)
                added += 1
            if number % _BATCH == 0:
                log.commit()
                told("bringing in the log", number, parts.manifest.texts)
        for refused in tables.refusals(parts):
            log.reject(refused)
        log.end()
    return added


def _check_publishable(parts: Parts, document: Document, text: Text) -> None:
    """As `check_publishable`, of a text of parts."""
    try:
        check_publishable(LoggedPaper(document, complete(document, text.extraction), text.extractor))
    except MISTAKES as error:
        raise SourceError(
            f"no graph can be made of the paper {document.key} in {parts.folder}: {place_of(error)}", hint="run again what wrote the parts"
        ) from error


def _publish(folder: Writer, graph: Staged | None) -> None:
    with Log(folder.log_path) as log:
        publish(folder, log, graph=graph)


def _report(folder: Writer, parts: Parts, added: int, reason: str) -> Loaded:
    with open_snapshot(folder.path) as snapshot:
        manifest = snapshot.manifest
    counts = parts.manifest
    return Loaded(str(folder.path), manifest.papers, manifest.triples, counts.texts, added, counts.refused, reason)


def _silent(*_: object) -> None:
    pass
