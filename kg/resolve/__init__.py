"""Resolution: the claims of all papers become entities, with reasons, and statements between them.

Pure and independent of the order of papers: the same papers give the same `Knowledge`.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.model import EntityType, Knowledge, LoggedPaper
from kg.resolve.entities import name_entities
from kg.resolve.groups import group, members
from kg.resolve.statements import state

__all__ = ["resolve"]


def resolve(papers: Iterable[LoggedPaper]) -> Knowledge:
    """All that the papers say, with the things they name brought together; every part sorted.

    Args:
        papers: each paper once, in any order.
    """
    logged = sorted(papers, key=lambda paper: paper.document.key)
    entities, ids = [], {}
    for type in EntityType:
        named = name_entities(type, group(members(logged, type)))
        for entity, things in named:
            entities.append(entity)
            ids.update({(member.paper, member.index): entity.id for member in things})
    statements = [statement for paper in logged for statement in state(paper, ids)]
    return Knowledge(tuple(paper.document for paper in logged), tuple(sorted(entities)), tuple(statements))
