"""Parts: a log and its graph as files that many machines wrote, on their way into a store.

`kg build --engine spark --out DIR`, or a store here → parts → `kg load` → a store here, or one behind an address
"""

from kg.parts.layout import (
    FORMAT,
    GRAPH,
    LINE_END,
    LOG,
    LOG_COLUMNS,
    MANIFEST_FILE,
    REFUSED,
    REFUSED_COLUMNS,
    graph_file,
    log_schema,
    refused_schema,
)
from kg.parts.loading import Loaded, OnStep, Standing, begin, load, obstacle, standing
from kg.parts.manifest import Manifest, PartFile, manifest_of, part_file, write_manifest
from kg.parts.reading import Parts, read, verify
from kg.parts.writing import write

__all__ = [
    "FORMAT",
    "GRAPH",
    "LINE_END",
    "LOG",
    "LOG_COLUMNS",
    "MANIFEST_FILE",
    "REFUSED",
    "REFUSED_COLUMNS",
    "Loaded",
    "Manifest",
    "OnStep",
    "PartFile",
    "Parts",
    "Standing",
    "begin",
    "graph_file",
    "load",
    "log_schema",
    "manifest_of",
    "obstacle",
    "part_file",
    "read",
    "refused_schema",
    "standing",
    "verify",
    "write",
    "write_manifest",
]
