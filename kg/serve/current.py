"""The newest published state of a graph, for a server that goes on while others write it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from kg.opening import Location, has_moved_on, open_graph
from kg.store import Snapshot

_LOOK = 1.0  # seconds between two looks for a newer state of a folder or file
_LOOK_FAR = 30.0  # of a remote store, where looking is a request


class Current:
    """Gives the newest snapshot of a graph, and keeps older ones open while somebody reads them. For any number of threads."""

    def __init__(self, location: Location) -> None:
        """Open what is published now.

        Raises:
            StoreError: there is no store or snapshot, it is of another version, damaged, or may not be read.
        """
        self._location = location
        self._every = _LOOK_FAR if location.is_remote else _LOOK
        self._lock = Lock()
        self._looking = Lock()
        self._looked = time.monotonic()
        self._snapshot = open_graph(location)
        self._readers: dict[int, int] = {}  # id of a snapshot → how many read it

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The newest snapshot that was seen, open for the length of the context."""
        with self._lock:
            snapshot = self._snapshot
            self._readers[id(snapshot)] = self._readers.get(id(snapshot), 0) + 1
        try:
            yield snapshot
        finally:
            with self._lock:
                self._readers[id(snapshot)] -= 1
                self._drop_unless_used(snapshot)

    def close(self) -> None:
        """Let go of the snapshot; nobody may read any more."""
        self._snapshot.close()

    @property
    def is_due(self) -> bool:
        """Whether it is time to look for a newer state."""
        return time.monotonic() - self._looked >= self._every

    def look(self) -> None:
        """Take a newer state where there is one, which may take a while; nothing where another thread does so already.

        Raises:
            KgError: the newer state cannot be opened; the older one stays.
        """
        if not self._looking.acquire(blocking=False):
            return
        try:
            self._looked = time.monotonic()
            if has_moved_on(self._location, self._snapshot):
                newer = open_graph(self._location)
                with self._lock:
                    older, self._snapshot = self._snapshot, newer
                    self._drop_unless_used(older)
        finally:
            self._looking.release()

    def _drop_unless_used(self, snapshot: Snapshot) -> None:
        if not self._readers.get(id(snapshot), 0):
            self._readers.pop(id(snapshot), None)
            if snapshot is not self._snapshot:
                snapshot.close()
