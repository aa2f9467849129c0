"""RDF files as stores: anyone's graph in a file, read as the published graph of a store folder is, and never written.

    bytes → unpacked (content) → format (formats) → quads, bulk loaded with their graphs (loading) → names (naming) → `Snapshot`

`open_file` gives the snapshot, which lies in a temporary folder until it is closed; `read_triples` only reads.
"""

from kg.files.formats import names_a_file
from kg.files.loading import STDIN, open_file
from kg.files.reading import read_triples

__all__ = ["STDIN", "names_a_file", "open_file", "read_triples"]
