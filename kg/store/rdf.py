"""The RDF folder of a snapshot that is being made: loaded anew from a stream, or the one before with a change applied.

A change costs what it changes: the folder before is taken over by hard links, and RocksDB writes small new files beside them. 200 triples
replaced by 200 others take 50 ms on 1e5 triples and 140 ms on 1e6 as on 5e6, names and flushing to disk included (tests/bench/publish.py;
bulk_extend is no faster and leaves more files). Over 250 changes in a row RocksDB merges the small files by itself, to at most 70.
"""

from __future__ import annotations

import gc
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from pyoxigraph import Quad, RdfFormat, Store, Triple, parse, serialize

from kg.store import ordering
from kg.store.change import Change, Content, content_of
from kg.store.counting import classes_of, properties_of
from kg.store.marks import Marks

_WORK = "work"
_BATCH = 500_000  # triples loaded at a time: a tenth less work for the engine than by 250,000; its own million takes 400 MB more
_PIECE = 20_000  # triples written as text at a time
_BLANK = (b"\n_:", b" _:")  # searched for one by one: a pattern takes ten times as long, and keeps other threads waiting
_LOADERS = 2  # threads that load blocks: one parses while the other's triples are sorted and written
_MANY = 100_000  # added triples above which loading in bulk, which needs no memory for them, replaces one transaction


@dataclass(frozen=True, slots=True)
class Staged:
    """An RDF folder that was loaded beforehand; its files are in order when `finished` is."""

    folder: Path
    content: Content
    finished: Future[None]


@contextmanager
def loading(target: Path, triples: Iterable[Triple] | Staged) -> Iterator[Content]:
    """Make the RDF folder `target` of a stream of triples, in which one may come twice; memory does not grow with it.

    What the graph amounts to is told when all is loaded; within the `with` the engine puts its files in order, in other threads. One that
    was loaded beforehand is taken over.
    """
    if isinstance(triples, Staged):
        yield triples.content
        triples.finished.result()
        triples.folder.rename(target)
        return
    with _work(target) as work, ThreadPoolExecutor(1) as filler:
        store = Store(str(work))
        content, finishing = _load(store, triples, filler, target.parent)
        yield content
        if finishing is not None:
            finishing.result()
        _copy(store, target)
        del store  # closed before its folder is dropped


def load(target: Path, triples: Iterable[Triple]) -> Content:
    """`loading`, when all of it is done."""
    with loading(target, triples) as content:
        return content


@contextmanager
def loaded(target: Path, blocks: Iterable[bytes]) -> Iterator[Future[None]]:
    """Make the RDF folder `target` of N-Triples in blocks of whole lines; all is loaded within the `with`, and put in order meanwhile.

    Blocks are loaded in other threads while the next is made.

    Raises:
        ValueError: a block is no N-Triples.
    """
    with _work(target) as work, ThreadPoolExecutor(_LOADERS) as others:
        store = Store(str(work))
        count = _load_blocks(store, blocks, others)
        finished = others.submit(_finish, store, target, optimized=count > 1)
        del store  # closed when it is finished
        yield finished
        wait([finished])


def _load_blocks(store: Store, blocks: Iterable[bytes], others: ThreadPoolExecutor) -> int:
    """Load blocks, a few at a time; how many there were."""
    loading: deque[Future[None]] = deque()
    count = 0
    try:
        for block in blocks:
            if len(loading) == _LOADERS:
                loading.popleft().result()
            loading.append(others.submit(store.bulk_load, block, RdfFormat.N_TRIPLES))
            count += 1
        for one in loading:
            one.result()
    except SyntaxError as error:
        raise ValueError(str(error)) from error
    finally:
        wait(loading)
    return count


def _finish(store: Store, target: Path, *, optimized: bool) -> None:
    if optimized:  # as in `_load`
        store.optimize()
    _copy(store, target)


