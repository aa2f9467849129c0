"""What an archive says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kg.errors import StoreError
from kg.store import layout

FORMAT = "paper-kg archive 1"


@dataclass(frozen=True, slots=True)
class Archive:
    """The manifest of an archive."""

    archive: str  # its format
    kg: str  # version that made it
    store: str  # format of the store that it was made of
    base: str  # base of the data IRIs of the graph
    graph: str  # digest of the triples, as the manifest of a snapshot has it
    counts: Mapping[str, int]  # papers, entities, statements, triples of the graph; rows by table of the log
    pending: int  # papers of the log that the graph did not have yet
    members: Mapping[str, Mapping[str, Any]]  # name → bytes, sha256

    def to_json(self) -> bytes:
        """As the file that is kept."""
        return (json.dumps(asdict(self), sort_keys=True, indent=1) + "\n").encode()


def parse(content: bytes) -> Archive:
    """The manifest in a file.

    Raises:
        ValueError: it is none; in words.
        StoreError: it is of a format that this program does not read.
    """
    try:
        given = json.loads(content)
        if given["archive"] != FORMAT or given["store"] != layout.FORMAT:
            raise StoreError(
                f"the archive is of another version: {str(given['archive'])[:60]!r} of a {str(given['store'])[:60]!r}",
                hint=f"restore it with the version of kg that wrote it ({str(given.get('kg', 'not said'))[:20]}); nothing was written",
            )
        found = Archive(**given)
    except (TypeError, LookupError, RecursionError, json.JSONDecodeError, UnicodeDecodeError):
        raise ValueError("its manifest cannot be read") from None
    texts = ("archive", "kg", "store", "base", "graph")
    typed = all(isinstance(getattr(found, name), str) for name in texts) and isinstance(found.pending, int)
    if not typed or not isinstance(found.members, dict) or not isinstance(found.counts, dict):
        raise ValueError("its manifest cannot be read")
    return found
