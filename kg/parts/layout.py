"""What lies where in a folder of parts, and the columns of its tables.

```
parts/log/*.parquet        a row per text that was read: what its source says, and what was found in it; a text may come from two places
parts/refused/*.parquet    a row per document that was refused, with its reason
parts/graph/part-00000.nq  N-Quads of the default graph, one line each as pyoxigraph writes it; lines ascend by their
                           bytes within a file and from file to file, and none comes twice: all files in a row are the graph, sorted
parts/manifest.json        what there is, with sizes and digests; written last, so that its absence tells of a run that did not end
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow

FORMAT = "paper-kg parts 1"  # raised when what lies in the folder changes

MANIFEST_FILE = "manifest.json"
LOG, REFUSED, GRAPH = "log", "refused", "graph"  # folders

# Columns, all of them strings. `document` and `extraction` are the JSON of kg.log.codec; `source` is an absolute path, a URL, or "-".
LOG_COLUMNS = ("key", "hash", "extractor", "document", "extraction", "source", "place")
REFUSED_COLUMNS = ("source", "place", "stage", "code", "message")

LINE_END = b" .\n"  # of a line of the graph


def graph_file(number: int) -> str:
    """The path, below the folder, of the part of the graph with this number, counted from 0."""
    return f"{GRAPH}/part-{number:05d}.nq"


def log_schema() -> pyarrow.Schema:
    """The Parquet schema of the texts."""
    return _strings(LOG_COLUMNS)


def refused_schema() -> pyarrow.Schema:
    """The Parquet schema of what was refused."""
    return _strings(REFUSED_COLUMNS)


def _strings(columns: tuple[str, ...]) -> pyarrow.Schema:
    import pyarrow as pa

    return pa.schema([pa.field(name, pa.string(), nullable=False) for name in columns])
