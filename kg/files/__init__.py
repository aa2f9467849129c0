"""RDF files as stores: anyone's graph in a file, read as the published graph of a store folder is, and never written.

    bytes → unpacked (content) → format (formats) → quads, bulk loaded with their graphs (loading) → names (naming) → `Snapshot`

`open_file` gives the snapshot, which lies in a temporary folder until it is closed; `read_triples` only reads, `knowledge` tells what a
graph says where there is no log.
"""

from kg.files.formats import names_a_file
from kg.files.knowledge import knowledge
from kg.files.loading import open_file
from kg.files.reading import read_triples
from kg.resources import STDIN

__all__ = ["STDIN", "knowledge", "names_a_file", "open_file", "read_triples"]
