"""Relations."""

from __future__ import annotations

from collections.abc import Sequence

from kg.model import EntityClaim, RelationClaim, Span


def find_relations(text: str, entities: Sequence[EntityClaim], sentences: Sequence[Span]) -> tuple[RelationClaim, ...]:
    """Relations."""
    return ()
