"""Where to begin: the newest papers, what most papers work with, and a map of what the graph is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from kg.analyse import Standing, standing
from kg.analyse.corpus import Corpus
from kg.model import EntityType
from kg.view.scenes.everything import NO_PAPERS, mapped
from kg.view.scenes.scene import DRAWN, Scene
from kg.vocab import FOLDER

_NEWEST = 12
_PER_TYPE = 6
_SHOWN = 8  # nodes that a circle of the map shows inside: with forty circles about as many as can be told apart
_LARGE = 20  # papers from which on a thing can be named by too many
_HUB = 0.2  # share of the papers: what a fifth of a large corpus names ("fine-tuning") tells no paper from another

_METHOD = (
    f"Newest: by year, those without one last. starting points: of each type the {_PER_TYPE} that most papers introduce, use, evaluate on,"
    " compare with, run on, address or are affiliated with; what more than a fifth of the papers name stands apart"
)


def start(corpus: Corpus) -> Scene:
    """Counts, newest papers, starting points of every type and the map of groups.

    facts: `counts` of "papers" and of each type; `newest`, ids with years; `starting` and `hubs`, per type the things with their papers,
    rank and roles; what the view everything tells of the groups, which are its groups.
    """
    if not corpus.papers:
        return Scene("start", empty=NO_PAPERS)
    newest = sorted(corpus.papers, key=lambda paper: (-(paper.year or 0), paper.title, paper.id))[:_NEWEST]
    rows = standing(corpus).rows
    starting: dict[str, list[dict[str, object]]] = {}
    hubs: dict[str, list[dict[str, object]]] = {}
    for type in EntityType:
        used = [row for row in rows if row.entity.type == type and row.papers]
        wide = [row for row in used if _is_hub(row, len(corpus.papers))]
        starting[FOLDER[type]] = _facts([row for row in used if row not in wide][:_PER_TYPE])
        hubs[FOLDER[type]] = _facts(wide[:_PER_TYPE])
    groups, ties, facts = mapped(corpus, DRAWN)
    papers = {paper.id for paper in corpus.papers}
    named = [str(fact["id"]) for found in (starting, hubs) for facts_of in found.values() for fact in facts_of]
    counts = {FOLDER[type]: sum(entity.type == type for entity in corpus.entities) for type in EntityType}
    return Scene(
        "start",
        nodes=(*(paper.id for paper in newest), *named),
        groups=tuple(replace(group, nodes=_inside(group.nodes, papers)) for group in groups),
        ties=ties,
        facts={
            "counts": {"paper": len(corpus.papers), **counts},
            "newest": [{"id": paper.id, "year": paper.year} for paper in newest],
            "starting": starting, "hubs": hubs, **facts,
        },
        total=len(corpus.papers) + len(corpus.entities),
        method=_METHOD + ".",
        papers=len(corpus.papers),
        notes=_notes(corpus),
    )  # fmt: skip


def _is_hub(row: Standing, papers: int) -> bool:
    return papers >= _LARGE and row.papers + row.mentions > _HUB * papers


def _facts(rows: Sequence[Standing]) -> list[dict[str, object]]:
    return [
        {"id": row.entity.id, "papers": row.papers, "mentions": row.mentions, "rank": row.rank, "roles": dict(row.roles)} for row in rows
    ]


def _notes(corpus: Corpus) -> tuple[str, ...]:
    undated = sum(paper.year is None for paper in corpus.papers)
    return (f"{undated:,} of {len(corpus.papers):,} papers have no year",) if undated else ()


def _inside(nodes: Sequence[str], papers: Collection[str]) -> tuple[str, ...]:
    """What a circle shows of its nodes: the most linked, half of them papers where there are so many."""
    of_papers, others = [node for node in nodes if node in papers], [node for node in nodes if node not in papers]
    half = max(_SHOWN // 2, _SHOWN - len(others))
    kept = {*of_papers[:half], *others[: _SHOWN - min(half, len(of_papers))]}
    return tuple(node for node in nodes if node in kept)
