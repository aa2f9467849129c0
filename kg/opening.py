"""What a `--store` argument names, and the published graph that is read from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kg.errors import UsageError
from kg.store import Snapshot, open_snapshot


class Kind(StrEnum):
    """What keeps a graph."""

    FOLDER = "folder"  # of kg, which can be read and written
    REMOTE = "remote"  # a SPARQL 1.1 store behind http(s)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a graph is kept."""

    kind: Kind
    text: str  # the path or address as it was given

    @property
    def path(self) -> Path:
        """The path of a folder."""
        return Path(self.text)


def locate(store: str | Path) -> Location:
    """What a path or address names; nothing is opened.

    Raises:
        UsageError: it is an address that is not http(s).
    """
    text = str(store)
    scheme, separator, _ = text.partition("://")
    if isinstance(store, str) and separator:
        if scheme.casefold() not in ("http", "https"):
            raise UsageError(f"{text} is no address of a store", hint="name a folder, a file, or http(s)://… with --store")
        return Location(Kind.REMOTE, text)
    return Location(Kind.FOLDER, text)


def open_graph(location: Location) -> Snapshot:
    """The newest published state of a graph, to be closed by the caller.

    Raises:
        UsageError: nothing can be read there.
        StoreError: there is no store or snapshot, it is of another version, damaged, or may not be read.
    """
    if location.kind is Kind.REMOTE:
        raise UsageError(f"{location.text} is an address, and stores are folders", hint="name a folder with --store")
    return open_snapshot(location.path)
