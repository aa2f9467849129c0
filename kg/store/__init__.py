"""The store folder: one writer publishes snapshots of the graph, readers open them.

```
kg-store/FORMAT           "paper-kg store 2"
kg-store/lock             locked by the one writer, holds its process id
kg-store/log.sqlite       the extraction log, the truth (kg.log)
kg-store/decisions.tsv    what people decided about names and statements (kg.decisions); the one file here that git may keep
kg-store/resolution.sqlite   what resolution goes on from (kg.resolve.register); derived, made again where it is absent
kg-store/CURRENT          number of the newest snapshot and the fingerprint it was made from; replaced by rename
kg-store/snapshots/N/     rdf/ (pyoxigraph), names.sqlite and names-delta.sqlite (name index), manifest.json, figures.json (counts),
                          lock (shared by its readers)
```
"""

from kg.store.change import Change
from kg.store.figures import Figures
from kg.store.folder import Writer, create_or_open
from kg.store.layout import Pointer
from kg.store.nameindex import NameIndex
from kg.store.names import PAPER, Hit, NameRow
from kg.store.rdf import Staged
from kg.store.snapshot import Manifest, Snapshot, open_snapshot

__all__ = [
    "PAPER",
    "Change",
    "Figures",
    "Hit",
    "Manifest",
    "NameIndex",
    "NameRow",
    "Pointer",
    "Snapshot",
    "Staged",
    "Writer",
    "create_or_open",
    "open_snapshot",
]
