"""How sure a rule is: its precision on the training abstracts."""

from __future__ import annotations


def entity_score(rule: str, votes: float) -> float:
    """Score of an entity accepted by `rule` with this sum of votes."""
    return 0.5
