"""What one publication changes of the graph and of the name index, and digests that a change can be worked into."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from pyoxigraph import Triple

from kg import vocab
from kg.store.names import NameRow

MARK_BYTES = 16
_BITS = 8 * MARK_BYTES
ENTITIES = frozenset(classes[0] for classes in vocab.CLASSES.values())


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between what is published and what shall be."""

    removed: Collection[Triple] = ()  # taken out first; one that is absent does no harm
    added: Collection[Triple] = ()  # one that is there already does no harm
    names: Mapping[str, tuple[NameRow, ...]] = field(default_factory=dict)  # path below the base → all its rows now; () where it is gone

    def __post_init__(self) -> None:
        for path, rows in self.names.items():
            if any(row.iri != path for row in rows):
                raise ValueError(f"a row of another thing is listed under {path!r}")


@dataclass(frozen=True, slots=True)
class Content:
    """What some triples amount to; those of two sets without common members add up."""

    triples: int = 0
    marks: int = 0  # sum of the marks of all
    papers: int = 0  # that are said to be one
    entities: int = 0
    statements: int = 0  # triples that papers state; claims and evidence describe these

    def plus(self, triple: Triple, sign: int = 1) -> Content:
        """With a triple more, or by a sign of -1 with one less."""
        paper = entity = statement = 0
        if triple.predicate == vocab.RDF_TYPE:
            paper, entity = int(triple.object == vocab.RESEARCH_PAPER), int(triple.object in ENTITIES)
        else:
            statement = int(triple.predicate in vocab.STATED)
        return Content(
            self.triples + sign,
            self.marks + sign * mark(str(triple)),
            self.papers + sign * paper,
            self.entities + sign * entity,
            self.statements + sign * statement,
        )


def content_of(triples: Iterable[Triple]) -> Content:
    """What distinct triples amount to."""
    content = Content()
    for triple in triples:
        content = content.plus(triple)
    return content


def mark(text: str) -> int:
    """128-bit hash of one member of a set. The marks of all members, summed, are the set's digest, whatever their order."""
    return int.from_bytes(blake2b(text.encode(), digest_size=MARK_BYTES).digest(), "big")


def hexed(total: int) -> str:
    """A sum of marks as the 32 hex digits that a manifest holds; taking a member out is subtracting its mark."""
    return f"{total % (1 << _BITS):0{_BITS // 4}x}"
