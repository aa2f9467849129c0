"""What a folder of parts says of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import kg
from kg import decisions
from kg.derivation import code
from kg.model import Decision
from kg.parts.layout import FORMAT, MANIFEST_FILE
from kg.store import layout

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class PartFile:
    """One file of parts."""

    path: str  # below the folder, with "/"
    rows: int  # lines of N-Quads, rows of a table
    bytes: int
    sha256: str  # 64 hex digits


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a folder of parts."""

    format: str
    kg: str  # version that wrote it
    code: str  # digest of what derives a graph from a log, as `kg.derivation.code` gives it
    base: str  # base of the data IRIs
    extractor: str  # name and version of what read the texts; several sorted and parted by ", "
    decisions: str  # digest of the decisions under which the graph was made, as `kg.decisions.digest` gives it
    papers: int
    texts: int  # rows of the log
    refused: int  # documents
    quads: int  # lines of the graph
    log: tuple[PartFile, ...]
    refusals: tuple[PartFile, ...]
    graph: tuple[PartFile, ...]  # in the order of their lines

    def to_json(self) -> str:
        """As the file that is kept."""
        return json.dumps(asdict(self), sort_keys=True, indent=1) + "\n"


def manifest_of(
    *,
    base: str,
    extractor: str,
    papers: int,
    log: Iterable[PartFile],
    refusals: Iterable[PartFile],
    graph: Iterable[PartFile],
    decided: Iterable[Decision] = (),
) -> Manifest:
    """The manifest of files that this version of kg wrote.

    Args:
        base: base of the data IRIs.
        extractor: name and version of what read the texts.
        papers: how many there are; a paper may have several texts.
        log: tables of the texts.
        refusals: tables of what was refused.
        graph: files of the graph, in the order of their lines.
        decided: the decisions under which the graph was made.
    """
    texts, refused, quads = tuple(log), tuple(refusals), tuple(graph)
    return Manifest(
        FORMAT, kg.__version__, code(), base, extractor, decisions.digest(decided),
        papers, _rows(texts), _rows(refused), _rows(quads), texts, refused, quads,
    )  # fmt: skip


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into its folder in one step, on disk when this returns; to be called when all files are."""
    layout.replace_file(folder / MANIFEST_FILE, manifest.to_json())


def part_file(folder: Path, path: str, rows: int) -> PartFile:
    """What is to be said of a file that lies at `path` below the folder; reads it once."""
    total = hashlib.sha256()
    with (folder / path).open("rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
        return PartFile(path, rows, file.tell(), total.hexdigest())


def _rows(files: Iterable[PartFile]) -> int:
    return sum(file.rows for file in files)
