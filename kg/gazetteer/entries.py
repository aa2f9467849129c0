"""The rows of the gazetteers' TSV files as `Entry` values, and the words that are never entities; see the package for the columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.model import EntityType
from kg.names import normal_form

FOLDER = Path(__file__).resolve().parent

_FILES: dict[EntityType, str] = {
    EntityType.METHOD: "methods.tsv",
    EntityType.DATASET: "datasets.tsv",
    EntityType.HARDWARE: "hardware.tsv",
    EntityType.ORGANISATION: "organisations.tsv",
    EntityType.TASK: "tasks.tsv",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One curated thing: a row of a TSV file."""

    name: str  # canonical name
    type: EntityType
    kind: str  # "gpu", "university", "language-model", …; each code has a row in kinds.tsv
    aliases: tuple[str, ...]  # other names, in the order of the file
    source: str
    guard: bool = False
    prefix: bool = False
    generic: bool = False
    maker: str = ""  # hardware only
    broader: str = ""  # name of the next wider kind, family or entry of this type; "" where kind and maker tell it
    memory: tuple[float, ...] = ()  # hardware only: gigabytes of one device, one value per variant sold
    year: int | None = None  # hardware only: of release
    country: str = ""  # organisations only: ISO 3166-1 alpha-2; "" for international ones and where not known

    @property
    def forms(self) -> tuple[str, ...]:
        """The canonical name, then the aliases."""
        return (self.name, *self.aliases)

    def guards(self, surface: str) -> bool:
        """Whether `surface`, a form of this entry, needs a sign nearby to count as this thing.

        Such a sign is a device word, maker or count for hardware ("16 T4 GPUs"), a cue word or version number for the other types.
        In a guarded row the one-word forms need it ("T4"), longer forms ("NVIDIA T4", "Tesla T4") only their capitalisation.
        """
        return self.guard and not any(c.isspace() for c in surface.strip())


@cache
def entries(type: EntityType) -> tuple[Entry, ...]:
    """Return all entries of a type, in the order of the file, which is sorted by name."""
    return tuple(_read(FOLDER / _FILES[type], type))


@cache
def device_words() -> tuple[Entry, ...]:
    """Return generic device nouns that may carry a count ("GPU", "AI processor", "node"); singular names, other forms as aliases."""
    return tuple(_read(FOLDER / "device-words.tsv", EntityType.HARDWARE))


@cache
def generic_terms() -> frozenset[str]:
    """Return normal forms of words and phrases that are never entities: "LLM", "our method", "pipeline"."""
    return _normal_forms("generic.tsv")


@cache
def metrics() -> frozenset[str]:
    """Return normal forms of metrics and units of measure: "F1 score", "NDCG", "FLOPs"."""
    return _normal_forms("metrics.tsv")


def canonical(type: EntityType, surface: str) -> Entry | None:
    """Find the entry of a type that `surface` names, compared by normal form; None where no entry has that name.

    Where several do ("SPARK" and "Spark" differ only in case) the entry with exactly this spelling is taken, else the first of the file.
    Guards are not looked at: see `Entry.guards`.
    """
    found = _index(type).get(normal_form(surface), ())
    exact = (entry for entry in found if surface in entry.forms)
    return next(exact, found[0] if found else None)


@cache
def version() -> str:
    """Return eight hex digits over names and bytes of all TSV files; changes with any row, so extractors carry it in their version."""
    hasher = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.tsv")):
        content = path.read_bytes()
        hasher.update(f"{path.name}\x1e{len(content)}\x1e".encode())
        hasher.update(content)
    return hasher.hexdigest()[:8]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a TSV file as column → cell; raises ValueError where a row has more or fewer cells than the header."""
    header, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    columns = header.split("\t")
    for line in lines:
        yield dict(zip(columns, line.split("\t"), strict=True))


def parted(cell: str) -> tuple[str, ...]:
    """Split a cell that holds several values, parted by " | "; none where it is empty."""
    return tuple(cell.split(" | ")) if cell else ()


def _read(path: Path, type: EntityType) -> Iterator[Entry]:
    for row in rows(path):
        yield Entry(
            name=row["name"],
            type=type,
            kind=row["kind"],
            aliases=parted(row["aliases"]),
            source=row["source"],
            guard=row.get("guard") == "yes",
            prefix=row.get("prefix") == "yes",
            generic=row.get("generic") == "yes",
            maker=row.get("maker", ""),
            broader=row.get("broader", ""),
            memory=tuple(float(value) for value in parted(row.get("memory", ""))),
            year=int(row["year"]) if row.get("year") else None,
            country=row.get("country", ""),
        )


def _normal_forms(file: str) -> frozenset[str]:
    return frozenset(normal_form(form) for row in rows(FOLDER / file) for form in (row["name"], *parted(row["aliases"])))


@cache
def _index(type: EntityType) -> dict[str, tuple[Entry, ...]]:
    index: dict[str, tuple[Entry, ...]] = {}
    for entry in entries(type):
        for key in {normal_form(form): None for form in entry.forms}:
            index[key] = (*index.get(key, ()), entry)
    return index
