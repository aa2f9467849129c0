"""A store in, one self-contained HTML page out: the graph as a picture, with the sentence behind every edge.

data → selection → layout → model → the template with its scripts. Nothing is loaded from anywhere: the drawing library is
the vis-network file that pyvis carries, and the page forbids itself everything but its own scripts and style by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Collection, Sequence
from importlib import resources
from pathlib import Path

import pyoxigraph as ox

from kg import vocab
from kg.errors import UsageError
from kg.extract.threshold import limits
from kg.view import layout, model, selection
from kg.view.data import OTHER, PAPER, TYPES, Graph, name_of, read
from kg.view.style import TYPE_STYLES

__all__ = ["KINDS", "page"]

KINDS: tuple[str, ...] = tuple(type for type in TYPES if type != OTHER)  # what `kind` may be

_SCRIPTS = ("graph.js", "canvas.js", "labels.js", "panel.js", "finder.js", "page.js")  # one scope, in this order
_VIS = "templates/lib/vis-9.1.2/vis-network.min.js"  # inside pyvis; its hash is pinned in the tests


def page(
    store: ox.Store,
    *,
    focus: Sequence[ox.NamedNode] = (),
    kind: str | None = None,
    nodes: Collection[ox.NamedNode] | None = None,
    depth: int = 1,
    min_score: float | None = None,
    min_precision: float | None = None,
    max_nodes: int = 150,
    base: str = vocab.BASE,
    title: str | None = None,
) -> str:
    """HTML of one page over the whole graph of the store; write it as UTF-8 with line feeds alone.

    The page carries and searches every node; the other arguments say what it draws first. The same graph and
    arguments give the same text.

    Args:
        store: the graph, in the shape of `kg.graph`.
        focus: draw the neighbourhood of these nodes.
        kind: one of `KINDS`, in any case: draw the entities of this type and their papers. Not with `focus`.
        nodes: draw these and no others, such as the rows of a query. Not with `focus` or `kind`.
        depth: how many edges the neighbourhood of `focus` reaches, 0 or more.
        min_score: leave out claims that score less, in [0, 1], and entities that no other claim names; the page says how many claims.
        min_precision: leave out claims by the score from which on this share was right; see `kg.extract.threshold.limits`.
        max_nodes: draw at most this many first, 1 to 300.
        base: what data IRIs begin with; node ids are shown without it.
        title: heading of the page; made from the arguments where it is not given.

    Raises:
        UsageError: a number out of range, an unknown kind, a node that the graph does not hold.
    """
    kind = kind.casefold() if kind is not None else None
    kept = limits(min_score, min_precision)
    _check(kind, depth, max_nodes, given=sum((bool(focus), kind is not None, nodes is not None)))
    graph = read(store, kept=kept, base=base)
    links = selection.adjacency(graph)
    if focus:
        chosen = selection.around(graph, links, _numbers(graph, focus, base), depth, max_nodes)
    elif kind is not None:
        chosen = selection.of_kind(graph, links, kind, max_nodes)
    elif nodes is not None:
        chosen = selection.only(_numbers(graph, _said(graph, nodes, base), base), links, max_nodes)
    else:
        chosen = selection.overview(graph, links, max_nodes)
    words = _words(graph, chosen, kind, title, _left_out(graph, min_score, min_precision))
    return _html(model.page_data(graph, links, chosen, layout.place(graph, links, chosen), words), words)


def _check(kind: str | None, depth: int, max_nodes: int, *, given: int) -> None:
    if given > 1:
        raise UsageError("focus, kind and nodes exclude each other", hint="give one of them")
    if kind is not None and kind not in KINDS:
        raise UsageError(f"unknown kind {kind!r}", hint=f"use one of: {', '.join(KINDS)}")
    if depth < 0:
        raise UsageError(f"depth {depth} is below 0", hint="use 1 for the direct neighbours")
    if not 1 <= max_nodes <= model.DRAWN_AT_MOST:
        raise UsageError(f"max-nodes {max_nodes} is outside 1 to {model.DRAWN_AT_MOST}", hint="more cannot be read; search finds the rest")


def _said(graph: Graph, terms: Collection[ox.NamedNode], base: str) -> list[ox.NamedNode]:
    """The terms but for entities that only claims left out name, and kinds, which are not drawn."""
    kinds = f"{base}kind/"
    return [term for term in terms if not term.value.startswith(kinds) and name_of(term.value.removeprefix(base)) not in graph.unsaid]


def _numbers(graph: Graph, terms: Collection[ox.NamedNode], base: str) -> list[int]:
    index = {node.id: number for number, node in enumerate(graph.nodes)}
    found = []
    for term in terms:
        id = name_of(term.value.removeprefix(base))
        if id in graph.unsaid:
            raise UsageError(f"no claim on {id} scores enough to be drawn", hint="lower --min-score or --min-precision")
        if id.startswith("kind/"):
            raise UsageError(f"{id} is a kind, and kinds are not drawn", hint="`kg show` tells what lies under it; name one of these")
        if id not in index:
            raise UsageError(f"{id} is not a paper or entity of the graph", hint="`kg search` finds names")
        found.append(index[id])
    return found


def _left_out(graph: Graph, min_score: float | None, min_precision: float | None) -> tuple[str, ...]:
    """What the page says of claims left out, in one sentence or none."""
    if not graph.left_out:
        return ()
    why = f"that score under {min_score:g}" if min_precision is None else f"whose scores promise less than {min_precision:g} precision"
    return (f"{graph.left_out} claims {why} are left out of this page.",)


def _words(graph: Graph, chosen: selection.Selection, kind: str | None, title: str | None, notes: tuple[str, ...]) -> model.Words:
    papers = sum(1 for node in graph.nodes if node.type == PAPER)
    if title is None:
        title = f"{papers} papers as a graph" if papers != 1 else "One paper as a graph"
        if chosen.focus:
            title = graph.nodes[chosen.focus[0]].name + (f" and {len(chosen.focus) - 1} more" if len(chosen.focus) > 1 else "")
        elif kind is not None and kind != PAPER:
            title = f"{TYPE_STYLES[kind].label} of {papers} papers"
    count = f"{papers} papers, {len(graph.nodes) - papers} things they name, {graph.evidence} evidence sentences"
    return model.Words(name_of(title) or "Papers as a graph", count, chosen.rule, notes)


def _html(data: model.Json, words: model.Words) -> str:
    import jinja2

    own = resources.files(__package__)
    style = (own / "page.css").read_text(encoding="utf-8")
    script = "\n".join((own / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    script = f'(() => {{\n"use strict";\n{script}\n}})();\n'
    vis = _vis_network()
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data: blob:; "
        f"script-src {_hash(vis)} {_hash(script)}; style-src {_hash(style)}"
    )
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string((own / "template.html.j2").read_text(encoding="utf-8"))
    return template.render(policy=policy, words=words, style=style, vis=vis, script=script, data=_json(data))


def _vis_network() -> str:
    """The drawing library as it can stand in a page, its licence at the top."""
    import pyvis

    text = (Path(pyvis.__file__).parent / _VIS).read_text(encoding="utf-8")  # universal newlines: the browser hashes "\n"
    return re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: model.Json) -> str:
    """JSON that can stand inside a script element: "<" and the line ends of JavaScript are escaped."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
