"""Figures over all papers of a graph: what stands where, what goes together, what comes from what, what is missing, what rises.

`read` makes a `Corpus` of a graph, once; every figure is computed from it and says how, and over how many papers:

    corpus = analyse.read(snapshot.store, base=snapshot.base)
    analyse.standing(corpus).rows
    analyse.compute(corpus, "lineage", thing="method/biomedclip")

Where papers are too few to say anything, the figure has no rows and `too_few` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from kg.analyse.bridges import Bridge, bridges
from kg.analyse.corpus import Corpus, Entity, Paper, read
from kg.analyse.couse import Community, Pair, co_use, companions, pairs
from kg.analyse.figure import Figure
from kg.analyse.gaps import Gap, gaps
from kg.analyse.lineage import Ancestor, Step, lineage, lineage_of
from kg.analyse.standing import Standing, standing
from kg.analyse.tables import table
from kg.analyse.trends import Trend, trends
from kg.errors import UsageError
from kg.model import EntityType

__all__ = [
    "FIGURES", "Ancestor", "Bridge", "Community", "Corpus", "Entity", "Figure", "Gap", "Pair", "Paper", "Standing", "Step", "Trend",
    "bridges", "co_use", "companions", "compute", "gaps", "known", "lineage", "lineage_of", "pairs", "read", "standing", "table", "trends",
]  # fmt: skip

# Name → what it tells, and what it tells of one thing.
FIGURES: Mapping[str, tuple[str, str]] = {
    "standing": ("how many papers introduce, use, evaluate on, compare with or run on each thing, by year; a rank per type", "that thing"),
    "co-use": ("communities of methods and data sets that papers use together", "what is used together with it"),
    "lineage": ("what builds on what: generations, ancestors, descendants", "what it builds on and what builds on it, step by step"),
    "bridges": ("papers that tie communities which few others tie", "those that name it"),
    "gaps": ("methods and data sets or tasks that are common and never reported together", "the pairs with it"),
    "trends": ("what rises and falls over the years", "its papers by year"),
}


def known(name: str) -> str:
    """The name of a figure as it is; raises `UsageError` where there is none."""
    if name not in FIGURES:
        raise UsageError(f"there is no figure {name!r}", hint=f"figures are {', '.join(FIGURES)}")
    return name


def compute(
    corpus: Corpus, name: str, *, thing: str | None = None, types: Collection[str] | None = None, limit: int | None = None
) -> Figure[Any]:
    """A figure by its name.

    Args:
        corpus: the papers.
        name: one of FIGURES.
        thing: identifier of the entity, or for "bridges" of the paper, that it should be of; all if not given.
        types: only these types, values of EntityType; all that the figure knows if not given.
        limit: most rows that are needed; figures whose rows are dear to make tell no more.

    Raises:
        UsageError: there is no such figure, type or thing.
    """
    known(name)
    chosen = _checked(types)
    if thing is None:
        if name == "gaps":
            return gaps(corpus, chosen, limit=limit)
        return _ALL[name](corpus, chosen)
    if name == "bridges" and any(paper.id == thing for paper in corpus.papers):
        return _bridges_of(corpus, thing, chosen)
    place = corpus.index(thing)
    if place is None:
        raise UsageError(f"{thing} is no entity that {name} tells of", hint="name a method, data set, device, organisation or task")
    return _of(corpus, name, place, chosen, limit)


_ALL: Mapping[str, Callable[[Corpus, Collection[str] | None], Figure[Any]]] = {
    "standing": standing, "co-use": co_use, "lineage": lineage, "bridges": bridges, "trends": trends,
}  # fmt: skip


def _of(corpus: Corpus, name: str, place: int, types: Collection[str] | None, limit: int | None) -> Figure[Any]:
    entity = corpus.entities[place]
    if name == "co-use":
        return companions(corpus, place, types)
    if name == "lineage":
        return lineage_of(corpus, place)
    if name == "gaps":
        return gaps(corpus, types, thing=place, limit=limit)
    if name == "trends":
        return trends(corpus, thing=place)
    if name == "bridges":
        return _bridges_of(corpus, entity.id, types)
    whole = standing(corpus, (entity.type,))
    rows = tuple(row for row in whole.rows if row.entity.id == entity.id)
    return replace(whole, rows=rows, notes=(), too_few="" if rows else f"no paper names {entity.name}")


def _bridges_of(corpus: Corpus, id: str, types: Collection[str] | None) -> Figure[Bridge]:
    whole = bridges(corpus, types)
    rows = tuple(row for row in whole.rows if row.paper.id == id or any(thing.id == id for things in row.things for thing in things))
    return replace(whole, rows=rows, too_few=whole.too_few or ("" if rows else "it ties no communities"))


def _checked(types: Collection[str] | None) -> tuple[str, ...] | None:
    """The types by their right spelling, in the order of the model."""
    if not types:
        return None
    known = {str(type).casefold(): str(type) for type in EntityType}
    unknown = [type for type in types if type.casefold() not in known]
    if unknown:
        raise UsageError(f"there is no type {unknown[0]!r}", hint=f"types are {', '.join(known.values())}")
    wanted = {type.casefold() for type in types}
    return tuple(right for folded, right in known.items() if folded in wanted)
