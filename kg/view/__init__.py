"""A store in, one self-contained HTML page out: the explorer of a graph, with the sentence behind every edge.

data → scenes (what each view of the whole draws) → network and blocks → the shell with its scripts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

import pyoxigraph as ox

from kg import vocab
from kg.errors import UsageError
from kg.extract.threshold import limits
from kg.view import embedding, layout, model, scenes, selection, shell
from kg.view.data import OTHER, PAPER, TYPES, Graph, name_of, read
from kg.view.scenes import Scene
from kg.view.shell import Words
from kg.view.style import TYPE_STYLES

__all__ = ["KINDS", "Answer", "page"]

KINDS: tuple[str, ...] = tuple(type for type in TYPES if type != OTHER)  # what `kind` may be
_DRAWN = scenes.DRAWN  # nodes of a picture that nothing else is said of
_NONE_LEFT = "No paper is left: the years or papers that were asked for leave out all of them. Make the page again with others."
_DEEPEST = 2  # steps round one node that its own view draws


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered: rows of cells, each a text or {"node": id}."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | Mapping[str, str], ...], ...]
    cut: int = 0  # rows that are left out
    title: str = ""  # what was asked


def page(
    store: ox.Store,
    *,
    focus: Sequence[ox.NamedNode] = (),
    kind: str | None = None,
    nodes: Collection[ox.NamedNode] | None = None,
    answer: Answer | None = None,
    depth: int = 1,
    min_score: float | None = None,
    min_precision: float | None = None,
    papers: Collection[ox.NamedNode] | None = None,
    since: int | None = None,
    max_nodes: int | None = None,
    base: str = vocab.BASE,
    title: str | None = None,
) -> str:
    """HTML of one page over the whole graph of the store; write it as UTF-8 with line feeds alone.

    The page carries, searches and draws every node; `focus`, `kind` and `nodes` say what it shows first. The same graph and
    arguments give the same text.

    Args:
        store: the graph, in the shape of `kg.graph`.
        focus: begin with the neighbourhood of these nodes.
        kind: one of `KINDS`, in any case: begin with the things of this type and their papers. Not with `focus`.
        nodes: begin with these and no others, such as the nodes of an answer. Not with `focus` or `kind`.
        answer: the table that `nodes` come from.
        depth: how many edges the neighbourhood of `focus` reaches, 0 or more.
        min_score: leave out claims that score less, in [0, 1], and entities that no other claim names; the page says how many claims.
        min_precision: leave out claims by the score from which on this share was right; see `kg.extract.threshold.limits`.
        papers: only these papers and what they say.
        since: only papers of this year and later.
        max_nodes: draw at most this many at once, 1 to 300; by what each view can bear where it is not given.
        base: what data IRIs begin with; node ids are shown without it.
        title: heading of the page; made from the arguments where it is not given.

    Raises:
        UsageError: a number out of range, an unknown kind, a node that the graph does not hold.
    """
    kind = kind.casefold() if kind is not None else None
    kept = limits(min_score, min_precision)
    _check(kind, depth, max_nodes, given=sum((bool(focus), kind is not None, nodes is not None)))
    graph = read(store, kept=kept, base=base, papers=papers, since=since)
    links = selection.adjacency(graph)
    corpus = scenes.corpus_of(graph)
    made = {name: make(corpus) for name, make in scenes.SCENES.items()}
    start = "#v=start"
    most = max_nodes or _DRAWN
    if focus:
        numbers = _numbers(graph, focus, base)
        start = _start_at(graph, numbers, depth)
        if start.startswith("#v=result"):
            scene = _scene("result", graph, links, selection.around(graph, links, numbers, depth, most))
            made["result"] = replace(scene, facts={"title": "What lies round " + " and ".join(graph.nodes[i].name for i in numbers[:3])})
    elif kind is not None:
        scene = _scene("kind", graph, links, selection.of_kind(graph, links, kind, most))
        start, made["kind"] = "#v=kind", replace(scene, facts={"title": TYPE_STYLES[kind].label})
    elif nodes is not None:
        chosen = selection.only(_numbers(graph, _said(graph, nodes, base), base), links, most)
        start, made["result"] = "#v=result&d=2", _with_answer(_scene("result", graph, links, chosen), answer)
    if not corpus.papers and (papers is not None or since is not None):
        made = {name: replace(scene, empty=_NONE_LEFT) for name, scene in made.items()}
    words = _words(graph, title, _left_out(graph, min_score, min_precision, since=since, few=papers is not None))
    net = model.network(graph)
    head = shell.head(
        words, embedding.counts(graph), net.options, [edge.predicate for edge in graph.edges] + [link.predicate for link in graph.links],
        start, limit=max_nodes, portions=embedding.PORTIONS, scenes={name: scenes.as_json(scene) for name, scene in made.items()},
    )  # fmt: skip
    return shell.whole(head, embedding.blocks(graph, links, net, [group.nodes for group in made["everything"].groups]), words)


def _check(kind: str | None, depth: int, max_nodes: int | None, *, given: int) -> None:
    if given > 1:
        raise UsageError("names, a kind and a query exclude each other", hint="begin with one of them")
    if kind is not None and kind not in KINDS:
        raise UsageError(f"unknown kind {kind!r}", hint=f"use one of: {', '.join(KINDS)}")
    if depth < 0:
        raise UsageError(f"depth {depth} is below 0", hint="use 1 for the direct neighbours")
    if max_nodes is not None and not 1 <= max_nodes <= model.DRAWN_AT_MOST:
        raise UsageError(f"max-nodes {max_nodes} is outside 1 to {model.DRAWN_AT_MOST}", hint="more cannot be read; search finds the rest")


def _start_at(graph: Graph, focus: Sequence[int], depth: int) -> str:
    """The address of a first picture round some nodes: one has a view of its own."""
    if len(focus) > 1 or not 1 <= depth <= _DEEPEST:
        return "#v=result&d=2"
    node = graph.nodes[focus[0]]
    id = quote(node.id, safe="!'()*-._")
    view = "paper" if node.type == PAPER else "entity"
    return f"#v={view}&n={id}&s={id}" + (f"&d={depth}" if depth > 1 else "")


def _scene(view: str, graph: Graph, links: selection.Adjacency, chosen: selection.Selection) -> Scene:
    """The nodes of a selection, placed as a map."""
    at = layout.place(graph, links, chosen)
    ids, places = tuple(graph.nodes[i].id for i in chosen.drawn), tuple(at[i] for i in chosen.drawn)
    empty = (
        "" if ids else "Nothing that was asked for can be drawn: it holds no paper and no thing of the graph. Search finds what there is."
    )
    papers = sum(node.type == PAPER for node in graph.nodes)
    return Scene(view, ids, places, total=chosen.total, method=chosen.rule, papers=papers, empty=empty)


def _with_answer(scene: Scene, answer: Answer | None) -> Scene:
    if answer is None:
        return scene
    facts = {"columns": list(answer.columns), "rows": [list(row) for row in answer.rows], "cut": answer.cut, "title": name_of(answer.title)}
    return replace(scene, facts=facts, empty="" if answer.rows else scene.empty)


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


def _left_out(graph: Graph, min_score: float | None, min_precision: float | None, *, since: int | None, few: bool) -> tuple[str, ...]:
    """What the page says of papers and claims left out, a sentence each."""
    told = []
    if since is not None:
        told.append(f"Only papers of {since} and later; those without a year are left out.")
    if few:
        told.append("Only the papers that were asked for and what they say.")
    if graph.left_out:
        why = f"that score under {min_score:g}" if min_precision is None else f"whose scores promise less than {min_precision:g} precision"
        told.append(f"{graph.left_out} claims {why} are left out of this page.")
    return tuple(told)


def _words(graph: Graph, title: str | None, notes: tuple[str, ...]) -> Words:
    papers = sum(node.type == PAPER for node in graph.nodes)
    if title is None:
        title = f"{papers} papers as a graph" if papers != 1 else "One paper as a graph"
    count = f"{papers} papers, {len(graph.nodes) - papers} things they name, {graph.evidence} evidence sentences"
    return Words(name_of(title) or "Papers as a graph", count, notes)
