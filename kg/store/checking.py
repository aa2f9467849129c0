"""A snapshot counted again, against what its manifest says."""

from __future__ import annotations

from kg.store import layout
from kg.store.change import content_of, hexed
from kg.store.namefiles import row_mark, values
from kg.store.snapshot import Manifest, Snapshot


def recounted(snapshot: Snapshot) -> Manifest:
    """The manifest that the triples and names of a snapshot deserve; reads all of them, some 5 s for a million triples.

    Raises:
        StoreError: they cannot be read.
    """
    with layout.reported(snapshot.rdf_path):
        content = content_of(quad.triple for quad in snapshot.store)
    names = sum(row_mark(values(row)) for row in snapshot.names.rows())
    return Manifest(
        snapshot.base, content.triples, hexed(names), hexed(content.marks), content.papers, content.entities, content.statements
    )
