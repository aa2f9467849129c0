"""Pages of `kg view` beside those that pyvis makes of as many nodes and edges as it comes: made, and opened in Debian's chromium.

`python -m tests.bench.view_pages` measures more of an open page: frames, searches, memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from kg.view import page
from kg.view.data import Graph, read
from tests.bench.book.measuring import Measure, side_by_side
from tests.bench.view_pages import DRAWN, SETTLED, browser, naive, opened, store_of

MADE, OPENED = 276, 27  # papers: a hundred thousand triples; what pyvis opens within seconds


def measures() -> Iterator[Measure]:
    """Wall seconds."""
    store = store_of(MADE)
    graph = read(store)
    ours, theirs = side_by_side(lambda: page(store), lambda: naive(len(graph.nodes), len(graph.edges)))
    yield Measure("Page of the whole graph, made", f"{len(store):,} triples, with all sentences", ours, f"pyvis: {_size(graph)}", theirs)
    store = store_of(OPENED)
    graph = read(store)
    with tempfile.TemporaryDirectory() as folder, browser() as context:
        pages = {
            "ours": (Path(folder, "ours.html"), page(store), DRAWN),
            "pyvis": (Path(folder, "pyvis.html"), naive(len(graph.nodes), len(graph.edges)), SETTLED),
        }
        for file, text, _ in pages.values():
            file.write_text(text, encoding="utf-8", newline="\n")

        def look(which: str) -> None:
            file, _, ready = pages[which]
            tab, _ = opened(context, file, ready)
            tab.close()

        ours, theirs = side_by_side(lambda: look("ours"), lambda: look("pyvis"))
    yield Measure("Page of the whole graph, opened", f"{len(store):,} triples", ours, f"pyvis: {_size(graph)}, settled", theirs)


def _size(graph: Graph) -> str:
    return f"{len(graph.nodes):,} nodes, {len(graph.edges):,} edges"
