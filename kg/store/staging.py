"""A graph that lies sorted in files, loaded into a store folder before it is published: `Writer.publish` takes it over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kg.errors import SourceError
from kg.store import layout, rdf
from kg.store.change import Content
from kg.store.folder import Writer
from kg.store.lines import Lines
from kg.store.rdf import Staged

_SIDE = "loading.tmp"  # among the snapshots; what a killed run leaves of it the next writer clears away


@contextmanager
def staged(folder: Writer, files: Sequence[Path], on_lines: Callable[[int], None] | None = None) -> Iterator[Staged]:
    """The graph of some files of sorted N-Triples, loaded and counted; dropped at the end unless it was published.

    Args:
        folder: of the store.
        files: in the order of their lines.
        on_lines: called with the number of lines loaded so far.

    Raises:
        SourceError: a file holds something else; says which.
        StoreError: the disk is full or may not be written.
    """
    side = folder.path / layout.SNAPSHOTS / _SIDE
    lines = Lines()
    with ExitStack() as stack:
        with layout.reported(folder.path):
            shutil.rmtree(side, ignore_errors=True)
            side.mkdir(parents=True)
            stack.callback(shutil.rmtree, side, ignore_errors=True)
            try:
                finished = stack.enter_context(rdf.loaded(side / layout.RDF, _blocks(lines, files, on_lines)))
            except ValueError as error:  # what looks like a triple and is none, such as a relative IRI
                raise spoilt(files[0].parent, str(error)) from error
        yield Staged(side / layout.RDF, lines.content, finished)


def counted(files: Sequence[Path], on_lines: Callable[[int], None] | None = None) -> Content:
    """What the graph of some files amounts to, which are read and not loaded; arguments and `SourceError` as of `staged`."""
    lines = Lines()
    for _ in _blocks(lines, files, on_lines):
        pass
    return lines.content


def spoilt(path: Path, words: str) -> SourceError:
    """The error for a file of parts that is not what was written, or that should not have been written so."""
    return SourceError(f"{path} is damaged: {words}", hint="copy the parts again, or run again what wrote them; nothing was changed")


def _blocks(lines: Lines, files: Sequence[Path], on_lines: Callable[[int], None] | None) -> Iterator[bytes]:
    for path in files:
        try:
            for block in lines.blocks(path):
                yield block
                if on_lines is not None:
                    on_lines(lines.content.triples)
        except ValueError as error:
            raise spoilt(path, str(error)) from error
