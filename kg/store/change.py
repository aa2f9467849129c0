"""What one publication changes of the graph and of the name index, and digests that a change can be worked into."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from pyoxigraph import Triple

from kg.store.names import NameRow

_BITS = 128


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between what is published and what shall be; figures are those of the whole graph afterwards."""

    removed: Collection[Triple] = ()  # taken out first; one that is absent does no harm
    added: Collection[Triple] = ()  # one that is there already does no harm
    names: Mapping[str, tuple[NameRow, ...]] = field(default_factory=dict)  # path below the base → all its rows now; () where it is gone
    papers: int = 0
    entities: int = 0
    statements: int = 0

    def __post_init__(self) -> None:
        for path, rows in self.names.items():
            if any(row.iri != path for row in rows):
                raise ValueError(f"a row of another thing is listed under {path!r}")


def mark(text: str) -> int:
    """128-bit hash of one member of a set. The marks of all members, summed, are the set's digest, whatever their order."""
    return int.from_bytes(blake2b(text.encode(), digest_size=_BITS // 8).digest(), "big")


def hexed(total: int) -> str:
    """A sum of marks as the 32 hex digits that a manifest holds; taking a member out is subtracting its mark."""
    return f"{total % (1 << _BITS):0{_BITS // 4}x}"
