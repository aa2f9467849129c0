"""Resolution: the claims of all papers become entities, with reasons, and statements between them.

Pure and independent of the order of papers: the same papers and decisions give the same `Knowledge`. `Resolution` over a `Register`
does the same work step by step, for stores that grow.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.model import Decision, Knowledge, LoggedPaper
from kg.resolve.decided import Decided
from kg.resolve.decided import changed as changed_decisions
from kg.resolve.register import Register
from kg.resolve.resolution import News, Resolution
from kg.resolve.statements import state
from kg.resolve.uses import uses

__all__ = ["Decided", "News", "Register", "Resolution", "changed_decisions", "resolve", "state", "uses"]


def resolve(papers: Iterable[LoggedPaper], decisions: Iterable[Decision] = ()) -> Knowledge:
    """All that the papers say, with the things they name brought together; every part sorted.

    Args:
        papers: each paper once, in any order.
        decisions: what people decided; where two rename one thing the later stands, else their order makes no difference.
    """
    logged = {paper.document.key: paper for paper in papers}
    decided = Decided(decisions)
    register = Register()
    try:
        resolution = Resolution(register, decided, logged.get)
        resolution.fill(logged[key] for key in sorted(logged))
        statements = [statement for key in sorted(logged) for statement in state(logged[key], resolution.ids(key), decided)]
        return Knowledge(
            tuple(logged[key].document for key in sorted(logged)),
            tuple(sorted(resolution.entities())),
            tuple(statements),
            tuple(resolution.all_candidates()),
            tuple(resolution.kinds()),
        )
    finally:
        register.close()
