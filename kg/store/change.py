"""What one publication changes of the graph and of the name index, and digests that a change can be worked into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from pyoxigraph import Triple

from kg import vocab
from kg.store.names import NameRow

MARK_BYTES = 16
_BITS = 8 * MARK_BYTES
_TYPE, _PAPER = str(vocab.RDF_TYPE), str(vocab.RESEARCH_PAPER)
_ENTITIES = tuple(str(classes[0]) for classes in vocab.CLASSES.values())
_STATED = tuple(map(str, vocab.STATED))


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between what is published and what shall be; its triples are read once, the removed ones first."""

    removed: Iterable[Triple] = ()  # one that is absent does no harm; one that is added too stays as it is
    added: Iterable[Triple] = ()  # one that is there already does no harm
    names: Mapping[str, tuple[NameRow, ...]] = field(default_factory=dict)  # path below the base → all its rows now; () where it is gone
    stated: Callable[[], Mapping[str, int]] = dict  # gives by how much each of `Figures.stated` grew, when all triples were read

    def __post_init__(self) -> None:
        for path, rows in self.names.items():
            if any(row.iri != path for row in rows):
                raise ValueError(f"a row of another thing is listed under {path!r}")


@dataclass(slots=True)
class Content:
    """What distinct triples amount to; those of two sets without common members add up."""

    triples: int = 0
    marks: int = 0  # sum of the marks of all
    properties: dict[str, int] = field(default_factory=dict)  # as N-Triples writes it → triples that have it
    classes: dict[str, int] = field(default_factory=dict)  # likewise → its members

    def add(self, triple: Triple, sign: int = 1) -> None:
        """Count a triple more, or by a sign of -1 one less."""
        text = str(triple)
        self.triples += sign
        self.marks += sign * mark(text)
        _, property, object = text.split(" ", 2)  # of the text, which the mark needs anyway: three times as fast as by terms
        self.properties[property] = self.properties.get(property, 0) + sign
        if property == _TYPE:
            self.classes[object] = self.classes.get(object, 0) + sign

    @property
    def papers(self) -> int:
        """How many things are said to be a paper."""
        return self.classes.get(_PAPER, 0)

    @property
    def entities(self) -> int:
        """How many are said to be a method, data set, device, organisation or task."""
        return sum(self.classes.get(kind, 0) for kind in _ENTITIES)

    @property
    def statements(self) -> int:
        """How many triples papers state; claims and evidence describe these."""
        return sum(self.properties.get(property, 0) for property in _STATED)


def content_of(triples: Iterable[Triple]) -> Content:
    """What distinct triples amount to."""
    content = Content()
    for triple in triples:
        content.add(triple)
    return content


def mark(text: str) -> int:
    """128-bit hash of one member of a set. The marks of all members, summed, are the set's digest, whatever their order."""
    return int.from_bytes(blake2b(text.encode(), digest_size=MARK_BYTES).digest(), "big")


def hexed(total: int) -> str:
    """A sum of marks as the 32 hex digits that a manifest holds; taking a member out is subtracting its mark."""
    return f"{total % (1 << _BITS):0{_BITS // 4}x}"
