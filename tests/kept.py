"""A graph of toy papers in a store of some kind, and the machines that use it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from toy_papers import PAPERS, Guillemets

import kg
from kg.model import BuildReport


@dataclass
class Backend:
    """A place for a graph, and machines that use it."""

    kind: str
    address: str
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def is_remote(self) -> bool:
        return self.kind != "folder"

    def machine(self, name: str) -> None:
        """Go on as another machine, with a home of its own; a name again is the same machine again."""
        self.monkeypatch.setenv("KG_HOME", str(self.folder / f"home-{name}"))

    def open(self) -> kg.Graph:
        return kg.open(self.address)

    def build(self, papers: Mapping[str, str] | Path) -> BuildReport:
        path = papers if isinstance(papers, Path) else write(self.folder, papers)
        return self.open().build(path, extractor=Guillemets())

    def export(self) -> bytes:
        """What lies in the store itself, as a machine reads it that never saw it."""
        self.machine(f"reader-{len([*self.folder.iterdir()])}")
        out = io.BytesIO()
        self.open().export(out, format="ttl")
        self.machine("one")
        return out.getvalue()


def write(folder: Path, papers: Mapping[str, str]) -> Path:
    """A file of papers by arXiv id and abstract, one per set of papers."""
    path = folder / f"{'-'.join(id[-2:] for id in papers)}-{abs(hash(tuple(papers.values())))}.jsonl"
    lines = (json.dumps({"id": id, "title": f"Paper {id[-2:]}", "abstract": abstract}) for id, abstract in papers.items())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def some(*numbers: int) -> dict[str, str]:
    """The toy papers with these numbers."""
    return {id: abstract for id, abstract in PAPERS.items() if int(id[-2:]) in numbers}
