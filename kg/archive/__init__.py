"""A whole store as one file and back, and stores of older formats brought to today's.

    store → archive (graph.nq, log.jsonl, decisions.tsv, manifest.json in a compressed tar) → store

The log is the truth and is kept as it is; the graph goes along for whoever reads the archive without this program, and so that a restored
store can be held against it.
"""

from kg.archive.manifest import Archive
from kg.archive.migration import migrate
from kg.archive.restoring import Restored, restore
from kg.archive.saving import backup

__all__ = ["Archive", "Restored", "backup", "migrate", "restore"]
