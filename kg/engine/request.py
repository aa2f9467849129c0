"""What a query process is asked, and how one is started."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

# -P: the folder in which kg runs may hold any file, and none of them shall be imported.
COMMAND = (sys.executable, "-P", "-m", "kg.engine.worker")


def environment() -> dict[str, str]:
    """The variables of a worker: ours, and two heaps of the C library, which else sets 64 MB of addresses aside for each busy thread."""
    return {"MALLOC_ARENA_MAX": "2", **os.environ}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Which graphs a query looks at, as SPARQL 1.1 Protocol section 2.1.4 lets a request say; all of the store where nothing is said."""

    default: tuple[str, ...] | None = None  # IRIs of the graphs that make the default graph
    named: tuple[str, ...] | None = None  # IRIs of the graphs that GRAPH can name
    union: bool = False  # the default graph is that of the store with all named ones


WHOLE = Dataset()


@dataclass(frozen=True, slots=True)
class Request:
    """One query with its limits; `kg.engine.worker` says what comes back."""

    rdf: str  # folder of the RDF store
    query: str
    prefixes: Mapping[str, str] = field(default_factory=dict)  # that it may use without declaring them
    limit: int | None = None  # most rows or triples
    memory: int | None = None  # bytes that the process may take more than at its start
    dataset: Dataset = WHOLE
    base: str | None = None  # IRI that relative ones in the query are relative to, where it does not say
    file: str | None = None  # where the answer is written; None for lines
    rows_format: str | None = None  # of a file with rows: one of `kg.engine.results.ROWS`; None where none will do
    graph_format: str | None = None  # of a file with triples: one of `kg.engine.results.GRAPHS`
    size: int | None = None  # most bytes of the file
    state: str = ""  # of what lies in the folder: with another one it is opened anew
    packed: bool = False  # rows without a limit come as one piece of JSON

    def line(self) -> bytes:
        """The request as the worker reads it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return json.dumps(values | asdict(values.pop("dataset"))).encode() + b"\n"
