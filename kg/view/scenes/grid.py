"""Papers beside the data sets, methods or devices that they work with: rows with lines between them, or a matrix where there are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg import vocab
from kg.analyse import Corpus
from kg.analyse.corpus import ROLES, WORK
from kg.analyse.figure import plural
from kg.model import EntityType
from kg.view.scenes.barycentre import ordered
from kg.view.scenes.scene import Scene

ROWS = 40  # papers, and things, up to which lines between two lists can be followed (VIEWS.md section 7)
CELLS = 60  # rows, and columns, of the matrix above that
WITHOUT = 200  # papers with no such thing that are named
_ROUNDS = 4  # of choosing papers for things and things for papers; the choice stood still after three
_NOUNS: Mapping[EntityType, str] = {EntityType.DATASET: "dataset", EntityType.METHOD: "method", EntityType.HARDWARE: "device"}


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is drawn of which papers and things there are."""

    papers: tuple[int, ...]  # most important first
    things: tuple[int, ...]  # most important first
    rows: bool  # lists with lines; else a matrix


def dataset(corpus: Corpus) -> Scene:
    """Papers × datasets."""
    return _scene(corpus, EntityType.DATASET)


def method(corpus: Corpus) -> Scene:
    """Papers × methods."""
    return _scene(corpus, EntityType.METHOD)


def hardware(corpus: Corpus) -> Scene:
    """Papers × devices."""
    return _scene(corpus, EntityType.HARDWARE)


def _scene(corpus: Corpus, type: EntityType) -> Scene:
    view, noun = f"grid-{vocab.FOLDER[type]}", _NOUNS[type]
    users = corpus.users(WORK, (str(type),))
    if not users:
        few = f"None of {plural(len(corpus.papers), 'paper')} works with a {noun}" if corpus.papers else "The graph holds no paper"
        return Scene(view, empty=f"{few}. Add papers that name one with `kg build`, or look at what papers mention in the table.")
    of_paper: dict[int, list[int]] = {}
    for thing, papers in users.items():
        for paper in papers:
            of_paper.setdefault(paper, []).append(thing)
    chosen = _chosen(corpus, users, of_paper)
    papers, things, pieces = _order(chosen, of_paper)
    once = sum(len(found) == 1 for found in users.values())
    drawn = _important(corpus, chosen, users, of_paper)
    at = {node: place for place, node in enumerate(drawn)}
    facts = {
        "type": vocab.FOLDER[type],
        "rows": chosen.rows,
        "papers": [at[corpus.papers[paper].id] for paper in papers],
        "things": [at[corpus.entities[thing].id] for thing in things],
        "ofPapers": [len(of_paper[paper]) for paper in papers],
        "ofThings": [len(users[thing]) for thing in things],
        "cells": _cells(corpus, papers, things),
        "pieces": pieces,
        "without": [paper.id for place, paper in enumerate(corpus.papers) if place not in of_paper][:WITHOUT],
        "withoutAll": len(corpus.papers) - len(of_paper),
        "left": {"papers": len(of_paper) - len(papers), "things": len(users) - len(things), "once": once - _once(users, things)},
    }
    return Scene(
        view, drawn, facts=facts, total=len(users) + len(of_paper), method=_method(chosen, noun), papers=len(of_paper),
        notes=_notes(facts["left"], noun, len(corpus.papers) - len(of_paper)),
    )  # fmt: skip


def _once(users: Mapping[int, Sequence[int]], things: Sequence[int]) -> int:
    return sum(len(users[thing]) == 1 for thing in things)


def _chosen(corpus: Corpus, users: Mapping[int, Sequence[int]], of_paper: Mapping[int, Sequence[int]]) -> _Choice:
    """Things that papers share and the papers that share them; where that leaves room, more papers, and things of one paper, each paper in turn."""
    shared = {thing for thing, papers in users.items() if len(papers) > 1}
    sharing = {paper for thing in shared for paper in users[thing]}
    if len(shared) > ROWS or len(sharing) > ROWS:
        return _dense(users, of_paper, shared, sharing)
    papers = sorted(of_paper, key=lambda paper: (paper not in sharing, -len(of_paper[paper]), paper))[:ROWS]
    own: dict[int, tuple[int, int]] = {}
    for place, paper in enumerate(papers):
        alone = [(_strongest(corpus, paper, thing), thing) for thing in of_paper[paper] if thing not in shared]
        own.update({thing: (turn, place) for turn, (_, thing) in enumerate(sorted(alone))})
    things = sorted(shared, key=lambda thing: (-len(users[thing]), thing)) + sorted(own, key=own.__getitem__)
    kept = set(things[:ROWS])
    return _Choice(tuple(paper for paper in papers if kept.intersection(of_paper[paper])), tuple(things[:ROWS]), rows=True)


def _strongest(corpus: Corpus, paper: int, thing: int) -> int:
    """Place in ROLES of the strongest role in which a paper names a thing."""
    mask = next(corpus.masks[i] for i in range(corpus.starts[paper], corpus.starts[paper + 1]) if corpus.things[i] == thing)
    return next(place for place in range(len(ROLES)) if mask & 1 << place)