def apply(source: Path, target: Path, change: Change) -> Content:
    """Make the RDF folder `target` as the folder `source` with a change applied; by how much it grew (below 0: shrank)."""
    with _work(target) as work:
        Store.read_only(str(source)).backup(str(work))
        return _apply(work, target, change)


def _load(store: Store, triples: Iterable[Triple], filler: ThreadPoolExecutor, folder: Path) -> tuple[Content, Future[None] | None]:
    """Fill an empty store, with files in `folder` meanwhile: what it amounts to, and the work of putting it in order if it is needed."""
    # One thread fills the store while the next triples are made and marked: the engine does its work outside of Python's lock.
    with Marks(folder) as marks:
        filling: Future[None] | None = None
        for pieces in _batches(triples):
            if filling is not None:
                filling.result()
            filling = filler.submit(_fill, store, b"".join(pieces))
            while pieces:
                marks.add(pieces.pop())
        # Batches overlap. Unless they are put in order now, RocksDB merges them all during some later change (4.5 s on 5e6 triples, in
        # the 14th). The files are 146 instead of 81 bytes a triple afterwards, as they would be after that merge.
        finishing = filler.submit(store.optimize) if marks.lines > _BATCH else None
        distinct, total = marks.distinct()
        if filling is not None:
            filling.result()
        content = _content(store, distinct, total)
        if sum(content.properties.values()) != distinct:  # it holds lines to be one, as it would two spellings of a number
            content = content_of(quad.triple for quad in store)
        return content, finishing


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
    if any(mark in lines for mark in _BLANK) or lines.startswith(b"_:"):  # nodes that the engine would give other names
        store.bulk_extend(parse(lines, format=RdfFormat.N_TRIPLES, lenient=True))
    else:
        store.bulk_load(lines, RdfFormat.N_TRIPLES, lenient=True)


def _content(store: Store, triples: int, marks: int) -> Content:
    """What a graph amounts to, of which the number of triples and the sum of their marks are known."""
    properties = {str(property): number for property, number in properties_of(store).items()}
    return Content(triples, marks, properties, {str(kind): number for kind, number in classes_of(store).items()})


def _apply(work: Path, target: Path, change: Change) -> Content:
    content, store = Content(), Store(str(work))
    with TemporaryDirectory(dir=target.parent) as home:
        new = Path(home) / "new"
        with _sorted(home, "before", change.removed) as before, _sorted(home, "after", change.added) as after, new.open("wb") as added:
            for triple in _parsed(_only_before(before, after, added)):
                quad = Quad(*triple)
                if quad in store:
                    store.remove(quad)
                    content.add(triple, -1)
        with new.open("rb") as lines:
            for piece in _batches_of(_parsed(lines)):
                missing = [quad for triple in piece if (quad := Quad(*triple)) not in store]
                if len(missing) > _MANY:
                    store.bulk_extend(missing)
                else:
                    store.extend(missing)
                for quad in missing:
                    content.add(quad.triple)
    _copy(store, target)
    return content


@contextmanager
def _sorted(home: str, name: str, triples: Iterable[Triple]) -> Iterator[Iterator[bytes]]:
    """The lines of triples in order, each once."""
    folder = Path(home) / name
    folder.mkdir()
    with ordering.sort((ordering.to_line(str(triple)) for triple in triples), folder) as found:
        yield ordering.distinct(found.lines())


def _only_before(before: Iterator[bytes], after: Iterator[bytes], added: BinaryIO) -> Iterator[bytes]:
    """The lines that are gone; those that are new are written to `added`."""
    for line, is_new in ordering.told_apart(before, after):
        if is_new:
            added.write(line)
        else:
            yield line


def _parsed(lines: Iterable[bytes]) -> Iterator[Triple]:
    found = iter(lines)
    while piece := b"".join(islice(found, _PIECE)):
        yield from (quad.triple for quad in parse(piece, format=RdfFormat.N_TRIPLES, lenient=True))


def _batches_of(triples: Iterator[Triple]) -> Iterator[list[Triple]]:
    while piece := list(islice(triples, _BATCH)):
        yield piece


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
