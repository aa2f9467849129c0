"""The RDF folder of a snapshot that is being made: loaded anew from a stream, or the one before with a change applied.

A change costs what it changes: the folder before is taken over by hard links, and RocksDB writes small new files beside them. 200 triples
replaced by 200 others take 50 ms on 1e5 triples and 140 ms on 1e6 as on 5e6, names and flushing to disk included (tests/bench/publish.py;
bulk_extend is no faster and leaves more files). Over 250 changes in a row RocksDB merges the small files by itself, to at most 70.
"""

from __future__ import annotations

import gc
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, Triple, parse, serialize

from kg import vocab
from kg.store.change import ENTITIES, Change, Content, content_of
from kg.store.marks import Marks

_WORK = "work"
_BATCH = 250_000  # triples loaded at a time: as fast as more, and 1,020 MB at the peak by pyoxigraph's own million
_PIECE = 20_000  # triples written as text at a time
_BLANK = re.compile(rb"^_:| _:", re.MULTILINE)
_MANY = 100_000  # added triples above which loading in bulk, which needs no memory for them, replaces one transaction


def load(target: Path, triples: Iterable[Triple]) -> Content:
    """Make the RDF folder `target` of a stream of triples, in which one may come twice; memory does not grow with it."""
    with _work(target) as work:
        return _load(work, target, triples)


def apply(source: Path, target: Path, change: Change) -> Content:
    """Make the RDF folder `target` as the folder `source` with a change applied; by how much it grew (below 0: shrank)."""
    with _work(target) as work:
        Store.read_only(str(source)).backup(str(work))
        return _apply(work, target, change)


def _load(work: Path, target: Path, triples: Iterable[Triple]) -> Content:
    store = Store(str(work))
    # One thread fills the store while the next triples are made and marked: the engine does its work outside of Python's lock.
    with Marks(target.parent) as marks, ThreadPoolExecutor(1) as filler:
        filling: Future[None] | None = None
        for pieces in _batches(triples):
            if filling is not None:
                filling.result()
            filling = filler.submit(_fill, store, b"".join(pieces))
            while pieces:
                marks.add(pieces.pop())
        # Batches overlap. Unless they are put in order now, RocksDB merges them all during some later change (4.5 s on 5e6 triples, in
        # the 14th). The files are 146 instead of 81 bytes a triple afterwards, as they would be after that merge.
        ordering = filler.submit(store.optimize) if marks.lines > _BATCH else None
        distinct, total = marks.distinct()
        for task in (filling, ordering):
            if task is not None:
                task.result()
    content = Content(distinct, total, *count(store))
    if len(store) != distinct:  # lines that the store holds to be one, as it would two spellings of a number
        content = content_of(quad.triple for quad in store)
    _copy(store, target)
    return content


def _batches(triples: Iterable[Triple]) -> Iterator[list[bytes]]:
    """The triples as N-Triples in pieces, as many together as are loaded at a time."""
    found = iter(triples)
    while lines := list(_pieces(islice(found, _BATCH))):
        yield lines


def _pieces(triples: Iterator[Triple]) -> Iterator[bytes]:
    while piece := list(islice(triples, _PIECE)):
        yield serialize(piece, format=RdfFormat.N_TRIPLES) or b""


def _fill(store: Store, lines: bytes) -> None:
    """Load lines in bulk. As text they need no objects of Python, and are known to be right: nothing in them is checked again."""
    if _BLANK.search(lines):  # nodes that the engine would give other names
        store.bulk_extend(parse(lines, format=RdfFormat.N_TRIPLES, lenient=True))
    else:
        store.bulk_load(lines, RdfFormat.N_TRIPLES, lenient=True)


def count(store: Store) -> tuple[int, int, int]:
    """How many papers, entities and different statements a graph has."""
    papers = sum(1 for _ in store.quads_for_pattern(None, vocab.RDF_TYPE, vocab.RESEARCH_PAPER))
    entities = sum(1 for class_ in ENTITIES for _ in store.quads_for_pattern(None, vocab.RDF_TYPE, class_))
    statements = sum(1 for property in vocab.STATED for _ in store.quads_for_pattern(None, property, None))
    return papers, entities, statements


def _apply(work: Path, target: Path, change: Change) -> Content:
    content = Content()
    store = Store(str(work))
    for triple in change.removed:
        quad = Quad(*triple)
        if quad in store:
            store.remove(quad)
            content = content.plus(triple, -1)
    missing = {quad for triple in change.added if (quad := Quad(*triple)) not in store}
    if len(missing) > _MANY:
        store.bulk_extend(missing)
    else:
        store.extend(missing)
    _copy(store, target)
    for quad in missing:
        content = content.plus(quad.triple)
    return content


def _copy(store: Store, target: Path) -> None:
    """Flush and copy by hard links once more: the write-ahead log and what a merge left behind stay back."""
    store.flush()
    store.backup(str(target))


def is_readable(folder: Path) -> bool:
    """Whether the RDF folder can be opened."""
    try:
        Store.read_only(str(folder))
    except (OSError, RuntimeError):
        return False
    return True


@contextmanager
def _work(target: Path) -> Iterator[Path]:
    """A folder beside `target` for a store that is written; it is gone afterwards.

    pyoxigraph closes a store when nothing refers to it any more: at the end of the function that writes it, unless a traceback does.
    """
    work = target.with_name(_WORK)
    try:
        yield work
    except BaseException:
        gc.collect()
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
