"""A snapshot counted again, against what its manifest and its figures say."""

from __future__ import annotations

from kg.store import layout
from kg.store.change import Content, content_of, hexed
from kg.store.figures import figures_of
from kg.store.namefiles import row_mark, values
from kg.store.snapshot import Manifest, Snapshot


def differing(snapshot: Snapshot) -> list[str]:
    """What the manifest or the figures of a snapshot tell otherwise than its triples and names do; errors as in `recounted`.

    Figures of what papers state are not looked at: they follow from the log.
    """
    manifest, content = _recounted(snapshot)
    found, figures = figures_of(content, None), snapshot.figures
    wrong = [name for name in Manifest.__slots__ if getattr(manifest, name) != getattr(snapshot.manifest, name)]
    return wrong + [n for n in ("properties", "classes") if figures is not None and getattr(figures, n) != getattr(found, n)]


def recounted(snapshot: Snapshot) -> Manifest:
    """The manifest that the triples and names of a snapshot deserve; reads all of them, some 5 s for a million triples.

    Raises:
        StoreError: they cannot be read.
    """
    return _recounted(snapshot)[0]


def _recounted(snapshot: Snapshot) -> tuple[Manifest, Content]:
    with layout.reported(snapshot.rdf_path):
        content = content_of(quad.triple for quad in snapshot.store)
    names = sum(row_mark(values(row)) for row in snapshot.names.rows())
    counts = (content.papers, content.entities, content.statements)
    return Manifest(snapshot.base, content.triples, hexed(names), hexed(content.marks), *counts), content
