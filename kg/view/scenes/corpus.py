"""The corpus of a graph that was read for a page, so that figures leave out what the page leaves out."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping

from kg import vocab
from kg.analyse.corpus import BIT, BUILDS_ON, Corpus, Entity, Paper, Said
from kg.model import EntityType
from kg.view.data import PAPER, Graph

_TYPES: Mapping[str, str] = {vocab.FOLDER[type]: str(type) for type in EntityType}


def corpus_of(graph: Graph) -> Corpus:
    """What `kg.analyse.read` gives of the same store, from the claims that the graph holds and with names as a page may show them.

    A paper that leads nowhere and a thing that no paper names are in it too.
    """
    papers = [i for i, node in enumerate(graph.nodes) if node.type == PAPER]
    things = [i for i, node in enumerate(graph.nodes) if node.type in _TYPES]
    paper_at, thing_at = ({i: place for place, i in enumerate(chosen)} for chosen in (papers, things))
    starts, named, masks = _names(graph, paper_at, thing_at)
    dated = tuple(Paper(node.id, node.name, node.year) for node in (graph.nodes[i] for i in papers))
    entities = tuple(Entity(node.id, _TYPES[node.type], node.name) for node in (graph.nodes[i] for i in things))
    relations = tuple(_relations(graph, paper_at, thing_at))
    return Corpus(dated, entities, starts, named, masks, relations, sum(paper.year is None for paper in dated))


def _names(graph: Graph, paper_at: Mapping[int, int], thing_at: Mapping[int, int]) -> tuple[array[int], array[int], array[int]]:
    named: list[dict[int, int]] = [{} for _ in paper_at]
    for edge in graph.edges:
        if edge.predicate in BIT and edge.subject in paper_at and edge.object in thing_at:
            roles = named[paper_at[edge.subject]]
            roles[thing_at[edge.object]] = roles.get(thing_at[edge.object], 0) | BIT[edge.predicate]
    starts, things, masks = array("q", [0]), array("l"), array("l")
    for roles in named:
        for thing in sorted(roles):
            things.append(thing)
            masks.append(roles[thing])
        starts.append(len(things))
    return starts, things, masks


def _relations(graph: Graph, paper_at: Mapping[int, int], thing_at: Mapping[int, int]) -> Iterator[Said]:
    for edge in graph.edges:
        if edge.predicate in BUILDS_ON and edge.subject in thing_at and edge.object in thing_at:
            papers = tuple(sorted({paper_at[claim.paper] for claim in edge.claims if claim.paper in paper_at}))
            yield Said(thing_at[edge.subject], edge.predicate, thing_at[edge.object], papers)
