"""Remote stores: any store that speaks SPARQL 1.1 (Query, Update, and the Graph Store Protocol where it has it), behind http(s).

`writing` gives the local folder in which the graph is built and pushes what changed; `open_mirror` gives a snapshot that equals what the
store holds; `synced` the folder with its log; `load` brings parts in; `ask` puts a query to the store itself.
"""

from kg.remote.asking import ask, base_of
from kg.remote.failures import RemoteError
from kg.remote.loading import load
from kg.remote.mirror import has_moved_on, open_mirror
from kg.remote.replica import synced, writing

__all__ = ["RemoteError", "ask", "base_of", "has_moved_on", "load", "open_mirror", "synced", "writing"]