def _dense(users: Mapping[int, Sequence[int]], of_paper: Mapping[int, Sequence[int]], shared: set[int], sharing: set[int]) -> _Choice:
    """The shared things that most papers name, and the papers that name most of them, chosen for each other in turns."""
    things = sorted(shared, key=lambda thing: (-len(users[thing]), thing))[:CELLS]
    papers: list[int] = []
    for _ in range(_ROUNDS):
        kept = set(things)
        rows = {paper: sum(thing in kept for thing in of_paper[paper]) for paper in sharing}
        papers = sorted((paper for paper in rows if rows[paper]), key=lambda paper: (-rows[paper], paper))[:CELLS]
        named = dict.fromkeys(shared, 0)
        for paper in papers:
            for thing in of_paper[paper]:
                if thing in named:
                    named[thing] += 1
        things = sorted((thing for thing in shared if named[thing]), key=lambda thing: (-named[thing], -len(users[thing]), thing))[:CELLS]
    kept = set(things)
    return _Choice(tuple(paper for paper in papers if kept.intersection(of_paper[paper])), tuple(things), rows=False)


def _order(chosen: _Choice, of_paper: Mapping[int, Sequence[int]]) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Papers and things, piece by piece, the largest piece first; and (papers, things) of each piece, which no line leaves."""
    number = len(chosen.papers)
    row = {paper: place for place, paper in enumerate(chosen.papers)}
    column = {thing: number + place for place, thing in enumerate(chosen.things)}
    edges = [(row[paper], column[thing]) for paper in chosen.papers for thing in of_paper[paper] if thing in column]
    papers: list[int] = []
    things: list[int] = []
    sizes: list[tuple[int, int]] = []
    for piece in pieces(number + len(chosen.things), edges):
        inside = set(piece)
        rows, columns = ordered(
            [[node for node in piece if node < number], [node for node in piece if node >= number]],
            [edge for edge in edges if edge[0] in inside],
        )
        papers += [chosen.papers[node] for node in rows]
        things += [chosen.things[node - number] for node in columns]
        sizes.append((len(rows), len(columns)))
    return papers, things, sizes


def pieces(nodes: int, edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The connected pieces of a graph, each ascending: the largest first, then by first node."""
    root = list(range(nodes))

    def top(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for one, other in edges:
        a, b = top(one), top(other)
        root[max(a, b)] = min(a, b)
    found: dict[int, list[int]] = {}
    for node in range(nodes):
        found.setdefault(top(node), []).append(node)
    return sorted(found.values(), key=lambda piece: (-len(piece), piece[0]))


def _important(
    corpus: Corpus, chosen: _Choice, users: Mapping[int, Sequence[int]], of_paper: Mapping[int, Sequence[int]]
) -> tuple[str, ...]:
    """Ids of all that is drawn: what has most lines in the whole graph first."""
    found = [(-len(users[thing]), corpus.entities[thing].id) for thing in chosen.things]
    found += [(-len(of_paper[paper]), corpus.papers[paper].id) for paper in chosen.papers]
    return tuple(id for _, id in sorted(found))


def _cells(corpus: Corpus, papers: Sequence[int], things: Sequence[int]) -> list[list[object]]:
    """[row, column, roles], strongest role first."""
    column = {thing: place for place, thing in enumerate(things)}
    cells: list[list[object]] = []
    for row, paper in enumerate(papers):
        for i in range(corpus.starts[paper], corpus.starts[paper + 1]):
            roles = [role for bit, role in enumerate(ROLES) if corpus.masks[i] & WORK & 1 << bit]
            if roles and corpus.things[i] in column:
                cells.append([row, column[corpus.things[i]], roles])
    return sorted(cells, key=lambda cell: (cell[0], cell[1]))


def _method(chosen: _Choice, noun: str) -> str:
    order = "Rows and columns stand so that lines cross little (barycentre method)."
    if chosen.rows:
        return f"A line is a paper that works with a {noun}; a mere mention is none. What several papers share is chosen first. {order}"
    return (
        f"A cell is a paper that works with a {noun}; a mere mention is none. Chosen are up to {CELLS} {noun}s that several papers share and the"
        f" {CELLS} papers that name most of them, for each other in turns. {order}"
    )


def _notes(left: object, noun: str, without: int) -> tuple[str, ...]:
    counts = left if isinstance(left, dict) else {}
    notes = []
    if counts["papers"] or counts["things"]:
        more = [plural(counts["papers"], "paper")] if counts["papers"] else []
        if counts["things"]:
            alone = f"{counts['once']:,}" if counts["once"] < counts["things"] else "all" if counts["once"] > 1 else "which is"
            only = f", {alone} of them named by one paper only," if counts["once"] else ""
            more.append(plural(counts["things"], noun) + only)
        notes.append(f"{' and '.join(more)} are not drawn")
    if without:
        notes.append(f"{plural(without, 'paper')} {'works' if without == 1 else 'work'} with no {noun}")
    return tuple(notes)


MAKERS = {f"grid-{name}": maker for name, maker in (("dataset", dataset), ("method", method), ("hardware", hardware))}
